//! A resident in front of the terminal: goes from the idle screen to the receipt by what is written on the screen,
//! answering as the item's own example does, and shows each page to `watch`.

use std::time::Duration;

use bianmin_kiosk::app::{App, Message};
use bianmin_kiosk::screen::apply::{self, FormPlace};
use bianmin_kiosk::screen::{self, Screen};
use bianmin_protocol::form::FieldKind;

use super::driver::Driver;

const SOON: Duration = Duration::from_secs(30);

fn apply_of(app: &App) -> &apply::Apply {
    match app.screen() {
        Screen::Apply(apply) => apply,
        other => panic!("not applying: {other:?}"),
    }
}

fn t(driver: &Driver, key: &str) -> String {
    driver.app().context().t(key)
}

/// Finds the item by typing `letters` on the on-screen keyboard, reads its guide, applies, and waits for the
/// receipt. Returns the registration number that the receipt shows.
pub fn applies(
    driver: &mut Driver,
    letters: &str,
    name: &str,
    watch: &mut dyn FnMut(&Driver, &str),
) -> String {
    watch(driver, "idle");
    // Anywhere on the idle screen will do; its large words are what people touch.
    let touch = t(driver, "idle-touch");
    driver.press(&touch);
    watch(driver, "home");
    let search = t(driver, "home-search");
    driver.press(&search);
    for letter in letters.chars() {
        let key = screen::search::Message::Key(bianmin_kiosk::widget::KeyPress::Char(letter));
        driver.send(Message::Screen(screen::Message::Search(key)));
    }
    watch(driver, "search");
    driver.press(name);
    watch(driver, "guide");
    let begin = t(driver, "guide-apply");
    driver.press(&begin);
    watch(driver, "notice");
    let agree = t(driver, "apply-notice-agree");
    driver.press(&agree);
    fill(driver, watch);
    bring(driver);
    watch(driver, "materials");
    let next = t(driver, "apply-next");
    driver.press(&next);
    watch(driver, "review");
    let submit = t(driver, "apply-review-submit");
    driver.press(&submit);
    driver.until("the receipt", SOON, |app| matches!(app.screen(), Screen::Receipt(_)));
    watch(driver, "receipt");
    let number = driver.words().into_iter().find_map(|one| {
        bianmin_protocol::registration::RegistrationNumber::parse(&one.words)
            .ok()
            .map(|number| number.to_string())
    });
    number.expect("the receipt shows its number")
}

/// Answers page after page as the example does.
pub fn fill(driver: &mut Driver, watch: &mut dyn FnMut(&Driver, &str)) {
    let next = t(driver, "apply-next");
    for page in 1..80 {
        let kind = match apply_of(driver.app()).place() {
            Some(FormPlace::Identity) => "identity",
            Some(FormPlace::Page(_)) => "form",
            _ => return,
        };
        answer(driver);
        watch(driver, &format!("{kind}-{page}"));
        driver.press(&next);
    }
    panic!("the form does not end: {:?}", driver.app().screen());
}

/// Answers the active field as the example does.
pub fn answer(driver: &mut Driver) {
    let apply = apply_of(driver.app());
    let Some(code) = apply.active() else { return };
    let draft = apply.draft();
    let Some(definition) = draft.definition(&code).cloned() else { return };
    let Some(value) = draft.item.example.answers.get(&code).cloned() else { return };
    if !draft.text(&code).is_empty() {
        return;
    }
    match definition.kind {
        FieldKind::Choice | FieldKind::YesNo => {
            let message = apply::fields::Message::Chosen(code, apply::Secret(value));
            driver.send(Message::Screen(screen::Message::Apply(apply::Message::Fields(message))));
        }
        _ => driver.type_text(&value),
    }
}

fn bring(driver: &mut Driver) {
    let example = apply_of(driver.app()).draft().item.example.clone();
    for material in example.materials {
        let message = |message| Message::Screen(screen::Message::Apply(apply::Message::Materials(message)));
        if material.have {
            driver.send(message(apply::materials::Message::Here(material.code)));
        } else {
            driver.send(message(apply::materials::Message::Later(material.code)));
            let agree = t(driver, "apply-undertaking-agree");
            driver.press(&agree);
        }
    }
}

/// Asks with the code of a receipt how its application stands, until the screen shows what `awaited` says.
pub fn asks(driver: &mut Driver, code: &str, awaited: &str, watch: &mut dyn FnMut(&Driver, &str)) {
    let touch = t(driver, "idle-touch");
    driver.press(&touch);
    let progress = t(driver, "home-progress");
    driver.press(&progress);
    watch(driver, "progress-ask");
    driver.scan(code);
    driver.until_sees(awaited, SOON);
    watch(driver, "progress");
}

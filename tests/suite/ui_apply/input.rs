//! Keyboards and scanners that are plugged in, and letters that wait for a choice.

use bianmin_kiosk::widget::KeyPress;
use bianmin_kiosk::widget::keyboard::Mode as Keys;

use super::values::{fields, focus, text};
use super::*;

const ID: &str = "11010519491231002X";

fn hard(driver: &mut Driver, key: HardKey) {
    driver.send(Message::Hardware(key));
}

fn at_identity() -> Driver {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ02");
    hard(&mut driver, HardKey::Enter);
    assert_eq!(apply_of(driver.app()).active().unwrap().as_str(), "applicant_name");
    driver
}

#[test]
fn a_scanned_number_goes_into_the_field_it_fits_however_the_scanner_ends() {
    for end in [None, Some(HardKey::Tab), Some(HardKey::Enter)] {
        for active in ["applicant_name", "resident_id"] {
            let mut driver = at_identity();
            focus(&mut driver, active);
            driver.write(ID);
            if let Some(end) = end.clone() {
                hard(&mut driver, end);
            }
            assert_eq!(text(&driver, "resident_id"), ID, "{end:?} in {active}");
            assert_eq!(text(&driver, "applicant_name"), "", "{end:?} in {active}");
        }
    }
}

#[test]
fn a_scan_takes_nothing_away_that_was_there() {
    let mut driver = at_identity();
    driver.write("张三");
    focus(&mut driver, "applicant_name");
    driver.write(ID);
    assert_eq!(
        (text(&driver, "applicant_name").as_str(), text(&driver, "resident_id").as_str()),
        ("张三", ID)
    );
    // Another card replaces what the first one gave.
    driver.write("110105199001010010");
    assert_eq!(text(&driver, "resident_id"), "110105199001010010");
    // A receipt's code is nothing for a form.
    focus(&mut driver, "applicant_name");
    driver.write("https://hall.example/r#AAECAwQ");
    hard(&mut driver, HardKey::Enter);
    assert_eq!(text(&driver, "applicant_name"), "张三");
    assert_eq!(apply_of(driver.app()).place(), Some(FormPlace::Identity));
}

#[test]
fn letters_compose_and_are_never_taken_without_a_choice() {
    let mut driver = at_identity();
    let unchosen = t(&driver, "apply-unchosen");
    driver.write("zhangsan");
    assert_eq!(text(&driver, "applicant_name"), "");
    hard(&mut driver, HardKey::Tab);
    assert!(driver.sees(&unchosen));
    driver.press("下一步");
    assert!(driver.sees(&unchosen));
    for key in [KeyPress::Hide, KeyPress::Mode(Keys::Digits)] {
        fields(&mut driver, apply::fields::Message::Key(key));
        assert!(driver.sees(&unchosen));
    }
    focus(&mut driver, "resident_id");
    assert!(driver.sees(&unchosen));
    assert_eq!(apply_of(driver.app()).active().unwrap().as_str(), "applicant_name");
    hard(&mut driver, HardKey::Enter);
    assert_eq!(text(&driver, "applicant_name"), "张三");
    assert!(!driver.sees(&unchosen));
    driver.write("li");
    hard(&mut driver, HardKey::Escape);
    hard(&mut driver, HardKey::Backspace);
    assert_eq!(text(&driver, "applicant_name"), "张");
    fields(&mut driver, apply::fields::Message::Key(KeyPress::Clear));
    assert_eq!(text(&driver, "applicant_name"), "");
    hard(&mut driver, HardKey::Tab);
    driver.write("110105");
    assert_eq!(text(&driver, "resident_id"), "110105");
}

#[test]
fn a_card_of_before_is_typed_on_the_screen() {
    let mut driver = at_identity();
    focus(&mut driver, "resident_id");
    fields(&mut driver, apply::fields::Message::Key(KeyPress::Mode(Keys::Upper)));
    for character in "USA110090010101".chars() {
        fields(&mut driver, apply::fields::Message::Key(KeyPress::Char(character)));
    }
    assert_eq!(text(&driver, "resident_id"), "USA110090010101");
    fields(&mut driver, apply::fields::Message::Key(KeyPress::Mode(Keys::Pinyin)));
    assert!(!apply_of(driver.app()).composes(), "no Chinese belongs into a number");
}

#[test]
fn search_takes_a_keyboard_that_is_plugged_in_and_follows_the_language() {
    let services = shared(Panel::PORTRAIT_32);
    let search = screen::search::Search::new(services.clone(), true);
    let mut driver = Driver::new(App::new(services).on(Screen::Search(search)));
    let mode = |driver: &Driver| match driver.app().screen() {
        Screen::Search(search) => search.board().map(|board| board.mode),
        other => panic!("{other:?}"),
    };
    driver.write("shenfengzheng");
    assert!(driver.sees("居民身份证补领"));
    assert_eq!(mode(&driver), Some(Keys::Pinyin));
    driver.send(Message::NextLanguage);
    assert_eq!(mode(&driver), Some(Keys::Lower));
    driver.send(Message::NextLanguage);
    assert_eq!(mode(&driver), Some(Keys::Pinyin));
    assert!(driver.sees("居民身份证补领"), "what was typed stays");
    hard(&mut driver, HardKey::Escape);
    driver.write("身分证");
    hard(&mut driver, HardKey::Enter);
    assert!(driver.sees("居民身份证补领"));
    assert_eq!(mode(&driver), None, "the keyboard makes room");
}

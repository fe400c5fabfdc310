//! Values on the screen: what follows from a number follows it when it is put right, and what is doubted is told.

use bianmin_kiosk::widget::KeyPress;
use bianmin_protocol::ids::FieldCode;

use super::*;

pub(super) fn text(driver: &Driver, code: &str) -> String {
    apply_of(driver.app()).draft().text(&FieldCode::parse(code).unwrap()).to_owned()
}

pub(super) fn fields(driver: &mut Driver, message: apply::fields::Message) {
    driver.send(Message::Screen(screen::Message::Apply(apply::Message::Fields(message))));
}

pub(super) fn focus(driver: &mut Driver, code: &str) {
    fields(driver, apply::fields::Message::Focused(FieldCode::parse(code).unwrap()));
}

fn replace(driver: &mut Driver, code: &str, value: &str) {
    focus(driver, code);
    for _ in 0..text(driver, code).chars().count() {
        fields(driver, apply::fields::Message::Key(KeyPress::Backspace));
    }
    driver.type_text(value);
}

#[test]
fn a_birth_date_follows_the_number_that_was_put_right_and_agrees_with_it() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "HJ01");
    let (agree, next) = (t(&driver, "apply-notice-agree"), t(&driver, "apply-next"));
    driver.press(&agree);
    replace(&mut driver, "applicant_name", "张三");
    replace(&mut driver, "resident_id", "11010519491231002X");
    driver.press(&next);
    assert_eq!(text(&driver, "birth_date"), "19491231");
    let back = t(&driver, "bar-back");
    while apply_of(driver.app()).place() != Some(FormPlace::Identity) {
        driver.press(&back);
    }
    replace(&mut driver, "resident_id", "110105199001010010");
    driver.press(&next);
    assert_eq!(text(&driver, "birth_date"), "19900101");
    replace(&mut driver, "birth_date", "19900102");
    driver.press(&next);
    assert!(driver.sees(&t(&driver, "error-unlike-number")), "{:?}", driver.app().screen());
}

#[test]
fn a_code_whose_check_fails_is_told_and_may_go_on() {
    let mut driver = applying(&shared(Panel::PORTRAIT_32), "KD02");
    let (agree, next) = (t(&driver, "apply-notice-agree"), t(&driver, "apply-next"));
    driver.press(&agree);
    for _ in 0..20 {
        if apply_of(driver.app()).place() == Some(FormPlace::Page(1)) {
            break;
        }
        answer(&mut driver);
        driver.press(&next);
    }
    answer(&mut driver);
    replace(&mut driver, "credit_code", "91110105MA00000000");
    assert!(driver.sees(&t(&driver, "apply-doubtful")));
    for _ in 0..20 {
        driver.press(&next);
        if apply_of(driver.app()).place() != Some(FormPlace::Page(1)) {
            return;
        }
        answer(&mut driver);
    }
    panic!("it may not go on: {:?}", driver.app().screen());
}

//! Typing with fingers: nothing that was pressed may be lost.

use std::time::{Duration, Instant};

use bianmin_kiosk::context::Layout;
use bianmin_kiosk::font;
use bianmin_kiosk::theme::Look;
use bianmin_kiosk::widget::keyboard::{Board, KeyPress, Keyboard, Labels, Mode};
use bianmin_locale::{Language, Texts};
use iced::touch::{Event as Touch, Finger};
use iced::{Event, Point, Size, mouse, window};
use iced_test::Simulator;

const SIZE: Size = Size::new(1080.0, Layout::Portrait.keyboard_height());

/// Where the keys of `mode` are, found by trying, so that the test does not
/// repeat the widget's own arithmetic.
fn keys(mode: Mode) -> Vec<(KeyPress, Point)> {
    let mut ui = keyboard(mode);
    let mut pressed = Vec::new();
    for y in (10..SIZE.height as u32).step_by(20) {
        for x in (10..1080).step_by(10) {
            let at = Point::new(x as f32, y as f32);
            let status = ui.simulate([down(1, at), up(1, at)]);
            if status[0] == iced::event::Status::Captured {
                pressed.push(at);
            }
        }
    }
    let mut keys: Vec<(KeyPress, Point)> = Vec::new();
    for (key, at) in ui.into_messages().zip(pressed) {
        if !keys.iter().any(|(known, _)| *known == key) {
            // A little inside the key that begins here.
            keys.push((key, at + iced::Vector::new(8.0, 8.0)));
        }
    }
    keys
}

fn keyboard(mode: Mode) -> Simulator<'static, KeyPress> {
    font::load().unwrap();
    let board = Board { mode, ..Board::default() };
    let labels = Labels::new(&Texts::new(Language::ZhCn));
    let keyboard = Keyboard::new(Look::default(), labels, board, SIZE.height, |key| key);
    Simulator::with_size(font::settings(), SIZE, keyboard)
}

fn down(finger: u64, position: Point) -> Event {
    Event::Touch(Touch::FingerPressed { id: Finger(finger), position })
}

fn up(finger: u64, position: Point) -> Event {
    Event::Touch(Touch::FingerLifted { id: Finger(finger), position })
}

fn redraw(at: Instant) -> Event {
    Event::Window(window::Event::RedrawRequested(at))
}

fn place(keys: &[(KeyPress, Point)], key: &KeyPress) -> Point {
    keys.iter().find(|(known, _)| known == key).unwrap().1
}

fn typed(presses: impl Iterator<Item = KeyPress>) -> String {
    presses
        .map(|key| match key {
            KeyPress::Char(c) => c,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn two_fast_fingers_lose_nothing() {
    let keys = keys(Mode::Pinyin);
    let word = "shenqingjuzhuzheng";
    let places: Vec<Point> = word.chars().map(|c| place(&keys, &KeyPress::Char(c))).collect();
    // Each finger comes down before the other has left: s↓ h↓ s↑ e↓ h↑ n↓ e↑ …
    let mut ui = keyboard(Mode::Pinyin);
    let mut events = Vec::new();
    for (i, at) in places.iter().enumerate() {
        events.push(down(i as u64 % 2, *at));
        if i > 0 {
            events.push(up((i as u64 - 1) % 2, places[i - 1]));
        }
    }
    // All in one batch with one cursor that is somewhere else: the hardest case.
    ui.point_at(Point::new(3.0, 3.0));
    ui.simulate(events);
    assert_eq!(typed(ui.into_messages()), word);
}

#[test]
fn ten_fingers_at_once_are_ten_letters() {
    let keys = keys(Mode::Lower);
    let mut ui = keyboard(Mode::Lower);
    let word = "qwertyuiop";
    ui.simulate(word.chars().enumerate().map(|(i, c)| down(i as u64, place(&keys, &KeyPress::Char(c)))));
    assert_eq!(typed(ui.into_messages()), word);
}

#[test]
fn a_touch_between_two_keys_is_one_of_them() {
    let keys = keys(Mode::Lower);
    let q = place(&keys, &KeyPress::Char('q'));
    let w = place(&keys, &KeyPress::Char('w'));
    let mut x = q.x;
    while x < w.x {
        let mut ui = keyboard(Mode::Lower);
        ui.simulate([down(1, Point::new(x, q.y + 20.0))]);
        assert_eq!(ui.into_messages().count(), 1, "at {x}");
        x += 1.0;
    }
}

#[test]
fn backspace_repeats_while_it_is_held_and_stops_when_let_go() {
    let keys = keys(Mode::Lower);
    let at = place(&keys, &KeyPress::Backspace);
    let mut ui = keyboard(Mode::Lower);
    let start = Instant::now();
    ui.simulate([down(1, at)]);
    for tenth in 1..=20 {
        ui.simulate([redraw(start + Duration::from_millis(tenth * 100))]);
    }
    ui.simulate([up(1, at)]);
    ui.simulate([redraw(start + Duration::from_secs(9))]);
    let presses = ui.into_messages().count();
    assert!((10..=20).contains(&presses), "{presses} presses in 2 s");
}

#[test]
fn a_letter_does_not_repeat() {
    let keys = keys(Mode::Lower);
    let mut ui = keyboard(Mode::Lower);
    let start = Instant::now();
    ui.simulate([down(1, place(&keys, &KeyPress::Char('a')))]);
    for second in 1..5 {
        ui.simulate([redraw(start + Duration::from_secs(second))]);
    }
    assert_eq!(ui.into_messages().count(), 1);
}

#[test]
fn the_mouse_types_too() {
    let keys = keys(Mode::IdNumber);
    let mut ui = keyboard(Mode::IdNumber);
    ui.point_at(place(&keys, &KeyPress::Char('X')));
    ui.simulate([
        Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)),
        Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)),
    ]);
    assert_eq!(typed(ui.into_messages()), "X");
}

#[test]
fn every_mode_has_a_way_on() {
    for (mode, needed) in [
        (Mode::Pinyin, "abcxyz'"),
        (Mode::Upper, "ABCXYZ"),
        (Mode::Digits, "0123456789-."),
        (Mode::IdNumber, "0123456789X"),
        (Mode::Phone, "0123456789"),
        (Mode::Symbols, "，。、"),
    ] {
        let keys = keys(mode);
        let has = |key: KeyPress| keys.iter().any(|(known, _)| *known == key);
        for c in needed.chars() {
            assert!(has(KeyPress::Char(c)), "{mode:?} has no {c}");
        }
        assert!(has(KeyPress::Backspace) && has(KeyPress::Hide), "{mode:?}");
    }
}

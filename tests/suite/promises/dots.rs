//! What is on the panel is what belongs there: after every step of a session the picture that the window has built up
//! change by change is the one that is drawn from nothing, dot by dot.
//!
//! The strip at the top is left out: the twin that draws from nothing has a network and a clock of its own.

use super::next_resident::Hand;
use crate::driver::Driver;
use bianmin_kiosk::app::Message;
use bianmin_kiosk::screen::{self, apply, search};
use bianmin_kiosk::widget::KeyPress;
use bianmin_kiosk::widget::keyboard::Mode;
use bianmin_kiosk::widget::page::strip_height;
use iced::Point;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Waits until the window shows what the twin draws from nothing.
#[track_caller]
fn compare(hand: &mut Hand, step: &str) {
    let (width, _, wanted) = hand.twin.draw();
    let strip = strip_height(hand.twin.app().context()).ceil() as usize * width as usize;
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let differing = hand.display.differing(&wanted, strip);
        if differing == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{step}: {differing} dots are not what belongs there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A tap on both.
#[track_caller]
fn tap(hand: &mut Hand, place: Point, step: &str) {
    let scale = hand.twin.app().scale();
    hand.display.click(place.x * scale, place.y * scale);
    hand.twin.pause(Duration::from_secs(1));
    for message in hand.twin.touch(place) {
        hand.twin.send(message);
    }
    compare(hand, step);
}

#[track_caller]
fn press(hand: &mut Hand, key: &str) {
    let words = hand.twin.app().context().t(key);
    press_words(hand, &words);
}

#[track_caller]
fn press_words(hand: &mut Hand, words: &str) {
    let (x, y) = hand.twin.place(words).unwrap_or_else(|| panic!("{words} is not on the screen"));
    let scale = hand.twin.app().scale();
    tap(hand, Point::new(x / scale, y / scale), words);
}

/// The key of the on-screen keyboard that a message is of.
fn key_of(message: &Message) -> Option<&KeyPress> {
    let Message::Effect(message) = message else { return None };
    match &**message {
        Message::Screen(screen::Message::Search(search::Message::Key(key))) => Some(key),
        Message::Screen(screen::Message::Apply(apply::Message::Fields(apply::fields::Message::Key(key)))) => {
            Some(key)
        }
        _ => None,
    }
}

fn place_of(twin: &Driver, key: &KeyPress) -> Option<Point> {
    let (width, height) = (twin.size().width as usize, twin.size().height as usize);
    let places = (height - 800..height - 150)
        .step_by(40)
        .flat_map(|y| (30..width).step_by(50).map(move |x| Point::new(x as f32, y as f32)));
    let mut places = places;
    places.find(|place| twin.touch(*place).iter().any(|message| key_of(message) == Some(key)))
}

#[track_caller]
fn type_key(hand: &mut Hand, key: &KeyPress, step: &str) {
    let place = place_of(&hand.twin, key).unwrap_or_else(|| panic!("{step} is not on the keyboard"));
    tap(hand, place, step);
}

#[track_caller]
fn type_keys(hand: &mut Hand, letters: &str) {
    for letter in letters.chars() {
        type_key(hand, &KeyPress::Char(letter), &letter.to_string());
    }
}

#[test]
fn what_the_window_has_built_up_is_what_is_drawn_from_nothing() {
    let mut hand = Hand::new(3600);
    hand.settle();
    press(&mut hand, "idle-touch");
    press(&mut hand, "home-search");
    // Letters over their hint, and away again.
    type_keys(&mut hand, "sfz");
    type_key(&mut hand, &KeyPress::Candidate(1), "a candidate");
    type_keys(&mut hand, "x");
    type_key(&mut hand, &KeyPress::Backspace, "backspace");
    // Every set of keys over the one before.
    for mode in [Mode::Lower, Mode::Upper, Mode::Symbols, Mode::Digits, Mode::Pinyin] {
        type_key(&mut hand, &KeyPress::Mode(mode), &format!("{mode:?}"));
    }
}

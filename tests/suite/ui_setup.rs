//! The window of a terminal that cannot work yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bianmin_kiosk::font;
use bianmin_kiosk::setup::{Cause, Message, Setup};
use bianmin_kiosk::theme::Look;
use bianmin_locale::{Language, Texts};
use bianmin_terminal::config::Config;
use iced::Size;
use iced_test::Simulator;

use crate::picture;
use crate::programs::{Hall, Kiosk};

fn setup(cause: Cause, size: Size) -> (Setup, Arc<AtomicBool>) {
    let is_ready = Arc::new(AtomicBool::new(false));
    (Setup::new(cause, Arc::new(|| false), Arc::clone(&is_ready), size), is_ready)
}

/// A file with more mistakes than there is room for.
fn invalid() -> Cause {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.toml");
    let lines: String = (0..12).map(|number| format!("nonsense_{number} = {number}\n")).collect();
    std::fs::write(&file, lines).unwrap();
    let mut invalid = Config::load(&file).unwrap_err();
    invalid.path = "/etc/bianmin/kiosk.toml".into();
    Cause::Settings(invalid)
}

#[test]
fn it_says_in_every_language_what_is_wrong_and_what_a_technician_does() {
    font::load().unwrap();
    let other = || Cause::Other("another bianmin-kiosk is running with this --data folder".to_owned());
    for size in [Size::new(1080.0, 1920.0), Size::new(1920.0, 1080.0), Size::new(1280.0, 720.0)] {
        for (cause, key) in
            [(Cause::Unenrolled, "setup-enrol"), (invalid(), "setup-check"), (other(), "setup-doctor")]
        {
            let (window, _) = setup(cause, size);
            let mut ui = Simulator::with_size(font::settings(), window.size(), window.view());
            for texts in Language::ALL.map(Texts::new) {
                for key in ["setup-title", "setup-resident", key, "setup-again"] {
                    let found = ui.find(texts.t(key).as_str()).unwrap();
                    let bounds = found.bounds();
                    // What finds no room is pressed flat or pushed below.
                    let end = window.size().height - 20.0;
                    let fits = bounds.height > 20.0 && bounds.y > 20.0 && bounds.y + bounds.height < end;
                    assert!(fits, "{key} at {size:?}: {bounds:?}");
                }
            }
        }
    }
}

/// What the program says without a display, and how it ends.
fn without_display(kiosk: &Kiosk, display: Option<&str>) -> String {
    let mut command = kiosk.prepared(&["run"]);
    command.env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").env("LC_ALL", "C");
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn without_a_display_the_program_says_in_one_line_what_is_wrong() {
    let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
    for display in [None, Some(":65001")] {
        let said = without_display(&kiosk, display);
        assert!(said.contains("not enrolled") && said.lines().count() == 1, "{said}");
    }
    let hall = Hall::start(None);
    let kiosk = hall.terminal();
    for display in [None, Some(":65001"), Some("nowhere")] {
        let said = without_display(&kiosk, display);
        assert!(said.contains("display") && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn it_stays_until_the_terminal_can_work() {
    let (mut window, is_ready) = setup(Cause::Unenrolled, Size::new(1080.0, 1920.0));
    for message in [Message::Retry, Message::Tried(false), Message::Retry] {
        drop(window.update(message));
        assert!(!is_ready.load(Ordering::Relaxed));
    }
    drop(window.update(Message::Tried(true)));
    assert!(is_ready.load(Ordering::Relaxed));
}

#[test]
fn pictures() {
    for (name, cause, size) in [
        ("setup-unenrolled", Cause::Unenrolled, Size::new(1080.0, 1920.0)),
        ("setup-settings", invalid(), Size::new(1920.0, 1080.0)),
    ] {
        let (window, _) = setup(cause, size);
        picture::assert_golden(name, &picture::draw(window.view(), Look::default(), window.size()));
    }
}

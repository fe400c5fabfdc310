//! Keyboards, keypads and scanners that are plugged in: their keys, and the codes that they type.
//!
//! What they type is held in [`Secret`]s and [`Run`]s, so that it appears in no log.

use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::input::scan::Run;
use iced::Task;
use iced::keyboard::key::Named;
use iced::keyboard::{Event, Key};

use super::{App, Message};
use crate::screen::apply::Secret;
use crate::screen::{HardKey, InputEvent, Route, ScanPolicy, Screen};

/// Fewer characters before Enter are no code.
const SHORTEST_CODE: usize = 6;

/// Finds receipts' codes in what is typed.
#[derive(Debug, Default)]
pub(super) struct Hardware {
    run: Run,
    /// How long the run was when it was last looked at: what has not grown since stands still.
    looked_at: usize,
    /// How long it was when it was last taken for a code.
    read_at: usize,
}

impl Hardware {
    /// Takes a key; gives a receipt's code once there is one. With `any`, whatever ends like a code is taken for one.
    pub(super) fn key(&mut self, key: &HardKey, any: bool) -> Option<Secret<String>> {
        match key {
            HardKey::Text(Secret(text)) => {
                text.chars().for_each(|character| self.run.push(character));
                // A number proves itself; a scanner need not say that it has ended.
                let is_number = RegistrationNumber::parse(self.run.as_str()).is_ok();
                is_number.then(|| self.take())
            }
            HardKey::Enter | HardKey::Tab => {
                let is_code = any && self.run.as_str().chars().count() >= SHORTEST_CODE;
                let code = self.take();
                (is_code || code.0.contains("://")).then_some(code)
            }
            HardKey::Backspace | HardKey::Escape => {
                self.clear();
                None
            }
        }
    }

    /// Called now and then while something is held: a link that stands still is whole, or is looked at again when it
    /// has gone on.
    pub(super) fn pause(&mut self) -> Option<Secret<String>> {
        let length = self.run.as_str().len();
        let stands = self.looked_at == length;
        self.looked_at = length;
        if !stands || !self.waits() {
            return None;
        }
        self.read_at = length;
        Some(Secret(self.run.as_str().to_owned()))
    }

    /// Whether a link is held that has not been taken for a code as it is.
    pub(super) fn waits(&self) -> bool {
        self.run.is_link() && self.read_at != self.run.as_str().len()
    }

    /// Forgets what is held.
    pub(super) fn clear(&mut self) {
        self.run.clear();
        (self.looked_at, self.read_at) = (0, 0);
    }

    fn take(&mut self) -> Secret<String> {
        let code = Secret(self.run.as_str().to_owned());
        self.clear();
        code
    }
}

/// The key that an event is, if it is one that means something here.
pub(super) fn key(event: &Event) -> Option<HardKey> {
    let Event::KeyPressed { key, text, modifiers, .. } = event else { return None };
    match key {
        Key::Named(Named::Enter) => Some(HardKey::Enter),
        Key::Named(Named::Tab) => Some(HardKey::Tab),
        Key::Named(Named::Backspace) => Some(HardKey::Backspace),
        Key::Named(Named::Escape) => Some(HardKey::Escape),
        _ if modifiers.control() || modifiers.alt() || modifiers.logo() => None,
        _ => {
            let text: String = text.as_ref()?.chars().filter(|character| !character.is_control()).collect();
            (!text.is_empty()).then_some(HardKey::Text(Secret(text)))
        }
    }
}

impl App {
    /// A key of something that is plugged in.
    pub(super) fn hardware_key(&mut self, key: HardKey) -> Task<Message> {
        if self.warning.is_some() || self.display_open || self.leaving.is_some() {
            return Task::none();
        }
        match self.screen.scan_policy() {
            ScanPolicy::Typed => self.hardware.clear(),
            policy => {
                if let Some(code) = self.hardware.key(&key, policy == ScanPolicy::OpensProgress) {
                    return self.scanned(code);
                }
            }
        }
        let action = self.screen.input(InputEvent::Key(key), &self.ctx);
        self.act(action)
    }

    /// A receipt's code asks how that application stands, unless something is being filled in.
    pub(super) fn scanned(&mut self, code: Secret<String>) -> Task<Message> {
        if self.screen.scan_policy() == ScanPolicy::OpensProgress {
            let opened = if matches!(self.screen, Screen::Idle(_)) {
                self.take(Route::Begin(None))
            } else {
                Task::none()
            };
            let opened = Task::batch([opened, self.take(Route::Progress)]);
            let action = self.screen.input(InputEvent::Scan(code), &self.ctx);
            return Task::batch([opened, self.act(action)]);
        }
        let action = self.screen.input(InputEvent::Scan(code), &self.ctx);
        self.act(action)
    }
}

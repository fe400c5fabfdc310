//! The progress as the screen that it is: where it leads, and what comes from devices.

use std::hash::Hasher;

use super::{Action, Message, Progress};
use crate::context::Context;
use crate::screen::apply::Secret;
use crate::screen::{self, HardKey};
use crate::widget::Page;

/// Where the progress leads.
impl From<Action> for screen::Action<Message> {
    fn from(action: Action) -> Self {
        match action {
            Action::None => Self::None,
            Action::Run(task) => Self::Run(task),
            Action::Back => Self::Go(screen::Route::Back),
        }
    }
}

impl screen::ScreenState for Progress {
    type Message = Message;

    fn update(&mut self, message: Message, _: &Context) -> screen::Action<Message> {
        self.update(message).into()
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn key(&mut self, key: HardKey, _: &Context) -> screen::Action<Message> {
        self.hardware(key).into()
    }

    fn scan(&mut self, code: Secret<String>) -> screen::Action<Message> {
        self.scanned(&code.0).into()
    }

    fn scan_policy(&self) -> screen::ScanPolicy {
        screen::ScanPolicy::Read
    }

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }
}

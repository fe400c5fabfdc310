//! An application as the screen that it is: where it leads, and what comes from devices.

use std::hash::Hasher;

use super::{Action, Apply, Message};
use crate::context::Context;
use crate::screen::{self, HardKey};
use crate::widget::Page;

/// Where an application leads.
impl From<Action> for screen::Action<Message> {
    fn from(action: Action) -> Self {
        match action {
            Action::None => Self::None,
            Action::Leave => Self::Go(screen::Route::Back),
            Action::Run(task) => Self::Run(task),
            Action::Accepted(facts) => Self::Go(screen::Route::Receipt(facts)),
        }
    }
}

impl screen::ScreenState for Apply {
    type Message = Message;

    fn update(&mut self, message: Message, ctx: &Context) -> screen::Action<Message> {
        self.update(message, ctx).into()
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn key(&mut self, key: HardKey, ctx: &Context) -> screen::Action<Message> {
        self.hardware(key, ctx).into()
    }

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }

    fn language_changed(&mut self, ctx: &Context) {
        self.language_changed(ctx);
    }

    fn may_leave(&self) -> bool {
        !self.is_sending()
    }

    fn asks_before_leaving(&mut self) -> bool {
        self.holds_something()
    }
}

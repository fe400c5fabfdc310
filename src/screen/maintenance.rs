//! Maintenance, for the technician: behind the PIN, how each part is and what to do about it, test pages, new paper,
//! print jobs of which nobody knows, and sending now.
//!
//! It shows nothing of what residents have entered; there is nothing of it on this terminal that could be read.

pub mod dashboard;
mod jobs;
mod journal;
pub mod lock;

use std::hash::{Hash as _, Hasher};

use iced::Task;

use crate::context::Context;
use crate::services::Services;
use crate::widget::Page;

use super::HardKey;

/// The PIN, and the dashboard that it opens.
#[derive(Debug)]
pub struct Maintenance {
    services: Services,
    state: State,
}

#[derive(Debug)]
enum State {
    Locked(lock::Lock),
    Open(Box<dashboard::Dashboard>),
}

/// What happened.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the message of the part of that name")]
pub enum Message {
    Lock(lock::Message),
    Dashboard(dashboard::Message),
    /// Away from here.
    Back,
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// The session is over.
    End,
}

/// Where maintenance leads.
impl From<Action> for super::Action<Message> {
    fn from(action: Action) -> Self {
        match action {
            Action::None => Self::None,
            Action::Run(task) => Self::Run(task),
            Action::End => Self::Go(super::Route::End),
        }
    }
}

impl super::ScreenState for Maintenance {
    type Message = Message;

    fn tell_page(&self, mut page: &mut dyn Hasher) {
        self.tell_page(&mut page);
    }

    fn update(&mut self, message: Message, _: &Context) -> super::Action<Message> {
        self.update(message).into()
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        self.view(ctx)
    }

    fn key(&mut self, key: HardKey, _: &Context) -> super::Action<Message> {
        self.hardware(key).into()
    }

    fn status_changed(&mut self) -> super::Action<Message> {
        super::Action::Run(self.status_changed())
    }

    fn second(&mut self) -> super::Action<Message> {
        self.second();
        super::Action::None
    }
}

impl Maintenance {
    /// Locked, until the PIN is entered.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let lock = lock::Lock::new(services.terminal().technician().has_pin());
        Self { services, state: State::Locked(lock) }
    }

    /// Unlocked, and the work that looks how everything is.
    pub fn open(services: Services) -> (Self, Task<Message>) {
        let (dashboard, look) = dashboard::Dashboard::new(services.clone());
        (Self { services, state: State::Open(Box::new(dashboard)) }, look.map(Message::Dashboard))
    }

    /// Whether the PIN was given.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    pub(super) fn tell_page(&self, page: &mut impl Hasher) {
        std::mem::discriminant(&self.state).hash(page);
        if let State::Open(dashboard) = &self.state {
            dashboard.tell_page(page);
        }
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Action {
        match (&mut self.state, message) {
            (State::Locked(lock), Message::Lock(message)) => match lock.update(message, &self.services) {
                lock::Action::None => Action::None,
                lock::Action::Run(task) => Action::Run(task.map(Message::Lock)),
                lock::Action::Open => {
                    let (open, look) = Self::open(self.services.clone());
                    *self = open;
                    Action::Run(look)
                }
            },
            (State::Open(dashboard), Message::Dashboard(message)) => match dashboard.update(message) {
                dashboard::Action::None => Action::None,
                dashboard::Action::Run(task) => Action::Run(task.map(Message::Dashboard)),
                dashboard::Action::Leave => Action::End,
            },
            (_, Message::Back) => Action::End,
            // An answer that arrived after it was unlocked.
            _ => Action::None,
        }
    }

    /// A key of a keypad that is plugged in.
    pub fn hardware(&mut self, key: HardKey) -> Action {
        match (&mut self.state, lock::Message::of(key)) {
            (State::Locked(_), Some(message)) => self.update(Message::Lock(message)),
            _ => Action::None,
        }
    }

    /// How things stand has changed.
    pub fn status_changed(&mut self) -> Task<Message> {
        match &mut self.state {
            State::Locked(_) => Task::none(),
            State::Open(dashboard) => dashboard.status_changed().map(Message::Dashboard),
        }
    }

    /// A second went by.
    pub fn second(&mut self) {
        if let State::Locked(lock) = &mut self.state {
            lock.second();
        }
    }

    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match &self.state {
            State::Locked(lock) => lock.view(ctx).map(Message::Lock).back(Message::Back),
            State::Open(dashboard) => dashboard.view(ctx).map(Message::Dashboard),
        }
    }
}

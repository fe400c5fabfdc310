//! The screens. Each owns its state, so that leaving it wipes what was entered
//! and ends what it had begun.
//!
//! A screen is a struct with `new(…)`, `view(&self, &Context) -> Page<Message>`
//! and `update(&mut self, Message, &Context) -> Action`. Messages say what was
//! pressed or what has come; an `Action` says what the screen wants of `app`,
//! which alone changes screens. Work that a screen starts is
//! `.abortable()` with `abort_on_drop()`, and its handle lives in the screen.

pub mod apply;
pub mod browse;
pub mod display;
pub mod guide;
pub mod help;
pub mod home;
pub mod idle;
mod item;
pub mod listing;
pub mod maintenance;
pub mod paper;
pub mod progress;
pub mod receipt;
pub mod search;

use std::hash::{Hash as _, Hasher};

use crate::context::Context;
use crate::widget::Page;

/// The one screen that is shown, with its state.
#[derive(Debug)]
pub enum Screen {
    /// Invites to touch.
    Idle(idle::Idle),
    /// Asks what is wanted.
    Home(home::Home),
    /// Finds an item by what is typed.
    Search(search::Search),
    /// Themes or life events to choose from.
    Browse(browse::Browse),
    /// Items of one theme or life event, or all.
    Listing(listing::Listing),
    /// The guide of an item.
    Guide(guide::Guide),
    /// An application being filled in.
    Apply(Box<apply::Apply>),
    /// The receipt of one that was accepted.
    Receipt(Box<receipt::Receipt>),
    /// How an application stands.
    Progress(progress::Progress),
    /// How this works and who helps.
    Help(help::Help),
    /// For the technician.
    Maintenance(maintenance::Maintenance),
}

/// What was pressed on a screen.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is the message of the screen of that name")]
pub enum Message {
    Idle(idle::Message),
    Home(home::Message),
    Search(search::Message),
    Browse(browse::Message),
    Listing(listing::Message),
    Guide(guide::Message),
    Apply(apply::Message),
    Receipt(receipt::Message),
    Progress(progress::Message),
    Help(help::Message),
    Maintenance(maintenance::Message),
}

/// A key of a keyboard that is plugged in, or of a keypad for those who cannot use the touch screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HardKey {
    /// Characters.
    Text(apply::Secret<String>),
    /// Take back the last one.
    Backspace,
    /// The next field.
    Tab,
    /// On.
    Enter,
    /// Away with what is not chosen yet.
    Escape,
}

impl Screen {
    /// Draws the screen.
    pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        match self {
            Self::Idle(screen) => screen.view(ctx).map(Message::Idle),
            Self::Home(screen) => screen.view(ctx).map(Message::Home),
            Self::Search(screen) => screen.view(ctx).map(Message::Search),
            Self::Browse(screen) => screen.view(ctx).map(Message::Browse),
            Self::Listing(screen) => screen.view(ctx).map(Message::Listing),
            Self::Guide(screen) => screen.view(ctx).map(Message::Guide),
            Self::Apply(screen) => screen.view(ctx).map(Message::Apply),
            Self::Receipt(screen) => screen.view(ctx).map(Message::Receipt),
            Self::Progress(screen) => screen.view(ctx).map(Message::Progress),
            Self::Help(screen) => screen.view(ctx).map(Message::Help),
            Self::Maintenance(screen) => screen.view(ctx).map(Message::Maintenance),
        }
    }

    /// Tells this page from others: where another thing stands under a finger that has not moved. What is typed and
    /// the pages of a list make none, so that keys and pagers can be pressed fast.
    pub fn tell_page(&self, page: &mut impl Hasher) {
        std::mem::discriminant(self).hash(page);
        match self {
            Self::Search(search) => search.tell_page(page),
            Self::Guide(guide) => guide.tell_page(page),
            Self::Apply(apply) => apply.tell_page(page),
            Self::Receipt(receipt) => receipt.tell_page(page),
            Self::Progress(progress) => progress.tell_page(page),
            Self::Maintenance(maintenance) => maintenance.tell_page(page),
            Self::Idle(_) | Self::Home(_) | Self::Browse(_) | Self::Listing(_) | Self::Help(_) => {}
        }
    }

    /// Whether leaving it alone for long ends a session with a warning: on the
    /// first two screens there is nothing to lose.
    #[must_use]
    pub const fn holds_something(&self) -> bool {
        !matches!(self, Self::Idle(_) | Self::Home(_))
    }
}

//! The screens. Each owns its state, so that leaving it wipes what was entered
//! and ends what it had begun.
//!
//! A screen is a struct with `new(…)` that is a [`ScreenState`]: it draws itself, follows its own messages and what
//! comes from devices, and answers with an [`Action`]. `app` alone changes screens: where to go is a [`Route`]. Work that
//! a screen starts is `.abortable()` with `abort_on_drop()`, and its handle lives in the screen.

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
mod route;
pub mod search;

pub use route::Route;

use std::hash::{Hash as _, Hasher};

use iced::Task;

use crate::context::Context;
use crate::widget::Page;
use apply::Secret;

/// What a screen wants to happen outside of it.
#[derive(Debug)]
pub enum Action<M> {
    /// Nothing.
    None,
    /// Work for the background.
    Run(Task<M>),
    /// Somewhere else.
    Go(Route),
}

/// What comes from a device other than the touch screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputEvent {
    /// A key of a keyboard that is plugged in, or of a keypad.
    Key(HardKey),
    /// What a scanner read.
    Scan(Secret<String>),
}

/// A key of a keyboard that is plugged in, or of a keypad for those who cannot use the touch screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HardKey {
    /// Characters.
    Text(Secret<String>),
    /// Take back the last one.
    Backspace,
    /// The next field.
    Tab,
    /// On.
    Enter,
    /// Away with what is not chosen yet.
    Escape,
}

/// What a scanned code means on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanPolicy {
    /// Something is filled in: what a scanner types goes where it types.
    Typed,
    /// A receipt's code opens the progress of its application, and whatever ends like a code is taken for one.
    OpensProgress,
    /// The screen itself looks for a receipt's code.
    Read,
}

/// What `app` asks of the screen that is shown. What a screen has nothing to say about it leaves out.
pub trait ScreenState {
    /// What was pressed on it, or has come for it.
    type Message;

    /// What follows from `message`.
    fn update(&mut self, message: Self::Message, ctx: &Context) -> Action<Self::Message>;

    /// Draws it.
    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Self::Message>;

    /// What follows from a device.
    fn input(&mut self, event: InputEvent, ctx: &Context) -> Action<Self::Message> {
        match event {
            InputEvent::Key(key) => self.key(key, ctx),
            InputEvent::Scan(code) => self.scan(code),
        }
    }

    /// What follows from a key of a keyboard or keypad.
    fn key(&mut self, _key: HardKey, _ctx: &Context) -> Action<Self::Message> {
        Action::None
    }

    /// What follows from a scanned code.
    fn scan(&mut self, _code: Secret<String>) -> Action<Self::Message> {
        Action::None
    }

    /// What a scanned code means here.
    fn scan_policy(&self) -> ScanPolicy {
        ScanPolicy::Typed
    }

    /// Tells this page from others of the same screen: where another thing stands under a finger that has not moved.
    /// What is typed and the pages of a list make none, so that keys and pagers can be pressed fast.
    fn tell_page(&self, _page: &mut dyn Hasher) {}

    /// Another language was chosen.
    fn language_changed(&mut self, _ctx: &Context) {}

    /// The terminal's status changed.
    fn status_changed(&mut self) -> Action<Self::Message> {
        Action::None
    }

    /// A second went by.
    fn second(&mut self) -> Action<Self::Message> {
        Action::None
    }

    /// Somebody touched the panel.
    fn touched(&mut self) {}

    /// Whether it may be left at all now.
    fn may_leave(&self) -> bool {
        true
    }

    /// Whether to ask before it is left, because something would be lost.
    fn asks_before_leaving(&mut self) -> bool {
        false
    }

    /// Whether it counts for itself when it is left alone, and says so all the time.
    fn ends_by_itself(&self) -> bool {
        false
    }
}

impl<M: 'static> Action<M> {
    /// The same for another type of message.
    fn map<N: Send + 'static>(self, f: impl Fn(M) -> N + Send + 'static) -> Action<N>
    where
        M: Send,
    {
        match self {
            Self::None => Action::None,
            Self::Run(task) => Action::Run(task.map(f)),
            Self::Go(route) => Action::Go(route),
        }
    }
}

/// A screen that is too large to be moved about.
impl<S: ScreenState> ScreenState for Box<S> {
    type Message = S::Message;

    fn update(&mut self, message: S::Message, ctx: &Context) -> Action<S::Message> {
        (**self).update(message, ctx)
    }

    fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, S::Message> {
        (**self).view(ctx)
    }

    fn input(&mut self, event: InputEvent, ctx: &Context) -> Action<S::Message> {
        (**self).input(event, ctx)
    }

    fn scan_policy(&self) -> ScanPolicy {
        (**self).scan_policy()
    }

    fn tell_page(&self, page: &mut dyn Hasher) {
        (**self).tell_page(page);
    }

    fn language_changed(&mut self, ctx: &Context) {
        (**self).language_changed(ctx);
    }

    fn status_changed(&mut self) -> Action<S::Message> {
        (**self).status_changed()
    }

    fn second(&mut self) -> Action<S::Message> {
        (**self).second()
    }

    fn touched(&mut self) {
        (**self).touched();
    }

    fn may_leave(&self) -> bool {
        (**self).may_leave()
    }

    fn asks_before_leaving(&mut self) -> bool {
        (**self).asks_before_leaving()
    }

    fn ends_by_itself(&self) -> bool {
        (**self).ends_by_itself()
    }
}

/// Writes out what is the same for every screen.
macro_rules! screens {
    ($($(#[doc = $doc:literal])* $name:ident($state:ty, $message:ty),)*) => {
        /// The one screen that is shown, with its state.
        #[derive(Debug)]
        pub enum Screen {
            $($(#[doc = $doc])* $name($state),)*
        }

        /// What was pressed on a screen.
        #[derive(Debug, Clone)]
        pub enum Message {
            $($(#[doc = $doc])* $name($message),)*
        }

        impl Screen {
            /// Draws the screen.
            pub fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
                match self {
                    $(Self::$name(screen) => ScreenState::view(screen, ctx).map(Message::$name),)*
                }
            }

            /// What follows from `message`; nothing from one of a screen that has been left meanwhile.
            pub fn update(&mut self, message: Message, ctx: &Context) -> Action<Message> {
                match (self, message) {
                    $((Self::$name(screen), Message::$name(message)) => {
                        ScreenState::update(screen, message, ctx).map(Message::$name)
                    })*
                    _ => Action::None,
                }
            }

            /// What follows from a device.
            pub fn input(&mut self, event: InputEvent, ctx: &Context) -> Action<Message> {
                match self {
                    $(Self::$name(screen) => ScreenState::input(screen, event, ctx).map(Message::$name),)*
                }
            }

            /// What a scanned code means here.
            #[must_use]
            pub fn scan_policy(&self) -> ScanPolicy {
                match self {
                    $(Self::$name(screen) => ScreenState::scan_policy(screen),)*
                }
            }

            /// Tells this page from others: where another thing stands under a finger that has not moved.
            pub fn tell_page(&self, page: &mut impl Hasher) {
                std::mem::discriminant(self).hash(page);
                match self {
                    $(Self::$name(screen) => ScreenState::tell_page(screen, page),)*
                }
            }

            /// Another language was chosen.
            pub fn language_changed(&mut self, ctx: &Context) {
                match self {
                    $(Self::$name(screen) => ScreenState::language_changed(screen, ctx),)*
                }
            }

            /// The terminal's status changed.
            pub fn status_changed(&mut self) -> Action<Message> {
                match self {
                    $(Self::$name(screen) => ScreenState::status_changed(screen).map(Message::$name),)*
                }
            }

            /// A second went by.
            pub fn second(&mut self) -> Action<Message> {
                match self {
                    $(Self::$name(screen) => ScreenState::second(screen).map(Message::$name),)*
                }
            }

            /// Somebody touched the panel.
            pub fn touched(&mut self) {
                match self {
                    $(Self::$name(screen) => ScreenState::touched(screen),)*
                }
            }

            /// Whether it may be left at all now.
            #[must_use]
            pub fn may_leave(&self) -> bool {
                match self {
                    $(Self::$name(screen) => ScreenState::may_leave(screen),)*
                }
            }

            /// Whether to ask before it is left, because something would be lost.
            pub fn asks_before_leaving(&mut self) -> bool {
                match self {
                    $(Self::$name(screen) => ScreenState::asks_before_leaving(screen),)*
                }
            }

            /// Whether it counts for itself when it is left alone.
            #[must_use]
            pub fn ends_by_itself(&self) -> bool {
                match self {
                    $(Self::$name(screen) => ScreenState::ends_by_itself(screen),)*
                }
            }
        }
    };
}

// A new screen is a file, a line here, and a route to it.
screens! {
    /// Invites to touch.
    Idle(idle::Idle, idle::Message),
    /// Asks what is wanted.
    Home(home::Home, home::Message),
    /// Finds an item by what is typed.
    Search(search::Search, search::Message),
    /// Themes or life events to choose from.
    Browse(browse::Browse, browse::Message),
    /// Items of one theme or life event, or all.
    Listing(listing::Listing, listing::Message),
    /// The guide of an item.
    Guide(guide::Guide, guide::Message),
    /// An application being filled in.
    Apply(Box<apply::Apply>, apply::Message),
    /// The receipt of one that was accepted.
    Receipt(Box<receipt::Receipt>, receipt::Message),
    /// How an application stands.
    Progress(progress::Progress, progress::Message),
    /// How this works and who helps.
    Help(help::Help, help::Message),
    /// For the technician.
    Maintenance(maintenance::Maintenance, maintenance::Message),
}

impl Screen {
    /// Whether leaving it alone for long ends a session with a warning: on the
    /// first two screens there is nothing to lose.
    #[must_use]
    pub const fn holds_something(&self) -> bool {
        !matches!(self, Self::Idle(_) | Self::Home(_))
    }
}

//! The window of a terminal that cannot work yet: it says what is wrong and what a technician does, in every language,
//! and stays until that is done. It must not know how a terminal works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bianmin_locale::{Language, Texts};
use bianmin_settings::Invalid;
use bianmin_terminal::config::Screen;
use iced::widget::{Column, Row, Space, column, container, text};
use iced::{Element, Length, Size, Subscription, Task, Theme, event, window};

use crate::font;
use crate::theme::{Look, Panel, Tone, space};

/// How often it is tried whether the terminal can work now.
const RETRY: Duration = Duration::from_secs(5);
/// So many problems of a settings file are shown.
const SHOWN: usize = 4;

/// Why the terminal cannot work.
#[derive(Debug, Clone)]
pub enum Cause {
    /// It belongs to no hall.
    Unenrolled,
    /// Its settings are not valid.
    Settings(Invalid),
    /// Something else, in the words of the error.
    Other(String),
}

/// Whether the terminal can work now; may block.
pub type Retry = Arc<dyn Fn() -> bool + Send + Sync>;

/// The window's state.
pub struct Setup {
    cause: Cause,
    retry: Retry,
    is_ready: Arc<AtomicBool>,
    size: Size,
    /// Physical pixels for one logical pixel.
    scale: f32,
    is_trying: bool,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("cause", &self.cause).finish_non_exhaustive()
    }
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub enum Message {
    /// Try again.
    Retry,
    /// Whether the terminal can work now.
    Tried(bool),
    /// The window has another size, in logical pixels.
    Resized(Size),
}

impl Setup {
    /// A window about `cause` on a panel of `size` in pixels; `is_ready` is set when it closes because the terminal can
    /// work.
    #[must_use]
    pub fn new(cause: Cause, retry: Retry, is_ready: Arc<AtomicBool>, size: Size) -> Self {
        let scale = Panel::scale(size.width, size.height);
        let size = Size::new(size.width / scale, size.height / scale);
        Self { cause, retry, is_ready, size, scale, is_trying: false }
    }

    /// The window in logical pixels.
    #[must_use]
    pub const fn size(&self) -> Size {
        self.size
    }

    /// What follows from `message`.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        crate::watchdog::note_progress();
        match message {
            Message::Retry if self.is_trying => Task::none(),
            Message::Retry => {
                self.is_trying = true;
                let retry = Arc::clone(&self.retry);
                let tried =
                    async move { tokio::task::spawn_blocking(move || retry()).await.unwrap_or(false) };
                Task::perform(tried, Message::Tried)
            }
            Message::Tried(works) => {
                self.is_trying = false;
                if !works {
                    return Task::none();
                }
                self.is_ready.store(true, Ordering::Relaxed);
                iced::exit()
            }
            Message::Resized(size) => {
                let physical = Size::new(size.width * self.scale, size.height * self.scale);
                self.scale = Panel::scale(physical.width, physical.height);
                self.size = Size::new(physical.width / self.scale, physical.height / self.scale);
                Task::none()
            }
        }
    }

    /// Draws the window: each language in a card of its own.
    pub fn view(&self) -> Element<'_, Message> {
        let look = Look::default();
        let cards = Language::ALL.iter().map(|language| self.card(look, &Texts::new(*language)));
        let cards: Element<'_, Message> = if self.size.width > self.size.height {
            Row::with_children(cards).spacing(space::L).into()
        } else {
            Column::with_children(cards).spacing(space::L).into()
        };
        container(cards)
            .padding(space::XL)
            .center_y(Length::Fill)
            .width(Length::Fill)
            .height(Length::Fill)
            .into()
    }

    fn card<'a>(&self, look: Look, texts: &Texts) -> Element<'a, Message> {
        let (what, command) = self.words(texts);
        let what = what.into_iter().map(|line| look.hint(line).wrapping(text::Wrapping::WordOrGlyph).into());
        container(
            column![
                look.title(texts.t("setup-title")),
                look.body(texts.t("setup-resident")),
                Space::new().height(space::S),
                look.strong(texts.t("setup-technician")).color(look.palette.tone(Tone::Warn)),
            ]
            .push(Column::with_children(what).spacing(space::XS))
            .push(look.body(command).wrapping(text::Wrapping::WordOrGlyph))
            .push(look.hint(texts.t("setup-again")))
            .spacing(space::S),
        )
        .padding(space::L)
        .width(Length::Fill)
        .style(look.card())
        .into()
    }

    /// What is wrong, and the command that says or does more.
    fn words(&self, texts: &Texts) -> (Vec<String>, String) {
        match &self.cause {
            Cause::Unenrolled => (vec![texts.t("setup-unenrolled")], texts.t("setup-enrol")),
            Cause::Settings(invalid) => {
                let path = invalid.path.display().to_string();
                let mut lines = vec![texts.t_args("setup-settings", &[("path", path.into())])];
                lines.extend(invalid.problems.iter().take(SHOWN).map(|problem| problem.say(texts)));
                (lines, texts.t("setup-check"))
            }
            Cause::Other(words) => (vec![words.clone()], texts.t("setup-doctor")),
        }
    }

    fn subscription(&self) -> Subscription<Message> {
        Subscription::batch([
            iced::time::every(RETRY).map(|_| Message::Retry),
            event::listen_with(|event, _, _| match event {
                iced::Event::Window(window::Event::Opened { size, .. } | window::Event::Resized(size)) => {
                    Some(Message::Resized(size))
                }
                _ => None,
            }),
        ])
    }

    fn theme(&self) -> Theme {
        Look::default().theme()
    }

    const fn scale(&self) -> f32 {
        self.scale
    }
}

/// Shows the window until the terminal can work or the window is closed; whether it can.
///
/// # Errors
/// There is no font or no display.
pub fn run(cause: Cause, retry: Retry, screen: &Screen) -> Result<bool, crate::RunError> {
    font::load()?;
    crate::watchdog::start()?;
    let is_ready = Arc::new(AtomicBool::new(false));
    let size = Size::new(screen.width as f32, screen.height as f32);
    let boot = {
        let is_ready = Arc::clone(&is_ready);
        move || (Setup::new(cause.clone(), Arc::clone(&retry), Arc::clone(&is_ready), size), Task::none())
    };
    iced::application(boot, Setup::update, Setup::view)
        .settings(font::settings())
        .title(|_: &Setup| Texts::new(Language::default()).t("window-title"))
        .subscription(Setup::subscription)
        .theme(Setup::theme)
        .scale_factor(Setup::scale)
        .window(crate::window_settings(screen))
        .run()?;
    Ok(is_ready.load(Ordering::Relaxed))
}

//! The PIN: digits are pressed, the terminal says whether they are right, and after wrong ones it waits.

use std::time::Duration;

use bianmin_terminal::pin::{DIGITS, Pin, PinError, Try};
use iced::widget::{column, container, row};
use iced::{Element, Length, Task, task};

use crate::context::{Context, Layout};
use crate::icon::Icon;
use crate::screen::HardKey;
use crate::screen::apply::Secret;
use crate::services::Services;
use crate::theme::{Tone, radius, space};
use crate::widget::button::{self, Kind};
use crate::widget::{Page, notice};

/// What was pressed so far, and what came of the last try.
#[derive(Debug)]
pub struct Lock {
    digits: Secret<String>,
    has_pin: bool,
    said: Option<Said>,
    /// Ends the try with the screen.
    trying: Option<task::Handle>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Wrong,
    /// Nothing is heard for so many seconds more.
    Wait(u64),
    /// The PIN cannot be looked at now.
    Failed,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A digit.
    Digit(Secret<char>),
    /// Take the last one back.
    Erase,
    /// Try them.
    Enter,
    /// What came of it; none if it could not be tried.
    Tried(Option<Try>),
}

impl Message {
    /// What a key of a keypad means here.
    pub(super) fn of(key: HardKey) -> Option<Self> {
        match key {
            HardKey::Text(text) => text.0.chars().next().map(|digit| Self::Digit(Secret(digit))),
            HardKey::Backspace => Some(Self::Erase),
            HardKey::Enter => Some(Self::Enter),
            HardKey::Tab | HardKey::Escape => None,
        }
    }
}

/// What follows.
#[derive(Debug)]
pub enum Action {
    /// Nothing else.
    None,
    /// Work for the background.
    Run(Task<Message>),
    /// The PIN was right.
    Open,
}

/// A PIN that could not be tried is logged.
fn tried(result: Option<Result<Try, PinError>>) -> Message {
    Message::Tried(result.and_then(|tried| {
        tried.inspect_err(|error| tracing::error!(%error, "the PIN could not be tried")).ok()
    }))
}

impl Lock {
    /// Nothing pressed yet.
    pub(super) fn new(has_pin: bool) -> Self {
        Self { digits: Secret(String::new()), has_pin, said: None, trying: None }
    }

    pub(super) fn second(&mut self) {
        if let Some(Said::Wait(left)) = &mut self.said {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.said = None;
            }
        }
    }

    fn may_type(&self) -> bool {
        self.has_pin && self.trying.is_none() && !matches!(self.said, Some(Said::Wait(_)))
    }

    fn may_enter(&self) -> bool {
        self.may_type() && DIGITS.contains(&self.digits.0.len())
    }

    pub(super) fn update(&mut self, message: Message, services: &Services) -> Action {
        match message {
            Message::Digit(Secret(digit)) => {
                if self.may_type() && digit.is_ascii_digit() && self.digits.0.len() < *DIGITS.end() {
                    self.said = None;
                    self.digits.0.push(digit);
                }
            }
            Message::Erase => {
                self.digits.0.pop();
            }
            Message::Enter if self.may_enter() => {
                let pin = Pin::typed(std::mem::take(&mut self.digits.0));
                let tried = services.off_thread(move |terminal| terminal.technician().try_pin(&pin), tried);
                let (task, handle) = tried.abortable();
                self.trying = Some(handle.abort_on_drop());
                return Action::Run(task);
            }
            Message::Enter => {}
            Message::Tried(arrived) => {
                self.trying = None;
                self.said = match arrived {
                    Some(Try::Open) => return Action::Open,
                    Some(Try::Wrong(Duration::ZERO)) => Some(Said::Wrong),
                    Some(Try::Wrong(wait) | Try::Wait(wait)) => Some(Said::Wait(wait.as_secs().max(1))),
                    Some(Try::Unset) => {
                        self.has_pin = false;
                        None
                    }
                    None => Some(Said::Failed),
                };
            }
        }
        Action::None
    }

    pub(super) fn view<'a>(&'a self, ctx: &'a Context) -> Page<'a, Message> {
        let page = |body: Element<'a, Message>| Page::new(ctx.t("maintenance-pin-title"), body);
        // What is said comes last, so that no key moves under a finger that is about to press it.
        let page = match ctx.layout {
            Layout::Portrait => {
                page(column![self.dots(ctx), self.pad(ctx)].push(self.notice(ctx)).spacing(space::L).into())
            }
            Layout::PortraitLow => {
                let beside = column![self.dots(ctx)].push(self.notice(ctx)).spacing(space::L);
                page(row![beside, self.pad(ctx)].spacing(space::L).into())
            }
            Layout::Landscape => {
                let body = column![self.dots(ctx)].push(self.notice(ctx)).spacing(space::L);
                page(body.into()).aside(self.pad(ctx))
            }
        };
        page.subtitle(ctx.t("maintenance-pin-hint"))
            .primary(ctx.t("maintenance-pin-enter"), self.may_enter().then_some(Message::Enter))
    }

    /// How many digits there are, not which.
    fn dots<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let count = self.digits.0.len();
        let dots = row((0..count.max(*DIGITS.start())).map(|at| {
            let (ground, line) = if at < count {
                (look.palette.primary, look.palette.primary)
            } else {
                (look.palette.card, look.palette.ink_2)
            };
            container(iced::widget::Space::new().width(28).height(28))
                .style(move |_| container::Style {
                    background: Some(iced::Background::Color(ground)),
                    border: iced::Border { color: line, width: 3.0, radius: radius::PILL.into() },
                    ..container::Style::default()
                })
                .into()
        }))
        .spacing(if ctx.layout == Layout::PortraitLow { space::XS } else { space::M });
        container(dots).center_x(Length::Fill).padding(space::L).style(look.card()).into()
    }

    fn notice<'a>(&self, ctx: &Context) -> Option<Element<'a, Message>> {
        let one = |tone, icon, title: String, hint: &str| {
            Some(notice(ctx.look, tone, icon, title, Some(ctx.t(hint))).into())
        };
        if !self.has_pin {
            let title = ctx.t("maintenance-pin-unset");
            return one(Tone::Warn, Icon::Info, title, "maintenance-pin-unset-hint");
        }
        if self.trying.is_some() {
            let title = ctx.t("maintenance-pin-trying");
            return one(Tone::Info, Icon::Clock, title, "maintenance-pin-trying-hint");
        }
        match self.said? {
            Said::Wrong => {
                let title = ctx.t("maintenance-pin-wrong");
                one(Tone::Bad, Icon::Alert, title, "maintenance-pin-wrong-hint")
            }
            Said::Wait(left) => {
                let clock = format!("{}:{:02}", left / 60, left % 60);
                let title = ctx.t_args("maintenance-pin-wait", &[("time", clock.into())]);
                one(Tone::Warn, Icon::Clock, title, "maintenance-pin-wait-hint")
            }
            Said::Failed => {
                let title = ctx.t("maintenance-pin-failed");
                one(Tone::Bad, Icon::Alert, title, "maintenance-pin-failed-hint")
            }
        }
    }

    fn pad<'a>(&self, ctx: &Context) -> Element<'a, Message> {
        let look = ctx.look;
        let active = self.may_type();
        let height = look.control_height()
            * match ctx.layout {
                Layout::Portrait => 1.5,
                Layout::PortraitLow => 1.0,
                Layout::Landscape => 1.3,
            };
        let key = |content: Element<'a, Message>, message: Message| -> Element<'a, Message> {
            let content = container(content).center_x(Length::Fill).center_y(Length::Fill);
            button::around(look, Kind::Secondary, radius::CONTROL, content, active.then_some(message))
                .width(Length::Fill)
                .height(height)
                .into()
        };
        let ink = button::ink(&look, Kind::Secondary, active);
        let digit =
            |digit: char| key(look.title(digit.to_string()).color(ink).into(), Message::Digit(Secret(digit)));
        let erase = key(Icon::Backspace.view(look.size.title, ink).into(), Message::Erase);
        let gap = || -> Element<'a, Message> {
            iced::widget::Space::new().width(Length::Fill).height(height).into()
        };
        let rows = ["123", "456", "789"]
            .into_iter()
            .map(|digits| row(digits.chars().map(digit)).spacing(space::M).into())
            .chain([row![gap(), digit('0'), erase].spacing(space::M).into()]);
        let pad = container(column(rows).spacing(space::M)).max_width(760);
        container(pad).center_x(Length::Fill).into()
    }
}

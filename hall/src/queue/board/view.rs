//! What a board shows, in words that are ready to be read.

use super::page;
use super::stream::EventId;
use crate::clock::Clock;
use crate::queue::domain::{Closed, Estimate, PriorityClass, Setup, State, WindowCode};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use crate::queue::service::QueueService;
use crate::queue::store::{LoggedCall, Position, Status};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;
use jiff::civil::{Date, Time};
use serde::Serialize;

const MINUTE: i64 = 60_000;

/// That the hall is there.
#[derive(Debug, Serialize)]
pub(super) struct Heard {
    pub now: Millis,
}

/// A call.
#[derive(Debug, Serialize)]
pub(super) struct CallView {
    id: i64,
    at: Millis,
    number: String,
    window: String,
    /// On which day the number was taken, if not on this one.
    of_day: Option<String>,
}

/// A group's line.
#[derive(Debug, Serialize)]
struct GroupView {
    /// With which its numbers begin; empty where the name is no more than that.
    letters: String,
    name: String,
    waiting: String,
    wait: String,
    is_free: bool,
}

/// The lines, and what else changes with them.
#[derive(Debug, Serialize)]
pub(super) struct LinesView {
    now: Millis,
    groups: Vec<GroupView>,
    /// Why no numbers are given now.
    closed: Option<String>,
}

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct WholeView {
    /// The database's epoch: with another one ids begin anew.
    epoch: String,
    /// The last change that this shows.
    id: i64,
    /// Of page, script and style.
    version: String,
    /// By how many windows people are called.
    windows: usize,
    rule: String,
    calls: Vec<CallView>,
    lines: LinesView,
}

/// What the board calls windows, and by what it tells the day.
#[derive(Debug)]
pub(super) struct Names {
    setup: Setup,
}

impl Names {
    pub(super) fn of(setup: &Setup) -> Self {
        Self { setup: setup.clone() }
    }

    pub(super) fn day(&self, clock: &Clock) -> Date {
        Moment::now(clock, &self.setup).day
    }

    fn window(&self, texts: &Texts, code: &WindowCode) -> String {
        window_name(&self.setup, texts, code)
    }
}

/// What people read of a window: its name, or "3 号窗口" where that is a bare number.
pub(crate) fn window_name(setup: &Setup, texts: &Texts, code: &WindowCode) -> String {
    let name = setup.window(code).map_or(code.as_str(), |window| window.name.as_str());
    match name.chars().all(|character| character.is_ascii_digit()) {
        true => texts.t_args("board-window", &[("window", name.into())]),
        false => name.to_owned(),
    }
}

/// One call in words.
pub(super) fn call(names: &Names, language: Language, day: Date, call: &LoggedCall) -> CallView {
    let texts = Texts::new(language);
    let own = call.number.day() == label(day);
    CallView {
        id: call.id,
        at: call.at,
        number: call.number.to_string(),
        window: names.window(&texts, &call.window),
        of_day: (!own).then(|| {
            let (month, date) = (call.number.day() / 100 % 100, call.number.day() % 100);
            texts.t_args("board-of-day", &[("month", month.into()), ("day", date.into())])
        }),
    }
}

/// A day as ticket numbers have it.
fn label(day: Date) -> u32 {
    let year = u32::from(day.year().rem_euclid(100).unsigned_abs());
    year * 10_000 + u32::from(day.month().unsigned_abs()) * 100 + u32::from(day.day().unsigned_abs())
}

/// The board at a position of the log.
#[derive(Debug)]
pub(super) struct BoardView {
    position: Position,
    names: Names,
    moment: Moment,
    status: Status,
    closed: Option<Closed>,
    calls: Vec<LoggedCall>,
}

impl BoardView {
    pub(super) async fn load(
        service: &QueueService<'_>,
        position: Position,
        calls: Vec<LoggedCall>,
    ) -> Result<Self, QueueError> {
        let closed = match service.check_open().await {
            Ok(()) => None,
            Err(QueueError::Closed(closed)) => Some(closed),
            Err(error) => return Err(error),
        };
        let status = service.status().await?;
        let names = Names::of(&service.setup);
        Ok(Self { position, names, moment: service.moment, status, closed, calls })
    }

    /// Up to where this shows everything.
    pub(super) fn id(&self) -> Option<EventId> {
        Some(EventId { epoch: self.position.epoch, last: self.position.last })
    }

    /// The lines in a language.
    pub(super) fn lines(&self, language: Language) -> LinesView {
        let texts = Texts::new(language);
        let setup = &self.names.setup;
        let groups = setup.groups.iter().zip(&self.status.groups).map(|(group, now)| {
            let waiting = now.count(State::Waiting);
            let is_free = waiting == 0;
            let is_bare = group.name == group.prefix.as_str();
            GroupView {
                letters: if is_bare { String::new() } else { group.prefix.to_string() },
                name: match is_bare {
                    true => texts.t_args("board-group", &[("group", group.name.as_str().into())]),
                    false => group.name.clone(),
                },
                waiting: texts.t_args("board-waiting", &[("people", waiting.into())]),
                wait: match is_free && self.closed.is_none() {
                    true => texts.t("board-free"),
                    false if is_free => String::new(),
                    false => about(&texts, &now.wait),
                },
                is_free,
            }
        });
        let closed = self.closed.map(|closed| say_closed(&texts, closed));
        LinesView { now: self.moment.at, groups: groups.collect(), closed }
    }

    /// Everything in a language, with the calls after an id, and of those before it so many that the board is full.
    pub(super) fn whole(&self, language: Language, after: i64, most: usize) -> WholeView {
        let texts = Texts::new(language);
        let day = self.moment.day;
        let full = self.calls.len().saturating_sub(most);
        let calls = self.calls.iter().enumerate().filter(|(at, one)| *at >= full || one.id > after);
        WholeView {
            epoch: self.position.epoch.to_string(),
            id: self.position.last,
            version: page::version().to_owned(),
            windows: self.names.setup.windows.len(),
            rule: rule(&texts, &self.names.setup),
            calls: calls.map(|(_, one)| call(&self.names, language, day, one)).collect(),
            lines: self.lines(language),
        }
    }
}

/// How long it will be, in words.
fn about(texts: &Texts, wait: &Estimate) -> String {
    let (low, high) = (wait.shortest / MINUTE, (wait.longest / MINUTE).max(1));
    match low {
        0 => texts.t_args("board-wait-up-to", &[("high", high.into())]),
        low => texts.t_args("board-wait", &[("low", low.into()), ("high", high.into())]),
    }
}

/// The published rule of priority.
fn rule(texts: &Texts, setup: &Setup) -> String {
    let class = |class: &PriorityClass| texts.t(&format!("board-class-{}", class.key()));
    let classes: Vec<String> = setup.priority_classes.iter().map(class).collect();
    if classes.is_empty() {
        return texts.t("board-rule-none");
    }
    let classes = classes.join(&texts.t("board-list"));
    texts.t_args("board-rule", &[("classes", classes.into()), ("bound", setup.priority_bound.into())])
}

fn say_closed(texts: &Texts, closed: Closed) -> String {
    let clock = |time: Time| time.strftime("%H:%M").to_string();
    match closed {
        Closed::DayOff => texts.t("board-closed-day-off"),
        Closed::NotYet { opens } => texts.t_args("board-closed-not-yet", &[("time", clock(opens).into())]),
        Closed::TooLate { last_number } => {
            texts.t_args("board-closed-too-late", &[("time", clock(last_number).into())])
        }
    }
}

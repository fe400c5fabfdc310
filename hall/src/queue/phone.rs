//! A ticket's page on a phone, in words that are ready to be read: where it stands, how long it will be, when to set out.

use super::board::window_name;
use super::domain::{Estimate, Setup, State, Ticket};
use super::moment::Moment;
use crate::clock::Clock;
use askama::Template;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;
use jiff::civil::Date;

/// The page's style.
pub(super) const STYLE: &str = include_str!("../../assets/ticket/ticket.css");
/// The page's script.
pub(super) const SCRIPT: &str = include_str!("../../assets/ticket/ticket.js");

const MINUTE: i64 = 60_000;
/// How far somebody may say that they are from the hall, in minutes.
const DISTANCES: [u32; 4] = [0, 10, 20, 40];
/// Whoever is so near to their turn comes now, however far they are.
const FEW: u32 = 1;

#[derive(Debug, Template)]
#[template(path = "queue/phone.html")]
struct Frame<'a> {
    hall: &'a str,
    language: &'a str,
    other: &'a str,
    other_name: &'a str,
    texts: &'a Texts,
}

impl Frame<'_> {
    fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }
}

/// The page of a hall of this name, before it knows its ticket.
pub(super) fn frame(hall: &str, language: Language) -> Result<String, askama::Error> {
    let (texts, other) = (Texts::new(language), language.next());
    let (tag, other_name) = (other.tag(), other.own_name());
    Frame { hall, language: language.tag(), other: tag, other_name, texts: &texts }.render()
}

#[derive(Debug, Template)]
#[template(path = "queue/notice.html")]
struct Wrong {
    title: String,
    more: String,
}

/// What is shown for a token that is none of this hall's.
pub(super) fn wrong(language: Language) -> Result<String, askama::Error> {
    let texts = Texts::new(language);
    Wrong { title: texts.t("ticket-page-wrong"), more: texts.t("ticket-page-wrong-more") }.render()
}

/// A place, and what is known of its wait.
#[derive(Debug)]
pub(super) struct TicketView<'a> {
    pub setup: &'a Setup,
    pub clock: &'a Clock,
    pub moment: Moment,
    pub ticket: &'a Ticket,
    /// People before, and how long it will be, while it waits.
    pub wait: Option<(u32, Estimate)>,
    /// How far its owner is from the hall, in minutes.
    pub distance: u32,
}

#[derive(Debug, Template)]
#[template(path = "queue/ticket.html")]
struct Page<'a> {
    texts: &'a Texts,
    state: &'a str,
    /// Whether it is time to come.
    go: bool,
    again_seconds: u32,
    number: String,
    group: String,
    valid: String,
    tone: &'a str,
    title: String,
    lines: Vec<String>,
    waits: bool,
    progress: i64,
    updated: String,
    go_title: String,
    go_more: String,
    distances: Vec<(u32, String, bool)>,
    places: String,
    can_leave: bool,
}

impl Page<'_> {
    fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }
}

/// Where a place stands, in its own words.
struct Standing {
    tone: &'static str,
    title: String,
    lines: Vec<String>,
}

impl TicketView<'_> {
    /// The ticket as a part of the page.
    pub(super) fn render(&self, language: Language) -> Result<String, askama::Error> {
        let texts = Texts::new(language);
        let ticket = self.ticket;
        let Standing { tone, title, lines } = self.standing(&texts);
        let leave_in = self.leave_in();
        let go = leave_in.is_some_and(|minutes| minutes <= 0);
        let distance = |minutes: u32| {
            (minutes, texts.t(&format!("ticket-page-distance-{minutes}")), minutes == self.distance)
        };
        Page {
            texts: &texts,
            state: ticket.state.key(),
            go,
            again_seconds: self.again_seconds(),
            number: ticket.number.to_string(),
            group: self.setup.group(&ticket.group).map(|group| group.name.clone()).unwrap_or_default(),
            valid: self.valid(&texts),
            tone,
            title,
            lines,
            waits: ticket.state == State::Waiting,
            progress: self.progress(),
            updated: texts.t_args("ticket-page-updated", &[("time", self.time(self.moment.at, true).into())]),
            go_title: texts.t(if go { "ticket-page-go" } else { "ticket-page-stay" }),
            go_more: match leave_in.filter(|minutes| *minutes > 0) {
                Some(minutes) => {
                    let at = Millis(self.moment.at.0 + minutes * MINUTE);
                    texts.t_args("ticket-page-leave-at", &[("time", self.time(at, false).into())])
                }
                None => texts.t("ticket-page-go-more"),
            },
            distances: DISTANCES.map(distance).to_vec(),
            places: self.places(&texts),
            can_leave: matches!(
                ticket.state,
                State::Waiting | State::Parked | State::Missed | State::CarriedOver
            ),
        }
        .render()
    }

    fn time(&self, at: Millis, seconds: bool) -> String {
        let style = if seconds { "%H:%M:%S" } else { "%H:%M" };
        self.clock.civil(at).strftime(style).to_string()
    }

    fn standing(&self, texts: &Texts) -> Standing {
        let place =
            |tone, key: &str, more: &str| Standing { tone, title: texts.t(key), lines: vec![texts.t(more)] };
        match self.ticket.state {
            State::Waiting => self.waiting(texts),
            State::Called => Standing {
                tone: "call",
                title: texts.t_args("ticket-page-called", &[("window", self.window(texts).into())]),
                lines: vec![texts.t("ticket-page-called-more")],
            },
            State::Serving => Standing {
                tone: "ok",
                title: texts.t_args("ticket-page-serving", &[("window", self.window(texts).into())]),
                lines: Vec::new(),
            },
            State::Parked => place("", "ticket-page-parked", "ticket-page-parked-more"),
            State::Missed => place("warn", "ticket-page-missed", "ticket-page-missed-more"),
            State::Done => place("ok", "ticket-page-done", "ticket-page-done-more"),
            State::Left => place("", "ticket-page-left", "ticket-page-left-more"),
            State::CarriedOver => Standing {
                tone: "",
                title: on(texts, "ticket-page-carried-over", self.ticket.serve_day),
                lines: vec![texts.t("ticket-page-carried-over-more")],
            },
        }
    }

    fn waiting(&self, texts: &Texts) -> Standing {
        let Some((ahead, wait)) = self.wait else {
            return Standing { tone: "", title: String::new(), lines: Vec::new() };
        };
        let (low, high) = (wait.shortest / MINUTE, (wait.longest / MINUTE).max(1));
        let at = |minutes: i64| self.time(Millis(self.moment.at.0 + minutes * MINUTE), false);
        let line = match low {
            0 => texts.t_args("ticket-page-wait-up-to", &[("high", high.into()), ("to", at(high).into())]),
            low => texts.t_args(
                "ticket-page-wait",
                &[
                    ("low", low.into()),
                    ("high", high.into()),
                    ("from", at(low).into()),
                    ("to", at(high).into()),
                ],
            ),
        };
        let title = texts.t_args("ticket-page-ahead", &[("people", ahead.into())]);
        Standing { tone: "", title, lines: vec![line] }
    }

    /// In how many minutes to set out: when the shortest wait is as long as the way. `None` where nobody waits.
    fn leave_in(&self) -> Option<i64> {
        let (ahead, wait) = self.wait?;
        let minutes = wait.shortest / MINUTE - i64::from(self.distance);
        Some(if ahead <= FEW { 0 } else { minutes })
    }

    /// So much of the wait is over, in percent.
    fn progress(&self) -> i64 {
        let Some((_, wait)) = self.wait else { return 100 };
        let waited = (self.moment.at.0 - self.ticket.issued_at.0).max(0);
        waited * 100 / (waited + wait.expected).max(1)
    }

    /// The nearer, the sooner it is asked again.
    fn again_seconds(&self) -> u32 {
        match (self.ticket.state, self.wait) {
            (State::Waiting, Some((ahead, _))) if ahead > 10 => 20,
            (State::Waiting, Some((ahead, _))) if ahead > 3 => 10,
            (State::Waiting | State::Called, _) => 5,
            (State::Serving | State::Parked | State::Missed, _) => 15,
            (State::CarriedOver, _) => 60,
            (State::Done | State::Left, _) => 0,
        }
    }

    fn window(&self, texts: &Texts) -> String {
        self.ticket.window.as_ref().map(|code| window_name(self.setup, texts, code)).unwrap_or_default()
    }

    /// The windows that serve the group, while none has called.
    fn places(&self, texts: &Texts) -> String {
        if !matches!(self.ticket.state, State::Waiting | State::Parked | State::Missed | State::CarriedOver) {
            return String::new();
        }
        let windows = self.setup.windows_of(&self.ticket.group);
        let names: Vec<String> = windows.map(|window| window_name(self.setup, texts, &window.code)).collect();
        names.join(&texts.t("board-list"))
    }

    fn valid(&self, texts: &Texts) -> String {
        match self.ticket.serve_day == self.moment.day {
            true => texts.t("ticket-page-valid-today"),
            false => on(texts, "ticket-page-valid-on", self.ticket.serve_day),
        }
    }
}

fn on(texts: &Texts, key: &str, day: Date) -> String {
    texts.t_args(key, &[("month", day.month().into()), ("day", day.day().into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::default_setup;
    use crate::queue::domain::{Event, GroupCode, Reason, WindowCode};
    use bianmin_protocol::ticket::TicketNumber;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn ticket() -> Ticket {
        let event = Event::Taken {
            number: TicketNumber::parse("261130-A012").unwrap(),
            day: date(2026, 11, 30),
            group: GroupCode::parse("A").unwrap(),
            priority: None,
            not_before: None,
        };
        Ticket::taken("1".to_owned(), Millis(0), &event).unwrap()
    }

    fn wait(low: i64, high: i64) -> Estimate {
        Estimate { expected: low * MINUTE, scale: 1, shortest: low * MINUTE, longest: high * MINUTE }
    }

    fn said(ticket: &Ticket, wait: Option<(u32, Estimate)>, distance: u32) -> String {
        let (setup, clock) = (default_setup(), Clock::new(TimeZone::UTC));
        let at = Millis(60 * MINUTE);
        let moment = Moment { at, day: date(2026, 11, 30), time: jiff::civil::time(1, 0, 0, 0) };
        let view = TicketView { setup: &setup, clock: &clock, moment, ticket, wait, distance };
        view.render(Language::En).unwrap()
    }

    #[test]
    fn whoever_is_far_sets_out_while_the_line_is_as_long_as_the_way() {
        let ticket = ticket();
        let far = said(&ticket, Some((12, wait(25, 40))), 20);
        assert!(far.contains("12 people are before you") && far.contains("leave at about 01:05"), "{far}");
        let time = said(&ticket, Some((12, wait(20, 40))), 20);
        assert!(time.contains("Come now") && time.contains("data-go=\"true\""), "{time}");
        let next = said(&ticket, Some((1, wait(30, 40))), 0);
        assert!(next.contains("Come now"), "so few are called at once: {next}");
    }

    #[test]
    fn whoever_is_called_is_told_where_to_and_that_missing_it_loses_nothing() {
        let mut ticket = ticket();
        let window = WindowCode::parse("2").unwrap();
        ticket.apply(Millis(1), &Event::Called { window, reason: Reason::Next }).unwrap();
        let called = said(&ticket, None, 0);
        assert!(
            called.contains("Please go to window 2") && called.contains("your place is kept"),
            "{called}"
        );
        assert!(!called.contains("id=\"cancel\""), "{called}");
        ticket.apply(Millis(2), &Event::Missed).unwrap();
        let missed = said(&ticket, None, 0);
        assert!(missed.contains("You were called") && missed.contains("id=\"cancel\""), "{missed}");
    }

    #[test]
    fn every_word_is_there() {
        for language in Language::ALL {
            for page in [frame("<b>大厅", language).unwrap(), wrong(language).unwrap()] {
                assert!(!page.contains("ticket-page-") && !page.contains("<b>"), "{page}");
            }
        }
        assert!(!said(&ticket(), Some((3, wait(0, 5))), 0).contains("ticket-page-"));
    }
}

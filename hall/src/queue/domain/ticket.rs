//! A place in the queue: what may happen to it, and what it is after that. The one transition table of the queue.
//!
//! A ticket is the fold of its events: [`Ticket::taken`] and then [`Ticket::apply`] for each further one.

use super::names::{GroupCode, PriorityClass, WindowCode};
use super::selection::Reason;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In the line.
    Waiting,
    /// Called to a window, on the way.
    Called,
    /// At the window.
    Serving,
    /// Set aside by the window, for instance to fill in a form; comes back when called by number.
    Parked,
    /// Was called and did not come; comes back when called by number.
    Missed,
    /// Served.
    Done,
    /// Gone without having been served.
    Left,
    /// Waits for another business day; comes back into the line on checking in.
    CarriedOver,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Called,
        Self::Serving,
        Self::Parked,
        Self::Missed,
        Self::Done,
        Self::Left,
        Self::CarriedOver,
    ];

    /// The name in JSON and the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called => "called",
            Self::Serving => "serving",
            Self::Parked => "parked",
            Self::Missed => "missed",
            Self::Done => "done",
            Self::Left => "left",
            Self::CarriedOver => "carried-over",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether a window has it.
    #[must_use]
    pub const fn is_at_window(self) -> bool {
        matches!(self, Self::Called | Self::Serving)
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Left)
    }
}

/// What happens to a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// A number was given; always the first event.
    Taken {
        /// The number, with its day.
        number: TicketNumber,
        /// The business day.
        day: Date,
        /// In whose line.
        group: GroupCode,
        /// Called before others?
        priority: Option<PriorityClass>,
        /// From when on it stands in the line, if not at once: when a booked slot begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Millis>,
    },
    /// Called to a window.
    Called {
        /// Which.
        window: WindowCode,
        /// Why this place.
        reason: Reason,
    },
    /// Called once more to the same window.
    Recalled,
    /// Came to the window.
    Arrived,
    /// Service began.
    Serving,
    /// Set aside by the window.
    Parked {
        /// Why.
        reason: ParkReason,
    },
    /// Did not come.
    Missed,
    /// Sent to another line, or back to its own.
    Transferred {
        /// Whose.
        group: GroupCode,
        /// Whether it stands there by when it was issued, and not at the end.
        keeps_place: bool,
    },
    /// Was served.
    Finished,
    /// Gone, by own wish.
    Left,
    /// The day ended; waits for another.
    CarriedOver {
        /// The business day on which the place holds.
        to: Date,
    },
    /// Back in the line of a business day, by when it was issued.
    CheckedIn {
        /// Which.
        day: Date,
    },
    /// The day ended and the place with it; told so.
    Closed,
}

impl Event {
    /// Its name, for messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "take",
            Self::Called { .. } => "call",
            Self::Recalled => "recall",
            Self::Arrived => "arrived",
            Self::Serving => "serve",
            Self::Parked { .. } => "park",
            Self::Missed => "missed",
            Self::Transferred { .. } => "transfer",
            Self::Finished => "finish",
            Self::Left => "leave",
            Self::CarriedOver { .. } => "carry over",
            Self::CheckedIn { .. } => "check in",
            Self::Closed => "close",
        }
    }

    /// The transition table: what a place in `state` becomes, or `None` where this cannot happen to it.
    ///
    /// Parked and missed places come back only when their number is called; nobody becomes done but from the window.
    #[must_use]
    pub fn leads_from(&self, state: State) -> Option<State> {
        use State::*;
        match (self, state) {
            (Self::Called { reason: Reason::Chosen, .. }, Waiting | Parked | Missed)
            | (Self::Called { .. }, Waiting)
            | (Self::Recalled | Self::Arrived, Called) => Some(Called),
            (Self::Serving, Called) => Some(Serving),
            (Self::Parked { .. }, Called | Serving) => Some(Parked),
            (Self::Missed, Called) if crate::planted::is_planted("queue-missed-forgotten") => Some(Left),
            (Self::Missed, Called) => Some(Missed),
            (Self::Transferred { .. }, Waiting | Called | Serving | Parked | Missed)
            | (Self::CheckedIn { .. }, CarriedOver) => Some(Waiting),
            (Self::Finished, Serving) => Some(Done),
            (Self::CarriedOver { .. }, Waiting | Parked | Missed) => Some(CarriedOver),
            (Self::Left, Waiting | Called | Parked | Missed | CarriedOver)
            | (Self::Closed, Waiting | Parked | Missed | CarriedOver) => Some(Left),
            _ => None,
        }
    }

    /// How it ends a call of the place, if it does.
    #[must_use]
    pub const fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Parked { .. } => Some(Outcome::Parked),
            Self::Missed => Some(Outcome::Missed),
            Self::Transferred { .. } => Some(Outcome::Transferred),
            Self::Finished => Some(Outcome::Done),
            Self::Left => Some(Outcome::Left),
            _ => None,
        }
    }
}

/// Why somebody is set aside. A closed list: a clerk's own words would name people in an open table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParkReason {
    /// Fills in a form.
    Form,
    /// Fetches or copies a material.
    Material,
    /// Pays.
    Payment,
    /// Anything else.
    Other,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Served.
    Done,
    /// Set aside.
    Parked,
    /// Did not come.
    Missed,
    /// Sent to another line.
    Transferred,
    /// Gone.
    Left,
}

impl Outcome {
    /// The name in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Parked => "parked",
            Self::Missed => "missed",
            Self::Transferred => "transferred",
            Self::Left => "left",
        }
    }
}

/// Why something cannot happen to a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{number} is {}: {event} is not possible", state.key())]
pub struct TransitionError {
    /// Whose place.
    pub number: TicketNumber,
    /// What it is.
    pub state: State,
    /// What was wanted.
    pub event: &'static str,
}

/// A place in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its key.
    pub id: String,
    /// What stands on the paper, frozen at issue.
    pub number: TicketNumber,
    /// The business day of issue.
    pub day: Date,
    /// When it was issued.
    pub issued_at: Millis,
    /// In whose line it is.
    pub group: GroupCode,
    /// Called before others?
    pub priority: Option<PriorityClass>,
    /// What it is.
    pub state: State,
    /// The business day on which it holds.
    pub serve_day: Date,
    /// Its place in the line: earlier comes first.
    pub queued_at: Millis,
    /// Which window has it, while one has.
    pub window: Option<WindowCode>,
    /// How often it was called, each recall included.
    pub attempts: i64,
    /// When it was called for the first time.
    pub first_called_at: Option<Millis>,
    /// How many events it has had; whoever changes it names the number that they saw.
    pub events: i64,
}

impl Ticket {
    /// What the first event makes; `None` for any other event.
    #[must_use]
    pub fn taken(id: String, at: Millis, event: &Event) -> Option<Self> {
        let Event::Taken { number, day, group, priority, not_before } = event else { return None };
        Some(Self {
            id,
            number: number.clone(),
            day: *day,
            issued_at: at,
            group: group.clone(),
            priority: *priority,
            state: State::Waiting,
            serve_day: *day,
            queued_at: not_before.unwrap_or(at),
            window: None,
            attempts: 0,
            first_called_at: None,
            events: 1,
        })
    }

    /// What a further event makes of it.
    ///
    /// # Errors
    /// This cannot happen to it.
    pub fn apply(&mut self, at: Millis, event: &Event) -> Result<(), TransitionError> {
        let error =
            || TransitionError { number: self.number.clone(), state: self.state, event: event.name() };
        let state = event.leads_from(self.state).ok_or_else(error)?;
        match event {
            Event::Called { window, .. } => {
                self.window = Some(window.clone());
                self.attempts += 1;
                self.first_called_at.get_or_insert(at);
            }
            Event::Recalled => self.attempts += 1,
            Event::Transferred { group, keeps_place } => {
                self.group = group.clone();
                self.queued_at = if *keeps_place { self.issued_at } else { at };
            }
            Event::CarriedOver { to } => self.serve_day = *to,
            Event::CheckedIn { day } => self.serve_day = *day,
            _ => {}
        }
        if !state.is_at_window() {
            self.window = None;
        }
        self.state = state;
        self.events += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn events() -> Vec<Event> {
        let window = WindowCode::parse("1").unwrap();
        let group = GroupCode::parse("B").unwrap();
        vec![
            Event::Called { window: window.clone(), reason: Reason::Next },
            Event::Called { window, reason: Reason::Chosen },
            Event::Recalled,
            Event::Arrived,
            Event::Serving,
            Event::Parked { reason: ParkReason::Other },
            Event::Missed,
            Event::Transferred { group, keeps_place: true },
            Event::Finished,
            Event::Left,
            Event::CarriedOver { to: date(2026, 12, 1) },
            Event::CheckedIn { day: date(2026, 12, 1) },
            Event::Closed,
        ]
    }

    #[test]
    fn nobody_is_done_who_was_not_served_and_the_end_is_the_end() {
        for event in events() {
            for state in State::ALL {
                let next = event.leads_from(state);
                assert!(next != Some(State::Done) || state == State::Serving, "{event:?} from {state:?}");
                assert!(next.is_none() || !state.is_over(), "{event:?} from {state:?}");
            }
        }
    }

    #[test]
    fn parked_and_missed_come_back_only_when_asked_for() {
        for state in [State::Parked, State::Missed] {
            for event in events() {
                let is_asked =
                    matches!(event, Event::Called { reason: Reason::Chosen, .. } | Event::Transferred { .. });
                let back = [Some(State::Called), Some(State::Waiting), Some(State::Serving)];
                assert!(is_asked || !back.contains(&event.leads_from(state)), "{event:?} from {state:?}");
            }
        }
    }

    #[test]
    fn every_state_that_is_not_the_end_leads_somewhere() {
        for state in State::ALL.into_iter().filter(|state| !state.is_over()) {
            assert!(events().iter().any(|event| event.leads_from(state).is_some()), "{state:?}");
        }
    }
}

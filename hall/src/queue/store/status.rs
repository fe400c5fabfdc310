//! How the queue stands: lines, windows, and one place with its history.

use super::QueueStore;
use super::measure::{Lines, Measured, ahead_of, wait_of};
use super::row;
use crate::db::StoreError;
use crate::db::sql::query_all;
use crate::queue::domain::{Estimate, Event, GroupCode, Setup, State, Ticket, WindowCode};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use std::collections::HashMap;

/// How the queue stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// The groups, as set up.
    pub groups: Vec<GroupStatus>,
    /// The windows, as set up.
    pub windows: Vec<WindowStatus>,
}

/// How a line stands.
#[derive(Debug, Clone)]
pub struct GroupStatus {
    /// Whose.
    pub code: GroupCode,
    /// People by state; states that nobody is in are missing.
    pub people: HashMap<State, i64>,
    /// How long somebody ordinary waits who comes now.
    pub wait: Estimate,
}

impl GroupStatus {
    /// So many people are in a state.
    #[must_use]
    pub fn count(&self, state: State) -> i64 {
        self.people.get(&state).copied().unwrap_or(0)
    }
}

/// Whom a window has.
#[derive(Debug, Clone)]
pub struct WindowStatus {
    /// Which.
    pub code: WindowCode,
    /// Whom it has.
    pub ticket: Option<Ticket>,
}

/// A place with what happened to it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The place.
    pub ticket: Ticket,
    /// People of the group who are called before, while it waits.
    pub ahead: Option<u32>,
    /// When, by whom, what.
    pub events: Vec<(Millis, String, Event)>,
}

impl QueueStore<'_> {
    /// How the queue stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn status(&self, setup: &Setup, moment: Moment) -> Result<Status, QueueError> {
        let db = self.0.reader();
        let lines = Lines::load(db, setup, moment).await?;
        let measured = Measured::load_all(db, setup, moment).await?;
        let sql = "SELECT group_code, state, COUNT(*) AS people FROM queue_ticket WHERE serve_day = $1 \
                   GROUP BY group_code, state";
        let mut people: HashMap<String, HashMap<State, i64>> = HashMap::new();
        for row in query_all(db, sql, [moment.day.to_string().into()]).await? {
            let state = State::from_key(&row.try_get::<String>("", "state")?);
            let state = state.ok_or(StoreError::Corrupt("queue ticket"))?;
            people
                .entry(row.try_get("", "group_code")?)
                .or_default()
                .insert(state, row.try_get("", "people")?);
        }
        let groups = setup.groups.iter().map(|group| GroupStatus {
            code: group.code.clone(),
            people: people.remove(group.code.as_str()).unwrap_or_default(),
            wait: measured.estimate(setup, &lines, moment, &group.code, false),
        });
        let groups = groups.collect();
        let open = "t.id IN (SELECT c.ticket FROM queue_call c WHERE c.ended_at IS NULL)";
        let at_windows = row::find_all(db, open, []).await?;
        let windows = setup.windows.iter().map(|window| WindowStatus {
            code: window.code.clone(),
            ticket: at_windows.iter().find(|ticket| ticket.window.as_ref() == Some(&window.code)).cloned(),
        });
        Ok(Status { groups, windows: windows.collect() })
    }

    /// One place with its history.
    ///
    /// # Errors
    /// Nobody has the number, or the database fails.
    pub async fn history(&self, setup: &Setup, moment: Moment, number: &str) -> Result<Place, QueueError> {
        let db = self.0.reader();
        let ticket = row::find_number(db, moment, number).await?;
        let ahead = match ticket.state {
            State::Waiting => Some(ahead_of(db, setup, moment, &ticket).await?),
            _ => None,
        };
        let events = events(db, &ticket.id).await?;
        Ok(Place { ticket, ahead, events })
    }

    /// How many are called before a place that waits, and how long it will be.
    ///
    /// # Errors
    /// The database fails.
    pub async fn wait(
        &self,
        setup: &Setup,
        moment: Moment,
        ticket: &Ticket,
    ) -> Result<(u32, Estimate), QueueError> {
        wait_of(self.0.reader(), setup, moment, ticket).await
    }

    /// All places whose numbers were given on a business day, in the order in which they were.
    ///
    /// # Errors
    /// The database fails.
    pub async fn places(&self, day: jiff::civil::Date) -> Result<Vec<Ticket>, QueueError> {
        let condition = "t.day = $1 ORDER BY t.issued_at, t.id";
        Ok(row::find_all(self.0.reader(), condition, [day.to_string().into()]).await?)
    }

    /// Places whose rows are not the fold of their events. There are none, ever.
    ///
    /// # Errors
    /// The database fails.
    pub async fn untrue_rows(&self) -> Result<Vec<Ticket>, QueueError> {
        let db = self.0.reader();
        let mut untrue = Vec::new();
        for ticket in row::find_all(db, "1 = 1 ORDER BY t.id", []).await? {
            if fold(&ticket.id, &events(db, &ticket.id).await?).as_ref() != Some(&ticket) {
                untrue.push(ticket);
            }
        }
        Ok(untrue)
    }
}

fn fold(id: &str, events: &[(Millis, String, Event)]) -> Option<Ticket> {
    let ((at, _, first), rest) = events.split_first()?;
    let mut ticket = Ticket::taken(id.to_owned(), *at, first)?;
    for (at, _, event) in rest {
        ticket.apply(*at, event).ok()?;
    }
    Some(ticket)
}

async fn events(
    db: &impl sea_orm::ConnectionTrait,
    ticket: &str,
) -> Result<Vec<(Millis, String, Event)>, QueueError> {
    let sql = "SELECT at, by_whom, event FROM queue_event WHERE ticket = $1 ORDER BY number";
    let rows = query_all(db, sql, [ticket.to_owned().into()]).await?;
    let event = |text: String| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("queue event"));
    rows.iter()
        .map(|row| {
            let at = Millis(row.try_get("", "at")?);
            Ok((at, row.try_get("", "by_whom")?, event(row.try_get("", "event")?)?))
        })
        .collect()
}

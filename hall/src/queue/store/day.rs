//! The end of a business day: nobody's place ends unasked, and nobody is marked as served who was not.

use super::QueueStore;
use super::change::{self, Change};
use super::row;
use super::take::Life;
use crate::db::sql::{execute, query_all};
use crate::queue::domain::{Event, Setup, State, Ticket};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use jiff::civil::Date;

/// What becomes of those who still have a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They come again on this day, by when their numbers were issued.
    CarryOver(Date),
    /// Their places end.
    Close,
}

/// A day that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDay {
    /// Which.
    pub day: Date,
    /// Whose places were carried over or ended.
    pub rest: Vec<Ticket>,
}

impl QueueStore<'_> {
    /// Closes a business day: no numbers are given on it any more.
    ///
    /// # Errors
    /// Somebody is at a window; or somebody still has a place, and `rest` does not say what becomes of it.
    pub async fn close_day(
        &self,
        setup: &Setup,
        moment: Moment,
        day: Date,
        rest: Option<Rest>,
        by: &str,
    ) -> Result<ClosedDay, QueueError> {
        let transaction = self.0.begin_fenced().await?;
        // Whoever is about to take a number has the counter: wait for them, and have those who come after see the end.
        let life = Life::load(&transaction, moment).await?;
        for group in &setup.groups {
            life.raise(&transaction, (day, &group.prefix), 0).await?;
        }
        let sql = "INSERT INTO queue_day (day, closed_at, closed_by) VALUES ($1, $2, $3) ON CONFLICT (day) \
                   DO UPDATE SET closed_at = excluded.closed_at, closed_by = excluded.closed_by";
        execute(&transaction, sql, [day.to_string().into(), moment.at.0.into(), by.to_owned().into()])
            .await?;
        let condition = "t.serve_day = $1 AND t.state IN ('waiting', 'called', 'serving', 'parked', 'missed') \
                         ORDER BY t.queued_at, t.id";
        let mut places = row::find_all(&transaction, condition, [day.to_string().into()]).await?;
        check(day, &places, rest)?;
        for ticket in &mut places {
            let event = match rest {
                Some(Rest::CarryOver(to)) => Event::CarriedOver { to },
                _ => Event::Closed,
            };
            if row::apply(&transaction, ticket, moment.at, &event, by).await?.is_none() {
                return Err(QueueError::Overtaken(ticket.number.clone()));
            }
        }
        change::write(&transaction, moment, vec![Change::Lines]).await?;
        transaction.commit().await?;
        Ok(ClosedDay { day, rest: places })
    }

    /// Opens a closed day again.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open_day(&self, day: Date) -> Result<(), QueueError> {
        let transaction = self.0.begin().await?;
        let sql = "UPDATE queue_day SET closed_at = NULL, closed_by = NULL WHERE day = $1";
        execute(&transaction, sql, [day.to_string().into()]).await?;
        Ok(transaction.commit().await?)
    }

    /// Earlier days on which somebody still has a place.
    ///
    /// # Errors
    /// The database fails.
    pub async fn unclosed_days(&self, before: Date) -> Result<Vec<Date>, QueueError> {
        let sql = "SELECT DISTINCT serve_day FROM queue_ticket WHERE serve_day < $1 \
                   AND state IN ('waiting', 'called', 'serving', 'parked', 'missed') ORDER BY serve_day";
        let rows = query_all(self.0.reader(), sql, [before.to_string().into()]).await?;
        let day = |text: String| text.parse().map_err(|_| crate::db::StoreError::Corrupt("queue day"));
        rows.iter().map(|row| Ok(day(row.try_get("", "serve_day")?)?)).collect()
    }
}

fn check(day: Date, places: &[Ticket], rest: Option<Rest>) -> Result<(), QueueError> {
    let at_windows: Vec<String> = places
        .iter()
        .filter_map(|ticket| Some(format!("{} ({})", ticket.number, ticket.window.as_ref()?)))
        .collect();
    if !at_windows.is_empty() {
        return Err(QueueError::AtWindows(at_windows.join(", ")));
    }
    if rest.is_none() && !places.is_empty() {
        let count = |state: State| places.iter().filter(|ticket| ticket.state == state).count() as i64;
        let (waiting, parked, missed) = (count(State::Waiting), count(State::Parked), count(State::Missed));
        return Err(QueueError::StillWaiting { day, waiting, parked, missed });
    }
    Ok(())
}

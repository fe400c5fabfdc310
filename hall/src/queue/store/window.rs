//! What a window does with whom it has, and what people do themselves: leave, check in.

use super::QueueStore;
use super::change;
use super::row;
use super::take::check_day;
use crate::db::Transaction;
use crate::queue::domain::{Event, GroupCode, ParkReason, Setup, Ticket, WindowCode};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;

/// What a window does with whom it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowAction {
    /// Calls them once more.
    Recall,
    /// They have come.
    Arrived,
    /// Service begins.
    Serve,
    /// Sets them aside.
    Park {
        /// Why.
        reason: ParkReason,
    },
    /// They have not come.
    Missed,
    /// Sends them to a line.
    Transfer {
        /// Whose.
        group: GroupCode,
        /// Whether by when their number was issued, and not at the end.
        keep_place: bool,
    },
    /// They are served.
    Finish,
}

impl WindowAction {
    fn event(&self) -> Event {
        match self {
            Self::Recall => Event::Recalled,
            Self::Arrived => Event::Arrived,
            Self::Serve => Event::Serving,
            Self::Park { reason } => Event::Parked { reason: *reason },
            Self::Missed => Event::Missed,
            Self::Transfer { group, keep_place } => {
                Event::Transferred { group: group.clone(), keeps_place: *keep_place }
            }
            Self::Finish => Event::Finished,
        }
    }
}

impl QueueStore<'_> {
    /// Does something with whom a window has.
    ///
    /// # Errors
    /// The window has nobody, this cannot happen to their place, they would wait on a closed day, or the database fails.
    pub async fn at_window(
        &self,
        setup: &Setup,
        moment: Moment,
        window: &WindowCode,
        action: &WindowAction,
        by: &str,
    ) -> Result<Ticket, QueueError> {
        if setup.window(window).is_none() {
            return Err(no_such(setup, window));
        }
        let transaction = self.0.begin().await?;
        let ticket = open_call(&transaction, window).await?;
        let ticket = ticket.ok_or_else(|| QueueError::NobodyAtWindow(window.clone()))?;
        if matches!(action, WindowAction::Transfer { .. }) {
            check_day(&transaction, ticket.serve_day).await?;
        }
        change(transaction, ticket, moment, &action.event(), by).await
    }

    /// Takes somebody out of the queue who goes by own wish.
    ///
    /// # Errors
    /// Nobody has the number, they are at a window being served or out already, or the database fails.
    pub async fn leave(&self, moment: Moment, number: &str, by: &str) -> Result<Ticket, QueueError> {
        let transaction = self.0.begin().await?;
        let ticket = row::find_number(&transaction, moment, number).await?;
        change(transaction, ticket, moment, &Event::Left, by).await
    }

    /// Puts somebody whose place was carried over into the line of today, by when their number was issued.
    ///
    /// # Errors
    /// Nobody has the number, it was not carried over or holds for another day, today is closed, or the database fails.
    pub async fn check_in(&self, moment: Moment, number: &str, by: &str) -> Result<Ticket, QueueError> {
        let transaction = self.0.begin().await?;
        let ticket = row::find_number(&transaction, moment, number).await?;
        if ticket.serve_day > moment.day {
            return Err(QueueError::OtherDay { number: ticket.number, day: ticket.serve_day });
        }
        check_day(&transaction, moment.day).await?;
        change(transaction, ticket, moment, &Event::CheckedIn { day: moment.day }, by).await
    }

    /// The place of a number.
    ///
    /// # Errors
    /// Nobody has it, or the database fails.
    pub async fn place(&self, moment: Moment, number: &str) -> Result<Ticket, QueueError> {
        row::find_number(self.0.reader(), moment, number).await
    }
}

async fn change(
    transaction: Transaction,
    mut ticket: Ticket,
    moment: Moment,
    event: &Event,
    by: &str,
) -> Result<Ticket, QueueError> {
    let Some(changed) = row::apply(&transaction, &mut ticket, moment.at, event, by).await? else {
        return Err(QueueError::Overtaken(ticket.number));
    };
    change::write(&transaction, moment, vec![changed]).await?;
    transaction.commit().await?;
    Ok(ticket)
}

/// Whom a window has.
pub(super) async fn open_call(
    transaction: &Transaction,
    window: &WindowCode,
) -> Result<Option<Ticket>, QueueError> {
    let condition =
        "t.id = (SELECT c.ticket FROM queue_call c WHERE c.window_code = $1 AND c.ended_at IS NULL)";
    Ok(row::find(transaction, condition, [window.to_string().into()]).await?)
}

pub(super) fn no_such(setup: &Setup, window: &WindowCode) -> QueueError {
    let known: Vec<&str> = setup.windows.iter().map(|window| window.code.as_str()).collect();
    QueueError::NoSuchWindow { wanted: window.to_string(), known: known.join(", ") }
}

//! Calls: the next by the rule, or a chosen one. One place is called by one window, whoever else calls at the same
//! moment in whatever process.

use super::QueueStore;
use super::change::{self, Change};
use super::measure::ahead_of;
use super::row;
use super::window::open_call;
use crate::db::Transaction;
use crate::db::sql::{execute, query_one};
use crate::queue::domain::{
    Call, Event, GroupCode, Head, Line, Reason, Selection, Setup, State, Streaks, Ticket, WindowCode, select,
};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketNumber;
use std::collections::BTreeSet;

/// So often a choice is made anew because others changed the chosen place meanwhile.
const TRIES: usize = 20;

/// Later than anybody stands in a line.
const ALWAYS: Millis = Millis(i64::MAX);

/// A window that calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRequest {
    /// Which.
    pub window: WindowCode,
    /// Whom; the next by the rule where it is `None`.
    pub number: Option<String>,
    /// Whom the clerk saw at the window: nothing is done if it is another by now, so that a doubled press is one call.
    pub seen: Option<Option<TicketNumber>>,
    /// Who calls.
    pub by: String,
}

/// What became of whom the window had before.
pub type Before = Option<(TicketNumber, State)>;

/// Somebody was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Their place.
    pub ticket: Ticket,
    /// Why they.
    pub reason: Reason,
    /// People of the group whom a chosen call went past.
    pub ahead: u32,
    /// Whom the window had before: served, or missed if they had not come.
    pub before: Before,
}

/// Nobody waits for this window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nobody {
    /// Whom the window had before.
    pub before: Before,
    /// Set aside: they come when their number is called.
    pub parked: i64,
    /// Missed: they come when their number is called.
    pub missed: i64,
    /// People who wait for groups that this window does not serve.
    pub elsewhere: i64,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextCall {
    /// Somebody was called.
    Called(Box<Called>),
    /// Nobody waits.
    Nobody(Nobody),
}

impl QueueStore<'_> {
    /// Calls somebody to a window. Whom the window had is finished with: served if service had begun, else missed.
    ///
    /// # Errors
    /// The window, the number or its state is not such that it can be called, or the database fails.
    pub async fn call(
        &self,
        setup: &Setup,
        moment: Moment,
        request: &CallRequest,
    ) -> Result<NextCall, QueueError> {
        let window =
            setup.window(&request.window).ok_or_else(|| super::window::no_such(setup, &request.window))?;
        let transaction = self.0.begin().await?;
        let mut groups: BTreeSet<GroupCode> = window.groups.iter().cloned().collect();
        if let Some(number) = &request.number {
            groups.insert(row::find_number(&transaction, moment, number).await?.group);
        }
        let turn = Turn::take(&transaction, moment, &groups, &window.code).await?;
        let (before, released) = release(&transaction, moment, request).await?.unzip();
        let mut changes: Vec<Change> = released.into_iter().collect();
        for _ in 0..TRIES {
            let (mut ticket, reason, ahead) = match &request.number {
                Some(number) => {
                    let ticket = row::find_number(&transaction, moment, number).await?;
                    if ticket.serve_day != moment.day {
                        return Err(QueueError::OtherDay { number: ticket.number, day: ticket.serve_day });
                    }
                    let ahead = match ticket.state {
                        State::Waiting => ahead_of(&transaction, setup, moment, &ticket).await?,
                        _ => 0,
                    };
                    (ticket, Reason::Chosen, ahead)
                }
                None => {
                    let Some(chosen) = turn.next(&transaction, setup, moment, &window.groups).await? else {
                        let nobody = nobody(&transaction, moment, &window.groups, before).await?;
                        change::write(&transaction, moment, changes).await?;
                        transaction.commit().await?;
                        return Ok(NextCall::Nobody(nobody));
                    };
                    let Some(ticket) = row::find(&transaction, "t.id = $1", [chosen.ticket.into()]).await?
                    else {
                        continue;
                    };
                    (ticket, chosen.reason, 0)
                }
            };
            let event = Event::Called { window: window.code.clone(), reason };
            let waits = turn.ordinary_waits(&transaction, moment, &ticket.group, &window.groups).await?;
            let applied = row::apply(&transaction, &mut ticket, moment.at, &event, &request.by).await?;
            let Some(called) = applied else { continue };
            insert_call(&transaction, &ticket, moment.at, reason, &request.by).await?;
            let call = Call { is_priority: ticket.priority.is_some(), is_chosen: reason == Reason::Chosen };
            turn.note(&transaction, moment, &ticket.group, call, waits, &window.code).await?;
            changes.push(called);
            change::write(&transaction, moment, changes).await?;
            transaction.commit().await?;
            return Ok(NextCall::Called(Box::new(Called { ticket, reason, ahead, before })));
        }
        Err(QueueError::Store(crate::db::StoreError::Busy))
    }
}

/// Ends what the window had.
async fn release(
    transaction: &Transaction,
    moment: Moment,
    request: &CallRequest,
) -> Result<Option<((TicketNumber, State), Change)>, QueueError> {
    let present = open_call(transaction, &request.window).await?;
    if let Some(seen) = &request.seen {
        let has = present.as_ref().map(|ticket| ticket.number.clone());
        if *seen != has {
            let has = has.map(|number| number.to_string());
            return Err(QueueError::Conflict { window: request.window.clone(), has });
        }
    }
    let Some(mut ticket) = present else { return Ok(None) };
    let event = if ticket.state == State::Serving { Event::Finished } else { Event::Missed };
    match row::apply(transaction, &mut ticket, moment.at, &event, &request.by).await? {
        Some(change) => Ok(Some(((ticket.number, ticket.state), change))),
        None => Err(QueueError::Overtaken(ticket.number)),
    }
}

async fn insert_call(
    transaction: &Transaction,
    ticket: &Ticket,
    at: Millis,
    reason: Reason,
    by: &str,
) -> Result<(), QueueError> {
    let sql = "INSERT INTO queue_call (id, ticket, group_code, window_code, called_at, called_by, reason) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let window = ticket.window.as_ref().map(ToString::to_string).unwrap_or_default();
    let values = [
        uuid::Uuid::now_v7().to_string().into(),
        ticket.id.clone().into(),
        ticket.group.to_string().into(),
        window.into(),
        at.0.into(),
        by.to_owned().into(),
        reason.key().to_owned().into(),
    ];
    execute(transaction, sql, values).await?;
    Ok(())
}

/// The turn among those who call for the same groups, with how often priority was called in a row.
struct Turn {
    groups: Vec<(GroupCode, u32)>,
    window: u32,
}

impl Turn {
    /// Changes the rows of groups and window, in one order for everybody, so that others wait until the commit.
    async fn take(
        transaction: &Transaction,
        moment: Moment,
        groups: &BTreeSet<GroupCode>,
        window: &WindowCode,
    ) -> Result<Self, QueueError> {
        let mut streaks = Vec::new();
        for group in groups {
            streaks.push((group.clone(), streak(transaction, moment, "group", group.as_str()).await?));
        }
        let window = streak(transaction, moment, "window", window.as_str()).await?;
        Ok(Self { groups: streaks, window })
    }

    fn of(&self, group: &GroupCode) -> u32 {
        self.groups.iter().find(|(code, _)| code == group).map_or(0, |(_, streak)| *streak)
    }

    /// Who is next. Whoever booked a slot stands in the line from its beginning on; one who is early comes only where
    /// the window would otherwise have nobody.
    async fn next(
        &self,
        transaction: &Transaction,
        setup: &Setup,
        moment: Moment,
        groups: &[GroupCode],
    ) -> Result<Option<Selection>, QueueError> {
        for until in [moment.at, ALWAYS] {
            let lines = self.lines(transaction, moment, groups, until).await?;
            if let Some(chosen) = select(&lines, self.window, setup.priority_bound) {
                return Ok(Some(chosen));
            }
        }
        Ok(None)
    }

    async fn lines(
        &self,
        transaction: &Transaction,
        moment: Moment,
        groups: &[GroupCode],
        until: Millis,
    ) -> Result<Vec<Line>, QueueError> {
        let mut lines = Vec::with_capacity(groups.len());
        for group in groups {
            lines.push(Line {
                group: group.clone(),
                ordinary: head(transaction, moment, group, false, until).await?,
                priority: head(transaction, moment, group, true, until).await?,
                streak: self.of(group),
            });
        }
        Ok(lines)
    }

    /// Whether somebody ordinary waits in the group, and at the window, beside the one who is called.
    async fn ordinary_waits(
        &self,
        transaction: &Transaction,
        moment: Moment,
        group: &GroupCode,
        groups: &[GroupCode],
    ) -> Result<(bool, bool), QueueError> {
        let own = head(transaction, moment, group, false, moment.at).await?.is_some();
        for other in groups {
            if head(transaction, moment, other, false, moment.at).await?.is_some() {
                return Ok((own, true));
            }
        }
        Ok((own, own))
    }

    async fn note(
        &self,
        transaction: &Transaction,
        moment: Moment,
        group: &GroupCode,
        call: Call,
        (group_waits, window_waits): (bool, bool),
        window: &WindowCode,
    ) -> Result<(), QueueError> {
        let streaks = Streaks { group: self.of(group), window: self.window };
        let after = streaks.after(call, group_waits, window_waits);
        let sql = "UPDATE queue_streak SET priority_calls = $4 WHERE day = $1 AND kind = $2 AND code = $3";
        let changes = [
            ("group", group.as_str(), streaks.group, after.group),
            ("window", window.as_str(), streaks.window, after.window),
        ];
        for (kind, code, before, after) in changes {
            if before != after {
                let day = moment.day.to_string();
                let values =
                    [day.into(), kind.to_owned().into(), code.to_owned().into(), i64::from(after).into()];
                execute(transaction, sql, values).await?;
            }
        }
        Ok(())
    }
}

async fn streak(
    transaction: &Transaction,
    moment: Moment,
    kind: &str,
    code: &str,
) -> Result<u32, QueueError> {
    let sql = "INSERT INTO queue_streak (day, kind, code, priority_calls) VALUES ($1, $2, $3, 0) \
               ON CONFLICT (day, kind, code) DO UPDATE SET priority_calls = queue_streak.priority_calls \
               RETURNING priority_calls";
    let values = [moment.day.to_string().into(), kind.to_owned().into(), code.to_owned().into()];
    let row = query_one(transaction, sql, values).await?;
    let calls = row.map(|row| row.try_get::<i64>("", "priority_calls")).transpose()?.unwrap_or(0);
    Ok(u32::try_from(calls).unwrap_or(0))
}

/// Who is first of those who stand in a line at a moment. Whoever took a number stands there from then on, also by the
/// clock of another hall that is a little ahead; only a booked slot begins later than its number is given.
async fn head(
    transaction: &Transaction,
    moment: Moment,
    group: &GroupCode,
    is_priority: bool,
    until: Millis,
) -> Result<Option<Head>, QueueError> {
    let sql = "SELECT id, queued_at FROM queue_ticket WHERE serve_day = $1 AND group_code = $2 \
               AND is_priority = $3 AND state = 'waiting' AND (queued_at <= $4 OR queued_at = issued_at) \
               ORDER BY queued_at, id LIMIT 1";
    let values = [
        moment.day.to_string().into(),
        group.to_string().into(),
        i64::from(is_priority).into(),
        until.0.into(),
    ];
    let row = query_one(transaction, sql, values).await?;
    row.map(|row| {
        Ok(Head { queued_at: Millis(row.try_get("", "queued_at")?), ticket: row.try_get("", "id")? })
    })
    .transpose()
}

async fn nobody(
    transaction: &Transaction,
    moment: Moment,
    groups: &[GroupCode],
    before: Before,
) -> Result<Nobody, QueueError> {
    let sql = "SELECT group_code, state, COUNT(*) AS people FROM queue_ticket \
               WHERE serve_day = $1 AND state IN ('waiting', 'parked', 'missed') GROUP BY group_code, state";
    let mut nobody = Nobody { before, parked: 0, missed: 0, elsewhere: 0 };
    for row in crate::db::sql::query_all(transaction, sql, [moment.day.to_string().into()]).await? {
        let group: String = row.try_get("", "group_code")?;
        let people: i64 = row.try_get("", "people")?;
        let is_own = groups.iter().any(|one| one.as_str() == group);
        match (row.try_get::<String>("", "state")?.as_str(), is_own) {
            ("waiting", false) => nobody.elsewhere += people,
            ("parked", true) => nobody.parked += people,
            ("missed", true) => nobody.missed += people,
            _ => {}
        }
    }
    Ok(nobody)
}

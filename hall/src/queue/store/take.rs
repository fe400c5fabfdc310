//! Numbers: given from one counter a prefix and day, never from what is there.

use super::QueueStore;
use super::measure::{Lines, Measured};
use super::row;
use crate::db::sql::{exists, query_one};
use crate::db::{FencedTransaction, StoreError, Transaction};
use crate::queue::domain::{Estimate, Event, GroupCode, PriorityClass, Setup, Ticket};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketPrefix;
use jiff::civil::Date;
use sea_orm::ConnectionTrait as _;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Somebody who wants a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeRequest {
    /// In whose line.
    pub group: GroupCode,
    /// Called before others?
    pub priority: Option<PriorityClass>,
    /// Where it is taken: a terminal, a counter.
    pub by: String,
}

/// A number that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The place.
    pub ticket: Ticket,
    /// People of the group who are called before, if nobody else comes.
    pub ahead: u32,
    /// How long it will be.
    pub wait: Estimate,
}

impl QueueStore<'_> {
    /// Gives numbers to all who ask, in their order and in one transaction.
    ///
    /// # Errors
    /// The day is closed, a prefix's numbers are used up, or the database fails; nobody has a number then.
    pub async fn take(
        &self,
        setup: &Setup,
        moment: Moment,
        requests: &[TakeRequest],
    ) -> Result<Vec<Taken>, QueueError> {
        let groups: BTreeSet<GroupCode> = requests.iter().map(|request| request.group.clone()).collect();
        let measured = Measured::load(self.0.reader(), setup, moment, &groups).await?;
        let transaction = self.0.begin_fenced().await?;
        let requests: Vec<_> = requests.iter().map(|request| (request.clone(), None)).collect();
        let taken = take_in(&transaction, setup, moment, &measured, &requests).await?;
        transaction.commit().await?;
        Ok(taken)
    }
}

/// Gives numbers within a transaction; with each request from when on its place stands in the line, if not at once.
/// The transaction is a fenced one: it knows when a backup was restored, and leaves the mark by which that is noticed.
pub(super) async fn take_in(
    transaction: &FencedTransaction,
    setup: &Setup,
    moment: Moment,
    measured: &Measured,
    requests: &[(TakeRequest, Option<Millis>)],
) -> Result<Vec<Taken>, QueueError> {
    // A set-up since then may have removed the group: nobody would call its line.
    if let Some((current, _)) = super::stored_setup(transaction).await? {
        for (request, _) in requests {
            prefix(&current, &request.group)?;
        }
    }
    let mut next = counters(transaction, setup, moment, requests).await?;
    check_day(transaction, moment.day).await?;
    let mut lines = Lines::load(transaction, setup, moment).await?;
    let mut taken = Vec::with_capacity(requests.len());
    let mut places = Vec::with_capacity(requests.len());
    for (request, not_before) in requests {
        let prefix = prefix(setup, &request.group)?;
        let used_up = || QueueError::UsedUp(prefix.to_string());
        let sequence = next.get_mut(prefix).ok_or_else(used_up)?;
        let number = row::number(prefix, moment.day, *sequence).ok_or_else(used_up)?;
        *sequence += 1;
        let TakeRequest { group, priority, by } = request.clone();
        let ahead = lines.ahead(&group, priority.is_some());
        let wait = measured.estimate(setup, &lines, moment, &group, priority.is_some());
        let wait = not_before.map_or(wait, |not_before| wait.not_before(not_before.0 - moment.at.0));
        lines.join(&group, priority.is_some());
        let event = Event::Taken { number, day: moment.day, group, priority, not_before: *not_before };
        let id = uuid::Uuid::now_v7().to_string();
        let Some(ticket) = Ticket::taken(id, moment.at, &event) else { continue };
        places.push((ticket.clone(), event, wait, by));
        taken.push(Taken { ticket, ahead, wait });
    }
    row::insert(transaction, &places).await?;
    Ok(taken)
}

fn prefix<'a>(setup: &'a Setup, group: &GroupCode) -> Result<&'a TicketPrefix, QueueError> {
    let known = || setup.groups.iter().map(|group| group.code.to_string()).collect::<Vec<_>>().join(", ");
    let found = setup.group(group).map(|group| &group.prefix);
    found.ok_or_else(|| QueueError::NoSuchGroup { wanted: group.to_string(), known: known() })
}

/// The first of as many numbers as each prefix needs. Who takes numbers of one prefix takes turns from here on.
async fn counters<'a>(
    transaction: &FencedTransaction,
    setup: &'a Setup,
    moment: Moment,
    requests: &[(TakeRequest, Option<Millis>)],
) -> Result<BTreeMap<&'a TicketPrefix, i64>, QueueError> {
    let mut wanted: BTreeMap<&TicketPrefix, i64> = BTreeMap::new();
    for (request, _) in requests {
        *wanted.entry(prefix(setup, &request.group)?).or_default() += 1;
    }
    let life = Life::load(transaction, moment).await?;
    if life.base > 0 {
        // While it is still to be seen that a backup was restored: once all counters are of this life, it is not.
        for group in &setup.groups {
            wanted.entry(&group.prefix).or_default();
        }
    }
    let mut next = BTreeMap::new();
    for (prefix, count) in wanted {
        if crate::planted::is_planted("queue-max-plus-one") {
            // As in a transaction that takes no turn.
            for sql in ["COMMIT", "BEGIN"] {
                transaction.execute_unprepared(sql).await?;
            }
            next.insert(prefix, highest(transaction, moment, prefix).await? + 1);
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            continue;
        }
        let last = life.raise(transaction, (moment.day, prefix), count).await?;
        next.insert(prefix, last - count + 1);
    }
    Ok(next)
}

/// The life of the database in which numbers are given.
pub(super) struct Life {
    epoch: String,
    /// After which a day begins of which no number is known.
    base: i64,
}

impl Life {
    pub(super) async fn load(transaction: &FencedTransaction, moment: Moment) -> Result<Self, QueueError> {
        let epoch = transaction.state().epoch;
        let began = epoch.0.get_timestamp().map(|began| began.to_unix());
        let began = began.ok_or(QueueError::Store(StoreError::Corrupt("epoch")))?;
        let epoch = epoch.to_string();
        let began = i64::try_from(began.0).unwrap_or(i64::MAX).saturating_mul(1000);
        // A backup was restored within the last day, and it has a queue: this day may have had numbers already.
        let is_recent = moment.at.0 - began < DAY;
        let sql = "SELECT 1 AS found FROM queue_counter WHERE epoch <> $1 LIMIT 1";
        let is_restored = is_recent && exists(transaction, sql, [epoch.clone().into()]).await?;
        Ok(Self { epoch, base: if is_restored { 1000 } else { 0 } })
    }

    /// Raises a counter by so many numbers, and holds it until the commit; the last number then.
    pub(super) async fn raise(
        &self,
        transaction: &FencedTransaction,
        (day, prefix): (Date, &TicketPrefix),
        count: i64,
    ) -> Result<i64, QueueError> {
        let sql = "INSERT INTO queue_counter (day, prefix, last, epoch) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (day, prefix) DO UPDATE SET last = $5 + CASE \
                   WHEN queue_counter.epoch = excluded.epoch THEN queue_counter.last \
                   ELSE (queue_counter.last / 1000 + 1) * 1000 END, epoch = excluded.epoch RETURNING last";
        let values = [
            day.to_string().into(),
            prefix.to_string().into(),
            (self.base + count).into(),
            self.epoch.clone().into(),
            count.into(),
        ];
        let row = query_one(transaction, sql, values).await?;
        Ok(row.map(|row| row.try_get::<i64>("", "last")).transpose()?.unwrap_or(i64::MAX))
    }
}

/// For a planted bug: the highest number that is there.
async fn highest(
    transaction: &Transaction,
    moment: Moment,
    prefix: &TicketPrefix,
) -> Result<i64, QueueError> {
    let sql = "SELECT number FROM queue_ticket WHERE day = $1 AND number LIKE $2 \
               ORDER BY LENGTH(number) DESC, number DESC LIMIT 1";
    let values = [moment.day.to_string().into(), format!("{prefix}%").into()];
    let row = query_one(transaction, sql, values).await?;
    let number = row.map(|row| row.try_get::<String>("", "number")).transpose()?.unwrap_or_default();
    Ok(number.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse().unwrap_or(0))
}

/// Sees to it that the business day is there and not closed. Whoever closes it waits for those who found it open.
pub(super) async fn check_day(transaction: &Transaction, day: Date) -> Result<(), QueueError> {
    let sql = "INSERT INTO queue_day (day) VALUES ($1) ON CONFLICT (day) DO UPDATE SET day = excluded.day \
               RETURNING closed_at";
    let row = query_one(transaction, sql, [day.to_string().into()]).await?;
    let closed_at = row.map(|row| row.try_get::<Option<i64>>("", "closed_at")).transpose()?.flatten();
    if closed_at.is_some() { Err(QueueError::DayClosed(day)) } else { Ok(()) }
}

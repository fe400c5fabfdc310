//! Numbers: given from one counter a prefix and day, never from what is there.

use super::QueueStore;
use super::measure::{Lines, Measured};
use super::row;
use crate::db::sql::{execute, exists, query_one};
use crate::db::{StoreError, Transaction};
use crate::queue::domain::{Estimate, Event, GroupCode, PriorityClass, Setup, Ticket};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketPrefix;
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
        let transaction = self.0.begin().await?;
        let requests: Vec<_> = requests.iter().map(|request| (request.clone(), None)).collect();
        let taken = take_in(&transaction, setup, moment, &measured, &requests).await?;
        transaction.commit().await?;
        Ok(taken)
    }
}

/// Gives numbers within a transaction; with each request from when on its place stands in the line, if not at once.
pub(super) async fn take_in(
    transaction: &Transaction,
    setup: &Setup,
    moment: Moment,
    measured: &Measured,
    requests: &[(TakeRequest, Option<Millis>)],
) -> Result<Vec<Taken>, QueueError> {
    let mut next = counters(transaction, setup, moment, requests).await?;
    open_day(transaction, moment).await?;
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
    transaction: &Transaction,
    setup: &'a Setup,
    moment: Moment,
    requests: &[(TakeRequest, Option<Millis>)],
) -> Result<BTreeMap<&'a TicketPrefix, i64>, QueueError> {
    let mut wanted: BTreeMap<&TicketPrefix, i64> = BTreeMap::new();
    for (request, _) in requests {
        *wanted.entry(prefix(setup, &request.group)?).or_default() += 1;
    }
    let life = Life::load(transaction, moment).await?;
    let mut next = BTreeMap::new();
    for (prefix, count) in wanted {
        if crate::planted::is_planted("queue-max-plus-one") {
            next.insert(prefix, highest(transaction, moment, prefix).await? + 1);
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            continue;
        }
        let sql = "INSERT INTO queue_counter (day, prefix, last, epoch) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (day, prefix) DO UPDATE SET last = $5 + CASE \
                   WHEN queue_counter.epoch = excluded.epoch THEN queue_counter.last \
                   ELSE (queue_counter.last / 1000 + 1) * 1000 END, epoch = excluded.epoch RETURNING last";
        let values = [
            moment.day.to_string().into(),
            prefix.to_string().into(),
            (life.base + count).into(),
            life.epoch.clone().into(),
            count.into(),
        ];
        let row = query_one(transaction, sql, values).await?;
        let last = row.map(|row| row.try_get::<i64>("", "last")).transpose()?.unwrap_or(i64::MAX);
        next.insert(prefix, last - count + 1);
    }
    Ok(next)
}

/// The life of the database in which numbers are given.
struct Life {
    epoch: String,
    /// After which a day begins of which no number is known.
    base: i64,
}

impl Life {
    async fn load(transaction: &Transaction, moment: Moment) -> Result<Self, QueueError> {
        let corrupt = || QueueError::Store(StoreError::Corrupt("epoch"));
        let row = query_one(transaction, "SELECT epoch FROM hall WHERE id = 1", []).await?;
        let epoch: String = row.ok_or_else(corrupt)?.try_get("", "epoch")?;
        let began = uuid::Uuid::parse_str(&epoch).ok().and_then(|epoch| epoch.get_timestamp());
        let began = began.map(|began| began.to_unix()).ok_or_else(corrupt)?;
        let began = i64::try_from(began.0).unwrap_or(i64::MAX).saturating_mul(1000);
        // A backup was restored within the last day, and it has a queue: this day may have had numbers already.
        let is_recent = moment.at.0 - began < DAY;
        let sql = "SELECT 1 AS found FROM queue_counter WHERE epoch <> $1 LIMIT 1";
        let is_restored = is_recent && exists(transaction, sql, [epoch.clone().into()]).await?;
        Ok(Self { epoch, base: if is_restored { 1000 } else { 0 } })
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

/// Sees to it that the business day is there and not closed. Whoever closes it waits for those who have a counter.
async fn open_day(transaction: &Transaction, moment: Moment) -> Result<(), QueueError> {
    let day = moment.day.to_string();
    let sql = "INSERT INTO queue_day (day) VALUES ($1) ON CONFLICT (day) DO NOTHING";
    execute(transaction, sql, [day.clone().into()]).await?;
    let row = query_one(transaction, "SELECT closed_at FROM queue_day WHERE day = $1", [day.into()]).await?;
    let closed_at = row.map(|row| row.try_get::<Option<i64>>("", "closed_at")).transpose()?.flatten();
    if closed_at.is_some() {
        return Err(QueueError::DayClosed(moment.day));
    }
    Ok(())
}

//! Numbers: given from one counter a prefix and day, never from what is there.

use super::QueueStore;
use super::change::{self, Change};
use super::measure::{Lines, Measured, ahead_of};
use super::request::{self, Earlier, RequestKey};
use super::row;
use crate::db::sql::{exists, query_one};
use crate::db::{FencedTransaction, StoreError, Transaction};
use crate::queue::domain::{Estimate, Event, Group, GroupCode, PriorityClass, Setup, State, Ticket};
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
        let places: Vec<NewPlace> = requests.iter().cloned().map(NewPlace::now).collect();
        let taken = take_in(&transaction, setup, moment, &measured, &places).await?;
        change::write(&transaction, moment, vec![Change::Lines]).await?;
        transaction.commit().await?;
        Ok(taken)
    }

    /// The same for requests that may have come before: such a one gets the number that it got then, and one under the id
    /// of another a refusal, which costs the others nothing.
    ///
    /// # Errors
    /// The day is closed, a prefix's numbers are used up, or the database fails; nobody has a number then.
    pub async fn take_once(
        &self,
        setup: &Setup,
        moment: Moment,
        requests: &[(RequestKey, TakeRequest)],
    ) -> Result<Vec<Result<Taken, QueueError>>, QueueError> {
        let groups: BTreeSet<GroupCode> = requests.iter().map(|(_, request)| request.group.clone()).collect();
        let measured = Measured::load(self.0.reader(), setup, moment, &groups).await?;
        let transaction = self.0.begin_fenced().await?;
        let places: Vec<NewPlace> =
            requests.iter().map(|(_, request)| NewPlace::now(request.clone())).collect();
        let keys: Vec<(&RequestKey, String)> =
            requests.iter().zip(&places).map(|((key, _), place)| (key, place.id.clone())).collect();
        let earlier = request::claim(&transaction, moment.at, &keys).await?;
        let is_new = |(_, earlier): &(NewPlace, &Earlier)| **earlier == Earlier::None;
        let new: Vec<NewPlace> =
            places.into_iter().zip(&earlier).filter(is_new).map(|(place, _)| place).collect();
        let mut taken = Vec::new().into_iter();
        if !new.is_empty() {
            taken = take_in(&transaction, setup, moment, &measured, &new).await?.into_iter();
            change::write(&transaction, moment, vec![Change::Lines]).await?;
        }
        let mut answers = Vec::with_capacity(earlier.len());
        for earlier in earlier {
            answers.push(match earlier {
                Earlier::None => taken.next().ok_or(QueueError::Store(StoreError::Corrupt("queue counter"))),
                Earlier::Given(ticket) => Ok(taken_before(&transaction, setup, moment, &ticket).await?),
                Earlier::Conflict => Err(QueueError::RequestConflict),
            });
        }
        transaction.commit().await?;
        Ok(answers)
    }
}

/// A number that was given before, with the wait that was told then.
pub(super) async fn taken_before(
    transaction: &Transaction,
    setup: &Setup,
    moment: Moment,
    ticket: &str,
) -> Result<Taken, QueueError> {
    const GONE: StoreError = StoreError::Corrupt("queue request");
    let ticket = row::find(transaction, "t.id = $1", [ticket.to_owned().into()]).await?.ok_or(GONE)?;
    let wait = row::told_wait(transaction, &ticket.id).await?.ok_or(GONE)?;
    let ahead = match ticket.state {
        State::Waiting => ahead_of(transaction, setup, moment, &ticket).await?,
        _ => 0,
    };
    Ok(Taken { ticket, ahead, wait })
}

/// A place that is about to be given.
#[derive(Debug, Clone)]
pub(super) struct NewPlace {
    /// The ticket's key.
    pub id: String,
    pub request: TakeRequest,
    /// From when on it stands in the line, if not at once.
    pub not_before: Option<Millis>,
}

impl NewPlace {
    pub(super) fn now(request: TakeRequest) -> Self {
        Self { id: uuid::Uuid::now_v7().to_string(), request, not_before: None }
    }
}

/// Gives numbers within a transaction.
/// The transaction is a fenced one: it knows when a backup was restored, and leaves the mark by which that is noticed.
pub(super) async fn take_in(
    transaction: &FencedTransaction,
    setup: &Setup,
    moment: Moment,
    measured: &Measured,
    wanted: &[NewPlace],
) -> Result<Vec<Taken>, QueueError> {
    // A set-up since then may have removed the group: nobody would call its line.
    if let Some((current, _)) = super::stored_setup(transaction).await? {
        for place in wanted {
            prefix(&current, &place.request.group)?;
        }
    }
    let mut next = counters(transaction, setup, moment, wanted).await?;
    check_day(transaction, moment.day).await?;
    let mut lines = Lines::load(transaction, setup, moment).await?;
    let mut taken = Vec::with_capacity(wanted.len());
    let mut places = Vec::with_capacity(wanted.len());
    for NewPlace { id, request, not_before } in wanted {
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
        let Some(ticket) = Ticket::taken(id.clone(), moment.at, &event) else { continue };
        places.push((ticket.clone(), event, wait, by));
        taken.push(Taken { ticket, ahead, wait });
    }
    row::insert(transaction, &places).await?;
    Ok(taken)
}

/// The group of this code.
pub(super) fn group<'a>(setup: &'a Setup, code: &GroupCode) -> Result<&'a Group, QueueError> {
    let known = || setup.groups.iter().map(|group| group.code.to_string()).collect::<Vec<_>>().join(", ");
    let unknown = || QueueError::NoSuchGroup { wanted: code.to_string(), known: known() };
    setup.group(code).ok_or_else(unknown)
}

fn prefix<'a>(setup: &'a Setup, code: &GroupCode) -> Result<&'a TicketPrefix, QueueError> {
    group(setup, code).map(|group| &group.prefix)
}

/// The first of as many numbers as each prefix needs. Who takes numbers of one prefix takes turns from here on.
async fn counters<'a>(
    transaction: &FencedTransaction,
    setup: &'a Setup,
    moment: Moment,
    places: &[NewPlace],
) -> Result<BTreeMap<&'a TicketPrefix, i64>, QueueError> {
    let mut wanted: BTreeMap<&TicketPrefix, i64> = BTreeMap::new();
    for place in places {
        *wanted.entry(prefix(setup, &place.request.group)?).or_default() += 1;
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

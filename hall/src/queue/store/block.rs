//! Blocks of numbers that a terminal may give while it does not reach the hall, and the numbers that it gave.
//!
//! A number of a block goes back to nobody, however the block ends: whoever restores the disk of a terminal has the block
//! again. After the hall's own backup was restored, counters go on far above what may have been leased (see
//! [`super::take`]), and what the hall has forgotten of a block stands in its signed lease.

use super::QueueStore;
use super::change::{self, Change};
use super::measure::{Lines, Measured};
use super::row;
use super::take::{Life, check_day};
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{FencedTransaction, StoreError};
use crate::queue::domain::{Estimate, Event, GroupCode, PriorityClass, Setup, Ticket};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::{Epoch, Millis};
use bianmin_protocol::ticket::{TicketNumber, TicketPrefix};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::BTreeSet;

/// Open blocks of one terminal and day: for each group some, and no more numbers than anybody could give.
const MOST_OPEN: i64 = 64;

/// A terminal that wants a block, or more time for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRequest {
    /// The block's id.
    pub block: String,
    /// Which terminal.
    pub terminal: String,
    /// Of which group.
    pub group: GroupCode,
    /// How many numbers.
    pub count: u16,
    /// Until when they may be given.
    pub until: Millis,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// Whose.
    pub terminal: String,
    /// Of which group.
    pub group: GroupCode,
    /// The business day.
    pub day: Date,
    /// The letters of its numbers.
    pub prefix: TicketPrefix,
    /// The first running number.
    pub first: u16,
    /// The last one.
    pub last: u16,
    /// The database's epoch in which it was leased.
    pub epoch: Epoch,
    /// When it was leased.
    pub leased_at: Millis,
    /// Until when its numbers may be given.
    pub until: Millis,
}

/// What became of a wish for a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockLease {
    /// It is leased.
    Leased(Block),
    /// It has ended, or is of another day, group, terminal or epoch.
    Ended,
}

/// Somebody who got a number of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflinePlace {
    /// The ticket's key, made by the terminal.
    pub id: String,
    /// The number.
    pub number: TicketNumber,
    /// In whose line.
    pub group: GroupCode,
    /// Called before others?
    pub priority: Option<PriorityClass>,
    /// When it was given.
    pub issued_at: Millis,
}

const COLUMNS: &str =
    "id, terminal, group_code, day, prefix, first, last, epoch, leased_at, until_at, ended_at";

fn block(row: &QueryResult) -> Result<(Block, bool), StoreError> {
    let corrupt = || StoreError::Corrupt("queue block");
    let text = |column| row.try_get::<String>("", column);
    let number = |column| -> Result<u16, StoreError> {
        u16::try_from(row.try_get::<i64>("", column)?).map_err(|_| corrupt())
    };
    let block = Block {
        id: text("id")?,
        terminal: text("terminal")?,
        group: GroupCode::parse(&text("group_code")?).map_err(|_| corrupt())?,
        day: text("day")?.parse().map_err(|_| corrupt())?,
        prefix: TicketPrefix::parse(&text("prefix")?).map_err(|_| corrupt())?,
        first: number("first")?,
        last: number("last")?,
        epoch: Epoch(text("epoch")?.parse().map_err(|_| corrupt())?),
        leased_at: Millis(row.try_get("", "leased_at")?),
        until: Millis(row.try_get("", "until_at")?),
    };
    Ok((block, row.try_get::<Option<i64>>("", "ended_at")?.is_some()))
}

async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<(Block, bool)>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM queue_block WHERE id = $1");
    query_one(db, &sql, [id.to_owned().into()]).await?.as_ref().map(block).transpose()
}

impl QueueStore<'_> {
    /// Leases numbers to a terminal, or more time for those that it has under this id.
    ///
    /// # Errors
    /// There is no such group, the day is closed, its numbers are used up, the terminal has too many blocks, or the
    /// database fails.
    pub async fn lease(
        &self,
        setup: &Setup,
        moment: Moment,
        request: &LeaseRequest,
    ) -> Result<BlockLease, QueueError> {
        let transaction = self.0.begin_fenced().await?;
        let group = super::take::group(setup, &request.group)?;
        let epoch = transaction.state().epoch;
        let known = find(&transaction, &request.block).await?;
        let leased = match known {
            Some((block, is_ended)) => {
                let is_own = (&block.terminal, &block.group) == (&request.terminal, &request.group);
                if is_ended || !is_own || (block.day, block.epoch) != (moment.day, epoch) {
                    transaction.rollback().await?;
                    return Ok(BlockLease::Ended);
                }
                renew(&transaction, block, request.until).await?
            }
            None => {
                check_day(&transaction, moment.day).await?;
                check_open_blocks(&transaction, moment.day, &request.terminal).await?;
                let (first, last) = numbers(&transaction, moment, &group.prefix, request.count).await?;
                insert(&transaction, moment, request, (&group.prefix, first, last), epoch).await?
            }
        };
        transaction.commit().await?;
        Ok(BlockLease::Leased(leased))
    }

    /// Ends a block of a terminal of which it says how many numbers it gave. What has ended, or is not known, has ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_block(
        &self,
        moment: Moment,
        (block, terminal): (&str, &str),
        used: u16,
    ) -> Result<(), QueueError> {
        let transaction = self.0.begin().await?;
        let sql = "UPDATE queue_block SET ended_at = $3, used = $4 \
                   WHERE id = $1 AND terminal = $2 AND ended_at IS NULL";
        let values =
            [block.to_owned().into(), terminal.to_owned().into(), moment.at.0.into(), i64::from(used).into()];
        execute(&transaction, sql, values).await?;
        Ok(transaction.commit().await?)
    }

    /// Puts people into the line, by when a terminal gave them their numbers; each is one of a block that the hall leased
    /// to it. For each whether the number is theirs: somebody else may have it where a disk was copied.
    ///
    /// # Errors
    /// The database fails; nobody has a place then.
    pub async fn merge(
        &self,
        setup: &Setup,
        (moment, day): (Moment, Date),
        places: &[OfflinePlace],
        by: &str,
    ) -> Result<Vec<bool>, QueueError> {
        let groups: BTreeSet<GroupCode> = places.iter().map(|place| place.group.clone()).collect();
        let measured = Measured::load(self.0.reader(), setup, moment, &groups).await?;
        let transaction = self.0.begin_fenced().await?;
        let lines = Lines::load(&transaction, setup, moment).await?;
        let mut own = Vec::with_capacity(places.len());
        let mut new: Vec<(Ticket, Event, Estimate, String)> = Vec::new();
        for place in places {
            let known = known(&transaction, day, place, &new).await?;
            own.push(known != Known::Other);
            if known != Known::Nobody {
                continue;
            }
            let wait = measured.estimate(setup, &lines, moment, &place.group, place.priority.is_some());
            // Nobody told them this: it is not measured how right it was.
            let wait = Estimate { scale: 0, ..wait };
            let event = Event::Taken {
                number: place.number.clone(),
                day,
                group: place.group.clone(),
                priority: place.priority,
                not_before: None,
            };
            if let Some(ticket) = Ticket::taken(place.id.clone(), place.issued_at, &event) {
                new.push((ticket, event, wait, by.to_owned()));
            }
        }
        if new.is_empty() {
            transaction.rollback().await?;
            return Ok(own);
        }
        row::insert(&transaction, &new).await?;
        change::write(&transaction, moment, vec![Change::Lines]).await?;
        transaction.commit().await?;
        Ok(own)
    }
}

/// Who has a number, or the key of a place, already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nobody,
    /// The very place: it came before.
    Same,
    Other,
}

async fn known(
    transaction: &FencedTransaction,
    day: Date,
    place: &OfflinePlace,
    new: &[(Ticket, Event, Estimate, String)],
) -> Result<Known, StoreError> {
    let number = place.number.to_string();
    let sql = "SELECT id, day, number FROM queue_ticket WHERE (day = $1 AND number = $2) OR id = $3";
    let values = [day.to_string().into(), number.clone().into(), place.id.clone().into()];
    let mut found = Vec::new();
    for row in query_all(transaction, sql, values).await? {
        found.push((row.try_get::<String>("", "id")?, row.try_get::<String>("", "number")?));
    }
    let is_near = |(ticket, ..): &&(Ticket, Event, Estimate, String)| {
        ticket.number == place.number || ticket.id == place.id
    };
    found.extend(
        new.iter().filter(is_near).map(|(ticket, ..)| (ticket.id.clone(), ticket.number.to_string())),
    );
    Ok(match found.as_slice() {
        [] => Known::Nobody,
        [(id, its)] if *id == place.id && *its == number => Known::Same,
        _ => Known::Other,
    })
}

/// As many numbers as are wanted, one after the other.
async fn numbers(
    transaction: &FencedTransaction,
    moment: Moment,
    prefix: &TicketPrefix,
    count: u16,
) -> Result<(u16, u16), QueueError> {
    if crate::planted::is_planted("block-reused")
        && let Some(rest) = rest_of_an_ended_block(transaction, moment, prefix).await?
    {
        return Ok(rest);
    }
    let life = Life::load(transaction, moment).await?;
    let last = life.raise(transaction, (moment.day, prefix), i64::from(count)).await?;
    let last = u16::try_from(last).ok().filter(|last| *last <= 9999);
    let last = last.ok_or_else(|| QueueError::UsedUp(prefix.to_string()))?;
    Ok((last + 1 - count, last))
}

/// For a planted bug: what the terminal says that it has not used of a block.
async fn rest_of_an_ended_block(
    transaction: &FencedTransaction,
    moment: Moment,
    prefix: &TicketPrefix,
) -> Result<Option<(u16, u16)>, StoreError> {
    let sql = "UPDATE queue_block SET used = last - first + 1 WHERE id = (SELECT id FROM queue_block \
               WHERE day = $1 AND prefix = $2 AND ended_at IS NOT NULL AND first + used <= last LIMIT 1) \
               RETURNING first, last";
    let values = [moment.day.to_string().into(), prefix.to_string().into()];
    let Some(row) = query_one(transaction, sql, values).await? else { return Ok(None) };
    let number = |column| row.try_get::<i64>("", column).map(|number| u16::try_from(number).unwrap_or(1));
    Ok(Some((number("first")?, number("last")?)))
}

async fn check_open_blocks(
    transaction: &FencedTransaction,
    day: Date,
    terminal: &str,
) -> Result<(), QueueError> {
    let sql =
        "SELECT COUNT(*) AS blocks FROM queue_block WHERE terminal = $1 AND day = $2 AND ended_at IS NULL";
    let row = query_one(transaction, sql, [terminal.to_owned().into(), day.to_string().into()]).await?;
    let blocks = row.map(|row| row.try_get::<i64>("", "blocks")).transpose()?.unwrap_or(0);
    if blocks < MOST_OPEN { Ok(()) } else { Err(QueueError::TooManyBlocks) }
}

async fn renew(transaction: &FencedTransaction, block: Block, until: Millis) -> Result<Block, StoreError> {
    let sql = "UPDATE queue_block SET until_at = $2 WHERE id = $1";
    execute(transaction, sql, [block.id.clone().into(), until.0.into()]).await?;
    Ok(Block { until, ..block })
}

async fn insert(
    transaction: &FencedTransaction,
    moment: Moment,
    request: &LeaseRequest,
    (prefix, first, last): (&TicketPrefix, u16, u16),
    epoch: Epoch,
) -> Result<Block, StoreError> {
    let LeaseRequest { block, terminal, group, until, .. } = request.clone();
    let sql = "INSERT INTO queue_block (id, terminal, group_code, day, prefix, first, last, epoch, leased_at, \
               until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = [
        block.clone().into(),
        terminal.clone().into(),
        group.to_string().into(),
        moment.day.to_string().into(),
        prefix.to_string().into(),
        i64::from(first).into(),
        i64::from(last).into(),
        epoch.to_string().into(),
        moment.at.0.into(),
        until.0.into(),
    ];
    execute(transaction, sql, values).await?;
    let (day, leased_at, prefix) = (moment.day, moment.at, prefix.clone());
    Ok(Block { id: block, terminal, group, day, prefix, first, last, epoch, leased_at, until })
}

//! Bookings in the database. Who gets the last place of a slot is decided by one conditional upsert.

use super::QueueStore;
use super::change::{self, Change};
use super::request::{self, RequestKey};
use super::take::{NewPlace, TakeRequest, Taken, take_in, taken_before};
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{StoreError, Transaction};
use crate::queue::domain::{
    BookingRefusal, BookingRules, BookingState, GroupCode, PriorityClass, Setup, TimeRange,
};
use crate::queue::error::QueueError;
use crate::queue::moment::Moment;
use bianmin_protocol::ids::Millis;
use jiff::civil::{Date, Time};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::HashMap;

/// A place in a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// What whoever booked shows.
    pub code: String,
    /// Of which group.
    pub group: GroupCode,
    /// The day.
    pub day: Date,
    /// The slot.
    pub slot: TimeRange,
    /// What it is.
    pub state: BookingState,
}

const COLUMNS: &str = "code, group_code, day, slot_from, slot_to, state";

fn booking(row: &QueryResult) -> Result<Booking, StoreError> {
    let corrupt = || StoreError::Corrupt("queue booking");
    let text = |column| row.try_get::<String>("", column);
    let slot = TimeRange::parse(&format!("{}-{}", text("slot_from")?, text("slot_to")?));
    Ok(Booking {
        code: text("code")?,
        group: GroupCode::parse(&text("group_code")?).map_err(|_| corrupt())?,
        day: text("day")?.parse().map_err(|_| corrupt())?,
        slot: slot.ok_or_else(corrupt)?,
        state: BookingState::from_key(&text("state")?).ok_or_else(corrupt)?,
    })
}

fn clock(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn rules<'a>(setup: &'a Setup, group: &GroupCode) -> Result<&'a BookingRules, QueueError> {
    let rules = setup.group(group).and_then(|group| group.booking.as_ref());
    rules.ok_or(QueueError::Booking(BookingRefusal::NotOffered))
}

impl QueueStore<'_> {
    /// Books a slot that may be booked: see [`BookingRules::check`]. The same request again gets the same booking.
    ///
    /// # Errors
    /// The group takes no bookings, the slot is full, or the database fails.
    pub async fn book(
        &self,
        setup: &Setup,
        moment: Moment,
        (group, day, slot): (&GroupCode, Date, TimeRange),
        by: &str,
        key: Option<&RequestKey>,
    ) -> Result<Booking, QueueError> {
        let rules = rules(setup, group)?;
        let code = crate::fleet::codes::new().map_err(|_| QueueError::NoRandomness)?;
        let transaction = self.0.begin().await?;
        if let Some(earlier) = request::claim_one(&transaction, moment.at, key, &code).await? {
            let booking = find(&transaction, &earlier).await?;
            transaction.rollback().await?;
            return Ok(booking);
        }
        occupy(&transaction, rules, group, day, slot).await?;
        let sql = "INSERT INTO queue_booking (code, group_code, day, slot_from, slot_to, state, events) \
                   VALUES ($1, $2, $3, $4, $5, 'booked', 0)";
        let values = [
            code.clone().into(),
            group.to_string().into(),
            day.to_string().into(),
            clock(slot.from).into(),
            clock(slot.to).into(),
        ];
        execute(&transaction, sql, values).await?;
        let booking = Booking { code, group: group.clone(), day, slot, state: BookingState::Booked };
        note(&transaction, &booking, moment, "booked", by).await?;
        transaction.commit().await?;
        Ok(booking)
    }

    /// Moves a booking to another slot of its group that may be booked.
    ///
    /// # Errors
    /// There is no such booking, it is not open any more, the slot is full, or the database fails.
    pub async fn move_booking(
        &self,
        setup: &Setup,
        moment: Moment,
        code: &str,
        (day, slot): (Date, TimeRange),
        by: &str,
    ) -> Result<Booking, QueueError> {
        let transaction = self.0.begin().await?;
        let before = open(&transaction, code).await?;
        let rules = rules(setup, &before.group)?;
        // Slots by day and time, as everybody takes them: two who change places do not wait for each other.
        if (before.day, before.slot.from) <= (day, slot.from) {
            release(&transaction, &before).await?;
            occupy(&transaction, rules, &before.group, day, slot).await?;
        } else {
            occupy(&transaction, rules, &before.group, day, slot).await?;
            release(&transaction, &before).await?;
        }
        let sql = "UPDATE queue_booking SET day = $2, slot_from = $3, slot_to = $4 WHERE code = $1";
        let values = [
            before.code.clone().into(),
            day.to_string().into(),
            clock(slot.from).into(),
            clock(slot.to).into(),
        ];
        execute(&transaction, sql, values).await?;
        let booking = Booking { day, slot, ..before };
        note(&transaction, &booking, moment, "moved", by).await?;
        transaction.commit().await?;
        Ok(booking)
    }

    /// Gives a booking back.
    ///
    /// # Errors
    /// There is no such booking, it is not open any more, or the database fails.
    pub async fn cancel_booking(&self, moment: Moment, code: &str, by: &str) -> Result<Booking, QueueError> {
        let transaction = self.0.begin().await?;
        let mut booking = open(&transaction, code).await?;
        release(&transaction, &booking).await?;
        end(&transaction, &mut booking, BookingState::Cancelled).await?;
        note(&transaction, &booking, moment, "cancelled", by).await?;
        transaction.commit().await?;
        Ok(booking)
    }

    /// Gives a number to whoever booked and has come. Their place in the line is by when their slot begins, not at the
    /// front; with priority where the set-up gives it to bookings. The same request again gets the same number.
    ///
    /// # Errors
    /// There is no such booking, it is not for now, or the database fails.
    pub async fn check_in_booking(
        &self,
        setup: &Setup,
        moment: Moment,
        code: &str,
        by: &str,
        key: Option<&RequestKey>,
    ) -> Result<Taken, QueueError> {
        let reader = self.0.reader();
        let measured = super::measure::Measured::load_all(reader, setup, moment).await?;
        let transaction = self.0.begin_fenced().await?;
        let id = uuid::Uuid::now_v7().to_string();
        if let Some(earlier) = request::claim_one(&transaction, moment.at, key, &id).await? {
            let taken = taken_before(&transaction, setup, moment, &earlier).await?;
            transaction.rollback().await?;
            return Ok(taken);
        }
        let mut booking = open(&transaction, code).await?;
        if booking.day != moment.day {
            return Err(BookingRefusal::OtherDay(booking.day).into());
        }
        let rules = setup.group(&booking.group).and_then(|group| group.booking.as_ref());
        let until_slot = BookingRules::check_in(rules, booking.slot, moment.time)?;
        end(&transaction, &mut booking, BookingState::CheckedIn).await?;
        note(&transaction, &booking, moment, "checked-in", by).await?;
        let class = PriorityClass::Booking;
        let priority = setup.priority_classes.contains(&class).then_some(class);
        let request = TakeRequest { group: booking.group.clone(), priority, by: by.to_owned() };
        let not_before = Some(Millis(moment.at.0 + until_slot));
        let place = NewPlace { id, request, not_before };
        let taken = take_in(&transaction, setup, moment, &measured, &[place]).await?;
        change::write(&transaction, moment, vec![Change::Lines]).await?;
        transaction.commit().await?;
        taken.into_iter().next().ok_or(QueueError::Store(StoreError::Corrupt("queue counter")))
    }

    /// A booking.
    ///
    /// # Errors
    /// There is none of this code, or the database fails.
    pub async fn booking(&self, code: &str) -> Result<Booking, QueueError> {
        find(self.0.reader(), code).await
    }

    /// How many places of each slot of a day are taken, by when it begins.
    ///
    /// # Errors
    /// The database fails.
    pub async fn booked(&self, group: &GroupCode, day: Date) -> Result<HashMap<Time, u32>, QueueError> {
        let sql = "SELECT slot_from, booked FROM queue_slot WHERE day = $1 AND group_code = $2";
        let rows =
            query_all(self.0.reader(), sql, [day.to_string().into(), group.to_string().into()]).await?;
        let slot = |row: &QueryResult| {
            let from = crate::queue::domain::time(&row.try_get::<String>("", "slot_from")?);
            let from = from.ok_or(StoreError::Corrupt("queue slot"))?;
            Ok((from, u32::try_from(row.try_get::<i64>("", "booked")?).unwrap_or(0)))
        };
        rows.iter().map(slot).collect()
    }

    /// The bookings of a day that were not cancelled, by slot.
    ///
    /// # Errors
    /// The database fails.
    pub async fn bookings(&self, day: Date) -> Result<Vec<Booking>, QueueError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM queue_booking WHERE day = $1 AND state <> 'cancelled' \
             ORDER BY slot_from, group_code, code"
        );
        let rows = query_all(self.0.reader(), &sql, [day.to_string().into()]).await?;
        Ok(rows.iter().map(booking).collect::<Result<_, _>>()?)
    }
}

async fn find(db: &impl ConnectionTrait, code: &str) -> Result<Booking, QueueError> {
    one(db, code, &format!("SELECT {COLUMNS} FROM queue_booking WHERE code = $1")).await
}

/// The booking that a statement answers with for a code, however that was typed.
async fn one(db: &impl ConnectionTrait, typed: &str, sql: &str) -> Result<Booking, QueueError> {
    let unknown = || QueueError::NoSuchBooking(typed.trim().to_owned());
    let code = crate::fleet::codes::standard(typed).ok_or_else(unknown)?;
    match query_one(db, sql, [code.into()]).await? {
        Some(row) => Ok(booking(&row)?),
        None => Err(unknown()),
    }
}

/// Takes a booking that is neither used nor given back. Whoever else changes it waits until the commit, and then finds
/// what became of it: nobody releases a slot by what the booking was before.
async fn open(transaction: &Transaction, code: &str) -> Result<Booking, QueueError> {
    let sql = format!("UPDATE queue_booking SET events = events WHERE code = $1 RETURNING {COLUMNS}");
    let booking = one(transaction, code, &sql).await?;
    match booking.state {
        BookingState::Booked => Ok(booking),
        other => Err(BookingRefusal::NotBooked(other).into()),
    }
}

/// Takes a place of a slot, if one is left.
async fn occupy(
    transaction: &Transaction,
    rules: &BookingRules,
    group: &GroupCode,
    day: Date,
    slot: TimeRange,
) -> Result<(), QueueError> {
    let sql = "INSERT INTO queue_slot (day, group_code, slot_from, booked) VALUES ($1, $2, $3, 1) \
               ON CONFLICT (day, group_code, slot_from) DO UPDATE SET booked = queue_slot.booked + 1 \
               WHERE queue_slot.booked < $4";
    let values = [
        day.to_string().into(),
        group.to_string().into(),
        clock(slot.from).into(),
        i64::from(rules.capacity).into(),
    ];
    match execute(transaction, sql, values).await? {
        0 => Err(BookingRefusal::Full.into()),
        _ => Ok(()),
    }
}

async fn release(transaction: &Transaction, booking: &Booking) -> Result<(), QueueError> {
    let sql = "UPDATE queue_slot SET booked = booked - 1 \
               WHERE day = $1 AND group_code = $2 AND slot_from = $3 AND booked > 0";
    let values =
        [booking.day.to_string().into(), booking.group.to_string().into(), clock(booking.slot.from).into()];
    execute(transaction, sql, values).await?;
    Ok(())
}

async fn end(
    transaction: &Transaction,
    booking: &mut Booking,
    state: BookingState,
) -> Result<(), QueueError> {
    let sql = "UPDATE queue_booking SET state = $2 WHERE code = $1";
    let values = [booking.code.clone().into(), state.key().to_owned().into()];
    execute(transaction, sql, values).await?;
    booking.state = state;
    Ok(())
}

/// What happened to a booking: rows are only ever added.
async fn note(
    transaction: &Transaction,
    booking: &Booking,
    moment: Moment,
    event: &str,
    by: &str,
) -> Result<(), QueueError> {
    let sql = "UPDATE queue_booking SET events = events + 1 WHERE code = $1 RETURNING events";
    let row = query_one(transaction, sql, [booking.code.clone().into()]).await?;
    let number: i64 = row.ok_or(StoreError::Corrupt("queue booking"))?.try_get("", "events")?;
    let sql = "INSERT INTO queue_booking_event (booking, number, at, by_whom, event, day, slot_from) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        booking.code.clone().into(),
        number.into(),
        moment.at.0.into(),
        by.to_owned().into(),
        event.to_owned().into(),
        booking.day.to_string().into(),
        clock(booking.slot.from).into(),
    ];
    execute(transaction, sql, values).await?;
    Ok(())
}

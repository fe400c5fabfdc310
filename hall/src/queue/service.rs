//! What people and clerks ask of the queue, in their own words: the one way for command line, terminals and console.

use super::domain::{BookingRefusal, GroupCode, PriorityClass, Setup, TimeRange, WindowCode};
use super::error::QueueError;
use super::moment::Moment;
use super::store::{Booking, CallRequest, NextCall, RequestKey, Status, TakeRequest, Taken};
use crate::calendar::PeriodError;
use crate::clock::Clock;
use crate::db::Store;
use bianmin_protocol::ticket::TicketNumber;
use jiff::civil::{Date, Time};

/// The queue as it is set up at one moment.
#[derive(Debug)]
pub struct QueueService<'a> {
    store: &'a Store,
    /// How it is set up.
    pub setup: Setup,
    /// The set-up's version; 0 is the default.
    pub version: i64,
    /// When this is.
    pub moment: Moment,
}

/// When people come again whose day was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarryOverDay {
    /// The day.
    pub day: Date,
    /// Years of which no calendar is known, if the day was found by the week alone.
    pub assumed_years: Vec<i16>,
}

impl<'a> QueueService<'a> {
    /// The queue as it is set up now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open(store: &'a Store, clock: &Clock) -> Result<Self, QueueError> {
        let (setup, version) = store.queue().setup().await?;
        let moment = Moment::now(clock, &setup);
        Ok(Self { store, setup, version, moment })
    }

    /// Whether numbers are given now.
    ///
    /// # Errors
    /// Why not, or the database fails.
    pub async fn check_open(&self) -> Result<(), QueueError> {
        let Some(opening) = &self.setup.opening else { return Ok(()) };
        let calendar = self.store.calendar().load().await?;
        let is_working_day = calendar.day(self.moment.day).counts();
        opening.check(is_working_day, self.moment.time).map_err(QueueError::Closed)
    }

    /// Gives a number for a group, or for a service item of one, to somebody who belongs to a priority class or not.
    ///
    /// # Errors
    /// There is no such group or class, no numbers are given now, or the database fails.
    pub async fn take(&self, group: &str, class: Option<&str>, by: &str) -> Result<Taken, QueueError> {
        let code = self.group(group)?;
        let priority = class.map(|class| self.class(class)).transpose()?;
        self.check_open().await?;
        let request = TakeRequest { group: code, priority, by: by.to_owned() };
        let taken = self.store.queue().take(&self.setup, self.moment, &[request]).await?;
        taken.into_iter().next().ok_or(QueueError::Store(crate::db::StoreError::Corrupt("queue counter")))
    }

    /// The group of this code, or the one that has this service item.
    ///
    /// # Errors
    /// There is none.
    pub fn group(&self, text: &str) -> Result<GroupCode, QueueError> {
        self.setup.find_group(text).map(|group| group.code.clone()).ok_or_else(|| {
            let known: Vec<&str> = self.setup.groups.iter().map(|group| group.code.as_str()).collect();
            QueueError::NoSuchGroup { wanted: text.to_owned(), known: known.join(", ") }
        })
    }

    /// The class of this name.
    ///
    /// # Errors
    /// Nobody is called first here by it.
    pub fn class(&self, key: &str) -> Result<PriorityClass, QueueError> {
        let class = PriorityClass::from_key(key).filter(|class| self.setup.priority_classes.contains(class));
        class.ok_or_else(|| {
            let known: Vec<&str> = self.setup.priority_classes.iter().map(|class| class.key()).collect();
            QueueError::NoSuchClass { wanted: key.to_owned(), known: known.join(", ") }
        })
    }

    /// The window of this code.
    ///
    /// # Errors
    /// There is none.
    pub fn window(&self, text: &str) -> Result<WindowCode, QueueError> {
        let found = self.setup.windows.iter().find(|window| window.code.as_str() == text);
        found.map(|window| window.code.clone()).ok_or_else(|| {
            let known: Vec<&str> = self.setup.windows.iter().map(|window| window.code.as_str()).collect();
            QueueError::NoSuchWindow { wanted: text.to_owned(), known: known.join(", ") }
        })
    }

    /// Calls the next person to a window, or the one with a number. `seen` is whom the clerk saw there, if they say so.
    ///
    /// # Errors
    /// There is no such window or number, it cannot be called, or the database fails.
    pub async fn call(
        &self,
        window: &str,
        number: Option<&str>,
        seen: Option<Option<TicketNumber>>,
        by: &str,
    ) -> Result<NextCall, QueueError> {
        let window = self.window(window)?;
        let request = CallRequest { window, number: number.map(str::to_owned), seen, by: by.to_owned() };
        self.store.queue().call(&self.setup, self.moment, &request).await
    }

    /// The slot of a group that begins at a time of a day, if it may be booked now.
    async fn slot(&self, group: &GroupCode, day: Date, from: Time) -> Result<TimeRange, QueueError> {
        let rules = self.setup.group(group).and_then(|group| group.booking.as_ref());
        let rules = rules.ok_or(BookingRefusal::NotOffered)?;
        let is_open = self.setup.opens_every_day() || self.store.calendar().load().await?.day(day).counts();
        Ok(rules.check((self.moment.day, self.moment.time), (day, from), is_open)?)
    }

    /// Books a slot of a group.
    ///
    /// # Errors
    /// There is no such group or slot, it may not be booked or is full, or the database fails.
    pub async fn book(&self, group: &str, day: Date, from: Time, by: &str) -> Result<Booking, QueueError> {
        self.book_once(group, (day, from), by, None).await
    }

    /// The same; a request that came before gets the booking that it got then.
    ///
    /// # Errors
    /// As for [`Self::book`], or another request came under its id.
    pub async fn book_once(
        &self,
        group: &str,
        (day, from): (Date, Time),
        by: &str,
        key: Option<&RequestKey>,
    ) -> Result<Booking, QueueError> {
        let group = self.group(group)?;
        let slot = self.slot(&group, day, from).await?;
        self.store.queue().book(&self.setup, self.moment, (&group, day, slot), by, key).await
    }

    /// The slots of a group on a day, each with the places that are left; none are where it cannot be booked any more.
    ///
    /// # Errors
    /// There is no such group, it takes no bookings, or the database fails.
    pub async fn slots(&self, group: &str, day: Date) -> Result<Vec<(TimeRange, u32)>, QueueError> {
        let group = self.group(group)?;
        let rules = self.setup.group(&group).and_then(|group| group.booking.as_ref());
        let rules = rules.ok_or(BookingRefusal::NotOffered)?;
        let is_open = self.setup.opens_every_day() || self.store.calendar().load().await?.day(day).counts();
        let booked = self.store.queue().booked(&group, day).await?;
        let left = |slot: &TimeRange| {
            let may_be = rules.check((self.moment.day, self.moment.time), (day, slot.from), is_open).is_ok();
            let taken = booked.get(&slot.from).copied().unwrap_or(0);
            if may_be { rules.capacity.saturating_sub(taken) } else { 0 }
        };
        Ok(rules.slots.iter().map(|slot| (*slot, left(slot))).collect())
    }

    /// Moves a booking to another slot of its group.
    ///
    /// # Errors
    /// There is no such booking or slot, it may not be booked or is full, or the database fails.
    pub async fn move_booking(
        &self,
        code: &str,
        day: Date,
        from: Time,
        by: &str,
    ) -> Result<Booking, QueueError> {
        let group = self.store.queue().booking(code).await?.group;
        let slot = self.slot(&group, day, from).await?;
        self.store.queue().move_booking(&self.setup, self.moment, code, (day, slot), by).await
    }

    /// The day to which those are carried over who still have a place on a day: the first after it on which the hall is
    /// open, or today where that is over.
    ///
    /// # Errors
    /// The calendar ends before it, or the database fails.
    pub async fn carry_over_day(&self, closed: Date) -> Result<CarryOverDay, QueueError> {
        let today = self.moment.day;
        let (next, assumed_years) = if self.setup.opens_every_day() {
            (closed.tomorrow().ok(), Vec::new())
        } else {
            let due = self.store.calendar().load().await?.due(closed, 1)?;
            (due.due, due.assumed_years)
        };
        let next = next.ok_or(PeriodError::TooFar)?;
        Ok(match next < today {
            true => CarryOverDay { day: today, assumed_years: Vec::new() },
            false => CarryOverDay { day: next, assumed_years },
        })
    }

    /// How the queue stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn status(&self) -> Result<Status, QueueError> {
        self.store.queue().status(&self.setup, self.moment).await
    }
}

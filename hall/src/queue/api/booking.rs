//! Bookings and checking in, for terminals.

use super::refusal::refusal;
use super::ticket::{group_name, issued, key, number};
use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use crate::queue::domain::{BookingRefusal, BookingState, Setup, State as StateOfPlace};
use crate::queue::error::QueueError;
use crate::queue::service::QueueService;
use crate::queue::store::{Booking, Taken};
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::queue::{
    BookSlot, BookingQuery, BookingReply, BookingSlip, CheckIn, SlotState, SlotsReply, TicketReply,
};
use jiff::civil::Date;
use std::sync::Arc;

#[derive(Debug, serde::Deserialize)]
pub(super) struct WantedSlots {
    group: String,
    day: Date,
}

pub(super) async fn slots(
    State(hall): State<Arc<Hall>>,
    _sender: Sender,
    query: Result<Query<WantedSlots>, QueryRejection>,
) -> Result<Json<SlotsReply>, Error> {
    let Query(WantedSlots { group, day }) = query.map_err(|_| Error::BadRequest)?;
    match hall.queue.service().await?.slots(&group, day).await {
        Ok(slots) => {
            let slot = |(slot, left): (crate::queue::TimeRange, u32)| SlotState {
                from: slot.from,
                to: slot.to,
                left,
            };
            Ok(Json(SlotsReply::Slots { slots: slots.into_iter().map(slot).collect() }))
        }
        Err(error) => {
            let refusal = refusal(&error).ok_or_else(|| Error::from(error))?;
            Ok(Json(SlotsReply::Refused { refusal }))
        }
    }
}

fn slip(setup: &Setup, booking: &Booking) -> BookingSlip {
    BookingSlip {
        code: booking.code.clone(),
        group_name: group_name(setup, &booking.group),
        day: booking.day,
        from: booking.slot.from,
        to: booking.slot.to,
        state: booking.state.key().to_owned(),
    }
}

fn answered(setup: &Setup, booked: Result<Booking, QueueError>) -> Result<Json<BookingReply>, Error> {
    Ok(Json(match booked {
        Ok(booking) => BookingReply::Booking { booking: slip(setup, &booking) },
        Err(error) => {
            let refusal = refusal(&error).ok_or_else(|| Error::from(error))?;
            BookingReply::Refused { refusal }
        }
    }))
}

pub(super) async fn book(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<BookingReply>, Error> {
    let book: BookSlot = read_body(&body)?;
    let content = format!("book {} {} {}", book.group, book.day, book.from.strftime("%H:%M"));
    let key = key(&sender, book.id, content);
    let service = hall.queue.service().await?;
    let (by, slot) = (sender.terminal.id.as_str(), (book.day, book.from));
    let booked = service.book_once(&book.group, slot, by, Some(&key)).await;
    answered(&service.setup, booked)
}

/// Counts a code that nobody has: a terminal that sends many is guessing.
fn count_wrong<T>(hall: &Hall, sender: &Sender, found: &Result<T, QueueError>) -> Result<(), Error> {
    match found {
        Err(QueueError::NoSuchBooking(_)) => {
            hall.queue.note_wrong(&sender.terminal.id).map_err(Error::TooMany)
        }
        _ => Ok(()),
    }
}

pub(super) async fn cancel(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<BookingReply>, Error> {
    let query: BookingQuery = read_body(&body)?;
    let service = hall.queue.service().await?;
    let store = hall.store.queue();
    let mut ended = store.cancel_booking(service.moment, &query.code, sender.terminal.id.as_str()).await;
    count_wrong(&hall, &sender, &ended)?;
    // A request that came twice: that is what was wanted.
    if matches!(&ended, Err(QueueError::Booking(BookingRefusal::NotBooked(BookingState::Cancelled)))) {
        ended = store.booking(&query.code).await;
    }
    answered(&service.setup, ended)
}

pub(super) async fn check_in(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<TicketReply>, Error> {
    let check_in: CheckIn = read_body(&body)?;
    let service = hall.queue.service().await?;
    let taken = match check_in.code.contains('.') {
        true => carried_over(&hall, &service, &sender, &check_in.code).await?,
        false => booked(&hall, &service, &sender, &check_in).await?,
    };
    hall.queue.has_changed();
    match taken {
        Ok(taken) => Ok(issued(&hall, &service.setup, &taken)),
        Err(error) => {
            let refusal = refusal(&error).ok_or_else(|| Error::from(error))?;
            Ok(Json(TicketReply::Refused { refusal }))
        }
    }
}

async fn booked(
    hall: &Hall,
    service: &QueueService<'_>,
    sender: &Sender,
    check_in: &CheckIn,
) -> Result<Result<Taken, QueueError>, Error> {
    let key = key(sender, check_in.id, format!("check in {}", check_in.code));
    let by = sender.terminal.id.as_str();
    let code = &check_in.code;
    let taken =
        hall.store.queue().check_in_booking(&service.setup, service.moment, code, by, Some(&key)).await;
    count_wrong(hall, sender, &taken)?;
    Ok(taken)
}

/// Somebody whose place was carried over comes with their slip. Who is in the line already is in the line.
async fn carried_over(
    hall: &Hall,
    service: &QueueService<'_>,
    sender: &Sender,
    token: &str,
) -> Result<Result<Taken, QueueError>, Error> {
    let Some(number) = number(hall, sender, token)? else {
        return Ok(Err(QueueError::NoSuchNumber(String::new())));
    };
    let (store, number) = (hall.store.queue(), number.in_full());
    let mut found = store.check_in(service.moment, &number, sender.terminal.id.as_str()).await;
    if matches!(&found, Err(QueueError::Transition(error)) if error.state == StateOfPlace::Waiting) {
        found = store.place(service.moment, &number).await;
    }
    Ok(match found {
        Ok(ticket) => {
            let (ahead, wait) = store.wait(&service.setup, service.moment, &ticket).await?;
            Ok(Taken { ticket, ahead, wait })
        }
        Err(error) => Err(error),
    })
}

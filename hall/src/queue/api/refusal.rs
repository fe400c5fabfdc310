//! Why the queue does not do what was asked, on the wire.

use crate::http::Error;
use crate::queue::domain::{BookingRefusal, Closed};
use crate::queue::error::QueueError;
use bianmin_protocol::v1::queue::QueueRefusal;

impl From<QueueError> for Error {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Store(error) => error.into(),
            other => {
                tracing::error!(error = %other, "a request to the queue failed");
                Self::Unavailable
            }
        }
    }
}

/// What a terminal is told, or the failure where the hall itself is to blame.
pub(super) fn refusal(error: &QueueError) -> Option<QueueRefusal> {
    Some(match error {
        QueueError::NoSuchGroup { .. } => QueueRefusal::NoSuchGroup {},
        QueueError::NoSuchClass { .. } => QueueRefusal::NoSuchClass {},
        QueueError::NoSuchNumber(_) => QueueRefusal::NoSuchTicket {},
        QueueError::NoSuchBooking(_) => QueueRefusal::NoSuchBooking {},
        QueueError::Booking(refusal) => booking(refusal),
        QueueError::Transition(error) => QueueRefusal::NotPossible { state: error.state.key().to_owned() },
        QueueError::OtherDay { day, .. } => QueueRefusal::OtherDay { day: *day },
        QueueError::Closed(reason) => closed(*reason),
        QueueError::DayClosed(_) => QueueRefusal::DayClosed {},
        QueueError::UsedUp(_) | QueueError::TooManyBlocks => QueueRefusal::UsedUp {},
        QueueError::RequestConflict => QueueRefusal::Conflict {},
        _ => return None,
    })
}

/// Why no numbers are given.
pub(super) fn closed(closed: Closed) -> QueueRefusal {
    match closed {
        Closed::DayOff => QueueRefusal::DayOff {},
        Closed::NotYet { opens } => QueueRefusal::NotYet { opens },
        Closed::TooLate { last_number } => QueueRefusal::TooLate { last_number },
    }
}

fn booking(refusal: &BookingRefusal) -> QueueRefusal {
    match refusal {
        BookingRefusal::NotOffered => QueueRefusal::NotOffered {},
        BookingRefusal::NoSuchSlot(_) => QueueRefusal::NoSuchSlot {},
        BookingRefusal::DayOff => QueueRefusal::DayOff {},
        BookingRefusal::TooSoon(minutes) => QueueRefusal::TooSoon { minutes: *minutes },
        BookingRefusal::TooFar(days) => QueueRefusal::TooFar { days: *days },
        BookingRefusal::Full => QueueRefusal::Full {},
        BookingRefusal::OtherDay(day) => QueueRefusal::OtherDay { day: *day },
        BookingRefusal::TooEarly(from) => QueueRefusal::TooEarly { from: *from },
        BookingRefusal::TooLate(_) => QueueRefusal::SlotOver {},
        BookingRefusal::NotBooked(_) => QueueRefusal::NotBooked {},
    }
}

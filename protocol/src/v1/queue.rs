//! The queue on the wire: what terminals ask of it. Every request is signed as all of a terminal's are.
//!
//! A request that changes something bears an id that the terminal made. Sent again under the same id it has no further
//! effect and gets the same answer; another request under a known id is refused.

mod block;

use crate::ids::Millis;
use crate::ticket::TicketNumber;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use block::{
    BLOCK_LIMIT, BlockReply, Lease, LeaseBlock, OFFLINE_LIMIT, OfflineOutcome, OfflineReply, OfflineTicket,
    OfflineTickets, ReturnBlock, ReturnReply, SignedLease,
};

/// `GET` → [`QueueState`].
pub const QUEUE: &str = "/v1/queue";
/// `POST` [`TakeTicket`] → [`TicketReply`].
pub const TICKETS: &str = "/v1/queue/tickets";
/// `POST` [`TicketQuery`] → [`PlaceReply`].
pub const TICKET_STATE: &str = "/v1/queue/tickets/state";
/// `POST` [`TicketQuery`] → [`PlaceReply`]. Whoever has gone already has gone.
pub const TICKET_CANCEL: &str = "/v1/queue/tickets/cancel";
/// `GET ?group=CODE&day=DAY` → [`SlotsReply`].
pub const SLOTS: &str = "/v1/queue/slots";
/// `POST` [`BookSlot`] → [`BookingReply`].
pub const BOOKINGS: &str = "/v1/queue/bookings";
/// `POST` [`BookingQuery`] → [`BookingReply`]. What was given back already has been given back.
pub const BOOKING_CANCEL: &str = "/v1/queue/bookings/cancel";
/// `POST` [`CheckIn`] → [`TicketReply`].
pub const CHECK_IN: &str = "/v1/queue/check-in";
/// `POST` [`LeaseBlock`] → [`BlockReply`].
pub const BLOCKS: &str = "/v1/queue/blocks";
/// `POST` [`ReturnBlock`] → [`ReturnReply`].
pub const BLOCK_RETURN: &str = "/v1/queue/blocks/return";
/// `POST` [`OfflineTickets`] → [`OfflineReply`].
pub const OFFLINE: &str = "/v1/queue/offline";

/// How the queue is set up, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueState {
    /// The business day.
    pub day: Date,
    /// Why no numbers are given now; none where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<QueueRefusal>,
    /// The groups.
    pub groups: Vec<GroupState>,
    /// The classes that are called first, by name: `elderly`, `disabled` …
    pub priority_classes: Vec<String>,
    /// Never more than so many priority calls in a row while somebody ordinary waits.
    pub priority_bound: u32,
}

/// A group and its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupState {
    /// Its code.
    pub code: String,
    /// Its name, as people read it.
    pub name: String,
    /// Codes of its service items.
    pub items: Vec<String>,
    /// Names of the windows that serve it.
    pub windows: Vec<String>,
    /// People who wait.
    pub waiting: u32,
    /// How long somebody ordinary waits who comes now.
    pub wait: WaitRange,
    /// Whether slots of it can be booked.
    pub takes_bookings: bool,
}

/// A wait that holds for four of five people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRange {
    /// The range's beginning in minutes.
    pub low: u32,
    /// The range's end in minutes.
    pub high: u32,
}

/// Asks for a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeTicket {
    /// Made by the terminal, new for each number.
    pub id: Uuid,
    /// A group's code, or that of a service item of one.
    pub group: String,
    /// The class by which somebody is called first, if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

/// A number, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum TicketReply {
    /// The number.
    Issued {
        /// What the slip says.
        ticket: IssuedTicket,
    },
    /// There is none.
    Refused {
        /// Why.
        refusal: QueueRefusal,
    },
}

/// What stands on a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedTicket {
    /// The number.
    pub number: TicketNumber,
    /// The right to see and cancel the place, for the code on the slip; see [`ticket_url`].
    pub token: String,
    /// The group's code.
    pub group: String,
    /// The group's name.
    pub group_name: String,
    /// Names of the windows that serve it.
    pub windows: Vec<String>,
    /// The class by which they are called first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// People who are called before, if nobody else comes.
    pub ahead: u32,
    /// How long it will be.
    pub wait: WaitRange,
    /// When it was issued, by the hall's clock.
    pub issued_at: Millis,
}

/// The address of a ticket's page on phones. The token stands behind `#`, which browsers do not send by themselves.
pub fn ticket_url(hall: &str, token: &str) -> String {
    format!("{}/q#{token}", hall.trim_end_matches('/'))
}

/// Names a place by the token on its slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketQuery {
    /// The token.
    pub token: String,
}

/// A place, or why it is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum PlaceReply {
    /// The place.
    Place {
        /// How it stands.
        place: PlaceState,
    },
    /// It is not shown, or not changed.
    Refused {
        /// Why.
        refusal: QueueRefusal,
    },
}

/// How a place stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceState {
    /// The number.
    pub number: TicketNumber,
    /// `waiting`, `called`, `serving`, `parked`, `missed`, `done`, `left` or `carried-over`.
    pub state: String,
    /// The group's name.
    pub group_name: String,
    /// Names of the windows to go to: the one that called, or all that serve the group.
    pub windows: Vec<String>,
    /// People who are called before, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ahead: Option<u32>,
    /// How long it will be, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<WaitRange>,
    /// The business day on which it holds.
    pub day: Date,
}

/// A slot of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotState {
    /// Its beginning.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// Places that are left; 0 where it cannot be booked any more.
    pub left: u32,
}

/// The slots of a day, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum SlotsReply {
    /// The slots.
    Slots {
        /// By when they begin.
        slots: Vec<SlotState>,
    },
    /// There are none.
    Refused {
        /// Why.
        refusal: QueueRefusal,
    },
}

/// Books a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookSlot {
    /// Made by the terminal, new for each booking.
    pub id: Uuid,
    /// A group's code, or that of a service item of one.
    pub group: String,
    /// The day.
    pub day: Date,
    /// When the slot begins.
    pub from: Time,
}

/// Names a booking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingQuery {
    /// The booking's code, however it was typed.
    pub code: String,
}

/// A booking, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum BookingReply {
    /// The booking.
    Booking {
        /// How it stands.
        booking: BookingSlip,
    },
    /// There is none.
    Refused {
        /// Why.
        refusal: QueueRefusal,
    },
}

/// A booking as it stands on a slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingSlip {
    /// What is shown on checking in.
    pub code: String,
    /// The group's name.
    pub group_name: String,
    /// The day.
    pub day: Date,
    /// When the slot begins.
    pub from: Time,
    /// When it ends.
    pub to: Time,
    /// `booked`, `cancelled` or `checked-in`.
    pub state: String,
}

/// Gives a number to somebody who booked, or puts somebody who was carried over into the line of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckIn {
    /// Made by the terminal, new for each.
    pub id: Uuid,
    /// The booking's code, or the token on the slip of a place that was carried over.
    pub code: String,
}

/// Why the queue does not do what was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum QueueRefusal {
    /// There is no group of this code, nor one with this service item.
    NoSuchGroup {},
    /// Nobody is called first here by this class.
    NoSuchClass {},
    /// It is no working day.
    DayOff {},
    /// The hall opens later.
    NotYet {
        /// When.
        opens: Time,
    },
    /// The last number of the day has been given.
    TooLate {
        /// When that was.
        last_number: Time,
    },
    /// The business day was closed.
    DayClosed {},
    /// All numbers of this day are used up.
    UsedUp {},
    /// Another request came under this id.
    Conflict {},
    /// The group takes no bookings.
    NotOffered {},
    /// No slot begins then.
    NoSuchSlot {},
    /// The slot is over, or begins too soon.
    TooSoon {
        /// A slot is booked at least so many minutes before it begins.
        minutes: u32,
    },
    /// The day is too far away.
    TooFar {
        /// So many days ahead one may book.
        days: u32,
    },
    /// All places of the slot are taken.
    Full {},
    /// There is no booking of this code.
    NoSuchBooking {},
    /// The place or booking is for another day.
    OtherDay {
        /// Which.
        day: Date,
    },
    /// One may check in later.
    TooEarly {
        /// From when on.
        from: Time,
    },
    /// The slot is over; a number may be taken without it.
    SlotOver {},
    /// The booking was used or given back.
    NotBooked {},
    /// There is no such place.
    NoSuchTicket {},
    /// This cannot happen to the place as it stands.
    NotPossible {
        /// How it stands.
        state: String,
    },
}

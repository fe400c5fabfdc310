//! One event, the stream in which it stands, and who did it.

use crate::mac::Tag;
use bianmin_protocol::ids::Millis;
use std::fmt;

/// A stream: everything that happened to one thing, in order. Its family is what stands before the colon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Stream(String);

impl Stream {
    /// The stream of one thing of a family, such as a case by its number or a member of staff.
    pub(crate) fn new(family: &str, id: &str) -> Self {
        Self(format!("{family}:{id}"))
    }

    /// As it is stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is about, such as `case`.
    pub(crate) fn family(&self) -> &str {
        self.0.split_once(':').map_or("", |(family, _)| family)
    }

    /// Which one of its family.
    pub(crate) fn id(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, id)| id)
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Actor {
    /// A member of staff, by id.
    Staff(String),
    /// Whoever works at the hall's machine, by the name that the machine has for them.
    Operator(String),
    /// The resident whose case it is.
    Resident,
    /// The hall itself, by its clock or its rules.
    Hall,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Operator(name) => write!(f, "operator:{name}"),
            Self::Resident => f.write_str("resident"),
            Self::Hall => f.write_str("hall"),
        }
    }
}

/// An event that is to be added.
#[derive(Debug, Clone)]
pub(crate) struct NewEvent {
    pub at: Millis,
    pub actor: Actor,
    /// What happened, in one word.
    pub kind: &'static str,
    /// The id of what else it concerns, such as the case that was looked at; empty where it is the stream's own alone.
    pub about: String,
    /// JSON. What is personal in it is sealed.
    pub content: String,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    pub stream: Stream,
    /// Its place in the stream, from 1 on.
    pub number: u64,
    pub at: Millis,
    pub actor: String,
    pub kind: String,
    pub about: String,
    pub content: String,
    pub tag: Vec<u8>,
}

/// How far a stream has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    /// How many events there are.
    pub events: u64,
    /// The tag of the last; zeros before the first.
    pub head: Tag,
}

impl Position {
    /// Before the first event.
    pub(crate) const START: Self = Self { events: 0, head: [0; 32] };
}

/// Events that follow a position of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Extension {
    pub stream: Stream,
    pub from: Position,
    pub events: Vec<NewEvent>,
}

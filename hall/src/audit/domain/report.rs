//! What a check of all events found.

use serde::Serialize;

/// What is wrong at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The event, or the one before it, was changed, swapped or added; or it was chained with a key that is not here.
    Changed,
    /// One or more events before this one are gone.
    Missing,
    /// The stream ends before or after where its row says.
    End,
    /// The row is not what its events make of it.
    Row,
    /// There are events without a row, or a row without its events.
    Alone,
    /// Events of this family are gone, or were added, together with what tells of them.
    Total,
}

impl Trouble {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Changed => "changed, swapped or added, or chained with a key that is not here",
            Self::Missing => "events before this one are missing",
            Self::End => "the stream does not end where its row says",
            Self::Row => "the row is not what its events make of it",
            Self::Alone => "events and row are not there together",
            Self::Total => "events were removed or added together with what tells of them",
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: a stream with the number of an event, a stream, or a family of streams.
    pub place: String,
    /// What.
    pub trouble: Trouble,
    /// More about it, such as the column that differs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What was looked at, and all that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Streams.
    pub streams: u64,
    /// Events.
    pub events: u64,
    /// Older rows that have no events yet.
    pub without_events: u64,
    /// What is wrong, by place; the first thousand.
    pub findings: Vec<Finding>,
}

/// More would help nobody to find the cause.
const MOST: usize = 1000;

impl Report {
    pub(crate) fn note(&mut self, place: String, trouble: Trouble, detail: impl Into<String>) {
        if self.findings.len() < MOST {
            self.findings.push(Finding { place, trouble, detail: detail.into() });
        }
    }
}

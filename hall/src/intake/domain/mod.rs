//! Rules about what comes in.

mod arrival;
mod attachments;
mod conflict;
mod record;

pub(crate) use arrival::{Acceptance, Arrival, Disposition, Verdict};
pub(crate) use attachments::{
    ChunkError, ExpectedFile, attachment_errors, attachments_are_sound, check_chunk,
};
pub use conflict::{Conflict, Decision};
pub(crate) use conflict::{Copy, Placement};
pub use record::{RefusedApplication, StoredApplication};

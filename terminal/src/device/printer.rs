//! What both printers share: how one is, what becomes of a job, and what is said while one is under way. A job counts as
//! printed only when the printer said so; everything else is failed (nothing can have come out) or unknown.

mod status;

pub use status::{Outcome, Proceed, Progress, Status};

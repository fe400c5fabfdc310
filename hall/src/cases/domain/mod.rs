//! Rules about cases.

mod record;
mod standing;
mod transition;

pub use record::{CaseRecord, ListPlace};
pub(crate) use record::{NewCase, RecordContext};
pub(crate) use standing::Standing;
pub use transition::TransitionError;
pub(crate) use transition::{check, initial};

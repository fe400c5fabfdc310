//! Rules about cases.

mod record;
mod remark;
mod standing;
mod transition;

pub use record::{CaseRecord, ListPlace};
pub(crate) use record::{NewCase, RecordContext};
pub use remark::RemarkError;
pub(crate) use remark::check_remark;
pub(crate) use standing::Standing;
pub use transition::TransitionError;
pub(crate) use transition::{check, initial};

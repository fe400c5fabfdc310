//! Rules about cases.

mod actor;
mod clock;
mod command;
mod event;
mod filter;
mod fold;
mod record;
mod refusal;
mod remark;
mod search;
mod standing;
mod transition;
mod view;

pub use actor::{Actor, may_see, seen_departments};
pub use clock::{ClockView, PauseView};
pub(crate) use clock::{Projection, Timing, day_number, day_of};
pub use command::{CaseCommand, CaseOutcome};
pub(crate) use command::{decide, may, toward};
pub use event::{CaseEvent, Detail, Holder, Opening, Promise};
pub use filter::{CaseFilter, Order, WorkPlace};
pub(crate) use fold::{CaseFold, Kept};
pub use record::{CaseRecord, DepartmentCount, ListPlace};
pub(crate) use record::{NewCase, RecordContext};
pub use refusal::RefusalReason;
pub use remark::RemarkError;
pub(crate) use remark::WORDS_LIMIT;
pub(crate) use search::SearchTerm;
pub(crate) use standing::Standing;
pub(crate) use transition::initial;
pub use transition::{Duty, Step, StepError, TransitionError};
pub use view::{CaseView, HistoryEntry, Look, MaterialView, Speed, Version};

//! Why a command makes nothing of a case.

use super::command::EXTENSION;
use super::{Duty, RemarkError, StepError, TransitionError};
use crate::staff::Role;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusalReason {
    /// It cannot go from where it stands to there.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// This cannot be done where it stands.
    #[error(transparent)]
    Step(#[from] StepError),
    /// What is said about it cannot be shown.
    #[error(transparent)]
    Remark(#[from] RemarkError),
    /// The actor has no such role there.
    #[error("this needs the role {} in the department {department}", role.key())]
    Right {
        /// Which role.
        role: Role,
        /// Where.
        department: String,
    },
    /// The actor had another duty in this case.
    #[error("who has had to {} in a case may not {} in it", had.words(), wanted.words())]
    Separation {
        /// What they had to do.
        had: Duty,
        /// What they wanted to do.
        wanted: Duty,
    },
    /// Nothing was written where something must be.
    #[error("say why, or what is missing")]
    Words,
    /// A further supplement without a word about the first.
    #[error("everything is asked for at once: say why this was not asked for the first time")]
    NotFirst,
    /// It is so already, or was done before.
    #[error("nothing was changed: it is {0}")]
    Done(&'static str),
    /// The extension is longer than allowed, or none.
    #[error("a limit is extended once, by 1 to {EXTENSION} days")]
    Days,
    /// Nothing is done any more with a case that is over.
    #[error("the case is over")]
    Over,
    /// The resident has withdrawn it.
    #[error("the resident has withdrawn the case: it is applied for anew")]
    Withdrawn,
    /// Somebody else has it in hand.
    #[error("somebody else has the case in hand: have it handed over")]
    Held,
    /// Only a member of staff does this.
    #[error("only a member of staff can do this")]
    Staff,
    /// Only the hall's clock does this.
    #[error("only the hall's own clock does this")]
    Hall,
    /// No such material may follow.
    #[error("no such material is waited for")]
    Material,
    /// Another application took its place.
    #[error("another application took the place of this one")]
    SetAside,
}

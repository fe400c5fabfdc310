//! A case as staff see it.

use super::actor::Actor;
use super::event::CaseEvent;
use super::fold::CaseFold;
use super::{ClockView, RefusalReason, Step, may};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, Millis};
use jiff::civil::Date;
use serde::Serialize;

/// How many events somebody has seen of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Version(pub u64);

/// One event of a case, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// Its place, from 1 on.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at: Millis,
    /// Who: `staff:ID`, `operator:NAME`, `resident` or `hall`.
    pub actor: String,
    /// What, with its words.
    pub event: CaseEvent,
}

/// A material that was to follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MaterialView {
    /// Its code.
    pub material: String,
    /// The last day.
    pub due: Date,
    /// When it came.
    pub received_at: Option<Millis>,
    /// Whether it did not come in time.
    pub is_missed: bool,
}

/// A case with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseView {
    /// The application.
    pub application_id: ApplicationId,
    /// The hall's number.
    pub case_number: String,
    /// Where it stands.
    pub state: CaseState,
    /// What the resident is told.
    pub remark: String,
    /// How many events there are: what a command names as seen.
    pub version: Version,
    /// The item's code and version.
    pub item: (String, u32),
    /// The department, by its code.
    pub department: String,
    /// When the hall received it.
    pub received_at: Millis,
    /// Who has it in hand, by id; none while it is the group's.
    pub held_by: Option<String>,
    /// Put aside for a while.
    pub is_on_hold: bool,
    /// Made out, and not delivered yet or delivered.
    pub is_issued: bool,
    /// Withdrawn by the resident.
    pub is_withdrawn: bool,
    /// How often something was asked for.
    pub supplements: u32,
    /// The clock.
    pub clock: ClockView,
    /// Materials that were to follow.
    pub materials: Vec<MaterialView>,
    /// Everything that happened, in order.
    pub history: Vec<HistoryEntry>,
    #[serde(skip)]
    pub(crate) fold: CaseFold,
}

impl CaseView {
    /// The steps that somebody could take now.
    #[must_use]
    pub fn steps(&self, actor: &Actor) -> Vec<Step> {
        Step::ALL.into_iter().filter(|step| self.may(actor, *step).is_ok()).collect()
    }

    /// Whether somebody could take a step now.
    ///
    /// # Errors
    /// Why not.
    pub fn may(&self, actor: &Actor, step: Step) -> Result<(), RefusalReason> {
        may(&self.fold, actor, step)
    }
}

/// Somebody has looked at what a case has of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Look {
    /// When, in milliseconds since 1970.
    pub at: Millis,
    /// Who, as in [`HistoryEntry`].
    pub actor: String,
    /// Why.
    pub why: String,
}

/// How much faster an item is than the law asks for, by both formulas (提速率).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// The item's code.
    pub item: String,
    /// Cases that were decided.
    pub decided: u64,
    /// Limit by law, in days.
    pub statutory_days: u16,
    /// Promised limit, in days.
    pub promised_days: u16,
    /// Days that the decided ones took on average, pauses left out.
    pub mean_days: f64,
    /// 1 − promised / statutory.
    pub promised: f64,
    /// 1 − mean / statutory.
    pub actual: f64,
    /// The share of the decided ones for which nothing was asked for.
    pub first_pass: f64,
}

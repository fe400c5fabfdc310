//! How a case may go from state to state, and whose duty each step is. There is no other way to change a state.
//!
//! Receiving, deciding and issuing are different duties, which different people have. A case that can be dealt with at
//! once (即办件) may be decided as soon as it is here, whatever files still follow; and whatever is asked for may be asked
//! for until the decision (补正).

use bianmin_protocol::case::CaseState::{self, *};

/// Whose business a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// To receive, to ask for supplements, to accept or not. The hall itself does it when the last file has come.
    Reception,
    /// To decide, and what has to be done before.
    Decision,
    /// To hand over or send what was decided.
    Issue,
    /// To have a case dealt with again that was over.
    Supervision,
}

impl Duty {
    /// In a sentence after "may not".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Reception => "receive",
            Self::Decision => "decide",
            Self::Issue => "issue",
            Self::Supervision => "reopen",
        }
    }
}

/// Something that is done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The last file has come.
    CompleteFiles,
    /// Something is asked for (补正).
    AskSupplement,
    /// What was asked for is here.
    AnswerSupplement,
    /// Accepted (受理).
    Accept,
    /// Not accepted (不予受理).
    NotAccept,
    /// The decision is being made.
    BeginDecision,
    /// The special procedure begins.
    StartProcedure,
    /// It is over.
    EndProcedure,
    /// Decided: granted.
    Grant,
    /// Decided: refused.
    Refuse,
    /// What was decided is made out.
    Issue,
    /// What was decided is in the resident's hands.
    Deliver,
    /// Dealt with again.
    Reopen,
    /// Withdrawn by the resident.
    Withdraw,
}

impl Step {
    /// Every step, in the order of a case.
    pub const ALL: [Self; 14] = [
        Self::CompleteFiles,
        Self::AskSupplement,
        Self::AnswerSupplement,
        Self::Accept,
        Self::NotAccept,
        Self::BeginDecision,
        Self::StartProcedure,
        Self::EndProcedure,
        Self::Grant,
        Self::Refuse,
        Self::Issue,
        Self::Deliver,
        Self::Reopen,
        Self::Withdraw,
    ];

    /// Its name in events and locale keys.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CompleteFiles => "complete-files",
            Self::AskSupplement => "ask-supplement",
            Self::AnswerSupplement => "answer-supplement",
            Self::Accept => "accept",
            Self::NotAccept => "not-accept",
            Self::BeginDecision => "begin-decision",
            Self::StartProcedure => "start-procedure",
            Self::EndProcedure => "end-procedure",
            Self::Grant => "grant",
            Self::Refuse => "refuse",
            Self::Issue => "issue",
            Self::Deliver => "deliver",
            Self::Reopen => "reopen",
            Self::Withdraw => "withdraw",
        }
    }

    /// The step that takes a case from one state to another, if it is one of a case's usual way.
    pub(crate) fn between(from: CaseState, to: CaseState) -> Option<Self> {
        usual().find(|way| (way.1, way.2) == (from, to)).map(|way| way.0)
    }
}

/// One step from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Transition(Step, CaseState, CaseState, Duty);

const TRANSITIONS: &[Transition] = &[
    Transition(Step::CompleteFiles, AwaitingFiles, Received, Duty::Reception),
    Transition(Step::AskSupplement, AwaitingFiles, Supplement, Duty::Reception),
    Transition(Step::Accept, AwaitingFiles, Accepted, Duty::Reception),
    Transition(Step::NotAccept, AwaitingFiles, NotAccepted, Duty::Reception),
    Transition(Step::Grant, AwaitingFiles, Granted, Duty::Decision),
    Transition(Step::Refuse, AwaitingFiles, Refused, Duty::Decision),
    Transition(Step::AskSupplement, Received, Supplement, Duty::Reception),
    Transition(Step::Accept, Received, Accepted, Duty::Reception),
    Transition(Step::NotAccept, Received, NotAccepted, Duty::Reception),
    Transition(Step::Grant, Received, Granted, Duty::Decision),
    Transition(Step::Refuse, Received, Refused, Duty::Decision),
    Transition(Step::AnswerSupplement, Supplement, Received, Duty::Reception),
    Transition(Step::Accept, Supplement, Accepted, Duty::Reception),
    Transition(Step::NotAccept, Supplement, NotAccepted, Duty::Reception),
    Transition(Step::BeginDecision, Supplement, Deciding, Duty::Decision),
    Transition(Step::Grant, Supplement, Granted, Duty::Decision),
    Transition(Step::Refuse, Supplement, Refused, Duty::Decision),
    Transition(Step::AskSupplement, Accepted, Supplement, Duty::Reception),
    Transition(Step::BeginDecision, Accepted, Deciding, Duty::Decision),
    Transition(Step::StartProcedure, Accepted, SpecialProcedure, Duty::Decision),
    Transition(Step::Grant, Accepted, Granted, Duty::Decision),
    Transition(Step::Refuse, Accepted, Refused, Duty::Decision),
    Transition(Step::AskSupplement, Deciding, Supplement, Duty::Decision),
    Transition(Step::StartProcedure, Deciding, SpecialProcedure, Duty::Decision),
    Transition(Step::Grant, Deciding, Granted, Duty::Decision),
    Transition(Step::Refuse, Deciding, Refused, Duty::Decision),
    Transition(Step::EndProcedure, SpecialProcedure, Deciding, Duty::Decision),
    Transition(Step::Grant, SpecialProcedure, Granted, Duty::Decision),
    Transition(Step::Refuse, SpecialProcedure, Refused, Duty::Decision),
    Transition(Step::Issue, Granted, Granted, Duty::Issue),
    Transition(Step::Issue, Refused, Refused, Duty::Issue),
    Transition(Step::Deliver, Granted, Delivered, Duty::Issue),
    Transition(Step::Deliver, Refused, Delivered, Duty::Issue),
    Transition(Step::Withdraw, AwaitingFiles, NotAccepted, Duty::Reception),
    Transition(Step::Withdraw, Received, NotAccepted, Duty::Reception),
    Transition(Step::Withdraw, Supplement, NotAccepted, Duty::Reception),
    Transition(Step::Withdraw, Accepted, NotAccepted, Duty::Reception),
    Transition(Step::Withdraw, Deciding, NotAccepted, Duty::Reception),
    Transition(Step::Withdraw, SpecialProcedure, NotAccepted, Duty::Reception),
    Transition(Step::Reopen, NotAccepted, Received, Duty::Supervision),
    Transition(Step::Reopen, Granted, Deciding, Duty::Supervision),
    Transition(Step::Reopen, Refused, Deciding, Duty::Supervision),
    Transition(Step::Reopen, Delivered, Deciding, Duty::Supervision),
];

/// A case cannot go this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {} cannot become {}; it can become {}", .from.key(), .to.key(), next(*.from))]
pub struct TransitionError {
    /// Where it stands.
    pub from: CaseState,
    /// Where it was to go.
    pub to: CaseState,
}

/// This cannot be done with a case that stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {} cannot be taken this step ({}); it can become {}", .from.key(), .step.key(), next(*.from))]
pub struct StepError {
    /// Where it stands.
    pub from: CaseState,
    /// What was to be done.
    pub step: Step,
}

/// The state in which a case begins.
pub(crate) fn initial(awaits_files: bool) -> CaseState {
    if awaits_files { AwaitingFiles } else { Received }
}

/// Where a step takes a case, and whose duty it is.
pub(crate) fn lead(from: CaseState, step: Step) -> Result<(CaseState, Duty), StepError> {
    let found = TRANSITIONS.iter().find(|way| (way.0, way.1) == (step, from));
    found.map(|way| (way.2, way.3)).ok_or(StepError { from, step })
}

/// The duty of whoever brought a case into this state, who may say something else of it.
pub(crate) fn duty_of(state: CaseState) -> Option<Duty> {
    usual().find(|way| way.2 == state).map(|way| way.3)
}

/// The ways of a case on which nothing is undone.
fn usual() -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(|way| !matches!(way.0, Step::Issue | Step::Reopen | Step::Withdraw))
}

fn next(from: CaseState) -> String {
    let keys: Vec<&str> = usual().filter(|way| way.1 == from).map(|way| way.2.key()).collect();
    if keys.is_empty() { "nothing else".to_owned() } else { keys.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn any_step() -> impl Strategy<Value = Step> {
        proptest::sample::select(Step::ALL.to_vec())
    }

    #[test]
    fn every_state_is_reached_from_a_beginning_and_each_way_is_there_once() {
        let mut reached: HashSet<CaseState> = [initial(true), initial(false)].into();
        while let Some(way) =
            TRANSITIONS.iter().find(|way| reached.contains(&way.1) && !reached.contains(&way.2))
        {
            reached.insert(way.2);
        }
        assert_eq!(reached.len(), CaseState::ALL.len());
        let ways: HashSet<(Step, CaseState)> = TRANSITIONS.iter().map(|way| (way.0, way.1)).collect();
        assert_eq!(ways.len(), TRANSITIONS.len());
        let usual: HashSet<(CaseState, CaseState)> = usual().map(|way| (way.1, way.2)).collect();
        assert_eq!(usual.len(), super::usual().count(), "two steps do the same");
        assert!(usual.iter().all(|(from, to)| from != to));
    }

    #[test]
    fn each_duty_has_its_own_states() {
        for way in usual() {
            let expected = match way.2 {
                Delivered => Duty::Issue,
                Granted | Refused | Deciding | SpecialProcedure => Duty::Decision,
                _ if way.1 == Deciding => Duty::Decision,
                _ => Duty::Reception,
            };
            assert_eq!(way.3, expected, "{way:?}");
        }
    }

    #[test]
    fn who_is_refused_reads_what_is_possible() {
        let report = TransitionError { from: Granted, to: Supplement }.to_string();
        assert_eq!(report, "a case that is granted cannot become supplement; it can become delivered");
        let report = lead(Delivered, Step::Grant).unwrap_err().to_string();
        assert!(report.ends_with("it can become nothing else"), "{report}");
    }

    proptest! {
        /// Whatever is asked for, a case never leaves its end unless it is reopened, never waits for files again, and
        /// once decided is only delivered.
        #[test]
        fn a_case_only_goes_forward(
            awaits_files: bool,
            wanted in proptest::collection::vec(any_step(), 0..40),
        ) {
            let mut state = initial(awaits_files);
            let mut decided = None;
            for step in wanted {
                let Ok((to, _)) = lead(state, step) else { continue };
                match decided {
                    _ if step == Step::Reopen => decided = None,
                    Some(end) => prop_assert!(to == end || to == Delivered && end != NotAccepted),
                    None if [Granted, Refused, NotAccepted].contains(&to) => decided = Some(to),
                    None => prop_assert!(to != AwaitingFiles && to != Delivered),
                }
                prop_assert!(state != Delivered || step == Step::Reopen);
                state = to;
            }
        }
    }
}

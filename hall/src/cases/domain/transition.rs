//! How a case may go from state to state, and whose duty each step is. There is no other way to change a state.
//!
//! Receiving, deciding and issuing are different duties, which different people have. A case that can be dealt with at
//! once (即办件) may be decided as soon as it is here, whatever files still follow; and whatever is asked for may be asked
//! for until the decision (补正).

use bianmin_protocol::case::CaseState::{self, *};

/// Whose business a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// To receive, to ask for supplements, to accept or not. The hall itself does it when the last file has come.
    Reception,
    /// To decide, and what has to be done before.
    Decision,
    /// To hand over or send what was decided.
    Issue,
}

/// One way from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Transition(CaseState, CaseState, Duty);

const TRANSITIONS: &[Transition] = &[
    Transition(AwaitingFiles, Received, Duty::Reception),
    Transition(AwaitingFiles, Supplement, Duty::Reception),
    Transition(AwaitingFiles, Accepted, Duty::Reception),
    Transition(AwaitingFiles, NotAccepted, Duty::Reception),
    Transition(AwaitingFiles, Granted, Duty::Decision),
    Transition(AwaitingFiles, Refused, Duty::Decision),
    Transition(Received, Supplement, Duty::Reception),
    Transition(Received, Accepted, Duty::Reception),
    Transition(Received, NotAccepted, Duty::Reception),
    Transition(Received, Granted, Duty::Decision),
    Transition(Received, Refused, Duty::Decision),
    Transition(Supplement, Received, Duty::Reception),
    Transition(Supplement, Accepted, Duty::Reception),
    Transition(Supplement, NotAccepted, Duty::Reception),
    Transition(Supplement, Deciding, Duty::Decision),
    Transition(Supplement, Granted, Duty::Decision),
    Transition(Supplement, Refused, Duty::Decision),
    Transition(Accepted, Supplement, Duty::Reception),
    Transition(Accepted, Deciding, Duty::Decision),
    Transition(Accepted, SpecialProcedure, Duty::Decision),
    Transition(Accepted, Granted, Duty::Decision),
    Transition(Accepted, Refused, Duty::Decision),
    Transition(Deciding, Supplement, Duty::Decision),
    Transition(Deciding, SpecialProcedure, Duty::Decision),
    Transition(Deciding, Granted, Duty::Decision),
    Transition(Deciding, Refused, Duty::Decision),
    Transition(SpecialProcedure, Deciding, Duty::Decision),
    Transition(SpecialProcedure, Granted, Duty::Decision),
    Transition(SpecialProcedure, Refused, Duty::Decision),
    Transition(Granted, Delivered, Duty::Issue),
    Transition(Refused, Delivered, Duty::Issue),
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

/// The state in which a case begins.
pub(crate) fn initial(awaits_files: bool) -> CaseState {
    if awaits_files { AwaitingFiles } else { Received }
}

/// Whose duty it is to take a case from one state to another. Whoever brought it into a state may say so again, with
/// another remark.
pub(crate) fn check(from: CaseState, to: CaseState) -> Result<Duty, TransitionError> {
    let found = match from == to {
        false => TRANSITIONS.iter().find(|way| (way.0, way.1) == (from, to)),
        true => TRANSITIONS.iter().find(|way| way.1 == to),
    };
    found.map(|way| way.2).ok_or(TransitionError { from, to })
}

fn next(from: CaseState) -> String {
    let keys: Vec<&str> = TRANSITIONS.iter().filter(|way| way.0 == from).map(|way| way.1.key()).collect();
    if keys.is_empty() { "nothing else".to_owned() } else { keys.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn any_state() -> impl Strategy<Value = CaseState> {
        proptest::sample::select(CaseState::ALL.to_vec())
    }

    #[test]
    fn every_state_is_reached_from_a_beginning_and_each_way_is_there_once() {
        let mut reached: HashSet<CaseState> = [initial(true), initial(false)].into();
        while let Some(way) =
            TRANSITIONS.iter().find(|way| reached.contains(&way.0) && !reached.contains(&way.1))
        {
            reached.insert(way.1);
        }
        assert_eq!(reached.len(), CaseState::ALL.len());
        let ways: HashSet<(CaseState, CaseState)> = TRANSITIONS.iter().map(|way| (way.0, way.1)).collect();
        assert_eq!(ways.len(), TRANSITIONS.len());
        assert!(ways.iter().all(|(from, to)| from != to));
    }

    #[test]
    fn each_duty_has_its_own_states() {
        for way in TRANSITIONS {
            let expected = match way.1 {
                Delivered => Duty::Issue,
                Granted | Refused | Deciding | SpecialProcedure => Duty::Decision,
                _ if way.0 == Deciding => Duty::Decision,
                _ => Duty::Reception,
            };
            assert_eq!(way.2, expected, "{way:?}");
        }
    }

    #[test]
    fn who_is_refused_reads_what_is_possible() {
        let report = check(Granted, Supplement).unwrap_err().to_string();
        assert_eq!(report, "a case that is granted cannot become supplement; it can become delivered");
        assert!(check(Delivered, Granted).unwrap_err().to_string().ends_with("it can become nothing else"));
    }

    proptest! {
        /// Whatever is asked for, a case never leaves its end, never waits for files again, and once decided is only
        /// delivered.
        #[test]
        fn a_case_only_goes_forward(
            awaits_files: bool,
            wanted in proptest::collection::vec(any_state(), 0..40),
        ) {
            let mut state = initial(awaits_files);
            let mut decided = None;
            for to in wanted {
                let Ok(_) = check(state, to) else { continue };
                match decided {
                    Some(end) => prop_assert!(to == end || to == Delivered && end != NotAccepted),
                    None if [Granted, Refused, NotAccepted].contains(&to) => decided = Some(to),
                    None => prop_assert!(to != AwaitingFiles && to != Delivered),
                }
                if state == Delivered {
                    prop_assert_eq!(to, Delivered);
                }
                state = to;
            }
        }
    }
}

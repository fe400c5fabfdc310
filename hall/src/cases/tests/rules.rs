//! No sequence of commands breaks the rules of a case.

use crate::cases::domain::{
    Actor, CaseCommand, CaseEvent, CaseFold, CaseOutcome, Duty, Holder, Opening, decide,
};
use crate::cases::tests::staff;
use crate::staff::Department;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::Millis;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = 3_600_000;

fn opened(awaits_files: bool) -> CaseEvent {
    let opening = Opening {
        application: "a".to_owned(),
        item: "HJ02".to_owned(),
        department: "D1".to_owned(),
        promised_days: 10,
        working_days: true,
        statutory_days: 20,
        ..Opening::default()
    };
    let state = if awaits_files { CaseState::AwaitingFiles } else { CaseState::Received };
    CaseEvent::Opened { opening, state }
}

/// People with every mixture of roles, the machine's operator, the resident and the hall.
fn any_actor() -> impl Strategy<Value = Actor> {
    let roles = vec!["receive", "decide", "issue", "supervise"];
    let staff =
        (0..4_u128, proptest::sample::subsequence(roles, 1..=4), 0..3_usize).prop_map(|(id, roles, of)| {
            let of = ["@D1", "@D2", ""][of];
            let grants: Vec<String> = roles.into_iter().map(|role| format!("{role}{of}")).collect();
            let grants: Vec<&str> = grants.iter().map(String::as_str).collect();
            staff(id, &grants)
        });
    let other = Just(Actor::Hall).boxed();
    prop_oneof![9 => staff, 1 => Just(Actor::Operator("root".to_owned())), 1 => Just(Actor::Resident), 1 => other]
}

fn any_command() -> impl Strategy<Value = CaseCommand> {
    let text = || proptest::sample::select(vec![String::new(), "因故".to_owned()]);
    prop_oneof![
        text().prop_map(|remark| CaseCommand::CompleteFiles { remark }),
        text().prop_map(|remark| CaseCommand::Accept { remark }),
        text().prop_map(|remark| CaseCommand::AcceptBySilence { remark }),
        text().prop_map(|reason| CaseCommand::NotAccept { reason }),
        (text(), proptest::option::of(text()))
            .prop_map(|(list, why_not_first)| CaseCommand::AskSupplement { list, why_not_first }),
        text().prop_map(|remark| CaseCommand::AnswerSupplement { remark }),
        text().prop_map(|remark| CaseCommand::BeginDecision { remark }),
        text().prop_map(|name| CaseCommand::StartProcedure { name, remark: String::new() }),
        text().prop_map(|remark| CaseCommand::EndProcedure { remark }),
        text().prop_map(|reason| CaseCommand::Decide { outcome: CaseOutcome::Granted, reason }),
        text().prop_map(|reason| CaseCommand::Decide { outcome: CaseOutcome::Refused, reason }),
        Just(CaseCommand::Issue),
        text().prop_map(|remark| CaseCommand::Deliver { remark }),
        (0..12_u16, text()).prop_map(|(days, reason)| CaseCommand::Extend { days, reason }),
        text().prop_map(|reason| CaseCommand::Hold { reason }),
        Just(CaseCommand::Resume),
        text().prop_map(|text| CaseCommand::Note { text }),
        Just(CaseCommand::Take),
        Just(CaseCommand::HandOver { to: Holder::Group, reason: String::new() }),
        text().prop_map(|reason| CaseCommand::Reopen { reason }),
        text().prop_map(|reason| CaseCommand::Withdraw { reason }),
        text().prop_map(|remark| CaseCommand::Remark { remark }),
    ]
}

/// The duty that an event shows, judged apart from the table.
fn duty(event: &CaseEvent, before: CaseState) -> Option<Duty> {
    let CaseEvent::Stepped { to, step, .. } = event else { return None };
    Some(match step.key() {
        "issue" | "deliver" => Duty::Issue,
        "reopen" => Duty::Supervision,
        "withdraw" | "accept" | "not-accept" | "answer-supplement" | "complete-files" => Duty::Reception,
        "ask-supplement" if before != CaseState::Deciding => Duty::Reception,
        _ => {
            assert!(!matches!(to, CaseState::Received | CaseState::Accepted), "{step:?}");
            Duty::Decision
        }
    })
}

proptest! {
    #[test]
    fn each_has_one_duty_in_a_case_and_the_rights_for_it(
        awaits_files: bool,
        wanted in proptest::collection::vec((any_actor(), any_command()), 0..60),
    ) {
        let first = opened(awaits_files);
        let mut fold = CaseFold::begin(Millis(0), &first).unwrap();
        let mut events = vec![(Millis(0), "hall".to_owned(), first)];
        let mut duties: BTreeMap<String, BTreeSet<Duty>> = BTreeMap::new();
        let (mut asked, mut extended) = (0, 0);
        for (at, (actor, command)) in wanted.into_iter().enumerate() {
            let at = Millis((at as i64 + 1) * HOUR);
            let Ok(new) = decide(&fold, &actor, command) else { continue };
            for event in new {
                if let (Actor::Staff(member), Some(duty)) = (&actor, duty(&event, fold.state)) {
                    let department = Department::parse("D1").unwrap();
                    prop_assert!(member.may(duty.role(), Some(&department)), "{member:?} {event:?}");
                    duties.entry(member.id.to_string()).or_default().insert(duty);
                }
                if let CaseEvent::Stepped { step, remark, detail, .. } = &event {
                    let is_staff = matches!(actor, Actor::Staff(_));
                    let must_say = ["ask-supplement", "not-accept", "refuse", "reopen"].contains(&step.key());
                    prop_assert!(!is_staff || !must_say || !remark.is_empty());
                    if step.key() == "ask-supplement" {
                        let says_why = format!("{detail:?}").starts_with("NotFirst");
                        prop_assert!(asked == 0 || !is_staff || says_why);
                        asked += 1;
                    }
                }
                extended += u32::from(matches!(event, CaseEvent::Extended { .. }));
                fold.apply(at, &actor.identity().to_string(), &event);
                events.push((at, actor.identity().to_string(), event));
            }
        }
        for (who, had) in duties {
            prop_assert!(had.len() == 1, "{who} had {had:?}");
        }
        prop_assert!(extended <= 1 && fold.supplements == asked);
        // What was built step by step is what all events make.
        let whole = CaseFold::of(events.iter().map(|(at, actor, event)| (*at, actor.as_str(), event))).unwrap();
        prop_assert_eq!(&whole, &fold);
        prop_assert_eq!(fold.version as usize, events.len());
        // Events are stored as JSON.
        for (_, _, event) in &events {
            let text = serde_json::to_string(event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<CaseEvent>(&text).unwrap(), event);
        }
        // Pauses do not overlap, and only the last one may last.
        for pair in fold.standstills.windows(2) {
            prop_assert!(pair[0].until.is_some_and(|until| until <= pair[1].from));
        }
    }
}

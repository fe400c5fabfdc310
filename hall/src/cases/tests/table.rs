//! The store takes what the table has and nothing else.

use crate::cases::domain::{Actor, RefusalReason, Step};
use crate::cases::store::CaseError;
use crate::testing::{TestHall, demo_items};
use crate::tests::on_both;
use bianmin_protocol::case::CaseState;
use std::collections::{HashMap, VecDeque};

/// The shortest way from a received application to each state that it can come to.
fn ways() -> HashMap<CaseState, Vec<CaseState>> {
    let mut ways = HashMap::from([(CaseState::Received, Vec::new())]);
    let mut next = VecDeque::from([CaseState::Received]);
    while let Some(from) = next.pop_front() {
        for to in CaseState::ALL {
            if Step::between(from, to).is_some() && !ways.contains_key(&to) {
                let way = ways[&from].iter().copied().chain([to]).collect();
                ways.insert(to, way);
                next.push_back(to);
            }
        }
    }
    ways
}

on_both! {
    /// What it does not take changes nothing and tells nobody.
    async fn a_state_changes_by_the_table_alone(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (terminal, cases) = (hall.enrol("HP07").await, &hall.hall.cases);
        let operator = Actor::Operator("test".to_owned());
        for (from, way) in ways() {
            let envelope = terminal.example(&demo_items()[0]);
            let id = envelope.read_header().unwrap().application_id;
            terminal.submit(&[envelope]).await;
            for step in way {
                cases.decide(&operator, id, step, "").await.unwrap();
            }
            let hp07 = "HP07".parse().unwrap();
            let sent = async || hall.store().fleet().changes(&hp07, 0).await.unwrap().0.len();
            let refused = |to: &CaseState| *to != from && Step::between(from, *to).is_none();
            for to in CaseState::ALL.into_iter().filter(refused) {
                let before = sent().await;
                let error = cases.decide(&operator, id, to, "").await.unwrap_err();
                let CaseError::Refused(RefusalReason::Transition(error)) = error else { panic!("{error:?}") };
                assert_eq!((error.from, error.to), (from, to));
                assert_eq!(cases.progress(id).await.unwrap().unwrap().state, from);
                assert_eq!(sent().await, before, "{from:?} to {to:?}");
            }
            let before = sent().await;
            let again = cases.decide(&operator, id, from, "again").await.unwrap();
            assert_eq!((again.state, again.remark.as_str(), sent().await), (from, "again", before + 1));
        }
    }
}

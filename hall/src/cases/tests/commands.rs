//! Commands as staff give them: who may, what it makes, who else has changed the case, and the clock.

use crate::cases::domain::*;
use crate::cases::store::CaseError;
use crate::cases::tests::{member, staff};
use crate::testing::{TestHall, demo_items};
use crate::tests::audit::{found, received, words};
use crate::tests::on_both;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::ApplicationId;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::time::Duration;

on_both! {
    async fn a_case_goes_from_hand_to_hand_and_its_history_says_so(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (id, cases) = (received(&hall).await, &hall.hall.cases);
        let all = &["receive", "decide", "issue"];
        let (wang, li, zhao) = (staff(1, all), staff(2, all), staff(3, all));
        let seen = cases.view(id).await.unwrap().unwrap();
        assert_eq!((seen.version, seen.state), (Version(1), CaseState::Received));
        assert!(seen.steps(&wang).contains(&Step::Accept) && seen.clock.silence.is_some());
        let accepted = cases.execute(&wang, id, Some(seen.version), CaseCommand::Accept { remark: words("") }).await.unwrap();
        assert!(accepted.clock.silence.is_none());
        // Somebody who saw it before.
        let late = cases.execute(&li, id, Some(seen.version), CaseCommand::Accept { remark: words("") }).await;
        let Err(CaseError::Conflict { changes, .. }) = late else { panic!("{late:?}") };
        assert_eq!((changes.len(), changes[0].actor.as_str(), changes[0].event.name()), (1, wang.identity().to_string().as_str(), "accept"));
        let decide = || CaseCommand::Decide { outcome: CaseOutcome::Refused, reason: words("不符合条件") };
        let own = cases.execute(&wang, id, None, decide()).await;
        assert!(matches!(own, Err(CaseError::Refused(RefusalReason::Separation { .. }))), "{own:?}");
        let wrong = cases.execute(&staff(4, &["receive", "decide@OTHER"]), id, None, decide()).await;
        assert!(matches!(wrong, Err(CaseError::Refused(RefusalReason::Right { .. }))), "{wrong:?}");
        cases.execute(&li, id, None, decide()).await.unwrap();
        assert!(cases.execute(&li, id, None, CaseCommand::Issue).await.is_err());
        cases.execute(&zhao, id, None, CaseCommand::Issue).await.unwrap();
        let sent = cases.progress(id).await.unwrap().unwrap();
        assert_eq!((sent.state, sent.remark.as_str()), (CaseState::Refused, "不符合条件"));
        let end = cases.execute(&zhao, id, None, CaseCommand::Deliver { remark: words("") }).await.unwrap();
        let names: Vec<&str> = end.history.iter().map(|entry| entry.event.name()).collect();
        assert_eq!(names, ["opened", "accept", "refuse", "issue", "deliver"]);
        assert_eq!(found(&hall).await, []);
    }

    async fn a_second_supplement_says_why_and_a_limit_is_extended_once(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (id, cases) = (received(&hall).await, &hall.hall.cases);
        let wang = staff(1, &["receive"]);
        let ask = |why: Option<&str>| CaseCommand::AskSupplement { list: words("照片"), why_not_first: why.map(words) };
        cases.execute(&wang, id, None, ask(None)).await.unwrap();
        let paused = cases.view(id).await.unwrap().unwrap().clock;
        assert!(paused.due.is_none() && paused.pauses[0].reason == "supplement", "{paused:?}");
        cases.execute(&wang, id, None, CaseCommand::AnswerSupplement { remark: words("") }).await.unwrap();
        let second = cases.execute(&wang, id, None, ask(None)).await;
        assert!(matches!(second, Err(CaseError::Refused(RefusalReason::NotFirst))), "{second:?}");
        let asked = cases.execute(&wang, id, None, ask(Some("照片过期"))).await.unwrap();
        assert_eq!(asked.supplements, 2);
        cases.execute(&wang, id, None, CaseCommand::Accept { remark: words("") }).await.unwrap();
        let li = staff(2, &["decide"]);
        let extend = |days| CaseCommand::Extend { days, reason: words("需要核查") };
        let before = cases.view(id).await.unwrap().unwrap().clock.budget;
        assert!(cases.execute(&li, id, None, extend(11)).await.is_err());
        let after = cases.execute(&li, id, None, extend(3)).await.unwrap();
        assert_eq!(after.clock.budget, before + 3);
        assert!(cases.execute(&li, id, None, extend(3)).await.is_err());
        assert_eq!(found(&hall).await, []);
    }

    async fn silence_counts_as_acceptance_and_is_shown_before(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (silent, spoken, cases) = (received(&hall).await, received(&hall).await, &hall.hall.cases);
        let wang = staff(1, &["receive"]);
        let list = words("照片");
        cases.execute(&wang, spoken, None, CaseCommand::AskSupplement { list, why_not_first: None }).await.unwrap();
        let day = cases.view(silent).await.unwrap().unwrap().clock.silence.unwrap();
        while hall.clock().day(hall.clock().now()) < day {
            assert_eq!(cases.tick().await.unwrap().accepted_by_silence, []);
            hall.clock().advance(Duration::from_secs(86_400));
        }
        assert_eq!(cases.tick().await.unwrap().accepted_by_silence, [], "the last day is not over");
        hall.clock().advance(Duration::from_secs(86_400));
        let (one, other) = tokio::join!(cases.tick(), cases.tick());
        let both = [one.unwrap().accepted_by_silence, other.unwrap().accepted_by_silence].concat();
        assert_eq!(both, [silent]);
        let view = cases.view(silent).await.unwrap().unwrap();
        assert_eq!(view.state, CaseState::Accepted);
        assert!(matches!(&view.history[1].event, CaseEvent::Stepped { detail: Detail::Silence, .. }));
        assert!(!view.remark.is_empty(), "the resident is sent");
        assert_eq!(cases.view(spoken).await.unwrap().unwrap().state, CaseState::Supplement);
        assert_eq!(found(&hall).await, []);
    }

    async fn each_rung_is_claimed_once_by_two_halls(database) {
        let hall = TestHall::with_catalogue(database).await;
        let id = received(&hall).await;
        let due = hall.hall.cases.view(id).await.unwrap().unwrap().clock.due.unwrap();
        let mut claimed: Vec<String> = Vec::new();
        // At noon, day by day, until a week past the due date.
        let morning = hall.clock().civil(hall.clock().now()).hour();
        hall.clock().advance(Duration::from_secs(3600 * u64::from((36 - morning.unsigned_abs()) % 24)));
        while hall.clock().day(hall.clock().now()) < due + jiff::Span::new().days(7) {
            let (one, other) = tokio::join!(hall.hall.cases.tick(), hall.hall.cases.tick());
            let alarms = [one.unwrap().alarms, other.unwrap().alarms].concat();
            claimed.extend(alarms.into_iter().map(|alarm| alarm.rung));
            hall.clock().advance(Duration::from_secs(86_400));
        }
        assert_eq!(claimed, ["amber", "red"]);
    }

    async fn whoever_is_named_is_found_and_other_departments_do_not_see_it(database) {
        let hall = TestHall::with_catalogue(database).await;
        let id = received(&hall).await;
        let cases = &hall.hall.cases;
        let item = &demo_items()[0];
        let department = [item.department_code.clone()];
        let mut searched = 0;
        for answer in item.example.answers.values() {
            let found = cases.search(answer, None, 10).await.unwrap();
            if found.is_empty() {
                continue;
            }
            searched += 1;
            assert_eq!(found[0].application_id, id.to_string());
            let spaced: String = answer.chars().flat_map(|one| [one, ' ']).collect();
            assert_eq!(cases.search(&spaced, Some(&department), 10).await.unwrap(), found);
            assert_eq!(cases.search(answer, Some(&["none".to_owned()]), 10).await.unwrap(), []);
        }
        assert!(searched >= 3, "name, identity number and telephone number");
        let number = cases.view(id).await.unwrap().unwrap().case_number;
        assert_eq!(cases.search(&number, Some(&department), 10).await.unwrap().len(), 1);
        assert_eq!(cases.search(&number, Some(&[]), 10).await.unwrap(), []);
        assert_eq!(cases.search("没有这个人", None, 10).await.unwrap(), []);
    }

    async fn what_may_follow_is_waited_for_and_missed_once(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let may_follow = |item: &&ServiceItem| item.example.materials.iter().any(|one| one.promised);
        let items = demo_items();
        let item = items.iter().find(may_follow).expect("the demonstration has one");
        let envelopes = [terminal.example(item), terminal.example(item)];
        let [kept, missed] = [0, 1].map(|at| envelopes[at].read_header().unwrap().application_id);
        terminal.submit(&envelopes).await;
        let cases = &hall.hall.cases;
        let material = cases.view(kept).await.unwrap().unwrap().materials[0].clone();
        let receive = |code: &str| CaseCommand::ReceiveMaterial { material: code.to_owned() };
        let wang = staff(1, &["receive"]);
        let after = cases.execute(&wang, kept, None, receive(&material.material)).await.unwrap();
        assert!(after.materials[0].received_at.is_some());
        assert!(cases.execute(&wang, kept, None, receive("none")).await.is_err());
        let awaited = hall.store().cases().awaited_materials(10).await.unwrap();
        assert!(awaited.iter().all(|one| one.application_id == missed.to_string()) && !awaited.is_empty());
        let today = || hall.clock().day(hall.clock().now());
        while today() <= material.due {
            assert_eq!(cases.tick().await.unwrap().materials_missed, 0);
            hall.clock().advance(Duration::from_secs(86_400));
        }
        assert!(cases.tick().await.unwrap().materials_missed >= 1);
        assert_eq!(cases.tick().await.unwrap().materials_missed, 0);
        assert!(cases.view(missed).await.unwrap().unwrap().materials[0].is_missed);
        assert!(!cases.view(kept).await.unwrap().unwrap().materials[0].is_missed);
        assert_eq!(found(&hall).await, []);
    }

    async fn a_leavers_cases_go_back_and_looks_are_events(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (id, cases) = (received(&hall).await, &hall.hall.cases);
        let (member, _) = hall.add_staff("wang", &["receive"]).await;
        let wang = Actor::Staff(member.clone());
        cases.execute(&wang, id, None, CaseCommand::Take).await.unwrap();
        for why in ["电话核实", "复核"] {
            cases.note_look(&wang, id, why).await.unwrap();
        }
        let looks = cases.looks(id, 10).await.unwrap();
        assert_eq!(looks.len(), 2);
        assert!(looks.iter().all(|look| look.actor == wang.identity().to_string()));
        assert!(looks.iter().any(|look| look.why == "复核"));
        assert_eq!(cases.tick().await.unwrap().given_back, 0);
        hall.store().staff().disable(member.id, &hall.operator()).await.unwrap();
        assert_eq!(cases.tick().await.unwrap().given_back, 1);
        let view = cases.view(id).await.unwrap().unwrap();
        assert_eq!((view.held_by, view.history.len()), (None, 3));
        assert_eq!(found(&hall).await, []);
    }

    async fn due_dates_follow_the_calendar_and_speeds_both_formulas(database) {
        let hall = TestHall::with_catalogue(database).await;
        let (open, decided, cases) = (received(&hall).await, received(&hall).await, &hall.hall.cases);
        let operator = Actor::Operator("test".to_owned());
        cases.execute(&operator, decided, None, CaseCommand::Decide { outcome: CaseOutcome::Granted, reason: words("") }).await.unwrap();
        assert_eq!(cases.refresh_due().await.unwrap(), 0);
        let due = cases.view(open).await.unwrap().unwrap().clock.due.unwrap();
        let file = hall.data.path().join("calendar.toml");
        // More days than any holiday has that the file leaves out; a year's file has ten days off at least.
        let mut text = "source = \"示例数据\"\n".to_owned();
        for year in [due.year(), due.year() + 1] {
            text.push_str(&format!("[holidays.{year}]\n"));
            let new_year = jiff::civil::date(year, 1, 1).series(jiff::Span::new().days(1)).take(12);
            let off = due.series(jiff::Span::new().days(1)).take(12).filter(|day| day.year() == year);
            let days: BTreeSet<Date> = new_year.chain(off).collect();
            days.iter().for_each(|day| text.push_str(&format!("{:02}-{:02} = \"示例\"\n", day.month(), day.day())));
        }
        std::fs::write(&file, text).unwrap();
        let calendar = crate::calendar::read(&file).unwrap();
        hall.store().calendar().import(&calendar, "test", hall.clock().now()).await.unwrap();
        assert_eq!(cases.refresh_due().await.unwrap(), 1);
        let moved = cases.search(&open.to_string(), None, 1).await.unwrap()[0].due.unwrap();
        assert!(moved > due);
        assert_eq!(cases.view(open).await.unwrap().unwrap().clock.due, Some(moved));
        let speed = hall.store().cases().speed(bianmin_protocol::ids::Millis(0)).await.unwrap();
        let item = &demo_items()[0];
        assert_eq!((speed.len(), speed[0].decided), (1, 1));
        let promised = 1.0 - f64::from(item.promised_days) / f64::from(item.statutory_days);
        assert!((speed[0].promised - promised).abs() < 1e-9 && (speed[0].actual - 1.0).abs() < 1e-9);
        assert!((speed[0].first_pass - 1.0).abs() < 1e-9);
    }

    async fn lists_are_filtered_and_read_page_by_page(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let items = demo_items();
        for index in 0..12 {
            terminal.submit(&[terminal.example(&items[index % 3])]).await;
        }
        let cases = &hall.hall.cases;
        let today = hall.clock().day(hall.clock().now());
        let list = async |filter: &CaseFilter, order| {
            let (mut all, mut after): (Vec<CaseRecord>, Option<WorkPlace>) = (Vec::new(), None);
            loop {
                let page = hall.store().cases().work_list(filter, order, after.as_ref(), 5, today).await.unwrap();
                let is_end = page.len() < 5;
                all.extend(page);
                after = all.last().map(|last| WorkPlace::parse(&last.work_place(order).text()).unwrap());
                if is_end {
                    return all;
                }
            }
        };
        let all = CaseFilter { is_open: true, ..CaseFilter::default() };
        for order in [Order::Newest, Order::Due] {
            let listed = list(&all, order).await;
            assert_eq!(listed.len(), 12);
            let is_sorted = listed.is_sorted_by_key(|one| if order == Order::Due { one.due_on } else { -one.received_at.0 });
            assert!(is_sorted, "{order:?}");
        }
        let one = CaseFilter { item: Some(items[1].code.to_string()), ..all.clone() };
        let listed = list(&one, Order::Due).await;
        assert_eq!(listed.len(), 4);
        let id: ApplicationId = listed[0].application_id.parse().unwrap();
        let wang = staff(1, &["receive"]);
        cases.execute(&wang, id, None, CaseCommand::Take).await.unwrap();
        let taken = cases.execute(&staff(2, &["receive"]), id, None, CaseCommand::Take).await;
        assert!(matches!(taken, Err(CaseError::Refused(RefusalReason::Held))), "{taken:?}");
        let held = CaseFilter { held_by: Some(member(1, &[]).id.to_string()), ..all.clone() };
        assert_eq!(list(&held, Order::Due).await.len(), 1);
        let free = CaseFilter { is_unheld: true, ..all.clone() };
        assert_eq!(list(&free, Order::Due).await.len(), 11);
        let department = |code: &str| CaseFilter { departments: Some(vec![code.to_owned()]), ..CaseFilter::default() };
        assert_eq!(list(&department("none"), Order::Newest).await, []);
        assert!(list(&department(&items[0].department_code), Order::Newest).await.len() >= 4);
        let state = CaseFilter { state: Some(CaseState::Accepted), ..CaseFilter::default() };
        assert_eq!(list(&state, Order::Newest).await, []);
        assert_eq!(hall.store().cases().late(None, today).await.unwrap(), 0);
        let late = CaseFilter { is_late: true, ..CaseFilter::default() };
        let later = today + jiff::Span::new().days(200);
        assert_eq!(hall.store().cases().work_list(&late, Order::Due, None, 50, later).await.unwrap().len(), 12);
        assert_eq!(hall.store().cases().late(None, later).await.unwrap(), 12);
    }
}

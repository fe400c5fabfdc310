//! What a terminal is told and what it says of itself: in the words of today, and with terminals of 0.1.0.

#[path = "../../../tests/fixtures/wire-0.1.0/frozen.rs"]
mod frozen;

use super::on_both;
use crate::cases::Actor;
use crate::clock::Clock;
use crate::db::Store;
use crate::migrations;
use crate::testing::{Database, TestHall, TestTerminal, demo_items};
use bianmin_protocol::bytes::decode;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::change::{Change, ChangePage};
use bianmin_protocol::v1::{
    DeviceFact, DeviceReport, HEARTBEAT, Heartbeat, HeartbeatReply, UPDATES, Updates,
};
use frozen::read;
use sea_orm::ConnectionTrait as _;

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/wire-0.1.0");
    std::fs::read(folder.join(format!("{name}.json"))).unwrap()
}

async fn sql(hall: &TestHall, statements: &[&str]) {
    let transaction = hall.store().begin().await.unwrap();
    for sql in statements {
        transaction.execute_unprepared(sql).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// Two cases, and between their changes one of a kind that no program knows.
async fn told_of_more_than_cases(hall: &TestHall, terminal: &TestTerminal) {
    let envelopes = [terminal.example(&demo_items()[0]), terminal.example(&demo_items()[0])];
    terminal.submit(&envelopes).await;
    let decide = async |which: usize, state: CaseState| {
        let id = envelopes[which].read_header().unwrap().application_id;
        let operator = Actor::Operator("test".to_owned());
        hall.hall.cases.decide(&operator, id, state, "").await.unwrap();
    };
    decide(0, CaseState::Accepted).await;
    sql(
        hall,
        &[
            "UPDATE terminal SET last_change = last_change + 1 WHERE id = 'HP07'",
            "INSERT INTO change (terminal, cursor, kind, content) VALUES ('HP07', 2, 'weather', '{\"state\":\"rain\"}')",
        ],
    )
    .await;
    decide(1, CaseState::Supplement).await;
    decide(0, CaseState::Granted).await;
}

async fn page(terminal: &TestTerminal, after: u64) -> ChangePage {
    let answer: Updates =
        terminal.get(&format!("{UPDATES}?after={after}&signed=true&changes=true")).await.json();
    assert!(answer.updates.is_empty() && answer.signed.is_none(), "once is enough");
    let (enrolled, id) = (&terminal.enrolled, &terminal.enrolled.certificate.terminal);
    answer.changes.unwrap().verify(&enrolled.hall_key, id, enrolled.epoch, after).unwrap()
}

async fn old_page(terminal: &TestTerminal, after: u64) -> Vec<(u64, frozen::CaseState)> {
    let answer = terminal.get(&format!("{UPDATES}?after={after}&signed=true")).await;
    let updates: frozen::Updates = read(&answer.body);
    let signed = updates.signed.expect("a terminal of 0.1.0 believes nothing else");
    let page: frozen::UpdatePage = read(&decode(&signed.page).unwrap());
    assert_eq!((page.after, page.epoch.as_str()), (after, terminal.enrolled.epoch.to_string().as_str()));
    let all = page.updates.len();
    let taken: Vec<_> = page.taken().into_iter().map(|one| (one.cursor, one.progress.state)).collect();
    assert_eq!(taken.len(), all, "there is a hole");
    taken
}

on_both! {
    async fn every_change_has_its_place_and_a_terminal_of_0_1_0_is_told_of_its_cases_without_a_hole(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        told_of_more_than_cases(&hall, &terminal).await;
        let all = page(&terminal, 0).await;
        assert!(all.changes.iter().map(|entry| entry.cursor).eq(1..=4) && !all.more);
        assert_eq!(all.changes[1].change.as_ref().unwrap_err().kind, "weather");
        let Ok(Change::Case(last)) = &all.changes[3].change else { panic!("{all:?}") };
        assert_eq!(last.state, CaseState::Granted);
        assert_eq!(page(&terminal, 3).await.changes, all.changes[3..]);
        use frozen::CaseState::{Accepted, Granted, Supplement};
        assert_eq!(old_page(&terminal, 0).await, [(1, Accepted), (2, Supplement), (3, Granted)]);
        assert_eq!(old_page(&terminal, 2).await, [(3, Granted)]);
        // Nor does it miss anything when it is updated, and asks with the cursor that it has.
        let rest = page(&terminal, 2).await;
        assert!(rest.changes.iter().map(|entry| entry.cursor).eq(3..=4));
        // The oldest ask for nothing signed.
        let bare: frozen::Updates = read(&terminal.get(UPDATES).await.body);
        assert_eq!((bare.updates.len(), bare.more, bare.signed.is_none()), (3, false, true));
    }

    async fn a_long_run_comes_in_pages(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        told_of_more_than_cases(&hall, &terminal).await;
        sql(&hall, &["WITH RECURSIVE n(n) AS (SELECT 5 UNION ALL SELECT n + 1 FROM n WHERE n < 602) \
                      INSERT INTO change (terminal, cursor, kind, content, case_cursor) \
                      SELECT 'HP07', n, kind, content, n - 1 FROM n, change WHERE terminal = 'HP07' AND cursor = 4"])
            .await;
        let first = page(&terminal, 0).await;
        assert!(first.changes.iter().map(|entry| entry.cursor).eq(1..=500) && first.more);
        let second = page(&terminal, 500).await;
        assert!(second.changes.iter().map(|entry| entry.cursor).eq(501..=602) && !second.more);
        assert_eq!(old_page(&terminal, 0).await.len(), 500);
        assert_eq!(old_page(&terminal, 500).await.len(), 101);
    }

    /// A hall of 0.1.0 is updated: its terminals go on where they were.
    async fn changes_of_before_keep_their_cursors(database) {
        let data = tempfile::tempdir().unwrap();
        let address = match database {
            Database::Sqlite => Store::default_address(data.path()),
            Database::Postgres => crate::testing::empty_database().await,
        };
        let clock = Clock::new(jiff::tz::TimeZone::UTC);
        let store = Store::connect(&address.parse().unwrap(), data.path(), &clock).await.unwrap();
        let before: Vec<_> = migrations::all().into_iter().filter(|one| one.name < "0040").collect();
        store.migrate(&before).await.unwrap();
        let progress = String::from_utf8(fixture("phone-answer-known")).unwrap();
        let progress = serde_json::from_str::<serde_json::Value>(&progress).unwrap()["progress"].to_string();
        let transaction = store.begin().await.unwrap();
        let bytes = if database == Database::Postgres { "'x'::bytea" } else { "x'00'" };
        let printers = r#"[{"outlet":"slip","state":"paper-low","jobs_left":38,"until":"2026-12-04","unknown_jobs":2,"millimetres":71400,"sheets":0,"cuts":420}]"#;
        for sql in [
            format!(
                "INSERT INTO terminal (id, public_key, issued_at, certificate, last_update, version, catalogue, waiting, \
                 quarantined, printer, intake_open, printers) \
                 VALUES ('HP07', {bytes}, 0, {bytes}, 2, '0.1.0', 0, 0, 0, 'paper-low', 1, '{printers}')"
            ),
            format!("INSERT INTO case_update VALUES ('HP07', 1, '{progress}'), ('HP07', 2, '{progress}')"),
        ] {
            transaction.execute_unprepared(&sql).await.unwrap();
        }
        transaction.commit().await.unwrap();
        store.migrate(&migrations::all()).await.unwrap();
        let hp07 = "HP07".parse().unwrap();
        let (updates, more) = store.fleet().case_updates(&hp07, 1).await.unwrap();
        assert_eq!((updates.len(), updates[0].cursor, more), (1, 2, false));
        let (changes, _) = store.fleet().changes(&hp07, 0).await.unwrap();
        assert!(changes.iter().map(|entry| entry.cursor).eq(1..=2));
        let transaction = store.begin_fenced().await.unwrap();
        let change = changes[0].change.clone().unwrap();
        crate::fleet::tell(&transaction, "HP07", &change).await.unwrap();
        crate::fleet::tell(&transaction, "HP99", &change).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(store.fleet().case_updates(&hp07, 2).await.unwrap().0[0].cursor, 3);
        assert_eq!(store.fleet().changes(&hp07, 2).await.unwrap().0[0].cursor, 3);
        // And its printers are devices before it has spoken again.
        let record = store.fleet().terminal(&hp07).await.unwrap().unwrap();
        assert_eq!(record.heartbeat.devices[0].facts["until"], DeviceFact::Text("2026-12-04".into()));
        assert_eq!(record.heartbeat.printers[0].cuts, 420);
    }

    async fn a_heartbeat_of_0_1_0_is_understood_and_its_answer_too(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        for name in ["heartbeat-plain", "heartbeat"] {
            let answer = terminal.request("POST", HEARTBEAT, fixture(name)).await;
            assert_eq!(answer.status, 200, "{name}");
            let reply: frozen::HeartbeatReply = read(&answer.body);
            assert_eq!(reply.epoch, terminal.enrolled.epoch.to_string());
            assert_eq!(reply.numbers.is_some(), name == "heartbeat", "{name}");
        }
        hall.hall.write_heartbeats().await;
        let record = hall.store().fleet().terminal(&"HP07".parse().unwrap()).await.unwrap().unwrap();
        let said: frozen::Heartbeat = read(&serde_json::to_vec(&record.heartbeat).unwrap());
        assert_eq!((said.version.as_str(), said.waiting, said.printers.len()), ("0.1.0", 4, 2));
        let kinds: Vec<_> =
            record.heartbeat.devices.iter().map(|one| (one.kind.as_str(), one.name.as_str())).collect();
        assert_eq!(kinds, [("printer", "slip"), ("printer", "page")]);
    }

    async fn a_device_of_any_kind_is_kept_and_shown(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let facts = [("reads".to_owned(), DeviceFact::Number(7)), ("model".to_owned(), DeviceFact::Text("A1".into()))];
        let scanner = DeviceReport { kind: "scanner".into(), name: "desk".into(), state: "ready".into(), facts: facts.into() };
        let say = async |devices: Vec<DeviceReport>, later: u64| {
            let heartbeat = Heartbeat::default().with_devices(devices);
            let body = serde_json::to_vec(&heartbeat).unwrap();
            let signed = terminal.signed("POST", HEARTBEAT, &body, crate::testing::now() + later);
            let answer = terminal.send("POST", HEARTBEAT, body, &signed).await;
            hall.hall.write_heartbeats().await;
            answer
        };
        let reply: HeartbeatReply = say(vec![scanner.clone()], 0).await.json();
        assert_eq!(reply.epoch, terminal.enrolled.epoch);
        let shown = async || hall.store().fleet().terminals().await.unwrap()[0].heartbeat.devices.clone();
        assert_eq!(shown().await, std::slice::from_ref(&scanner));
        assert_eq!(say(vec![scanner; 17], 1).await.status, 400);
        assert_eq!(shown().await.len(), 1, "what is refused changes nothing");
        assert_eq!(say(Vec::new(), 2).await.status, 200);
        assert!(shown().await.is_empty(), "a device that is gone is not shown any more");
        let none = hall.store().fleet().terminal(&"HP08".parse().unwrap()).await.unwrap();
        assert!(none.is_none());
    }
}

//! Long lists: page by page, each row once, and no page costs a look at everything.

use super::on_both;
use crate::cases::{CASES, ListPlace};
use crate::intake::REFUSALS;
use crate::testing::{Database, TestHall};
use bianmin_protocol::ids::Revision;
use sea_orm::{ConnectionTrait as _, Statement};
use std::collections::HashSet;

const ROWS: usize = 50_000;
const PAGE: u32 = 500;

/// Rows numbered from 1; half of the applications were refused.
async fn fill(hall: &TestHall) {
    let bytes = if hall.is_postgres() { "'x'::bytea" } else { "x'00'" };
    let numbers = format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})");
    let transaction = hall.store().begin().await.unwrap();
    for sql in [
        format!(
            "INSERT INTO application (id, registration, terminal, item, digest, envelope, received_at, refusal, unopened) \
             {numbers} SELECT 'a' || n, 'r' || n, 'HP01', 'HJ02', {bytes}, {bytes}, n / 7, \
             CASE WHEN n % 2 = 0 THEN '{{\"code\":\"malformed\"}}' END, 0 FROM n"
        ),
        format!(
            "INSERT INTO case_file (id, case_number, state, item_name, promised_days, working_days, changed_at, remark, \
             acknowledgement, signature) SELECT id, id, 'received', '', 0, 0, 0, '', {bytes}, {bytes} \
             FROM application WHERE refusal IS NULL"
        ),
        format!(
            "INSERT INTO terminal (id, public_key, issued_at, certificate, last_update, version, catalogue, waiting, \
             quarantined, printer, intake_open) {numbers} SELECT 'HP' || n, {bytes}, 0, {bytes}, 0, '', 0, 0, 0, '', 0 FROM n"
        ),
        format!(
            "INSERT INTO item_version (code, version, digest, content) {numbers} \
             SELECT 'I' || n, 1, {bytes}, '{{\"task_name\":\"n\"}}' FROM n"
        ),
        format!(
            "INSERT INTO item_span (code, since, until, version) \
             SELECT code, 1, {}, version FROM item_version",
            i64::MAX
        ),
    ] {
        transaction.execute_unprepared(&sql).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// What a list gave so far.
#[derive(Default)]
struct Seen(HashSet<String>);

impl Seen {
    /// Whether a page was the last one.
    #[track_caller]
    fn add(&mut self, names: Vec<String>) -> bool {
        assert!(names.len() <= PAGE as usize);
        let is_last = names.len() < PAGE as usize;
        for name in names {
            assert!(self.0.insert(name), "twice");
        }
        is_last
    }
}

on_both! {
    async fn a_long_list_is_read_page_by_page(database) {
        let hall = TestHall::start(database).await;
        fill(&hall).await;
        let store = hall.store();
        let (mut seen, mut place) = (Seen::default(), ListPlace::BEGINNING);
        loop {
            let page = store.cases().list_after(&place, PAGE).await.unwrap();
            assert!(page.is_sorted_by(|one, next| {
                (one.received_at, &one.application_id) > (next.received_at, &next.application_id)
            }));
            place = page.last().map_or(ListPlace::BEGINNING, |last| last.place());
            if seen.add(page.into_iter().map(|case| case.registration).collect()) {
                break;
            }
        }
        assert_eq!(seen.0.len(), ROWS / 2);

        let (mut seen, mut place) = (Seen::default(), ListPlace::BEGINNING);
        loop {
            let page = store.intake().refusals_after(&place, PAGE).await.unwrap();
            place = page.last().map_or(ListPlace::BEGINNING, |last| last.place());
            if seen.add(page.into_iter().map(|one| one.registration).collect()) {
                break;
            }
        }
        assert_eq!(seen.0.len(), ROWS / 2);

        let (mut seen, mut after) = (Seen::default(), String::new());
        loop {
            let page = store.fleet().terminals_after(&after, PAGE).await.unwrap();
            after = page.last().map_or(String::new(), |last| last.terminal.clone());
            if seen.add(page.into_iter().map(|one| one.terminal).collect()) {
                break;
            }
        }
        assert_eq!(seen.0.len(), ROWS);

        let (mut seen, mut after) = (Seen::default(), String::new());
        loop {
            let page = crate::catalogue::show(store, Revision(1), &after, PAGE).await.unwrap();
            after = page.last().map_or(String::new(), |last| last.item.clone());
            if seen.add(page.into_iter().map(|one| one.item).collect()) {
                break;
            }
        }
        assert_eq!(seen.0.len(), ROWS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_follows_an_index() {
    let hall = TestHall::start(Database::Sqlite).await;
    let db = hall.store().reader();
    for sql in [CASES.as_str(), REFUSALS] {
        let statement = Statement::from_sql_and_values(
            db.get_database_backend(),
            format!("EXPLAIN QUERY PLAN {sql}"),
            [i64::MAX.into(), "".into(), 500.into()],
        );
        let rows = db.query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        assert!(plan[0].contains("USING INDEX application_re"), "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
    }
}

//! What operators rely on: restored backups are noticed, several processes share one database, a stop loses
//! nothing, and every catalogue is whole.

use super::on_both;
use crate::testing::{Database, TestHall, TestTerminal, demo, demo_items};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::{Bundle, Delta, Manifest, ServiceItem, root};
use bianmin_protocol::ids::Revision;
use bianmin_protocol::v1::*;
use std::collections::BTreeMap;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_backup_begins_a_new_epoch_by_itself() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let terminal = hall.enrol("HP07").await;
    let item = &demo_items()[0];
    terminal.submit(&[terminal.example(item)]).await;
    let backup = hall.data.path().join("backup.sqlite");
    hall.store().backup(&backup).await.unwrap();
    let epoch = hall.store().state().await.unwrap().epoch;
    let hall = hall.restart().await;
    assert_eq!(hall.store().state().await.unwrap().epoch, epoch, "an ordinary restart changes nothing");
    let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
    let lost = terminal.example(item);
    terminal.submit(std::slice::from_ref(&lost)).await;
    hall.import(&changed_catalogue(&hall)).await;
    let hall = hall
        .restart_after(|data| {
            for name in ["hall.sqlite-wal", "hall.sqlite-shm"] {
                let _ = std::fs::remove_file(data.join(name));
            }
            std::fs::rename(data.join("backup.sqlite"), data.join("hall.sqlite")).unwrap();
        })
        .await;
    let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
    let answer = terminal.post(HEARTBEAT, &Heartbeat::default()).await;
    assert_ne!(answer.headers[EPOCH_HEADER], epoch.to_string());
    assert_eq!(hall.store().cases().list(10).await.unwrap().len(), 1);
    assert_eq!(terminal.submit(&[lost]).await.0, 200);
    assert_eq!(hall.store().cases().list(10).await.unwrap().len(), 2);
    // A revision number that terminals already saw is not used for another catalogue.
    assert_eq!(hall.import(&changed_catalogue(&hall)).await.revision, Revision(3));
    let hall = hall.restart().await;
    assert_eq!(
        hall.store().state().await.unwrap().epoch.to_string(),
        answer.headers[EPOCH_HEADER].to_str().unwrap()
    );
}

fn changed_catalogue(hall: &TestHall) -> std::path::PathBuf {
    let mut document = demo();
    let items = document["items"].as_array_mut().unwrap();
    items[0]["notes"].as_array_mut().unwrap().push("请提前预约。".into());
    let gone = items.remove(1)["local_catalog_code"].clone();
    let mut added = items[2].clone();
    added["local_catalog_code"] = "XX99".into();
    items.push(added);
    for event in document["life_events"].as_array_mut().unwrap() {
        event["items"].as_array_mut().unwrap().retain(|code| *code != gone);
    }
    let file = hall.data.path().join("changed.json");
    std::fs::write(&file, document.to_string()).unwrap();
    file
}

/// The bundle of the newest revision, checked as a terminal does.
async fn download(terminal: &TestTerminal) -> (Manifest, String, BTreeMap<String, String>) {
    let state: CatalogueState = terminal.get(CATALOGUE).await.json();
    let manifest = state.manifest.unwrap().verify(&terminal.enrolled.hall_key).unwrap();
    let path = bundle_path(manifest.revision);
    let whole = terminal.get(&path).await;
    assert_eq!(whole.headers["content-type"], BINARY_TYPE);
    assert_eq!(Digest::of(&whole.body), manifest.bundle_digest);
    // The same in two parts, as after a broken line.
    let half = whole.body.len() / 2;
    let mut parts = Vec::new();
    for range in [format!("bytes=0-{}", half - 1), format!("bytes={half}-")] {
        let signed = terminal.signed("GET", &path, b"", crate::testing::now());
        let part = terminal.send_with("GET", &path, vec![], &signed, &[("range", &range)]).await;
        assert_eq!(part.status, 206);
        parts.extend(part.body);
    }
    assert_eq!(parts, whole.body);
    let json = zstd::bulk::decompress(&whole.body, manifest.content_size as usize).unwrap();
    assert_eq!(json.len() as u64, manifest.content_size);
    let bundle: Bundle = serde_json::from_slice(&json).unwrap();
    let items = bundle.items.iter().map(|raw| {
        let item: ServiceItem = serde_json::from_str(raw.get()).unwrap();
        (item.code.to_string(), raw.get().to_owned())
    });
    (manifest, bundle.frame.get().to_owned(), items.collect())
}

fn root_of(frame: &str, items: &BTreeMap<String, String>) -> Digest {
    root(frame, items.iter().map(|(code, text)| (code.as_str(), Digest::of(text.as_bytes()))))
}

on_both! {
    async fn a_bundle_and_a_delta_lead_to_the_same_signed_catalogue(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let empty: CatalogueState = terminal.get(CATALOGUE).await.json();
        assert_eq!(empty, CatalogueState { manifest: None, delta: None });
        assert_eq!(hall.import(&crate::testing::demo_file()).await.revision, Revision(1));
        let (first, frame, mut items) = download(&terminal).await;
        assert_eq!(first.root, root_of(&frame, &items));
        assert_eq!(first.items as usize, items.len());
        assert!(!hall.import(&crate::testing::demo_file()).await.changed, "the same list makes no revision");

        let report = hall.import(&changed_catalogue(&hall)).await;
        assert_eq!((report.added.len(), report.updated.len(), report.removed.len()), (1, 1, 1));
        assert_eq!(report.raised, report.updated, "a change that the file did not number is numbered here");
        let (second, new_frame, new_items) = download(&terminal).await;
        assert_eq!(second.revision, Revision(2));
        assert_eq!(second.root, root_of(&new_frame, &new_items));

        let state: CatalogueState = terminal.get(&format!("{CATALOGUE}?have=1")).await.json();
        let answer = terminal.get(&delta_path(Revision(1), Revision(2))).await;
        assert_eq!(state.delta, Some(answer.body.len() as u64));
        let delta: Delta = serde_json::from_slice(&zstd::bulk::decompress(&answer.body, 1 << 24).unwrap()).unwrap();
        for raw in &delta.changed {
            let item: ServiceItem = serde_json::from_str(raw.get()).unwrap();
            items.insert(item.code.to_string(), raw.get().to_owned());
        }
        for code in &delta.removed {
            items.remove(code.as_str());
        }
        let frame = delta.frame.map_or(frame, |frame| frame.get().to_owned());
        assert_eq!(root_of(&frame, &items), second.root);
        assert_eq!(terminal.get(&delta_path(Revision(2), Revision(1))).await.status, 404);
        assert_eq!(terminal.get(&bundle_path(Revision(9))).await.status, 404);

        // Polling costs nothing once the terminal is up to date.
        let path = format!("{CATALOGUE}?have=2");
        let tag = terminal.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
        let signed = terminal.signed("GET", &path, b"", crate::testing::now());
        let polled = terminal.send_with("GET", &path, vec![], &signed, &[("if-none-match", &tag)]).await;
        assert_eq!((polled.status, polled.body.len()), (304, 0));
        // Nor does it tell anything, so nobody is asked who they are; what has changed is told to terminals only.
        let stranger = |path: String, tag: String| {
            let (terminal, mut signed) = (&terminal, signed.clone());
            signed.signature = signed.signature.replace(['a', 'B'], "c");
            async move { terminal.send_with("GET", &path, vec![], &signed, &[("if-none-match", &tag)]).await }
        };
        let same = stranger(path.clone(), tag.clone()).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.headers["bianmin-epoch"], polled.headers["bianmin-epoch"]);
        assert_eq!(stranger(path.clone(), tag.replace('2', "3")).await.status, 401);
        assert_eq!(stranger(format!("{CATALOGUE}?have=1"), tag.clone()).await.status, 401);

        // Going back to the first list is a new revision, and versions do not go back.
        let back = hall.import(&crate::testing::demo_file()).await;
        assert_eq!((back.revision, back.raised.len()), (Revision(3), 1));
        assert_eq!(stranger(path, tag).await.status, 401);
        let (third, frame, items) = download(&terminal).await;
        assert_eq!(third.root, root_of(&frame, &items));
    }

    async fn two_halls_on_one_database_are_one_hall(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = Arc::new(hall.enrol("HP07").await);
        let twin = hall.twin().await;
        let items = demo_items();
        let envelopes: Vec<_> = (0..40).map(|turn| terminal.example(&items[turn % 4])).collect();
        let tasks: Vec<_> = (0..16)
            .map(|turn| {
                let envelopes = envelopes[turn / 4 * 10..turn / 4 * 10 + 10].to_vec();
                let terminal = terminal.clone();
                let url = if turn % 2 == 0 { hall.url.clone() } else { twin.url.clone() };
                tokio::spawn(async move { terminal.submit_to(&url, &envelopes).await.1 })
            })
            .collect();
        let mut answers: BTreeMap<String, Vec<ApplicationOutcome>> = BTreeMap::new();
        for (turn, task) in tasks.into_iter().enumerate() {
            answers.entry(format!("{}", turn / 4)).or_default().extend(task.await.unwrap());
        }
        for outcomes in answers.values() {
            for copy in outcomes.chunks(10) {
                assert_eq!(copy, &outcomes[..10], "every copy gets the same answer, whoever gives it");
            }
        }
        let cases = hall.store().cases().list(100).await.unwrap();
        assert_eq!(cases.len(), 40);
        let numbers: std::collections::HashSet<_> = cases.iter().map(|case| &case.case_number).collect();
        assert_eq!(numbers.len(), 40);
    }

    async fn a_storm_of_terminals_is_served_in_turn(database) {
        let hall = TestHall::with_catalogue(database).await;
        let item = Arc::new(demo_items().remove(0));
        let codes: Vec<String> = {
            let mut codes = Vec::new();
            for _ in 0..200 {
                codes.push(hall.invite("HP").await);
            }
            codes
        };
        // Everybody at once: enrolment, a poll, a sign of life, what waited.
        let tasks: Vec<_> = codes
            .into_iter()
            .map(|code| {
                let (url, item) = (hall.url.clone(), item.clone());
                tokio::spawn(async move {
                    let terminal = TestTerminal::enrol(&url, &code).await;
                    let state: CatalogueState = terminal.get(CATALOGUE).await.json();
                    assert!(state.manifest.is_some());
                    terminal.post(HEARTBEAT, &Heartbeat::default()).await.json::<HeartbeatReply>();
                    let (status, outcomes) = terminal.submit(&[terminal.example(&item), terminal.example(&item)]).await;
                    assert_eq!(status, 200);
                    let good = |one: &&ApplicationOutcome| matches!(one, ApplicationOutcome::Acknowledged { .. });
                    (terminal.enrolled.certificate.terminal.to_string(), outcomes.iter().filter(good).count())
                })
            })
            .collect();
        let mut ids = std::collections::HashSet::new();
        for task in tasks {
            let (id, acknowledged) = task.await.unwrap();
            assert!(ids.insert(id));
            assert_eq!(acknowledged, 2);
        }
        assert_eq!(hall.store().cases().list(1000).await.unwrap().len(), 400);
        hall.hall.write_heartbeats().await;
        assert!(hall.store().fleet().terminals().await.unwrap().iter().all(|one| one.seen_at.is_some()));
    }

    async fn a_stop_finishes_what_is_under_way(database) {
        let mut hall = TestHall::with_catalogue(database).await;
        let terminal = Arc::new(hall.enrol("HP07").await);
        let item = Arc::new(demo_items().remove(0));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (terminal, item) = (terminal.clone(), item.clone());
                tokio::spawn(async move {
                    let mut acknowledged = 0;
                    loop {
                        let envelopes: Vec<_> = (0..8).map(|_| terminal.example(&item)).collect();
                        match terminal.try_submit(&envelopes).await {
                            Some(outcomes) => {
                                let good = |one: &&ApplicationOutcome| matches!(one, ApplicationOutcome::Acknowledged { .. });
                                acknowledged += outcomes.iter().filter(good).count();
                            }
                            None => return acknowledged,
                        }
                    }
                })
            })
            .collect();
        while hall.store().cases().list(1000).await.unwrap().len() < 64 {
            tokio::task::yield_now().await;
        }
        hall.stop().await;
        let mut acknowledged = 0;
        for task in tasks {
            acknowledged += task.await.unwrap();
        }
        assert!(acknowledged >= 64);
        assert!(hall.store().cases().list(100_000).await.unwrap().len() >= acknowledged, "what was said is there");
    }

    async fn epochs_and_databases_of_another_age_are_told_apart(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let before = hall.store().state().await.unwrap().epoch;
        assert_eq!(terminal.enrolled.epoch, before);
        let new = hall.store().new_epoch().await.unwrap().epoch;
        assert_ne!(new, before);
        let answer = terminal.get(UPDATES).await;
        assert_eq!(answer.headers[EPOCH_HEADER], new.to_string(), "at once, without a restart");
    }

    /// As when the database is restored beneath a hall that nobody hands anything in to.
    async fn a_database_that_went_back_is_noticed_by_whoever_asks(database) {
        let hall = TestHall::start(database).await;
        let terminal = hall.enrol("HP07").await;
        let before = terminal.get(UPDATES).await.headers[EPOCH_HEADER].clone();
        let reader = hall.store().reader();
        crate::db::sql::execute(reader, "UPDATE hall SET changes = 1", []).await.unwrap();
        let after = terminal.get(UPDATES).await.headers[EPOCH_HEADER].clone();
        assert_ne!(after, before);
        assert_eq!(terminal.get(UPDATES).await.headers[EPOCH_HEADER], after, "once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terminals_are_served_over_tls_with_http_2() {
    let folder = tempfile::TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (folder.path().join("hall.pem"), folder.path().join("hall-key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let (tls_cert, tls_key) = (Some(chain.clone()), Some(key));
    let hall = TestHall::start_with(Database::Sqlite, |config| {
        (config.tls_cert, config.tls_key) = (tls_cert, tls_key);
    })
    .await;
    let trusted = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([trusted]).build().unwrap();
    let url = hall.url.replace("127.0.0.1", "localhost");
    let answer = client.get(format!("{url}{HEALTH}")).send().await.unwrap();
    assert_eq!(answer.version(), reqwest::Version::HTTP_2);
    assert_eq!(answer.json::<Health>().await.unwrap().status, "ok");
    assert!(reqwest::get(format!("{url}{HEALTH}")).await.is_err(), "an unknown certificate is not trusted");
    assert!(crate::http::server::tls(&chain, &chain).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_went_away_comes_back_without_a_restart() {
    let hall = TestHall::with_catalogue(Database::Postgres).await;
    let terminal = hall.enrol("HP07").await;
    let item = &demo_items()[0];
    let envelopes = [terminal.example(item), terminal.example(item)];
    assert_eq!(terminal.submit(&envelopes[..1]).await.0, 200);
    let own = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let elsewhere = sea_orm::Database::connect(&hall.database).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&elsewhere, own).await.unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let answer = terminal.post(APPLICATIONS, &Submission { envelopes: envelopes.to_vec() }).await;
        if answer.status == 200 {
            break;
        }
        // Meanwhile the terminal is told in the hall's own words to come again.
        assert_eq!((answer.status, &answer.headers["content-type"]), (503, &MEDIA_TYPE.parse().unwrap()));
        assert!(std::time::Instant::now() < deadline, "the hall did not recover");
    }
    let (_, outcomes) = terminal.submit(&envelopes).await;
    assert!(outcomes.iter().all(|one| matches!(one, ApplicationOutcome::Acknowledged { .. })));
    assert_eq!(hall.store().cases().list(10).await.unwrap().len(), 2);
}

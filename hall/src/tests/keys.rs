//! Keys and database belong together: what is missing is told and never made anew unasked, and what was sealed to or
//! signed with another key is not lost.

use super::on_both;
use crate::db::Store;
use crate::keys::{Keys, PUBLIC_FILE, SEAL_FILE, SEAL_PUBLIC_FILE, SIGNING_FILE};
use crate::startup::{self, Purpose, StartupError};
use crate::testing::{Folder, TestHall, TestTerminal, demo_items};
use bianmin_protocol::bytes::encode;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::*;
use std::path::Path;

/// Ends a hall and leaves what it had.
async fn ended(mut hall: TestHall) -> (Folder, String, crate::clock::Clock) {
    hall.stop().await;
    hall.hall.close().await;
    let clock = hall.clock().clone();
    (hall.data, hall.database, clock)
}

async fn opened(
    data: &Path,
    database: &str,
    clock: &crate::clock::Clock,
    purpose: Purpose,
) -> Result<Keys, StartupError> {
    let (keys, store) = startup::open(data, &database.parse().unwrap(), clock, purpose).await?;
    store.close().await;
    Ok(keys)
}

fn names(data: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(data).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned()).collect();
    names.sort();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names
}

on_both! {
    async fn a_missing_key_is_told_and_not_made_anew(database) {
        let (folder, address, clock) = ended(TestHall::start(database).await).await;
        let data = folder.path();
        for file in [SIGNING_FILE, SEAL_FILE] {
            let (path, away) = (data.join(file), data.join("away"));
            std::fs::rename(&path, &away).unwrap();
            // Whatever else is gone: the public halves, the mark.
            let gone_too: [&[&str]; 3] =
                [&[], &[PUBLIC_FILE, SEAL_PUBLIC_FILE], &[PUBLIC_FILE, SEAL_PUBLIC_FILE, Store::MARK_FILE]];
            for others in gone_too {
                let kept = tempfile::TempDir::new().unwrap();
                for other in others {
                    std::fs::rename(data.join(other), kept.path().join(other)).unwrap();
                }
                let before = names(data);
                let report = opened(data, &address, &clock, Purpose::Usual).await.unwrap_err();
                assert!(matches!(&report, StartupError::KeyGone { path: gone, .. } if *gone == path), "{report}");
                let report = report.to_string();
                assert!(report.contains(file) && report.contains("keys accept"), "{report}");
                let after: Vec<_> = names(data).into_iter().filter(|name| name != Store::MARK_FILE).collect();
                let before: Vec<_> = before.into_iter().filter(|name| name != Store::MARK_FILE).collect();
                assert_eq!(after, before, "nothing is made");
                for other in others {
                    std::fs::rename(kept.path().join(other), data.join(other)).unwrap();
                }
            }
            // Another key in its place.
            let other = encode(SigningKey::generate().unwrap().to_bytes().as_ref());
            std::fs::copy(&away, &path).unwrap();
            std::fs::write(&path, other).unwrap();
            let report = opened(data, &address, &clock, Purpose::Usual).await.unwrap_err();
            assert!(matches!(&report, StartupError::OtherKey { path: wrong, .. } if *wrong == path), "{report}");
            std::fs::rename(&away, &path).unwrap();
            opened(data, &address, &clock, Purpose::Usual).await.unwrap();
        }
        // A second hall of the same database that was not given the keys.
        if address.starts_with("postgres") {
            let elsewhere = tempfile::TempDir::new().unwrap();
            let report = opened(elsewhere.path(), &address, &clock, Purpose::Usual).await.unwrap_err();
            assert!(matches!(report, StartupError::KeyGone { .. }), "{report}");
            assert!(!elsewhere.path().join(SEAL_FILE).exists());
        }
    }

    async fn of_halls_that_begin_one_database_at_once_with_other_keys_one_goes_on(database) {
        let folder = tempfile::TempDir::new().unwrap();
        let address = match database {
            crate::testing::Database::Sqlite => {
                let address = format!("sqlite:{}", folder.path().join("shared.sqlite").display());
                // Empty, but there: making one file is not what they compete for.
                let clock = crate::clock::Clock::new(jiff::tz::TimeZone::UTC);
                let parsed = address.parse().unwrap();
                Store::connect(&parsed, folder.path(), &clock).await.unwrap().close().await;
                address
            }
            crate::testing::Database::Postgres => crate::testing::empty_database().await,
        };
        let mut halls = tokio::task::JoinSet::new();
        for number in 0..4 {
            let (data, address) = (folder.path().join(number.to_string()), address.clone());
            Keys::open(&data).unwrap();
            halls.spawn(async move {
                let clock = crate::clock::Clock::new(jiff::tz::TimeZone::UTC);
                let opened = opened(&data, &address, &clock, Purpose::Usual).await;
                (data, opened.map(|keys| encode(keys.signing.public().as_bytes())))
            });
        }
        let mut first = Vec::new();
        for (data, opened) in halls.join_all().await {
            match opened {
                Ok(key) => first.push((data, key)),
                Err(report) => {
                    assert!(matches!(report, StartupError::OtherKey { .. }), "{report}");
                    assert!(report.to_string().contains("keys accept"), "{report}");
                }
            }
        }
        assert_eq!(first.len(), 1, "{first:?}");
        let clock = crate::clock::Clock::new(jiff::tz::TimeZone::UTC);
        let (_, store) = startup::open(&first[0].0, &address.parse().unwrap(), &clock, Purpose::Usual).await.unwrap();
        let known = store.known_keys().await.unwrap();
        assert_eq!(known.len(), 2);
        assert!(known.iter().any(|key| key.public_key == first[0].1));
        // Whoever looked before the first had said so.
        let late = Keys::open(&folder.path().join("late")).unwrap();
        assert!(store.go_with(&late, &[], false).await.unwrap().is_some());
        assert_eq!(store.known_keys().await.unwrap(), known);
        store.close().await;
    }

    async fn a_missing_database_is_told_and_an_empty_one_begun_only_when_asked_for(database) {
        let hall = TestHall::start(database).await;
        let epoch = hall.store().state().await.unwrap().epoch;
        let (folder, address, clock) = ended(hall).await;
        let data = folder.path();
        let empty = match database {
            crate::testing::Database::Sqlite => format!("sqlite:{}", data.join("elsewhere.sqlite").display()),
            crate::testing::Database::Postgres => crate::testing::empty_database().await,
        };
        let report = opened(data, &empty, &clock, Purpose::Usual).await.unwrap_err();
        assert!(matches!(report, StartupError::DatabaseGone { .. }), "{report}");
        assert!(report.to_string().contains("database new"), "{report}");
        assert!(!data.join("elsewhere.sqlite").exists(), "nothing is made");
        let report = opened(data, &address, &clock, Purpose::NewDatabase).await.unwrap_err();
        assert!(matches!(report, StartupError::NotEmpty(_)), "{report}");

        let (_, store) = startup::open(data, &empty.parse().unwrap(), &clock, Purpose::NewDatabase).await.unwrap();
        assert_ne!(store.state().await.unwrap().epoch, epoch);
        store.close().await;
        opened(data, &empty, &clock, Purpose::Usual).await.unwrap();
        // The former one is older than the mark now, and the keys are still its own.
        opened(data, &address, &clock, Purpose::Usual).await.unwrap();
    }

    async fn what_could_not_be_opened_is_a_case_when_its_key_is_back(database) {
        let hall = TestHall::with_catalogue(database).await;
        let terminal = hall.enrol("HP07").await;
        let item = &demo_items()[0];
        let (early, late) = (terminal.example(item), terminal.example(item));
        let (folder, address, clock) = ended(hall).await;
        let data = folder.path();
        std::fs::rename(data.join(SEAL_FILE), data.join("away")).unwrap();
        opened(data, &address, &clock, Purpose::AcceptKeys).await.unwrap();
        let hall = TestHall::open(data.to_owned(), address.clone()).await;
        let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
        for envelope in [&early, &late, &early] {
            let (status, outcomes) = terminal.submit(std::slice::from_ref(envelope)).await;
            assert_eq!((status, &outcomes[0]), (400, &ApplicationOutcome::Refused { reason: Refusal::Malformed {} }));
        }
        assert_eq!(hall.hall.intake.try_unopened().await.unwrap(), 0);
        assert!(hall.store().cases().list(9).await.unwrap().is_empty());
        assert_eq!(hall.store().intake().refusals(9).await.unwrap().len(), 2);

        let (_, address, _) = ended(hall).await;
        std::fs::rename(data.join("away"), data.join("seal-old.key")).unwrap();
        let hall = TestHall::open(data.to_owned(), address).await;
        let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
        // One by itself, one because it was sent again; whichever comes first.
        let (status, outcomes) = terminal.submit(std::slice::from_ref(&early)).await;
        assert_eq!(status, 200);
        hall.hall.intake.try_unopened().await.unwrap();
        assert_eq!(hall.store().cases().list(9).await.unwrap().len(), 2);
        assert!(hall.store().intake().refusals(9).await.unwrap().is_empty());
        let updates: Updates = terminal.get(UPDATES).await.json();
        assert_eq!(updates.updates.len(), 2, "their terminal is told");
        // And the answer stays the same.
        assert_eq!(terminal.submit(std::slice::from_ref(&early)).await.1, outcomes);
    }

    async fn what_another_key_signed_is_signed_anew(database) {
        let hall = TestHall::with_catalogue(database).await;
        let code = hall.invite("HP07").await;
        let terminal = TestTerminal::enrol(&hall.url, &code).await;
        let former = hall.hall.keys.signing.public();
        let envelope = terminal.example(&demo_items()[0]);
        let token = terminal.token(&envelope);
        let (_, first) = terminal.submit(std::slice::from_ref(&envelope)).await;
        let (folder, address, clock) = ended(hall).await;
        let data = folder.path();
        std::fs::remove_file(data.join(SIGNING_FILE)).unwrap();
        opened(data, &address, &clock, Purpose::AcceptKeys).await.unwrap();
        let hall = TestHall::open(data.to_owned(), address).await;
        let present = hall.hall.keys.signing.public();
        assert_ne!(present, former);
        let terminal = TestTerminal { url: hall.url.clone(), ..terminal };

        let content = |outcomes: &[ApplicationOutcome], key| match &outcomes[0] {
            ApplicationOutcome::Acknowledged { acknowledgement } => acknowledgement.verify(key).unwrap(),
            other => panic!("{other:?}"),
        };
        let (_, again) = terminal.submit(std::slice::from_ref(&envelope)).await;
        assert_eq!(content(&again, &present), content(&first, &former));
        assert_eq!(terminal.submit(std::slice::from_ref(&envelope)).await.1, again);
        let state: CatalogueState = terminal.get(CATALOGUE).await.json();
        assert!(state.manifest.unwrap().verify(&present).is_ok());
        let again = terminal.enrol_again(&code).await;
        assert!(again.certificate.verify(&present));
        // What is on paper already is still good.
        let query = PhoneQuery { token };
        let answer = crate::testing::post(&reqwest::Client::new(), &format!("{}{PHONE_PROGRESS}", hall.url), &query).await;
        assert_eq!(answer.status, 200);
    }
}

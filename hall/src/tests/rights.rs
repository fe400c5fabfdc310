//! What a hall leaves on the disk is its owner's alone, and what it says holds no password.

use crate::clock::Clock;
use crate::startup::{self, Purpose};
use crate::testing::{Database, TestHall, TestTerminal, demo_items};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn databases_backups_marks_and_keys_are_their_owners_alone() {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let terminal = hall.enrol("HP07").await;
    terminal.submit(&[terminal.example(&demo_items()[0])]).await;
    let data = hall.data.path().to_owned();
    let backup = data.join("backup.sqlite");
    hall.store().backup(&backup).await.unwrap();
    let mode = |name: &str| std::fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777;
    let all = [
        "hall.sqlite",
        "hall.sqlite-wal",
        "hall.sqlite-shm",
        "backup.sqlite",
        "hall.mark",
        "hall.key",
        "seal.key",
    ];
    for name in all {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    // A backup never takes another's place.
    let before = std::fs::read(&backup).unwrap();
    assert!(hall.store().backup(&backup).await.is_err());
    assert_eq!(std::fs::read(&backup).unwrap(), before);
    assert!(hall.store().backup(Path::new("/nowhere/backup.sqlite")).await.is_err());
    // What an earlier program left open is closed.
    let hall = hall
        .restart_after(|data| {
            for name in ["hall.sqlite", "hall.mark"] {
                std::fs::set_permissions(data.join(name), std::fs::Permissions::from_mode(0o644)).unwrap();
            }
        })
        .await;
    let terminal = TestTerminal { url: hall.url.clone(), ..terminal };
    terminal.submit(&[terminal.example(&demo_items()[0])]).await;
    for name in all {
        assert_eq!(mode(name), 0o600, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_of_a_database_is_in_no_message() {
    let folder = tempfile::TempDir::new().unwrap();
    let clock = Clock::new(jiff::tz::TimeZone::UTC);
    let address = "postgres://hall:s3cret@localhost/hall?host=/nowhere".parse().unwrap();
    let report = startup::open(folder.path(), &address, &clock, Purpose::Usual).await.unwrap_err();
    for text in [report.to_string(), format!("{report:?}"), format!("{address:?}")] {
        assert!(text.contains("/nowhere") && !text.contains("s3cret"), "{text}");
    }
    let config = crate::config::Config { database: Some(address), ..Default::default() };
    assert!(!format!("{config:?}").contains("s3cret"));
}

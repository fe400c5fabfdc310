//! No holes in what is downloaded: changes of cases and the catalogue, over a bad network and onto a full disk.

use super::bench::Terminal;
use super::chance::{Chance, rounds};
use super::disks::SmallDisk;
use super::relay::changing;
use crate::programs::{Hall, Kiosk};
use bianmin_protocol::change::ChangePage;
use bianmin_protocol::v1::Updates;
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn config(kiosk: &Kiosk, text: &str) -> String {
    let path = kiosk.folder.path().join("test.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Passes everything on, but leaves one of the changes out while `withholds` is set: as when two changes
/// are committed in another order than they were numbered.
fn withholding(hall: &Hall, which: usize, withholds: Arc<AtomicBool>) -> String {
    let key = hall.signing_key();
    changing(&hall.url, move |path, body| {
        if !path.contains("/updates?") || !withholds.load(Ordering::SeqCst) {
            return body;
        }
        let mut answer: Updates = serde_json::from_slice(&body).unwrap();
        let mut page: ChangePage = serde_json::from_slice(&answer.changes.unwrap().page.0).unwrap();
        if which < page.changes.len() {
            page.changes.remove(which);
        }
        answer.changes = Some(page.sign(&key));
        serde_json::to_vec(&answer).unwrap()
    })
}

#[test]
fn a_change_that_comes_late_is_not_left_out() {
    let mut chance = Chance::new("late changes");
    for _ in rounds("late changes", 1, 20) {
        let hall = Hall::start(None);
        let terminal = Terminal::of(&hall);
        let report = terminal.write(5);
        terminal.kiosk.command(&["sync", "--once"]);
        for number in &report {
            hall.command(&["case", "decide", number, "granted"]);
        }
        let withholds = Arc::new(AtomicBool::new(true));
        // Not the last one: that would be no hole.
        let relay = withholding(&hall, chance.below(4), withholds.clone());
        let aimed = config(&terminal.kiosk, &format!("[hall]\nurl = \"{relay}\"\n"));
        let _ = terminal.kiosk.try_command(&["sync", "--once", "--config", &aimed]);
        withholds.store(false, Ordering::SeqCst);
        terminal.kiosk.command(&["sync", "--once", "--config", &aimed]);
        for number in &report {
            let shown = terminal.kiosk.command(&["outbox", "show", number]);
            assert_eq!(shown["progress"]["state"], "granted", "{number}: its resident never hears of it");
        }
    }
}

/// Puts a change into a terminal's run, as a hall of a later version does that has more to say than cases.
fn tell_of_the_future(hall: &Hall, terminal: &str) {
    let database = rusqlite::Connection::open(hall.folder.path().join("hall.sqlite")).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let sql = format!(
        "BEGIN IMMEDIATE;
         UPDATE terminal SET last_change = last_change + 1 WHERE id = '{terminal}';
         INSERT INTO change (terminal, cursor, kind, content)
         SELECT id, last_change, 'of-the-future', '{{\"it\":1}}' FROM terminal WHERE id = '{terminal}';
         COMMIT;"
    );
    database.execute_batch(&sql).unwrap();
}

#[test]
fn a_change_of_a_kind_that_the_terminal_does_not_know_stops_nothing() {
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let report = terminal.write(3);
    terminal.kiosk.command(&["sync", "--once"]);
    let id = hall.command(&["terminal", "list"])[0]["terminal"].as_str().unwrap().to_owned();
    let mut unknown = 0;
    for number in &report {
        tell_of_the_future(&hall, &id);
        unknown += 1;
        hall.command(&["case", "decide", number, "granted"]);
    }
    let synced = terminal.kiosk.command(&["sync", "--once"]);
    for number in &report {
        let shown = terminal.kiosk.command(&["outbox", "show", number]);
        assert_eq!(shown["progress"]["state"], "granted", "{number}: its resident never hears of it");
    }
    assert_eq!(synced["unknown_changes"], unknown, "nobody hears that the program is too old");
    let again = terminal.kiosk.command(&["sync", "--once"]);
    assert_eq!(again["unknown_changes"], 0, "they are asked for again and again");
}

/// The disk is full for as long as it is, at many levels; then there is room, and everything is there.
#[test]
fn a_catalogue_fetched_onto_a_full_disk_is_whole_or_not_there() {
    let mut chance = Chance::new("catalogues on full disks");
    let hall = Hall::start(None);
    let whole = Terminal::of(&hall);
    let items = |store: &CatalogueStore| serde_json::to_string(&store.snapshot().items).unwrap();
    for _ in rounds("catalogues on full disks", 6, 100) {
        let kilobytes = 200 + chance.below(1200);
        let disk = SmallDisk::of(8 * 1024);
        let kiosk = Kiosk { folder: tempfile::tempdir_in(disk.path()).unwrap() };
        let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
        kiosk.command(&["enrol", "--hall", &hall.url, "--code", &code]);
        let small = config(&kiosk, "[ledger]\nreserve_kb = 64\n");
        disk.fill_but(kilobytes);
        let output = kiosk.try_command(&["sync", "--once", "--config", &small]);
        let path = kiosk.folder.path().join("catalogue.sqlite");
        let key = TerminalIdentity::load(kiosk.folder.path()).unwrap().enrolled.hall_key;
        let expected = items(&CatalogueStore::open(&whole.catalogue_file(), key));
        let store = CatalogueStore::open(&path, key);
        if output.status.success() || !store.snapshot().is_empty() {
            assert_eq!(items(&store), expected, "{kilobytes} kB left");
        }
        drop(store);
        disk.free();
        kiosk.command(&["sync", "--once", "--config", &small]);
        let store = CatalogueStore::open(&path, key);
        assert_eq!(store.revision(), whole.catalogue.revision);
        assert_eq!(items(&store), expected, "{kilobytes} kB left");
    }
}

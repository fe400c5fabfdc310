//! Corruption is noticed: bits that flip, pages that change places, journals that are cut or gone. Nothing that
//! proves itself is lost, nothing is invented, what is lost is told, and the rest is sent.

use super::bench::{Terminal, open, try_open};
use super::chance::{Chance, rounds};
use crate::programs::Hall;
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::ledger::{Accepted, OutboxState, Record};
use std::collections::{HashMap, HashSet};
use std::path::Path;

#[derive(Debug, Clone, Copy)]
enum Harm {
    Flip(&'static str),
    SwapPages,
    ZeroSector,
    CutJournal,
    NoJournal,
    CutFile,
}

const FILE: &str = "ledger.sqlite";
const JOURNAL: &str = "ledger.sqlite-wal";
const PAGE: usize = 4096;

fn harm(folder: &Path, chance: &mut Chance) -> Harm {
    let kinds = [
        Harm::Flip(FILE),
        Harm::Flip(FILE),
        Harm::Flip(FILE),
        Harm::Flip(JOURNAL),
        Harm::Flip(JOURNAL),
        Harm::Flip("ledger.mark"),
        Harm::SwapPages,
        Harm::ZeroSector,
        Harm::CutJournal,
        Harm::NoJournal,
        Harm::CutFile,
    ];
    let kind = kinds[chance.below(kinds.len())];
    let change = |name: &str, change: &mut dyn FnMut(&mut Vec<u8>)| {
        let path = folder.join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        change(&mut bytes);
        std::fs::write(path, bytes).unwrap();
    };
    match kind {
        Harm::Flip(name) => change(name, &mut |bytes| {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }),
        Harm::SwapPages => change(FILE, &mut |bytes| {
            let pages = bytes.len() / PAGE;
            let (one, other) = (chance.below(pages) * PAGE, chance.below(pages) * PAGE);
            for at in 0..PAGE {
                bytes.swap(one + at, other + at);
            }
        }),
        Harm::ZeroSector => change(FILE, &mut |bytes| {
            let at = chance.below(bytes.len() / 512) * 512;
            bytes[at..at + 512].fill(0);
        }),
        Harm::CutJournal => change(JOURNAL, &mut |bytes| bytes.truncate(chance.below(bytes.len()))),
        Harm::NoJournal => std::fs::remove_file(folder.join(JOURNAL)).unwrap(),
        Harm::CutFile => change(FILE, &mut |bytes| bytes.truncate(chance.below(bytes.len()))),
    }
    kind
}

/// How many applications one harm may touch at most, so that a salvage that gives up early is noticed.
fn excuse(kind: Harm, message: usize) -> usize {
    match kind {
        Harm::Flip("ledger.mark") => 0,
        // A row may reach over several pages, and a page may hold several rows.
        Harm::Flip(_) => 1,
        Harm::ZeroSector => 3,
        Harm::SwapPages => 8,
        Harm::CutJournal | Harm::NoJournal | Harm::CutFile => message,
    }
}

#[test]
fn damage_is_noticed_and_what_proves_itself_is_sent() {
    let mut chance = Chance::new("damage");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    // Some with the hall, some not yet, some only in the journal.
    let source = tempfile::tempdir().unwrap();
    let mut message: Vec<Accepted> = Vec::new();
    let accept = |ledger: &_, message: &mut Vec<Accepted>| {
        for _ in 0..8 {
            message.push(terminal.try_accept(ledger, Vec::new()).unwrap());
        }
    };
    let ledger = open(source.path(), &terminal.identity, 0);
    accept(&ledger, &mut message);
    assert_eq!(terminal.sync(&ledger).waiting, 0);
    accept(&ledger, &mut message);
    drop(ledger);
    let ledger = open(source.path(), &terminal.identity, 0);
    accept(&ledger, &mut message);

    for round in rounds("damage", 60, 1000) {
        let folder = tempfile::tempdir().unwrap();
        for name in [FILE, JOURNAL, "ledger.mark"] {
            std::fs::copy(source.path().join(name), folder.path().join(name)).unwrap();
        }
        let kind = harm(folder.path(), &mut chance);
        judge(&terminal, folder.path(), &message, kind, &format!("round {round}, {kind:?}"));
    }
    drop(ledger);
}

fn judge(terminal: &Terminal, folder: &Path, message: &[Accepted], kind: Harm, when: &str) {
    let ledger = try_open(folder, &terminal.identity, 0).unwrap_or_else(|error| panic!("{when}: {error}"));
    // Whoever looks first notices; what was saved then is sent by the next attempt.
    ledger.records().unwrap_or_else(|error| panic!("{when}: {error}"));
    for _ in 0..2 {
        let report = terminal.sync(&ledger);
        assert!(report.failure.is_none(), "{when}: {:?}", report.failure);
    }
    assert_eq!(ledger.counts().unwrap().waiting, 0, "{when}");
    let records = ledger.records().unwrap_or_else(|error| panic!("{when}: {error}"));
    let by_number: HashMap<String, &Record> =
        records.iter().map(|record| (record.registration.to_string(), record)).collect();
    assert_eq!(by_number.len(), records.len(), "{when}: one application twice");
    let mut gone = 0;
    let mut set_aside = 0;
    for accepted in message {
        match by_number.get(&accepted.registration.to_string()) {
            None => gone += 1,
            Some(record) => {
                assert_eq!(record.application_id, accepted.application_id, "{when}");
                assert_eq!(record.token, accepted.token, "{when}: another receipt than the resident has");
                match record.state {
                    OutboxState::Acknowledged => assert!(record.case_number.is_some(), "{when}"),
                    OutboxState::Quarantined => set_aside += 1,
                    OutboxState::Waiting => panic!("{when}: still waits"),
                }
            }
        }
    }
    assert_eq!(records.len() + gone, message.len(), "{when}: an application nobody handed in");
    // What is lost is told: there is no silence about it.
    assert_eq!(ledger.missing().unwrap() as usize, gone, "{when}: lost without a word");
    assert!(gone + set_aside <= excuse(kind, message.len()), "{when}: {gone} gone, {set_aside} set aside");
    // And the terminal goes on, with numbers that nobody has.
    let numbers: HashSet<_> = message.iter().map(|accepted| &accepted.registration).collect();
    let next = terminal.try_accept(&ledger, Vec::new()).unwrap_or_else(|error| panic!("{when}: {error}"));
    assert!(!numbers.contains(&next.registration), "{when}: {} was given twice", next.registration);
    drop(ledger);
    // The next start finds nothing wrong any more.
    let again = open(folder, &terminal.identity, 0);
    assert_eq!(again.records().unwrap().len(), records.len() + 1, "{when}");
}

/// The catalogue's cache proves itself as a whole: it is what the hall published, or it is fetched again.
#[test]
fn a_damaged_catalogue_is_fetched_again() {
    let mut chance = Chance::new("damaged catalogues");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let key = terminal.identity.enrolled.hall_key;
    let expected = serde_json::to_string(&terminal.catalogue.items).unwrap();
    let whole = std::fs::read(terminal.catalogue_file()).unwrap();
    let ledger = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    for round in rounds("damaged catalogues", 20, 1000) {
        let mut bytes = whole.clone();
        match chance.below(4) {
            0 => bytes.truncate(chance.below(whole.len())),
            1 => {
                let at = chance.below(whole.len() / 512) * 512;
                bytes[at..at + 512].fill(chance.below(256) as u8);
            }
            _ => {
                let at = chance.below(whole.len());
                bytes[at] ^= 1 << chance.below(8);
            }
        }
        for journal in ["-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(format!("{}{journal}", terminal.catalogue_file().display()));
        }
        std::fs::write(terminal.catalogue_file(), bytes).unwrap();
        let shown = CatalogueStore::open(&terminal.catalogue_file(), key).snapshot();
        if !shown.is_empty() {
            assert_eq!(serde_json::to_string(&shown.items).unwrap(), expected, "round {round}");
        }
        let report = terminal.sync(&ledger);
        assert!(report.failure.is_none(), "round {round}: {:?}", report.failure);
        let fetched = CatalogueStore::open(&terminal.catalogue_file(), key).snapshot();
        assert_eq!(serde_json::to_string(&fetched.items).unwrap(), expected, "round {round}");
    }
}

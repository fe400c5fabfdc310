//! The catalogue is atomic, signed, and never goes back: whatever comes, and whenever the terminal is killed, it
//! shows one whole revision of the hall's; and who has begun an application ends it with the version they began with.

use super::bench::Terminal;
use super::chance::{Chance, count};
use super::relay::changing;
use crate::driver::Driver;
use crate::programs::{Hall, Kiosk};
use crate::resident;
use bianmin_kiosk::app::App;
use bianmin_kiosk::services::Services;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::Manifest;
use bianmin_protocol::ids::ItemCode;
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::v1::{CATALOGUE, CatalogueState};
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::config::Config;
use serde_json::Value;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

const DEMO: &str = include_str!("../../../assets/catalogue/demo.json");
const FILE: &str = "catalogue.sqlite";

/// Publishes the demonstration catalogue with a change.
fn publish(hall: &Hall, change: impl Fn(&mut Vec<Value>)) {
    let mut demo: Value = serde_json::from_str(DEMO).unwrap();
    change(demo["items"].as_array_mut().unwrap());
    let file = hall.folder.path().join("next.json");
    std::fs::write(&file, demo.to_string()).unwrap();
    let published = hall.command(&["catalogue", "import", file.to_str().unwrap()]);
    assert_eq!(published["changed"], true);
}

/// Another telephone number in each item: every row of the cache changes.
fn renumber(items: &mut [Value], number: &str) {
    for item in items {
        item["link_way"] = number.into();
    }
}

/// Every item that a terminal would show after a start with this folder.
fn shown(folder: &Path, key: PublicKey) -> String {
    let store = CatalogueStore::open(&folder.join(FILE), key);
    serde_json::to_string(&store.snapshot().items).unwrap()
}

/// A copy of a terminal's folder, as it was.
fn copy(terminal: &Terminal) -> Kiosk {
    let kiosk = Kiosk { folder: tempfile::tempdir().unwrap() };
    for entry in std::fs::read_dir(terminal.kiosk.folder.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != "reserve" {
            std::fs::copy(entry.path(), kiosk.folder.path().join(entry.file_name())).unwrap();
        }
    }
    kiosk
}

fn aimed(kiosk: &Kiosk, url: &str) -> String {
    let path = kiosk.folder.path().join("aimed.toml");
    std::fs::write(&path, format!("[hall]\nurl = \"{url}\"\n[ledger]\nreserve_kb = 0\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs an update, and kills it at its `step`th call to the system that has to do with the catalogue's files; none
/// counts them. True if it came to that.
fn update(kiosk: &Kiosk, config: &str, step: Option<usize>, log: &Path) -> bool {
    let synchronise = kiosk.prepared(&["sync", "--once", "--config", config]);
    let mut command = Command::new("strace");
    command.arg("-f").arg("-o").arg(log);
    for suffix in ["", "-journal"] {
        command.arg("-P").arg(kiosk.folder.path().join(format!("{FILE}{suffix}")));
    }
    command.arg("-P").arg(kiosk.folder.path().join("catalogue.part"));
    if let Some(step) = step {
        command.arg("-e").arg(format!("inject=all:signal=KILL:when={step}"));
    }
    command.arg(synchronise.get_program()).args(synchronise.get_args());
    let status = command.status().unwrap_or_else(|error| {
        panic!("strace is needed ({error}): run scripts/install.sh test");
    });
    assert!(status.success() || status.signal() == Some(9), "{status}");
    !status.success()
}

#[test]
fn a_kill_at_any_step_of_an_update_leaves_one_whole_revision() {
    let mut chance = Chance::new("killed updates");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let key = terminal.identity.enrolled.hall_key;
    let old = shown(terminal.kiosk.folder.path(), key);
    publish(&hall, |items| renumber(items, "12346"));
    let log = tempfile::NamedTempFile::new().unwrap();

    let whole = copy(&terminal);
    assert!(!update(&whole, &aimed(&whole, &hall.url), None, log.path()));
    let new = shown(whole.folder.path(), key);
    assert_ne!(new, old);
    // Each thread has a count of its own; one does nearly everything.
    let calls = std::fs::read_to_string(log.path()).unwrap();
    let mut threads = std::collections::HashMap::new();
    for line in calls.lines().filter(|line| !line.contains("+++")) {
        *threads.entry(line.split(' ').next().unwrap().to_owned()).or_insert(0) += 1;
    }
    let steps: usize = *threads.values().max().unwrap();
    assert!(steps > 40, "an update that writes nothing: {calls}");

    let every = (steps / count(24, steps)).max(1);
    let (mut killed, mut rounds) = (0, 0);
    for step in (1 + chance.below(every)..=steps).step_by(every) {
        let kiosk = copy(&terminal);
        let config = aimed(&kiosk, &hall.url);
        rounds += 1;
        killed += usize::from(update(&kiosk, &config, Some(step), log.path()));
        let there = shown(kiosk.folder.path(), key);
        assert!(there == old || there == new, "killed at step {step} of {steps}: {} bytes", there.len());
        kiosk.command(&["sync", "--once", "--config", &config]);
        assert_eq!(shown(kiosk.folder.path(), key), new, "after a kill at step {step} of {steps}");
    }
    // The threads do not share their work alike each time.
    assert!(killed * 2 >= rounds, "{killed} kills in {rounds} rounds");
}

/// Some digits of the items' texts changed, in a package of the same size.
fn tampered(packed: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(zstd::decode_all(packed).unwrap()).unwrap();
    assert!(text.contains("1234"));
    let mut forged = zstd::encode_all(text.replace("1234", "6666").as_bytes(), 19).unwrap();
    // A frame that unpackers skip makes up the size.
    let rest = packed.len().checked_sub(forged.len() + 8).expect("it packs better than the hall does");
    forged.extend_from_slice(&0x184d_2a50_u32.to_le_bytes());
    forged.extend_from_slice(&u32::try_from(rest).unwrap().to_le_bytes());
    forged.resize(packed.len(), 0);
    forged
}

/// What somebody between hall and terminal makes of the answers about the catalogue.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Forgery {
    /// Another text in bundle and delta.
    Text,
    /// The same, with a manifest that fits it, signed by somebody else.
    Manifest,
    /// Bundle and delta break off, and say that this is all.
    Half,
    /// Nothing but the first byte.
    Byte,
    /// One bit.
    Bit,
}

fn forge(forgery: Forgery, path: &str, body: Vec<u8>, seed: usize) -> Vec<u8> {
    let is_content = path.contains("/bundle/") || path.contains("/delta/");
    match forgery {
        Forgery::Text if is_content => tampered(&body),
        Forgery::Half if is_content => body[..body.len() / 2].to_vec(),
        Forgery::Byte if is_content => body[..1].to_vec(),
        Forgery::Bit if is_content => {
            let mut body = body;
            let at = seed % body.len();
            body[at] ^= 1 << (seed % 8);
            body
        }
        Forgery::Manifest if path.contains("/bundle/") => tampered(&body),
        Forgery::Manifest if path.starts_with(CATALOGUE) && !is_content => {
            let mut state: CatalogueState = serde_json::from_slice(&body).unwrap();
            let mut manifest: Manifest =
                serde_json::from_slice(&state.manifest.as_ref().unwrap().manifest.0).unwrap();
            manifest.bundle_digest = Digest::of(b"whatever comes");
            state.manifest = Some(manifest.sign(&SigningKey::generate().unwrap()));
            state.delta = None;
            serde_json::to_vec(&state).unwrap()
        }
        _ => body,
    }
}

#[test]
fn what_the_hall_did_not_sign_is_not_shown() {
    let mut chance = Chance::new("forged catalogues");
    let hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let key = terminal.identity.enrolled.hall_key;
    let old = shown(terminal.kiosk.folder.path(), key);
    let empty = "[]";
    publish(&hall, |items| renumber(items, "12346"));
    let updated = copy(&terminal);
    updated.command(&["sync", "--once"]);
    let new = shown(updated.folder.path(), key);
    let mut forgeries = vec![Forgery::Text, Forgery::Manifest, Forgery::Half, Forgery::Byte];
    forgeries.extend(std::iter::repeat_n(Forgery::Bit, count(3, 200)));
    for forgery in forgeries {
        let seed = chance.next() as usize;
        // As an update, and as the first that a terminal ever sees.
        for before in [old.as_str(), empty] {
            let kiosk = copy(&terminal);
            if before == empty {
                std::fs::remove_file(kiosk.folder.path().join(FILE)).unwrap();
            }
            let url = changing(&hall.url, move |path, body| forge(forgery, path, body, seed));
            let output = kiosk.try_command(&["sync", "--once", "--config", &aimed(&kiosk, &url)]);
            if forgery == Forgery::Bit && output.status.success() {
                // There are bits in a package that nobody reads; then the content is the hall's.
                assert_eq!(shown(kiosk.folder.path(), key), new, "{forgery:?} {seed}");
                continue;
            }
            assert!(!output.status.success(), "{forgery:?}: a failure is told");
            assert_eq!(shown(kiosk.folder.path(), key), before, "{forgery:?} {seed}");
            kiosk.command(&["sync", "--once"]);
            assert_ne!(shown(kiosk.folder.path(), key), before, "{forgery:?}: and then the hall's own");
        }
    }
}

/// What was asked for, and the answer.
type Kept = (String, Vec<u8>);

/// Every byte is the hall's, but of last week: an old answer sent again, or a hall restored from its backup.
#[test]
fn an_older_catalogue_does_not_replace_a_newer_one() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    let key = terminal.identity.enrolled.hall_key;
    // Somebody keeps what the hall says to a new terminal of its first revision.
    let kept: Arc<Mutex<Vec<Kept>>> = Arc::default();
    let keeping = kept.clone();
    let listener = changing(&hall.url, move |path, body| {
        if path.starts_with(CATALOGUE) {
            keeping.lock().unwrap().push((path.to_owned(), body.clone()));
        }
        body
    });
    let fresh = copy(&terminal);
    std::fs::remove_file(fresh.folder.path().join(FILE)).unwrap();
    fresh.command(&["sync", "--once", "--config", &aimed(&fresh, &listener)]);
    let kept = kept.lock().unwrap().clone();
    let bundle = kept.iter().find(|(path, _)| path.contains("/bundle/")).unwrap().1.clone();
    let state = kept.iter().find(|(path, _)| !path.contains("/bundle/")).unwrap().1.clone();

    let backup = hall.folder.path().join("backup.sqlite");
    hall.command(&["database", "backup", backup.to_str().unwrap()]);
    publish(&hall, |items| renumber(items, "12346"));
    terminal.kiosk.command(&["sync", "--once"]);
    let newer = shown(terminal.kiosk.folder.path(), key);
    publish(&hall, |items| renumber(items, "12347"));
    let again = changing(&hall.url, move |path, body| {
        if path.contains("/bundle/") {
            bundle.clone()
        } else if path.starts_with(CATALOGUE) {
            state.clone()
        } else {
            body
        }
    });
    let config = aimed(&terminal.kiosk, &again);
    let output = terminal.kiosk.try_command(&["sync", "--once", "--config", &config]);
    assert!(!output.status.success());
    assert_eq!(shown(terminal.kiosk.folder.path(), key), newer, "an old answer was believed");

    // A hall that remembers less than its terminals.
    hall.stop();
    std::fs::copy(&backup, hall.folder.path().join("hall.sqlite")).unwrap();
    for journal in ["hall.sqlite-wal", "hall.sqlite-shm"] {
        let _ = std::fs::remove_file(hall.folder.path().join(journal));
    }
    hall.start_again();
    terminal.kiosk.command(&["sync", "--once"]);
    assert_eq!(shown(terminal.kiosk.folder.path(), key), newer, "it went back with the hall");
    // What is published next is newer than anything that any terminal has seen.
    publish(&hall, |items| renumber(items, "12348"));
    terminal.kiosk.command(&["sync", "--once"]);
    assert_ne!(shown(terminal.kiosk.folder.path(), key), newer, "no terminal hears of what came next");
}

/// In the middle of an application its item is withdrawn, or asks for more. Whoever has begun does not notice.
#[test]
fn who_has_begun_an_application_ends_it_with_the_version_they_began_with() {
    let changes: [fn(&mut Vec<Value>); 2] = [
        |items| {
            let item = items.iter_mut().find(|item| item["local_catalog_code"] == "HJ02").unwrap();
            item["plan_cancel_date"] = "2026-06-30".into();
        },
        |items| {
            let item = items.iter_mut().find(|item| item["local_catalog_code"] == "HJ02").unwrap();
            let more = serde_json::json!({"code": "birth_date", "required": true});
            item["form"][0]["fields"].as_array_mut().unwrap().push(more);
            item["example"]["answers"]["birth_date"] = "1949-12-31".into();
        },
    ];
    for change in changes {
        let hall = Hall::start(None);
        let kiosk = hall.terminal();
        let mut config = Config::default();
        config.ledger.reserve_kb = 0;
        let terminal = bianmin_terminal::services::Terminal::open(config, kiosk.folder.path()).unwrap();
        let runtime = super::bench::runtime();
        let item = ItemCode::parse("HJ02").unwrap();
        let begun = terminal.catalogue().get(&item).unwrap().version;
        let mut driver = Driver::new(App::new(Services::new(terminal.clone())));
        let mut is_published = false;
        let mut at = |_: &Driver, place: &str| {
            if place.starts_with("form-") && !is_published {
                is_published = true;
                publish(&hall, change);
                assert!(runtime.block_on(terminal.hall().sync_once()).unwrap().failure.is_none());
                let now = terminal.catalogue().get(&item).map(|item| item.version);
                assert_ne!(now, Some(begun), "the terminal has heard of it");
            }
        };
        let number = resident::applies(&mut driver, "shenfenzhengdiule", "居民身份证补领", &mut at);
        assert!(is_published, "nothing changed in mid-session");
        let report = runtime.block_on(terminal.hall().sync_once()).unwrap();
        assert_eq!((report.acknowledged, report.quarantined), (1, 0), "{number} was not taken");
        let cases = hall.cases();
        assert_eq!(cases[0]["registration"], number.as_str());
        let shown = hall.command(&["case", "show", &number]);
        assert_eq!(shown["item_version"], begun, "{shown}");
    }
}

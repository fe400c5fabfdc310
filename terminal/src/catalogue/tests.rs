//! What would leave a resident without a catalogue, or with one that is not the hall's.

use super::content::Content;
use super::testing::{Edition, code, hall_key, item};
use super::{Catalogue, CatalogueError, CatalogueStore};
use bianmin_protocol::ids::{LifeEventCode, Revision, ThemeCode};
use bianmin_protocol::keys::SigningKey;
use jiff::civil::date;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self) -> PathBuf {
        self.0.path().join("catalogue.sqlite")
    }
    fn open(&self) -> CatalogueStore {
        CatalogueStore::open(&self.path(), hall_key())
    }
}

fn first() -> Edition {
    Edition::empty().with("A1", item("A1", "居民身份证首次申领", 1)).with("A2", item("A2", "户口迁移", 1))
}

fn second() -> Edition {
    let mut edition = first().with("A2", item("A2", "户口迁移登记", 2)).with("A3", item("A3", "出生登记", 1));
    edition.items.remove("A1");
    edition
}

fn names(catalogue: &Catalogue) -> Vec<&str> {
    catalogue.items.iter().map(|item| item.name.as_str()).collect()
}

#[test]
fn a_bundle_is_shown_and_still_there_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    assert!(store.snapshot().is_empty());
    let published = first().publish(5);
    store.apply_bundle(&published.signed, &published.bundle).unwrap();
    drop(store);
    let catalogue = folder.open().snapshot();
    assert_eq!(catalogue.revision, Revision(5));
    assert_eq!(catalogue.notice, "示例数据");
    assert_eq!(names(&catalogue), ["居民身份证首次申领", "户口迁移"]);
    assert_eq!(catalogue.search("sfz", 10, date(2026, 11, 21)).len(), 2, "both have the synonym");
}

#[test]
fn a_delta_leads_to_the_same_as_the_bundle() {
    let folder = Folder::new();
    let store = folder.open();
    let (one, two) = (first().publish(1), second().publish(2));
    let delta = first().delta_to(&second(), 1, 2);
    assert!(matches!(store.apply_delta(&two.signed, &delta), Err(CatalogueError::NoBase)));
    store.apply_bundle(&one.signed, &one.bundle).unwrap();
    store.apply_delta(&two.signed, &delta).unwrap();
    for catalogue in [store.snapshot(), folder.open().snapshot()] {
        assert_eq!(catalogue.revision, Revision(2));
        assert_eq!(names(&catalogue), ["户口迁移登记", "出生登记"]);
    }
}

#[test]
fn a_started_application_keeps_its_item() {
    let folder = Folder::new();
    let store = folder.open();
    let (one, two) = (first().publish(1), second().publish(2));
    store.apply_bundle(&one.signed, &one.bundle).unwrap();
    let begun = store.snapshot().get(&code("A1")).cloned().unwrap();
    store.apply_bundle(&two.signed, &two.bundle).unwrap();
    assert!(store.snapshot().get(&code("A1")).is_none());
    assert_eq!(begun.name, "居民身份证首次申领");
}

#[test]
fn what_is_not_newer_is_refused() {
    let folder = Folder::new();
    let store = folder.open();
    let five = first().publish(5);
    store.apply_bundle(&five.signed, &five.bundle).unwrap();
    for revision in [4, 5] {
        let other = second().publish(revision);
        let refused = store.apply_bundle(&other.signed, &other.bundle);
        assert!(matches!(refused, Err(CatalogueError::NotNewer { .. })), "{refused:?}");
    }
    assert_eq!(names(&folder.open().snapshot()), ["居民身份证首次申领", "户口迁移"]);
}

/// What a bundle must not be, and what is said of it.
#[test]
fn a_bundle_that_is_not_what_was_signed_is_refused() {
    let folder = Folder::new();
    let store = folder.open();
    let good = first().publish(5);

    let mut cut = good.bundle.clone();
    cut.pop();
    assert!(matches!(store.apply_bundle(&good.signed, &cut), Err(CatalogueError::Bundle)));
    let mut flipped = good.bundle.clone();
    flipped[20] ^= 1;
    assert!(matches!(store.apply_bundle(&good.signed, &flipped), Err(CatalogueError::Bundle)));

    let mut tampered = good.signed.clone();
    let at = tampered.manifest.0.len() / 2;
    tampered.manifest.0[at] ^= 1;
    assert!(matches!(store.apply_bundle(&tampered, &good.bundle), Err(CatalogueError::Manifest(_))));
    let other_hall = good.manifest.sign(&SigningKey::from_bytes(&[8; 32]).unwrap());
    assert!(matches!(store.apply_bundle(&other_hall, &good.bundle), Err(CatalogueError::Manifest(_))));

    // A hall whose own records disagree: the root is the last word.
    let other_root = second().publish(1).manifest.root;
    let wrong = first().publish_changed(5, |manifest| manifest.root = other_root);
    assert!(matches!(store.apply_bundle(&wrong.signed, &wrong.bundle), Err(CatalogueError::Root)));
    let wrong = first().publish_changed(5, |manifest| manifest.items = 3);
    assert!(matches!(store.apply_bundle(&wrong.signed, &wrong.bundle), Err(CatalogueError::Count { .. })));
    let wrong = Edition::empty().with("A1", item("B1", "户口迁移", 1)).with("A2", item("A2", "出生登记", 1));
    let wrong = wrong.publish(5);
    assert!(matches!(store.apply_bundle(&wrong.signed, &wrong.bundle), Err(CatalogueError::Order)));

    assert!(store.snapshot().is_empty());
    store.apply_bundle(&good.signed, &good.bundle).unwrap();
}

#[test]
fn a_bomb_is_not_unpacked() {
    let folder = Folder::new();
    let store = folder.open();
    let announced = first().publish(5).manifest.content_size;
    let bomb = zstd::encode_all(&vec![b' '; 64 * 1024 * 1024][..], 3).unwrap();
    assert!(bomb.len() < 64 * 1024, "{}", bomb.len());
    let wrong = first().publish_changed(5, |manifest| {
        manifest.bundle_size = bomb.len() as u64;
        manifest.bundle_digest = bianmin_protocol::bytes::Digest::of(&bomb);
        manifest.content_size = announced;
    });
    assert!(matches!(store.apply_bundle(&wrong.signed, &bomb), Err(CatalogueError::Unpack)));
    let good = first().publish(5);
    store.apply_bundle(&good.signed, &good.bundle).unwrap();
    let next = second().publish(6);
    assert!(matches!(store.apply_delta(&next.signed, &bomb), Err(CatalogueError::Unpack)));
    let immense = first().publish_changed(7, |manifest| manifest.content_size = u64::MAX);
    assert!(matches!(store.apply_bundle(&immense.signed, &immense.bundle), Err(CatalogueError::TooLarge)));
    assert!(matches!(store.apply_delta(&immense.signed, &bomb), Err(CatalogueError::TooLarge)));
}

#[test]
fn a_delta_that_leads_elsewhere_is_refused_and_the_bundle_still_does() {
    let folder = Folder::new();
    let store = folder.open();
    let one = first().publish(1);
    store.apply_bundle(&one.signed, &one.bundle).unwrap();
    let two = second().publish(2);
    let forged = first().delta_to(&second().with("A3", item("A3", "出生登记（假）", 1)), 1, 2);
    assert!(matches!(store.apply_delta(&two.signed, &forged), Err(CatalogueError::Root)));
    let elsewhere = first().delta_to(&second(), 1, 3);
    assert!(matches!(store.apply_delta(&two.signed, &elsewhere), Err(CatalogueError::DeltaMismatch { .. })));
    let mut cut = first().delta_to(&second(), 1, 2);
    cut.truncate(cut.len() / 2);
    assert!(matches!(store.apply_delta(&two.signed, &cut), Err(CatalogueError::Unpack)));
    assert_eq!(folder.open().revision(), Revision(1));
    store.apply_bundle(&two.signed, &two.bundle).unwrap();
}

#[test]
fn every_damage_to_the_file_is_noticed_and_mended() {
    let folder = Folder::new();
    let one = Edition::demo().publish(1);
    folder.open().apply_bundle(&one.signed, &one.bundle).unwrap();
    let whole = std::fs::read(folder.path()).unwrap();
    let genuine = format!("{:?}", folder.open().snapshot().items);
    // A fixed step through the file that shares no factor with the page size.
    for at in (0..whole.len()).step_by(9_973) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(folder.path(), &damaged).unwrap();
        let _ = std::fs::remove_file(folder.0.path().join("catalogue.sqlite-wal"));
        let store = folder.open();
        let shown = store.snapshot();
        if shown.is_empty() {
            store.apply_bundle(&one.signed, &one.bundle).unwrap();
        } else {
            assert_eq!(format!("{:?}", shown.items), genuine, "byte {at}");
        }
    }
    for rubbish in [&b""[..], b"no database at all", &whole[..whole.len() / 2]] {
        std::fs::write(folder.path(), rubbish).unwrap();
        let store = folder.open();
        assert!(store.snapshot().is_empty());
        store.apply_bundle(&one.signed, &one.bundle).unwrap();
        assert_eq!(folder.open().revision(), Revision(1));
    }
}

#[test]
fn a_write_that_stops_anywhere_leaves_one_revision_whole() {
    let (one, two) = (first().publish(1), second().publish(2));
    let delta = first().delta_to(&second(), 1, 2);
    let mut refused = 0;
    for step in (1..10_000).step_by(3) {
        let folder = Folder::new();
        let store = folder.open();
        store.apply_bundle(&one.signed, &one.bundle).unwrap();
        let left = store.stop_at(step);
        let outcome = if step % 2 == 0 {
            store.apply_delta(&two.signed, &delta)
        } else {
            store.apply_bundle(&two.signed, &two.bundle)
        };
        refused += u32::from(outcome.is_err());
        let expected = if outcome.is_ok() { Revision(2) } else { Revision(1) };
        assert_eq!((store.revision(), folder.open().revision()), (expected, expected), "at step {step}");
        store.apply_bundle(&two.signed, &two.bundle).ok();
        assert_eq!(names(&folder.open().snapshot()), ["户口迁移登记", "出生登记"]);
        if (1..10_000).contains(&left.load(std::sync::atomic::Ordering::Relaxed)) {
            assert!(outcome.is_ok() && refused > 5, "{refused}");
            return;
        }
    }
    panic!("it never came to an end");
}

#[test]
fn another_halls_catalogue_is_dropped_at_once() {
    let folder = Folder::new();
    let one = first().publish(9);
    folder.open().apply_bundle(&one.signed, &one.bundle).unwrap();
    let other = SigningKey::from_bytes(&[8; 32]).unwrap().public();
    assert!(CatalogueStore::open(&folder.path(), other).snapshot().is_empty());
}

#[test]
fn a_file_damaged_under_way_is_replaced_by_the_next_revision() {
    let folder = Folder::new();
    let store = folder.open();
    let one = first().publish(1);
    store.apply_bundle(&one.signed, &one.bundle).unwrap();
    // Somebody meddles with the file while it is open.
    let other = rusqlite::Connection::open(folder.path()).unwrap();
    other.execute("UPDATE item SET content = 'x' WHERE code = 'A1'", []).unwrap();
    drop(other);
    let two = second().publish(2);
    let delta = first().delta_to(&second(), 1, 2);
    assert!(matches!(store.apply_delta(&two.signed, &delta), Err(CatalogueError::NoBase)));
    store.apply_bundle(&two.signed, &two.bundle).unwrap();
    assert_eq!(names(&folder.open().snapshot()), ["户口迁移登记", "出生登记"]);
}

#[test]
fn what_the_command_line_fetched_is_shown_by_the_screen() {
    let folder = Folder::new();
    let (screen, command) = (folder.open(), folder.open());
    let (one, two) = (first().publish(1), second().publish(2));
    command.apply_bundle(&one.signed, &one.bundle).unwrap();
    assert!(screen.snapshot().is_empty());
    screen.refresh();
    assert_eq!(screen.revision(), Revision(1));
    command.apply_bundle(&two.signed, &two.bundle).unwrap();
    let refused = screen.apply_bundle(&two.signed, &two.bundle);
    assert!(matches!(refused, Err(CatalogueError::NotNewer { .. })));
    assert_eq!(screen.revision(), Revision(2));
}

#[test]
fn only_what_is_in_force_is_offered() {
    let folder = Folder::new();
    let store = folder.open();
    let dated = |code: &str, from: &str, until: Option<&str>| {
        let mut value: serde_json::Value = serde_json::from_str(&item(code, "户口迁移", 1)).unwrap();
        value["plan_effective_date"] = from.into();
        value["plan_cancel_date"] = until.into();
        value.to_string()
    };
    let frame =
        r#"{"themes":[],"fields":[],"life_events":[{"code":"E1","name":"搬家","items":["C","X","B","A"]}]}"#;
    let edition = Edition { frame: frame.to_owned(), ..Edition::empty() }
        .with("A", dated("A", "2026-01-01", Some("2026-11-21")))
        .with("B", dated("B", "2026-11-22", None))
        .with("C", dated("C", "2026-01-01", Some("2026-11-22")));
    let one = edition.publish(1);
    let catalogue = store.apply_bundle(&one.signed, &one.bundle).unwrap();
    let codes = |items: Vec<Arc<_>>| -> Vec<String> {
        items
            .iter()
            .map(|item: &Arc<bianmin_protocol::catalogue::ServiceItem>| item.code.to_string())
            .collect()
    };
    let (before, after) = (date(2026, 11, 21), date(2026, 11, 22));
    for (day, expected) in [(before, "C"), (after, "B")] {
        assert_eq!(codes(catalogue.search("hukou", 1, day)), [expected], "the limit counts what is offered");
        assert_eq!(codes(catalogue.search("", usize::MAX, day)), [expected]);
        assert_eq!(codes(catalogue.by_theme(&ThemeCode::parse("T01").unwrap(), day)), [expected]);
        assert_eq!(codes(catalogue.by_life_event(&LifeEventCode::parse("E1").unwrap(), day)), [expected]);
    }
    assert_eq!(
        codes(catalogue.by_life_event(&LifeEventCode::parse("E1").unwrap(), date(2026, 1, 1))),
        ["C", "A"]
    );
}

#[test]
fn an_item_of_a_newer_kind_costs_only_itself() {
    let folder = Folder::new();
    let store = folder.open();
    let newer = item("A9", "以后的事项", 1).replace("行政确认", "以后才有的类型");
    let one = first().with("A9", newer).publish(1);
    let catalogue = store.apply_bundle(&one.signed, &one.bundle).unwrap();
    assert_eq!((catalogue.items.len(), catalogue.unreadable), (2, 1));
    assert_eq!(folder.open().revision(), Revision(1));
}

fn editions() -> impl Strategy<Value = (Edition, Edition)> {
    // Texts differ in more than an item needs to: any JSON with a code will do for the bytes.
    let items = proptest::collection::btree_map("[A-D][0-9]", 0u32..3, 0..12);
    let edition = (items, 0u8..3).prop_map(|(items, frame)| Edition {
        frame: format!(r#"{{"notice": "{frame}"}}"#),
        items: items
            .into_iter()
            .map(|(code, version)| {
                let text = format!(r#"{{"local_catalog_code":"{code}" ,"v":{version}}}"#);
                (code, text)
            })
            .collect(),
    });
    (edition.clone(), edition)
}

proptest! {
    // proptest prints the seed of a failure and keeps it under proptest-regressions/.
    #[test]
    fn a_delta_applied_gives_exactly_the_new_content((old, new) in editions()) {
        let (one, two) = (old.publish(1), new.publish(2));
        let base = Content::from_bundle(&one.manifest, &one.bundle).unwrap();
        let (result, change) =
            base.clone().apply(&one.manifest, &two.manifest, &old.delta_to(&new, 1, 2)).unwrap();
        prop_assert_eq!(&result, &Content::from_bundle(&two.manifest, &two.bundle).unwrap());
        prop_assert!(result.verify(&two.manifest).is_ok());
        // Writing only the change gives the same rows.
        let mut rows = base.items;
        for code in &change.removed {
            rows.remove(code);
        }
        for code in &change.put {
            rows.insert(code.clone(), result.items[code].clone());
        }
        prop_assert_eq!(rows, result.items);
    }

    #[test]
    fn a_damaged_delta_never_changes_what_is_shown(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (one, two) = (first().publish(1), second().publish(2));
        let mut delta = first().delta_to(&second(), 1, 2);
        let at = at.index(delta.len());
        delta[at] ^= 1 << bit;
        let base = Content::from_bundle(&one.manifest, &one.bundle).unwrap();
        let outcome = base.apply(&one.manifest, &two.manifest, &delta);
        if let Ok((content, _)) = outcome
            && content.verify(&two.manifest).is_ok()
        {
            // A bit that zstd does not use: then the content is the hall's all the same.
            prop_assert_eq!(content, Content::from_bundle(&two.manifest, &two.bundle).unwrap());
        }
    }
}

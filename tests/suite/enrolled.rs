//! A terminal that is enrolled with a hall nobody can reach, with the
//! demonstration catalogue already fetched: what every test of the screen needs.

use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::{Bundle, Manifest, root};
use bianmin_protocol::ids::{Epoch, Millis, Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::seal::SealSecretKey;
use bianmin_protocol::v1::Enrolled;
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::config::{self, Config};
use bianmin_terminal::device::receipt_printer::ReceiptPrinter;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::services::Terminal;
use serde_json::value::RawValue;
use tempfile::TempDir;

const DEMO: &str = include_str!("../../assets/catalogue/demo.json");

/// A printer that nothing is ever printed on.
pub fn printer_at_rest() -> config::Printer {
    let folder = std::env::temp_dir().join("nothing is printed here");
    config::Printer::File { folder, profile: Default::default() }
}

/// An enrolled terminal in a folder of its own.
pub fn terminal(config: Config) -> (Terminal, TempDir) {
    let printer = ReceiptPrinter::new(&config.printer);
    terminal_with(config, printer)
}

/// The same with another receipt printer than the configuration's.
pub fn terminal_with(config: Config, printer: ReceiptPrinter) -> (Terminal, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let hall = SigningKey::from_bytes(&[1; 32]).unwrap();
    let key = SigningKey::from_bytes(&[3; 32]).unwrap();
    let id = TerminalId::parse("HP07").unwrap();
    let identity = TerminalIdentity {
        enrolled: Enrolled {
            certificate: TerminalCertificate::issue(id, key.public(), 1, &hall),
            hall_key: hall.public(),
            seal_key: SealSecretKey::from_bytes(&[2; 32]).unwrap().public(),
            epoch: Epoch(uuid::Uuid::from_u128(1)),
            hall_name: "示例大厅".into(),
            public_url: "https://hall.example".into(),
            numbers: None,
        },
        key,
        hall_url: "http://127.0.0.1:1".into(),
        lineage: Default::default(),
    };
    identity.store(folder.path()).unwrap();
    fetch(&folder, &hall);
    (Terminal::open_with(config, folder.path(), printer).unwrap(), folder)
}

/// Puts the demonstration catalogue into the cache, signed by `hall`.
fn fetch(folder: &TempDir, hall: &SigningKey) {
    let mut demo: serde_json::Value = serde_json::from_str(DEMO).unwrap();
    let mut items: Vec<(String, String)> = demo["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["local_catalog_code"].as_str().unwrap().to_owned(), item.to_string()))
        .collect();
    items.sort();
    demo.as_object_mut().unwrap().remove("items");
    let frame = demo.to_string();
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
    let content = serde_json::to_string(&Bundle {
        frame: raw(&frame),
        items: items.iter().map(|(_, text)| raw(text)).collect(),
    })
    .unwrap();
    let bundle = zstd::encode_all(content.as_bytes(), 3).unwrap();
    let digests = items.iter().map(|(code, text)| (code.as_str(), Digest::of(text.as_bytes())));
    let manifest = Manifest {
        revision: Revision(1),
        // 2026-11-20 18:00 in Shanghai.
        published_at: Millis(1_795_168_800_000),
        items: items.len() as u32,
        root: root(&frame, digests),
        bundle_size: bundle.len() as u64,
        bundle_digest: Digest::of(&bundle),
        content_size: content.len() as u64,
    };
    CatalogueStore::open(&folder.path().join("catalogue.sqlite"), hall.public())
        .apply_bundle(&manifest.sign(hall), &bundle)
        .unwrap();
}

/// Makes a folder that was copied one of a version that left no mark: then nothing shows that it is a copy.
pub fn unmark(folder: &std::path::Path) {
    std::fs::remove_file(folder.join("identity.mark")).unwrap();
    let identity = folder.join("identity.json");
    let text = std::fs::read_to_string(&identity).unwrap();
    std::fs::write(identity, text.replace("\"marked\": true", "\"marked\": false")).unwrap();
}

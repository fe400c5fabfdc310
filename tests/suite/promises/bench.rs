//! A terminal's parts in this process, where a test needs more of them than the command line shows.

use crate::programs::{Hall, Kiosk, program};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::{ItemCode, MaterialCode, Millis, Revision};
use bianmin_protocol::keys::SigningKey;
use bianmin_terminal::catalogue::{Catalogue, CatalogueStore};
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{AcceptError, Accepted, Draft, Ledger, Options};
use bianmin_terminal::sync::{Environment, Settings, SyncReport, Syncer, enrol};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// An enrolled terminal with its catalogue, to be opened in any folder.
pub struct Terminal {
    pub identity: TerminalIdentity,
    pub catalogue: Arc<Catalogue>,
    pub kiosk: Kiosk,
}

impl Terminal {
    pub fn of(hall: &Hall) -> Self {
        let kiosk = hall.terminal();
        let identity = TerminalIdentity::load(kiosk.folder.path()).unwrap();
        let store =
            CatalogueStore::open(&kiosk.folder.path().join("catalogue.sqlite"), identity.enrolled.hall_key);
        Self { identity, catalogue: store.snapshot(), kiosk }
    }

    /// The identity of a further terminal of this hall.
    pub fn another(hall: &Hall) -> TerminalIdentity {
        let code = hall.command(&["terminal", "invite"])["code"].as_str().unwrap().to_owned();
        Self::enrolled_with(hall, &code)
    }

    /// The identity of a terminal that enrols with this code.
    #[track_caller]
    pub fn enrolled_with(hall: &Hall, code: &str) -> TerminalIdentity {
        let key = SigningKey::generate().unwrap();
        runtime().block_on(enrol(&hall.url, code, key, &Settings::default())).unwrap()
    }

    pub fn catalogue_file(&self) -> PathBuf {
        self.kiosk.folder.path().join("catalogue.sqlite")
    }

    pub fn item(&self) -> &Arc<ServiceItem> {
        self.catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap()
    }

    /// The example of an item, with this file for its first material if there is any.
    pub fn draft(&self, file: Vec<u8>) -> Draft {
        draft(self.item(), self.catalogue.revision, file)
    }

    pub fn try_accept(&self, ledger: &Ledger, file: Vec<u8>) -> Result<Accepted, AcceptError> {
        let now = jiff::Zoned::now();
        let millis = Millis(now.timestamp().as_millisecond());
        ledger.accept(self.draft(file), &self.catalogue.fields, millis, now.date())
    }

    /// Sends and fetches once with this ledger.
    pub fn sync(&self, ledger: &Ledger) -> SyncReport {
        let store = CatalogueStore::open(&self.catalogue_file(), self.identity.enrolled.hall_key);
        let mut syncer =
            Syncer::new(ledger.clone(), store, &Settings::default(), Environment::default()).unwrap();
        runtime().block_on(syncer.sync_once())
    }

    /// The writer at work on the ledger in `data`.
    pub fn writer(&self, data: &Path) -> Command {
        let mut command = Command::new(program("examples/writer"));
        command.arg(data).arg(self.catalogue_file()).stdout(Stdio::piped());
        command
    }

    /// So many applications in the kiosk's own ledger, by their registration numbers.
    pub fn write(&self, count: usize) -> Vec<String> {
        let output = self.writer(self.kiosk.folder.path()).arg(count.to_string()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}

pub fn open(folder: &Path, identity: &TerminalIdentity, reserve: u64) -> Ledger {
    try_open(folder, identity, reserve).unwrap()
}

pub fn try_open(
    folder: &Path,
    identity: &TerminalIdentity,
    reserve: u64,
) -> Result<Ledger, bianmin_terminal::ledger::LedgerError> {
    Ledger::open(folder, identity.clone(), &Options { reserve, ..Options::default() })
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// A PDF of about this size.
pub fn scan(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.resize(bytes.max(16), b' ');
    pdf.extend_from_slice(b"%%EOF");
    pdf
}

/// The example of an item, with this file for its first material if there is any.
pub fn draft(item: &Arc<ServiceItem>, catalogue: Revision, file: Vec<u8>) -> Draft {
    let mut files: Vec<(MaterialCode, Vec<u8>)> = Vec::new();
    let mut materials = Vec::new();
    for material in &item.example.materials {
        let answer = if files.is_empty() && !file.is_empty() {
            files.push((material.code.clone(), file.clone()));
            MaterialAnswer::Attached
        } else if material.have {
            MaterialAnswer::Have
        } else {
            MaterialAnswer::Promised
        };
        materials.push(MaterialState { code: material.code.clone(), answer });
    }
    let answers = item.example.answers.clone();
    let body = ApplicationBody { answers, materials, language: "zh-CN".into() };
    Draft { item: item.clone(), catalogue, body, files }
}

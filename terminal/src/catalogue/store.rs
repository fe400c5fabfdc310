//! The cache file. Whatever happens to it, a resident never sees an error: it is moved aside and fetched again.

use super::content::{Change, Content, code_of};
use super::{Catalogue, CatalogueError};
use crate::planted::is_planted;
use bianmin_protocol::catalogue::{Manifest, SignedManifest};
use bianmin_protocol::ids::{ItemCode, Revision};
use bianmin_protocol::keys::PublicKey;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// `BMCA`: tells this file from any other SQLite file.
const APPLICATION_ID: i32 = 0x424D_4341;
/// The form of the tables. Another one is not migrated but fetched again.
const VERSION: i32 = 1;
const TABLES: &str = "
    CREATE TABLE held (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        manifest BLOB NOT NULL,
        signature BLOB NOT NULL,
        frame TEXT NOT NULL
    ) STRICT;
    CREATE TABLE item (code TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

/// The terminal's catalogue: the newest revision in memory, and in a file for the next start.
///
/// Cheap to clone. [`CatalogueStore::snapshot`] may be called anywhere; opening and applying read and write the
/// file and build the search index, so they belong on a thread that may block.
#[derive(Debug, Clone)]
pub struct CatalogueStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    hall_key: PublicKey,
    published: RwLock<Arc<Catalogue>>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// None where no file could be opened; tried again at the next revision.
    file: Option<Connection>,
    manifest: Option<Manifest>,
}

impl CatalogueStore {
    /// Opens the cache, or starts afresh where there is none, where it is damaged, or where it is another
    /// hall's. Every byte is checked against what the hall signed.
    pub fn open(path: &Path, hall_key: PublicKey) -> Self {
        let (held, catalogue) = match load(path, &hall_key) {
            Ok(loaded) => loaded,
            Err(error) => {
                tracing::warn!(%error, "the catalogue cache is started afresh");
                // A file that somebody else is writing, or that a full disk keeps from being read, is not damaged.
                let file = if error.is_passing() {
                    None
                } else {
                    set_aside(path);
                    create(path).inspect_err(|error| tracing::warn!(%error, "no catalogue cache")).ok()
                };
                (Held { file, manifest: None }, Catalogue::empty())
            }
        };
        Self(Arc::new(Inner {
            path: path.to_owned(),
            hall_key,
            published: RwLock::new(Arc::new(catalogue)),
            held: Mutex::new(held),
        }))
    }

    /// The newest revision. What is done with it is not disturbed by newer ones.
    pub fn snapshot(&self) -> Arc<Catalogue> {
        self.0.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, catalogue: Arc<Catalogue>) {
        *self.0.published.write().unwrap_or_else(PoisonError::into_inner) = catalogue;
    }

    /// The revision that is held; 0 before the first.
    pub fn revision(&self) -> Revision {
        self.snapshot().revision
    }

    /// Where a bundle is collected that has not come in full yet.
    pub fn part_path(&self) -> PathBuf {
        self.0.path.with_extension("part")
    }

    /// Checks a manifest's signature and that it is newer than what is held: worth downloading.
    ///
    /// # Errors
    /// Not the hall's, or not newer.
    pub fn check(&self, signed: &SignedManifest) -> Result<Manifest, CatalogueError> {
        let manifest = signed.verify(&self.0.hall_key)?;
        let held = self.revision();
        if manifest.revision <= held && !is_planted("older-catalogue-accepted") {
            return Err(CatalogueError::NotNewer { held, offered: manifest.revision });
        }
        Ok(manifest)
    }

    /// Takes over a whole compressed bundle.
    ///
    /// # Errors
    /// See [`CatalogueError`]; what was held is still held.
    pub fn apply_bundle(
        &self,
        signed: &SignedManifest,
        packed: &[u8],
    ) -> Result<Arc<Catalogue>, CatalogueError> {
        let mut held = self.lock();
        self.catch_up(&mut held);
        let manifest = self.check(signed)?;
        let content = Content::from_bundle(&manifest, packed)?;
        let change = content.as_change();
        self.publish(&mut held, signed, manifest, &content, &change)
    }

    /// Takes over a compressed delta from the revision that is held.
    ///
    /// # Errors
    /// See [`CatalogueError`]; what was held is still held. After any but [`CatalogueError::NotNewer`] and
    /// [`CatalogueError::Storage`] the whole bundle may still do.
    pub fn apply_delta(
        &self,
        signed: &SignedManifest,
        packed: &[u8],
    ) -> Result<Arc<Catalogue>, CatalogueError> {
        let mut held = self.lock();
        self.catch_up(&mut held);
        let manifest = self.check(signed)?;
        let Held { file: Some(file), manifest: Some(from) } = &*held else {
            return Err(CatalogueError::NoBase);
        };
        let base = match read_content(file) {
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "the catalogue cache is started afresh");
                held.file = None;
                set_aside(&self.0.path);
                return Err(CatalogueError::NoBase);
            }
            base => base?,
        };
        let (content, change) = base.apply(from, &manifest, packed)?;
        self.publish(&mut held, signed, manifest, &content, &change)
    }

    /// Shows what another process of this terminal has fetched into the file meanwhile.
    pub fn refresh(&self) {
        self.catch_up(&mut self.lock());
    }

    fn catch_up(&self, held: &mut Held) {
        let Some(file) = &held.file else { return };
        let newer = stored_manifest(file).and_then(|stored| match stored {
            Some(signed) if self.check(&signed).is_ok() => {
                read_verified(file, &signed, &self.0.hall_key).map(Some)
            }
            _ => Ok(None),
        });
        match newer {
            Ok(Some((manifest, catalogue))) => {
                held.manifest = Some(manifest);
                self.show(Arc::new(catalogue));
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the catalogue cache cannot be read again"),
        }
    }

    /// Verifies, writes in one transaction, and only then shows the new revision.
    fn publish(
        &self,
        held: &mut Held,
        signed: &SignedManifest,
        manifest: Manifest,
        content: &Content,
        change: &Change,
    ) -> Result<Arc<Catalogue>, CatalogueError> {
        content.verify(&manifest)?;
        let catalogue = Arc::new(content.build(&manifest)?);
        let written = match &mut held.file {
            Some(file) => write(file, signed, content, change),
            None => Err(rusqlite::Error::InvalidQuery),
        };
        match written.map_err(CatalogueError::from) {
            Err(error) if held.file.is_none() || is_damage(&error) => {
                if held.file.take().is_some() {
                    set_aside(&self.0.path);
                }
                let file = held.file.insert(create(&self.0.path)?);
                write(file, signed, content, &content.as_change())?;
            }
            Err(error) => {
                // A transaction that could not even be rolled back ends with its connection.
                held.file.take_if(|file| !file.is_autocommit());
                return Err(error);
            }
            Ok(()) => {}
        }
        held.manifest = Some(manifest);
        self.show(catalogue.clone());
        Ok(catalogue)
    }

    /// Makes SQLite stop once, at its `step`th step from here. Tells whether it came to that.
    #[cfg(test)]
    pub(super) fn stop_at(&self, step: usize) -> Arc<std::sync::atomic::AtomicUsize> {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let left = Arc::new(AtomicUsize::new(step));
        let counter = left.clone();
        // Below zero it goes on from the largest number, and stops nothing any more.
        let handler = move || counter.fetch_sub(1, Ordering::Relaxed) == 1;
        self.lock().file.as_ref().unwrap().progress_handler(1, Some(handler)).unwrap();
        left
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        // Everything behind the lock is replaced in one step, so a panic of another thread leaves it whole.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a file cannot be used as it is.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("it has another form")]
    Form,
}

impl Unusable {
    /// Whether the file may be whole all the same: it is busy, or the disk is full or fails just now.
    fn is_passing(&self) -> bool {
        use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, SystemIoFailure};
        matches!(self, Self::Catalogue(CatalogueError::Storage(error))
        if matches!(
            error.sqlite_error_code(),
            Some(CannotOpen | DatabaseBusy | DatabaseLocked | DiskFull | SystemIoFailure)
        ))
    }
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Catalogue(error.into())
    }
}

fn load(path: &Path, hall_key: &PublicKey) -> Result<(Held, Catalogue), Unusable> {
    if !path.exists() {
        return Ok((Held { file: Some(create(path)?), manifest: None }, Catalogue::empty()));
    }
    let file = Connection::open(path)?;
    prepare(&file)?;
    let id: i32 = file.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i32 = file.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if id != APPLICATION_ID || version != VERSION {
        return Err(Unusable::Form);
    }
    let Some(signed) = stored_manifest(&file)? else {
        return Ok((Held { file: Some(file), manifest: None }, Catalogue::empty()));
    };
    let (manifest, catalogue) = read_verified(&file, &signed, hall_key)?;
    Ok((Held { file: Some(file), manifest: Some(manifest) }, catalogue))
}

fn stored_manifest(file: &Connection) -> Result<Option<SignedManifest>, CatalogueError> {
    let row = file
        .query_row("SELECT manifest, signature FROM held", [], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    Ok(row.map(|(manifest, signature)| SignedManifest {
        manifest: manifest.into(),
        signature: signature.into(),
    }))
}

fn read_verified(
    file: &Connection,
    signed: &SignedManifest,
    hall_key: &PublicKey,
) -> Result<(Manifest, Catalogue), CatalogueError> {
    let manifest = signed.verify(hall_key)?;
    let content = read_content(file)?;
    content.verify(&manifest)?;
    let catalogue = content.build(&manifest)?;
    Ok((manifest, catalogue))
}

/// Whether the file itself is damaged, rather than the disk full or busy.
fn is_damage(error: &CatalogueError) -> bool {
    match error {
        CatalogueError::Storage(error) => match error.sqlite_error_code() {
            Some(code) => {
                use rusqlite::ErrorCode::{ConstraintViolation, DatabaseCorrupt, NotADatabase, TypeMismatch};
                matches!(code, DatabaseCorrupt | NotADatabase | TypeMismatch | ConstraintViolation)
            }
            // What was read back is not of the form in which it was written.
            None => true,
        },
        CatalogueError::Root | CatalogueError::Json(_) => true,
        _ => false,
    }
}

fn prepare(file: &Connection) -> Result<(), rusqlite::Error> {
    file.busy_timeout(std::time::Duration::from_secs(5))?;
    // A rollback journal, because reading then needs no room: with a WAL a full disk could not even be read.
    // A power cut may cost the newest revision but not the file; it is fetched again.
    file.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;",
    )
}

fn create(path: &Path) -> Result<Connection, rusqlite::Error> {
    let mut file = Connection::open(path)?;
    prepare(&file)?;
    let transaction = file.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    // Another process of this terminal (the command line beside the screen) may have been quicker.
    if version != VERSION {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()?;
    Ok(file)
}

/// Keeps one damaged file for whoever wants to know why; the next one replaces it.
fn set_aside(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let from = with_suffix(path, suffix);
        if from.exists()
            && let Err(error) = std::fs::rename(&from, with_suffix(path, &format!("{suffix}.damaged")))
        {
            tracing::warn!(%error, "a damaged catalogue cache cannot be moved aside");
            let _ = std::fs::remove_file(&from);
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn read_content(file: &Connection) -> Result<Content, CatalogueError> {
    let frame = file.query_row("SELECT frame FROM held", [], |row| row.get(0))?;
    let mut content = Content { frame, ..Content::default() };
    let mut statement = file.prepare("SELECT code, content FROM item")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (column, text): (String, String) = (row.get(0)?, row.get(1)?);
        let code: ItemCode = code_of(&text)?;
        // The root covers the code inside the text; the column must not say anything else.
        if code.as_str() != column {
            return Err(CatalogueError::Root);
        }
        content.items.insert(code, text);
    }
    Ok(content)
}

fn write(
    file: &mut Connection,
    signed: &SignedManifest,
    content: &Content,
    change: &Change,
) -> Result<(), rusqlite::Error> {
    let transaction = file.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    if change.replaces_all {
        transaction.execute("DELETE FROM item", [])?;
    }
    {
        let mut remove = transaction.prepare("DELETE FROM item WHERE code = ?1")?;
        for code in &change.removed {
            remove.execute([code.as_str()])?;
        }
        let mut put = transaction.prepare("INSERT OR REPLACE INTO item (code, content) VALUES (?1, ?2)")?;
        for code in &change.put {
            if let Some(text) = content.items.get(code) {
                put.execute([code.as_str(), text])?;
            }
        }
    }
    let transaction = if is_planted("catalogue-in-two-steps") {
        transaction.commit()?;
        file.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?
    } else {
        transaction
    };
    transaction.execute(
        "INSERT OR REPLACE INTO held (id, manifest, signature, frame) VALUES (1, ?1, ?2, ?3)",
        params![signed.manifest.0, signed.signature.0, content.frame],
    )?;
    transaction.commit()
}

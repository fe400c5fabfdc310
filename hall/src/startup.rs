//! Opens keys and database that belong together, and refuses what does not: a key that is gone is never replaced by a new
//! one without being asked for, nor a database that is gone by an empty one.

use crate::clock::Clock;
use crate::db::{Address, KeyKind, KnownKey, Store, StoreError};
use crate::files::create_private;
use crate::keys::{KeyError, Keys, PUBLIC_FILE, SEAL_FILE, SEAL_PUBLIC_FILE, SIGNING_FILE, is_there};
use crate::migrations;
use std::fs;
use std::path::{Path, PathBuf};

/// Beside the keys while nobody has said whether the database was restored.
const NOTICE_FILE: &str = "hall.mark-missing";

/// What the operator is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Whatever is missing is an accident.
    Usual,
    /// The database goes with the keys in the folder from now on; missing ones are made.
    AcceptKeys,
    /// The folder has had a database, and begins an empty one.
    NewDatabase,
}

/// Why the hall does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// A key file is gone.
    #[error(
        "the key {path} is missing, but this hall has had one ({evidence}); put the file back from your copy; with another \
         key nobody could open or check what this hall has received so far; to go on with a new key on purpose, say \
         `bianmin-hall keys accept`"
    )]
    KeyGone {
        /// The file.
        path: PathBuf,
        /// How this is known.
        evidence: String,
    },
    /// The database goes with another key.
    #[error(
        "the key {path} ({present}) is not the one of the database {database} ({known}); put the right file back, or give \
         the database that goes with it; to go on with this key on purpose, say `bianmin-hall keys accept`"
    )]
    OtherKey {
        /// The file.
        path: PathBuf,
        /// The fingerprint of the key in it.
        present: String,
        /// The database.
        database: Address,
        /// The fingerprint that it knows.
        known: String,
    },
    /// The database is gone.
    #[error(
        "the database {database} is missing or empty, but {mark} says that this hall has had one; put it, or its newest \
         backup, back in its place, or give its address; to begin with an empty one on purpose, say \
         `bianmin-hall database new`"
    )]
    DatabaseGone {
        /// Where it should be.
        database: Address,
        /// The file that knows of it.
        mark: PathBuf,
    },
    /// There is a database already.
    #[error("there is a database already: {0}; nothing was changed")]
    NotEmpty(Address),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database cannot be used.
    #[error("cannot open the database {0}: {1}")]
    Store(Address, StoreError),
}

/// Whether nothing in `data` and no database says that there has ever been a hall.
#[must_use]
pub fn is_unused(data: &Path, database: &Address) -> bool {
    let has_key = [SIGNING_FILE, SEAL_FILE].iter().any(|name| is_there(&data.join(name)));
    !has_key && !Store::mark_in(data) && database.has_no_file()
}

/// Opens keys and database.
///
/// # Errors
/// They cannot be used, or do not belong together; nothing was made or changed then.
pub async fn open(
    data: &Path,
    database: &Address,
    clock: &Clock,
    purpose: Purpose,
) -> Result<(Keys, Store), StartupError> {
    let report = |error| StartupError::Store(database.clone(), error);
    fs::create_dir_all(data).map_err(|error| KeyError::File(data.to_owned(), error))?;
    let mark = Store::mark_in(data);
    let gone = || -> Result<(Keys, Store), StartupError> {
        // The keys that were asked for are made all the same: the next step is `database new`.
        if purpose == Purpose::AcceptKeys {
            Keys::load(data)?.publish(data)?;
        }
        Err(StartupError::DatabaseGone { database: database.clone(), mark: data.join(Store::MARK_FILE) })
    };
    let may_be_new = !mark || purpose == Purpose::NewDatabase || crate::planted::is_planted("keys-made-anew");
    if !may_be_new && database.has_no_file() {
        return gone();
    }
    if purpose != Purpose::AcceptKeys {
        keys_are_there(data, database, mark)?;
    }
    let store = Store::connect(database, data, clock).await.map_err(report)?;
    let is_empty = store.is_empty().await.map_err(report)?;
    if is_empty && !may_be_new {
        return gone();
    }
    if !is_empty && purpose == Purpose::NewDatabase {
        return Err(StartupError::NotEmpty(database.clone()));
    }
    store.migrate(&migrations::all()).await.map_err(report)?;
    let known = store.known_keys().await.map_err(report)?;
    let keys = keys(data, database, &known, purpose)?;
    let replaces = purpose == Purpose::AcceptKeys || crate::planted::is_planted("keys-made-anew");
    if let Some(other) = store.go_with(&keys, &known, replaces).await.map_err(report)? {
        store.close().await;
        return Err(other_key(data, database, &other, &keys));
    }
    mind_the_mark(data, database, mark, &store).await?;
    store.settle().await.map_err(report)?;
    Ok((keys, store))
}

/// Where the mark is gone, nobody can tell whether the database went back: that is said at each start until somebody who
/// knows has said so. Kept on the disk before there is a new mark.
async fn mind_the_mark(
    data: &Path,
    database: &Address,
    mark: bool,
    store: &Store,
) -> Result<(), StartupError> {
    let report = |error| StartupError::Store(database.clone(), error);
    let notice = data.join(NOTICE_FILE);
    if !mark && store.fleet().has_terminals().await.map_err(report)? && !is_there(&notice) {
        let kept = create_private(&notice).and_then(|file| file.sync_all());
        kept.map_err(|error| report(StoreError::File(notice.clone(), error)))?;
    }
    if is_there(&notice) {
        tracing::warn!(
            "{} was missing, so nobody can tell whether the database {database} was restored from a backup: if it was, \
             say `bianmin-hall database new-epoch`, so that no case number is given twice; if it was not, say \
             `bianmin-hall database confirm`",
            data.join(Store::MARK_FILE).display(),
        );
    }
    Ok(())
}

/// Somebody has said whether the database was restored: no more is said of the mark that was missing.
///
/// # Errors
/// The file that reminds of it cannot be removed.
pub fn settle_mark(data: &Path) -> std::io::Result<()> {
    match fs::remove_file(data.join(NOTICE_FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Before anything is made: what in the folder shows that there were keys.
fn keys_are_there(data: &Path, database: &Address, mark: bool) -> Result<(), StartupError> {
    for (secret, public) in [(SIGNING_FILE, PUBLIC_FILE), (SEAL_FILE, SEAL_PUBLIC_FILE)] {
        let public = data.join(public);
        let evidence = if is_there(&public) {
            Some(format!("its public half is in {}", public.display()))
        } else if mark {
            Some(format!("{} says so", data.join(Store::MARK_FILE).display()))
        } else if matches!(database, Address::Sqlite(_)) && !database.has_no_file() {
            Some(format!("its database is {database}"))
        } else {
            None
        };
        // Asked last: whoever starts for the first time beside us makes the secret before all else.
        let path = data.join(secret);
        if let Some(evidence) = evidence
            && !is_there(&path)
            && !crate::planted::is_planted("keys-made-anew")
        {
            return Err(StartupError::KeyGone { path, evidence });
        }
    }
    Ok(())
}

/// The keys, if they are the database's or it knows none.
fn keys(data: &Path, database: &Address, known: &[KnownKey], purpose: Purpose) -> Result<Keys, StartupError> {
    let is_free = purpose == Purpose::AcceptKeys || crate::planted::is_planted("keys-made-anew");
    let current = |kind| known.iter().find(|key| key.kind == kind && key.is_current);
    for kind in KeyKind::ALL {
        let path = data.join(kind.file());
        if let Some(key) = current(kind)
            && !is_there(&path)
            && !is_free
        {
            let evidence = format!("the database {database} goes with {}", key.fingerprint());
            return Err(StartupError::KeyGone { path, evidence });
        }
    }
    let keys = Keys::load(data)?;
    for kind in KeyKind::ALL {
        let present = KnownKey::present(kind, &keys);
        if let Some(key) = current(kind)
            && key.public_key != present.public_key
            && !is_free
        {
            return Err(other_key(data, database, key, &keys));
        }
    }
    keys.publish(data)?;
    Ok(keys)
}

fn other_key(data: &Path, database: &Address, known: &KnownKey, keys: &Keys) -> StartupError {
    StartupError::OtherKey {
        path: data.join(known.kind.file()),
        present: KnownKey::present(known.kind, keys).fingerprint(),
        database: database.clone(),
        known: known.fingerprint(),
    }
}

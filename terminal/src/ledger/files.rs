//! The ledger's files are for their owner alone, also those that an earlier version left open to others.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

const PRIVATE: u32 = 0o600;
/// SQLite gives its journal and index the mode of the database. The identity's mark was never open to anybody, and another
/// mode would be a sign that somebody has put it back.
const FILES: [&str; 6] = [
    "ledger.sqlite",
    "ledger.sqlite-wal",
    "ledger.sqlite-shm",
    "ledger.mark",
    "ledger.lock",
    super::identity::FILE,
];

/// Makes what is there private, and the database before SQLite makes it readable by everybody.
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    let database = folder.join(FILES[0]);
    match File::options().write(true).create_new(true).mode(PRIVATE).open(&database) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // No room for it: SQLite says so in its own way.
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {}
        other => drop(other?),
    }
    for name in FILES {
        let path = folder.join(name);
        let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
        if meta.is_file() && meta.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(&path, Permissions::from_mode(PRIVATE))?;
        }
    }
    Ok(())
}

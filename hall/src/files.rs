//! Files that only their owner may read: databases, backups, marks and keys.

use rustix::fs::OFlags;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The rights of everybody but the owner.
const OTHERS: u32 = 0o077;
/// More than any key file holds, in bytes.
const SECRET: u64 = 4096;

/// Why a secret file is not used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// A link, a pipe, a folder or a device.
    #[error("it is no regular file (a link, a pipe, a folder?): put the key itself there")]
    Kind,
    /// Others can read it.
    #[error("others than its owner have access to it (mode {0:04o}): run chmod 600 on it")]
    Mode(u32),
    /// It is no text, or far longer than a key.
    #[error("it holds no key")]
    Content,
}

/// Reads a secret that is a regular file of its owner alone. Never waits, whatever is there.
pub(crate) fn read_secret(path: &Path) -> Result<String, SecretError> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits();
    let opened = OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path);
    let file = match opened {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            return Err(SecretError::Kind);
        }
        opened => opened?,
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(SecretError::Kind);
    }
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & OTHERS != 0 {
        return Err(SecretError::Mode(mode));
    }
    let mut bytes = Vec::new();
    file.take(SECRET + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SECRET {
        return Err(SecretError::Content);
    }
    String::from_utf8(bytes).map_err(|_| SecretError::Content)
}

/// Makes a new file that only its owner may read and write.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Makes a database's file if there is none, and takes it and what SQLite keeps beside it from everybody but its
/// owner. SQLite gives new files beside it the same rights.
pub(crate) fn keep_private(database: &Path) -> io::Result<()> {
    match create_private(database) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let beside = |end: &str| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    for path in [database.to_owned(), beside("-wal"), beside("-shm")] {
        take_from_others(&path)?;
    }
    Ok(())
}

/// Leaves a file to its owner alone, if it is there.
pub(crate) fn take_from_others(path: &Path) -> io::Result<()> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    let mode = metadata.permissions().mode();
    if metadata.is_file() && mode & OTHERS != 0 {
        match fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o7700)) {
            // Somebody else's file, to which we were given access: theirs to put right.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                tracing::warn!(file = %path.display(), "others than its owner have access to this file");
            }
            changed => changed?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_regular_file_of_its_owner_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("seal.key");
        fs::write(&path, "secret\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let report = read_secret(&path).unwrap_err().to_string();
        assert!(report.contains("0640") && report.contains("chmod 600"), "{report}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert_eq!(read_secret(&path).unwrap(), "secret\n");

        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
        for other in [&link, &pipe, &folder.path().to_owned()] {
            assert!(matches!(read_secret(other), Err(SecretError::Kind)), "{other:?}");
        }
        let large = folder.path().join("large");
        create_private(&large).unwrap().set_len(1 << 40).unwrap();
        assert!(matches!(read_secret(&large), Err(SecretError::Content)));
    }

    #[test]
    fn a_database_is_its_owners_alone_also_one_that_was_not() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("hall.sqlite");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        keep_private(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        let journal = folder.path().join("hall.sqlite-wal");
        for path in [&path, &journal] {
            fs::write(path, "").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        }
        keep_private(&path).unwrap();
        assert_eq!((mode(&path), mode(&journal)), (0o600, 0o600));
    }
}

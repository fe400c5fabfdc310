//! The key of a terminal that is being enrolled.
//!
//! It is kept in the folder from before the hall is asked until there is an identity: who cannot write there does not
//! spend a code, and whoever lost the answer, or had no room for it, asks again with the same code and the same key and
//! gets the same certificate. Knows no hall.

use super::identity::{IdentityError, write_file};
use bianmin_protocol::keys::SigningKey;
use std::io::{Error, ErrorKind};
use std::path::Path;
use zeroize::Zeroizing;

const FILE: &str = "enrolment.key";

/// The key that is kept in `folder`, or a new one, and now surely kept.
pub(super) fn prepare(folder: &Path) -> Result<SigningKey, IdentityError> {
    let unwritable = |error| IdentityError::Folder(folder.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    let kept = std::fs::read(folder.join(FILE)).map(Zeroizing::new);
    let key = match kept.ok().and_then(|kept| SigningKey::from_bytes(&kept).ok()) {
        Some(key) => key,
        None => SigningKey::generate().map_err(|error| unwritable(Error::other(error)))?,
    };
    // Written again also where it was there: what could be written yesterday may not be today.
    write_file(folder, FILE, key.to_bytes().as_ref()).map_err(unwritable)?;
    Ok(key)
}

/// The enrolment has come to its end.
pub(super) fn forget(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(folder.join(FILE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cannot_write_is_told_before_the_hall_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let report = prepare(&file.join("data")).unwrap_err().to_string();
        assert!(report.contains("file"), "{report}");
        std::fs::create_dir(folder.path().join("identity.new")).unwrap();
        let report = prepare(folder.path()).unwrap_err().to_string();
        assert!(report.contains("the code is still good"), "{report}");
    }

    #[test]
    fn the_same_key_asks_until_there_is_an_identity() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new");
        let first = prepare(&data).unwrap();
        let mode = std::fs::metadata(data.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(prepare(&data).unwrap().public(), first.public());
        forget(&data).unwrap();
        forget(&data).unwrap();
        let second = prepare(&data).unwrap();
        assert_ne!(second.public(), first.public());
        // A torn file is no key.
        std::fs::write(data.join(FILE), "torn").unwrap();
        assert_ne!(prepare(&data).unwrap().public(), second.public());
    }
}

//! The hall's keys: files in the data folder, readable by their owner alone, made on first use.

use bianmin_protocol::bytes::{decode, encode};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::seal::SealSecretKey;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Signs catalogues, acknowledgements and certificates.
pub const SIGNING_FILE: &str = "hall.key";
/// Opens applications.
pub const SEAL_FILE: &str = "seal.key";
/// The public half of [`SIGNING_FILE`].
pub const PUBLIC_FILE: &str = "hall.pub";
/// The public half of [`SEAL_FILE`].
pub const SEAL_PUBLIC_FILE: &str = "seal.pub";

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read or written.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A file holds no key.
    #[error("{0} holds no well-formed key")]
    Malformed(PathBuf),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Random,
}

/// The hall's private keys.
#[derive(Debug, Clone)]
pub struct Keys {
    /// For signatures.
    pub signing: SigningKey,
    /// For opening applications.
    pub seal: SealSecretKey,
}

impl Keys {
    /// Reads the keys in the folder `data`, and makes folder and keys where there are none.
    ///
    /// # Errors
    /// Files cannot be used, or hold no keys. An existing file is never replaced.
    pub fn open(data: &Path) -> Result<Self, KeyError> {
        fs::create_dir_all(data).map_err(|error| KeyError::File(data.to_owned(), error))?;
        let signing = secret(&data.join(SIGNING_FILE), || {
            SigningKey::generate().map(|key| encode(key.to_bytes().as_ref()))
        })?;
        let signing =
            SigningKey::from_bytes(&signing).map_err(|_| KeyError::Malformed(data.join(SIGNING_FILE)))?;
        let seal =
            secret(&data.join(SEAL_FILE), || SealSecretKey::generate().map(|key| encode(&key.to_bytes())))?;
        let seal = SealSecretKey::from_bytes(&seal).map_err(|_| KeyError::Malformed(data.join(SEAL_FILE)))?;
        let keys = Self { signing, seal };
        public(&data.join(PUBLIC_FILE), &encode(keys.signing.public().as_bytes()))?;
        public(&data.join(SEAL_PUBLIC_FILE), &format!("{:?}", keys.seal.public()))?;
        Ok(keys)
    }
}

/// Reads a public key file, such as `hall.pub`.
///
/// # Errors
/// The file cannot be read or holds no key.
pub fn read_public(path: &Path) -> Result<PublicKey, KeyError> {
    let bytes = read(path)?;
    PublicKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed(path.to_owned()))
}

fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    let text = fs::read_to_string(path).map_err(|error| KeyError::File(path.to_owned(), error))?;
    decode(text.trim()).map_err(|_| KeyError::Malformed(path.to_owned()))
}

/// Reads a secret file or makes it. Two processes on first use agree on one key: the file appears whole, by a
/// hard link, and only if there is none yet.
fn secret(path: &Path, make: impl Fn() -> Result<String, getrandom::Error>) -> Result<Vec<u8>, KeyError> {
    if !path.exists() {
        let told = |error| KeyError::File(path.to_owned(), error);
        let draft = path.with_extension(format!("new-{}", uuid::Uuid::now_v7().simple()));
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&draft).map_err(told)?;
        let text = make().map_err(|_| KeyError::Random)?;
        file.write_all(format!("{text}\n").as_bytes()).map_err(told)?;
        file.sync_all().map_err(told)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft).map_err(told)?;
        match linked {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(told(error)),
            _ => {}
        }
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(told)?;
        }
    }
    read(path)
}

fn public(path: &Path, text: &str) -> Result<(), KeyError> {
    let text = format!("{text}\n");
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| KeyError::File(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_are_made_once_for_their_owner_alone() {
        let folder = tempfile::TempDir::new().unwrap();
        let data = folder.path().join("new");
        // Two processes on first use.
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Keys::open(&data).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for keys in &made {
            assert_eq!(keys.signing.public(), made[0].signing.public());
            assert_eq!(keys.seal.public(), made[0].seal.public());
        }
        for name in [SIGNING_FILE, SEAL_FILE] {
            let mode = fs::metadata(data.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(read_public(&data.join(PUBLIC_FILE)).unwrap(), made[0].signing.public());
        assert_eq!(fs::read_dir(&data).unwrap().count(), 4, "nothing else is left behind");
    }

    #[test]
    fn a_damaged_key_is_told_and_never_replaced() {
        let folder = tempfile::TempDir::new().unwrap();
        Keys::open(folder.path()).unwrap();
        let file = folder.path().join(SEAL_FILE);
        fs::write(&file, "not a key").unwrap();
        assert!(matches!(Keys::open(folder.path()), Err(KeyError::Malformed(path)) if path == file));
        assert_eq!(fs::read_to_string(&file).unwrap(), "not a key");
    }
}

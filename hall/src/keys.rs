//! The hall's keys: files in the data folder, readable by their owner alone, made on first use. Which keys a database
//! goes with is `startup`'s affair.

use crate::files::{SecretError, create_private, read_secret};
use crate::mac::MacKeys;
use bianmin_protocol::application::{ApplicationBody, AttachmentEntry};
use bianmin_protocol::bytes::{Blob, decode, encode};
use bianmin_protocol::credential::{Credential, Proof};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::{SealError, SealSecretKey, SealedText, open_attachment};
use bianmin_protocol::v1::Envelope;
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Signs catalogues, acknowledgements and certificates.
pub const SIGNING_FILE: &str = "hall.key";
/// Opens applications.
pub const SEAL_FILE: &str = "seal.key";
/// The public half of [`SIGNING_FILE`].
pub const PUBLIC_FILE: &str = "hall.pub";
/// The public half of [`SEAL_FILE`].
pub const SEAL_PUBLIC_FILE: &str = "seal.pub";

/// Seal keys that were replaced, and still open what was sealed to them: `seal-NAME.key`.
const RETIRED_SEAL: (&str, &str) = ("seal-", ".key");
/// More than a public key file holds, in bytes.
const PUBLIC: u64 = 4096;

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read or written.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A secret file is not one that may be used.
    #[error("cannot use the key {0}: {1}")]
    Secret(PathBuf, SecretError),
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
    retired: Vec<SealSecretKey>,
}

impl Keys {
    /// Reads the keys in the folder `data`, and makes folder and keys where there are none.
    ///
    /// # Errors
    /// Files cannot be used, or hold no keys. An existing file is never replaced.
    pub fn open(data: &Path) -> Result<Self, KeyError> {
        let keys = Self::load(data)?;
        keys.publish(data)?;
        Ok(keys)
    }

    /// Reads or makes the secret halves alone.
    pub(crate) fn load(data: &Path) -> Result<Self, KeyError> {
        fs::create_dir_all(data).map_err(|error| KeyError::File(data.to_owned(), error))?;
        let signing = secret(&data.join(SIGNING_FILE), || {
            SigningKey::generate().map(|key| encode(key.to_bytes().as_ref()))
        })?;
        let signing =
            SigningKey::from_bytes(&signing).map_err(|_| KeyError::Malformed(data.join(SIGNING_FILE)))?;
        let seal =
            secret(&data.join(SEAL_FILE), || SealSecretKey::generate().map(|key| encode(&key.to_bytes())))?;
        let seal = SealSecretKey::from_bytes(&seal).map_err(|_| KeyError::Malformed(data.join(SEAL_FILE)))?;
        Ok(Self { signing, seal, retired: retired(data)? })
    }

    /// Writes the public halves beside the secret ones.
    pub(crate) fn publish(&self, data: &Path) -> Result<(), KeyError> {
        public(&data.join(PUBLIC_FILE), &encode(self.signing.public().as_bytes()))?;
        public(&data.join(SEAL_PUBLIC_FILE), &format!("{:?}", self.seal.public()))
    }

    /// Secret keys for what only this hall makes and compares, another for each `purpose`. They come from the seal keys, so
    /// that they are kept, missed and replaced together with what opens the same records.
    pub(crate) fn mac_keys(&self, purpose: &[u8]) -> MacKeys {
        MacKeys::derive(self.openers().0.iter().map(SealSecretKey::to_bytes), purpose)
    }

    /// Everything that opens applications.
    pub fn openers(&self) -> Openers {
        Openers([&self.seal].into_iter().chain(&self.retired).cloned().collect())
    }
}

/// The keys that open applications: the present one, then those that it replaced.
#[derive(Debug, Clone)]
pub struct Openers(Arc<[SealSecretKey]>);

impl Openers {
    /// Opens an application.
    ///
    /// # Errors
    /// It is sealed to none of these keys, or holds no application.
    pub fn open(&self, envelope: &Envelope) -> Result<ApplicationBody, SealError> {
        self.first(|key| envelope.open(key))
    }

    /// Opens what a resident gave beside a number.
    ///
    /// # Errors
    /// It is sealed to none of these keys, or was given for another question.
    pub fn open_proof(
        &self,
        proof: &Proof,
        number: &RegistrationNumber,
        challenge: &Blob,
    ) -> Result<Credential, SealError> {
        self.first(|key| proof.open(number, challenge, key))
    }

    /// Opens a text of at most `limit` bytes that was sealed `about` something.
    ///
    /// # Errors
    /// It is sealed to none of these keys, or about something else.
    pub fn open_long_text(&self, text: &SealedText, limit: usize, about: &[u8]) -> Result<String, SealError> {
        let clear = self.first(|key| text.open_within(limit, about, key))?;
        String::from_utf8(clear.to_vec()).map_err(|_| SealError::Json)
    }

    /// Opens a file that followed an application.
    ///
    /// # Errors
    /// It is sealed to none of these keys, or was changed.
    pub fn open_attachment(
        &self,
        id: ApplicationId,
        entry: &AttachmentEntry,
        chunks: &[Vec<u8>],
    ) -> Result<Vec<u8>, SealError> {
        self.first(|key| open_attachment(id, entry, chunks, key))
    }

    /// Opens a few words that were sealed to the hall.
    ///
    /// # Errors
    /// They are sealed to none of these keys, or were said about something else.
    pub fn open_text(&self, sealed: &SealedText, about: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.first(|key| sealed.open(about, key))
    }

    fn first<T>(&self, open: impl Fn(&SealSecretKey) -> Result<T, SealError>) -> Result<T, SealError> {
        let mut report = SealError::Open;
        for key in self.0.iter() {
            match open(key) {
                Err(SealError::Open) => {}
                // It is sealed to this one, and wrong otherwise.
                Err(error) => report = error,
                opened => return opened,
            }
        }
        Err(report)
    }
}

fn retired(data: &Path) -> Result<Vec<SealSecretKey>, KeyError> {
    let report = |error| KeyError::File(data.to_owned(), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(data).map_err(report)? {
        let entry = entry.map_err(report)?;
        let name = entry.file_name();
        let is_meant = |name: &str| name.starts_with(RETIRED_SEAL.0) && name.ends_with(RETIRED_SEAL.1);
        if name.to_str().is_some_and(is_meant) {
            paths.push(entry.path());
        }
    }
    paths.sort();
    let key =
        |path: PathBuf| SealSecretKey::from_bytes(&read_key(&path)?).map_err(|_| KeyError::Malformed(path));
    paths.into_iter().map(key).collect()
}

/// Reads a public key file, such as `hall.pub`.
///
/// # Errors
/// The file cannot be read or holds no key.
pub fn read_public(path: &Path) -> Result<PublicKey, KeyError> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(PUBLIC).read_to_string(&mut text))
        .map_err(|error| KeyError::File(path.to_owned(), error))?;
    let bytes = decode(text.trim()).map_err(|_| KeyError::Malformed(path.to_owned()))?;
    PublicKey::from_bytes(&bytes).map_err(|_| KeyError::Malformed(path.to_owned()))
}

fn read_key(path: &Path) -> Result<Vec<u8>, KeyError> {
    let text = read_secret(path).map_err(|error| KeyError::Secret(path.to_owned(), error))?;
    decode(text.trim()).map_err(|_| KeyError::Malformed(path.to_owned()))
}

/// Whether anything is in a file's place, also a link that leads nowhere.
pub(crate) fn is_there(path: &Path) -> bool {
    !fs::symlink_metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Reads a secret file or makes it. Two processes on first use agree on one key: the file appears whole, by a
/// hard link, and only if there is none yet.
fn secret(path: &Path, make: impl Fn() -> Result<String, getrandom::Error>) -> Result<Vec<u8>, KeyError> {
    if !is_there(path) {
        let report = |error| KeyError::File(path.to_owned(), error);
        let draft = path.with_extension(format!("new-{}", uuid::Uuid::now_v7().simple()));
        let mut file = create_private(&draft).map_err(report)?;
        let text = make().map_err(|_| KeyError::Random)?;
        file.write_all(format!("{text}\n").as_bytes()).map_err(report)?;
        file.sync_all().map_err(report)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft).map_err(report)?;
        match linked {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(report(error)),
            _ => {}
        }
        if let Some(folder) = path.parent() {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(report)?;
        }
    }
    read_key(path)
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

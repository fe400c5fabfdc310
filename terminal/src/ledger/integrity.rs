//! Proof that a row is as it was written: a MAC over its columns, keyed from the terminal's own key.

use bianmin_protocol::keys::SigningKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The key of all row MACs.
pub(super) struct MacKey(zeroize::Zeroizing<[u8; 32]>);

impl MacKey {
    /// Derived, so that nothing further has to be kept secret.
    pub(super) fn derive(key: &SigningKey) -> Self {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&*key.to_bytes()).expect("HMAC takes keys of any length");
        mac.update(b"bianmin ledger rows v1");
        Self(zeroize::Zeroizing::new(mac.finalize().into_bytes().into()))
    }

    /// As it was kept when the terminal got another identity.
    pub(super) fn from_bytes(bytes: zeroize::Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// What is kept of it then.
    pub(super) fn to_bytes(&self) -> zeroize::Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The MAC of a row of `table`. Each column is preceded by its length; a missing one differs from an empty one.
    pub(super) fn of(&self, table: &str, columns: &[Option<&[u8]>]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("HMAC takes keys of any length");
        mac.update(table.as_bytes());
        for column in columns {
            let length = column.map_or(u64::MAX, |bytes| bytes.len() as u64);
            mac.update(&length.to_be_bytes());
            mac.update(column.unwrap_or_default());
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `stored` is the MAC of these columns.
    pub(super) fn fits(&self, table: &str, columns: &[Option<&[u8]>], stored: &[u8]) -> bool {
        self.of(table, columns) == stored
    }
}

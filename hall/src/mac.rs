//! Keyed digests (HMAC-SHA256) of what only this hall makes and compares: whoever has the database alone can neither
//! make nor guess them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A keyed digest.
pub(crate) type Tag = [u8; 32];

/// The present key for one purpose, then those that it replaced.
#[derive(Clone)]
pub(crate) struct MacKeys(Arc<[Zeroizing<[u8; 32]>]>);

impl std::fmt::Debug for MacKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MacKeys({})", self.0.len())
    }
}

impl MacKeys {
    /// Keys for `purpose` from `secrets`, the present one first.
    pub(crate) fn derive(secrets: impl Iterator<Item = Zeroizing<Vec<u8>>>, purpose: &[u8]) -> Self {
        Self(secrets.map(|secret| Zeroizing::new(digest(&secret, &[purpose]))).collect())
    }

    /// The digest of these parts in this order, with the present key. Where a part ends matters.
    pub(crate) fn tag(&self, parts: &[&[u8]]) -> Tag {
        self.0.first().map_or([0; 32], |key| digest(&**key, parts))
    }

    /// The same with each key, the present one first.
    pub(crate) fn tags(&self, parts: &[&[u8]]) -> Vec<Tag> {
        self.0.iter().map(|key| digest(&**key, parts)).collect()
    }
}

fn digest(key: &[u8], parts: &[&[u8]]) -> Tag {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purpose_key_and_the_ends_of_parts_matter() {
        let secret = |byte| Zeroizing::new(vec![byte; 32]);
        let keys = MacKeys::derive([secret(1), secret(2)].into_iter(), b"chain");
        let other = MacKeys::derive([secret(2)].into_iter(), b"chain");
        assert_ne!(keys.tag(&[b"ab", b"c"]), keys.tag(&[b"a", b"bc"]));
        assert_ne!(keys.tag(&[b"a"]), MacKeys::derive([secret(1)].into_iter(), b"search").tag(&[b"a"]));
        assert_eq!(keys.tags(&[b"a"]), [keys.tag(&[b"a"]), other.tag(&[b"a"])]);
        assert!(!format!("{keys:?}").contains("1, 1"));
    }
}

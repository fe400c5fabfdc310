//! Which keys this database goes with, and went with before: their public halves.

use super::sql::{execute, query_all};
use super::{Store, StoreError};
use crate::keys::{Keys, SEAL_FILE, SIGNING_FILE};
use bianmin_protocol::bytes::{decode, encode};
use bianmin_protocol::keys::PublicKey;
use sea_orm::ConnectionTrait;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// Signs.
    Signing,
    /// Opens applications.
    Seal,
}

impl KeyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Signing, Self::Seal];

    /// The secret's file name.
    pub fn file(self) -> &'static str {
        match self {
            Self::Signing => SIGNING_FILE,
            Self::Seal => SEAL_FILE,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Seal => "seal",
        }
    }
}

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct KnownKey {
    /// What it is for.
    pub kind: KeyKind,
    /// As base64url, as in `hall.pub` and `seal.pub`.
    pub public_key: String,
    /// Whether it is the one in use.
    pub is_current: bool,
}

impl KnownKey {
    /// The one of this kind that is in use.
    pub fn present(kind: KeyKind, keys: &Keys) -> Self {
        let public_key = match kind {
            KeyKind::Signing => encode(keys.signing.public().as_bytes()),
            KeyKind::Seal => format!("{:?}", keys.seal.public()),
        };
        Self { kind, public_key, is_current: true }
    }

    /// As much of it as a person compares.
    pub fn fingerprint(&self) -> String {
        self.public_key.chars().take(12).collect()
    }
}

async fn known_keys(db: &impl ConnectionTrait) -> Result<Vec<KnownKey>, StoreError> {
    let rows =
        query_all(db, "SELECT kind, public_key, is_current FROM hall_key ORDER BY since, kind", []).await?;
    rows.iter()
        .map(|row| {
            let name: String = row.try_get("", "kind")?;
            let kind = KeyKind::ALL.into_iter().find(|kind| kind.name() == name);
            Ok(KnownKey {
                kind: kind.ok_or(StoreError::Corrupt("kind of key"))?,
                public_key: row.try_get("", "public_key")?,
                is_current: row.try_get::<i64>("", "is_current")? != 0,
            })
        })
        .collect()
}

impl Store {
    /// The keys that this database goes and went with.
    ///
    /// # Errors
    /// The database fails.
    pub async fn known_keys(&self) -> Result<Vec<KnownKey>, StoreError> {
        known_keys(self.reader()).await
    }

    /// From now on the database goes with these keys. Without `replaces` another hall may have begun it meanwhile with
    /// keys of its own: then nothing changes, and the answer is its key.
    pub(crate) async fn go_with(
        &self,
        keys: &Keys,
        known: &[KnownKey],
        replaces: bool,
    ) -> Result<Option<KnownKey>, StoreError> {
        let present = KeyKind::ALL.map(|kind| KnownKey::present(kind, keys));
        if present.iter().all(|key| known.contains(key)) {
            return Ok(None);
        }
        let transaction = self.begin_fenced().await?;
        // Seen in the turn: nobody changes it now.
        let current = known_keys(&transaction).await?.into_iter().filter(|key| key.is_current);
        let other = current.into_iter().find(|key| !present.contains(key));
        if other.is_some() && !replaces {
            transaction.rollback().await?;
            return Ok(other);
        }
        for key in present {
            execute(
                &transaction,
                "UPDATE hall_key SET is_current = 0 WHERE kind = $1",
                [key.kind.name().into()],
            )
            .await?;
            execute(
                &transaction,
                "INSERT INTO hall_key (kind, public_key, since, is_current) VALUES ($1, $2, $3, 1) \
                 ON CONFLICT (kind, public_key) DO UPDATE SET is_current = 1",
                [key.kind.name().into(), key.public_key.into(), self.clock.now().0.into()],
            )
            .await?;
        }
        transaction.commit().await?;
        Ok(None)
    }

    /// The public keys with which this hall signed before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn former_signers(&self) -> Result<Vec<PublicKey>, StoreError> {
        let known = self.known_keys().await?;
        let former = known.into_iter().filter(|key| key.kind == KeyKind::Signing && !key.is_current);
        former
            .map(|key| {
                let bytes = decode(&key.public_key).map_err(|_| StoreError::Corrupt("public key"))?;
                PublicKey::from_bytes(&bytes).map_err(|_| StoreError::Corrupt("public key"))
            })
            .collect()
    }
}

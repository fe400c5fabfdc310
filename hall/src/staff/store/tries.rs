//! Wrong tries to sign in, counted such that neither a restart, another hall on the same database nor many tries at once
//! give anybody more of them. Neither names nor addresses are stored, but digests.

use super::{By, StaffStore};
use crate::db::sql::{execute, query_one};
use crate::db::{StoreError, Transaction};
use crate::http::limits::Network;
use crate::staff::domain::{Lockout, StaffId};
use bianmin_protocol::bytes::{Digest, encode};
use bianmin_protocol::ids::Millis;
use serde_json::json;
use std::time::Duration;

/// What tries are about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TrySubject<'a> {
    /// A login name as it was typed, whether anybody has it or not.
    Login(&'a str),
    /// The second factor of somebody.
    SecondFactor(StaffId),
    /// Where they come from.
    Network(Network),
}

impl TrySubject<'_> {
    fn lockout(&self) -> Lockout {
        match self {
            Self::Login(_) | Self::SecondFactor(_) => Lockout::ACCOUNT,
            Self::Network(_) => Lockout::NETWORK,
        }
    }

    fn key(&self) -> String {
        let (kind, value) = match self {
            Self::Login(name) => ("login", name.trim().to_lowercase()),
            Self::SecondFactor(id) => ("second-factor", id.to_string()),
            Self::Network(network) => ("network", encode(network.as_bytes())),
        };
        let parts = ["bianmin staff try", kind, &value];
        encode(&Digest::of_parts(parts.map(str::as_bytes)).0)
    }
}

impl StaffStore<'_> {
    /// Counts a try as wrong before anybody knows whether it is, so that many at once are no more than one after the other;
    /// whoever turns out right is forgiven by [`Self::forget_tries`]. How long to wait instead, if it is not time yet.
    pub(crate) async fn begin_try(
        &self,
        about: TrySubject<'_>,
        network: Network,
        now: Millis,
    ) -> Result<Result<(), Duration>, StoreError> {
        let transaction = self.0.begin().await?;
        let sql = "DELETE FROM staff_try WHERE last_at < $1";
        let forgotten = now.0 - i64::try_from(Lockout::FORGOTTEN.as_millis()).unwrap_or(i64::MAX);
        execute(&transaction, sql, [forgotten.into()]).await?;
        // Always in this order, so that two of them never wait for each other.
        let tries = wrong_tries(&transaction, about, now).await?;
        let from = wrong_tries(&transaction, TrySubject::Network(network), now).await?;
        let wait = tries.wait.max(from.wait);
        if !wait.is_zero() {
            transaction.rollback().await?;
            return Ok(Err(wait));
        }
        note(&transaction, about, tries.left.saturating_add(1), now).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Counts a wrong try at where it came from too, and records it where it was about somebody. One window's right sign-in
    /// does not forgive another's guesses.
    pub(crate) async fn note_wrong(
        &self,
        network: Network,
        about: Option<(StaffId, &'static str)>,
        by: &By<'_>,
    ) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        let from = TrySubject::Network(network);
        let tries = wrong_tries(&transaction, from, by.at).await?;
        note(&transaction, from, tries.left.saturating_add(1), by.at).await?;
        if let Some((id, what)) = about {
            by.note(&transaction, id, "sign-in-failed", json!({ "wrong": what })).await?;
        }
        transaction.commit().await
    }

    /// Forgets the wrong tries about somebody who was right.
    pub(crate) async fn forget_tries(&self, about: TrySubject<'_>) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        execute(&transaction, "DELETE FROM staff_try WHERE subject = $1", [about.key().into()]).await?;
        transaction.commit().await
    }
}

struct Tries {
    left: u32,
    wait: Duration,
}

/// The wrong tries about a subject. Whoever looks holds the row until the end of the transaction.
async fn wrong_tries(db: &Transaction, about: TrySubject<'_>, now: Millis) -> Result<Tries, StoreError> {
    let sql = "INSERT INTO staff_try (subject, wrong, last_at) VALUES ($1, 0, $2) \
               ON CONFLICT (subject) DO UPDATE SET wrong = staff_try.wrong RETURNING wrong, last_at";
    let row = query_one(db, sql, [about.key().into(), now.0.into()]).await?;
    let row = row.ok_or(StoreError::Corrupt("sign-in"))?;
    let wrong = u32::try_from(row.try_get::<i64>("", "wrong")?).unwrap_or(u32::MAX);
    // A clock that was set back must not make the wait longer than it is.
    let since = u64::try_from(now.0.saturating_sub(row.try_get::<i64>("", "last_at")?)).unwrap_or(0);
    let (since, lockout) = (Duration::from_millis(since), about.lockout());
    Ok(Tries { left: lockout.left(wrong, since), wait: lockout.wait_now(wrong, since) })
}

async fn note(db: &Transaction, about: TrySubject<'_>, wrong: u32, now: Millis) -> Result<(), StoreError> {
    let sql = "UPDATE staff_try SET wrong = $2, last_at = $3 WHERE subject = $1";
    execute(db, sql, [about.key().into(), i64::from(wrong).into(), now.0.into()]).await?;
    Ok(())
}

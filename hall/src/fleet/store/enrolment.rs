//! One-time codes, and how one becomes a terminal with an id that was never given before.

use super::standing::{has_numbers, replace};
use super::{FleetStore, terminals};
use crate::db::sql::{execute, query_one};
use crate::db::{FencedTransaction, StoreError, Transaction};
use crate::fleet::codes;
use crate::fleet::domain::Enrolment;
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::receipt::TerminalCertificate;
use sea_orm::ConnectionTrait;

/// Why an invitation cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Ids are given once and never again.
    #[error("the terminal id {0} was given before; ids are never given twice")]
    Taken(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A one-time code in the database.
struct Invitation {
    name: String,
    expires_at: i64,
    used_by: Option<String>,
}

impl FleetStore<'_> {
    /// Keeps the hash of a one-time code until `expires_at`. `name` is a whole id (`HP07`) or a prefix (`HP`).
    ///
    /// # Errors
    /// The id was given before, or the database fails.
    pub async fn invite(
        &self,
        code: &str,
        name: &str,
        now: Millis,
        expires_at: Millis,
    ) -> Result<(), InviteError> {
        let code_hash = codes::hash(code).ok_or(StoreError::Corrupt("code"))?;
        let transaction = self.0.begin().await?;
        if is_taken(&transaction, name).await? {
            transaction.rollback().await?;
            return Err(InviteError::Taken(name.to_owned()));
        }
        invite(&transaction, &code_hash, name, now, expires_at).await?;
        Ok(transaction.commit().await?)
    }

    /// Turns a one-time code into a terminal with an id that was never given before, and into one that takes the place of
    /// the terminal with the certificate `replaces`.
    pub(crate) async fn enrol(
        &self,
        code_hash: &str,
        key: PublicKey,
        replaces: Option<&TerminalCertificate>,
        now: Millis,
        hall: &SigningKey,
    ) -> Result<Enrolment, StoreError> {
        // A wrong code costs a look, and no turn of a writer.
        if !is_right(self.0.reader(), code_hash, key, now).await? {
            return Ok(Enrolment::BadCode);
        }
        let mut transaction = self.0.begin_fenced().await?;
        let (enrolment, changed) = enrol(&mut transaction, code_hash, key, replaces, now, hall).await?;
        if changed {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(enrolment)
    }
}

async fn invite(
    db: &Transaction,
    code_hash: &str,
    name: &str,
    now: Millis,
    expires_at: Millis,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM invitation WHERE used_by IS NULL AND expires_at < $1";
    execute(db, sql, [now.0.into()]).await?;
    execute(
        db,
        "INSERT INTO invitation (code_hash, name, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        [code_hash.into(), name.into(), now.0.into(), expires_at.0.into()],
    )
    .await?;
    Ok(())
}

async fn invitation(db: &impl ConnectionTrait, code_hash: &str) -> Result<Option<Invitation>, StoreError> {
    let sql = "SELECT name, expires_at, used_by FROM invitation WHERE code_hash = $1";
    let Some(row) = query_one(db, sql, [code_hash.into()]).await? else { return Ok(None) };
    Ok(Some(Invitation {
        name: row.try_get("", "name")?,
        expires_at: row.try_get("", "expires_at")?,
        used_by: row.try_get("", "used_by")?,
    }))
}

/// Whether a one-time code is worth anything to whoever holds this key.
async fn is_right(
    db: &impl ConnectionTrait,
    code_hash: &str,
    key: PublicKey,
    now: Millis,
) -> Result<bool, StoreError> {
    let Some(invitation) = invitation(db, code_hash).await? else { return Ok(false) };
    let Some(id) = invitation.used_by else { return Ok(invitation.expires_at >= now.0) };
    let earlier = terminals::row(db, &id).await?;
    Ok(earlier.is_some_and(|row| row.public_key == key.as_bytes() && row.revoked_at.is_none()))
}

/// How an enrolment ends, and whether it changed anything.
async fn enrol(
    transaction: &mut FencedTransaction,
    code_hash: &str,
    key: PublicKey,
    replaces: Option<&TerminalCertificate>,
    now: Millis,
    hall: &SigningKey,
) -> Result<(Enrolment, bool), StoreError> {
    const BAD: (Enrolment, bool) = (Enrolment::BadCode, false);
    let Some(invitation) = invitation(transaction, code_hash).await? else { return Ok(BAD) };
    if let Some(id) = invitation.used_by {
        return enrol_again(transaction, &id, key, hall).await;
    }
    if invitation.expires_at < now.0 {
        return Ok(BAD);
    }
    let Some(id) = free_id(transaction, &invitation.name).await? else {
        return Ok(BAD);
    };
    let issued_at = u32::try_from(now.0 / 1000).unwrap_or(u32::MAX);
    let certificate = TerminalCertificate::issue(id.clone(), key, issued_at, hall);
    terminals::insert(transaction, &certificate, None).await?;
    if let Some(old) = replaces
        && !replace(transaction, old, &id, now).await?
    {
        return Ok((Enrolment::BadReplacement, false));
    }
    execute(
        transaction,
        "UPDATE invitation SET used_by = $1 WHERE code_hash = $2",
        [id.as_str().into(), code_hash.into()],
    )
    .await?;
    transaction.raise_terminals().await?;
    Ok((Enrolment::Enrolled(Box::new(certificate)), true))
}

/// The answer may have been lost on its way: the same key gets the same certificate.
async fn enrol_again(
    transaction: &FencedTransaction,
    id: &str,
    key: PublicKey,
    hall: &SigningKey,
) -> Result<(Enrolment, bool), StoreError> {
    let earlier = terminals::row(transaction, id).await?;
    let Some(row) = earlier.filter(|row| row.public_key == key.as_bytes() && row.revoked_at.is_none()) else {
        return Ok((Enrolment::BadCode, false));
    };
    let stored = certificate(id, row)?;
    if stored.verify(&hall.public()) {
        return Ok((Enrolment::Enrolled(Box::new(stored)), false));
    }
    // Signed with a key that the hall does not have any more.
    let own = TerminalCertificate::issue(stored.terminal, stored.key, stored.issued_at, hall);
    execute(
        transaction,
        "UPDATE terminal SET certificate = $1 WHERE id = $2",
        [own.signature.0.clone().into(), own.terminal.as_str().into()],
    )
    .await?;
    Ok((Enrolment::Enrolled(Box::new(own)), true))
}

/// Whether an id was ever given, as far as is known here.
async fn is_taken(db: &impl ConnectionTrait, id: &str) -> Result<bool, StoreError> {
    Ok(terminals::row(db, id).await?.is_some() || has_numbers(db, id).await?)
}

/// The id itself when a whole one was promised, or the next of its series. `None` when it was taken meanwhile
/// or the series is used up.
async fn free_id(db: &mut FencedTransaction, name: &str) -> Result<Option<TerminalId>, StoreError> {
    if let Ok(id) = TerminalId::parse(name) {
        return Ok((!is_taken(db, name).await?).then_some(id));
    }
    let floor = db.numbers().floor.terminal;
    loop {
        let row = query_one(
            db,
            "INSERT INTO terminal_series (prefix, last) VALUES ($1, $2) ON CONFLICT (prefix) DO UPDATE SET last = \
             CASE WHEN terminal_series.last < $2 THEN $2 ELSE terminal_series.last + 1 END RETURNING last",
            [name.into(), (floor + 1).into()],
        )
        .await?
        .ok_or(StoreError::Corrupt("terminal series"))?;
        let number: i64 = row.try_get("", "last")?;
        let Ok(id) = TerminalId::parse(&format!("{name}{number:02}")) else { return Ok(None) };
        if !is_taken(db, id.as_str()).await? {
            db.reach_for_terminal(number).await?;
            return Ok(Some(id));
        }
    }
}

fn certificate(id: &str, row: terminals::EnrolmentRow) -> Result<TerminalCertificate, StoreError> {
    const UNREADABLE: StoreError = StoreError::Corrupt("terminal");
    Ok(TerminalCertificate {
        terminal: TerminalId::parse(id).map_err(|_| UNREADABLE)?,
        key: PublicKey::from_bytes(&row.public_key).map_err(|_| UNREADABLE)?,
        issued_at: u32::try_from(row.issued_at).map_err(|_| UNREADABLE)?,
        signature: row.certificate.into(),
    })
}

//! Terminals, one-time codes and heartbeats in the database.

use super::entity::{invitation, terminal};
use super::standing::{self, Author, Mark, has_numbers};
use super::{Store, StoreError, Transaction, execute, query_one};
use crate::planted::is_planted;
use bianmin_protocol::ids::{Millis, Revision, TerminalId};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::v1::Heartbeat;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

/// What the hall knows of a terminal that signs a request.
#[derive(Debug, Clone)]
pub(crate) struct KnownTerminal {
    pub id: TerminalId,
    pub key: PublicKey,
    pub revoked: bool,
    /// What is to be known of applications that it signed.
    pub mark: Option<Mark>,
    /// The terminals whose place it took.
    pub predecessors: Vec<Author>,
}

/// A terminal as staff see it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TerminalRecord {
    /// Its id.
    pub terminal: String,
    /// `enrolled` or `revoked`.
    pub state: &'static str,
    /// When it was enrolled.
    pub enrolled_at: Millis,
    /// When its enrolment was revoked.
    pub revoked_at: Option<Millis>,
    /// Its last sign of life.
    pub seen_at: Option<Millis>,
    /// What it last said of itself.
    pub heartbeat: Heartbeat,
}

/// How an enrolment ended.
#[derive(Debug)]
pub(crate) enum Enrolment {
    /// The terminal has its certificate; also when it asks again with the same code and key.
    Enrolled(Box<TerminalCertificate>),
    /// The code is unknown, used by another, or too old.
    BadCode,
    /// The terminal whose place it wants to take is not the one that is known here under that id.
    BadReplacement,
}

/// A sign of life.
#[derive(Debug, Clone)]
pub(crate) struct Beat {
    /// When it came.
    pub seen_at: Millis,
    /// When it was signed, in seconds by the hall's clock as the terminal knew it.
    pub signed_at: u64,
    /// What it says.
    pub said: Heartbeat,
}

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

impl From<sea_orm::DbErr> for InviteError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
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
        let code_hash = crate::codes::hash(code).ok_or(StoreError::Corrupt("code"))?;
        let transaction = self.begin().await?;
        if terminal::Entity::find_by_id(name).one(&transaction).await?.is_some()
            || has_numbers(&transaction, name).await?
        {
            transaction.rollback().await?;
            return Err(InviteError::Taken(name.to_owned()));
        }
        invitation::Entity::delete_many()
            .filter(invitation::Column::UsedBy.is_null())
            .filter(invitation::Column::ExpiresAt.lt(now.0))
            .exec(&transaction)
            .await?;
        invitation::Entity::insert(invitation::ActiveModel {
            code_hash: Set(code_hash),
            name: Set(name.to_owned()),
            created_at: Set(now.0),
            expires_at: Set(expires_at.0),
            used_by: Set(None),
        })
        .exec_without_returning(&transaction)
        .await?;
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
        if !is_right(self.reader(), code_hash, key, now).await? {
            return Ok(Enrolment::BadCode);
        }
        let mut transaction = self.begin().await?;
        let (enrolment, changed) = enrol(&mut transaction, code_hash, key, replaces, now, hall).await?;
        if changed {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(enrolment)
    }

    /// Revokes an enrolment; whether there is such a terminal. Revoking twice changes nothing.
    ///
    /// # Errors
    /// The database fails.
    pub async fn revoke(&self, id: &TerminalId, now: Millis) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        if terminal::Entity::find_by_id(id.as_str()).one(&transaction).await?.is_none() {
            transaction.rollback().await?;
            return Ok(false);
        }
        execute(
            &transaction,
            "UPDATE terminal SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
            [now.0.into(), id.as_str().into()],
        )
        .await?;
        terminals_changed(&transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Every terminal, in order of id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn terminals(&self) -> Result<Vec<TerminalRecord>, StoreError> {
        self.terminals_after("", u32::MAX).await
    }

    /// Terminals in order of id, after this one, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn terminals_after(&self, after: &str, limit: u32) -> Result<Vec<TerminalRecord>, StoreError> {
        let rows = terminal::Entity::find()
            .filter(terminal::Column::Id.gt(after))
            .order_by_asc(terminal::Column::Id)
            .limit(u64::from(limit))
            .all(self.reader())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| TerminalRecord {
                terminal: row.id,
                state: if row.revoked_at.is_some() { "revoked" } else { "enrolled" },
                enrolled_at: Millis(row.issued_at.saturating_mul(1000)),
                revoked_at: row.revoked_at.map(Millis),
                seen_at: row.seen_at.map(Millis),
                heartbeat: Heartbeat {
                    version: row.version,
                    catalogue: Revision(row.catalogue as u64),
                    waiting: row.waiting as u32,
                    quarantined: row.quarantined as u32,
                    printer: row.printer,
                    intake_open: row.intake_open != 0,
                    printers: serde_json::from_str(&row.printers).unwrap_or_default(),
                    numbers: standing::told(&row.numbers),
                    challenge: None,
                },
            })
            .collect())
    }

    /// Whether there ever was a terminal: without one no number was given.
    pub(crate) async fn has_terminals(&self) -> Result<bool, StoreError> {
        Ok(query_one(self.reader(), "SELECT id FROM terminal LIMIT 1", []).await?.is_some())
    }

    pub(crate) async fn known_terminal(&self, id: &TerminalId) -> Result<Option<KnownTerminal>, StoreError> {
        let row = terminal::Entity::find_by_id(id.as_str()).one(self.reader()).await?;
        let Some(row) = row else { return Ok(None) };
        let (predecessors, was_replaced) = self.lineage(id).await?;
        let revoked = row.revoked_at.is_some();
        Ok(Some(KnownTerminal {
            id: id.clone(),
            key: PublicKey::from_bytes(&row.public_key).map_err(|_| StoreError::Corrupt("terminal key"))?,
            revoked,
            // Whoever was only replaced has kept its key to itself.
            mark: (revoked && !was_replaced).then_some(Mark::RevokedTerminal),
            predecessors,
        }))
    }

    /// Writes signs of life that were collected for some seconds, in one transaction. One that was signed no later than
    /// the last that is known changes nothing: it may be a copy that was sent to another hall.
    pub(crate) async fn record_heartbeats(&self, beats: &[(TerminalId, Beat)]) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        for (id, Beat { seen_at, signed_at, said: beat }) in beats {
            let signed_at = i64::try_from(*signed_at).unwrap_or(i64::MAX);
            let record = if is_planted("older-heartbeat-counts") {
                RECORD.replace("signed_at < $9", "$9 > 0")
            } else {
                RECORD.to_owned()
            };
            // The highest number stays the highest, whenever it was said.
            if let Some(numbers) = known_numbers(&transaction, id, beat).await? {
                let sql = "UPDATE terminal SET numbers = $1 WHERE id = $2";
                execute(&transaction, sql, [numbers.into(), id.as_str().into()]).await?;
            }
            execute(
                &transaction,
                &record,
                [
                    seen_at.0.into(),
                    beat.version.as_str().into(),
                    (beat.catalogue.0 as i64).into(),
                    i64::from(beat.waiting).into(),
                    i64::from(beat.quarantined).into(),
                    beat.printer.as_str().into(),
                    i64::from(beat.intake_open).into(),
                    serde_json::to_string(&beat.printers).unwrap_or_default().into(),
                    signed_at.into(),
                    id.as_str().into(),
                ],
            )
            .await?;
        }
        transaction.commit().await
    }
}

/// Whether a one-time code is worth anything to whoever holds this key.
async fn is_right(
    db: &impl ConnectionTrait,
    code_hash: &str,
    key: PublicKey,
    now: Millis,
) -> Result<bool, StoreError> {
    let Some(invitation) = invitation::Entity::find_by_id(code_hash).one(db).await? else {
        return Ok(false);
    };
    let Some(id) = invitation.used_by else { return Ok(invitation.expires_at >= now.0) };
    let earlier = terminal::Entity::find_by_id(id).one(db).await?;
    Ok(earlier.is_some_and(|row| row.public_key == key.as_bytes() && row.revoked_at.is_none()))
}

const RECORD: &str = "UPDATE terminal SET seen_at = $1, version = $2, catalogue = $3, waiting = $4, quarantined = $5, \
     printer = $6, intake_open = $7, printers = $8, signed_at = $9 WHERE id = $10 AND signed_at < $9";

/// How an enrolment ends, and whether it changed anything.
async fn enrol(
    transaction: &mut Transaction,
    code_hash: &str,
    key: PublicKey,
    replaces: Option<&TerminalCertificate>,
    now: Millis,
    hall: &SigningKey,
) -> Result<(Enrolment, bool), StoreError> {
    const BAD: (Enrolment, bool) = (Enrolment::BadCode, false);
    let Some(invitation) = invitation::Entity::find_by_id(code_hash).one(transaction).await? else {
        return Ok(BAD);
    };
    if let Some(id) = invitation.used_by {
        // The answer may have been lost on its way: the same key gets the same certificate.
        let earlier = terminal::Entity::find_by_id(id).one(transaction).await?;
        return match earlier {
            Some(row) if row.public_key == key.as_bytes() && row.revoked_at.is_none() => {
                let stored = certificate(row)?;
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
            _ => Ok(BAD),
        };
    }
    if invitation.expires_at < now.0 {
        return Ok(BAD);
    }
    let Some(id) = free_id(transaction, &invitation.name).await? else {
        return Ok(BAD);
    };
    let issued_at = u32::try_from(now.0 / 1000).unwrap_or(u32::MAX);
    let certificate = TerminalCertificate::issue(id.clone(), key, issued_at, hall);
    terminal::Entity::insert(row(&certificate)).exec_without_returning(transaction).await?;
    if let Some(old) = replaces
        && !standing::replace(transaction, old, &id, now).await?
    {
        return Ok((Enrolment::BadReplacement, false));
    }
    execute(
        transaction,
        "UPDATE invitation SET used_by = $1 WHERE code_hash = $2",
        [id.as_str().into(), code_hash.into()],
    )
    .await?;
    terminals_changed(transaction).await?;
    Ok((Enrolment::Enrolled(Box::new(certificate)), true))
}

/// What a terminal tells of its numbers together with what it told before, which a copy of it may not know; none where
/// it tells nothing.
async fn known_numbers(
    db: &impl ConnectionTrait,
    id: &TerminalId,
    beat: &Heartbeat,
) -> Result<Option<String>, StoreError> {
    if beat.numbers.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT numbers FROM terminal WHERE id = $1";
    let Some(row) = query_one(db, sql, [id.as_str().into()]).await? else { return Ok(None) };
    let mut numbers = standing::told(&row.try_get::<String>("", "numbers")?);
    numbers.raise(&beat.numbers, id);
    Ok(serde_json::to_string(&numbers).ok())
}

/// The row of a terminal that has never been heard.
pub(super) fn row(certificate: &TerminalCertificate) -> terminal::ActiveModel {
    terminal::ActiveModel {
        id: Set(certificate.terminal.to_string()),
        public_key: Set(certificate.key.as_bytes().to_vec()),
        issued_at: Set(i64::from(certificate.issued_at)),
        certificate: Set(certificate.signature.0.clone()),
        revoked_at: Set(None),
        last_update: Set(0),
        seen_at: Set(None),
        version: Set(String::new()),
        catalogue: Set(0),
        waiting: Set(0),
        quarantined: Set(0),
        printer: Set(String::new()),
        intake_open: Set(0),
        printers: Set("[]".to_owned()),
        signed_at: Set(0),
        numbers: Set("{}".to_owned()),
    }
}

async fn terminals_changed(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    execute(db, "UPDATE hall SET terminals = terminals + 1 WHERE id = 1", []).await?;
    Ok(())
}

/// The id itself when a whole one was promised, or the next of its series. `None` when it was taken meanwhile
/// or the series is used up.
async fn free_id(db: &mut Transaction, name: &str) -> Result<Option<TerminalId>, StoreError> {
    if let Ok(id) = TerminalId::parse(name) {
        let taken =
            terminal::Entity::find_by_id(name).one(db).await?.is_some() || has_numbers(db, name).await?;
        return Ok((!taken).then_some(id));
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
        if terminal::Entity::find_by_id(id.as_str()).one(db).await?.is_none()
            && !has_numbers(db, id.as_str()).await?
        {
            db.reach_for_terminal(number).await?;
            return Ok(Some(id));
        }
    }
}

fn certificate(row: terminal::Model) -> Result<TerminalCertificate, StoreError> {
    const UNREADABLE: StoreError = StoreError::Corrupt("terminal");
    Ok(TerminalCertificate {
        terminal: TerminalId::parse(&row.id).map_err(|_| UNREADABLE)?,
        key: PublicKey::from_bytes(&row.public_key).map_err(|_| UNREADABLE)?,
        issued_at: u32::try_from(row.issued_at).map_err(|_| UNREADABLE)?,
        signature: row.certificate.into(),
    })
}

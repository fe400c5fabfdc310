//! Other bodies under a known id or registration number: listed, and decided by staff. One of the two goes on as the case;
//! the other is kept as it came, with what was decided about it, exactly once.

use super::IntakeStore;
use super::arrivals;
use crate::cases::{self, RecordContext};
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{FencedTransaction, StoreError};
use crate::intake::domain::{Arrival, Conflict, Copy, Decision, Disposition, Placement};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis, TerminalId};
use bianmin_protocol::v1::Acknowledgement;
use sea_orm::QueryResult;

/// A place in the list, which has the newest first.
#[derive(Debug, Clone)]
pub struct ConflictPlace {
    received_at: i64,
    digest: Vec<u8>,
}

impl ConflictPlace {
    /// Before the first.
    pub fn beginning() -> Self {
        Self { received_at: i64::MAX, digest: Vec::new() }
    }

    /// After this one.
    pub fn after(received_at: Millis, digest: &Digest) -> Self {
        Self { received_at: received_at.0, digest: digest.0.to_vec() }
    }
}

const COLUMNS: &str = "e.digest, e.application_id, e.registration, e.terminal, e.received_at, \
     d.kept, d.reason, d.decided_by, d.decided_at, \
     COALESCE((SELECT c.case_number FROM application a JOIN case_file c ON c.id = a.id \
               WHERE a.registration = e.registration), \
              (SELECT c.case_number FROM case_file c WHERE c.id = e.application_id)) AS case_number \
     FROM evidence e LEFT JOIN conflict_decision d ON d.digest = e.digest \
     AND d.kept = (SELECT MIN(kept) FROM conflict_decision o WHERE o.digest = e.digest)";

impl IntakeStore<'_> {
    /// Bodies under known ids or numbers, newest first, after a place in the list, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn conflicts_after(
        &self,
        after: &ConflictPlace,
        limit: u32,
    ) -> Result<Vec<Conflict>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE e.received_at < $1 OR (e.received_at = $1 AND e.digest < $2) \
             ORDER BY e.received_at DESC, e.digest DESC LIMIT $3"
        );
        let values = [after.received_at.into(), after.digest.clone().into(), i64::from(limit).into()];
        query_all(self.0.reader(), &sql, values).await?.iter().map(conflict).collect()
    }

    /// The bodies that came under the id or number of this application.
    ///
    /// # Errors
    /// The database fails.
    pub async fn conflicts_of(&self, id: &str, registration: &str) -> Result<Vec<Conflict>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE e.application_id = $1 OR e.registration = $2 ORDER BY e.received_at, e.digest"
        );
        let rows = query_all(self.0.reader(), &sql, [id.into(), registration.into()]).await?;
        rows.iter().map(conflict).collect()
    }

    /// One body that is kept beside a case.
    ///
    /// # Errors
    /// The database fails or holds something unreadable.
    pub(crate) async fn copy(&self, digest: &Digest) -> Result<Option<Copy>, StoreError> {
        let sql = format!("SELECT e.envelope, {COLUMNS} WHERE e.digest = $1");
        let Some(row) = query_one(self.0.reader(), &sql, [digest.0.to_vec().into()]).await? else {
            return Ok(None);
        };
        let envelope: Vec<u8> = row.try_get("", "envelope")?;
        let terminal: String = row.try_get("", "terminal")?;
        Ok(Some(Copy {
            envelope: serde_json::from_slice(&envelope).map_err(|_| StoreError::Corrupt("envelope"))?,
            terminal: TerminalId::parse(&terminal).map_err(|_| StoreError::Corrupt("terminal"))?,
            received_at: Millis(row.try_get("", "received_at")?),
            decision: decision(&row)?,
        }))
    }

    /// Notes that the case goes on and this body does not. False if there is no such body or it was decided before.
    pub(crate) async fn keep_case(&self, digest: &Digest, why: &Decision) -> Result<bool, StoreError> {
        let transaction = self.0.begin_fenced().await?;
        if !decide(&transaction, digest, why, "{}").await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Puts this body in the place of what stands against it, which is set aside with its case.
    pub(crate) async fn keep_copy(
        &self,
        arrival: Arrival,
        why: &Decision,
        context: &RecordContext,
    ) -> Result<Placement, StoreError> {
        let mut transaction = self.0.begin_fenced().await?;
        if !decide(&transaction, &arrival.digest, why, "{}").await? {
            transaction.rollback().await?;
            return Ok(Placement::No);
        }
        let (id, number) = (arrival.id.to_string(), arrival.registration.to_string());
        let sql = "SELECT id FROM application WHERE id = $1 OR registration = $2";
        let against = query_all(&transaction, sql, [id.as_str().into(), number.into()]).await?;
        if against.len() > 1 {
            transaction.rollback().await?;
            return Ok(Placement::Two);
        }
        for row in &against {
            set_aside(&transaction, &row.try_get::<String>("", "id")?, why, context).await?;
        }
        let own = arrival.digest.0.to_vec();
        execute(&transaction, "DELETE FROM evidence WHERE digest = $1", [own.into()]).await?;
        let arrivals = [arrival];
        let fresh = arrivals::insert(&transaction, &arrivals, context.now).await?;
        arrivals::note(&transaction, &arrivals, &fresh).await?;
        let dispositions = arrivals::open_cases(&mut transaction, &arrivals, &fresh, context).await?;
        let Some(Some(Disposition::Case(acknowledgement))) = dispositions.into_iter().next() else {
            transaction.rollback().await?;
            return Err(StoreError::Corrupt("copy"));
        };
        // Its terminal sends it again, and is acknowledged.
        cases::tell_terminal(&transaction, arrivals[0].id).await?;
        transaction.commit().await?;
        let said: Acknowledgement = serde_json::from_slice(&acknowledgement.acknowledgement.0)
            .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
        Ok(Placement::Case(said.case_number))
    }

    /// Whether a body of this application, which its receipt is bound to, was received and is not the case.
    pub(crate) async fn is_set_aside(&self, id: ApplicationId, content: &[u8]) -> Result<bool, StoreError> {
        let sql = "SELECT digest FROM evidence WHERE application_id = $1";
        for row in query_all(self.0.reader(), sql, [id.to_string().into()]).await? {
            if row.try_get::<Vec<u8>>("", "digest")?.starts_with(content) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Notes what is decided about a body; false if there is no such body, or anything was decided about it before.
async fn decide(
    db: &FencedTransaction,
    digest: &Digest,
    why: &Decision,
    details: &str,
) -> Result<bool, StoreError> {
    let changed = execute(
        db,
        "INSERT INTO conflict_decision (digest, kept, application_id, registration, reason, decided_by, decided_at, \
         details) SELECT e.digest, $2, e.application_id, e.registration, $3, $4, $5, $6 FROM evidence e \
         WHERE e.digest = $1 AND NOT EXISTS (SELECT 1 FROM conflict_decision d WHERE d.digest = e.digest)",
        [
            digest.0.to_vec().into(),
            i64::from(why.kept).into(),
            why.reason.as_str().into(),
            why.by.as_str().into(),
            why.at.0.into(),
            details.into(),
        ],
    )
    .await?;
    Ok(changed == 1)
}

/// Makes a body beside the case of what is the case. Nothing that came is lost; its files go with it.
async fn set_aside(
    db: &FencedTransaction,
    id: &str,
    why: &Decision,
    context: &RecordContext,
) -> Result<(), StoreError> {
    execute(
        db,
        "INSERT INTO evidence (digest, application_id, registration, terminal, received_at, envelope) \
         SELECT digest, id, registration, terminal, received_at, envelope FROM application WHERE id = $1 \
         ON CONFLICT DO NOTHING",
        [id.into()],
    )
    .await?;
    let sql = "SELECT digest, registration FROM application WHERE id = $1";
    let row = query_one(db, sql, [id.into()]).await?.ok_or(StoreError::Corrupt("application"))?;
    let digest: Vec<u8> = row.try_get("", "digest")?;
    let application = id.parse().map_err(|_| StoreError::Corrupt("application id"))?;
    let context = RecordContext { now: why.at, ..context.clone() };
    let details = cases::remove(db, application, &why.by, &context).await?;
    execute(
        db,
        "INSERT INTO conflict_decision (digest, kept, application_id, registration, reason, decided_by, decided_at, \
         details) VALUES ($1, 0, $2, $3, $4, $5, $6, $7)",
        [
            digest.clone().into(),
            id.into(),
            row.try_get::<String>("", "registration")?.into(),
            why.reason.as_str().into(),
            why.by.as_str().into(),
            why.at.0.into(),
            details.to_string().into(),
        ],
    )
    .await?;
    let aside = format!("set-aside-{}", hex(&digest));
    for table in ["attachment", "chunk", "application_mark"] {
        let sql = format!("UPDATE {table} SET application_id = $1 WHERE application_id = $2");
        execute(db, &sql, [aside.as_str().into(), id.into()]).await?;
    }
    execute(db, "DELETE FROM application WHERE id = $1", [id.into()]).await?;
    Ok(())
}

fn conflict(row: &QueryResult) -> Result<Conflict, StoreError> {
    Ok(Conflict {
        copy: hex(&row.try_get::<Vec<u8>>("", "digest")?),
        application_id: row.try_get("", "application_id")?,
        registration: row.try_get("", "registration")?,
        terminal: row.try_get("", "terminal")?,
        received_at: Millis(row.try_get("", "received_at")?),
        case_number: row.try_get("", "case_number")?,
        decision: decision(row)?,
    })
}

fn decision(row: &QueryResult) -> Result<Option<Decision>, StoreError> {
    let Some(kept) = row.try_get::<Option<i64>>("", "kept")? else { return Ok(None) };
    Ok(Some(Decision {
        kept: kept != 0,
        reason: row.try_get("", "reason")?,
        by: row.try_get("", "decided_by")?,
        at: Millis(row.try_get("", "decided_at")?),
    }))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

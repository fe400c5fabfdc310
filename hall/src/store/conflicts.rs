//! Other bodies under a known id or registration number: listed, and decided by staff. One of the two goes on as the case;
//! the other is kept as it came, with what was decided about it, exactly once.

use super::arrivals::{self, Arrival, Moment};
use super::cases::tell_terminal;
use super::{Store, StoreError, Transaction, execute, query_all, query_one, standing};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{CaseNumber, Millis, TerminalId};
use bianmin_protocol::v1::{Acknowledgement, Envelope, Outcome};
use sea_orm::QueryResult;
use serde::Serialize;

/// What staff decided about one body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Whether this body goes on.
    pub kept: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: Millis,
}

/// A body that came under a known id or number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The digest of the envelope, in hexadecimal: its name.
    pub copy: String,
    /// The application that it says it is.
    pub application_id: String,
    /// The number on its receipt.
    pub registration: String,
    /// The terminal that accepted it.
    pub terminal: String,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
    /// The case that has its place; none if that became no case.
    pub case_number: Option<String>,
    /// What was decided about it.
    pub decision: Option<Decision>,
}

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

/// A body that is kept beside the case.
#[derive(Debug)]
pub struct Copy {
    /// As it came.
    pub envelope: Envelope,
    /// The terminal that accepted it.
    pub terminal: TerminalId,
    /// When the hall received it.
    pub received_at: Millis,
    /// What was decided about it.
    pub decision: Option<Decision>,
}

/// What became of the wish to put a body in the case's place.
#[derive(Debug)]
pub(crate) enum Placed {
    Case(CaseNumber),
    /// There is no such body, or it was decided before.
    No,
    /// It stands against two cases: one by its id, another by its number.
    Two,
}

const COLUMNS: &str = "e.digest, e.application_id, e.registration, e.terminal, e.received_at, \
     d.kept, d.reason, d.decided_by, d.decided_at, \
     COALESCE((SELECT c.case_number FROM application a JOIN case_file c ON c.id = a.id \
               WHERE a.registration = e.registration), \
              (SELECT c.case_number FROM case_file c WHERE c.id = e.application_id)) AS case_number \
     FROM evidence e LEFT JOIN conflict_decision d ON d.digest = e.digest \
     AND d.kept = (SELECT MIN(kept) FROM conflict_decision o WHERE o.digest = e.digest)";

impl Store {
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
        query_all(self.reader(), &sql, values).await?.iter().map(conflict).collect()
    }

    /// The bodies that came under the id or number of this application.
    ///
    /// # Errors
    /// The database fails.
    pub async fn conflicts_of(&self, id: &str, registration: &str) -> Result<Vec<Conflict>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} WHERE e.application_id = $1 OR e.registration = $2 ORDER BY e.received_at, e.digest"
        );
        let rows = query_all(self.reader(), &sql, [id.into(), registration.into()]).await?;
        rows.iter().map(conflict).collect()
    }

    /// One body that is kept beside a case.
    ///
    /// # Errors
    /// The database fails or holds something unreadable.
    pub async fn copy(&self, digest: &Digest) -> Result<Option<Copy>, StoreError> {
        let sql = format!("SELECT e.envelope, {COLUMNS} WHERE e.digest = $1");
        let Some(row) = query_one(self.reader(), &sql, [digest.0.to_vec().into()]).await? else {
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
        let transaction = self.begin().await?;
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
        moment: &Moment,
    ) -> Result<Placed, StoreError> {
        let mut transaction = self.begin().await?;
        let present = transaction.present()?;
        if !decide(&transaction, &arrival.digest, why, "{}").await? {
            transaction.rollback().await?;
            return Ok(Placed::No);
        }
        let (id, number) = (arrival.id.to_string(), arrival.registration.to_string());
        let sql = "SELECT id FROM application WHERE id = $1 OR registration = $2";
        let against = query_all(&transaction, sql, [id.as_str().into(), number.into()]).await?;
        if against.len() > 1 {
            transaction.rollback().await?;
            return Ok(Placed::Two);
        }
        for row in &against {
            set_aside(&transaction, &row.try_get::<String>("", "id")?, why).await?;
        }
        let own = arrival.digest.0.to_vec();
        execute(&transaction, "DELETE FROM evidence WHERE digest = $1", [own.into()]).await?;
        let arrivals = [arrival];
        let fresh = arrivals::insert(&transaction, &arrivals, moment.now).await?;
        standing::note(&transaction, &arrivals, &fresh).await?;
        let outcomes = arrivals::open_cases(&mut transaction, &arrivals, &fresh, moment, present).await?;
        let Some(Some(Outcome::Acknowledged { acknowledgement })) = outcomes.into_iter().next() else {
            transaction.rollback().await?;
            return Err(StoreError::Corrupt("copy"));
        };
        // Its terminal sends it again, and is acknowledged.
        tell_terminal(&transaction, arrivals[0].id).await?;
        transaction.commit().await?;
        let said: Acknowledgement = serde_json::from_slice(&acknowledgement.acknowledgement.0)
            .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
        Ok(Placed::Case(said.case_number))
    }

    /// Whether a body of this application, which its receipt is bound to, was received and is not the case.
    pub(super) async fn is_set_aside(&self, id: &str, content: &[u8]) -> Result<bool, StoreError> {
        let sql = "SELECT digest FROM evidence WHERE application_id = $1";
        for row in query_all(self.reader(), sql, [id.into()]).await? {
            if row.try_get::<Vec<u8>>("", "digest")?.starts_with(content) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Notes what is decided about a body; false if there is no such body, or anything was decided about it before.
async fn decide(
    db: &Transaction,
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
async fn set_aside(db: &Transaction, id: &str, why: &Decision) -> Result<(), StoreError> {
    execute(
        db,
        "INSERT INTO evidence (digest, application_id, registration, terminal, received_at, envelope) \
         SELECT digest, id, registration, terminal, received_at, envelope FROM application WHERE id = $1 \
         ON CONFLICT DO NOTHING",
        [id.into()],
    )
    .await?;
    let sql = "SELECT a.digest, a.registration, c.case_number, c.state, c.remark \
               FROM application a LEFT JOIN case_file c ON c.id = a.id WHERE a.id = $1";
    let row = query_one(db, sql, [id.into()]).await?.ok_or(StoreError::Corrupt("application"))?;
    let digest: Vec<u8> = row.try_get("", "digest")?;
    let text = |column: &str| row.try_get::<Option<String>>("", column);
    let details = serde_json::json!({
        "case_number": text("case_number")?, "state": text("state")?, "remark": text("remark")?,
    });
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
    execute(db, "DELETE FROM case_file WHERE id = $1", [id.into()]).await?;
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

//! Applications as they arrive: inserted first, so that the unique indexes decide what is a duplicate; then
//! the new ones become cases, and every other one gets the answer that its first copy got.
//!
//! One call is one transaction for applications of many connections, so that they share one sync to disk.

use super::applications::digest;
use super::{IntakeStore, reopened};
use crate::cases::{self, NewCase, RecordContext};
use crate::db::sql::{ROWS, execute, insert_rows, placeholders, query_all, query_one};
use crate::db::{FencedTransaction, StoreError};
use crate::fleet;
use crate::intake::domain::{Acceptance, Arrival, Disposition, Verdict};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::v1::Refusal;
use sea_orm::Value;
use std::collections::{HashMap, HashSet};

/// Other bodies kept under one application id; more than these are refused without being kept.
const EVIDENCE_LIMIT: i64 = 16;

impl IntakeStore<'_> {
    /// Records arrivals and says what has become of each, in the same order. Nothing is answered before the commit.
    pub(crate) async fn record(
        &self,
        arrivals: &[Arrival],
        context: &RecordContext,
    ) -> Result<Vec<Disposition>, StoreError> {
        let mut transaction = self.0.begin_fenced().await?;
        let mut fresh = insert(&transaction, arrivals, context.now).await?;
        note(&transaction, arrivals, &fresh).await?;
        let reopened = reopened::take(&transaction, arrivals, &fresh).await?;
        fresh.extend(&reopened);
        let mut dispositions = open_cases(&mut transaction, arrivals, &fresh, context).await?;
        reopened::tell(&transaction, arrivals, &reopened).await?;
        answer_the_others(&transaction, arrivals, &mut dispositions, context).await?;
        if crate::planted::is_planted("acknowledge-before-commit") {
            tokio::spawn(async move {
                // Long enough for whoever waits for the answer to do harm in between.
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                transaction.commit().await
            });
        } else {
            transaction.commit().await?;
        }
        Ok(dispositions.into_iter().map(|disposition| disposition.unwrap_or(Disposition::Later)).collect())
    }

    /// How many other bodies are kept under known ids or registration numbers.
    ///
    /// # Errors
    /// The database fails.
    pub async fn evidence(&self) -> Result<u64, StoreError> {
        let row = query_one(self.0.reader(), "SELECT COUNT(*) AS kept FROM evidence", []).await?;
        Ok(row.ok_or(StoreError::Corrupt("evidence"))?.try_get::<i64>("", "kept")? as u64)
    }
}

/// Inserts what is not there yet and returns the indices of what was inserted.
pub(super) async fn insert(
    db: &FencedTransaction,
    arrivals: &[Arrival],
    now: Millis,
) -> Result<Vec<usize>, StoreError> {
    let rows = arrivals.iter().map(|arrival| -> [Value; 9] {
        [
            arrival.id.to_string().into(),
            arrival.registration.to_string().into(),
            arrival.terminal.to_string().into(),
            arrival.item.clone().into(),
            arrival.digest.0.to_vec().into(),
            arrival.envelope.clone().into(),
            now.0.into(),
            refusal_text(&arrival.verdict).into(),
            i64::from(matches!(arrival.verdict, Verdict::CannotOpen)).into(),
        ]
    });
    let into =
        "application (id, registration, terminal, item, digest, envelope, received_at, refusal, unopened)";
    let mut inserted: HashMap<String, Digest> = HashMap::with_capacity(arrivals.len());
    for row in insert_rows(db, into, rows.collect(), "ON CONFLICT DO NOTHING RETURNING id, digest").await? {
        inserted.insert(row.try_get("", "id")?, digest(&row)?);
    }
    let mut claimed = HashSet::new();
    Ok((0..arrivals.len())
        .filter(|index| {
            let arrival = &arrivals[*index];
            let id = arrival.id.to_string();
            // Two copies may have come in one group: only one of them is the new one.
            inserted.get(&id).is_some_and(|digest| *digest == arrival.digest) && claimed.insert(id)
        })
        .collect())
}

/// As it is stored.
pub(super) fn refusal_text(verdict: &Verdict) -> Option<String> {
    verdict.refusal().and_then(|reason| serde_json::to_string(&reason).ok())
}

/// Notes, of arrivals that are being recorded, the highest number of each terminal, and for the new ones how they came.
pub(super) async fn note(
    db: &FencedTransaction,
    arrivals: &[Arrival],
    fresh: &[usize],
) -> Result<(), StoreError> {
    let numbers = arrivals.iter().map(|arrival| (&arrival.terminal, &arrival.registration)).collect();
    fleet::raise_numbers(db, numbers).await?;
    let marks = fresh.iter().filter_map(|index| Some((&arrivals[*index].id, arrivals[*index].mark?)));
    let rows = marks.map(|(id, mark)| -> [Value; 2] { [id.to_string().into(), mark.key().into()] });
    insert_rows(db, "application_mark (application_id, mark)", rows.collect(), "ON CONFLICT DO NOTHING")
        .await?;
    Ok(())
}

/// Makes cases of those that are accepted.
pub(super) async fn open_cases(
    db: &mut FencedTransaction,
    arrivals: &[Arrival],
    fresh: &[usize],
    context: &RecordContext,
) -> Result<Vec<Option<Disposition>>, StoreError> {
    let mut dispositions: Vec<Option<Disposition>> = vec![None; arrivals.len()];
    let mut accepted: Vec<(usize, &Acceptance)> = Vec::with_capacity(fresh.len());
    for index in fresh {
        let verdict = &arrivals[*index].verdict;
        if let Verdict::Accept(acceptance) = verdict {
            accepted.push((*index, acceptance));
        }
        dispositions[*index] = verdict.refusal().map(Disposition::Refused);
    }
    let new = accepted.iter().map(|(index, acceptance)| NewCase {
        application_id: arrivals[*index].id,
        registration: &arrivals[*index].registration,
        content: arrivals[*index].digest,
        task_code: &acceptance.task_code,
        item_name: &acceptance.item_name,
        item: &arrivals[*index].item,
        item_version: acceptance.item_version,
        department: &acceptance.department,
        terminal: arrivals[*index].terminal.as_str(),
        promised_days: acceptance.promised_days,
        working_days: acceptance.working_days,
        statutory_days: acceptance.statutory_days,
        promises: &acceptance.promises,
        terms: &acceptance.terms,
        awaits_files: !acceptance.attachments.is_empty(),
    });
    let new: Vec<NewCase<'_>> = new.collect();
    let acknowledgements = cases::open(db, &new, context).await?;
    let mut files: Vec<[Value; 3]> = Vec::new();
    for (index, acceptance) in &accepted {
        for entry in &acceptance.attachments {
            let text = serde_json::to_string(entry).map_err(|_| StoreError::Corrupt("attachment"))?;
            files.push([arrivals[*index].id.to_string().into(), entry.material.as_str().into(), text.into()]);
        }
    }
    insert_rows(db, "attachment (application_id, material, entry)", files, "").await?;
    for ((index, _), acknowledgement) in accepted.iter().zip(acknowledgements) {
        dispositions[*index] = Some(Disposition::Case(acknowledgement));
    }
    Ok(dispositions)
}

/// Replays get the stored answer; other bodies are kept as evidence and refused.
async fn answer_the_others(
    db: &FencedTransaction,
    arrivals: &[Arrival],
    dispositions: &mut [Option<Disposition>],
    context: &RecordContext,
) -> Result<(), StoreError> {
    let others: Vec<usize> = (0..arrivals.len()).filter(|index| dispositions[*index].is_none()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = others.iter().map(|index| arrivals[*index].id.to_string()).collect();
    let stored = stored(db, &ids).await?;
    let cases = cases::acknowledgements(db, &ids).await?;
    for index in others {
        let arrival = &arrivals[index];
        let id = arrival.id.to_string();
        dispositions[index] = Some(match (stored.get(&id), cases.get(&id)) {
            (Some((digest, _)), Some(acknowledgement))
                if *digest == arrival.digest && !crate::planted::is_planted("replay-is-conflict") =>
            {
                Disposition::Case(cases::resign(db, &id, acknowledgement.clone(), context).await?)
            }
            (Some((digest, refusal)), None) if *digest == arrival.digest => {
                let reason = refusal.as_deref().and_then(|text| serde_json::from_str(text).ok());
                Disposition::Refused(reason.ok_or(StoreError::Corrupt("refusal"))?)
            }
            _ => {
                keep_evidence(db, arrival, context.now).await?;
                Disposition::Refused(Refusal::Conflict {})
            }
        });
    }
    Ok(())
}

/// Digest and refusal of applications that are stored.
async fn stored(
    db: &FencedTransaction,
    ids: &[String],
) -> Result<HashMap<String, (Digest, Option<String>)>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for part in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT id, digest, refusal FROM application WHERE id IN {}",
            placeholders(1, part.len(), 1)
        );
        let values: Vec<Value> = part.iter().map(|id| id.as_str().into()).collect();
        for row in query_all(db, &sql, values).await? {
            found.insert(row.try_get("", "id")?, (digest(&row)?, row.try_get("", "refusal")?));
        }
    }
    Ok(found)
}

async fn keep_evidence(db: &FencedTransaction, arrival: &Arrival, now: Millis) -> Result<(), StoreError> {
    let id = arrival.id.to_string();
    tracing::warn!(
        application = id,
        registration = %arrival.registration,
        terminal = %arrival.terminal,
        digest = ?arrival.digest,
        "another body under a known application id or registration number"
    );
    let sql = "SELECT COUNT(*) AS kept FROM evidence WHERE application_id = $1";
    let row = query_one(db, sql, [id.as_str().into()]).await?.ok_or(StoreError::Corrupt("evidence"))?;
    if row.try_get::<i64>("", "kept")? >= EVIDENCE_LIMIT {
        return Ok(());
    }
    execute(
        db,
        "INSERT INTO evidence (digest, application_id, registration, terminal, received_at, envelope) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        [
            arrival.digest.0.to_vec().into(),
            id.into(),
            arrival.registration.to_string().into(),
            arrival.terminal.as_str().into(),
            now.0.into(),
            arrival.envelope.clone().into(),
        ],
    )
    .await?;
    Ok(())
}

//! New cases: each has a number that was never given before, and the hall's signed word that it has been received.

use crate::cases::domain::{NewCase, RecordContext, initial};
use crate::db::sql::{ROWS, execute, insert_rows, placeholders, query_all};
use crate::db::{FencedTransaction, StoreError, day_number};
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::ids::CaseNumber;
use bianmin_protocol::v1::{Acknowledgement, SignedAcknowledgement};
use jiff::civil::Date;
use sea_orm::Value;
use std::collections::{BTreeMap, HashMap};

/// Opens cases, and returns the acknowledgement of each, in the same order.
pub(crate) async fn open(
    db: &mut FencedTransaction,
    cases: &[NewCase<'_>],
    context: &RecordContext,
) -> Result<Vec<SignedAcknowledgement>, StoreError> {
    let epoch = db.state().epoch;
    let numbers = number(db, cases, context.day).await?;
    let acknowledgements: Vec<Acknowledgement> = cases
        .iter()
        .zip(numbers)
        .map(|(case, case_number)| Acknowledgement {
            application_id: case.application_id,
            registration: case.registration.clone(),
            case_number,
            received_at: context.now,
            epoch,
            content: case.content,
        })
        .collect();
    let key = context.key.clone();
    let (acknowledgements, signed) = tokio::task::spawn_blocking(move || {
        let signed: Vec<SignedAcknowledgement> = acknowledgements.iter().map(|one| one.sign(&key)).collect();
        (acknowledgements, signed)
    })
    .await
    .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
    let rows = cases.iter().zip(&acknowledgements).zip(&signed);
    let rows = rows.map(|((case, acknowledgement), signed)| -> [Value; 10] {
        [
            case.application_id.to_string().into(),
            acknowledgement.case_number.to_string().into(),
            initial(case.awaits_files).key().into(),
            case.item_name.into(),
            i64::from(case.promised_days).into(),
            i64::from(case.working_days).into(),
            context.now.0.into(),
            "".into(),
            signed.acknowledgement.0.clone().into(),
            signed.signature.0.clone().into(),
        ]
    });
    let into = "case_file (id, case_number, state, item_name, promised_days, working_days, changed_at, remark, \
                acknowledgement, signature)";
    insert_rows(db, into, rows.collect(), "").await?;
    Ok(signed)
}

/// Task code, day, and a number that runs for each task code and day.
async fn number(
    db: &mut FencedTransaction,
    cases: &[NewCase<'_>],
    day: Date,
) -> Result<Vec<CaseNumber>, StoreError> {
    let day = day_number(day);
    let floor = db.numbers().floor_of(day);
    let mut wanted: BTreeMap<&str, i64> = BTreeMap::new();
    for case in cases {
        *wanted.entry(case.task_code).or_default() += 1;
    }
    let mut next: HashMap<String, i64> = HashMap::with_capacity(wanted.len());
    let wanted: Vec<(&str, i64)> = wanted.into_iter().collect();
    for part in wanted.chunks(ROWS) {
        // In one statement, since almost every application of a commit has another task code.
        let sql = format!(
            "INSERT INTO case_counter (task_code, day, last) VALUES {} \
             ON CONFLICT (task_code, day) DO UPDATE SET last = excluded.last - ${floor} + \
             CASE WHEN case_counter.last < ${floor} THEN ${floor} ELSE case_counter.last END \
             RETURNING task_code, last",
            placeholders(part.len(), 3, 1),
            floor = 3 * part.len() + 1
        );
        let values = part
            .iter()
            .flat_map(|(code, count)| -> [Value; 3] { [(*code).into(), day.into(), (floor + count).into()] })
            .chain([floor.into()]);
        for row in query_all(db, &sql, values).await? {
            next.insert(row.try_get("", "task_code")?, row.try_get("", "last")?);
        }
    }
    if let Some(last) = next.values().max() {
        db.reach_for_cases(day, *last).await?;
    }
    for (code, count) in wanted {
        *next.get_mut(code).ok_or(StoreError::Corrupt("case counter"))? -= count;
    }
    cases
        .iter()
        .map(|case| {
            let number = next.get_mut(case.task_code).ok_or(StoreError::Corrupt("case counter"))?;
            *number += 1;
            CaseNumber::parse(&format!("{}{day:08}{number:04}", case.task_code))
                .map_err(|_| StoreError::Corrupt("task code"))
        })
        .collect()
}

/// The acknowledgements of these applications, as they are stored.
pub(crate) async fn acknowledgements(
    db: &FencedTransaction,
    ids: &[String],
) -> Result<HashMap<String, SignedAcknowledgement>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for part in ids.chunks(ROWS) {
        let sql = format!(
            "SELECT id, acknowledgement, signature FROM case_file WHERE id IN {}",
            placeholders(1, part.len(), 1)
        );
        let values: Vec<Value> = part.iter().map(|id| id.as_str().into()).collect();
        for row in query_all(db, &sql, values).await? {
            let (acknowledgement, signature) =
                (Blob(row.try_get("", "acknowledgement")?), Blob(row.try_get("", "signature")?));
            found.insert(row.try_get("", "id")?, SignedAcknowledgement { acknowledgement, signature });
        }
    }
    Ok(found)
}

/// The acknowledgement as this hall's key signs it: terminals believe no other.
pub(crate) async fn resign(
    db: &FencedTransaction,
    id: &str,
    stored: SignedAcknowledgement,
    context: &RecordContext,
) -> Result<SignedAcknowledgement, StoreError> {
    if !context.is_resigning || stored.verify(&context.key.public()).is_some() {
        return Ok(stored);
    }
    let content: Acknowledgement = serde_json::from_slice(&stored.acknowledgement.0)
        .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
    let signed = content.sign(&context.key);
    execute(
        db,
        "UPDATE case_file SET acknowledgement = $1, signature = $2 WHERE id = $3",
        [signed.acknowledgement.0.clone().into(), signed.signature.0.clone().into(), id.into()],
    )
    .await?;
    Ok(signed)
}

//! New cases: each has a number that was never given before, and the hall's signed word that it has been received.

use super::history::{insert_materials, new_event, stream};
use super::row::{self, FIRST, FIRST_COLUMNS};
use super::search;
use crate::audit::{self, Actor, Extension, Position};
use crate::cases::domain::{
    CaseEvent, CaseFold, NewCase, Opening, Projection, Promise, RecordContext, initial,
};
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
    let folds = opened(cases, context)?;
    let extensions = folds.iter().zip(&acknowledgements);
    let extensions = extensions.map(|((event, _), acknowledgement)| {
        Ok(Extension {
            stream: stream(&acknowledgement.case_number.to_string()),
            from: Position::START,
            events: vec![new_event(context.now, &Actor::Hall, event)?],
        })
    });
    let extensions = extensions.collect::<Result<_, StoreError>>()?;
    let ends = audit::extend(db, &context.case_keys.chain, extensions).await?;
    let rows = cases.iter().zip(&acknowledgements).zip(&signed).zip(&folds).zip(&ends);
    let timings = projections(&folds, context);
    let rows = rows.zip(&timings);
    let rows = rows.map(|(((((case, acknowledgement), signed), (_, fold)), end), timing)| {
        let own: [Value; OWN_COLUMNS] = [
            case.application_id.to_string().into(),
            acknowledgement.case_number.to_string().into(),
            case.item_name.into(),
            i64::from(case.promised_days).into(),
            i64::from(case.working_days).into(),
            signed.acknowledgement.0.clone().into(),
            signed.signature.0.clone().into(),
            case.item.into(),
            i64::from(case.item_version).into(),
            case.department.into(),
            case.terminal.into(),
            context.now.0.into(),
            i64::from(case.statutory_days).into(),
            1_i64.into(),
        ];
        let mut values = own.into_iter().chain(row::first_values(fold, *end, timing));
        std::array::from_fn::<Value, { OWN_COLUMNS + FIRST_COLUMNS }, _>(|_| {
            values.next().unwrap_or(Value::BigInt(None))
        })
    });
    insert_rows(db, &format!("case_file ({OWN}, {FIRST})"), rows.collect(), "").await?;
    insert_materials(db, folds.iter().map(|(_, fold)| fold)).await?;
    let ids: Vec<String> = cases.iter().map(|case| case.application_id.to_string()).collect();
    let terms = ids.iter().map(String::as_str).zip(cases.iter().map(|case| case.terms));
    search::insert(db, &context.case_keys, terms).await?;
    Ok(signed)
}

/// The first event of each case, and what it makes.
fn opened(cases: &[NewCase<'_>], context: &RecordContext) -> Result<Vec<(CaseEvent, CaseFold)>, StoreError> {
    let timing = context.timing();
    let one = |case: &NewCase<'_>| {
        let promise = |(material, days): &(String, u16)| Promise {
            material: material.clone(),
            due: timing.promise(context.now, *days),
        };
        let opening = Opening {
            application: case.application_id.to_string(),
            item: case.item.to_owned(),
            item_version: case.item_version,
            department: case.department.to_owned(),
            terminal: case.terminal.to_owned(),
            received_at: context.now,
            promised_days: case.promised_days,
            working_days: case.working_days,
            statutory_days: case.statutory_days,
            promises: case.promises.iter().map(promise).collect(),
        };
        let event = CaseEvent::Opened { opening, state: initial(case.awaits_files) };
        let fold = CaseFold::begin(context.now, &event).ok_or(StoreError::Corrupt("event of a case"))?;
        Ok((event, fold))
    };
    cases.iter().map(one).collect()
}

/// What lists know of the clocks. Those of one commit begin together, and few limits are different.
fn projections(folds: &[(CaseEvent, CaseFold)], context: &RecordContext) -> Vec<Projection> {
    let mut known: HashMap<(u16, bool, bool), Projection> = HashMap::new();
    let timing = context.timing();
    let of = |(_, fold): &(CaseEvent, CaseFold)| {
        let limit = (fold.opening.promised_days, fold.opening.working_days, fold.waits_since.is_some());
        *known.entry(limit).or_insert_with(|| timing.projection(fold))
    };
    folds.iter().map(of).collect()
}

/// What the fold does not say, in the order of the rows above.
const OWN: &str = "id, case_number, item_name, promised_days, working_days, acknowledgement, signature, item, item_version, \
     department, terminal, received_at, statutory_days, searchable";
/// How many these are.
const OWN_COLUMNS: usize = 14;

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

//! Applications as they arrive: inserted first, so that the unique indexes decide what is a duplicate; then
//! the new ones get their case numbers, and every other one the answer that its first copy got.
//!
//! One call is one transaction for applications of many connections, so that they share one sync to disk.

mod reopened;

use super::entity::{application, attachment, case_file, evidence};
use super::life::day_number;
use super::standing::{self, Mark};
use super::{Present, Store, StoreError, Transaction, execute};
use bianmin_protocol::application::AttachmentEntry;
use bianmin_protocol::bytes::{Blob, Digest};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Millis, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Acknowledgement, Outcome, Refusal, SignedAcknowledgement};
use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, Insert, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait,
    Set, Statement, Value,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An application whose envelope was checked, with what the rules say about it.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub id: ApplicationId,
    pub registration: RegistrationNumber,
    pub terminal: TerminalId,
    pub item: String,
    pub digest: Digest,
    pub envelope: Vec<u8>,
    pub verdict: Verdict,
    pub mark: Option<Mark>,
}

/// What the rules say.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Accept(Acceptance),
    Refuse(Refusal),
    /// It is sealed to a key that is not here. Refused for now, and tried again with the next key.
    CannotOpen,
}

impl Verdict {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Accept(_) => None,
            Self::Refuse(reason) => Some(reason.clone()),
            Self::CannotOpen => Some(Refusal::Malformed {}),
        }
    }

    /// As it is stored.
    fn refusal_text(&self) -> Option<String> {
        self.refusal().and_then(|reason| serde_json::to_string(&reason).ok())
    }
}

/// What a new case needs to know of its item.
#[derive(Debug, Clone)]
pub(crate) struct Acceptance {
    pub task_code: String,
    pub item_name: String,
    pub promised_days: u16,
    pub working_days: bool,
    pub attachments: Vec<AttachmentEntry>,
}

/// Other bodies kept under one application id; more than these are refused without being kept.
const EVIDENCE_LIMIT: u64 = 16;
/// Rows in one statement: below SQLite's 32,766 and PostgreSQL's 65,535 values.
const ROWS: usize = 256;

/// When and with what an arrival is recorded.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub now: Millis,
    pub day: Date,
    pub key: SigningKey,
    /// What is stored may have been signed with another key.
    pub is_resigning: bool,
}

impl Store {
    /// Records arrivals and gives one answer for each, in the same order. Nothing is answered before the commit.
    pub(crate) async fn record(
        &self,
        arrivals: &[Arrival],
        moment: &Moment,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut transaction = self.begin().await?;
        let present = transaction.present()?;
        let mut fresh = insert(&transaction, arrivals, moment.now).await?;
        standing::note(&transaction, arrivals, &fresh).await?;
        let reopened = reopened::take(&transaction, arrivals, &fresh).await?;
        fresh.extend(&reopened);
        let mut outcomes = open_cases(&mut transaction, arrivals, &fresh, moment, present).await?;
        reopened::tell(&transaction, arrivals, &reopened).await?;
        answer_the_others(&transaction, arrivals, &mut outcomes, moment).await?;
        if crate::planted::is_planted("acknowledge-before-commit") {
            tokio::spawn(async move {
                // Long enough for whoever waits for the answer to do harm in between.
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                transaction.commit().await
            });
        } else {
            transaction.commit().await?;
        }
        Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or(Outcome::Later {})).collect())
    }
}

/// Inserts what is not there yet and returns the indices of what was inserted.
pub(super) async fn insert(
    db: &Transaction,
    arrivals: &[Arrival],
    now: Millis,
) -> Result<Vec<usize>, StoreError> {
    let mut inserted: HashMap<String, Vec<u8>> = HashMap::with_capacity(arrivals.len());
    for part in arrivals.chunks(ROWS) {
        let mut query = Insert::many(part.iter().map(|arrival| application::ActiveModel {
            id: Set(arrival.id.to_string()),
            registration: Set(arrival.registration.to_string()),
            terminal: Set(arrival.terminal.to_string()),
            item: Set(arrival.item.clone()),
            digest: Set(arrival.digest.0.to_vec()),
            envelope: Set(arrival.envelope.clone()),
            received_at: Set(now.0),
            refusal: Set(arrival.verdict.refusal_text()),
            unopened: Set(i64::from(matches!(arrival.verdict, Verdict::CannotOpen))),
        }))
        .into_query();
        query.on_conflict(OnConflict::new().do_nothing().to_owned()).returning(
            sea_orm::sea_query::Query::returning()
                .columns([application::Column::Id, application::Column::Digest]),
        );
        for row in db.query_all(&query).await? {
            inserted.insert(row.try_get("", "id")?, row.try_get("", "digest")?);
        }
    }
    let mut claimed = HashSet::new();
    Ok((0..arrivals.len())
        .filter(|index| {
            let arrival = &arrivals[*index];
            let id = arrival.id.to_string();
            // Two copies may have come in one group: only one of them is the new one.
            inserted.get(&id).is_some_and(|digest| *digest == arrival.digest.0) && claimed.insert(id)
        })
        .collect())
}

pub(super) async fn open_cases(
    db: &mut Transaction,
    arrivals: &[Arrival],
    fresh: &[usize],
    moment: &Moment,
    present: Present,
) -> Result<Vec<Option<Outcome>>, StoreError> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; arrivals.len()];
    let mut accepted: Vec<(usize, &Acceptance)> = Vec::with_capacity(fresh.len());
    for index in fresh {
        let verdict = &arrivals[*index].verdict;
        if let Verdict::Accept(acceptance) = verdict {
            accepted.push((*index, acceptance));
        }
        outcomes[*index] = verdict.refusal().map(|reason| Outcome::Refused { reason });
    }
    let numbers = number_cases(db, &accepted, moment.day).await?;
    let acknowledgements: Vec<Acknowledgement> = accepted
        .iter()
        .zip(numbers)
        .map(|((index, _), case_number)| Acknowledgement {
            application_id: arrivals[*index].id,
            registration: arrivals[*index].registration.clone(),
            case_number,
            received_at: moment.now,
            epoch: present.epoch,
            content: arrivals[*index].digest,
        })
        .collect();
    let key = moment.key.clone();
    let (acknowledgements, signed) = tokio::task::spawn_blocking(move || {
        let signed: Vec<SignedAcknowledgement> = acknowledgements.iter().map(|one| one.sign(&key)).collect();
        (acknowledgements, signed)
    })
    .await
    .map_err(|_| StoreError::Corrupt("acknowledgement"))?;

    let mut rows = Vec::with_capacity(accepted.len());
    let mut attachments = Vec::new();
    for (((index, acceptance), acknowledgement), signed) in
        accepted.iter().zip(&acknowledgements).zip(&signed)
    {
        let id = arrivals[*index].id.to_string();
        for entry in &acceptance.attachments {
            attachments.push(attachment::ActiveModel {
                application_id: Set(id.clone()),
                material: Set(entry.material.to_string()),
                entry: Set(serde_json::to_string(entry).map_err(|_| StoreError::Corrupt("attachment"))?),
                completed_at: Set(None),
                readable: Set(None),
            });
        }
        let state =
            if acceptance.attachments.is_empty() { CaseState::Received } else { CaseState::AwaitingFiles };
        rows.push(case_file::ActiveModel {
            id: Set(id),
            case_number: Set(acknowledgement.case_number.to_string()),
            state: Set(state.key().to_owned()),
            item_name: Set(acceptance.item_name.clone()),
            promised_days: Set(i64::from(acceptance.promised_days)),
            working_days: Set(i64::from(acceptance.working_days)),
            changed_at: Set(moment.now.0),
            remark: Set(String::new()),
            acknowledgement: Set(signed.acknowledgement.0.clone()),
            signature: Set(signed.signature.0.clone()),
        });
    }
    for part in rows.chunks(ROWS) {
        case_file::Entity::insert_many(part.iter().cloned()).exec_without_returning(db).await?;
    }
    for part in attachments.chunks(ROWS) {
        attachment::Entity::insert_many(part.iter().cloned()).exec_without_returning(db).await?;
    }
    for ((index, _), acknowledgement) in accepted.iter().zip(signed) {
        outcomes[*index] = Some(Outcome::Acknowledged { acknowledgement });
    }
    Ok(outcomes)
}

/// Task code, day, and a number that runs for each task code and day.
async fn number_cases(
    db: &mut Transaction,
    accepted: &[(usize, &Acceptance)],
    day: Date,
) -> Result<Vec<CaseNumber>, StoreError> {
    let day = day_number(day);
    let floor = db.numbers().floor_of(day);
    let mut wanted: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, acceptance) in accepted {
        *wanted.entry(&acceptance.task_code).or_default() += 1;
    }
    let mut next: HashMap<String, i64> = HashMap::with_capacity(wanted.len());
    let wanted: Vec<(&str, i64)> = wanted.into_iter().collect();
    for part in wanted.chunks(ROWS) {
        // In one statement, since almost every application of a commit has another task code.
        let rows: Vec<String> = (0..part.len())
            .map(|row| format!("(${}, ${}, ${})", 3 * row + 1, 3 * row + 2, 3 * row + 3))
            .collect();
        let sql = format!(
            "INSERT INTO case_counter (task_code, day, last) VALUES {} \
             ON CONFLICT (task_code, day) DO UPDATE SET last = excluded.last - ${floor} + \
             CASE WHEN case_counter.last < ${floor} THEN ${floor} ELSE case_counter.last END \
             RETURNING task_code, last",
            rows.join(", "),
            floor = 3 * part.len() + 1
        );
        let values = part
            .iter()
            .flat_map(|(code, count)| -> [Value; 3] { [(*code).into(), day.into(), (floor + count).into()] })
            .chain([floor.into()]);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        for row in db.query_all_raw(statement).await? {
            next.insert(row.try_get("", "task_code")?, row.try_get("", "last")?);
        }
    }
    if let Some(last) = next.values().max() {
        db.reach_for_cases(day, *last).await?;
    }
    for (code, count) in wanted {
        *next.get_mut(code).ok_or(StoreError::Corrupt("case counter"))? -= count;
    }
    accepted
        .iter()
        .map(|(_, acceptance)| {
            let number = next.get_mut(&acceptance.task_code).ok_or(StoreError::Corrupt("case counter"))?;
            *number += 1;
            CaseNumber::parse(&format!("{}{day:08}{number:04}", acceptance.task_code))
                .map_err(|_| StoreError::Corrupt("task code"))
        })
        .collect()
}

/// Replays get the stored answer; other bodies are kept as evidence and refused.
async fn answer_the_others(
    db: &Transaction,
    arrivals: &[Arrival],
    outcomes: &mut [Option<Outcome>],
    moment: &Moment,
) -> Result<(), StoreError> {
    let others: Vec<usize> = (0..arrivals.len()).filter(|index| outcomes[*index].is_none()).collect();
    if others.is_empty() {
        return Ok(());
    }
    let ids = others.iter().map(|index| arrivals[*index].id.to_string());
    let stored: HashMap<String, (Vec<u8>, Option<String>)> = application::Entity::find()
        .select_only()
        .columns([application::Column::Id, application::Column::Digest, application::Column::Refusal])
        .filter(application::Column::Id.is_in(ids.clone()))
        .into_tuple::<(String, Vec<u8>, Option<String>)>()
        .all(db)
        .await?
        .into_iter()
        .map(|(id, digest, refusal)| (id, (digest, refusal)))
        .collect();
    let cases: HashMap<String, (Vec<u8>, Vec<u8>)> = case_file::Entity::find()
        .select_only()
        .columns([case_file::Column::Id, case_file::Column::Acknowledgement, case_file::Column::Signature])
        .filter(case_file::Column::Id.is_in(ids))
        .into_tuple::<(String, Vec<u8>, Vec<u8>)>()
        .all(db)
        .await?
        .into_iter()
        .map(|(id, acknowledgement, signature)| (id, (acknowledgement, signature)))
        .collect();
    for index in others {
        let arrival = &arrivals[index];
        let id = arrival.id.to_string();
        outcomes[index] = Some(match (stored.get(&id), cases.get(&id)) {
            (Some((digest, _)), Some((acknowledgement, signature)))
                if *digest == arrival.digest.0 && !crate::planted::is_planted("replay-is-conflict") =>
            {
                let stored = SignedAcknowledgement {
                    acknowledgement: Blob(acknowledgement.clone()),
                    signature: Blob(signature.clone()),
                };
                Outcome::Acknowledged { acknowledgement: own(db, &id, stored, moment).await? }
            }
            (Some((digest, refusal)), None) if *digest == arrival.digest.0 => {
                let reason = refusal.as_deref().and_then(|text| serde_json::from_str(text).ok());
                Outcome::Refused { reason: reason.ok_or(StoreError::Corrupt("refusal"))? }
            }
            _ => {
                keep_evidence(db, arrival, moment.now).await?;
                Outcome::Refused { reason: Refusal::Conflict {} }
            }
        });
    }
    Ok(())
}

/// The acknowledgement as this hall's key signs it: terminals believe no other.
async fn own(
    db: &Transaction,
    id: &str,
    stored: SignedAcknowledgement,
    moment: &Moment,
) -> Result<SignedAcknowledgement, StoreError> {
    if !moment.is_resigning || stored.verify(&moment.key.public()).is_some() {
        return Ok(stored);
    }
    let content: Acknowledgement = serde_json::from_slice(&stored.acknowledgement.0)
        .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
    let signed = content.sign(&moment.key);
    execute(
        db,
        "UPDATE case_file SET acknowledgement = $1, signature = $2 WHERE id = $3",
        [signed.acknowledgement.0.clone().into(), signed.signature.0.clone().into(), id.into()],
    )
    .await?;
    Ok(signed)
}

async fn keep_evidence(db: &Transaction, arrival: &Arrival, now: Millis) -> Result<(), StoreError> {
    let id = arrival.id.to_string();
    tracing::warn!(
        application = id,
        registration = %arrival.registration,
        terminal = %arrival.terminal,
        digest = ?arrival.digest,
        "another body under a known application id or registration number"
    );
    let kept = evidence::Entity::find().filter(evidence::Column::ApplicationId.eq(&id)).count(db).await?;
    if kept >= EVIDENCE_LIMIT {
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

//! A damaged ledger is set aside, and everything in it that still proves itself goes on in a fresh one.
//!
//! Nothing is taken on trust: applications and outcomes have a MAC, sealed bodies the terminal's signature, chunks
//! a digest (and the hall's own check). An application whose row is gone but whose sealed body is whole is made
//! again from its header. What is sealed waits again: the hall answers what it has with the same acknowledgement.
//! The damaged files stay in `damaged-N` for the technician.

use super::journal::{JobKind, JobRow, JobState, Outlet};
use super::mark::Mark;
use super::outbox::{OutboxState, Reason};
use super::pages::{PageRow, Pages, Value};
use super::records::KeptFacts;
use super::rows::OutcomeRow;
use super::{Ledger, LedgerError, schema};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::ticket::TicketNumber;
use bianmin_protocol::v1::Envelope;
use rusqlite::{Connection, Transaction, params};
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

const UNFINISHED: &str = "ledger.salvaging";
const FINISHED: &str = "ledger.salvaged";
const FILE: &str = "ledger.sqlite";

/// What was found and proved itself.
#[derive(Default)]
struct Found {
    /// By sequence: the columns of `application`.
    applications: BTreeMap<i64, (ApplicationId, Vec<Value>)>,
    envelopes: HashMap<ApplicationId, (i64, Vec<u8>)>,
    outcomes: HashMap<i64, OutcomeRow>,
    jobs: HashMap<JobKey, FoundJob>,
}

/// Which print job a row is about: its row number may be what is damaged.
#[derive(PartialEq, Eq, Hash)]
enum JobKey {
    Copy(i64, String, u32),
    Ticket(String),
    Loose(i64),
}

struct FoundJob {
    rowid: i64,
    row: JobRow,
    changed_at: i64,
}

impl FoundJob {
    fn key(&self) -> JobKey {
        match (self.row.sequence, self.row.kind(), &self.row.label) {
            (Some(sequence), ..) => JobKey::Copy(sequence, self.row.kind.clone(), self.row.copy),
            (None, JobKind::Ticket, Some(label)) => JobKey::Ticket(label.clone()),
            (None, ..) => JobKey::Loose(self.rowid),
        }
    }

    /// The later a state, the more is known.
    fn rank(&self) -> usize {
        match self.row.state {
            JobState::Intent => 0,
            JobState::Sent => 1,
            JobState::Unknown => 2,
            JobState::Failed => 3,
            JobState::Printed => 4,
        }
    }
}

/// Whether a salvage was finished, but not put in place.
pub(super) fn is_pending(folder: &Path) -> bool {
    folder.join(FINISHED).exists()
}

/// Makes a fresh ledger beside the damaged one. Nobody else may have it open.
pub(super) fn salvage(ledger: &Ledger, folder: &Path, mark: &Mark) -> Result<(), LedgerError> {
    tracing::error!("the ledger is damaged: everything in it that proves itself goes on in a fresh one");
    for name in [UNFINISHED, "ledger.salvaging-journal", "ledger.salvaging-wal", "ledger.salvaging-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    let pages = Pages::open(&folder.join(FILE), &folder.join("ledger.sqlite-wal"));
    let mut fresh = Connection::open(folder.join(UNFINISHED))?;
    schema::prepare(&mut fresh, 0, || ())?;
    fresh.pragma_update(None, "foreign_keys", false)?;
    let transaction = fresh.transaction()?;
    let mut found = Found::default();
    let mut failed = Ok(());
    pages.rows(|row| {
        if failed.is_ok() {
            failed = ledger.sort(&transaction, row, &mut found);
        }
    });
    failed?;
    ledger.put(&transaction, found, mark)?;
    transaction.commit()?;
    fresh.pragma_update(None, "journal_mode", "DELETE")?;
    drop(fresh);
    File::open(folder.join(UNFINISHED))?.sync_all()?;
    std::fs::rename(folder.join(UNFINISHED), folder.join(FINISHED))?;
    File::open(folder)?.sync_all()?;
    put_in_place(folder)
}

/// Exchanges the damaged files for the fresh one. A kill in between is made good by the next start.
pub(super) fn put_in_place(folder: &Path) -> Result<(), LedgerError> {
    let aside = (1..).map(|number| folder.join(format!("damaged-{number}"))).find(|path| !path.exists());
    let aside = aside.unwrap_or_else(|| folder.join("damaged"));
    std::fs::create_dir_all(&aside)?;
    // The journal first: it must never meet the fresh file.
    let journal = folder.join("ledger.sqlite-wal");
    if journal.exists() {
        std::fs::rename(&journal, aside.join("ledger.sqlite-wal"))?;
    }
    let _ = std::fs::remove_file(folder.join("ledger.sqlite-shm"));
    let _ = std::fs::hard_link(folder.join(FILE), aside.join(FILE));
    File::open(folder)?.sync_all()?;
    std::fs::rename(folder.join(FINISHED), folder.join(FILE))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

impl Ledger {
    /// Recognises a row by its form and keeps it if it proves itself.
    fn sort(&self, fresh: &Transaction<'_>, row: PageRow, found: &mut Found) -> Result<(), LedgerError> {
        use Value::{Blob, Integer, Null, Text};
        match row.columns.as_slice() {
            [
                Null,
                Blob(id),
                Text(number),
                Text(item),
                Integer(at),
                Text(token),
                Blob(digest),
                Text(slip),
                Blob(mac),
            ] => {
                let columns = [
                    Some(id.as_slice()),
                    Some(number.as_bytes()),
                    Some(item.as_bytes()),
                    Some(&at.to_be_bytes()[..]),
                    Some(token.as_bytes()),
                    Some(digest.as_slice()),
                    Some(slip.as_bytes()),
                ];
                if self.inner.mac.fits("application", &columns, mac)
                    && let Ok(id) = uuid::Uuid::from_slice(id)
                {
                    found.applications.insert(row.rowid, (ApplicationId(id), row.columns));
                }
            }
            [Null, Blob(bytes), Null | Integer(_)] => {
                if let Some(id) = self.proven(bytes) {
                    found.envelopes.insert(id, (row.rowid, bytes.clone()));
                }
            }
            [Null, Text(state), acknowledgement, reason, progress, Blob(mac)] => {
                let Some(state) = OutboxState::from_name(state) else { return Ok(()) };
                let outcome = OutcomeRow {
                    state,
                    acknowledgement: text(acknowledgement),
                    reason: text(reason),
                    progress: text(progress),
                };
                let rank = |outcome: &OutcomeRow| match outcome.state {
                    OutboxState::Waiting => 0,
                    OutboxState::Quarantined => 1,
                    OutboxState::Acknowledged => 2,
                };
                if outcome.mac(self, row.rowid) == mac.as_slice()
                    && found.outcomes.get(&row.rowid).is_none_or(|known| rank(known) <= rank(&outcome))
                {
                    found.outcomes.insert(row.rowid, outcome);
                }
            }
            [Integer(sequence), Text(material), Integer(place), Blob(digest), Integer(sent), Blob(bytes)]
                if Digest::of(bytes).0.as_slice() == digest =>
            {
                fresh.prepare_cached("INSERT OR IGNORE INTO chunk (sequence, material, place, digest, sent, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                    .execute(params![sequence, material, place, digest, sent, bytes])?;
            }
            // As the first schema wrote them: a file may be damaged before it was migrated.
            [
                Null,
                Integer(sequence),
                Integer(copy),
                Text(state),
                reason @ (Null | Text(_)),
                Integer(changed_at),
                Blob(mac),
            ] => {
                let Ok(copy) = u32::try_from(*copy) else { return Ok(()) };
                let job = JobRow {
                    state: JobState::from_name(state),
                    reason: text(reason),
                    ..JobRow::intent(JobKind::Receipt, Outlet::Slip).of_application(*sequence, copy)
                };
                self.keep_job(job, row.rowid, *changed_at, mac, found);
            }
            [
                Null,
                Text(kind),
                sequence @ (Null | Integer(_)),
                label @ (Null | Text(_)),
                Integer(copy),
                Text(outlet),
                Text(state),
                reason @ (Null | Text(_)),
                Integer(changed_at),
                Blob(mac),
            ] => {
                let Ok(copy) = u32::try_from(*copy) else { return Ok(()) };
                let job = JobRow {
                    kind: kind.clone(),
                    sequence: if let Integer(sequence) = sequence { Some(*sequence) } else { None },
                    label: text(label),
                    copy,
                    outlet: Outlet::from_name(outlet),
                    state: JobState::from_name(state),
                    reason: text(reason),
                };
                self.keep_job(job, row.rowid, *changed_at, mac, found);
            }
            _ => {}
        }
        Ok(())
    }

    fn keep_job(&self, row: JobRow, rowid: i64, changed_at: i64, mac: &[u8], found: &mut Found) {
        if row.mac(self).as_slice() != mac {
            return;
        }
        let job = FoundJob { rowid, row, changed_at };
        let key = job.key();
        if found.jobs.get(&key).is_none_or(|known| known.rank() <= job.rank()) {
            found.jobs.insert(key, job);
        }
    }

    /// Whose envelope this is, if it is this terminal's own.
    fn proven(&self, bytes: &[u8]) -> Option<ApplicationId> {
        let envelope: Envelope = serde_json::from_slice(bytes).ok()?;
        self.identity().author(&envelope)?;
        Some(envelope.read_header().ok()?.application_id)
    }

    fn put(&self, fresh: &Transaction<'_>, found: Found, mark: &Mark) -> Result<(), LedgerError> {
        let Found { applications, mut envelopes, outcomes, jobs } = found;
        let mut numbers: Vec<RegistrationNumber> = mark.registration.iter().cloned().collect();
        let mut known = HashMap::new();
        for (sequence, (id, columns)) in &applications {
            // A row may have been found under two sequences, one of them damaged.
            if known.insert(*id, *sequence).is_some() {
                continue;
            }
            let values = columns[1..].iter().map(to_sql);
            fresh
                .prepare_cached(
                    "INSERT OR IGNORE INTO application (sequence, id, registration, item, accepted_at, token, digest, slip, mac)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                )?
                .execute(rusqlite::params_from_iter(std::iter::once((*sequence).into()).chain(values)))?;
            if let Value::Text(number) = &columns[2] {
                numbers.extend(RegistrationNumber::parse(number));
            }
            let envelope = envelopes.remove(id).map(|(_, bytes)| bytes);
            self.put_outcome(fresh, *sequence, outcomes.get(sequence), envelope)?;
        }
        for (id, (sequence, bytes)) in envelopes {
            let Some((receipt, digest)) = receipt_of(&bytes) else { continue };
            numbers.push(receipt.registration.clone());
            // A predecessor's key is not here any more, so its receipt cannot be signed again.
            let own = &self.identity().enrolled.certificate;
            let is_own = receipt.registration.terminal() == &own.terminal;
            let token = if is_own { receipt.token(own, &self.identity().key) } else { String::new() };
            let given = self.insert_application(fresh, &receipt, &token, digest, &KeptFacts::default())?;
            // It was accepted as this one, unless that place is taken.
            let taken = known.insert(id, sequence).is_some() || applications.contains_key(&sequence);
            let place = if taken { given } else { sequence };
            fresh.execute("DELETE FROM outcome WHERE sequence = ?1", [given])?;
            fresh.execute("UPDATE application SET sequence = ?2 WHERE sequence = ?1", [given, place])?;
            self.put_outcome(fresh, place, outcomes.get(&place), Some(bytes))?;
        }
        let mut tickets = mark.tickets.clone();
        for job in jobs.into_values() {
            if job.row.kind() == JobKind::Ticket {
                tickets.extend(job.row.label.as_deref().and_then(|label| TicketNumber::parse(label).ok()));
            }
            // Two may claim one place, one of them damaged: then it has another.
            let given = self.insert_job(fresh, &job.row, Millis(job.changed_at))?;
            fresh
                .prepare_cached("UPDATE OR IGNORE print_job SET job = ?2 WHERE job = ?1")?
                .execute([given.0, job.rowid])?;
        }
        self.restore_tickets(fresh, tickets)?;
        for orphans in ["chunk", "print_job"] {
            fresh.execute(
                &format!("DELETE FROM {orphans} WHERE sequence NOT IN (SELECT sequence FROM application)"),
                [],
            )?;
        }
        if let Some(last) = numbers.into_iter().max_by_key(|number| (number.day(), number.sequence())) {
            self.set_fact(fresh, "last registration", &last.to_string())?;
        }
        fresh.execute("DELETE FROM sqlite_sequence WHERE name = 'application'", [])?;
        fresh.execute(
            "INSERT INTO sqlite_sequence (name, seq)
             VALUES ('application', MAX(?1, (SELECT COALESCE(MAX(sequence), 0) FROM application)))",
            [mark.sequence],
        )?;
        Ok(())
    }

    fn put_outcome(
        &self,
        fresh: &Transaction<'_>,
        sequence: i64,
        known: Option<&OutcomeRow>,
        envelope: Option<Vec<u8>>,
    ) -> Result<(), LedgerError> {
        let (waiting, damaged) = (OutcomeRow::waiting(), OutcomeRow::quarantined(&Reason::Damaged {}));
        let outcome = match (&envelope, known) {
            (Some(_), Some(known)) if known.state == OutboxState::Quarantined => known,
            (Some(_), _) => &waiting,
            (None, Some(known)) if known.state != OutboxState::Waiting => known,
            (None, _) => &damaged,
        };
        self.set_outcome(fresh, sequence, outcome)?;
        if let Some(envelope) = envelope {
            fresh
                .prepare_cached("INSERT INTO sealed (sequence, envelope) VALUES (?1, ?2)")?
                .execute(params![sequence, envelope])?;
        }
        fresh.execute("UPDATE chunk SET sent = 0 WHERE sequence = ?1", [sequence])?;
        Ok(())
    }
}

fn text(value: &Value) -> Option<String> {
    if let Value::Text(text) = value { Some(text.clone()) } else { None }
}

fn to_sql(value: &Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
        Value::Blob(bytes) => bytes.clone().into(),
    }
}

/// The receipt that went with an envelope.
fn receipt_of(envelope: &[u8]) -> Option<(Receipt, Digest)> {
    let envelope: Envelope = serde_json::from_slice(envelope).ok()?;
    let header = envelope.read_header().ok()?;
    let digest = envelope.digest();
    let receipt = Receipt {
        application_id: header.application_id,
        registration: header.registration,
        item: header.item,
        accepted_at: header.accepted_at,
        content: *digest.0.first_chunk()?,
    };
    Some((receipt, digest))
}

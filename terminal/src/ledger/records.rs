//! What is known of each application, for residents and technicians.

use super::outbox::{OutboxState, Reason};
use super::rows::OutcomeRow;
use super::{Ledger, LedgerError};
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::case::Progress;
use bianmin_protocol::catalogue::DayType;
use bianmin_protocol::ids::{ApplicationId, CaseNumber, ItemCode, Millis};
use bianmin_protocol::localized_text::LocalizedText;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Acknowledgement, SignedAcknowledgement};
use rusqlite::{OptionalExtension as _, Transaction};
use serde::{Deserialize, Serialize};

/// What a slip says beside numbers and time. The applicant is masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlipFacts {
    /// The language in which the resident applied.
    pub language: String,
    /// The item's name then.
    pub item_name: String,
    /// The same in English.
    pub item_name_en: String,
    /// `张*`; empty where the form asks for no name.
    pub applicant: String,
    /// The promised limit; 0 means at once.
    pub promised_days: u16,
    /// Which days these are. Kept as whether they are working days.
    #[serde(rename = "working_days", with = "bianmin_protocol::catalogue::day_type_as_bool")]
    pub promised_day_type: DayType,
    /// What one gets.
    pub result: String,
    /// The same in English.
    #[serde(default)]
    pub result_en: String,
    /// Whether it can be posted.
    pub by_post: bool,
    /// Whether the resident chose to have it posted; none where that was not asked.
    #[serde(default)]
    pub posted: Option<bool>,
    /// What is to be paid, nothing if it is free; none where an older version did not keep it.
    #[serde(default)]
    pub fees: Option<Vec<SlipFee>>,
    /// Whether it can be paid online too.
    #[serde(default)]
    pub pay_online: bool,
    /// Where the staffed counter is.
    pub address: String,
    /// When it is open.
    pub hours: String,
    /// Where to ask.
    pub contact: String,
    /// Materials to be brought later.
    pub to_bring: Vec<SlipMaterial>,
    /// Whether the case ended so long ago that all of this was forgotten: then there is no slip to be made again.
    #[serde(default)]
    pub is_past: bool,
}

impl SlipFacts {
    /// The name of the item.
    #[must_use]
    pub fn item_name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.item_name, &self.item_name_en)
    }

    /// What one gets.
    #[must_use]
    pub fn result(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.result, &self.result_en)
    }
}

/// What is kept of an application in the clear: what its slip says, and digests that tell whether somebody knows what is in
/// it. Who holds the terminal's key can try all that fit four characters; a copy of the ledger alone tells nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct KeptFacts {
    #[serde(flatten)]
    pub(super) slip: SlipFacts,
    /// Keyed digests of each [`LastFour`](bianmin_protocol::credential::LastFour).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) last_four: Vec<Blob>,
}

/// Something to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipFee {
    /// What for.
    pub name: String,
    /// How much, in words.
    pub standard: String,
}

/// A material to be brought later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipMaterial {
    /// What it is called.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// Working days within which it must be there.
    pub due_days: u16,
}

impl SlipMaterial {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> LocalizedText<'_> {
        LocalizedText::new(&self.name, &self.name_en)
    }
}

/// What is known of one application.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The application.
    pub application_id: ApplicationId,
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// The item.
    pub item: ItemCode,
    /// The terminal's clock at the commit.
    pub accepted_at: Millis,
    /// The receipt's token.
    pub token: String,
    /// What the slip says.
    pub slip: SlipFacts,
    /// Where it stands here.
    pub state: OutboxState,
    /// The hall's number.
    pub case_number: Option<CaseNumber>,
    /// Why it is in quarantine.
    pub reason: Option<Reason>,
    /// The last progress pulled from the hall.
    pub progress: Option<Progress>,
}

/// A place among all applications, in the order in which they were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordPlace(i64);

impl RecordPlace {
    /// Before the first.
    pub const BEGINNING: Self = Self(0);

    /// The sequences of the next rows.
    fn next(self, transaction: &Transaction<'_>, limit: usize) -> Result<Vec<i64>, LedgerError> {
        let mut statement = transaction.prepare_cached(
            "SELECT sequence FROM application WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
        )?;
        let rows = statement.query_map([self.0, limit as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A part of all applications.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Those that are whole.
    pub records: Vec<Record>,
    /// Where the next part begins; none after the last.
    pub next: Option<RecordPlace>,
}

/// Rows that are read in one go.
const PAGE: usize = 500;

pub(super) fn sequence_of_number(
    transaction: &Transaction<'_>,
    registration: &RegistrationNumber,
) -> Result<Option<i64>, LedgerError> {
    let sequence = transaction
        .prepare_cached("SELECT sequence FROM application WHERE registration = ?1")?
        .query_row([registration.to_string()], |row| row.get(0))
        .optional()?;
    Ok(sequence)
}

pub(super) fn application_row(
    transaction: &Transaction<'_>,
    sequence: i64,
) -> Result<Option<ApplicationRow>, LedgerError> {
    let row = transaction
        .prepare_cached(
            "SELECT id, registration, item, accepted_at, token, digest, slip, mac FROM application
             WHERE sequence = ?1",
        )?
        .query_row([sequence], ApplicationRow::read)
        .optional()?;
    Ok(row)
}

/// How many applications stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Not yet with the hall.
    pub waiting: u32,
    /// With the hall.
    pub acknowledged: u32,
    /// In quarantine.
    pub quarantined: u32,
}

impl Ledger {
    /// How many applications stand where.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn counts(&self) -> Result<Counts, LedgerError> {
        self.repaired(|| self.count())
    }

    fn count(&self) -> Result<Counts, LedgerError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT state, COUNT(*) FROM outcome GROUP BY state")?;
        let mut counts = Counts::default();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.get(1)?;
            match OutboxState::from_name(&row.get::<_, String>(0)?) {
                Some(OutboxState::Waiting) => counts.waiting = count,
                Some(OutboxState::Acknowledged) => counts.acknowledged = count,
                Some(OutboxState::Quarantined) | None => counts.quarantined = count,
            }
        }
        Ok(counts)
    }

    /// Every application that is whole, oldest first.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn records(&self) -> Result<Vec<Record>, LedgerError> {
        let mut all = Vec::new();
        let mut after = RecordPlace::BEGINNING;
        loop {
            let page = self.page(after, PAGE)?;
            all.extend(page.records);
            match page.next {
                Some(next) => after = next,
                None => return Ok(all),
            }
        }
    }

    /// The next applications that are whole, oldest first: of at most `limit` rows after `after`. Nobody is held up while a
    /// page is read, and longer than one page nobody is.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn page(&self, after: RecordPlace, limit: usize) -> Result<Page, LedgerError> {
        self.read(|transaction| {
            let sequences = after.next(transaction, limit)?;
            let mut records = Vec::with_capacity(sequences.len());
            for sequence in &sequences {
                records.extend(self.record_at(transaction, *sequence)?);
            }
            let is_last = sequences.len() < limit;
            let next = sequences.last().filter(|_| !is_last).map(|last| RecordPlace(*last));
            Ok(Page { records, next })
        })
    }

    /// The place of an application in the order of the pages; none if it is unknown.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn place(&self, registration: &RegistrationNumber) -> Result<Option<RecordPlace>, LedgerError> {
        self.read(|transaction| Ok(sequence_of_number(transaction, registration)?.map(RecordPlace)))
    }

    /// How many applications are whole, page by page.
    pub(super) fn whole(&self) -> Result<i64, LedgerError> {
        let (mut whole, mut after) = (0, RecordPlace::BEGINNING);
        loop {
            let (sequences, fitting) = self.read(|transaction| {
                let sequences = after.next(transaction, PAGE)?;
                let mut fitting = 0;
                for sequence in &sequences {
                    let row = application_row(transaction, *sequence)?;
                    fitting += i64::from(row.is_some_and(|row| row.is_whole(self)));
                }
                Ok((sequences, fitting))
            })?;
            whole += fitting;
            match sequences.last() {
                Some(last) if sequences.len() == PAGE => after = RecordPlace(*last),
                _ => return Ok(whole),
            }
        }
    }

    /// What is known of the application with this registration number; none if it is unknown or damaged.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn record(&self, registration: &RegistrationNumber) -> Result<Option<Record>, LedgerError> {
        self.read(|transaction| match sequence_of_number(transaction, registration)? {
            Some(sequence) => self.record_at(transaction, sequence),
            None => Ok(None),
        })
    }

    pub(super) fn record_at(
        &self,
        transaction: &Transaction<'_>,
        sequence: i64,
    ) -> Result<Option<Record>, LedgerError> {
        let row = application_row(transaction, sequence)?;
        let outcome = self.outcome(transaction, sequence)?;
        Ok(row.and_then(|row| row.record(self, outcome)))
    }

    /// The sealed envelope of an application, for a technician's export; the hall alone can open it.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn sealed(&self, id: ApplicationId) -> Result<Option<Vec<u8>>, LedgerError> {
        let connection = self.connection();
        let envelope = connection
            .prepare_cached(
                "SELECT s.envelope FROM sealed s JOIN application a USING (sequence) WHERE a.id = ?1",
            )?
            .query_row([id.as_bytes().as_slice()], |row| row.get(0))
            .optional()?;
        Ok(envelope)
    }
}

/// A row of `application`.
pub(super) struct ApplicationRow {
    pub(super) id: Vec<u8>,
    registration: String,
    item: String,
    accepted_at: i64,
    token: String,
    digest: Vec<u8>,
    slip: String,
    mac: Vec<u8>,
}

impl ApplicationRow {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            registration: row.get(1)?,
            item: row.get(2)?,
            accepted_at: row.get(3)?,
            token: row.get(4)?,
            digest: row.get(5)?,
            slip: row.get(6)?,
            mac: row.get(7)?,
        })
    }

    /// What is kept of it in the clear; nothing if the row does not prove itself.
    pub(super) fn facts(&self, ledger: &Ledger) -> Option<KeptFacts> {
        if self.is_whole(ledger) { serde_json::from_str(&self.slip).ok() } else { None }
    }

    fn is_whole(&self, ledger: &Ledger) -> bool {
        let columns = [
            Some(self.id.as_slice()),
            Some(self.registration.as_bytes()),
            Some(self.item.as_bytes()),
            Some(&self.accepted_at.to_be_bytes()[..]),
            Some(self.token.as_bytes()),
            Some(self.digest.as_slice()),
            Some(self.slip.as_bytes()),
        ];
        ledger.inner.mac.fits("application", &columns, &self.mac)
    }

    fn record(self, ledger: &Ledger, outcome: Option<OutcomeRow>) -> Option<Record> {
        if !self.is_whole(ledger) {
            return None;
        }
        // An outcome that cannot be trusted is shown as what it means for the resident: it is set aside.
        let outcome = outcome.unwrap_or_else(|| OutcomeRow::quarantined(&Reason::Damaged {}));
        // The hall's signature was checked before the row was written, and the row proves itself.
        let case_number = outcome
            .acknowledgement
            .as_deref()
            .and_then(|text| serde_json::from_str::<SignedAcknowledgement>(text).ok())
            .and_then(|signed| serde_json::from_slice::<Acknowledgement>(&signed.acknowledgement.0).ok())
            .map(|acknowledgement| acknowledgement.case_number);
        Some(Record {
            application_id: ApplicationId(uuid::Uuid::from_slice(&self.id).ok()?),
            registration: RegistrationNumber::parse(&self.registration).ok()?,
            item: ItemCode::parse(&self.item).ok()?,
            accepted_at: Millis(self.accepted_at),
            token: self.token,
            slip: serde_json::from_str(&self.slip).ok()?,
            state: outcome.state,
            case_number,
            reason: outcome.reason.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            progress: outcome.progress.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        })
    }
}

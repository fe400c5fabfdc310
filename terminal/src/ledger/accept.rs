//! Accepting an application: number, seal, outbox row, attachments and print intent in one durable commit.

use super::journal::JobRow;
use super::records::{KeptFacts, SlipFacts, SlipFee, SlipMaterial};
use super::reserve::BARE;
use super::{Intake, JobId, JobKind, Ledger, LedgerError, Outlet};
use bianmin_protocol::application::{
    ApplicationBody, AttachmentEntry, Header, MaterialAnswer, NormalizedBody,
};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::content::ATTACHMENTS_LIMIT;
use bianmin_protocol::credential::LastFour;
use bianmin_protocol::form::{FieldDictionary, FieldError, FieldErrorCode, validate};
use bianmin_protocol::identity::masked_name;
use bianmin_protocol::ids::{ApplicationId, MaterialCode, Millis, Revision};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::{SealError, Sealed, SealedAttachment, seal_attachment};
use jiff::civil::Date;
use rusqlite::{Transaction, params};
use std::sync::Arc;

/// What a resident hands in. Dropping it wipes the answers.
pub struct Draft {
    /// The item, in the version with which the resident began.
    pub item: Arc<ServiceItem>,
    /// The catalogue's revision then.
    pub catalogue: Revision,
    /// Answers and materials.
    pub body: ApplicationBody,
    /// Files, by material.
    pub files: Vec<(MaterialCode, Vec<u8>)>,
}

/// An application that is durably here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The application.
    pub application_id: ApplicationId,
    /// The number for the resident.
    pub registration: RegistrationNumber,
    /// The signed receipt token.
    pub token: String,
    /// The URL with the token, for the QR code.
    pub url: String,
    /// The terminal's clock at the commit.
    pub accepted_at: Millis,
    /// The journal's entry for the printed receipt.
    pub print_job: JobId,
}

/// Why an application was not accepted. Nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The form or the materials are not right.
    #[error("the application is not complete: {} things are to be put right", .0.len())]
    Invalid(Vec<FieldError>),
    /// There is no room on the disk.
    #[error("there is no room for further applications on this terminal")]
    DiskFull,
    /// The hall takes nothing from this terminal any more.
    #[error("the hall has revoked this terminal: it takes no applications until `enrol --replace` was run")]
    Revoked,
    /// The folder may be a copy, of which the hall has not been asked yet.
    #[error(
        "this data folder is a copy or was put back: no application is taken before the hall has been reached once (`sync --once`)"
    )]
    Unconfirmed,
    /// A file is none that is accepted.
    #[error("the file for {material} cannot be taken: {error}")]
    File {
        /// For which material.
        material: MaterialCode,
        /// Why.
        error: SealError,
    },
    /// The application could not be sealed.
    #[error("the application could not be sealed: {0}")]
    Seal(SealError),
    /// The ledger could not keep it.
    #[error(transparent)]
    Ledger(LedgerError),
}

impl From<LedgerError> for AcceptError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Full => Self::DiskFull,
            other => Self::Ledger(other),
        }
    }
}

impl Ledger {
    /// Validates, numbers, seals and keeps an application. When this returns, it survives a power cut.
    ///
    /// `now` is shown to people only; `today` is the date by which dates are judged and numbers are labelled.
    ///
    /// # Errors
    /// See [`AcceptError`]; nothing was kept then.
    pub fn accept(
        &self,
        draft: Draft,
        fields: &FieldDictionary,
        now: Millis,
        today: Date,
    ) -> Result<Accepted, AcceptError> {
        // What is written goes to the journal first and to the file later: it takes its room twice.
        let size: usize = draft.files.iter().map(|(_, file)| file.len()).sum();
        match self.intake() {
            Intake::Open if self.inner.reserve.has_room_for(2 * size as u64 + BARE) => {}
            Intake::Open | Intake::DiskFull => return Err(AcceptError::DiskFull),
            Intake::Revoked => return Err(AcceptError::Revoked),
            Intake::Unconfirmed => return Err(AcceptError::Unconfirmed),
        }
        let Draft { item, catalogue, body, files } = draft;
        let body = NormalizedBody::of(body, &item, fields);
        let mut errors = validate(&item, fields, &body, today);
        if !item.can_apply_on(today) {
            errors.push(FieldError { field: "item".to_owned(), code: FieldErrorCode::NotOffered });
        }
        errors.extend(check_files(&body, &files));
        if !errors.is_empty() {
            return Err(AcceptError::Invalid(errors));
        }
        let application_id = ApplicationId::new();
        let attachments = self.seal_files(application_id, &files)?;
        let four = LastFour::of(&item, fields, &body);
        let last_four = four.iter().map(|four| self.digest_of(application_id, four)).collect();
        let facts = KeptFacts { slip: SlipFacts::of(&item, &body), last_four };
        let applied = Applied { item: &item, catalogue, body: &body };
        let attempt = || {
            let mut connection = self.connection();
            let transaction = connection
                .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
                .map_err(LedgerError::from)?;
            let (sequence, accepted) =
                self.keep(&transaction, application_id, applied, &attachments, &facts, now, today)?;
            transaction.commit().map_err(LedgerError::from)?;
            crate::planted::halt_at("intent committed");
            self.note(|mark| {
                mark.version = super::schema::VERSION;
                mark.sequence = sequence;
                mark.registration = Some(accepted.registration.clone());
            });
            Ok(accepted)
        };
        let accepted = match attempt() {
            Err(AcceptError::Ledger(LedgerError::Damaged(_))) if self.repair() => attempt()?,
            other => other?,
        };
        self.inner.commits.send_modify(|count| *count += 1);
        Ok(accepted)
    }

    #[expect(clippy::too_many_arguments, reason = "one row, written in one place")]
    fn keep(
        &self,
        transaction: &Transaction<'_>,
        application_id: ApplicationId,
        applied: Applied<'_>,
        attachments: &[SealedAttachment],
        facts: &KeptFacts,
        now: Millis,
        today: Date,
    ) -> Result<(i64, Accepted), AcceptError> {
        let identity = self.identity();
        let registration = self.next_registration(transaction, today)?;
        let header = Header {
            application_id,
            terminal: identity.enrolled.certificate.terminal.clone(),
            registration: registration.clone(),
            item: applied.item.code.clone(),
            item_version: applied.item.version,
            catalogue: applied.catalogue,
            accepted_at: now,
            attachments: attachments.iter().map(|sealed| AttachmentEntry::clone(&sealed.entry)).collect(),
        };
        let body: &ApplicationBody = applied.body;
        let prepared = self.inner.identity.enrolled.seal_key.prepare().map_err(AcceptError::Seal)?;
        let envelope =
            Sealed::seal_prepared(&header, body, prepared, &identity.key).map_err(AcceptError::Seal)?;
        let digest = envelope.digest();
        let receipt = Receipt {
            application_id,
            registration: registration.clone(),
            item: applied.item.code.clone(),
            accepted_at: now,
            content: *digest.0.first_chunk().expect("a digest has 32 bytes"),
        };
        let token = receipt.token(&identity.enrolled.certificate, &identity.key);
        let envelope = serde_json::to_vec(&envelope).map_err(|_| AcceptError::Seal(SealError::Json))?;
        let sequence = self.insert_application(transaction, &receipt, &token, digest, facts)?;
        let insert = |error: rusqlite::Error| AcceptError::from(LedgerError::from(error));
        transaction
            .prepare_cached("INSERT INTO sealed (sequence, envelope) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute(params![sequence, envelope]))
            .map_err(insert)?;
        let mut statement = transaction
            .prepare_cached(
                "INSERT INTO chunk (sequence, material, place, digest, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .map_err(insert)?;
        for sealed in attachments {
            for (place, chunk) in sealed.chunks.iter().enumerate() {
                let digest = bianmin_protocol::bytes::Digest::of(chunk);
                let material = sealed.entry.material.as_str();
                statement
                    .execute(params![sequence, material, place as u32, digest.0, chunk])
                    .map_err(insert)?;
            }
        }
        let receipt = JobRow::intent(JobKind::Receipt, Outlet::Slip).of_application(sequence, 0);
        let print_job = self.insert_job(transaction, &receipt, now)?;
        let url = Receipt::url(&identity.enrolled.public_url, &token);
        let accepted = Accepted { application_id, registration, token, url, accepted_at: now, print_job };
        Ok((sequence, accepted))
    }

    /// The number after the last one given. The last one is a fact of its own, so that numbers go on even if
    /// the rows before are damaged.
    fn next_registration(
        &self,
        transaction: &Transaction<'_>,
        today: Date,
    ) -> Result<RegistrationNumber, LedgerError> {
        let terminal = self.identity().enrolled.certificate.terminal.clone();
        let last = match self.fact(transaction, "last registration")? {
            Some(text) => RegistrationNumber::parse(&text).ok(),
            None => None,
        };
        let marked = self.mark().registration;
        // The rows are asked as well: neither a damaged fact nor a damaged row may bring a number back.
        let mut rows = transaction
            .prepare_cached("SELECT registration FROM application ORDER BY sequence DESC LIMIT 16")?;
        let newest = rows
            .query_map([], |row| row.get::<_, String>(0))?
            .filter_map(|text| RegistrationNumber::parse(&text.ok()?).ok())
            .chain(last)
            .chain(marked)
            .filter(|number| *number.terminal() == terminal)
            .map(|number| (number.day(), number.sequence()))
            .max();
        let next = RegistrationNumber::next(terminal, newest, today)?;
        self.set_fact(transaction, "last registration", &next.to_string())?;
        Ok(next)
    }

    fn seal_files(
        &self,
        application: ApplicationId,
        files: &[(MaterialCode, Vec<u8>)],
    ) -> Result<Vec<SealedAttachment>, AcceptError> {
        let hall = &self.identity().enrolled.seal_key;
        let seal = |(material, file): &(MaterialCode, Vec<u8>)| {
            seal_attachment(application, material, file, hall)
                .map_err(|error| AcceptError::File { material: material.clone(), error })
        };
        files.iter().map(seal).collect()
    }
}

/// What is sealed of an application.
#[derive(Clone, Copy)]
struct Applied<'a> {
    item: &'a ServiceItem,
    catalogue: Revision,
    body: &'a NormalizedBody,
}

fn check_files(body: &NormalizedBody, files: &[(MaterialCode, Vec<u8>)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut report =
        |code: &MaterialCode, what| errors.push(FieldError { field: code.to_string(), code: what });
    let attached = |code: &MaterialCode| {
        body.materials.iter().any(|state| state.code == *code && state.answer == MaterialAnswer::Attached)
    };
    for (index, (code, _)) in files.iter().enumerate() {
        if !attached(code)
            || index >= ATTACHMENTS_LIMIT
            || files[..index].iter().any(|(other, _)| other == code)
        {
            report(code, FieldErrorCode::UnknownMaterial);
        }
    }
    for state in &body.materials {
        let missing = !files.iter().any(|(code, _)| *code == state.code);
        if state.answer == MaterialAnswer::Attached && missing {
            report(&state.code, FieldErrorCode::MaterialMissing);
        }
    }
    errors
}

impl SlipFacts {
    /// What the slip says, taken while the answers are still readable; the applicant is masked here.
    #[must_use]
    pub fn of(item: &ServiceItem, body: &NormalizedBody) -> Self {
        let promised = |code: &MaterialCode| {
            body.materials.iter().any(|state| state.code == *code && state.answer == MaterialAnswer::Promised)
        };
        let answer = |codes: &[&str]| {
            let mut answers = body.answers.iter();
            answers.find(|(code, _)| codes.contains(&code.as_str())).map(|(_, value)| value.as_str())
        };
        let fees = item.fees.iter().filter(|_| item.is_fee);
        Self {
            language: body.language.clone(),
            item_name: item.name.clone(),
            item_name_en: item.name_en.clone(),
            applicant: answer(&["applicant_name", "name"]).map(masked_name).unwrap_or_default(),
            promised_days: item.promised_days,
            promised_day_type: item.promised_day_type,
            result: item.result_name.clone(),
            result_en: item.result_name_en.clone(),
            by_post: item.is_express,
            posted: answer(&["delivery_method"]).map(|chosen| chosen == "mail"),
            fees: Some(
                fees.map(|fee| SlipFee { name: fee.name.clone(), standard: fee.standard.clone() }).collect(),
            ),
            pay_online: item.is_pay_online,
            address: item.address.clone(),
            hours: item.hours.clone(),
            contact: item.contact.clone(),
            to_bring: item
                .materials
                .iter()
                .filter(|material| promised(&material.code))
                .map(|material| SlipMaterial {
                    name: material.name.clone(),
                    name_en: material.name_en.clone(),
                    due_days: material.due_days.unwrap_or(5),
                })
                .collect(),
            is_past: false,
        }
    }
}

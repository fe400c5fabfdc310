//! The wire format, version 1: routes, bodies and error codes. The only serde boundary between the programs.
//!
//! Every answer of the hall has the media type [`MEDIA_TYPE`]; an answer without it is not the hall's (a captive
//! portal, a proxy's error page) and never counts as success.

mod heartbeat;
pub mod queue;
#[cfg(test)]
mod tests;

use crate::application::ApplicationBody;
use crate::bytes::{Blob, Digest};
use crate::case::CaseUpdate;
use crate::catalogue::SignedManifest;
use crate::change::SignedChanges;
use crate::credential::Proof;
use crate::form::FieldError;
use crate::ids::{ApplicationId, CaseNumber, Epoch, Millis, Revision, TerminalId};
use crate::keys::{PublicKey, SigningKey};
use crate::lookup::{SignedCaseAnswer, SignedUpdates};
use crate::receipt::TerminalCertificate;
use crate::registration::RegistrationNumber;
use crate::seal::{SealPublicKey, Sealed};
use crate::standing::{Replacement, SignedLastNumbers, SignedRevocation};
use serde::{Deserialize, Serialize};

pub use heartbeat::{
    CHALLENGE_LIMIT, DEVICES_LIMIT, DeviceFact, DeviceReport, FACTS_LIMIT, Heartbeat, HeartbeatReply,
    PRINTERS_LIMIT, PrinterReport,
};

/// The media type of every JSON answer of the hall.
pub const MEDIA_TYPE: &str = "application/vnd.bianmin.v1+json";
/// The media type of bundles, deltas and chunks.
pub const BINARY_TYPE: &str = "application/vnd.bianmin.v1+zstd";
/// The header with the hall's [`Epoch`] on every answer to a terminal.
pub const EPOCH_HEADER: &str = "bianmin-epoch";
/// The most applications in one request.
pub const BATCH_LIMIT: usize = 64;
/// The largest request body that is not a chunk, in bytes: a batch of usual applications, or one of the largest.
pub const REQUEST_LIMIT: usize = 2 * 1024 * 1024;
/// The largest JSON answer that a terminal reads, in bytes.
pub const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// `POST` [`Enrol`] → [`Enrolled`]. Not signed.
pub const ENROL: &str = "/v1/enrol";
/// `POST` [`Heartbeat`] → [`HeartbeatReply`].
pub const HEARTBEAT: &str = "/v1/heartbeat";
/// `POST` [`Submission`] → [`SubmissionOutcome`].
pub const APPLICATIONS: &str = "/v1/applications";
/// `GET ?after=N&signed=true&changes=true` → [`Updates`]. A hall of 0.1.0 does not know the last one.
pub const UPDATES: &str = "/v1/updates";
/// `GET` → [`CatalogueState`]; `?have=N` names the revision that the terminal holds.
pub const CATALOGUE: &str = "/v1/catalogue";
/// `POST` [`ProgressQuery`] → [`ProgressReply`]. Signed from a terminal.
pub const PROGRESS: &str = "/v1/progress";
/// `POST` [`PhoneQuery`] → [`ProgressAnswer`]. Not signed: the receipt's token is the right to ask.
pub const PHONE_PROGRESS: &str = "/v1/phone/progress";
/// `GET` → [`Health`]. Not signed.
pub const HEALTH: &str = "/healthz";

/// `GET`, with `Range` to resume → the compressed bundle of a revision.
pub fn bundle_path(revision: Revision) -> String {
    format!("{CATALOGUE}/bundle/{revision}")
}

/// `GET` → the compressed delta between two revisions.
pub fn delta_path(from: Revision, to: Revision) -> String {
    format!("{CATALOGUE}/delta/{from}/{to}")
}

/// `GET` → [`AttachmentState`]; `PUT …/{material}/{index}` stores one sealed chunk.
pub fn attachments_path(application: ApplicationId) -> String {
    format!("/v1/attachments/{application}")
}

/// Asks to become a terminal of this hall.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrol {
    /// The one-time code from `terminal invite`.
    pub code: String,
    /// The terminal's new public key.
    pub key: PublicKey,
    /// Signature over the code with that key: proves that the terminal holds it.
    pub proof: Blob,
    /// Which terminal's place it takes, whose applications it still holds. Older terminals never say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replacement>,
}

const ENROL_DOMAIN: &[u8] = b"bianmin enrol v1";

impl Enrol {
    /// A request signed with the new key.
    pub fn new(code: &str, key: &SigningKey) -> Self {
        Self {
            code: code.to_owned(),
            key: key.public(),
            proof: key.sign(ENROL_DOMAIN, code.as_bytes()).into(),
            replaces: None,
        }
    }

    /// The same, in the place of the terminal with this certificate and key.
    pub fn in_place_of(
        code: &str,
        key: &SigningKey,
        old: &TerminalCertificate,
        old_key: &SigningKey,
    ) -> Self {
        Self { replaces: Some(Replacement::new(old, old_key, &key.public())), ..Self::new(code, key) }
    }

    /// Whether the sender holds the key.
    pub fn proves_key(&self) -> bool {
        self.key.verify(ENROL_DOMAIN, self.code.as_bytes(), &self.proof.0)
    }
}

/// What a terminal needs to know of its hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The terminal's certificate, with its id.
    pub certificate: TerminalCertificate,
    /// The hall's key for catalogues, acknowledgements and certificates.
    pub hall_key: PublicKey,
    /// The hall's key to which applications are sealed.
    pub seal_key: SealPublicKey,
    /// The hall's present epoch.
    pub epoch: Epoch,
    /// The hall's name.
    pub hall_name: String,
    /// The address of the phone pages, for the QR code on receipts.
    pub public_url: String,
    /// The highest numbers that the hall knows of this terminal. Older halls say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<SignedLastNumbers>,
}

/// An application as it travels.
pub type Envelope = Sealed<ApplicationBody>;

/// An application in a file, on its way to the hall by hand; its files' chunks are files beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Carried {
    /// The terminal that accepted it: proves its key to a hall that does not know it any more.
    pub certificate: TerminalCertificate,
    /// The application.
    pub envelope: Envelope,
}

/// The name of the file beside `NUMBER.json` that holds one sealed chunk.
pub fn chunk_file(
    registration: &RegistrationNumber,
    material: &crate::ids::MaterialCode,
    index: u32,
) -> String {
    format!("{registration}.{material}.{index}.chunk")
}

/// One to [`BATCH_LIMIT`] applications.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Submission {
    /// The applications.
    pub envelopes: Vec<Envelope>,
}

/// One answer for each application, in the same order. With exactly one application the HTTP status is its
/// [`ApplicationOutcome::status`]; with more it is 200.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubmissionOutcome {
    /// The answers.
    pub outcomes: Vec<ApplicationOutcome>,
}

/// What became of one application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum ApplicationOutcome {
    /// The hall has it, durably. A replay gets the very same answer.
    Acknowledged {
        /// The signed acknowledgement.
        acknowledgement: SignedAcknowledgement,
    },
    /// The hall will not take it; the reason is for the resident and the technician.
    Refused {
        /// Why.
        reason: Refusal,
    },
    /// The hall could not deal with it now; ask again later.
    Later {},
}

impl ApplicationOutcome {
    /// The HTTP status that means the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::Acknowledged { .. } => 200,
            Self::Refused { reason } => reason.status(),
            Self::Later {} => 503,
        }
    }
}

/// Why the hall will not take an application. Holds no value that a person entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "code", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Refusal {
    /// Signature, seal or form of the envelope is wrong.
    Malformed {},
    /// It names another terminal than the one that sent it.
    WrongTerminal {},
    /// Another application with this id or registration number is already here. Both are kept.
    Conflict {},
    /// Larger than allowed.
    TooLarge {},
    /// The hall knows no such item or version.
    UnknownItem {},
    /// The rules are not met.
    Invalid {
        /// What is wrong, and where.
        errors: Vec<FieldError>,
    },
}

impl Refusal {
    /// The HTTP status that means the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed {} => 400,
            Self::WrongTerminal {} => 403,
            Self::Conflict {} => 409,
            Self::TooLarge {} => 413,
            Self::UnknownItem {} | Self::Invalid { .. } => 422,
        }
    }

    /// The name in locale keys: `refusal-` + this.
    pub fn key(&self) -> &'static str {
        self.into()
    }
}

/// The hall's word that it has an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// The application.
    pub application_id: ApplicationId,
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// The hall's number.
    pub case_number: CaseNumber,
    /// When the hall received it: the time limit starts here.
    pub received_at: Millis,
    /// The hall's epoch.
    pub epoch: Epoch,
    /// The digest of the envelope that was received.
    pub content: Digest,
}

/// The exact signed bytes of an [`Acknowledgement`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAcknowledgement {
    /// JSON of an [`Acknowledgement`].
    pub acknowledgement: Blob,
    /// The hall's signature.
    pub signature: Blob,
}

const ACKNOWLEDGEMENT_DOMAIN: &[u8] = b"bianmin acknowledgement v1";

impl Acknowledgement {
    /// Signs with the hall's key.
    pub fn sign(&self, key: &SigningKey) -> SignedAcknowledgement {
        let acknowledgement = serde_json::to_vec(self).expect("an acknowledgement has only plain fields");
        let signature = key.sign(ACKNOWLEDGEMENT_DOMAIN, &acknowledgement).into();
        SignedAcknowledgement { acknowledgement: acknowledgement.into(), signature }
    }
}

impl SignedAcknowledgement {
    /// The acknowledgement, if this hall signed it.
    pub fn verify(&self, hall: &PublicKey) -> Option<Acknowledgement> {
        if !hall.verify(ACKNOWLEDGEMENT_DOMAIN, &self.acknowledgement.0, &self.signature.0) {
            return None;
        }
        serde_json::from_slice(&self.acknowledgement.0).ok()
    }
}

/// Which chunks of an application's attachments the hall has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentState {
    /// One entry for each attachment of the header.
    pub attachments: Vec<AttachmentProgress>,
}

/// Which chunks of one attachment are still wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentProgress {
    /// The material.
    pub material: crate::ids::MaterialCode,
    /// Indices of chunks that the hall does not have.
    pub missing: Vec<u32>,
}

/// The published catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueState {
    /// The signed manifest of the newest revision; none before the first import.
    pub manifest: Option<SignedManifest>,
    /// Size in bytes of the delta from the revision that the terminal holds, if there is one.
    pub delta: Option<u64>,
}

/// What a terminal is told after a cursor, a contiguous run: one of the three that it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updates {
    /// Changes of its cases in order, for terminals that ask for nothing signed.
    pub updates: Vec<CaseUpdate>,
    /// Whether there are more.
    pub more: bool,
    /// The same, signed, for terminals of 0.1.0: they believe nothing else. Older halls have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedUpdates>,
    /// Changes of every kind, signed, for terminals that ask for them. Halls of 0.1.0 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<SignedChanges>,
}

/// Asks where a case stands, from a terminal, for any terminal's receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressQuery {
    /// What the receipt says.
    pub registration: RegistrationNumber,
    /// Random bytes, repeated in the signed answer, which can thus be no older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Blob>,
    /// What the resident gave beside the number. Older terminals send none, and are told nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// The hall's signed answer to a [`ProgressQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressReply {
    /// The answer. Older halls have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedCaseAnswer>,
}

/// Asks where a case stands, from a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneQuery {
    /// The receipt's token.
    pub token: String,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum ProgressAnswer {
    /// The hall has it.
    Known {
        /// The case.
        progress: crate::case::Progress,
    },
    /// The hall does not have it (yet): the terminal has not been able to send it.
    NotYet {
        /// The terminal's enrolment was revoked: it will not send it by itself. Older halls do not say.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stranded: bool,
    },
    /// The hall received it and did not take it; staff and the terminal's quarantine know why.
    Refused {},
    /// What was given beside the number does not fit. Never said to phones.
    Wrong {},
    /// Nothing that could be given beside the number is in the application: its receipt's code alone shows it. Never said
    /// to phones.
    CodeOnly {},
}

/// The hall is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// The hall's clock.
    pub now: Millis,
    /// The program's version.
    pub version: String,
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What is wrong.
    pub error: ErrorCode,
    /// The hall's clock, from which a terminal learns by how much its own is off.
    pub now: Millis,
    /// The terminal's id, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<TerminalId>,
    /// With [`ErrorCode::Revoked`]: the hall's signed word. Without it nobody need believe that. Older halls have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation: Option<SignedRevocation>,
    /// The field of the body that is refused, where the hall knows it. Older halls do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What is wrong with a request as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The body cannot be read.
    BadRequest,
    /// Not signed, or by nobody known.
    Unauthorised,
    /// Signed at another time than now; sign again with the hall's clock.
    StaleSignature,
    /// This request was already received.
    Replay,
    /// The terminal's enrolment was revoked.
    Revoked,
    /// The one-time code is unknown, used or too old.
    BadCode,
    /// There is no such thing here.
    NotFound,
    /// Larger than allowed.
    TooLarge,
    /// Too many requests.
    TooMany,
    /// The hall cannot work just now.
    Unavailable,
}

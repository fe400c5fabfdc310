//! A terminal as the hall knows it, and for whom it may speak.

use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::keys::PublicKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::v1::Heartbeat;
use serde::{Deserialize, Serialize};

/// What the hall knows of a terminal that signs a request.
#[derive(Debug, Clone)]
pub(crate) struct KnownTerminal {
    pub id: TerminalId,
    pub key: PublicKey,
    pub revoked: bool,
    /// What is to be known of applications that it signed.
    pub mark: Option<Mark>,
    /// The terminals whose place it took.
    pub predecessors: Vec<Author>,
}

impl KnownTerminal {
    /// Who signs for this terminal id in what this terminal sends: itself, or one whose place it took.
    pub(crate) fn author(&self, id: &TerminalId) -> Option<Author> {
        if self.id == *id {
            return Some(Author { id: self.id.clone(), key: self.key, mark: self.mark });
        }
        self.predecessors.iter().find(|author| author.id == *id).cloned()
    }

    /// Whether it may send files for applications of this terminal id.
    pub(crate) fn speaks_for(&self, id: &str) -> bool {
        self.id.as_str() == id || self.predecessors.iter().any(|author| author.id.as_str() == id)
    }
}

/// Who may have made an envelope.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub id: TerminalId,
    pub key: PublicKey,
    pub mark: Option<Mark>,
}

/// What staff must know of how an application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It is signed by a terminal that was revoked: its key may be in other hands.
    RevokedTerminal,
    /// It is signed by a terminal of which this hall knows nothing but the certificate that it once gave.
    UnknownTerminal,
}

impl Mark {
    /// As it is stored.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::RevokedTerminal => "revoked-terminal",
            Self::UnknownTerminal => "unknown-terminal",
        }
    }
}

/// A terminal as staff see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TerminalRecord {
    /// Its id.
    pub terminal: String,
    /// `enrolled` or `revoked`.
    pub state: &'static str,
    /// When it was enrolled.
    pub enrolled_at: Millis,
    /// When its enrolment was revoked.
    pub revoked_at: Option<Millis>,
    /// When it was last heard of.
    pub seen_at: Option<Millis>,
    /// What it last said of itself.
    pub heartbeat: Heartbeat,
}

/// How an enrolment ended.
#[derive(Debug)]
pub(crate) enum Enrolment {
    /// The terminal has its certificate; also when it asks again with the same code and key.
    Enrolled(Box<TerminalCertificate>),
    /// The code is unknown, used by another, or too old.
    BadCode,
    /// The terminal whose place it wants to take is not the one that is known here under that id.
    BadReplacement,
}

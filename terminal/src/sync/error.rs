//! What can go wrong between terminal and hall.

use crate::catalogue::CatalogueError;
use crate::ledger::LedgerError;
use bianmin_protocol::v1::ErrorCode;
use std::time::Duration;

/// Why a request brought no answer that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HallError {
    /// Nobody answered, or not in time, or the connection broke.
    #[error("the hall cannot be reached: {detail}")]
    Unreachable {
        /// Whether some of the request may have arrived.
        sent: bool,
        /// What the network said. Holds no address with personal data: there are none.
        detail: String,
    },
    /// Something else answered: a captive portal, a proxy, a redirect to elsewhere.
    #[error("something that is not the hall answered (status {status})")]
    NotTheHall {
        /// Its HTTP status.
        status: u16,
    },
    /// The hall's answer is longer than any that is allowed.
    #[error("the hall's answer is too long")]
    AnswerTooLarge,
    /// The hall's answer cannot be read, or its signature does not fit.
    #[error("the hall's answer cannot be read")]
    BadAnswer,
    /// The hall refused the request as a whole.
    #[error("the hall refused the request (status {status}, {code:?})")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The hall's reason.
        code: ErrorCode,
        /// How long to wait before asking again, where the hall says so.
        wait: Option<Duration>,
    },
    /// The hall does not know this terminal, or does not want it any more.
    #[error("this terminal's enrolment is not valid (any more): ask the hall, then enrol again")]
    Revoked,
}

/// Why the client cannot be set up, or an enrolment came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address is no `http` or `https` address.
    #[error("{0:?} is not the address of a hall: it begins with https://")]
    Address(String),
    /// Without TLS only a hall on this very machine is talked to.
    #[error("{0:?} is not encrypted: use https://, or allow plain http in the configuration")]
    Plain(String),
    /// The file with further certificate authorities cannot be used.
    #[error("the file of certificate authorities {path:?} cannot be used: {detail}")]
    Authorities {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        detail: String,
    },
    /// TLS cannot be set up.
    #[error("encryption cannot be set up: {0}")]
    Tls(String),
    /// The hall did not enrol this terminal.
    #[error("the one-time code is unknown, used or too old: ask for a new one")]
    BadCode,
    /// The hall did not enrol this terminal, and has heard too many wrong codes.
    #[error(
        "the one-time code is unknown, used or too old, and there were too many such: check it or ask for a new one, \
         and try again in {seconds} seconds"
    )]
    TooManyCodes {
        /// How long to wait.
        seconds: u64,
    },
    /// The certificate that came back is not what was asked for.
    #[error("the hall's answer does not fit the request: nothing was enrolled")]
    WrongCertificate,
    /// The request failed.
    #[error(transparent)]
    Hall(#[from] HallError),
}

impl SetupError {
    /// Whether the configuration has to be put right before the hall can be reached.
    pub fn is_a_setting(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Plain(_) | Self::Authorities { .. })
    }
}

/// Why an attempt at synchronising stopped. What was done until then stays done.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The hall.
    #[error(transparent)]
    Hall(#[from] HallError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The catalogue that was offered, or its cache.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The file in which a bundle is collected.
    #[error("the catalogue's download cannot be stored: {0}")]
    Part(#[from] std::io::Error),
    /// The hall named one epoch and then another.
    #[error(
        "two halls of different epochs answer at one address: check what the balancer sends where, and that all of them use one database"
    )]
    TwoHalls,
    /// The program is being ended.
    #[error("the program is being ended")]
    Stopped,
}

/// Runs work that blocks on a disk: beside the runtime, or here where there is none whose other work would wait.
pub(super) async fn blocking<T: Send + 'static, E: Into<SyncError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, SyncError> {
    if tokio::runtime::Handle::try_current().is_err() {
        return work().map_err(Into::into);
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(SyncError::Stopped),
    }
}

//! Two bodies under one id or number: staff decide which of them goes on as the case.

use super::domain::{Copy, Decision, Disposition, Placement, Verdict};
use super::service::Intake;
use crate::cases::{RecordContext, context};
use crate::db::StoreError;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{CaseNumber, TerminalId};
use bianmin_protocol::v1::Refusal;
use serde::Serialize;

/// The longest reason, in characters.
const REASON: usize = 500;
/// The longest name, in characters.
const NAME: usize = 100;

/// Which of two bodies goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// The one that is the case.
    Case,
    /// The other one.
    Copy,
}

/// What was decided.
#[derive(Debug, Serialize)]
pub struct Resolved {
    /// Which goes on.
    pub kept: Keep,
    /// The number of the new case, where the copy goes on.
    pub case_number: Option<CaseNumber>,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// There is no such body.
    #[error("there is no such copy: `case list --conflicts` has them")]
    Unknown,
    /// It was decided before.
    #[error("it was decided before, by {}: {}", .0.by, .0.reason)]
    Decided(Decision),
    /// Reason or name are missing, or too long.
    #[error("say why and who, in at most {REASON} and {NAME} characters on one line")]
    Words,
    /// It stands against two cases.
    #[error("it has the id of one case and the number of another: it cannot take the place of both")]
    Two,
    /// The rules do not let it become a case.
    #[error("it cannot become a case: {}", .0.key())]
    Rules(Refusal),
    /// Its terminal is not known here.
    #[error("its terminal {0} is not known here, so that its signature cannot be checked")]
    Terminal(TerminalId),
    /// It cannot be checked or recorded now.
    #[error("it cannot be checked now: try again")]
    Later,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Intake {
    /// Decides which of two bodies goes on: for good, and once.
    ///
    /// # Errors
    /// There is no such body, it was decided before, or it cannot become a case.
    pub async fn resolve(
        &self,
        digest: &Digest,
        keep: Keep,
        reason: &str,
        by: &str,
    ) -> Result<Resolved, ResolveError> {
        let fits = |text: &str, limit| {
            !text.trim().is_empty() && text.chars().count() <= limit && !text.chars().any(char::is_control)
        };
        if !fits(reason, REASON) || !fits(by, NAME) {
            return Err(ResolveError::Words);
        }
        let copy = self.store.intake().copy(digest).await?.ok_or(ResolveError::Unknown)?;
        if let Some(decision) = copy.decision {
            return Err(ResolveError::Decided(decision));
        }
        let why = Decision {
            kept: keep == Keep::Copy,
            reason: reason.to_owned(),
            by: by.to_owned(),
            at: self.clock.now(),
        };
        let placed = match keep {
            Keep::Case if self.store.intake().keep_case(digest, &why).await? => {
                return Ok(Resolved { kept: keep, case_number: None });
            }
            Keep::Case => Placement::No,
            Keep::Copy => self.place(copy, &why).await?,
        };
        match placed {
            Placement::Case(number) => Ok(Resolved { kept: keep, case_number: Some(number) }),
            Placement::Two => Err(ResolveError::Two),
            // Somebody else was quicker.
            Placement::No => {
                let decision = self.store.intake().copy(digest).await?.and_then(|copy| copy.decision);
                Err(decision.map_or(ResolveError::Unknown, ResolveError::Decided))
            }
        }
    }

    /// Judges the copy as if it had come now, and puts it in its place.
    async fn place(&self, copy: Copy, why: &Decision) -> Result<Placement, ResolveError> {
        let sender = self.store.fleet().known_terminal(&copy.terminal).await?;
        let sender = sender.ok_or(ResolveError::Terminal(copy.terminal))?;
        let arrival = match self.examine_again(sender, copy.envelope).await {
            Ok(arrival) => arrival,
            Err(Disposition::Refused(reason)) => return Err(ResolveError::Rules(reason)),
            Err(_) => return Err(ResolveError::Later),
        };
        match &arrival.verdict {
            Verdict::Accept(_) => {}
            Verdict::Refuse(reason) => return Err(ResolveError::Rules(reason.clone())),
            Verdict::CannotOpen => return Err(ResolveError::Rules(Refusal::Malformed {})),
        }
        let context = context(&self.store, &self.keys, &self.case_keys, &self.clock).await?;
        // The limit runs from when the hall had it; its number is of today.
        let context = RecordContext { now: copy.received_at, ..context };
        Ok(self.store.intake().keep_copy(arrival, why, &context).await?)
    }
}

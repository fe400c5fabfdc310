//! After a start: what could not be opened when it came is tried again, with the keys that are here now.

use crate::hall::Hall;
use crate::intake::Examiner;
use crate::store::StoreError;
use crate::store::arrivals::{Arrival, Verdict};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::v1::Outcome;

/// Applications tried together.
const SHARE: u32 = 64;

impl Hall {
    /// Tries again what could not be opened, and returns how many can be now.
    ///
    /// # Errors
    /// The database fails; what was not tried is tried at the next start.
    pub async fn try_unopened(&self) -> Result<usize, StoreError> {
        let mut after = (Millis(i64::MIN).0, String::new());
        let mut opened = 0;
        loop {
            let Some((share, last)) = self.store.unopened(&after, SHARE).await? else { return Ok(opened) };
            after = last;
            let mut arrivals: Vec<Arrival> = Vec::new();
            for one in share {
                let Some(sender) = self.store.known_terminal(&one.terminal).await? else { continue };
                let examiner = Examiner {
                    library: self.library.clone(),
                    openers: self.keys.openers(),
                    clock: self.clock.clone(),
                    sender,
                };
                let judged = examiner.examine(vec![one.envelope]).await.into_iter().flatten();
                arrivals.extend(judged.filter(|arrival| !matches!(arrival.verdict, Verdict::CannotOpen)));
            }
            let outcomes = self.intake.record(arrivals).await.ok_or(StoreError::NotCommitted)?;
            opened += outcomes.iter().filter(|outcome| !matches!(outcome, Outcome::Later {})).count();
        }
    }

    /// The same in the background of a start.
    pub(crate) async fn try_unopened_and_tell(&self) {
        match self.try_unopened().await {
            Ok(0) => {}
            Ok(opened) => tracing::info!(opened, "applications that could not be opened before are open now"),
            Err(error) => tracing::warn!(%error, "cannot try again what could not be opened"),
        }
    }
}

//! After a start: what could not be opened when it came is tried again, with the keys that are here now.

use super::domain::{Arrival, Disposition};
use super::service::Intake;
use super::store::ArrivalPlace;
use crate::db::StoreError;

/// Applications tried together.
const SHARE: u32 = 64;

impl Intake {
    /// Tries again what could not be opened, and returns how many can be now.
    ///
    /// # Errors
    /// The database fails; what was not tried is tried at the next start.
    pub async fn try_unopened(&self) -> Result<usize, StoreError> {
        let mut after: ArrivalPlace = (i64::MIN, String::new());
        let mut opened = 0;
        loop {
            let found = self.store.intake().unopened(&after, SHARE).await?;
            let Some((share, last)) = found else { return Ok(opened) };
            after = last;
            let mut arrivals: Vec<Arrival> = Vec::new();
            for one in share {
                let Some(sender) = self.store.fleet().known_terminal(&one.terminal).await? else { continue };
                let examined = self.examine_again(sender, one.envelope).await;
                arrivals.extend(examined.ok().filter(Arrival::is_open));
            }
            let recorded = self.record(arrivals).await.ok_or(StoreError::NotCommitted)?;
            opened += recorded.iter().filter(|one| **one != Disposition::Later).count();
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

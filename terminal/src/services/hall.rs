//! The hall, as far as this terminal talks with it: sending and fetching now, and whether it is up.

use super::Terminal;
use crate::sync::{HallError, SyncReport};

/// What can be asked of the connection to the hall: [`Terminal::hall`].
#[derive(Debug, Clone, Copy)]
pub struct HallLink<'a> {
    pub(super) terminal: &'a Terminal,
}

impl HallLink<'_> {
    /// Asks for an attempt to send and fetch now. Non-blocking.
    pub fn send_now(self) {
        self.terminal.0.sync.wake();
    }

    /// Sends and fetches once, as the command line does it. The report says what failed; none while the
    /// background does the sending.
    pub async fn sync_once(self) -> Option<SyncReport> {
        let syncer = self.terminal.syncer().take();
        let mut syncer = syncer?;
        let report = syncer.sync_once().await;
        *self.terminal.syncer() = Some(syncer);
        self.terminal.refresh_status();
        Some(report)
    }

    /// Asks the hall whether it is up; the answer is its version.
    ///
    /// # Errors
    /// It cannot be reached, or something else answers.
    pub async fn version(self) -> Result<String, HallError> {
        self.terminal.0.client.health().await.map(|health| health.version)
    }
}

//! What goes on behind the screen: sending, printing, and looking how things stand.

use super::{OpenError, Terminal};
use std::fs::File;
use std::path::Path;
use std::sync::PoisonError;
use std::time::Duration;

/// How often disk and counts are looked at when nothing else has changed.
const LOOK: Duration = Duration::from_secs(5);

/// Held while nobody else may use a data folder.
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "closing them gives the folder free")] [File; 2]);

/// Takes a data folder for oneself.
///
/// # Errors
/// Another program uses it, or it cannot be written.
pub fn alone(data: &Path) -> Result<Alone, OpenError> {
    let take = |name| {
        let file = File::options().write(true).create(true).truncate(false).open(data.join(name))?;
        if file.try_lock().is_err() {
            return Err(OpenError::Busy);
        }
        Ok(file)
    };
    Ok(Alone([take("lock")?, take("ledger.lock")?]))
}

impl Terminal {
    /// Starts sending, printing and the status look-out. Call once; they end with the process.
    ///
    /// # Errors
    /// Another process does so already, or the system gives no thread.
    pub fn start(&self) -> Result<(), OpenError> {
        let lock = std::fs::File::create(self.0.data.join("lock"))?;
        if lock.try_lock().is_err() {
            return Err(OpenError::Busy);
        }
        *self.0.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(lock);
        self.0.ledger.settle_journal(self.now())?;
        self.printing().start()?;
        let Some(syncer) = self.syncer().take() else { return Ok(()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let terminal = self.clone();
        std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(terminal.watch_status());
                syncer.run().await;
            });
        })?;
        Ok(())
    }

    async fn watch_status(self) {
        let mut link = self.0.link.clone();
        let mut commits = self.0.ledger.commits();
        loop {
            // Whatever wakes us, everything is looked at; a closed channel only means that the timer does it.
            tokio::select! {
                Ok(()) = link.changed() => {}
                Ok(()) = commits.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            let terminal = self.clone();
            let looked = tokio::task::spawn_blocking(move || terminal.refresh_status());
            if looked.await.is_err() {
                return;
            }
        }
    }
}

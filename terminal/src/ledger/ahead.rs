//! What is done before a resident waits for it: the key exchange of the next seal, the longer half of sealing.
//!
//! Knows neither the file nor any content.

use bianmin_protocol::seal::{PreparedSeal, SealError, SealPublicKey};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Seals prepared beside the residents. The thread begins with the first seal, and ends with this.
pub(super) struct Ahead {
    hall: SealPublicKey,
    prepared: OnceLock<Mutex<Receiver<PreparedSeal>>>,
}

impl Ahead {
    pub(super) fn new(hall: SealPublicKey) -> Self {
        Self { hall, prepared: OnceLock::new() }
    }

    /// A seal that was prepared in time, or one made now: each is handed out once.
    pub(super) fn seal(&self) -> Result<PreparedSeal, SealError> {
        let prepared = self.prepared.get_or_init(|| Mutex::new(begin(self.hall.clone())));
        let ready = prepared.lock().unwrap_or_else(PoisonError::into_inner).try_recv();
        ready.or_else(|_| self.hall.prepare())
    }
}

/// Keeps one seal in the channel and a second in hand. Where no thread can be had, every seal is made when needed.
fn begin(hall: SealPublicKey) -> Receiver<PreparedSeal> {
    let (sender, receiver) = sync_channel(1);
    let prepare = move || {
        while let Ok(seal) = hall.prepare() {
            if sender.send(seal).is_err() {
                break;
            }
        }
    };
    if let Err(error) = std::thread::Builder::new().name("seals".to_owned()).spawn(prepare) {
        tracing::warn!(%error, "seals are not prepared ahead");
    }
    receiver
}

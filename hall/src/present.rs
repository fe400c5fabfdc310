//! Reads the hall's one row for many requests at once: a request gets a reading that began after it came in,
//! and however many come in meanwhile share the next one.

use crate::store::{Present, Store, StoreError};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Requests that wait for one reading.
const WAITING: usize = 4096;

#[derive(Debug)]
pub(crate) struct Reader(mpsc::Sender<oneshot::Sender<Present>>);

impl Reader {
    pub(crate) fn start(store: Arc<Store>) -> Self {
        let (sender, mut receiver) = mpsc::channel::<oneshot::Sender<Present>>(WAITING);
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            while receiver.recv_many(&mut waiting, WAITING).await > 0 {
                match store.present().await {
                    Ok(present) => {
                        for reply in waiting.drain(..) {
                            let _ = reply.send(present);
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot read the hall's row");
                        waiting.clear();
                    }
                }
            }
        });
        Self(sender)
    }

    pub(crate) async fn read(&self) -> Result<Present, StoreError> {
        const GONE: StoreError = StoreError::Corrupt("hall row");
        let (reply, answer) = oneshot::channel();
        self.0.send(reply).await.map_err(|_| GONE)?;
        answer.await.map_err(|_| GONE)
    }
}

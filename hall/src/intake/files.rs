//! Files follow their application in sealed chunks, in any order and as often as a bad line needs.

use super::domain::{ChunkError, ExpectedFile, check_chunk};
use super::service::Intake;
use crate::cases::context;
use crate::db::StoreError;
use bianmin_locale::Texts;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::seal::chunks_digest;
use bytes::Bytes;

/// Why a chunk was not kept.
#[derive(Debug)]
pub(super) enum FileError {
    /// It is none of this file's.
    Chunk(ChunkError),
    /// All chunks together are not the file that was described: it is sent again.
    Mismatch,
    /// It cannot be opened now.
    Later,
    Store(StoreError),
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Intake {
    /// Keeps one sealed chunk, and opens the file with the last of them.
    pub(super) async fn keep_chunk(
        &self,
        id: ApplicationId,
        file: &ExpectedFile,
        index: u32,
        chunk: Bytes,
    ) -> Result<(), FileError> {
        let entry = &file.entry;
        check_chunk(entry, index, chunk.len()).map_err(FileError::Chunk)?;
        if file.complete {
            return Ok(());
        }
        let store = self.store.intake();
        let present = store.put_chunk(id, &entry.material, index, &chunk).await?;
        self.metrics.chunks_total.inc();
        if present < entry.chunks {
            return Ok(());
        }
        let chunks = store.chunks(id, &entry.material).await?;
        if chunks_digest(chunks.iter().map(|chunk| Digest::of(chunk))) != entry.digest {
            tracing::warn!(application = %id, material = %entry.material, "chunks do not fit their description");
            store.drop_chunks(id, &entry.material).await?;
            return Err(FileError::Mismatch);
        }
        let (described, openers) = (entry.clone(), self.keys.openers());
        let opened =
            tokio::task::spawn_blocking(move || openers.open_attachment(id, &described, &chunks).is_ok())
                .await;
        let readable = opened.map_err(|_| FileError::Later)?;
        if !readable {
            tracing::warn!(application = %id, material = %entry.material, "an attachment cannot be opened");
        }
        let remark = Texts::new(self.language).t("remark-unreadable-file");
        let context = context(&self.store, &self.keys, &self.case_keys, &self.clock).await?;
        Ok(store.complete_attachment(id, &entry.material, readable, &remark, &context).await?)
    }
}

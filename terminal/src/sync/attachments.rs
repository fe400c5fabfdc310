//! Sending the files of applications, chunk by chunk, beginning where it stopped.

use super::error::blocking;
use super::{HallError, SyncError, SyncReport, Syncer};
use crate::ledger::ChunkRef;
use bianmin_protocol::content::{ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, CHUNK};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::{AttachmentState, ErrorCode, attachments_path};
use std::collections::HashSet;

/// Chunks that are looked at together: at most so many of one application for one question to the hall.
const TOGETHER: usize = 256;
/// The most chunks that one application has.
const CHUNKS: usize = ATTACHMENTS_LIMIT * (ATTACHMENT_LIMIT as usize).div_ceil(CHUNK);
/// More applications than this with files that do not go through mean that the hall is not well.
const LEFT_LIMIT: usize = 64;

impl Syncer {
    /// Sends what is missing at the hall. Files that it will not take stay, and do not block the others.
    pub(super) async fn send_attachments(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        let mut left: HashSet<ApplicationId> = HashSet::new();
        let mut skipped = 0;
        while left.len() <= LEFT_LIMIT {
            let (ledger, limit) = (self.ledger.clone(), TOGETHER + skipped);
            let chunks = blocking(move || ledger.chunks_waiting(limit)).await?;
            let is_all = chunks.len() < limit;
            let Some(first) = chunks.iter().find(|chunk| !left.contains(&chunk.application_id)) else {
                if is_all {
                    break;
                }
                skipped = chunks.len();
                continue;
            };
            let id = first.application_id;
            let of_one: Vec<_> = chunks.iter().filter(|chunk| chunk.application_id == id).cloned().collect();
            if !self.send_files(id, &of_one, report).await? {
                left.insert(id);
            }
        }
        report.left |= !left.is_empty();
        Ok(())
    }

    /// Sends these chunks of one application. Whether all of them are with the hall now.
    async fn send_files(
        &self,
        id: ApplicationId,
        chunks: &[ChunkRef],
        report: &mut SyncReport,
    ) -> Result<bool, SyncError> {
        let path = attachments_path(id);
        let state: AttachmentState = match self.hall.get(&path).await {
            Ok(state) => state,
            Err(error) => return leave(id, error, report),
        };
        self.mind_epoch(report).await?;
        // All that the hall misses, also what it had once: it drops a file that does not fit its description.
        let mut missing = Vec::new();
        for progress in &state.attachments {
            for index in progress.missing.iter().take(CHUNKS) {
                let material = progress.material.clone();
                missing.push(ChunkRef { application_id: id, material, index: *index });
            }
        }
        let mut unsent: Vec<ChunkRef> = Vec::new();
        for chunk in missing.into_iter().take(CHUNKS) {
            let (ledger, wanted) = (self.ledger.clone(), chunk.clone());
            let Some(bytes) = blocking(move || ledger.chunk(&wanted)).await? else {
                tracing::error!(application = %id, index = chunk.index, "a part of a file is gone or damaged");
                unsent.push(chunk);
                continue;
            };
            let path = format!("{path}/{}/{}", chunk.material, chunk.index);
            let answer = self.hall.put_chunk(&path, bytes.into()).await;
            if let Err(error) = answer.and_then(|answer| answer.succeeded()) {
                return leave(id, error, report);
            }
            self.note_sent(chunk).await?;
        }
        for chunk in chunks {
            let is_expected = state.attachments.iter().any(|progress| progress.material == chunk.material);
            if !is_expected {
                tracing::warn!(application = %id, "the hall expects no such file");
                unsent.push(chunk.clone());
            } else if !unsent.contains(chunk) {
                self.note_sent(chunk.clone()).await?;
            }
        }
        Ok(unsent.is_empty())
    }

    async fn note_sent(&self, chunk: ChunkRef) -> Result<(), SyncError> {
        let ledger = self.ledger.clone();
        blocking(move || ledger.chunk_sent(&chunk)).await
    }
}

/// An application's files are left for later if the fault may be theirs; otherwise the attempt ends.
fn leave(id: ApplicationId, error: HallError, report: &mut SyncReport) -> Result<bool, SyncError> {
    let is_about_these = match &error {
        HallError::Rejected { code, .. } => *code != ErrorCode::TooMany,
        HallError::NotTheHall { status } => matches!(status, 400 | 413 | 422 | 500),
        HallError::BadAnswer | HallError::AnswerTooLarge => true,
        HallError::Unreachable { .. } | HallError::Revoked => false,
    };
    if !is_about_these {
        return Err(error.into());
    }
    tracing::warn!(application = %id, %error, "files could not be sent; the others go on");
    report.setback = Some(error);
    Ok(false)
}

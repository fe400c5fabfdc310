//! Files follow their application in sealed chunks, in any order and as often as a bad line needs.

use super::answer::{Failure, ok, settle};
use super::auth::Sender;
use crate::hall::Hall;
use crate::metrics::count;
use crate::store::attachments::Expected;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::content::CHUNK;
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use bianmin_protocol::seal::chunks_digest;
use std::sync::Arc;

/// A sealed chunk is its content and an authentication tag.
const TAG: usize = 16;

pub(super) async fn state(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    Path(application): Path<String>,
) -> Response {
    let result = async {
        let (id, expected) = expected(&hall, &sender, &application).await?;
        Ok(ok(&hall.store.attachment_state(id, &expected).await?))
    }
    .await;
    settle(&hall, result)
}

pub(super) async fn put(
    State(hall): State<Arc<Hall>>,
    Extension(sender): Extension<Sender>,
    Path((application, material, index)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let result = async {
        let material = MaterialCode::parse(&material).map_err(|_| Failure::NotFound)?;
        let index: u32 = index.parse().map_err(|_| Failure::NotFound)?;
        let (id, expected) = expected(&hall, &sender, &application).await?;
        let one = expected.iter().find(|one| one.entry.material == material).ok_or(Failure::NotFound)?;
        store(&hall, id, one, index, body).await?;
        let (id, expected) = self::expected(&hall, &sender, &application).await?;
        Ok(ok(&hall.store.attachment_state(id, &expected).await?))
    }
    .await;
    settle(&hall, result)
}

async fn expected(
    hall: &Hall,
    sender: &Sender,
    application: &str,
) -> Result<(ApplicationId, Vec<Expected>), Failure> {
    let id: ApplicationId = application.parse().map_err(|_| Failure::NotFound)?;
    let expected = hall.store.expected(id, &sender.terminal).await?;
    Ok((id, expected.ok_or(Failure::NotFound)?))
}

/// Keeps one sealed chunk, and opens the file with the last of them.
pub(crate) async fn store(
    hall: &Hall,
    id: ApplicationId,
    one: &Expected,
    index: u32,
    chunk: Bytes,
) -> Result<(), Failure> {
    let entry = &one.entry;
    if index >= entry.chunks {
        return Err(Failure::NotFound);
    }
    let before = u64::from(index) * CHUNK as u64;
    let length = (entry.size - before).min(CHUNK as u64) as usize + TAG;
    if chunk.len() != length {
        return Err(if chunk.len() > length { Failure::TooLarge } else { Failure::BadRequest });
    }
    if one.complete {
        return Ok(());
    }
    let present = hall.store.put_chunk(id, &entry.material, index, &chunk).await?;
    count(&hall.metrics.chunks_total);
    if present < entry.chunks {
        return Ok(());
    }
    let chunks = hall.store.chunks(id, &entry.material).await?;
    if chunks_digest(chunks.iter().map(|chunk| Digest::of(chunk))) != entry.digest {
        tracing::warn!(application = %id, material = %entry.material, "chunks do not fit their description");
        hall.store.drop_chunks(id, &entry.material).await?;
        return Err(Failure::Conflict);
    }
    let (described, openers) = (entry.clone(), hall.keys.openers());
    let opened =
        tokio::task::spawn_blocking(move || openers.open_attachment(id, &described, &chunks).is_ok()).await;
    let readable = opened.map_err(|_| Failure::Unavailable)?;
    if !readable {
        tracing::warn!(application = %id, material = %entry.material, "an attachment cannot be opened");
    }
    let remark = hall.texts().t("remark-unreadable-file");
    hall.store.complete_attachment(id, &entry.material, readable, &remark, hall.clock.now()).await?;
    Ok(())
}

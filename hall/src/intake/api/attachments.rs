//! Files follow their application.

use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use crate::intake::domain::{ChunkError, ExpectedFile};
use crate::intake::files::FileError;
use axum::body::Bytes;
use axum::extract::{Path, State};
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use bianmin_protocol::v1::{AttachmentProgress, AttachmentState};
use std::sync::Arc;

pub(super) async fn state(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    Path(application): Path<String>,
) -> Result<Json<AttachmentState>, Error> {
    let (id, expected) = expected(&hall, &sender, &application).await?;
    missing(&hall, id, &expected).await
}

pub(super) async fn put(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    Path((application, material, index)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Json<AttachmentState>, Error> {
    let material = MaterialCode::parse(&material).map_err(|_| Error::NotFound)?;
    let index: u32 = index.parse().map_err(|_| Error::NotFound)?;
    let (id, files) = expected(&hall, &sender, &application).await?;
    let file = files.iter().find(|file| file.entry.material == material).ok_or(Error::NotFound)?;
    hall.intake.keep_chunk(id, file, index, body).await?;
    let (id, files) = expected(&hall, &sender, &application).await?;
    missing(&hall, id, &files).await
}

async fn expected(
    hall: &Hall,
    sender: &Sender,
    application: &str,
) -> Result<(ApplicationId, Vec<ExpectedFile>), Error> {
    let id: ApplicationId = application.parse().map_err(|_| Error::NotFound)?;
    let expected = hall.store.intake().expected(id, &sender.terminal).await?;
    Ok((id, expected.ok_or(Error::NotFound)?))
}

async fn missing(
    hall: &Hall,
    id: ApplicationId,
    files: &[ExpectedFile],
) -> Result<Json<AttachmentState>, Error> {
    let missing = hall.store.intake().missing_chunks(id, files).await?;
    let progress = |(material, missing)| AttachmentProgress { material, missing };
    Ok(Json(AttachmentState { attachments: missing.into_iter().map(progress).collect() }))
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Chunk(ChunkError::NoSuchChunk) => Self::NotFound,
            FileError::Chunk(ChunkError::TooLong) => Self::TooLarge,
            FileError::Chunk(ChunkError::TooShort) => Self::BadRequest,
            FileError::Mismatch => Self::Conflict,
            FileError::Later => Self::Unavailable,
            FileError::Store(error) => error.into(),
        }
    }
}

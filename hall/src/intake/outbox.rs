//! Applications that were carried here in files, from a terminal that cannot send them: taken in by the very way that
//! requests go, so that each is one case, however often and by whichever way it comes.
//!
//! `NUMBER.json` holds the sealed application and the certificate of its terminal; the sealed chunks of its files are
//! files beside it.

use super::domain::Disposition;
use super::service::Intake;
use crate::db::StoreError;
use crate::fleet::{KnownTerminal, Mark};
use crate::planted::is_planted;
use bianmin_protocol::application::Header;
use bianmin_protocol::content::CHUNK;
use bianmin_protocol::ids::{CaseNumber, TerminalId};
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::{
    Acknowledgement, Carried, Envelope, REQUEST_LIMIT, Refusal, SignedAcknowledgement, chunk_file,
};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What became of one file.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// The file.
    pub file: String,
    /// The application's number.
    pub registration: RegistrationNumber,
    /// The case's number; none if the hall did not take the application.
    pub case_number: Option<CaseNumber>,
    /// Why the hall did not take it.
    pub refusal: Option<Refusal>,
    /// Chunks of its files that are not beside it and that the hall does not have.
    pub files_missing: u32,
}

/// Why a file could not be taken in. Nothing was changed by it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is larger than any application.
    #[error("it is larger than any application")]
    TooLarge,
    /// It is not what `outbox export` writes.
    #[error("it holds no application: give the NUMBER.json files that `outbox export` has written")]
    Form,
    /// Its terminal is unknown, and it brings no certificate of this hall.
    #[error("its terminal {0} is not known here, and it brings no certificate that this hall has given")]
    Stranger(TerminalId),
    /// Its terminal was revoked.
    #[error(
        "its terminal {0} was revoked, so its key may be in other hands: `--accept-revoked` takes it and marks the case"
    )]
    Revoked(TerminalId),
    /// The hall could not deal with it now.
    #[error("it could not be recorded now: try again")]
    Later,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Intake {
    /// Takes one file in. Again, it changes nothing and tells the same.
    ///
    /// # Errors
    /// It is no application of a terminal of this hall, or that terminal was revoked and `accept_revoked` is not set.
    pub async fn import(&self, file: &Path, accept_revoked: bool) -> Result<Imported, ImportError> {
        let (certificate, envelope) = parse(&read(file, REQUEST_LIMIT)?)?;
        let header = envelope.read_header().map_err(|_| ImportError::Form)?;
        let author = self.author(&header, certificate).await?;
        if author.mark == Some(Mark::RevokedTerminal) && !accept_revoked && !is_planted("revoked-accepted") {
            return Err(ImportError::Revoked(author.id));
        }
        let received = self.receive(author.clone(), vec![envelope]).await;
        let mut imported = Imported {
            file: file.display().to_string(),
            registration: header.registration.clone(),
            case_number: None,
            refusal: None,
            files_missing: 0,
        };
        match received.into_iter().next() {
            Some(Disposition::Case(acknowledgement)) => {
                imported.case_number = Some(number(&acknowledgement)?);
                imported.files_missing = self.import_files(file, &header, &author).await?;
            }
            Some(Disposition::Refused(reason)) => imported.refusal = Some(reason),
            Some(Disposition::Later) | None => return Err(ImportError::Later),
        }
        Ok(imported)
    }

    /// Whose application it is: a terminal that is known here, or one whose certificate this hall has given.
    async fn author(
        &self,
        header: &Header,
        certificate: Option<TerminalCertificate>,
    ) -> Result<KnownTerminal, ImportError> {
        let id = &header.terminal;
        let certificate =
            certificate.filter(|one| one.terminal == *id && one.verify(&self.keys.signing.public()));
        match (self.store.fleet().known_terminal(id).await?, certificate) {
            (Some(known), None) => Ok(known),
            (Some(known), Some(certificate)) if certificate.key == known.key => Ok(known),
            (None, Some(certificate)) => Ok(KnownTerminal {
                id: id.clone(),
                key: certificate.key,
                revoked: false,
                mark: Some(Mark::UnknownTerminal),
                predecessors: Vec::new(),
            }),
            _ => Err(ImportError::Stranger(id.clone())),
        }
    }

    /// The chunks beside the file that the hall does not have; how many it still misses.
    async fn import_files(
        &self,
        file: &Path,
        header: &Header,
        author: &KnownTerminal,
    ) -> Result<u32, ImportError> {
        let id = header.application_id;
        let folder = file.parent().unwrap_or(Path::new("."));
        let store = self.store.intake();
        let Some(files) = store.expected(id, author).await? else { return Ok(0) };
        for (material, missing) in store.missing_chunks(id, &files).await? {
            let Some(described) = files.iter().find(|one| one.entry.material == material) else { continue };
            for index in missing {
                let path = folder.join(chunk_file(&header.registration, &material, index));
                let chunk = match read(&path, 2 * CHUNK) {
                    Err(ImportError::Read(error)) if error.kind() == io::ErrorKind::NotFound => continue,
                    other => other?,
                };
                if self.keep_chunk(id, described, index, chunk.into()).await.is_err() {
                    tracing::warn!(file = %path.display(), "it does not fit the application");
                }
            }
        }
        let files = store.expected(id, author).await?.unwrap_or_default();
        let missing = store.missing_chunks(id, &files).await?;
        Ok(missing.iter().map(|(_, missing)| missing.len() as u32).sum())
    }
}

fn number(signed: &SignedAcknowledgement) -> Result<CaseNumber, ImportError> {
    let acknowledgement: Acknowledgement = serde_json::from_slice(&signed.acknowledgement.0)
        .map_err(|_| StoreError::Corrupt("acknowledgement"))?;
    Ok(acknowledgement.case_number)
}

/// A plain file of at most so many bytes.
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, ImportError> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() {
        return Err(io::Error::other("it is no plain file").into());
    }
    if meta.len() > limit as u64 {
        return Err(ImportError::TooLarge);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Earlier versions wrote the envelope alone.
fn parse(text: &[u8]) -> Result<(Option<TerminalCertificate>, Envelope), ImportError> {
    if let Ok(carried) = read_body::<Carried>(text) {
        return Ok((Some(carried.certificate), carried.envelope));
    }
    let envelope = read_body(text).map_err(|_| ImportError::Form)?;
    Ok((None, envelope))
}

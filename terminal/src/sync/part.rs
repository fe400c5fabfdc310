//! A download that may take several attempts: the bytes so far, and of which bundle they are.

use bianmin_protocol::bytes::Digest;
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

const HEAD: u64 = 32;

/// The file `catalogue.part`: the digest of the wanted bundle, then as much of it as has come.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: PathBuf,
    file: File,
    have: u64,
}

impl PartialFile {
    /// Goes on with what is there if it is of the same bundle; otherwise begins.
    pub(super) async fn open(path: &Path, wanted: Digest, size: u64) -> io::Result<Self> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).await?;
        let length = file.metadata().await?.len();
        let mut head = [0; HEAD as usize];
        let is_same = length >= HEAD
            && length - HEAD <= size
            && file.read_exact(&mut head).await.is_ok()
            && head == wanted.0;
        let mut part = Self { path: path.to_owned(), file, have: length.saturating_sub(HEAD) };
        if is_same {
            part.file.seek(io::SeekFrom::End(0)).await?;
        } else {
            part.file.set_len(0).await?;
            part.file.rewind().await?;
            part.file.write_all(&wanted.0).await?;
            part.have = 0;
        }
        Ok(part)
    }

    /// How many bytes of the bundle are there.
    pub(super) fn have(&self) -> u64 {
        self.have
    }

    /// Drops what has come: the other side begins from the start.
    pub(super) async fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(HEAD).await?;
        self.file.seek(io::SeekFrom::End(0)).await?;
        self.have = 0;
        Ok(())
    }

    pub(super) async fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.have += bytes.len() as u64;
        Ok(())
    }

    /// Makes what was appended outlive this program, so that the next attempt goes on from here.
    pub(super) async fn keep(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// The bytes that have come. The file is gone afterwards: whether they are taken over or refused, they are
    /// not wanted again.
    pub(super) async fn take(mut self) -> io::Result<Vec<u8>> {
        self.file.flush().await?;
        self.file.seek(io::SeekFrom::Start(HEAD)).await?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).await?;
        self.remove().await;
        Ok(bytes)
    }

    /// Gives the room on the disk back.
    pub(super) async fn remove(self) {
        let _ = tokio::fs::remove_file(&self.path).await;
    }
}

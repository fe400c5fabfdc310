//! The printer that writes its bytes into a folder, for demonstrations and for terminals that are being set up.

use super::profile::Profile;
use super::status::{Outcome, Status};
use std::path::PathBuf;

/// Bytes into a folder.
#[derive(Debug, Clone)]
pub struct File {
    folder: PathBuf,
    pub(super) profile: Profile,
}

impl File {
    /// Into this folder, made when it is needed.
    pub fn new(folder: PathBuf, profile: Profile) -> Self {
        Self { folder, profile }
    }

    pub(super) fn status(&self) -> Status {
        match std::fs::create_dir_all(&self.folder) {
            Ok(()) => Status::Ready,
            Err(_) => Status::Offline,
        }
    }

    pub(super) fn print(&self, bytes: &[u8], name: &str) -> Outcome {
        let write = std::fs::create_dir_all(&self.folder)
            .and_then(|()| std::fs::write(self.folder.join(format!("{name}.escpos")), bytes));
        if write.is_ok() { Outcome::Printed } else { Outcome::Failed(Status::Offline) }
    }
}

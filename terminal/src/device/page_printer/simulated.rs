//! A page printer that is none: it writes its pages into a folder, for demonstrations.

use crate::device::printer::{Outcome, Status};
use std::path::PathBuf;

/// PDFs in a folder.
#[derive(Debug, Clone)]
pub struct PageFolder {
    folder: PathBuf,
}

impl PageFolder {
    /// Into this folder, made when it is needed.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn status(&self) -> Status {
        match std::fs::create_dir_all(&self.folder) {
            Ok(()) => Status::Ready,
            Err(_) => Status::Offline,
        }
    }

    pub(super) fn print(&self, pdf: &[u8], name: &str) -> Outcome {
        let written = std::fs::create_dir_all(&self.folder)
            .and_then(|()| std::fs::write(self.folder.join(format!("{name}.pdf")), pdf));
        if written.is_ok() { Outcome::Printed } else { Outcome::Failed(Status::Offline) }
    }
}

//! The printer of A4 pages. It takes PDFs and nothing else, so that a slip's bytes cannot reach it, nor a page the
//! receipt printer; status and outcome are the same for both.

use super::ipp::{Ipp, Login, UriError};
use super::{Outcome, Proceed, Progress, Status};
use crate::config::PagePrinter as Configured;
use std::path::PathBuf;

/// A driver. Clones are the same printer.
#[derive(Debug, Clone)]
pub enum PagePrinter {
    /// None.
    Absent,
    /// A printer or a CUPS queue.
    Ipp(Box<Ipp>),
    /// Files in a folder.
    File(PathBuf),
}

impl PagePrinter {
    /// The driver that the configuration names.
    ///
    /// # Errors
    /// The address cannot be a printer's.
    pub fn new(configured: &Configured) -> Result<Self, UriError> {
        Ok(match configured {
            Configured::None => Self::Absent,
            Configured::Ipp { uri, user, password_file, certificate_sha256 } => {
                let login = user.clone().zip(password_file.clone());
                let login = login.map(|(user, password_file)| Login { user, password_file });
                Self::Ipp(Box::new(Ipp::with(uri, login, *certificate_sha256)?))
            }
            Configured::File { folder } => Self::File(folder.clone()),
        })
    }

    /// Asks the printer how it is; takes a few seconds at most. Blocks.
    pub fn status(&self) -> Status {
        match self {
            Self::Absent => Status::Absent,
            Self::Ipp(printer) => printer.status(),
            Self::File(folder) => match std::fs::create_dir_all(folder) {
                Ok(()) => Status::Ready,
                Err(_) => Status::Offline,
            },
        }
    }

    /// Prints a PDF, telling how it goes; whoever is told may give up. `name` names the file of the file printer and
    /// says nothing about whose page it is. Blocks until the job has ended.
    pub fn print(&self, pdf: &[u8], name: &str, tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        match self {
            Self::Absent => Outcome::Failed(Status::Absent),
            Self::Ipp(printer) => printer.print(pdf, tell),
            Self::File(folder) => {
                let written = std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(folder.join(format!("{name}.pdf")), pdf));
                if written.is_ok() { Outcome::Printed } else { Outcome::Failed(Status::Offline) }
            }
        }
    }
}

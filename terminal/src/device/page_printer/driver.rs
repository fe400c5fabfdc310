//! The closed set of drivers for the page printer.

use super::ipp::{Ipp, Login, UriError};
use super::simulated::PageFolder;
use crate::config::PagePrinter as Configured;
use crate::device::printer::{Outcome, Proceed, Progress, Status};

/// A driver. Clones are the same printer.
#[derive(Debug, Clone)]
pub enum PagePrinter {
    /// None.
    Absent,
    /// A printer or a CUPS queue.
    Ipp(Box<Ipp>),
    /// None is there, but it behaves as if there were one.
    Simulated(PageFolder),
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
            Configured::File { folder } => Self::Simulated(PageFolder::new(folder.clone())),
        })
    }

    /// Asks the printer how it is; takes a few seconds at most. Blocks.
    pub fn status(&self) -> Status {
        match self {
            Self::Absent => Status::Absent,
            Self::Ipp(printer) => printer.status(),
            Self::Simulated(printer) => printer.status(),
        }
    }

    /// Prints a PDF, telling how it goes; whoever is told may give up. `name` names the file of a simulated one and
    /// says nothing about whose page it is. Blocks until the job has ended.
    pub fn print(&self, pdf: &[u8], name: &str, tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        match self {
            Self::Absent => Outcome::Failed(Status::Absent),
            Self::Ipp(printer) => printer.print(pdf, tell),
            Self::Simulated(printer) => printer.print(pdf, name),
        }
    }
}

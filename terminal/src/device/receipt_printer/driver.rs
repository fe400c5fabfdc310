//! The closed set of drivers for the receipt printer.

use super::escpos::{Escpos, Written};
use super::link::Link;
use super::profile::Profile;
use super::simulated::{Memory, ReceiptFolder, Simulated};
use crate::config::Printer as Configured;
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use bianmin_document::escpos::KeyCode;

/// A driver. Clones are the same printer.
#[derive(Debug, Clone)]
pub enum ReceiptPrinter {
    /// None.
    Absent,
    /// A receipt printer that speaks ESC/POS.
    Escpos(Escpos),
    /// None is there, but it behaves as if there were one.
    Simulated(Simulated),
}

impl ReceiptPrinter {
    /// The driver that the configuration names.
    pub fn new(configured: &Configured) -> Self {
        let escpos = |link, profile| Self::Escpos(Escpos::new(link, Profile::new(profile)));
        match configured {
            Configured::None => Self::Absent,
            Configured::Tcp { address, profile } => escpos(Link::Tcp(address.clone()), profile),
            Configured::Serial { path, baud, profile } => {
                escpos(Link::Serial { path: path.clone(), baud: *baud }, profile)
            }
            Configured::Device { path, profile } => escpos(Link::Device(path.clone()), profile),
            Configured::File { folder, profile } => {
                Self::Simulated(Simulated::Folder(ReceiptFolder::new(folder.clone(), Profile::new(profile))))
            }
        }
    }

    /// What it can do. Without a printer that is what a usual one can do.
    pub fn profile(&self) -> Profile {
        match self {
            Self::Absent => Profile::default(),
            Self::Escpos(printer) => printer.profile,
            Self::Simulated(printer) => printer.profile(),
        }
    }

    /// Asks the printer how it is; takes at most about three seconds.
    pub fn status(&self) -> Status {
        match self {
            Self::Absent => Status::Absent,
            Self::Escpos(printer) => printer.status(),
            Self::Simulated(printer) => printer.status(),
        }
    }

    /// Makes sure that the mark at the head of slips is in the printer's own memory, where it has one; the name under
    /// which it is. `written` is what was written last, `note` counts what is going to be. Blocks for some seconds.
    pub fn keep_mark(
        &self,
        written: Option<Written>,
        note: &mut dyn FnMut(Written) -> bool,
    ) -> Option<KeyCode> {
        match self {
            Self::Escpos(printer) => printer.keep_mark(written, note),
            Self::Absent | Self::Simulated(_) => None,
        }
    }

    /// Prints ESC/POS bytes that end with a cut, and gives up as soon as somebody would have to put the printer
    /// right. `name` names the file of a simulated one.
    pub fn print(&self, bytes: &[u8], name: &str) -> Outcome {
        self.print_telling(bytes, name, &mut |progress| match progress {
            Progress::Printing => Proceed::GoOn,
            Progress::Waiting(_) => Proceed::GiveUp,
        })
    }

    /// Prints, and tells how it goes. If paper runs out or the cover is opened, it waits as long as `tell` wants and
    /// there is time for; the printer then goes on where it was, and nothing is sent twice.
    pub fn print_telling(
        &self,
        bytes: &[u8],
        name: &str,
        tell: &mut dyn FnMut(Progress) -> Proceed,
    ) -> Outcome {
        match self {
            Self::Absent => Outcome::Failed(Status::Absent),
            Self::Escpos(printer) => printer.print(bytes, tell),
            Self::Simulated(printer) => printer.print(bytes, name, tell),
        }
    }
}

impl From<Memory> for ReceiptPrinter {
    fn from(printer: Memory) -> Self {
        Self::Simulated(Simulated::Memory(printer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_printer_and_one_that_is_not_there_are_told() {
        assert_eq!(ReceiptPrinter::Absent.print(b"x", "x"), Outcome::Failed(Status::Absent));
        let nowhere = Link::Tcp("127.0.0.1:1".into());
        let nowhere = ReceiptPrinter::Escpos(Escpos::new(nowhere, Profile::default()));
        assert_eq!(nowhere.status(), Status::Offline);
        assert_eq!(nowhere.print(b"x", "x"), Outcome::Failed(Status::Offline));
    }
}

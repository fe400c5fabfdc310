//! Receipt printers that are none: one writes its bytes into a folder, for demonstrations and for terminals that are being
//! set up; one keeps its jobs in memory and behaves as a test says.

use super::profile::Profile;
use crate::device::printer::{Outcome, Proceed, Progress, Status};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a job that waits asks whether it may.
const ASK: Duration = Duration::from_millis(20);

/// A driver that is none. Clones are the same printer.
#[derive(Debug, Clone)]
pub enum Simulated {
    /// Bytes into a folder.
    Folder(ReceiptFolder),
    /// Bytes into memory, for tests.
    Memory(Memory),
}

impl Simulated {
    pub(super) fn profile(&self) -> Profile {
        match self {
            Self::Folder(printer) => printer.profile,
            Self::Memory(printer) => printer.profile,
        }
    }

    pub(super) fn status(&self) -> Status {
        match self {
            Self::Folder(printer) => printer.status(),
            Self::Memory(printer) => printer.status(),
        }
    }

    pub(super) fn print(
        &self,
        bytes: &[u8],
        name: &str,
        tell: &mut dyn FnMut(Progress) -> Proceed,
    ) -> Outcome {
        match self {
            Self::Folder(printer) => printer.print(bytes, name),
            Self::Memory(printer) => printer.print(bytes, name, tell),
        }
    }
}

/// Bytes into a folder.
#[derive(Debug, Clone)]
pub struct ReceiptFolder {
    folder: PathBuf,
    profile: Profile,
}

impl ReceiptFolder {
    /// Into this folder, made when it is needed.
    pub fn new(folder: PathBuf, profile: Profile) -> Self {
        Self { folder, profile }
    }

    fn status(&self) -> Status {
        match std::fs::create_dir_all(&self.folder) {
            Ok(()) => Status::Ready,
            Err(_) => Status::Offline,
        }
    }

    fn print(&self, bytes: &[u8], name: &str) -> Outcome {
        let write = std::fs::create_dir_all(&self.folder)
            .and_then(|()| std::fs::write(self.folder.join(format!("{name}.escpos")), bytes));
        if write.is_ok() { Outcome::Printed } else { Outcome::Failed(Status::Offline) }
    }
}

/// Jobs in memory; clones are the same printer.
#[derive(Debug, Clone)]
pub struct Memory {
    tray: Arc<Mutex<Tray>>,
    profile: Profile,
}

/// A job that was taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was answered.
    pub outcome: Outcome,
}

impl std::fmt::Debug for Job {
    // A slip bears a person's data; the debug output of a failed test lands in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} bytes, {:?}", self.name, self.bytes.len(), self.outcome)
    }
}

#[derive(Debug)]
struct Tray {
    status: Status,
    script: VecDeque<Outcome>,
    jobs: Vec<Job>,
}

impl Memory {
    /// A printer that is ready.
    pub fn new(profile: Profile) -> Self {
        let tray = Tray { status: Status::Ready, script: VecDeque::new(), jobs: Vec::new() };
        Self { tray: Arc::new(Mutex::new(tray)), profile }
    }

    /// From now on it is like this. A job that waits goes on when it can.
    pub fn set_status(&self, status: Status) {
        self.tray().status = status;
    }

    /// What becomes of the next job that it takes; after the last of these a job is printed.
    pub fn then(&self, outcome: Outcome) {
        self.tray().script.push_back(outcome);
    }

    /// The jobs so far, the oldest first.
    pub fn jobs(&self) -> Vec<Job> {
        self.tray().jobs.clone()
    }

    fn status(&self) -> Status {
        self.tray().status
    }

    fn print(&self, bytes: &[u8], name: &str, tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        loop {
            let mut tray = self.tray();
            if tray.status.can_print() {
                let outcome = tray.script.pop_front().unwrap_or(Outcome::Printed);
                tray.jobs.push(Job { name: name.to_owned(), bytes: bytes.to_vec(), outcome });
                return outcome;
            }
            let status = tray.status;
            drop(tray);
            if !status.is_repairable() || tell(Progress::Waiting(status)) == Proceed::GiveUp {
                return Outcome::Failed(status);
            }
            std::thread::sleep(ASK);
        }
    }

    fn tray(&self) -> MutexGuard<'_, Tray> {
        self.tray.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_its_script_and_waits_for_paper() {
        let printer = Memory::new(Profile::default());
        printer.then(Outcome::Unknown(Status::Offline));
        let mut go_on = |_| Proceed::GoOn;
        assert_eq!(printer.print(b"1", "one", &mut go_on), Outcome::Unknown(Status::Offline));
        printer.set_status(Status::PaperOut);
        assert_eq!(printer.print(b"2", "two", &mut |_| Proceed::GiveUp), Outcome::Failed(Status::PaperOut));
        let mut refill = |progress| {
            assert_eq!(progress, Progress::Waiting(Status::PaperOut));
            printer.set_status(Status::Ready);
            Proceed::GoOn
        };
        assert_eq!(printer.print(b"3", "three", &mut refill), Outcome::Printed);
        let names: Vec<String> = printer.jobs().into_iter().map(|job| job.name).collect();
        assert_eq!(names, ["one", "three"]);
    }
}

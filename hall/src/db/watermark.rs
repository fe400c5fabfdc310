//! The mark beside the keys: how far the database had come, so that a restored older one is recognised, and how far
//! numbers had, so that none is given twice.
//!
//! The first part is written after each commit and forced to disk only when a hall starts: a mark that is behind the
//! database is harmless, and one that is ahead of it proves that the database went back. The second part is forced to
//! disk before a commit gives a number beyond it, which is seldom.

use super::StoreError;
use super::numbers::{CaseMark, Numbers, Reach};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::Epoch;
use std::fs::File;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The file's name in the data folder.
pub(super) const FILE: &str = "hall.mark";
/// Bytes of the first part, which is all that earlier programs know.
const FIRST: u64 = 41;
/// More than the file has, in bytes.
const SIZE: usize = 256;

/// How far the database had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// Write transactions.
    pub changes: i64,
    /// Revisions of the catalogue.
    pub revision: i64,
}

#[derive(Debug)]
pub(super) struct Watermark {
    path: PathBuf,
    file: File,
    /// The highest mark that this process has written or found.
    written: Mutex<Mark>,
    cases: Mutex<Cases>,
}

#[derive(Debug, Clone, Copy)]
struct Cases {
    /// None where there was none, or it was torn.
    known: Option<CaseMark>,
    /// What was found at the start, until the database is seen to know of it.
    found: Option<Reach>,
    /// What was given in another epoch, until the present one begins above.
    owed: Option<Reach>,
}

impl Watermark {
    pub(super) fn open(data: &Path) -> Result<Self, StoreError> {
        let path = data.join(FILE);
        let report = |error| StoreError::File(path.clone(), error);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(&path).map_err(report)?;
        crate::files::take_from_others(&path).map_err(report)?;
        let text = read(&file).map_err(report)?;
        let (written, known) = (first(&text), second(&text));
        Ok(Self {
            path,
            file,
            written: Mutex::new(written),
            cases: Mutex::new(Cases { known, found: known.map(|known| known.reach), owed: None }),
        })
    }

    /// Whether the folder says that this hall has had a database.
    pub(super) fn is_in(data: &Path) -> bool {
        File::open(data.join(FILE)).and_then(|file| read(&file)).is_ok_and(|text| first(&text).changes > 0)
    }

    /// The mark on the disk, which another process may have moved on; zero where there is none yet or it is torn.
    pub(super) fn read(&self) -> Result<Mark, StoreError> {
        Ok(first(&read(&self.file).map_err(|error| self.report(error))?))
    }

    /// The highest mark that this process knows.
    pub(super) fn known(&self) -> Mark {
        *locked(&self.written)
    }

    /// Forces the mark to disk.
    pub(super) fn force(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|error| self.report(error))
    }

    /// Notes a commit. A failure is told once and otherwise ignored: the commit stands.
    pub(super) fn note(&self, changes: i64, revision: i64) {
        let mut written = locked(&self.written);
        if changes <= written.changes {
            return;
        }
        // Another process may have published a newer revision than the one this process saw.
        let revision = revision.max(written.revision).max(self.read().unwrap_or_default().revision);
        *written = Mark { changes, revision };
        if let Err(error) = self.file.write_all_at(format!("{changes:020} {revision:020}").as_bytes(), 0) {
            tracing::warn!(%error, "cannot leave the mark beside the keys");
        }
    }

    /// How far numbers had come; none where there was no mark or it was torn.
    pub(super) fn cases(&self) -> Option<CaseMark> {
        locked(&self.cases).known
    }

    /// What a database in this epoch does not know of numbers that were given. What this process said ahead of a commit
    /// that then failed was not given, and does not count.
    pub(super) fn unknown_to(&self, epoch: Epoch, numbers: Numbers) -> Option<Reach> {
        let mut cases = locked(&self.cases);
        if let Some(known) = cases.known.filter(|known| known.epoch != epoch) {
            cases.owed = Some(cases.owed.map_or(known.reach, |owed| owed.with(known.reach)));
        }
        let found = cases.found.filter(|found| !numbers.reach.covers(*found));
        let owed = cases.owed.filter(|owed| !numbers.floor.covers(*owed));
        found.into_iter().chain(owed).reduce(Reach::with)
    }

    /// Says on the disk how far numbers go, before they are given.
    pub(super) fn reach(&self, epoch: Epoch, reach: Reach) -> Result<(), StoreError> {
        let mut cases = locked(&self.cases);
        let wanted = |known: Option<CaseMark>| CaseMark {
            epoch,
            reach: known.map_or(reach, |known| known.reach.with(reach)),
        };
        if cases.known == Some(wanted(cases.known)) {
            return Ok(());
        }
        // Another process with the same folder may do the same.
        let written = self.file.lock().and_then(|()| {
            let mark = wanted(cases.known.into_iter().chain(second(&read(&self.file)?)).reduce(joined));
            self.file.write_all_at(text_of(mark).as_bytes(), FIRST)?;
            self.file.sync_data()?;
            Ok(mark)
        });
        let unlocked = self.file.unlock();
        cases.known = Some(written.map_err(|error| self.report(error))?);
        unlocked.map_err(|error| self.report(error))
    }

    /// After a commit in this epoch.
    pub(super) fn confirm(&self, epoch: Epoch, numbers: Numbers) {
        {
            let mut cases = locked(&self.cases);
            cases.found = cases.found.filter(|found| !numbers.reach.covers(*found));
            cases.owed = cases.owed.filter(|owed| !numbers.floor.covers(*owed));
        }
        // What the commit gave is said already; this only mirrors what others said in the database.
        if let Err(error) = self.reach(epoch, numbers.reach) {
            tracing::warn!(%error, "cannot leave the mark of case numbers beside the keys");
        }
    }

    fn report(&self, error: std::io::Error) -> StoreError {
        StoreError::File(self.path.clone(), error)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn joined(one: CaseMark, other: CaseMark) -> CaseMark {
    CaseMark { reach: one.reach.with(other.reach), ..one }
}

fn read(file: &File) -> std::io::Result<String> {
    let mut bytes = [0; SIZE];
    let length = file.read_at(&mut bytes, 0)?;
    Ok(String::from_utf8_lossy(&bytes[..length]).into_owned())
}

fn first(text: &str) -> Mark {
    let first = text.get(..FIRST as usize).unwrap_or(text);
    let mut numbers = first.split(' ').map(|number| number.trim().parse().unwrap_or(0));
    Mark { changes: numbers.next().unwrap_or(0), revision: numbers.next().unwrap_or(0) }
}

fn text_of(mark: CaseMark) -> String {
    let Reach { day, last, terminal } = mark.reach;
    let content = format!("{day:08} {last:020} {terminal:08} {}", mark.epoch);
    format!(" {content} {}\n", proof(&content))
}

/// A torn mark proves nothing.
fn proof(content: &str) -> String {
    bianmin_protocol::bytes::encode(&Digest::of(content.as_bytes()).0[..6])
}

fn second(text: &str) -> Option<CaseMark> {
    let (content, report) =
        text.get(FIRST as usize..)?.lines().next()?.strip_prefix(' ')?.rsplit_once(' ')?;
    if proof(content) != report {
        return None;
    }
    let mut parts = content.split(' ');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let reach = Reach { day: number()?, last: number()?, terminal: number()? };
    Some(CaseMark { epoch: Epoch(parts.next()?.parse().ok()?), reach })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_again_and_a_torn_one_is_none() {
        let folder = tempfile::TempDir::new().unwrap();
        let epoch = Epoch(uuid::Uuid::now_v7());
        let reach = Reach { day: 20_261_121, last: 512, terminal: 7 };
        let mark = Watermark::open(folder.path()).unwrap();
        assert_eq!(mark.cases(), None);
        mark.note(12, 3);
        mark.reach(epoch, reach).unwrap();
        mark.reach(epoch, Reach { day: 20_261_120, last: 9, terminal: 0 }).unwrap();
        mark.note(13, 3);
        let again = Watermark::open(folder.path()).unwrap();
        assert_eq!(again.known(), Mark { changes: 13, revision: 3 });
        assert_eq!(again.cases(), Some(CaseMark { epoch, reach }));
        assert!(Watermark::is_in(folder.path()));

        let file = folder.path().join(FILE);
        let whole = std::fs::read(&file).unwrap();
        for length in 0..whole.len() - 1 {
            std::fs::write(&file, &whole[..length]).unwrap();
            assert_eq!(Watermark::open(folder.path()).unwrap().cases(), None, "{length} bytes of it");
        }
        for at in FIRST as usize..whole.len() - 1 {
            let mut torn = whole.clone();
            torn[at] ^= 1;
            std::fs::write(&file, &torn).unwrap();
            assert_ne!(Watermark::open(folder.path()).unwrap().cases(), Some(CaseMark { epoch, reach }));
        }
        // The mark of an earlier program.
        std::fs::write(&file, &whole[..FIRST as usize]).unwrap();
        let earlier = Watermark::open(folder.path()).unwrap();
        assert_eq!((earlier.known().changes, earlier.cases()), (13, None));
        earlier.note(14, 4);
        earlier.reach(epoch, reach).unwrap();
        assert_eq!(Watermark::open(folder.path()).unwrap().cases(), Some(CaseMark { epoch, reach }));
    }
}

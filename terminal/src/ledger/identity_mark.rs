//! The identity's own mark, outside the ledger's files: how many applications were accepted and which numbers were the
//! last, and where the folder was when that was written. So no number is given twice when all of `ledger.*` is gone, and
//! a folder that was copied or put back from a backup is known as one, in which no number is given before the hall has
//! said how far it had come.
//!
//! Two slots are written in turn and in place, so that a power cut leaves one whole; it is forced to the disk only where
//! it is made. Behind the ledger it is harmless. What no file can tell: a disk image, a snapshot of the
//! file system, and a file whose bytes were put into this very one.

use super::integrity::MacKey;
use super::mark::Mark;
use bianmin_protocol::bytes::Digest;
use rustix::fs::{fstat, fstatfs};
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Beside `identity.json`.
const FILE: &str = "identity.mark";
const SLOT: u64 = 2048;
/// Longer apart than this, the file's times were set by somebody else.
const TOLERANCE: i64 = 2;
/// ext4, xfs, btrfs, f2fs, tmpfs and overlayfs: file systems on which a file that was written keeps its number.
const NUMBERED: [i64; 6] = [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994, 0x794C_7630];

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    /// There is none.
    Missing,
    /// There is none that proves itself.
    Unreadable,
    /// It was written elsewhere, or put back.
    Moved(Mark),
    /// It is as it was left.
    InPlace(Mark),
}

impl Look {
    pub(super) fn mark(self) -> Option<Mark> {
        match self {
            Self::Moved(mark) | Self::InPlace(mark) => Some(mark),
            Self::Missing | Self::Unreadable => None,
        }
    }
}

/// Where a file is, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FilePlace {
    /// Its number in the file system; 0 where numbers change.
    number: u64,
    /// A digest of the machine's id; `-` where it has none.
    machine: String,
}

struct Slot {
    turn: u64,
    place: FilePlace,
    mark: Mark,
}

/// The file.
pub(super) struct IdentityMark {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl IdentityMark {
    pub(super) fn open(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let file = File::options().read(true).write(true).open(&path).ok();
        Self { path, file: Mutex::new(file) }
    }

    fn file(&self) -> MutexGuard<'_, Option<File>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it says now.
    pub(super) fn look(&self, key: &MacKey) -> Look {
        let mut file = self.file();
        if file.is_none() {
            // Another program may have made it meanwhile.
            *file = File::options().read(true).write(true).open(&self.path).ok();
        }
        let Some(file) = file.as_ref() else { return Look::Missing };
        match newest(file, key) {
            None => Look::Unreadable,
            Some(slot) if is_in_place(file, &slot) => Look::InPlace(slot.mark),
            Some(slot) => Look::Moved(slot.mark),
        }
    }

    /// Notes further numbers. Nothing is written into one that is not in its place: that stays known until [`Self::settle`].
    pub(super) fn update(&self, key: &MacKey, change: impl FnOnce(&mut Mark)) {
        let file = self.file();
        let Some(file) = file.as_ref() else { return };
        let Some(slot) = newest(file, key).filter(|slot| is_in_place(file, slot)) else { return };
        let mut mark = slot.mark.clone();
        change(&mut mark);
        if mark == slot.mark {
            return;
        }
        if let Err(error) = write(file, key, slot.turn + 1, &slot.place, &mark) {
            tracing::warn!(%error, "the mark beside the identity cannot be written");
        }
    }

    /// Says that this is the place, and makes the file if there is none.
    pub(super) fn settle(&self, key: &MacKey, mark: &Mark) -> io::Result<()> {
        let mut file = self.file();
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let opened = options.open(&self.path)?;
        let turn = newest(&opened, key).map_or(0, |slot| slot.turn);
        let place = FilePlace::of(&opened)?;
        for turn in [turn + 1, turn + 2] {
            write(&opened, key, turn, &place, mark)?;
        }
        opened.sync_all()?;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        *file = Some(opened);
        Ok(())
    }
}

impl FilePlace {
    fn of(file: &File) -> io::Result<Self> {
        let number = if keeps_numbers(file) { fstat(file)?.st_ino } else { 0 };
        Ok(Self { number, machine: MACHINE.clone() })
    }
}

static MACHINE: LazyLock<String> = LazyLock::new(|| {
    let machine = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    match machine.trim() {
        "" => "-".to_owned(),
        id => Digest::of(id.as_bytes()).0[..8].iter().map(hex).collect(),
    }
});

fn keeps_numbers(file: &File) -> bool {
    fstatfs(file).is_ok_and(|system| NUMBERED.contains(&system.f_type))
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}

/// Whether the file is where it was left, and nobody else has written it or set its times.
fn is_in_place(file: &File, slot: &Slot) -> bool {
    if crate::planted::is_planted("copied-folder-unnoticed") {
        return true;
    }
    let (Ok(stat), Ok(place)) = (fstat(file), FilePlace::of(file)) else { return false };
    let is_timely = place.number == 0 || (stat.st_ctime - stat.st_mtime).abs() <= TOLERANCE;
    let is_same = |one: &str, other: &str| one == other || one == "-" || other == "-";
    let is_numbered = place.number == 0 || slot.place.number == 0 || place.number == slot.place.number;
    is_timely && is_numbered && is_same(&place.machine, &slot.place.machine)
}

fn write(file: &File, key: &MacKey, turn: u64, place: &FilePlace, mark: &Mark) -> io::Result<()> {
    let text = format!("{turn} {} {} {}", place.number, place.machine, mark.text());
    let line = format!("{text} {}\n", proof(key, &text));
    file.write_all_at(line.as_bytes(), turn % 2 * SLOT)
}

fn newest(file: &File, key: &MacKey) -> Option<Slot> {
    [0, SLOT].into_iter().filter_map(|at| read(file, key, at)).max_by_key(|slot| slot.turn)
}

fn read(file: &File, key: &MacKey, at: u64) -> Option<Slot> {
    let mut bytes = [0; SLOT as usize];
    let length = file.read_at(&mut bytes, at).ok()?;
    let end = bytes[..length].iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let (text, report) = line.rsplit_once(' ')?;
    if proof(key, text) != report {
        return None;
    }
    let mut words = text.splitn(4, ' ');
    Some(Slot {
        turn: words.next()?.parse().ok()?,
        place: FilePlace { number: words.next()?.parse().ok()?, machine: words.next()?.to_owned() },
        mark: Mark::parse(words.next()?)?,
    })
}

fn proof(key: &MacKey, text: &str) -> String {
    key.of("identity mark", &[Some(text.as_bytes())]).iter().map(hex).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bianmin_protocol::keys::SigningKey;

    fn key() -> MacKey {
        MacKey::derive(&SigningKey::from_bytes(&[3; 32]).unwrap())
    }

    fn mark(sequence: i64) -> Mark {
        Mark { version: 2, sequence, ..Mark::default() }
    }

    fn settled(folder: &Path) -> IdentityMark {
        let file = IdentityMark::open(folder);
        file.settle(&key(), &mark(1)).unwrap();
        file
    }

    #[test]
    fn it_is_in_its_place_after_every_writing_and_restart() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(IdentityMark::open(folder.path()).look(&key()), Look::Missing);
        let file = settled(folder.path());
        for sequence in 2..20 {
            file.update(&key(), |known| known.sequence = sequence);
            assert_eq!(IdentityMark::open(folder.path()).look(&key()), Look::InPlace(mark(sequence)));
        }
    }

    #[test]
    fn a_torn_slot_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = settled(folder.path());
        file.update(&key(), |known| known.sequence = 2);
        let slot = newest(file.file().as_ref().unwrap(), &key()).unwrap().turn % 2;
        file.file().as_ref().unwrap().write_all_at(b"#", slot * SLOT + 3).unwrap();
        assert_eq!(file.look(&key()).mark(), Some(mark(1)));
        file.file().as_ref().unwrap().set_len(0).unwrap();
        assert_eq!(file.look(&key()), Look::Unreadable);
    }

    /// Whatever technicians copy with: another file, or the same one with another's content and times.
    #[test]
    fn a_copy_is_known_as_one_however_it_was_made() {
        for way in ["cp -a", "cp beside", "mv"] {
            let folder = tempfile::tempdir().unwrap();
            let file = settled(folder.path());
            let path = folder.path().join(FILE);
            let kept = folder.path().join("kept");
            let run = |words: &[&str]| {
                let done = std::process::Command::new(words[0]).args(&words[1..]).status().unwrap();
                assert!(done.success());
            };
            let (path, kept) = (path.to_str().unwrap(), kept.to_str().unwrap());
            run(&["cp", "-a", path, kept]);
            // As after some days.
            let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
            File::open(kept).unwrap().set_modified(old).unwrap();
            file.update(&key(), |known| known.sequence = 7);
            match way {
                "cp -a" => run(&["cp", "-a", kept, path]),
                "cp beside" => run(&["cp", "-a", "--remove-destination", kept, path]),
                _ => run(&["mv", kept, path]),
            }
            let again = IdentityMark::open(folder.path());
            assert_eq!(again.look(&key()), Look::Moved(mark(1)), "{way}");
            again.update(&key(), |known| known.sequence = 9);
            assert_eq!(again.look(&key()), Look::Moved(mark(1)), "{way}: it stays known");
            again.settle(&key(), &mark(9)).unwrap();
            assert_eq!(again.look(&key()), Look::InPlace(mark(9)), "{way}");
        }
    }
}

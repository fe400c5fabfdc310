//! Disks of our own: one whose power can be cut, and one that fills up. Both need root; what is missing fails.

use crate::programs::{eventually, tool};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

#[track_caller]
fn must(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "disks of our own need root, mount(8) and loop devices: {command:?}: {errors}"
    );
}

/// An ext4 filesystem in a file, mounted through a loop device.
pub struct LoopDisk {
    image: tempfile::TempDir,
}

impl LoopDisk {
    pub fn new() -> Self {
        let image = tempfile::tempdir().unwrap();
        let file = image.path().join("image");
        File::create(&file).unwrap().set_len(64 << 20).unwrap();
        must(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&file));
        // A name space that another test makes takes copies of all mounts. A copy that stays when this one goes
        // would keep the disk as the cut left it; copies of what lies in a shared mount go along.
        must(Command::new("mount").arg("--bind").args([image.path(), image.path()]));
        must(Command::new("mount").arg("--make-shared").arg(image.path()));
        std::fs::create_dir(image.path().join("disk")).unwrap();
        let mut disk = Self { image };
        disk.mount();
        disk
    }

    pub fn path(&self) -> PathBuf {
        self.image.path().join("disk")
    }

    pub fn mount(&mut self) {
        must(
            Command::new("mount").args(["-o", "loop"]).arg(self.image.path().join("image")).arg(self.path()),
        );
    }

    /// Nothing that was not written through reaches the disk any more, not even its journal: as when the power goes.
    pub fn cut_power(&self) {
        /// `EXT4_IOC_SHUTDOWN`, with the flag that leaves the journal unwritten.
        const SHUT_DOWN: rustix::ioctl::Opcode = 0x8004_587d;
        const NO_LOG_FLUSH: u32 = 2;
        let disk = File::open(self.path()).unwrap();
        // SAFETY: this request reads one u32 through the pointer and keeps nothing of it.
        #[allow(unsafe_code)]
        let shut = unsafe {
            rustix::ioctl::ioctl(&disk, rustix::ioctl::Setter::<SHUT_DOWN, u32>::new(NO_LOG_FLUSH))
        };
        shut.unwrap_or_else(|error| panic!("the power cut needs EXT4_IOC_SHUTDOWN: {error}"));
    }

    /// Somebody else's file takes all but so many kilobytes.
    pub fn fill_but(&self, kilobytes: usize) {
        fill_but(&self.path(), kilobytes);
    }

    /// Somebody else's file goes.
    pub fn free(&self) {
        free(&self.path());
    }

    /// After whoever used it is gone.
    pub fn unmount(&mut self) {
        eventually("unmounting", || {
            Command::new("umount").arg(self.path()).output().unwrap().status.success().then_some(())
        });
        eventually("the loop device to be let go: another mount name space has a copy of the disk", || {
            (!self.is_attached()).then_some(())
        });
    }

    /// Whether a loop device has the image open. While one has, mounting gives the disk as it was in memory.
    fn is_attached(&self) -> bool {
        let image = self.image.path().join("image");
        let devices = std::fs::read_dir("/sys/block").unwrap();
        devices
            .filter_map(|device| {
                std::fs::read_to_string(device.unwrap().path().join("loop/backing_file")).ok()
            })
            .any(|file| Path::new(file.trim_end()) == image)
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        tool("umount", &["-l", self.image.path().to_str().unwrap()]);
    }
}

fn fill_but(disk: &Path, kilobytes: usize) {
    free(disk);
    let stat = rustix::fs::statvfs(disk).unwrap();
    let size = (stat.f_bavail * stat.f_frsize).saturating_sub(kilobytes as u64 * 1024);
    if size > 0 {
        let file = File::create(disk.join("somebody-elses")).unwrap();
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, size).unwrap();
    }
}

fn free(disk: &Path) {
    match std::fs::remove_file(disk.join("somebody-elses")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
}

/// A disk in memory that holds so many kilobytes.
pub struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    pub fn of(kilobytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kilobytes}k");
        must(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()));
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// What is on it and what is free, in bytes.
    pub fn listed(&self) -> String {
        let data = std::fs::read_dir(self.path().join("data")).unwrap();
        let files = data.map(|file| file.unwrap());
        let mut listed: Vec<_> = files
            .map(|file| format!("{} {}", file.file_name().display(), file.metadata().unwrap().len()))
            .collect();
        let stat = rustix::fs::statvfs(self.path()).unwrap();
        listed.push(format!("free {}", stat.f_bavail * stat.f_frsize));
        listed.join(", ")
    }

    /// Somebody else's file takes what is left.
    pub fn fill(&self) {
        use std::io::Write as _;
        let mut file = File::create(self.path().join("somebody-elses")).unwrap();
        while file.write_all(&[0; 1024]).is_ok() {}
    }

    /// Somebody else's file takes all but so many kilobytes.
    pub fn fill_but(&self, kilobytes: usize) {
        fill_but(self.path(), kilobytes);
    }

    /// Somebody else's file goes.
    pub fn free(&self) {
        free(self.path());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        tool("umount", &["-l", self.path().to_str().unwrap()]);
    }
}

//! The machine that was measured, and how to make its disk as slow or as quick as it can be.

use std::fs;
use std::process::{Child, Command, Stdio};

/// What a reader needs to know to compare.
pub fn description() -> String {
    let cpu = line("/proc/cpuinfo", "model name");
    let memory = line("/proc/meminfo", "MemTotal");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let folder = std::env::temp_dir();
    let disk = output("findmnt", &["-no", "SOURCE,FSTYPE,OPTIONS", "-T", &folder.display().to_string()]);
    format!("{cores} × {cpu}; memory {memory}; kernel {}; files on {disk}\n{}", kernel.trim(), load())
}

/// Who else was using the machine.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M").to_string();
    format!("{now}, load {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

/// A durable commit in memory would be a lie.
pub fn require_disk() {
    let folder = std::env::temp_dir();
    let kind = output("findmnt", &["-no", "FSTYPE", "-T", &folder.display().to_string()]);
    if kind == "tmpfs" {
        eprintln!("{} is not a disk: set TMPDIR to a folder on one", folder.display());
        std::process::exit(1);
    }
}

fn line(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_once(':').map_or(String::new(), |(_, value)| value.trim().to_owned())
}

fn output(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Keeps one core from sleeping: on a virtual machine whose cores sleep, the end of a write is noticed only at
/// the next tick of the timer.
pub struct Spinner(Child);

impl Spinner {
    pub fn start() -> Self {
        let words = ["-c", "1", "nice", "-n", "19", "sh", "-c", "while :; do :; done"];
        Self(Command::new("taskset").args(words).stdout(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

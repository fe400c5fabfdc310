//! Programs of others that are measured in the same run. `scripts/bench.sh` installs them where these look.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of `benches/peers`, with what belongs to it installed; none if that was not done.
pub fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("BIANMIN_PEERS")?);
    folder.join("node_modules").is_dir().then_some(folder)
}

/// What a script of ours for Node.js says, which is one JSON document.
pub fn node(script: &str, words: &[&str]) -> Option<Value> {
    let folder = folder()?;
    let output =
        Command::new("node").arg(folder.join(script)).args(words).stderr(Stdio::inherit()).output().ok()?;
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).ok()
}

/// Python with what `requirements.txt` names.
pub fn python() -> Option<PathBuf> {
    let python = folder()?.join("python/bin/python");
    python.exists().then_some(python)
}

/// A process with all that it has begun.
pub struct Tree(pub u32);

impl Tree {
    /// Itself first.
    fn processes(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter_map(|process: u32| Some((process, stat(process)?.get(1)?.parse().ok()?)))
            .collect();
        let mut found = vec![self.0];
        let mut at = 0;
        while at < found.len() {
            let children =
                parents.iter().filter(|(_, parent)| *parent == found[at]).map(|(process, _)| *process);
            found.extend(children.collect::<Vec<_>>());
            at += 1;
        }
        found
    }

    /// Megabytes, with what is shared with other processes divided among them.
    pub fn memory(&self) -> f64 {
        let of = |process| -> Option<f64> {
            let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim().trim_end_matches(" kB").parse().ok()
        };
        self.processes().into_iter().filter_map(of).sum::<f64>() * 1024.0 / 1e6
    }

    /// Processor time so far, in seconds.
    pub fn processor(&self) -> f64 {
        let of = |process| -> Option<f64> {
            let fields = stat(process)?;
            Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
        };
        // The kernel counts in hundredths of a second.
        self.processes().into_iter().filter_map(of).sum::<f64>() / 100.0
    }

    /// Ends all of them, each by its own number.
    pub fn end(&self) {
        for process in self.processes().into_iter().rev() {
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).stderr(Stdio::null()).status();
        }
    }
}

/// What the kernel says of a process, from its state on.
fn stat(process: u32) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    Some(text.rsplit(") ").next()?.split(' ').map(str::to_owned).collect())
}

//! The hall as a process: on SQLite with a disk whose power can be cut, or on PostgreSQL; backed up and restored as an
//! operator does it.

use super::stopped;
use crate::programs::{Hall, eventually, tool};
use crate::promises::clock::{faketime, set};
use crate::promises::disks::LoopDisk;
use std::path::PathBuf;

/// The hall.
pub struct Supervised {
    pub hall: Hall,
    store: Keeping,
    /// Its clock and its backup are not on its disk.
    beside: tempfile::TempDir,
    is_backed_up: bool,
}

enum Keeping {
    Sqlite(LoopDisk),
    /// The address of a database without its name, in two parts, and its name.
    Postgres {
        server: String,
        options: String,
        name: String,
    },
}

impl Supervised {
    pub fn start(database: Option<String>) -> Self {
        let beside = tempfile::tempdir().unwrap();
        let clock = beside.path().join("clock");
        set(&clock, 0);
        let (store, folder) = match &database {
            None => {
                let disk = LoopDisk::new();
                let folder = tempfile::tempdir_in(disk.path()).unwrap();
                (Keeping::Sqlite(disk), folder)
            }
            Some(url) => {
                let (path, options) = url.split_once('?').unwrap();
                let (server, name) = path.rsplit_once('/').unwrap();
                let [server, options, name] = [server, options, name].map(str::to_owned);
                let store = Keeping::Postgres { server, options, name };
                (store, tempfile::tempdir().unwrap())
            }
        };
        let hall = Hall::start_in(folder, database, faketime(&clock));
        Self { hall, store, beside, is_backed_up: false }
    }

    pub fn set_clock(&self, seconds: i64) {
        set(&self.beside.path().join("clock"), seconds);
    }

    pub fn signal(&self, name: &str) {
        tool("kill", &[&format!("-{name}"), &self.hall.process().to_string()]);
    }

    pub fn kill(&mut self) {
        self.hall.kill();
        self.hall.start_again();
    }

    pub fn restart(&mut self) {
        self.hall.stop();
        self.hall.start_again();
    }

    pub fn cut_power(&mut self) {
        let Keeping::Sqlite(disk) = &mut self.store else { return };
        tool("kill", &["-STOP", &self.hall.process().to_string()]);
        let process = self.hall.process();
        eventually("stopping the hall", || stopped(process).then_some(()));
        disk.cut_power();
        self.hall.kill();
        disk.unmount();
        disk.mount();
        self.hall.start_again();
    }

    fn backup(&self) -> PathBuf {
        self.beside.path().join("backup.sqlite")
    }

    pub fn back_up(&mut self) {
        match &self.store {
            Keeping::Sqlite(_) => {
                let _ = std::fs::remove_file(self.backup());
                self.hall.command(&["database", "backup", self.backup().to_str().unwrap()]);
            }
            Keeping::Postgres { server, options, name } => {
                self.hall.kill();
                copy(&format!("{server}/postgres?{options}"), name, &format!("{name}_backup"));
                self.hall.start_again();
            }
        }
        self.is_backed_up = true;
    }

    pub fn restore(&mut self) {
        if !self.is_backed_up {
            return;
        }
        self.hall.kill();
        match &self.store {
            Keeping::Sqlite(_) => {
                std::fs::copy(self.backup(), self.hall.folder.path().join("hall.sqlite")).unwrap();
                for journal in ["hall.sqlite-wal", "hall.sqlite-shm"] {
                    let _ = std::fs::remove_file(self.hall.folder.path().join(journal));
                }
            }
            Keeping::Postgres { server, options, name } => {
                copy(&format!("{server}/postgres?{options}"), &format!("{name}_backup"), name);
            }
        }
        self.hall.start_again();
    }
}

/// Makes `to` a copy of the database `from`; `server` is the address of another database there.
fn copy(server: &str, from: &str, to: &str) {
    let run = |sql: String| tool("psql", &[server, "-qc", &sql]).status.success();
    assert!(run(format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)")));
    // A server notices only after a moment that somebody was killed.
    eventually("copying a database", || run(format!("CREATE DATABASE {to} TEMPLATE {from}")).then_some(()));
}

//! A `cupsd` in a folder of its own, with one queue to another printer.

use super::eve::{free_port, listed};
use crate::programs::{eventually, tool};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub struct Cups {
    pub uri: String,
    folder: tempfile::TempDir,
    child: Child,
}

impl Cups {
    /// With a queue `pages` that hands everything on to `printer`.
    pub fn start(printer: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display().to_string();
        for name in ["etc/ppd", "spool/tmp", "cache", "state/certs", "log"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        let port = free_port();
        // Documents go as soon as they are printed; the history stays, because a job's end is asked for.
        let scheduler = format!(
            "Listen 127.0.0.1:{port}\nLogLevel debug\nBrowsing No\nPreserveJobFiles No\nPreserveJobHistory Yes\n\
             DefaultAuthType None\nJobKillDelay 5\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n\
             <Policy default>\n<Limit All>\nOrder deny,allow\nAllow all\n</Limit>\n</Policy>\n"
        );
        let files = format!(
            "ServerRoot {home}/etc\nRequestRoot {home}/spool\nTempDir {home}/spool/tmp\nCacheDir {home}/cache\n\
             StateDir {home}/state\nAccessLog {home}/log/access\nErrorLog {home}/log/error\nPageLog {home}/log/page\n\
             SystemGroup root\nUser lp\nGroup lp\n"
        );
        let (conf, files_conf) =
            (folder.path().join("etc/cupsd.conf"), folder.path().join("etc/cups-files.conf"));
        std::fs::write(&conf, scheduler).unwrap();
        std::fs::write(&files_conf, files).unwrap();
        // Its helpers do not run as root, and have to get in.
        tool("chgrp", &["-R", "lp", &home]);
        tool("chmod", &["-R", "g+rwX,o+rX", &home]);
        let child = Command::new("/usr/sbin/cupsd")
            .arg("-f")
            .arg("-c")
            .arg(&conf)
            .arg("-s")
            .arg(&files_conf)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("cupsd is needed: scripts/install.sh test");
        let cups = Self { uri: format!("ipp://127.0.0.1:{port}/printers/pages"), folder, child };
        let server = format!("127.0.0.1:{port}");
        eventually("cupsd takes a queue", || {
            let added = Command::new("/usr/sbin/lpadmin")
                .args(["-h", &server, "-p", "pages", "-E", "-v", printer, "-m", "raw"])
                .stderr(Stdio::null())
                .status();
            added.expect("lpadmin is needed: scripts/install.sh test").success().then_some(())
        });
        cups
    }

    /// Documents in its spool.
    pub fn documents(&self) -> Vec<PathBuf> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with('d');
        listed(&self.folder.path().join("spool")).into_iter().filter(name).collect()
    }
}

impl Drop for Cups {
    fn drop(&mut self) {
        // It ends its helpers when it is asked to end.
        crate::programs::signal(&self.child, "TERM");
        let _ = self.child.wait();
    }
}

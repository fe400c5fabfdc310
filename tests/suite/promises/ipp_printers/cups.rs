//! A `cupsd` in a folder of its own, with one queue to another printer.

use super::ipp_eve_printer::{free_port, listed};
use crate::programs::{eventually, tool};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

pub struct Cups {
    pub uri: String,
    folder: tempfile::TempDir,
    child: Child,
}

/// Documents that go on as they are to a printer which takes them, as with CUPS' own filters, which are many megabytes.
const TYPES: &str = "application/pdf pdf string(0,%PDF)\napplication/vnd.cups-pdf\n";
const CONVERSIONS: &str = "application/pdf application/vnd.cups-pdf 0 -\n";
/// The scheduler sees another table of users, with the one who may print.
const GUARDED: &str = r#"mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow &&
exec /usr/sbin/cupsd -f -c "$1/etc/cupsd.conf" -s "$1/etc/cups-files.conf""#;

impl Cups {
    /// With a queue `pages` that hands everything on to `printer`.
    pub fn start(printer: &str) -> Self {
        Self::with(printer, "raw", None)
    }

    /// With a queue that CUPS made itself from what the printer says it can.
    pub fn driverless(printer: &str) -> Self {
        let cups = Self::with(printer, "everywhere", None);
        // It asks the printer after it has said that the queue is there, and until then gives up what is sent.
        eventually("cupsd knows what the printer can", || {
            cups.logs().contains("\"pages\" is now available").then_some(())
        });
        cups
    }

    /// With a queue on which only this user prints, who has this password.
    pub fn guarded(printer: &str, user: &str, password: &str) -> Self {
        Self::with(printer, "raw", Some((user, password)))
    }

    fn with(printer: &str, model: &str, guard: Option<(&str, &str)>) -> Self {
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
             <Policy default>\n<Limit All>\nOrder deny,allow\nAllow all\n</Limit>\n</Policy>\n{}",
            guard.map_or(String::new(), |(user, _)| format!(
                "<Location /printers>\nAuthType Basic\nRequire user {user}\nOrder allow,deny\nAllow all\n</Location>\n"
            ))
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
        std::fs::write(folder.path().join("etc/mime.types"), TYPES).unwrap();
        std::fs::write(folder.path().join("etc/mime.convs"), CONVERSIONS).unwrap();
        // Its helpers do not run as root, and have to get in.
        tool("chgrp", &["-R", "lp", &home]);
        tool("chmod", &["-R", "g+rwX,o+rX", &home]);
        let mut command = match guard {
            None => {
                let mut command = Command::new("/usr/sbin/cupsd");
                command.arg("-f").arg("-c").arg(&conf).arg("-s").arg(&files_conf);
                command
            }
            Some((user, password)) => {
                let line = |table: &str, line: String| {
                    let known = std::fs::read_to_string(format!("/etc/{table}")).unwrap();
                    std::fs::write(folder.path().join(table), format!("{known}{line}\n")).unwrap();
                };
                line("passwd", format!("{user}:x:7001:7001::/nonexistent:/usr/sbin/nologin"));
                line("shadow", format!("{user}:{}:19000:0:99999:7:::", hashed(password)));
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-c", GUARDED, "sh"]).arg(folder.path());
                command
            }
        };
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("cupsd is needed: scripts/install.sh test");
        let cups = Self { uri: format!("ipp://127.0.0.1:{port}/printers/pages"), folder, child };
        let server = format!("127.0.0.1:{port}");
        eventually("cupsd takes a queue", || {
            let added = Command::new("/usr/sbin/lpadmin")
                .args(["-h", &server, "-p", "pages", "-E", "-v", printer, "-m", model])
                .stderr(Stdio::null())
                .status();
            added.expect("lpadmin is needed: scripts/install.sh test").success().then_some(())
        });
        cups
    }

    /// All that it has written down: what printers and clients said, and who they are.
    pub fn logs(&self) -> String {
        let files = listed(&self.folder.path().join("log"));
        files.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
    }

    /// Documents in its spool.
    pub fn documents(&self) -> Vec<PathBuf> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with('d');
        listed(&self.folder.path().join("spool")).into_iter().filter(name).collect()
    }
}

/// As the system keeps passwords.
fn hashed(password: &str) -> String {
    let output = Command::new("openssl").args(["passwd", "-6", password]).output();
    let output = output.expect("openssl is needed: scripts/install.sh test");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

impl Drop for Cups {
    fn drop(&mut self) {
        // It ends its helpers when it is asked to end.
        crate::programs::signal(&self.child, "TERM");
        let _ = self.child.wait();
    }
}

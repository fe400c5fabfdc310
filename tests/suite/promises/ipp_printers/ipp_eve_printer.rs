//! CUPS' `ippeveprinter`, a complete IPP Everywhere printer, with a hand on its paper.
//!
//! It announces itself by Avahi and does not start without; so each one gets a D-Bus and an Avahi of its own, in
//! name spaces that end with it.

use crate::programs::eventually;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub struct IppEvePrinter {
    pub uri: String,
    folder: tempfile::TempDir,
    child: Child,
}

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
"#;
/// Only this machine hears of the printer.
const AVAHI: &str = "[server]\nallow-interfaces=lo\nuse-ipv6=no\n[publish]\npublish-workstation=no\n";
/// Brings up what the printer asks for, then the printer.
const START: &str = r#"set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/dbus /run/avahi-daemon
dbus-daemon --config-file="$1/bus.conf" --nofork --nopidfile &
wait_for() { n=0; until "$@" >/dev/null 2>&1; do n=$((n+1)); [ $n -lt 200 ]; sleep 0.05; done; }
wait_for test -S /run/dbus/system_bus_socket
avahi-daemon -f "$1/avahi.conf" --no-drop-root --no-chroot --no-rlimits &
wait_for dbus-send --system --print-reply --dest=org.freedesktop.Avahi / org.freedesktop.Avahi.Server.GetVersionString
exec ippeveprinter -v -p "$2" -K "$1/keys" -d "$1/spool" -f application/pdf -c "$1/print.sh" "IppEvePrinter $2"
"#;
/// What the printer does with a job: it waits for paper, says so, and puts the page down. `ippeveprinter` leaves it to
/// the end of this to stop at a job that was taken back, so it looks for that itself, as a real printer does.
const PRINT: &str = r#"#!/bin/sh
home=$(dirname "$0")
taken_back() { grep -c "Cancel-Job successful-ok" "$home/log"; }
before=$(taken_back)
env | grep -E '^(IPP_JOB|CONTENT_TYPE)' >> "$home/told"
if [ -e "$home/no-paper" ]; then
    echo "STATE: +media-empty-error" >&2
    while [ -e "$home/no-paper" ] && [ "$(taken_back)" = "$before" ]; do sleep 0.05; done
    echo "STATE: -media-empty-error" >&2
fi
[ "$(taken_back)" = "$before" ] || exit 1
cp "$1" "$home/printed/.next" && mv "$home/printed/.next" "$home/printed/$(date +%s%N)"
echo "ATTR: job-impressions-completed=1" >&2
"#;

impl IppEvePrinter {
    /// A printer with paper.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        for name in ["spool", "printed", "keys"] {
            std::fs::create_dir(home.join(name)).unwrap();
        }
        for (name, text) in
            [("bus.conf", BUS), ("avahi.conf", AVAHI), ("print.sh", PRINT), ("start.sh", START)]
        {
            std::fs::write(home.join(name), text).unwrap();
        }
        std::fs::set_permissions(home.join("print.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let port = free_port();
        let log = std::fs::File::create(home.join("log")).unwrap();
        let child = Command::new("unshare")
            // What other tests unmount meanwhile goes here too.
            .args(["--mount", "--propagation", "slave", "--pid", "--fork", "--kill-child", "sh"])
            .arg(home.join("start.sh"))
            .arg(home)
            .arg(port.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("unshare starts the printer in name spaces of its own (as root)");
        let printer = Self { uri: format!("ipp://127.0.0.1:{port}/ipp/print"), folder, child };
        let ready = || (super::driver(&printer.uri).status() == super::Status::Ready).then_some(());
        eventually(
            &format!(
                "ippeveprinter with dbus-daemon and avahi-daemon (scripts/install.sh test; {})",
                printer.log()
            ),
            ready,
        );
        printer
    }

    /// The same printer, spoken to encrypted, and the fingerprint of the certificate that it made and signed itself.
    pub fn encrypted(&self) -> (String, String) {
        let certificate = eventually("the printer's own certificate", || {
            // It makes one when somebody asks for it first.
            let port = self.uri.split([':', '/']).find(|part| part.parse::<u16>().is_ok())?;
            let address = format!("127.0.0.1:{port}");
            let said = Command::new("openssl")
                .args(["s_client", "-connect", &address])
                .stdin(Stdio::null())
                .output();
            said.expect("openssl is needed: scripts/install.sh test");
            listed(&self.path("keys"))
                .into_iter()
                .find(|path| path.extension().is_some_and(|end| end == "crt"))
        });
        let output = Command::new("openssl")
            .args(["x509", "-noout", "-sha256", "-fingerprint", "-in"])
            .arg(certificate)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let fingerprint = said.split_once('=').expect("a fingerprint").1.trim().to_owned();
        (self.uri.replace("ipp:", "ipps:"), fingerprint)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn take_paper(&self) {
        std::fs::write(self.path("no-paper"), "").unwrap();
    }

    pub fn fill_paper(&self) {
        std::fs::remove_file(self.path("no-paper")).unwrap();
    }

    /// The pages that came out, in order.
    pub fn printed(&self) -> Vec<Vec<u8>> {
        let visible = |path: &PathBuf| !path.file_name().unwrap().to_string_lossy().starts_with('.');
        let mut pages: Vec<PathBuf> = listed(&self.path("printed")).into_iter().filter(visible).collect();
        pages.sort();
        pages.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// What it was told about its jobs.
    pub fn report(&self) -> String {
        std::fs::read_to_string(self.path("told")).unwrap_or_default()
    }

    /// What it says about itself.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path("log")).unwrap_or_default()).into_owned()
    }

    /// Somebody pulls the plug.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for IppEvePrinter {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

//! PostgreSQL clusters in temporary folders, each reached by a socket in its folder. The one place that starts any.
//!
//! One ends with its process, however that ends: the shell that runs it waits for its standard input to close.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether what a cluster has committed is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// It is not: for tests, of which none cuts its power.
    Forgotten,
    /// It is: for whoever measures.
    Kept,
}

/// A PostgreSQL server of its own.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    folder: String,
    shell: Child,
    alive: Option<ChildStdin>,
}

const SCRIPT: &str = r#"
set -e
BIN=$1
DIR=$(mktemp -d -p "$2")
shift 2
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
if [ -n "${TLS_KEY-}" ]; then
    (umask 077; echo "$TLS_KEY" >key.pem; echo "$TLS_CERTIFICATE" >certificate.pem)
    set -- "$@" -c ssl=on -c ssl_cert_file="$DIR/certificate.pem" -c ssl_key_file="$DIR/key.pem"
fi
"$BIN/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
"$BIN/postgres" -D data -c listen_addresses="$LISTEN" -c unix_socket_directories="$DIR" "$@" >log 2>&1 &
PG=$!
until "$BIN/pg_isready" -q -h "$DIR"; do kill -0 $PG || { cat log >&2; exit 1; }; sleep 0.05; done
echo "$DIR"
read _ || true
kill -INT $PG
wait $PG || true
"#;

impl Cluster {
    /// None where PostgreSQL is not installed.
    ///
    /// # Panics
    /// It is installed and does not start.
    pub fn start(disk: Disk) -> Option<Self> {
        Self::start_with(disk, &[("LISTEN", "")])
    }

    /// One that is also reached at a loopback address, on the usual port, with TLS by a certificate and key in PEM.
    /// None where PostgreSQL is not installed.
    ///
    /// # Panics
    /// It is installed and does not start.
    pub fn start_with_tls(address: &str, certificate: &str, key: &str) -> Option<Self> {
        let variables = [("LISTEN", address), ("TLS_CERTIFICATE", certificate), ("TLS_KEY", key)];
        Self::start_with(Disk::Forgotten, &variables)
    }

    fn start_with(disk: Disk, variables: &[(&str, &str)]) -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let folders = versions.map(|version| version.path().join("bin"));
        let binaries = folders.filter(|folder| folder.join("initdb").exists()).max()?;
        // initdb refuses to run as root.
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        // /tmp is in memory on many machines; /var/tmp outlives a restart, and PostgreSQL's own user gets in.
        let (place, settings) = match disk {
            Disk::Forgotten => {
                ("/tmp", ["-c", "fsync=off", "-c", "max_connections=400", "-c", "shared_buffers=64MB"])
            }
            Disk::Kept => {
                ("/var/tmp", ["-c", "fsync=on", "-c", "max_wal_size=4GB", "-c", "shared_buffers=256MB"])
            }
        };
        let mut shell = command
            .args(["-c", SCRIPT, "sh"])
            .arg(&binaries)
            .arg(place)
            .args(settings)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cannot run PostgreSQL");
        let mut folder = String::new();
        let out = shell.stdout.take().expect("it was asked for");
        BufReader::new(out).read_line(&mut folder).expect("PostgreSQL's shell was cut off");
        assert!(!folder.trim().is_empty(), "PostgreSQL did not start; see above");
        let alive = shell.stdin.take();
        Some(Self { binaries, folder: folder.trim().to_owned(), shell, alive })
    }

    /// The address of a new, empty database.
    ///
    /// # Panics
    /// The server does not make it.
    pub fn database(&self, name: &str) -> String {
        let made = Command::new(self.binaries.join("psql"))
            .args(["-XqU", "postgres", "-h", &self.folder, "-c", &format!("CREATE DATABASE {name}")])
            .output()
            .expect("cannot run psql");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://postgres@localhost/{name}?host={}", self.folder)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.shell.wait();
    }
}

/// The address of a new, empty database in the cluster that all tests of this process share.
///
/// # Panics
/// PostgreSQL is not installed, or does not make it.
pub fn new_database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let cluster = CLUSTER.get_or_init(|| {
        Cluster::start(Disk::Forgotten)
            .expect("these tests need the PostgreSQL server: scripts/install.sh test")
    });
    cluster.database(&format!("hall{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

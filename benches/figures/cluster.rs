//! A PostgreSQL cluster that keeps its word about the disk, unlike the one of the tests. It ends with the process.

use sea_orm::{ConnectionTrait as _, Database};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

const SCRIPT: &str = r#"
set -e
DIR=$(mktemp -d /tmp/bianmin-bench-pg.XXXXXX)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
"$1/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
"$1/postgres" -D data -c listen_addresses= -c unix_socket_directories="$DIR" -c shared_buffers=256MB \
    -c max_wal_size=4GB >log 2>&1 &
PG=$!
until "$1/pg_isready" -q -h "$DIR"; do kill -0 $PG || { cat log >&2; exit 1; }; sleep 0.05; done
echo "$DIR"
read _ || true
kill -INT $PG
wait $PG || true
"#;

pub struct Cluster {
    folder: String,
    shell: Child,
    alive: Option<ChildStdin>,
}

impl Cluster {
    /// None where there is no PostgreSQL.
    pub fn start() -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
        let binaries =
            versions.map(|version| version.path().join("bin")).filter(|f| f.join("initdb").exists()).max()?;
        let root = rustix::process::geteuid().is_root();
        // initdb refuses to run as root.
        let mut command = Command::new(if root { "runuser" } else { "sh" });
        if root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        let command = command.args(["-c", SCRIPT, "sh"]).arg(binaries);
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut folder = String::new();
        BufReader::new(shell.stdout.take()?).read_line(&mut folder).ok()?;
        let alive = shell.stdin.take();
        Some(Self { folder: folder.trim().to_owned(), shell, alive })
    }

    /// The address of a new, empty database.
    pub async fn database(&self, name: &str) -> String {
        let address = |name: &str| format!("postgres://postgres@localhost/{name}?host={}", self.folder);
        let db = Database::connect(address("postgres")).await.unwrap();
        db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        db.close().await.unwrap();
        address(name)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.shell.wait();
    }
}

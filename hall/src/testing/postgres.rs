//! One PostgreSQL cluster for the test process, in a temporary folder, reached by a socket in that folder.
//!
//! It ends with the process, however that ends: the shell that runs it waits for its standard input to close.

use sea_orm::{ConnectionTrait as _, Database};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

struct Cluster {
    folder: String,
    _shell: Child,
    _alive: ChildStdin,
}

const SCRIPT: &str = r#"
set -e
DIR=$(mktemp -d /tmp/bianmin-pg.XXXXXX)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR"
"$1/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 || { cat initdb.log >&2; exit 1; }
"$1/postgres" -D data -c listen_addresses= -c unix_socket_directories="$DIR" -c fsync=off -c max_connections=400 \
    -c shared_buffers=64MB >log 2>&1 &
PG=$!
until "$1/pg_isready" -q -h "$DIR"; do kill -0 $PG || { cat log >&2; exit 1; }; sleep 0.05; done
echo "$DIR"
read _ || true
kill -INT $PG
wait $PG || true
"#;

fn binaries() -> PathBuf {
    let found = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").exists())
        .max();
    found.expect("these tests need the PostgreSQL server: apt-get install postgresql")
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let folder = binaries();
        let root =
            std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        // initdb refuses to run as root.
        let mut command = match root {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--", "sh"]);
                command
            }
            false => Command::new("sh"),
        };
        let mut child = command
            .args(["-c", SCRIPT, "sh"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cannot run PostgreSQL");
        let mut folder = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        assert!(!folder.trim().is_empty(), "PostgreSQL did not start; see above");
        let alive = child.stdin.take().unwrap();
        Cluster { folder: folder.trim().to_owned(), _shell: child, _alive: alive }
    })
}

/// The address of a new, empty database.
pub(super) async fn new_database() -> String {
    let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
    let name = format!("hall_{}", uuid::Uuid::now_v7().simple());
    let address = |name: &str| format!("postgres://postgres@localhost/{name}?host={}", cluster.folder);
    let db = Database::connect(address("postgres")).await.unwrap();
    db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    db.close().await.unwrap();
    address(&name)
}

//! What terminals ask all day: signs of life, and whether the catalogue has changed. Every request is signed; signs of
//! life are checked, beside the check of the signature alone, on all cores and without any network. A poll of who has
//! the newest catalogue is answered unchecked, beside nginx, which answers 304 for a file.

use crate::clients::{CLIENTS, Requests, prepare, run as send, signed, terminals};
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{Database, TestHall, TestTerminal, now};
use bianmin_protocol::http_signature::claim;
use bianmin_protocol::v1::{CATALOGUE, HEARTBEAT, Heartbeat};
use std::hint::black_box;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Of each client in a round.
const REQUESTS: usize = 300;

pub fn run(table: &mut Table) {
    runtime().block_on(async {
        let hall = TestHall::with_catalogue(Database::Sqlite).await;
        let terminals = terminals(&hall).await;
        heartbeats(table, &hall, &terminals).await;
        unchanged(table, &hall, &terminals).await;
    });
}

async fn heartbeats(table: &mut Table, hall: &TestHall, terminals: &[TestTerminal]) {
    let heartbeat = Heartbeat { version: "0.1.0".into(), intake_open: true, ..Heartbeat::default() };
    let heartbeat = serde_json::to_vec(&heartbeat).unwrap();
    let make = |terminal: &TestTerminal| -> Requests {
        (0..REQUESTS).map(|_| signed(terminal, "POST", HEARTBEAT, "", &heartbeat)).collect()
    };
    let (mut ours, mut floor, mut latencies) = (Series::default(), Series::default(), Series::default());
    for _ in 0..ROUNDS {
        floor.push(tokio::task::block_in_place(|| checks(terminals, &heartbeat)));
        let work = tokio::task::block_in_place(|| prepare(terminals, make));
        let run = send(&hall.url, work, 200, "").await;
        ours.push((CLIENTS * REQUESTS) as f64 / run.seconds);
        latencies.0.extend(run.latencies.0);
    }
    table.add(FigureRow {
        figure: format!("heartbeats, {CLIENTS} terminals"),
        unit: "1/s",
        ours,
        beside: "checking signatures alone, all cores".into(),
        peer: floor,
        aim: "≥ 20,000/s",
        note: format!("p99 {:.1} ms; the clients take a share of the same cores", latencies.percentile(0.99)),
    });
}

/// How many signatures of requests all cores check in a second.
fn checks(terminals: &[TestTerminal], body: &[u8]) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let terminal = &terminals[0];
    let signed = terminal.signed("POST", HEARTBEAT, body, now());
    let key = terminal.key.public();
    let each = 4_000;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for _ in 0..each {
                    let claim = claim(&signed.signature_input, &signed.signature).unwrap();
                    let fits = claim.verify(&key, "POST", HEARTBEAT, &signed.content_digest, body, now());
                    black_box(fits).unwrap();
                }
            });
        }
    });
    (cores * each) as f64 / begun.elapsed().as_secs_f64()
}

async fn unchanged(table: &mut Table, hall: &TestHall, terminals: &[TestTerminal]) {
    let path = format!("{CATALOGUE}?have=1");
    let tag = terminals[0].get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    let known = format!("if-none-match: {tag}\r\n");
    let make = |terminal: &TestTerminal| -> Requests {
        (0..REQUESTS).map(|_| signed(terminal, "GET", &path, &known, b"")).collect()
    };
    let nginx = Nginx::start().await;
    let (mut ours, mut peer) = (Series::default(), Series::default());
    for _ in 0..ROUNDS {
        if let Some(nginx) = &nginx {
            let request =
                format!("GET /catalogue HTTP/1.1\r\nhost: hall\r\nif-none-match: {}\r\n\r\n", nginx.tag);
            let work = vec![vec![request.into_bytes(); REQUESTS]; CLIENTS];
            let run = send(&nginx.address, work, 304, "").await;
            peer.push((CLIENTS * REQUESTS) as f64 / run.seconds);
        }
        let work = tokio::task::block_in_place(|| prepare(terminals, make));
        let run = send(&hall.url, work, 304, "").await;
        ours.push((CLIENTS * REQUESTS) as f64 / run.seconds);
    }
    table.add(FigureRow {
        figure: format!("polls of an unchanged catalogue, {CLIENTS} terminals"),
        unit: "1/s",
        ours,
        beside: "nginx, 304 for a file, unsigned".into(),
        peer,
        aim: "≥ 30,000/s",
        note: if nginx.is_some() { String::new() } else { "nginx is not installed".into() },
    });
}

/// A web server that has one file.
struct Nginx {
    process: Child,
    address: String,
    tag: String,
    _folder: TempDir,
}

impl Nginx {
    async fn start() -> Option<Self> {
        let folder = TempDir::new_in("/tmp").unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let here = folder.path().display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|name| format!("{name}_temp_path {here}/{name};"))
            .collect();
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let config = format!(
            "daemon off; {user} worker_processes auto; pid {here}/pid; error_log {here}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; keepalive_requests 10000000; {temporary} open_file_cache max=10;\n\
             server {{ listen 127.0.0.1:{port}; root {here}; }} }}\n"
        );
        std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
        std::fs::write(folder.path().join("catalogue"), vec![b'x'; 100_000]).unwrap();
        let program =
            ["/usr/sbin/nginx", "/usr/bin/nginx"].into_iter().find(|path| std::fs::exists(path).unwrap())?;
        let process = Command::new(program)
            .args(["-e", "stderr", "-c"])
            .arg(folder.path().join("nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let address = format!("127.0.0.1:{port}");
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "nginx did not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let tag = first_tag(&address);
        Some(Self { process, address, tag, _folder: folder })
    }
}

fn first_tag(address: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"HEAD /catalogue HTTP/1.1\r\nhost: hall\r\nconnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let tag = text.lines().find_map(|line| line.strip_prefix("ETag: "));
    tag.unwrap_or_else(|| panic!("no tag in {text}")).to_owned()
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        // Its workers end with it when it is asked to.
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.process.wait();
    }
}

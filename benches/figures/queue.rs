//! What the queue costs: numbers that 16 and 64 terminals take at once, each durable before it is answered; the next call
//! with a full hall; and from a call to the last of two hundred boards. Beside nothing but inserting the same rows.

use crate::clients::{signed, terminals};
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::queue::{NextCall, QueueService, TakeRequest};
use bianmin_hall::testing::{Cluster, Database, Disk, TestHall, TestTerminal};
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::queue::{TICKETS, TakeTicket};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, TransactionTrait as _, Value};
use std::time::Instant;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const TAKERS: [usize; 2] = [16, 64];
/// Numbers that each takes in one round. A prefix has 9,999 numbers in a day.
const EACH: usize = 960;
const WAITING: usize = 5000;
const CALLS: usize = 200;
const BOARDS: usize = 200;

pub fn run(table: &mut Table) {
    let runtime = runtime();
    runtime.block_on(async {
        let empty = TestHall::start(Database::Sqlite).await;
        measure(table, "SQLite", async || TestHall::start(Database::Sqlite).await, &empty).await;
    });
    match Cluster::start(Disk::Kept) {
        Some(cluster) => runtime.block_on(async {
            let folders = TempDir::new().unwrap();
            let start = async |name: String| {
                TestHall::open(folders.path().join(&name), cluster.database(&name)).await
            };
            let empty = start("raw".to_owned()).await;
            let mut halls = 0;
            let start = async || {
                halls += 1;
                start(format!("hall{halls}")).await
            };
            measure(table, "PostgreSQL", start, &empty).await;
        }),
        None => eprintln!("  PostgreSQL is not installed"),
    }
}

async fn measure(
    table: &mut Table,
    database: &str,
    mut start: impl AsyncFnMut() -> TestHall,
    empty: &TestHall,
) {
    let mut options = sea_orm::ConnectOptions::new(&empty.database);
    options.max_connections(1).sqlx_logging(false);
    let raw = sea_orm::Database::connect(options).await.unwrap();
    for takers in TAKERS {
        let (mut ours, mut peer, mut latencies) = (Series::default(), Series::default(), Series::default());
        for _ in 0..ROUNDS {
            peer.push(raw_inserts(&raw, takers).await);
            // A fresh one: the numbers of a day are used up soon.
            let hall = start().await;
            let terminals = terminals(&hall).await;
            let (rate, times) = take(&hall, &terminals[..takers]).await;
            ours.push(rate);
            latencies.0.extend(times.0);
        }
        table.add(FigureRow {
            figure: format!("queue on {database}: numbers, {takers} terminals at once"),
            unit: "1/s",
            ours,
            beside: format!("the same rows, {takers} to a commit, one connection"),
            peer,
            aim: "≥ 1,000/s",
            note: format!(
                "answer p50 {:.1} ms, p99 {:.1} ms (aim 10)",
                latencies.median(),
                latencies.percentile(0.99)
            ),
        });
    }
    let hall = start().await;
    table.add(next_call(&hall, database).await);
    table.add(boards(&hall, database).await);
}

/// Every terminal takes one number after the other, over a connection of its own.
async fn take(hall: &TestHall, terminals: &[TestTerminal]) -> (f64, Series) {
    let each = EACH / terminals.len();
    let body = || TakeTicket { id: ApplicationId::new().0, group: "A".to_owned(), priority: None };
    let requests: Vec<Vec<Vec<u8>>> = terminals
        .iter()
        .map(|terminal| {
            let request = |_| signed(terminal, "POST", TICKETS, "", &serde_json::to_vec(&body()).unwrap());
            (0..each).map(request).collect()
        })
        .collect();
    let address = hall.url.trim_start_matches("http://").to_owned();
    let begun = Instant::now();
    let running: Vec<_> =
        requests.into_iter().map(|requests| tokio::spawn(send(address.clone(), requests))).collect();
    let mut times = Series::default();
    for one in running {
        times.0.extend(one.await.unwrap());
    }
    ((each * terminals.len()) as f64 / begun.elapsed().as_secs_f64(), times)
}

async fn send(address: String, requests: Vec<Vec<u8>>) -> Vec<f64> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut times = Vec::new();
    for request in requests {
        let begun = Instant::now();
        stream.write_all(&request).await.unwrap();
        let answer = read_answer(&mut stream).await;
        assert!(answer.contains("\"outcome\":\"issued\""), "{answer}");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times
}

async fn read_answer(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| body.len() >= length)
            {
                return text.into_owned();
            }
        }
        let mut bytes = [0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        assert!(length > 0, "the hall closed the connection: {text}");
        read.extend_from_slice(&bytes[..length]);
    }
}

/// The rows that a number makes, so many to a commit, and nothing else.
async fn raw_inserts(db: &DatabaseConnection, batch: usize) -> f64 {
    let row = |columns: usize, at: usize| {
        let columns: Vec<String> =
            (1..=columns).map(|column| format!("${}", at * columns + column)).collect();
        format!("({})", columns.join(", "))
    };
    let rows = |columns: usize| (0..batch).map(|at| row(columns, at)).collect::<Vec<_>>().join(", ");
    let tickets = format!(
        "INSERT INTO queue_ticket (id, day, number, issued_at, group_code, is_priority, state, serve_day, queued_at, \
         attempts, expected_wait, wait_scale, shortest_wait, longest_wait, events) VALUES {}",
        rows(15)
    );
    let events = format!("INSERT INTO queue_event (ticket, number, at, by_whom, event) VALUES {}", rows(5));
    let begun = Instant::now();
    for _ in 0..EACH / batch {
        let ids: Vec<String> = (0..batch).map(|_| ApplicationId::new().to_string()).collect();
        let zero = || Value::from(0i64);
        let ticket = ids.iter().flat_map(|id| -> [Value; 15] {
            let text = |text: &str| Value::from(text.to_owned());
            [
                text(id),
                text("2026-11-30"),
                text(id),
                zero(),
                text("A"),
                zero(),
                text("waiting"),
                text("2026-11-30"),
                zero(),
                zero(),
                zero(),
                zero(),
                zero(),
                zero(),
                zero(),
            ]
        });
        let event = ids.iter().flat_map(|id| -> [Value; 5] {
            let event =
                "{\"kind\":\"taken\",\"number\":\"261130-A012\",\"day\":\"2026-11-30\",\"group\":\"A\"}";
            [id.clone().into(), zero(), zero(), "HP07".to_owned().into(), event.to_owned().into()]
        });
        let transaction = db.begin().await.unwrap();
        let backend = db.get_database_backend();
        for statement in [
            Statement::from_sql_and_values(backend, tickets.as_str(), ticket),
            Statement::from_sql_and_values(backend, events.as_str(), event),
        ] {
            transaction.execute_raw(statement).await.unwrap();
        }
        transaction.commit().await.unwrap();
    }
    (EACH / batch * batch) as f64 / begun.elapsed().as_secs_f64()
}

async fn call(hall: &TestHall) {
    let service = QueueService::open(hall.store(), hall.clock()).await.unwrap();
    let answer = service.call("1", None, None, "bench").await.unwrap();
    assert!(matches!(answer, NextCall::Called(_)));
}

async fn next_call(hall: &TestHall, database: &str) -> FigureRow {
    let service = QueueService::open(hall.store(), hall.clock()).await.unwrap();
    let group = service.group("A").unwrap();
    let request = TakeRequest { group, priority: None, by: "bench".to_owned() };
    for _ in 0..WAITING / 500 {
        hall.store().queue().take(&service.setup, service.moment, &vec![request.clone(); 500]).await.unwrap();
    }
    let mut times = Series::default();
    for _ in 0..CALLS {
        let begun = Instant::now();
        call(hall).await;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let note = format!("p99 {:.2} ms", times.percentile(0.99));
    FigureRow {
        figure: format!("queue on {database}: next call, {WAITING} waiting"),
        unit: "ms",
        ours: times,
        beside: "–".into(),
        aim: "≤ 5 ms",
        note,
        ..FigureRow::default()
    }
}

/// From a call, as another process makes it, until the last board has it.
async fn boards(hall: &TestHall, database: &str) -> FigureRow {
    let address = hall.url.trim_start_matches("http://").to_owned();
    let mut boards = Vec::new();
    for _ in 0..BOARDS {
        let mut board = TcpStream::connect(&address).await.unwrap();
        board.write_all(b"GET /board/events HTTP/1.1\r\nhost: hall\r\n\r\n").await.unwrap();
        hear(&mut board, "event: board").await;
        boards.push(board);
    }
    let mut times = Series::default();
    for _ in 0..20 {
        let begun = Instant::now();
        call(hall).await;
        for board in &mut boards {
            hear(board, "event: call").await;
        }
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    FigureRow {
        figure: format!("queue on {database}: from a call to the last of {BOARDS} boards"),
        unit: "ms",
        ours: times,
        beside: "–".into(),
        note: "the hall looks every 100 ms what other processes did".into(),
        ..FigureRow::default()
    }
}

/// Reads until an event has come whole.
async fn hear(board: &mut TcpStream, event: &str) {
    let mut read = String::new();
    loop {
        if read.split_once(event).is_some_and(|(_, rest)| rest.contains("\n\n")) {
            return;
        }
        let mut bytes = [0; 8192];
        let length = board.read(&mut bytes).await.unwrap();
        assert!(length > 0, "the stream ended");
        read.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
}

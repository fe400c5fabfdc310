//! What a hall receives from 64 terminals at once: signatures, seals and rules checked, durable, acknowledged;
//! beside nothing but inserting the same rows into the same tables.

use crate::clients::{CLIENTS, prepare, run as send, submissions, terminals};
use crate::table::{FigureRow, Series, Table};
use crate::{ROUNDS, runtime};
use bianmin_hall::testing::{
    Cluster, Database, Disk, TestHall, TestTerminal, demo_file, demo_items, example_body,
};
use bianmin_protocol::application::Header;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::{ApplicationId, Millis, Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::seal::{SealSecretKey, Sealed};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, TransactionTrait as _, Value};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use tempfile::TempDir;

const ACKNOWLEDGED: &str = "\"outcome\":\"acknowledged\"";
/// Rows in one transaction of the raw inserts.
const BATCH: usize = 64;
/// Rows of one round of raw inserts.
const ROWS: usize = 64 * BATCH;
/// Connections that insert into PostgreSQL at the same time.
const WRITERS: usize = 8;
const BATCHES: [(usize, usize); 2] = [(1, 40), (64, 3)];

const APPLICATION: &str =
    "INSERT INTO application (id, registration, terminal, item, digest, envelope, received_at) VALUES ";
const CASE_FILE: &str = "INSERT INTO case_file (id, case_number, state, item_name, promised_days, working_days, \
     changed_at, remark, acknowledgement, signature) VALUES ";

pub fn run(table: &mut Table) {
    let runtime = runtime();
    let items = demo_items();
    runtime.block_on(sqlite(table, &items));
    match Cluster::start(Disk::Kept) {
        Some(cluster) => runtime.block_on(postgres(table, &items, &cluster)),
        None => eprintln!("  PostgreSQL is not installed"),
    }
}

async fn sqlite(table: &mut Table, items: &[ServiceItem]) {
    let hall = TestHall::with_catalogue(Database::Sqlite).await;
    let terminals = terminals(&hall).await;
    let empty = TestHall::start(Database::Sqlite).await;
    let sample = Sample::of(&terminals[0], &items[0]);
    let file = empty.database.trim_start_matches("sqlite:").to_owned();
    for (batch, requests) in BATCHES {
        let mut figures = Figures::default();
        for _ in 0..ROUNDS {
            figures.peer.push(tokio::task::block_in_place(|| raw_sqlite(Path::new(&file), &sample)));
            figures.round(&hall, &terminals, items, requests, batch).await;
        }
        table.add(figures.row("SQLite", batch, "≥ 10,000/s", "plain SQLite, 64 rows a commit"));
    }
    let mut alone = Series::default();
    (0..ROUNDS).for_each(|_| alone.push(tokio::task::block_in_place(|| cryptography(&items[0]))));
    table.add(FigureRow {
        figure:
            "of that: two signatures checked, one seal opened, one signature made; all cores, nothing else"
                .into(),
        unit: "applications/s",
        ours: alone,
        beside: "–".into(),
        ..FigureRow::default()
    });
}

async fn postgres(table: &mut Table, items: &[ServiceItem], cluster: &Cluster) {
    let folder = TempDir::new().unwrap();
    let hall = TestHall::open(folder.path().to_owned(), cluster.database("hall")).await;
    hall.import(&demo_file()).await;
    let terminals = terminals(&hall).await;
    let other = TempDir::new().unwrap();
    let empty = TestHall::open(other.path().to_owned(), cluster.database("raw")).await;
    let sample = Sample::of(&terminals[0], &items[0]);
    let mut options = sea_orm::ConnectOptions::new(&empty.database);
    options.max_connections(WRITERS as u32).sqlx_logging(false).test_before_acquire(false);
    let db = sea_orm::Database::connect(options).await.unwrap();
    for (batch, requests) in BATCHES {
        let mut figures = Figures::default();
        for _ in 0..ROUNDS {
            figures.peer.push(raw_postgres(&db, &sample).await);
            figures.round(&hall, &terminals, items, requests, batch).await;
        }
        let beside = "raw inserts, 64 rows a commit, 8 connections";
        table.add(figures.row("PostgreSQL", batch, "0.8 of it", beside));
    }
}

#[derive(Default)]
struct Figures {
    ours: Series,
    peer: Series,
    latencies: Series,
}

impl Figures {
    async fn round(
        &mut self,
        hall: &TestHall,
        terminals: &[TestTerminal],
        items: &[ServiceItem],
        requests: usize,
        batch: usize,
    ) {
        let make = |terminal: &TestTerminal| submissions(terminal, items, requests, batch);
        let work = tokio::task::block_in_place(|| prepare(terminals, make));
        let run = send(&hall.url, work, 200, ACKNOWLEDGED).await;
        assert_eq!(run.found, CLIENTS * requests * batch);
        self.ours.push(run.found as f64 / run.seconds);
        self.latencies.0.extend(run.latencies.0);
    }

    fn row(self, database: &str, batch: usize, aim: &'static str, beside: &str) -> FigureRow {
        let Self { ours, peer, latencies } = self;
        FigureRow {
            figure: format!("hall on {database}, {CLIENTS} terminals, {batch} in a request"),
            unit: "applications/s",
            ours,
            beside: beside.to_owned(),
            peer,
            aim,
            note: format!(
                "answer p50 {:.1} ms, p99 {:.1} ms (aim 20)",
                latencies.median(),
                latencies.percentile(0.99)
            ),
        }
    }
}

/// What a row holds, of the size that it has at the hall.
struct Sample {
    envelope: Vec<u8>,
    item: String,
    name: String,
}

impl Sample {
    fn of(terminal: &TestTerminal, item: &ServiceItem) -> Self {
        Self {
            envelope: serde_json::to_vec(&terminal.example(item)).unwrap(),
            item: item.code.to_string(),
            name: item.name.clone(),
        }
    }
}

/// As long as an acknowledgement.
const ACKNOWLEDGEMENT: [u8; 380] = [b'a'; 380];

/// What a hall computes for each application that comes alone, on all cores: the most that it could ever receive.
fn cryptography(item: &ServiceItem) -> f64 {
    let (hall, seal) = (SigningKey::generate().unwrap(), SealSecretKey::generate().unwrap());
    let key = SigningKey::generate().unwrap();
    let terminal = TerminalId::parse("HP07").unwrap();
    let header = Header {
        application_id: ApplicationId::new(),
        registration: RegistrationNumber::from_parts(terminal.clone(), 261_121, 1).unwrap(),
        terminal,
        item: item.code.clone(),
        item_version: item.version,
        catalogue: Revision(1),
        accepted_at: Millis(0),
        attachments: Vec::new(),
    };
    let envelope = Sealed::seal(&header, &example_body(item), &seal.public(), &key).unwrap();
    let request = key.sign(b"request", b"as long as a signature's base");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each = 1_500;
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                for _ in 0..each {
                    assert!(key.public().verify(b"request", b"as long as a signature's base", &request));
                    envelope.verify(&key.public()).unwrap();
                    black_box(envelope.open(&seal).unwrap());
                    black_box(hall.sign(b"acknowledgement", &ACKNOWLEDGEMENT));
                }
            });
        }
    });
    (cores * each) as f64 / begun.elapsed().as_secs_f64()
}

fn raw_sqlite(file: &Path, sample: &Sample) -> f64 {
    let mut connection = rusqlite::Connection::open(file).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.pragma_update(None, "cache_size", -16384).unwrap();
    let begun = Instant::now();
    for _ in 0..ROWS / BATCH {
        let transaction = connection.transaction().unwrap();
        {
            let mut application =
                transaction.prepare_cached(&format!("{APPLICATION} (?,?,?,?,?,?,?)")).unwrap();
            let mut case =
                transaction.prepare_cached(&format!("{CASE_FILE} (?,?,'received',?,5,1,?,'',?,?)")).unwrap();
            for _ in 0..BATCH {
                let id = ApplicationId::new().to_string();
                let envelope = &sample.envelope;
                application
                    .execute(rusqlite::params![id, id, "HP07", sample.item, [7u8; 32], envelope, 0])
                    .unwrap();
                case.execute(rusqlite::params![id, id, sample.name, 0, ACKNOWLEDGEMENT, [7u8; 64]]).unwrap();
            }
        }
        transaction.commit().unwrap();
    }
    ROWS as f64 / begun.elapsed().as_secs_f64()
}

async fn raw_postgres(db: &DatabaseConnection, sample: &Sample) -> f64 {
    let places = |columns: usize, fixed: &dyn Fn(usize) -> String| {
        (0..BATCH).map(|row| fixed(row * columns)).collect::<Vec<_>>().join(",")
    };
    let one = |from: usize| {
        let places: Vec<_> = (1..=7).map(|at| format!("${}", from + at)).collect();
        format!("({})", places.join(","))
    };
    let application = format!("{APPLICATION}{}", places(7, &one));
    let other = |from: usize| {
        let at = |place: usize| format!("${}", from + place);
        format!("({},{},'received',{},5,1,{},'',{},{})", at(1), at(2), at(3), at(4), at(5), at(6))
    };
    let case = format!("{CASE_FILE}{}", places(6, &other));
    let begun = Instant::now();
    let insert = async || {
        for _ in 0..ROWS / BATCH / WRITERS {
            let ids: Vec<String> = (0..BATCH).map(|_| ApplicationId::new().to_string()).collect();
            let applications = ids.iter().flat_map(|id| -> [Value; 7] {
                [
                    id.as_str().into(),
                    id.as_str().into(),
                    "HP07".into(),
                    sample.item.as_str().into(),
                    vec![7u8; 32].into(),
                    sample.envelope.clone().into(),
                    0i64.into(),
                ]
            });
            let cases = ids.iter().flat_map(|id| -> [Value; 6] {
                [
                    id.as_str().into(),
                    id.as_str().into(),
                    sample.name.as_str().into(),
                    0i64.into(),
                    ACKNOWLEDGEMENT.to_vec().into(),
                    vec![7u8; 64].into(),
                ]
            });
            let transaction = db.begin().await.unwrap();
            let backend = db.get_database_backend();
            for statement in [
                Statement::from_sql_and_values(backend, application.as_str(), applications),
                Statement::from_sql_and_values(backend, case.as_str(), cases),
            ] {
                transaction.execute_raw(statement).await.unwrap();
            }
            transaction.commit().await.unwrap();
        }
    };
    let insert = &insert;
    tokio::join!(insert(), insert(), insert(), insert(), insert(), insert(), insert(), insert());
    ROWS as f64 / begun.elapsed().as_secs_f64()
}

//! A hall of 20,000 terminals, as the program that it is: what it holds in memory, and what an update of the catalogue
//! costs it when all of them fetch it.

use crate::clients::{CLIENTS, Requests, run as send, signed_by};
use crate::delta::change;
use crate::peer::Tree;
use crate::runtime;
use crate::screen::built;
use crate::table::{FigureRow, Series, Table};
use bianmin_hall::catalogue::generate::generate;
use bianmin_protocol::ids::{Revision, TerminalId};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{CATALOGUE, HEARTBEAT, Heartbeat, delta_path};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const TERMINALS: u32 = 20_000;
const ITEMS: u32 = 3_000;

pub fn run(table: &mut Table) {
    let Some(program) = built("bianmin-hall") else {
        eprintln!("  there is no release build of bianmin-hall: cargo build --release");
        return;
    };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("catalogue.json");
    generate(ITEMS, 1, std::fs::File::create(&file).unwrap()).unwrap();
    let data = folder.path().join("hall");
    import(&program, &data, &file);
    let fleet = enrolled(&data);
    let hall = Hall::serve(&program, &data);
    let heartbeat = Heartbeat { version: "0.1.0".into(), intake_open: true, ..Heartbeat::default() };
    let heartbeat = serde_json::to_vec(&heartbeat).unwrap();
    let poll = format!("{CATALOGUE}?have=1");
    let runtime = runtime();
    let all = |method: &str, path: &str, body: &[u8]| {
        let work = work(&fleet, method, path, body);
        runtime.block_on(send(&hall.address, work, 200, ""));
    };
    let empty = hall.tree().memory();
    all("POST", HEARTBEAT, &heartbeat);
    all("GET", &poll, b"");
    table.add(FigureRow {
        figure: "hall: memory (PSS), 20,000 terminals that beat and ask".into(),
        unit: "MB",
        ours: Series(vec![hall.tree().memory()]),
        beside: "the same hall before the first of them".into(),
        peer: Series(vec![empty]),
        aim: "≤ 100 MB",
        note: format!("{CLIENTS} connections, a catalogue of 3,000 items"),
    });
    change(&file, 0);
    import(&program, &data, &file);
    let idle = hall.tree().processor();
    all("GET", &poll, b"");
    let asked = hall.tree().processor();
    all("GET", &delta_path(Revision(1), Revision(2)), b"");
    let fetched = hall.tree().processor();
    let each = |seconds: f64| seconds / f64::from(TERMINALS) * 1e6;
    table.add(FigureRow {
        figure: "catalogue: 1 % of 3,000 items changed, the hall's processor for 20,000 terminals".into(),
        unit: "s",
        ours: Series(vec![fetched - idle]),
        beside: "of that, saying that there is something new".into(),
        peer: Series(vec![asked - idle]),
        note: format!(
            "{:.0} µs for each question, {:.0} µs for each delta",
            each(asked - idle),
            each(fetched - asked)
        ),
        ..FigureRow::default()
    });
}

/// What all terminals send, shared among the connections.
fn work(fleet: &[(TerminalId, SigningKey)], method: &str, path: &str, body: &[u8]) -> Vec<Requests> {
    let share = |terminals: &[(TerminalId, SigningKey)]| {
        terminals.iter().map(|(id, key)| signed_by(key, id, method, path, "", body)).collect()
    };
    fleet.chunks(fleet.len().div_ceil(CLIENTS)).map(share).collect()
}

fn import(program: &Path, data: &Path, file: &Path) {
    let mut command = Command::new(program);
    command.arg("--data").arg(data).args(["catalogue", "import"]).arg(file);
    assert!(command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success(), "no catalogue");
}

/// Writes the terminals where enrolling them one by one would.
fn enrolled(data: &Path) -> Vec<(TerminalId, SigningKey)> {
    let mut connection = rusqlite::Connection::open(data.join("hall.sqlite")).unwrap();
    let transaction = connection.transaction().unwrap();
    let mut fleet = Vec::new();
    for number in 1..=TERMINALS {
        let id = TerminalId::parse(&format!("HP{number:05}")).unwrap();
        let key = SigningKey::generate().unwrap();
        transaction
            .prepare_cached(
                "INSERT INTO terminal (id, public_key, issued_at, certificate, last_update, version, catalogue, waiting,
                 quarantined, printer, intake_open) VALUES (?1, ?2, 0, ?3, 0, '', 0, 0, 0, '', 0)",
            )
            .unwrap()
            .execute(rusqlite::params![id.as_str(), key.public().as_bytes(), [0_u8; 64]])
            .unwrap();
        fleet.push((id, key));
    }
    transaction.commit().unwrap();
    fleet
}

struct Hall {
    process: Child,
    address: String,
}

impl Hall {
    fn serve(program: &Path, data: &Path) -> Self {
        let mut command = Command::new(program);
        command.arg("--data").arg(data).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self { process, address: ready["listening"].as_str().unwrap().to_owned() }
    }

    fn tree(&self) -> Tree {
        Tree(self.process.id())
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        self.tree().end();
        let _ = self.process.wait();
    }
}

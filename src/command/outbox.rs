//! `outbox`: what was accepted, and what became of it.

use super::{Output, tell};
use anyhow::{Context as _, bail};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Carried, Envelope, chunk_file};
use bianmin_terminal::ledger::{ChunkRef, Ledger, OutboxState, Record, RecordPlace};
use bianmin_terminal::services::Terminal;
use clap::Subcommand;
use serde::Serialize;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum Outbox {
    /// Applications, oldest first.
    List {
        /// The most to list.
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        limit: usize,
        /// Only those accepted after this one, by its registration number.
        #[arg(long, value_name = "NUMBER")]
        after: Option<String>,
        /// Only those in this state.
        #[arg(long, value_name = "STATE", value_parser = state)]
        state: Option<OutboxState>,
    },
    /// One application, with its progress and print journal.
    Show {
        /// Its registration number.
        registration: String,
    },
    /// Let refused applications wait again, after the cause was put right.
    Retry {
        /// Only this one.
        registration: Option<String>,
    },
    /// Write sealed applications that the hall does not have into a folder, with their files, to carry them there:
    /// `bianmin-hall outbox import` takes them in. They stay here, and are sent too if they can be.
    Export {
        /// The folder.
        #[arg(short = 'o', value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Serialize)]
struct ApplicationRow {
    application_id: String,
    registration: String,
    accepted_at: Millis,
    state: OutboxState,
    case_number: Option<String>,
    reason: Option<String>,
}

impl From<&Record> for ApplicationRow {
    fn from(record: &Record) -> Self {
        Self {
            application_id: record.application_id.to_string(),
            registration: record.registration.to_string(),
            accepted_at: record.accepted_at,
            state: record.state,
            case_number: record.case_number.as_ref().map(ToString::to_string),
            reason: record.reason.as_ref().map(|reason| reason.key().to_owned()),
        }
    }
}

pub(super) fn run(terminal: &Terminal, command: Outbox, out: &Output) -> anyhow::Result<()> {
    let ledger = terminal.ledger();
    match command {
        Outbox::List { limit, after, state } => {
            let after = after.as_deref().map(parse).transpose()?;
            list(terminal, limit, after.as_ref(), state, out)
        }
        Outbox::Show { registration } => {
            let number = parse(&registration)?;
            let record = ledger.record(&number)?.with_context(|| format!("there is no {number} here"))?;
            #[derive(Serialize)]
            struct Whole<'a> {
                #[serde(flatten)]
                record: &'a Record,
                journal: Vec<bianmin_terminal::ledger::PrintJob>,
            }
            let journal = ledger.jobs(&number)?;
            let whole = Whole { record: &record, journal };
            out.print(&whole, |whole| {
                let text = serde_json::to_string_pretty(whole).unwrap_or_default();
                text.lines().map(str::to_owned).collect::<Vec<_>>()
            })
        }
        Outbox::Retry { registration } => {
            let only = registration.as_deref().map(parse).transpose()?;
            let count = ledger.retry(only.as_ref())?;
            out.print(&serde_json::json!({"retried": count}), |_| format!("{count} wait again"))
        }
        Outbox::Export { folder } => export(terminal, &folder, out),
    }
}

/// Rows that are read in one go, between which nobody is held up.
const PAGE: usize = 500;

fn list(
    terminal: &Terminal,
    limit: usize,
    after: Option<&RegistrationNumber>,
    state: Option<OutboxState>,
    out: &Output,
) -> anyhow::Result<()> {
    let ledger = terminal.ledger();
    let begin = match after {
        None => RecordPlace::BEGINNING,
        Some(number) => ledger.place(number)?.with_context(|| format!("there is no {number} here"))?,
    };
    let mut rows: Vec<ApplicationRow> = Vec::new();
    let mut is_cut = false;
    each(ledger, begin, |record| {
        if state.is_some_and(|state| record.state != state) {
            return Ok(true);
        }
        is_cut = rows.len() >= limit;
        if !is_cut {
            rows.push(ApplicationRow::from(&record));
        }
        Ok(!is_cut)
    })?;
    let texts = Texts::new(Language::of_environment());
    out.print(&rows, |rows| rows.iter().map(|row| line(row, terminal, &texts)).collect::<Vec<_>>())?;
    if is_cut {
        let last = rows.last().map(|row| row.registration.as_str()).unwrap_or_default();
        tell(&format!("there are more: this list ends after {limit}; go on with --after {last}"));
    }
    Ok(())
}

/// Does something with each application after `begin`, as long as it wants more.
fn each(
    ledger: &Ledger,
    begin: RecordPlace,
    mut work: impl FnMut(Record) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let mut after = begin;
    loop {
        let page = ledger.page(after, PAGE)?;
        for record in page.records {
            if !work(record)? {
                return Ok(());
            }
        }
        match page.next {
            Some(next) => after = next,
            None => return Ok(()),
        }
    }
}

fn state(text: &str) -> Result<OutboxState, String> {
    OutboxState::from_name(text).ok_or_else(|| "waiting, acknowledged or quarantined".to_owned())
}

fn export(terminal: &Terminal, folder: &Path, out: &Output) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let ledger = terminal.ledger();
    let mut count = 0;
    each(ledger, RecordPlace::BEGINNING, |record| {
        if record.state != OutboxState::Acknowledged && export_one(ledger, &record, folder)? {
            count += 1;
        }
        Ok(true)
    })?;
    out.print(&serde_json::json!({"exported": count}), |_| format!("{count} written to {}", folder.display()))
}

/// Its files first: whoever finds the application finds them too. False if its sealed body is not here any more.
fn export_one(ledger: &Ledger, record: &Record, folder: &Path) -> anyhow::Result<bool> {
    let Some(sealed) = ledger.sealed(record.application_id)? else { return Ok(false) };
    let envelope: Envelope = serde_json::from_slice(&sealed)?;
    let Some(certificate) = ledger.identity().author(&envelope).cloned() else { return Ok(false) };
    for entry in envelope.read_header()?.attachments {
        for index in 0..entry.chunks {
            let chunk =
                ChunkRef { application_id: record.application_id, material: entry.material.clone(), index };
            if let Some(bytes) = ledger.chunk(&chunk)? {
                keep(&folder.join(chunk_file(&record.registration, &entry.material, index)), &bytes)?;
            }
        }
    }
    let carried = serde_json::to_vec(&Carried { certificate, envelope })?;
    keep(&folder.join(format!("{}.json", record.registration)), &carried)?;
    Ok(true)
}

/// For its owner alone, whole or not at all.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let draft = path.with_extension("part");
    let write = || {
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

fn line(row: &ApplicationRow, terminal: &Terminal, texts: &Texts) -> String {
    let state = row.state.name();
    let time = terminal.local(row.accepted_at).strftime("%Y-%m-%d %H:%M");
    let reason = row.reason.as_ref().map(|key| texts.t(&format!("refusal-{key}"))).unwrap_or_default();
    let case = row.case_number.as_deref().unwrap_or_default();
    format!("{}  {time}  {state:12}  {case}{reason}", row.registration).trim_end().to_owned()
}

fn parse(text: &str) -> anyhow::Result<RegistrationNumber> {
    match RegistrationNumber::parse(text) {
        Ok(number) => Ok(number),
        Err(_) => bail!("{text:?} is no registration number: it looks like HP07-261121-0036-85"),
    }
}

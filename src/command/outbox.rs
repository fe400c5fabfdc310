//! `outbox`: what was accepted, and what became of it.

use super::Output;
use anyhow::{Context as _, bail};
use bianmin_locale::{Language, Texts};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::ledger::{OutboxState, Record};
use bianmin_terminal::services::Terminal;
use clap::Subcommand;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Outbox {
    /// Every application.
    List,
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
    /// Write sealed applications into a folder, to carry them to the hall.
    Export {
        /// The folder.
        #[arg(short = 'o', value_name = "DIR")]
        folder: PathBuf,
    },
}

#[derive(Serialize)]
struct Row {
    application_id: String,
    registration: String,
    state: OutboxState,
    case_number: Option<String>,
    reason: Option<String>,
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Self {
        Self {
            application_id: record.application_id.to_string(),
            registration: record.registration.to_string(),
            state: record.state,
            case_number: record.case_number.as_ref().map(ToString::to_string),
            reason: record.reason.as_ref().map(|reason| reason.key().to_owned()),
        }
    }
}

pub(super) fn run(terminal: &Terminal, command: Outbox, out: &Output) -> anyhow::Result<()> {
    let ledger = terminal.ledger();
    match command {
        Outbox::List => {
            let rows: Vec<Row> = ledger.records()?.iter().map(Row::from).collect();
            out.print(&rows, |rows| rows.iter().map(line).collect::<Vec<_>>().join("\n"))
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
            out.print(&whole, |whole| serde_json::to_string_pretty(whole).unwrap_or_default())
        }
        Outbox::Retry { registration } => {
            let only = registration.as_deref().map(parse).transpose()?;
            let count = ledger.retry(only.as_ref())?;
            out.print(&serde_json::json!({"retried": count}), |_| format!("{count} wait again"))
        }
        Outbox::Export { folder } => export(terminal, &folder, out),
    }
}

fn export(terminal: &Terminal, folder: &std::path::Path, out: &Output) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut count = 0;
    for record in terminal.ledger().records()? {
        if record.state == OutboxState::Acknowledged {
            continue;
        }
        if let Some(envelope) = terminal.ledger().sealed(record.application_id)? {
            let path = folder.join(format!("{}.json", record.registration));
            std::fs::write(&path, envelope)
                .with_context(|| format!("{} cannot be written", path.display()))?;
            count += 1;
        }
    }
    out.print(&serde_json::json!({"exported": count}), |_| format!("{count} written to {}", folder.display()))
}

fn line(row: &Row) -> String {
    let state = match row.state {
        OutboxState::Waiting => "waiting",
        OutboxState::Acknowledged => "acknowledged",
        OutboxState::Quarantined => "quarantined",
    };
    let texts = Texts::new(Language::ZhCn);
    let reason = row.reason.as_ref().map(|key| texts.t(&format!("refusal-{key}"))).unwrap_or_default();
    let case = row.case_number.as_deref().unwrap_or_default();
    format!("{}  {state:12}  {case}{reason}", row.registration).trim_end().to_owned()
}

fn parse(text: &str) -> anyhow::Result<RegistrationNumber> {
    match RegistrationNumber::parse(text) {
        Ok(number) => Ok(number),
        Err(_) => bail!("{text:?} is no registration number: it looks like HP07-261121-0036-85"),
    }
}

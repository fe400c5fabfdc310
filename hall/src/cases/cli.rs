//! `case list`, `show`, `decide` and `resolve`.

use super::domain::{CaseRecord, ListPlace};
use crate::cli::list::{self, ListRow, Window};
use crate::cli::{Common, print_json};
use crate::db::Store;
use crate::hall::Hall;
use crate::intake::{Conflict, ConflictPlace, Keep, RefusedApplication};
use crate::keys::Keys;
use anyhow::Context as _;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::Envelope;
use std::sync::Arc;

/// What can be done with cases.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum CaseCommand {
    /// Cases, newest first
    List {
        /// List applications that became no case, and why, instead
        #[arg(long)]
        refused: bool,
        /// List other bodies that came under a known id or number instead, and what was decided about them
        #[arg(long, conflicts_with = "refused")]
        conflicts: bool,
        #[command(flatten)]
        window: Window,
    },
    /// One application with its content, for staff
    Show {
        /// Application id, registration number, case number, or a copy of `case list --conflicts`
        id: String,
    },
    /// Decide which of two bodies under one id or number goes on: for good, and once
    Resolve {
        /// The copy, as `case list --conflicts` has it
        copy: String,
        /// `case`: what is the case stays so; `copy`: the copy takes its place under a new case number
        #[arg(long, value_parser = keep)]
        keep: Keep,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who decides
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Change a case's state; its terminal and phones are told
    Decide {
        /// Application id, registration number or case number
        id: String,
        /// received, accepted, not-accepted, supplement, deciding, special-procedure, granted, refused, delivered
        #[arg(value_parser = state)]
        state: CaseState,
        /// What the resident should know
        #[arg(long, value_name = "TEXT", default_value = "")]
        remark: String,
    },
}

fn state(text: &str) -> Result<CaseState, String> {
    CaseState::from_key(text).ok_or_else(|| "no such state".to_owned())
}

impl CaseCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::List { conflicts: true, window, .. } => list_conflicts(common, &window).await,
            Self::List { refused, window, .. } => list(common, refused, &window).await,
            Self::Show { id } => show(common, &id).await,
            Self::Resolve { copy, keep, reason, by } => resolve(common, &copy, keep, &reason, &by).await,
            Self::Decide { id, state, remark } => decide(common, &id, state, &remark).await,
        }
    }
}

async fn list(common: &Common, refused: bool, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let first = match &window.after {
        Some(id) => {
            store.intake().place(find(&store, id).await?).await?.context("the application is gone")?
        }
        None => ListPlace::BEGINNING,
    };
    if refused {
        return list::print(common, window, ("[", "]"), async |last: Option<&RefusedApplication>, size| {
            let after = last.map_or_else(|| first.clone(), RefusedApplication::place);
            Ok(store.intake().refusals_after(&after, size).await?)
        })
        .await;
    }
    list::print(common, window, ("[", "]"), async |last: Option<&CaseRecord>, size| {
        let after = last.map_or_else(|| first.clone(), CaseRecord::place);
        Ok(store.cases().list_after(&after, size).await?)
    })
    .await
}

impl ListRow for CaseRecord {
    fn columns(&self) -> Vec<String> {
        let received_at = self.received_at.timestamp().to_string();
        let texts = [&self.registration, &self.case_number, &self.item, &self.state];
        texts.into_iter().cloned().chain([received_at]).collect()
    }

    fn id(&self) -> &str {
        &self.registration
    }
}

impl ListRow for RefusedApplication {
    fn columns(&self) -> Vec<String> {
        let received_at = self.received_at.timestamp().to_string();
        let reason = self.reason.key().to_owned();
        vec![self.registration.clone(), self.item.clone(), reason, received_at]
    }

    fn id(&self) -> &str {
        &self.registration
    }
}

async fn list_conflicts(common: &Common, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let first = match &window.after {
        Some(copy) => {
            let digest = digest(copy).context("there is no such copy")?;
            let copy = store.intake().copy(&digest).await?.context("there is no such copy")?;
            ConflictPlace::after(copy.received_at, &digest)
        }
        None => ConflictPlace::beginning(),
    };
    list::print(common, window, ("[", "]"), async |last: Option<&Conflict>, size| {
        let last = last.and_then(|one| Some(ConflictPlace::after(one.received_at, &digest(&one.copy)?)));
        Ok(store.intake().conflicts_after(last.as_ref().unwrap_or(&first), size).await?)
    })
    .await
}

impl ListRow for Conflict {
    fn columns(&self) -> Vec<String> {
        let decision = match &self.decision {
            Some(decision) if decision.kept => "kept",
            Some(_) => "set-aside",
            None => "open",
        };
        let number = self.case_number.clone().unwrap_or_default();
        let received_at = self.received_at.timestamp().to_string();
        vec![self.registration.clone(), number, received_at, decision.to_owned(), self.copy.clone()]
    }

    fn id(&self) -> &str {
        &self.copy
    }
}

async fn resolve(common: &Common, copy: &str, keep: Keep, reason: &str, by: &str) -> anyhow::Result<()> {
    let digest = digest(copy).context("a copy has 64 characters: `case list --conflicts` has them")?;
    let (config, keys, clock, store) = common.open().await?;
    let hall = Hall::start_without_timer(config, keys, clock, Arc::new(store));
    let resolved = hall.intake.resolve(&digest, keep, reason, by).await;
    hall.close().await;
    print_json(&resolved?)
}

fn keep(text: &str) -> Result<Keep, String> {
    match text {
        "case" => Ok(Keep::Case),
        "copy" => Ok(Keep::Copy),
        _ => Err("either `case` or `copy`".to_owned()),
    }
}

/// The digest that names a copy.
fn digest(text: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(Digest(bytes))
}

async fn find(store: &Store, id: &str) -> anyhow::Result<ApplicationId> {
    store.intake().find_application(id).await?.with_context(|| format!("there is no application {id}"))
}

async fn show(common: &Common, id: &str) -> anyhow::Result<()> {
    let (_, keys, _, store) = common.open().await?;
    if let Some(digest) = digest(id) {
        let copy = store.intake().copy(&digest).await?.context("there is no such copy")?;
        let mut shown = content(&copy.envelope, &keys)?;
        shown["received_at"] = serde_json::json!(copy.received_at);
        shown["decision"] = serde_json::json!(copy.decision);
        return print_json(&shown);
    }
    let id = find(&store, id).await?;
    let stored = store.intake().application(id).await?.context("the application is gone")?;
    let mut shown = content(&stored.envelope, &keys)?;
    let progress = store.cases().progress(id).await?;
    let progress = progress.as_ref();
    shown["received_at"] = serde_json::json!(stored.received_at);
    shown["case_number"] = serde_json::json!(progress.map(|progress| &progress.case_number));
    shown["state"] = serde_json::json!(progress.map(|progress| progress.state));
    shown["remark"] = serde_json::json!(progress.map(|progress| &progress.remark));
    shown["refusal"] = serde_json::json!(stored.refusal);
    shown["mark"] = serde_json::json!(store.intake().mark_of(id).await?);
    let number = stored.envelope.read_header()?.registration.to_string();
    shown["conflicts"] = serde_json::json!(store.intake().conflicts_of(&id.to_string(), &number).await?);
    print_json(&shown)
}

/// What was handed in.
fn content(envelope: &Envelope, keys: &Keys) -> anyhow::Result<serde_json::Value> {
    let header = envelope.read_header()?;
    let body = keys.openers().open(envelope).ok();
    Ok(serde_json::json!({
        "application_id": header.application_id,
        "registration": header.registration,
        "terminal": header.terminal,
        "item": header.item,
        "item_version": header.item_version,
        "accepted_at": header.accepted_at,
        "answers": body.as_ref().map(|body| &body.answers),
        "materials": body.as_ref().map(|body| &body.materials),
        "language": body.as_ref().map(|body| &body.language),
        "attachments": header.attachments,
    }))
}

async fn decide(common: &Common, id: &str, state: CaseState, remark: &str) -> anyhow::Result<()> {
    let (_, _, clock, store) = common.open().await?;
    let id = find(&store, id).await?;
    let progress = store.cases().decide(id, state, remark, clock.now()).await?;
    print_json(&progress.context("this application became no case")?)
}

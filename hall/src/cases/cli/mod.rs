//! `case list`, `show`, `resolve`, and everything that is done with a case.

mod filter;
mod step;

use super::domain::{CaseRecord, ListPlace, WorkPlace};
use crate::cases::CaseKeys;
use crate::cli::list::{self, ListRow, Window};
use crate::cli::{Common, print_json};
use crate::db::Store;
use crate::hall::Hall;
use crate::intake::{Conflict, ConflictPlace, Keep, RefusedApplication};
use crate::keys::Keys;
use anyhow::Context as _;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::v1::Envelope;
use std::sync::Arc;

/// What can be done with cases.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum CaseCli {
    /// Cases, newest first
    List {
        #[command(flatten)]
        filter: filter::Filter,
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
    /// Decide: granted or refused. Without --as any state, as far as it leads there: received, accepted, not-accepted,
    /// supplement, deciding, special-procedure, granted, refused, delivered. The terminal and phones are told
    Decide(step::Decide),
    /// What the clock does: silence that counts as acceptance, materials that did not come, what is near or past its due
    /// date. `serve` does it by itself every minute
    Due {
        /// Work the due dates of all open cases out anew first
        #[arg(long)]
        refresh: bool,
    },
    /// Materials that were to follow and are waited for, those that are due first
    Awaited {
        /// The most to list
        #[arg(long, value_name = "N", default_value_t = 1000)]
        limit: u32,
    },
    /// How much faster each item is than the law asks for: 1 - promised / statutory, and 1 - mean / statutory
    Speed {
        /// Over cases that were decided within so many days
        #[arg(long, value_name = "N", default_value_t = 365)]
        days: u32,
    },
    /// By number, or by whole name, identity number or telephone number
    Search {
        /// What to find
        text: String,
    },
    #[command(flatten)]
    Step(step::StepCli),
}

impl CaseCli {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::List { conflicts: true, window, .. } => list_conflicts(common, &window).await,
            Self::List { refused, window, filter, .. } => list(common, refused, &filter, &window).await,
            Self::Show { id } => show(common, &id).await,
            Self::Resolve { copy, keep, reason, by } => resolve(common, &copy, keep, &reason, &by).await,
            Self::Decide(decide) => decide.run(common).await,
            Self::Due { refresh } => due(common, refresh).await,
            Self::Awaited { limit } => {
                let (_, _, _, store) = common.open().await?;
                print_json(&store.cases().awaited_materials(limit).await?)
            }
            Self::Speed { days } => {
                let (_, _, clock, store) = common.open().await?;
                let since = Millis(clock.now().0 - i64::from(days) * 86_400_000);
                print_json(&store.cases().speed(since).await?)
            }
            Self::Search { text } => {
                with_hall(common, async |hall| {
                    let found = hall.cases.search(&text, None, FOUND).await?;
                    print_json(&found)
                })
                .await
            }
            Self::Step(step) => step.run(common).await,
        }
    }
}

/// The most that a search finds.
const FOUND: u32 = 50;

/// Does something with what a running hall has, without its timers.
async fn with_hall(
    common: &Common,
    work: impl AsyncFnOnce(&Hall) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (config, keys, clock, store) = common.open().await?;
    let hall = Hall::start_without_timer(config, keys, clock, Arc::new(store));
    let done = work(&hall).await;
    hall.close().await;
    done
}

async fn due(common: &Common, refresh: bool) -> anyhow::Result<()> {
    with_hall(common, async |hall| {
        hall.cases.prepare().await?;
        let moved = if refresh { hall.cases.refresh_due().await? } else { 0 };
        let mut done = serde_json::to_value(hall.cases.tick().await?)?;
        done["due_dates_moved"] = moved.into();
        print_json(&done)
    })
    .await
}

async fn list(
    common: &Common,
    refused: bool,
    filter: &filter::Filter,
    window: &Window,
) -> anyhow::Result<()> {
    let (_, _, clock, store) = common.open().await?;
    if filter.is_given() {
        anyhow::ensure!(!refused, "what was refused is no case: it has no filters");
        let (order, wanted, today) = (filter.order(), filter.found(&store).await?, clock.day(clock.now()));
        let first = match &window.after {
            Some(id) => {
                let id = find(&store, id).await?;
                let record = store.cases().record(id).await?.context("the case is gone")?;
                Some(record.work_place(order))
            }
            None => None,
        };
        return list::print(common, window, ("[", "]"), async |last: Option<&CaseRecord>, size| {
            let after: Option<WorkPlace> =
                last.map_or_else(|| first.clone(), |one| Some(one.work_place(order)));
            Ok(store.cases().work_list(&wanted, order, after.as_ref(), size, today).await?)
        })
        .await;
    }
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
        let due = self.due.map_or_else(|| "-".to_owned(), |due| due.to_string());
        let texts = [&self.registration, &self.case_number, &self.item, &self.state];
        texts.into_iter().cloned().chain([received_at, due]).collect()
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
    let (config, keys, clock, store) = common.open().await?;
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
    let case_keys = CaseKeys::new(&keys);
    let progress = store.cases().progress(id).await?;
    let progress = progress.as_ref();
    let remark = progress.map(|one| case_keys.open(&one.case_number.to_string(), &one.remark));
    shown["received_at"] = serde_json::json!(stored.received_at);
    shown["case_number"] = serde_json::json!(progress.map(|progress| &progress.case_number));
    shown["state"] = serde_json::json!(progress.map(|progress| progress.state));
    shown["remark"] = serde_json::json!(remark);
    shown["refusal"] = serde_json::json!(stored.refusal);
    shown["mark"] = serde_json::json!(store.intake().mark_of(id).await?);
    let number = stored.envelope.read_header()?.registration.to_string();
    shown["conflicts"] = serde_json::json!(store.intake().conflicts_of(&id.to_string(), &number).await?);
    let hall = Hall::start_without_timer(config, keys, clock, Arc::new(store));
    let view = hall.cases.view(id).await;
    hall.close().await;
    if let Some(view) = view? {
        let mut case = serde_json::to_value(view)?;
        for key in [
            "version",
            "department",
            "held_by",
            "is_on_hold",
            "is_issued",
            "is_withdrawn",
            "supplements",
            "clock",
            "history",
        ] {
            shown[key] = case[key].take();
        }
        shown["materials_to_follow"] = case["materials"].take();
    }
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

//! `case list`, `show` and `decide`.

use super::list::{self, Row, Window};
use super::{Common, print_json};
use anyhow::{Context as _, bail};
use bianmin_hall::store::Store;
use bianmin_hall::store::cases::{CaseLine, ListPlace, RefusalLine};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::text::is_seen;

#[derive(Debug, clap::Subcommand)]
pub enum Case {
    /// Cases, newest first
    List {
        /// List applications that became no case, and why, instead
        #[arg(long)]
        refused: bool,
        #[command(flatten)]
        window: Window,
    },
    /// One application with its content, for staff
    Show {
        /// Application id, registration number or case number
        id: String,
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

/// The longest remark in characters.
const REMARK: usize = 500;

fn state(text: &str) -> Result<CaseState, String> {
    CaseState::from_key(text).ok_or_else(|| "no such state".to_owned())
}

impl Case {
    pub async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::List { refused, window } => list(common, refused, &window).await,
            Self::Show { id } => show(common, &id).await,
            Self::Decide { id, state, remark } => decide(common, &id, state, &remark).await,
        }
    }
}

async fn list(common: &Common, refused: bool, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let first = match &window.after {
        Some(id) => store.place(find(&store, id).await?).await?.context("the application is gone")?,
        None => ListPlace::BEGINNING,
    };
    if refused {
        return list::print(common, window, ("[", "]"), async |last: Option<&RefusalLine>, size| {
            let after = last.map_or_else(|| first.clone(), RefusalLine::place);
            Ok(store.refusals_after(&after, size).await?)
        })
        .await;
    }
    list::print(common, window, ("[", "]"), async |last: Option<&CaseLine>, size| {
        let after = last.map_or_else(|| first.clone(), CaseLine::place);
        Ok(store.cases_after(&after, size).await?)
    })
    .await
}

impl Row for CaseLine {
    fn columns(&self) -> Vec<String> {
        let received_at = self.received_at.timestamp().to_string();
        let texts = [&self.registration, &self.case_number, &self.item, &self.state];
        texts.into_iter().cloned().chain([received_at]).collect()
    }

    fn id(&self) -> &str {
        &self.registration
    }
}

impl Row for RefusalLine {
    fn columns(&self) -> Vec<String> {
        let received_at = self.received_at.timestamp().to_string();
        let reason = self.reason.key().to_owned();
        vec![self.registration.clone(), self.item.clone(), reason, received_at]
    }

    fn id(&self) -> &str {
        &self.registration
    }
}

async fn find(store: &Store, id: &str) -> anyhow::Result<ApplicationId> {
    store.find_application(id).await?.with_context(|| format!("there is no application {id}"))
}

async fn show(common: &Common, id: &str) -> anyhow::Result<()> {
    let (_, keys, _, store) = common.open().await?;
    let id = find(&store, id).await?;
    let stored = store.application(id).await?.context("the application is gone")?;
    let header = stored.envelope.read_header()?;
    let body = keys.openers().open(&stored.envelope).ok();
    print_json(&serde_json::json!({
        "application_id": header.application_id,
        "registration": header.registration,
        "terminal": header.terminal,
        "item": header.item,
        "item_version": header.item_version,
        "accepted_at": header.accepted_at,
        "received_at": stored.received_at,
        "case_number": stored.progress.as_ref().map(|progress| &progress.case_number),
        "state": stored.progress.as_ref().map(|progress| progress.state),
        "remark": stored.progress.as_ref().map(|progress| &progress.remark),
        "refusal": stored.refusal,
        "mark": store.mark_of(id).await?,
        "answers": body.as_ref().map(|body| &body.answers),
        "materials": body.as_ref().map(|body| &body.materials),
        "language": body.as_ref().map(|body| &body.language),
        "attachments": header.attachments,
    }))
}

async fn decide(common: &Common, id: &str, state: CaseState, remark: &str) -> anyhow::Result<()> {
    if remark.chars().count() > REMARK {
        bail!("the remark is longer than {REMARK} characters");
    }
    if remark.chars().any(|character| !is_seen(character)) {
        bail!("the remark holds a line break or another character that nobody sees");
    }
    let (_, _, clock, store) = common.open().await?;
    let id = find(&store, id).await?;
    let progress = store.decide(id, state, remark, clock.now()).await?;
    print_json(&progress.context("this application became no case")?)
}

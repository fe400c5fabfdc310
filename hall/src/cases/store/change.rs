//! Changes of cases: by the rules of `domain`, each with its events, in one transaction with word to the terminal.

use super::CaseStore;
use super::history::{Case, load};
use super::progress::progress;
use super::{import, row};
use crate::audit;
use crate::cases::domain::{
    Actor, CaseCommand, CaseEvent, HistoryEntry, RecordContext, RefusalReason, Version, decide, toward,
};
use crate::db::sql::execute;
use crate::db::{FencedTransaction, StoreError};
use crate::fleet;
use bianmin_protocol::case::{CaseState, Progress};
use bianmin_protocol::change::Change;
use bianmin_protocol::ids::ApplicationId;

/// Why a case was not changed.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The rules do not allow it.
    #[error(transparent)]
    Refused(#[from] RefusalReason),
    /// Somebody has changed it since it was seen.
    #[error("the case was changed meanwhile: {}", words(.changes))]
    Conflict {
        /// What it is now.
        version: Version,
        /// Everything that happened since.
        changes: Vec<HistoryEntry>,
    },
    /// There is no such case.
    #[error("there is no such case, or its application became none")]
    Unknown,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn words(changes: &[HistoryEntry]) -> String {
    let one = |entry: &HistoryEntry| {
        format!("{} by {} at {}", entry.event.name(), entry.actor, entry.at.timestamp())
    };
    changes.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What a command has made.
#[derive(Debug)]
pub(in crate::cases) struct Changed {
    pub case: Case,
    /// What the terminal was told.
    pub progress: Option<Progress>,
}

impl CaseStore<'_> {
    /// Does what a command says, if the case is still what was seen of it.
    pub(in crate::cases) async fn execute(
        &self,
        actor: &Actor,
        id: ApplicationId,
        seen: Option<Version>,
        command: impl FnOnce(&Case) -> Result<CaseCommand, RefusalReason>,
        context: &RecordContext,
    ) -> Result<Changed, CaseError> {
        let transaction = self.0.begin_fenced().await?;
        match change(&transaction, actor, id, seen, command, context).await {
            Ok(changed) => {
                transaction.commit().await?;
                Ok(changed)
            }
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }

    /// A case with its events, taken over first if an earlier program opened it.
    pub(in crate::cases) async fn case(
        &self,
        id: ApplicationId,
        context: &RecordContext,
    ) -> Result<Option<Case>, StoreError> {
        let Some(row) = row::read(self.0.reader(), &id.to_string()).await? else { return Ok(None) };
        if row.position.events > 0 {
            return load(self.0.reader(), &row).await.map(Some);
        }
        let transaction = self.0.begin_fenced().await?;
        let case = take(&transaction, id, context).await?;
        transaction.commit().await?;
        Ok(case)
    }
}

/// The case for a change: nobody else changes it until the end of the transaction.
async fn take(
    db: &FencedTransaction,
    id: ApplicationId,
    context: &RecordContext,
) -> Result<Option<Case>, StoreError> {
    let Some(row) = row::read(db, &id.to_string()).await? else { return Ok(None) };
    if row.position.events == 0 {
        return import::import(db, &row, context).await.map(Some);
    }
    load(db, &row).await.map(Some)
}

async fn change(
    db: &FencedTransaction,
    actor: &Actor,
    id: ApplicationId,
    seen: Option<Version>,
    command: impl FnOnce(&Case) -> Result<CaseCommand, RefusalReason>,
    context: &RecordContext,
) -> Result<Changed, CaseError> {
    let mut case = take(db, id, context).await?.ok_or(CaseError::Unknown)?;
    if let Some(Version(seen)) = seen.filter(|seen| seen.0 != case.end.events) {
        let changes = case.history(context).into_iter().filter(|entry| entry.number > seen).collect();
        return Err(CaseError::Conflict { version: Version(case.end.events), changes });
    }
    let command = command(&case)?;
    let events = decide(&case.fold, actor, command)?;
    let progress = case.add(db, &actor.identity(), events, context).await?;
    Ok(Changed { case, progress })
}

impl Case {
    /// Everything that happened, opened.
    pub(in crate::cases) fn history(&self, context: &RecordContext) -> Vec<HistoryEntry> {
        let entry = |one: &super::history::StoredEvent| HistoryEntry {
            number: one.number,
            at: one.at,
            actor: one.actor.clone(),
            event: context.case_keys.opened(&self.number, one.event.clone()),
        };
        self.events.iter().map(entry).collect()
    }

    /// The command that takes it to a state.
    pub(in crate::cases) fn toward(
        &self,
        to: CaseState,
        remark: String,
    ) -> Result<CaseCommand, RefusalReason> {
        toward(&self.fold, to, remark)
    }
}

/// Every file of an application is here: its case is received, or, where one of them cannot be opened, a supplement is
/// asked for in the words of `unreadable`. Where staff have decided meanwhile, the files only complete the record.
pub(crate) async fn complete_files(
    db: &FencedTransaction,
    id: ApplicationId,
    are_readable: bool,
    unreadable: &str,
    context: &RecordContext,
) -> Result<(), StoreError> {
    let case = take(db, id, context).await?.ok_or(StoreError::Corrupt("case"))?;
    if case.fold.state != CaseState::AwaitingFiles {
        return Ok(());
    }
    let command = match are_readable {
        true => CaseCommand::CompleteFiles { remark: String::new() },
        false => CaseCommand::AskSupplement { list: unreadable.to_owned(), why_not_first: None },
    };
    match change(db, &Actor::Hall, id, None, |_| Ok(command), context).await {
        Ok(_) => Ok(()),
        Err(CaseError::Store(error)) => Err(error),
        Err(_) => Err(StoreError::Corrupt("case state")),
    }
}

/// Tells the terminal of a case where the case stands; what is sealed stays so until it is fetched.
pub(crate) async fn tell_terminal(db: &FencedTransaction, id: ApplicationId) -> Result<Progress, StoreError> {
    let (progress, terminal) = progress(db, id).await?.ok_or(StoreError::Corrupt("case"))?;
    let change = Change::Case(progress.clone());
    fleet::tell(db, &terminal, &change).await?;
    Ok(progress)
}

/// Removes a case whose place another one takes, and returns what is kept about it: all null where there was none. Its
/// events stay, and end here.
pub(crate) async fn remove(
    db: &FencedTransaction,
    application: ApplicationId,
    by: &str,
    context: &RecordContext,
) -> Result<serde_json::Value, StoreError> {
    let Some(mut case) = take(db, application, context).await? else {
        return Ok(serde_json::json!({ "case_number": null, "state": null, "remark": null }));
    };
    let actor = audit::Actor::Operator(by.to_owned());
    case.add(db, &actor, vec![CaseEvent::SetAside], context).await?;
    for sql in [
        "DELETE FROM case_search WHERE case_id = $1",
        "DELETE FROM case_material WHERE case_id = $1",
        "DELETE FROM case_alarm WHERE case_id = $1",
        "DELETE FROM case_file WHERE id = $1",
    ] {
        execute(db, sql, [application.to_string().into()]).await?;
    }
    Ok(serde_json::json!({
        "case_number": case.number, "state": case.fold.state.key(), "remark": case.fold.remark,
    }))
}

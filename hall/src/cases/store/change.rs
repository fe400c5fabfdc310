//! Changes of cases: the one place where a state is written, by the rules of `domain`, with word to the terminal.

use super::CaseStore;
use super::progress::progress;
use crate::cases::domain::{RemarkError, TransitionError, check, check_remark};
use crate::db::sql::{execute, query_one};
use crate::db::{FencedTransaction, StoreError};
use crate::fleet;
use bianmin_protocol::case::{CaseState, Progress};
use bianmin_protocol::change::Change;
use bianmin_protocol::ids::{ApplicationId, Millis};

/// Why a case was not changed.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// It cannot go from where it stands to there.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// What is said about it cannot be shown.
    #[error(transparent)]
    Remark(#[from] RemarkError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CaseStore<'_> {
    /// Changes a case's state and tells its terminal. `None` if there is no such case.
    ///
    /// # Errors
    /// It cannot go there from where it stands, or the database fails.
    pub async fn decide(
        &self,
        id: ApplicationId,
        to: CaseState,
        remark: &str,
        now: Millis,
    ) -> Result<Option<Progress>, DecideError> {
        check_remark(remark)?;
        let transaction = self.0.begin_fenced().await?;
        let changed = change(&transaction, id, to, remark, now).await;
        match changed {
            Ok(Some(_)) => transaction.commit().await?,
            _ => transaction.rollback().await?,
        }
        changed
    }
}

/// Every file of an application is here: its case is received, or, where one of them cannot be opened, a supplement is
/// asked for in the words of `unreadable`. Where staff have decided meanwhile, the files only complete the record.
pub(crate) async fn complete_files(
    db: &FencedTransaction,
    id: ApplicationId,
    are_readable: bool,
    unreadable: &str,
    now: Millis,
) -> Result<(), StoreError> {
    if state(db, id).await?.ok_or(StoreError::Corrupt("case"))? != CaseState::AwaitingFiles {
        return Ok(());
    }
    let (to, remark) =
        if are_readable { (CaseState::Received, "") } else { (CaseState::Supplement, unreadable) };
    match change(db, id, to, remark, now).await {
        Ok(_) => Ok(()),
        Err(DecideError::Store(error)) => Err(error),
        Err(_) => Err(StoreError::Corrupt("case state")),
    }
}

async fn change(
    db: &FencedTransaction,
    id: ApplicationId,
    to: CaseState,
    remark: &str,
    now: Millis,
) -> Result<Option<Progress>, DecideError> {
    let Some(from) = state(db, id).await? else { return Ok(None) };
    check(from, to)?;
    execute(
        db,
        "UPDATE case_file SET state = $1, remark = $2, changed_at = $3 WHERE id = $4",
        [to.key().into(), remark.into(), now.0.into(), id.to_string().into()],
    )
    .await
    .map_err(StoreError::from)?;
    Ok(Some(tell_terminal(db, id).await?))
}

async fn state(db: &FencedTransaction, id: ApplicationId) -> Result<Option<CaseState>, StoreError> {
    let sql = "SELECT state FROM case_file WHERE id = $1";
    let Some(row) = query_one(db, sql, [id.to_string().into()]).await? else { return Ok(None) };
    let key: String = row.try_get("", "state")?;
    Ok(Some(CaseState::from_key(&key).ok_or(StoreError::Corrupt("case state"))?))
}

/// Tells the terminal of a case where the case stands.
pub(crate) async fn tell_terminal(db: &FencedTransaction, id: ApplicationId) -> Result<Progress, StoreError> {
    let (progress, terminal) = progress(db, id).await?.ok_or(StoreError::Corrupt("case"))?;
    let change = Change::Case(progress.clone());
    fleet::tell(db, &terminal, &change).await?;
    Ok(progress)
}

/// Removes a case whose place another one takes, and returns what is kept about it: all null where there was none.
pub(crate) async fn remove(
    db: &FencedTransaction,
    application: &str,
) -> Result<serde_json::Value, StoreError> {
    let sql = "DELETE FROM case_file WHERE id = $1 RETURNING case_number, state, remark";
    let row = query_one(db, sql, [application.into()]).await?;
    let text = |column: &str| row.as_ref().map(|row| row.try_get::<String>("", column)).transpose();
    Ok(serde_json::json!({
        "case_number": text("case_number")?, "state": text("state")?, "remark": text("remark")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestHall, demo_items};
    use crate::tests::on_both;
    use std::collections::{HashMap, VecDeque};

    /// The shortest way from a received application to each state that it can come to.
    fn ways() -> HashMap<CaseState, Vec<CaseState>> {
        let mut ways = HashMap::from([(CaseState::Received, Vec::new())]);
        let mut next = VecDeque::from([CaseState::Received]);
        while let Some(from) = next.pop_front() {
            for to in CaseState::ALL {
                if check(from, to).is_ok() && !ways.contains_key(&to) {
                    let way = ways[&from].iter().copied().chain([to]).collect();
                    ways.insert(to, way);
                    next.push_back(to);
                }
            }
        }
        ways
    }

    on_both! {
        /// The store takes what the table has and nothing else; what it does not take changes nothing and tells nobody.
        async fn a_state_changes_by_the_table_alone(database) {
            let hall = TestHall::with_catalogue(database).await;
            let (terminal, store) = (hall.enrol("HP07").await, hall.store());
            let now = hall.clock().now();
            for (from, way) in ways() {
                let envelope = terminal.example(&demo_items()[0]);
                let id = envelope.read_header().unwrap().application_id;
                terminal.submit(&[envelope]).await;
                for step in way {
                    store.cases().decide(id, step, "", now).await.unwrap().unwrap();
                }
                let hp07 = "HP07".parse().unwrap();
                let told = async || store.fleet().changes(&hp07, 0).await.unwrap().0.len();
                let refused = CaseState::ALL.into_iter().filter(|to| check(from, *to).is_err());
                for to in refused {
                    let before = told().await;
                    let error = store.cases().decide(id, to, "", now).await.unwrap_err();
                    assert!(matches!(error, DecideError::Transition(error) if (error.from, error.to) == (from, to)));
                    assert_eq!(store.cases().progress(id).await.unwrap().unwrap().state, from);
                    assert_eq!(told().await, before, "{from:?} to {to:?}");
                }
                let before = told().await;
                let again = store.cases().decide(id, from, "again", now).await.unwrap().unwrap();
                assert_eq!((again.state, again.remark.as_str(), told().await), (from, "again", before + 1));
            }
        }
    }
}

//! Cases: lists for staff, progress for residents, and every change with a contiguous cursor for its terminal.

use super::entity::{application, case_update, evidence};
use super::standing;
use super::{Store, StoreError, Transaction, execute, query_all, query_one};
use bianmin_protocol::case::{CaseState, CaseUpdate, Progress};
use bianmin_protocol::ids::{ApplicationId, CaseNumber, Millis, TerminalId};
use bianmin_protocol::receipt::Receipt;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::{Envelope, ProgressAnswer, Refusal};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, Value,
};

/// A case in a list.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CaseLine {
    /// The application.
    pub application_id: String,
    /// What the receipt says.
    pub registration: String,
    /// The hall's number.
    pub case_number: String,
    /// The item's code.
    pub item: String,
    /// The state's key, such as `received`.
    pub state: String,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
}

/// An application that became no case.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RefusalLine {
    /// The application.
    pub application_id: String,
    /// What the receipt says.
    pub registration: String,
    /// The item's code.
    pub item: String,
    /// Why.
    pub reason: Refusal,
    /// When the hall received it, in milliseconds since 1970.
    pub received_at: Millis,
}

/// A place in a list that goes from the newest to the oldest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPlace {
    received_at: Millis,
    id: String,
}

impl ListPlace {
    /// Before the newest.
    pub const BEGINNING: Self = Self { received_at: Millis(i64::MAX), id: String::new() };

    fn page(&self, limit: u32) -> [Value; 3] {
        [self.received_at.0.into(), self.id.as_str().into(), i64::from(limit).into()]
    }
}

impl CaseLine {
    /// Where it stands in the list.
    pub fn place(&self) -> ListPlace {
        ListPlace { received_at: self.received_at, id: self.application_id.clone() }
    }
}

impl RefusalLine {
    /// Where it stands in the list.
    pub fn place(&self) -> ListPlace {
        ListPlace { received_at: self.received_at, id: self.application_id.clone() }
    }
}

/// Everything that is kept of one application, still sealed.
#[derive(Debug)]
pub struct StoredApplication {
    /// The envelope as it came.
    pub envelope: Envelope,
    /// When the hall received it.
    pub received_at: Millis,
    /// Where its case stands; none if it was refused.
    pub progress: Option<Progress>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

const PROGRESS: &str = "SELECT a.registration, a.received_at, a.terminal, a.id, c.case_number, c.item_name, c.state, \
     c.changed_at, c.promised_days, c.working_days, c.remark \
     FROM application a JOIN case_file c ON c.id = a.id";

/// `CROSS JOIN` has SQLite follow the index of the first table.
pub(crate) const CASES: &str = "SELECT a.id, a.registration, c.case_number, a.item, c.state, a.received_at \
     FROM application a CROSS JOIN case_file c WHERE c.id = a.id AND (a.received_at, a.id) < ($1, $2) \
     ORDER BY a.received_at DESC, a.id DESC LIMIT $3";

pub(crate) const REFUSALS: &str = "SELECT id, registration, item, refusal, received_at FROM application \
     WHERE refusal IS NOT NULL AND (received_at, id) < ($1, $2) ORDER BY received_at DESC, id DESC LIMIT $3";

impl Store {
    /// The newest cases, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cases(&self, limit: u32) -> Result<Vec<CaseLine>, StoreError> {
        self.cases_after(&ListPlace::BEGINNING, limit).await
    }

    /// Cases, newest first, after a place in the list, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cases_after(&self, after: &ListPlace, limit: u32) -> Result<Vec<CaseLine>, StoreError> {
        let rows = query_all(self.reader(), CASES, after.page(limit)).await?;
        rows.iter()
            .map(|row| {
                Ok(CaseLine {
                    application_id: row.try_get("", "id")?,
                    registration: row.try_get("", "registration")?,
                    case_number: row.try_get("", "case_number")?,
                    item: row.try_get("", "item")?,
                    state: row.try_get("", "state")?,
                    received_at: Millis(row.try_get("", "received_at")?),
                })
            })
            .collect()
    }

    /// The newest applications that were refused, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refusals(&self, limit: u32) -> Result<Vec<RefusalLine>, StoreError> {
        self.refusals_after(&ListPlace::BEGINNING, limit).await
    }

    /// Applications that were refused, newest first, after a place in the list, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refusals_after(
        &self,
        after: &ListPlace,
        limit: u32,
    ) -> Result<Vec<RefusalLine>, StoreError> {
        let rows = query_all(self.reader(), REFUSALS, after.page(limit)).await?;
        rows.iter()
            .map(|row| {
                let reason: String = row.try_get("", "refusal")?;
                Ok(RefusalLine {
                    application_id: row.try_get("", "id")?,
                    registration: row.try_get("", "registration")?,
                    item: row.try_get("", "item")?,
                    reason: serde_json::from_str(&reason).map_err(|_| StoreError::Corrupt("refusal"))?,
                    received_at: Millis(row.try_get("", "received_at")?),
                })
            })
            .collect()
    }

    /// The place in lists of an application; none if it is unknown.
    ///
    /// # Errors
    /// The database fails.
    pub async fn place(&self, id: ApplicationId) -> Result<Option<ListPlace>, StoreError> {
        let sql = "SELECT received_at FROM application WHERE id = $1";
        let Some(row) = query_one(self.reader(), sql, [id.to_string().into()]).await? else {
            return Ok(None);
        };
        Ok(Some(ListPlace { received_at: Millis(row.try_get("", "received_at")?), id: id.to_string() }))
    }

    /// How many other bodies are kept under known ids or registration numbers.
    ///
    /// # Errors
    /// The database fails.
    pub async fn evidence(&self) -> Result<u64, StoreError> {
        Ok(evidence::Entity::find().count(self.reader()).await?)
    }

    /// The id behind what a person gives: an application id, a registration number or a case number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find_application(&self, text: &str) -> Result<Option<ApplicationId>, StoreError> {
        let row = if let Ok(id) = text.parse::<ApplicationId>() {
            query_one(self.reader(), "SELECT id FROM application WHERE id = $1", [id.to_string().into()])
                .await?
        } else if let Ok(number) = RegistrationNumber::parse(text) {
            query_one(
                self.reader(),
                "SELECT id FROM application WHERE registration = $1",
                [number.to_string().into()],
            )
            .await?
        } else {
            query_one(self.reader(), "SELECT id FROM case_file WHERE case_number = $1", [text.trim().into()])
                .await?
        };
        row.map(|row| application_id(&row)).transpose()
    }

    /// Everything kept of an application.
    ///
    /// # Errors
    /// The database fails or holds something unreadable.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<StoredApplication>, StoreError> {
        let Some(row) = application::Entity::find_by_id(id.to_string()).one(self.reader()).await? else {
            return Ok(None);
        };
        let refusal = row.refusal.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Some(StoredApplication {
            envelope: serde_json::from_slice(&row.envelope).map_err(|_| StoreError::Corrupt("envelope"))?,
            received_at: Millis(row.received_at),
            progress: self.progress(id).await?,
            refusal: refusal.map_err(|_| StoreError::Corrupt("refusal"))?,
        }))
    }

    /// Where a case stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn progress(&self, id: ApplicationId) -> Result<Option<Progress>, StoreError> {
        let sql = format!("{PROGRESS} WHERE a.id = $1");
        let row = query_one(self.reader(), &sql, [id.to_string().into()]).await?;
        row.as_ref().map(progress).transpose()
    }

    /// What to answer about a genuine receipt. If what was received under its id is not what the receipt was
    /// given for, that one was refused.
    pub(crate) async fn answer_for_receipt(&self, receipt: &Receipt) -> Result<ProgressAnswer, StoreError> {
        let id = receipt.application_id;
        let sql = "SELECT digest FROM application WHERE id = $1";
        let row = query_one(self.reader(), sql, [id.to_string().into()]).await?;
        let Some(row) = row else {
            // It came under a number that another one had.
            if self.is_set_aside(&id.to_string(), &receipt.content).await? {
                return Ok(ProgressAnswer::Refused {});
            }
            return self.not_yet(receipt.registration.terminal()).await;
        };
        let digest: Vec<u8> = row.try_get("", "digest")?;
        if !digest.starts_with(&receipt.content) {
            return Ok(ProgressAnswer::Refused {});
        }
        self.answer_for(id).await
    }

    /// What to answer about an application of this terminal that is not here.
    pub(crate) async fn not_yet(&self, terminal: &TerminalId) -> Result<ProgressAnswer, StoreError> {
        Ok(ProgressAnswer::NotYet { stranded: self.is_stranded(terminal).await? })
    }

    /// What to answer about an application that is here.
    pub(crate) async fn answer_for(&self, received: ApplicationId) -> Result<ProgressAnswer, StoreError> {
        let progress = self.progress(received).await?;
        Ok(progress.map_or(ProgressAnswer::Refused {}, |progress| ProgressAnswer::Known { progress }))
    }

    /// Changes a case's state and tells its terminal. `None` if there is no such case.
    ///
    /// # Errors
    /// The database fails.
    pub async fn decide(
        &self,
        id: ApplicationId,
        state: CaseState,
        remark: &str,
        now: Millis,
    ) -> Result<Option<Progress>, StoreError> {
        let transaction = self.begin().await?;
        let changed = change_case(&transaction, id, state, remark, now).await?;
        match changed {
            Some(_) => transaction.commit().await?,
            None => transaction.rollback().await?,
        }
        Ok(changed)
    }

    /// Changes of a terminal's cases after a cursor, at most `limit`, and whether there are more.
    pub(crate) async fn updates(
        &self,
        terminal: &TerminalId,
        after: u64,
        limit: u64,
    ) -> Result<(Vec<CaseUpdate>, bool), StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut rows = case_update::Entity::find()
            .filter(case_update::Column::Terminal.eq(terminal.as_str()))
            .filter(case_update::Column::Cursor.gt(after))
            .order_by_asc(case_update::Column::Cursor)
            .limit(limit + 1)
            .all(self.reader())
            .await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(limit as usize);
        let updates = rows
            .into_iter()
            .map(|row| {
                let progress =
                    serde_json::from_str(&row.progress).map_err(|_| StoreError::Corrupt("case update"))?;
                Ok(CaseUpdate { cursor: row.cursor as u64, progress })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok((updates, more))
    }
}

/// Changes a case within a transaction and appends the change to its terminal's row of updates.
pub(super) async fn change_case(
    db: &Transaction,
    id: ApplicationId,
    state: CaseState,
    remark: &str,
    now: Millis,
) -> Result<Option<Progress>, StoreError> {
    let changed = execute(
        db,
        "UPDATE case_file SET state = $1, remark = $2, changed_at = $3 WHERE id = $4",
        [state.key().into(), remark.into(), now.0.into(), id.to_string().into()],
    )
    .await?;
    if changed == 0 {
        return Ok(None);
    }
    Ok(Some(tell_terminal(db, id).await?))
}

/// Appends where a case stands to its terminal's row of updates.
pub(super) async fn tell_terminal(db: &Transaction, id: ApplicationId) -> Result<Progress, StoreError> {
    let sql = format!("{PROGRESS} WHERE a.id = $1");
    let row = query_one(db, &sql, [id.to_string().into()]).await?.ok_or(StoreError::Corrupt("case"))?;
    let terminal: String = row.try_get("", "terminal")?;
    let progress = progress(&row)?;
    append_update(db, &terminal, &progress).await?;
    Ok(progress)
}

/// The cursor is taken from the terminal's row in the same transaction, so that a run has no holes.
async fn append_update(
    db: &impl ConnectionTrait,
    terminal: &str,
    progress: &Progress,
) -> Result<(), StoreError> {
    let terminal = standing::hears_for(db, terminal).await?;
    let row = query_one(
        db,
        "UPDATE terminal SET last_update = last_update + 1 WHERE id = $1 RETURNING last_update",
        [terminal.as_str().into()],
    )
    .await?;
    // Carried here from a terminal that is not known: nobody is there to be told.
    let Some(row) = row else { return Ok(()) };
    let cursor: i64 = row.try_get("", "last_update")?;
    let text = serde_json::to_string(progress).map_err(|_| StoreError::Corrupt("progress"))?;
    execute(
        db,
        "INSERT INTO case_update (terminal, cursor, progress) VALUES ($1, $2, $3)",
        [terminal.into(), cursor.into(), text.into()],
    )
    .await?;
    Ok(())
}

fn application_id(row: &QueryResult) -> Result<ApplicationId, StoreError> {
    let text: String = row.try_get("", "id")?;
    text.parse().map_err(|_| StoreError::Corrupt("application id"))
}

fn progress(row: &QueryResult) -> Result<Progress, StoreError> {
    let text = |column: &str| row.try_get::<String>("", column);
    let number = |column: &str| row.try_get::<i64>("", column);
    Ok(Progress {
        registration: text("registration")?.parse().map_err(|_| StoreError::Corrupt("registration"))?,
        case_number: CaseNumber::parse(&text("case_number")?)
            .map_err(|_| StoreError::Corrupt("case number"))?,
        item_name: text("item_name")?,
        state: CaseState::from_key(&text("state")?).ok_or(StoreError::Corrupt("case state"))?,
        received_at: Millis(number("received_at")?),
        changed_at: Millis(number("changed_at")?),
        promised_days: u16::try_from(number("promised_days")?).unwrap_or(u16::MAX),
        working_days: number("working_days")? != 0,
        remark: text("remark")?,
    })
}

//! Cases that an earlier program opened, without events: their stream begins with where they stood when it was begun, and
//! what they are found by is worked out. Done when somebody changes such a case, and for all of them after a start.

use super::history::{Case, StoredEvent, fold, insert_materials, new_event, stream};
use super::row::{self, Row};
use super::{CaseStore, search};
use crate::audit::{self, Actor, Extension, Position};
use crate::cases::domain::{CaseEvent, Opening, Promise, RecordContext, SearchTerm};
use crate::db::sql::{execute, query_all, query_one};
use crate::db::{FencedTransaction, StoreError};
use bianmin_protocol::application::{ApplicationBody, Header, MaterialAnswer};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::ApplicationId;
use bianmin_protocol::v1::Envelope;
use sea_orm::ConnectionTrait;

/// Begins the stream of a case.
pub(super) async fn import(
    db: &FencedTransaction,
    row: &Row,
    context: &RecordContext,
) -> Result<Case, StoreError> {
    let opening = opening(db, row, context).await?;
    let state = CaseState::from_key(&row.state).ok_or(StoreError::Corrupt("case state"))?;
    let remark = context.case_keys.open(&row.case_number, &row.remark);
    let event = CaseEvent::Imported { opening, state, remark, changed_at: row.changed_at };
    let event = context.case_keys.sealed(&row.case_number, event)?;
    let extension = Extension {
        stream: stream(&row.case_number),
        from: Position::START,
        events: vec![new_event(context.now, &Actor::Hall, &event)?],
    };
    let end = audit::extend(db, &context.case_keys.chain, vec![extension]).await?;
    let end = end.first().copied().ok_or(StoreError::Corrupt("events of a case"))?;
    let events = vec![StoredEvent { number: 1, at: context.now, actor: Actor::Hall.to_string(), event }];
    let fold = fold(&events).ok_or(StoreError::Corrupt("events of a case"))?;
    let opening = &fold.opening;
    execute(
        db,
        "UPDATE case_file SET item = $1, item_version = $2, department = $3, terminal = $4, received_at = $5, \
         statutory_days = $6 WHERE id = $7",
        [
            opening.item.as_str().into(),
            i64::from(opening.item_version).into(),
            opening.department.as_str().into(),
            opening.terminal.as_str().into(),
            opening.received_at.0.into(),
            i64::from(opening.statutory_days).into(),
            row.id.as_str().into(),
        ],
    )
    .await?;
    row::write(db, &row.id, &fold, end, &context.timing().projection(&fold)).await?;
    insert_materials(db, [&fold].into_iter()).await?;
    let id = row.id.parse().map_err(|_| StoreError::Corrupt("application id"))?;
    Ok(Case { id, number: row.case_number.clone(), end, events, fold })
}

/// What was known when the case was opened, as far as it is known now.
async fn opening(db: &FencedTransaction, row: &Row, context: &RecordContext) -> Result<Opening, StoreError> {
    let mut opening = Opening {
        application: row.id.clone(),
        item: row.item.clone(),
        terminal: row.terminal.clone(),
        received_at: row.received_at,
        promised_days: row.promised_days,
        working_days: row.working_days,
        ..Opening::default()
    };
    let Some((envelope, header)) = envelope(db, &row.id).await? else { return Ok(opening) };
    opening.item_version = header.item_version;
    let sql = "SELECT content FROM item_version WHERE code = $1 AND version = $2";
    let values = [header.item.as_str().into(), i64::from(header.item_version).into()];
    let content =
        query_one(db, sql, values).await?.map(|row| row.try_get::<String>("", "content")).transpose()?;
    let item: Option<ServiceItem> = content.and_then(|content| serde_json::from_str(&content).ok());
    let Some(item) = item else { return Ok(opening) };
    opening.department.clone_from(&item.department_code);
    opening.statutory_days = item.statutory_days;
    let body = context.case_keys.openers().open(&envelope).ok();
    let promised = body.map(|body| promised(&item, &body)).unwrap_or_default();
    let timing = context.timing();
    let promise = |(material, days)| Promise { material, due: timing.promise(row.received_at, days) };
    opening.promises = promised.into_iter().map(promise).collect();
    Ok(opening)
}

/// The materials that may follow, with the working days that they may take.
pub(crate) fn promised(item: &ServiceItem, body: &ApplicationBody) -> Vec<(String, u16)> {
    let promised = body.materials.iter().filter(|state| state.answer == MaterialAnswer::Promised);
    promised
        .map(|state| {
            let days = item.material(&state.code).and_then(|material| material.due_days);
            (state.code.to_string(), days.unwrap_or(item.promised_days))
        })
        .collect()
}

async fn envelope(db: &impl ConnectionTrait, id: &str) -> Result<Option<(Envelope, Header)>, StoreError> {
    let row = query_one(db, "SELECT envelope FROM application WHERE id = $1", [id.into()]).await?;
    let Some(row) = row else { return Ok(None) };
    let envelope: Option<Envelope> = serde_json::from_slice(&row.try_get::<Vec<u8>>("", "envelope")?).ok();
    Ok(envelope.and_then(|envelope| {
        let header = envelope.read_header().ok()?;
        Some((envelope, header))
    }))
}

impl CaseStore<'_> {
    /// Cases after an id that have no events yet, or are not found by what they name.
    pub(in crate::cases) async fn unprepared(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let sql =
            "SELECT id FROM case_file WHERE (version = 0 OR searchable = 0) AND id > $1 ORDER BY id LIMIT $2";
        let rows = query_all(self.0.reader(), sql, [after.into(), i64::from(limit).into()]).await?;
        let id = |text: String| text.parse().map_err(|_| StoreError::Corrupt("application id"));
        rows.iter().map(|row| id(row.try_get("", "id")?)).collect()
    }

    /// The envelope of an application, for what its case is found by.
    pub(in crate::cases) async fn envelope(
        &self,
        id: ApplicationId,
    ) -> Result<Option<(Envelope, Header)>, StoreError> {
        envelope(self.0.reader(), &id.to_string()).await
    }

    /// Takes cases over, with what they are found by: many in one commit.
    pub(in crate::cases) async fn prepare(
        &self,
        cases: &[(ApplicationId, Vec<SearchTerm>)],
        context: &RecordContext,
    ) -> Result<(), StoreError> {
        let transaction = self.0.begin_fenced().await?;
        for (id, terms) in cases {
            let id = id.to_string();
            let Some(row) = row::read(&transaction, &id).await? else { continue };
            if row.position.events == 0 {
                import(&transaction, &row, context).await?;
            }
            search::insert(&transaction, &context.case_keys, [(id.as_str(), &terms[..])].into_iter()).await?;
            execute(&transaction, "UPDATE case_file SET searchable = 1 WHERE id = $1", [id.into()]).await?;
        }
        transaction.commit().await
    }
}

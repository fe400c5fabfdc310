//! The events of cases in the audit: read, folded, added.

use super::row::{self, Row};
use super::tell_terminal;
use crate::audit::{self, Actor, Event, Extension, NewEvent, Position, Stream};
use crate::cases::domain::{CaseEvent, CaseFold, Kept, RecordContext, day_number};
use crate::db::sql::{execute, insert_rows};
use crate::db::{FencedTransaction, StoreError};
use bianmin_protocol::case::Progress;
use bianmin_protocol::ids::{ApplicationId, Millis};
use sea_orm::{ConnectionTrait, Value};

/// The family of cases' streams.
pub(super) const FAMILY: &str = "case";

/// The stream of the case with this number.
pub(super) fn stream(case_number: &str) -> Stream {
    Stream::new(FAMILY, case_number)
}

/// An event of a case as it is stored, its words sealed.
#[derive(Debug, Clone)]
pub(crate) struct StoredEvent {
    pub number: u64,
    pub at: Millis,
    pub actor: String,
    pub event: CaseEvent,
}

/// A case with its events.
#[derive(Debug)]
pub(in crate::cases) struct Case {
    pub id: ApplicationId,
    pub number: String,
    pub end: Position,
    pub events: Vec<StoredEvent>,
    pub fold: CaseFold,
}

/// Reads events as those of a case.
pub(super) fn parse(events: &[Event]) -> Result<Vec<StoredEvent>, StoreError> {
    let one = |event: &Event| {
        let parsed =
            serde_json::from_str(&event.content).map_err(|_| StoreError::Corrupt("event of a case"))?;
        Ok(StoredEvent { number: event.number, at: event.at, actor: event.actor.clone(), event: parsed })
    };
    events.iter().map(one).collect()
}

/// What events make.
pub(super) fn fold(events: &[StoredEvent]) -> Option<CaseFold> {
    CaseFold::of(events.iter().map(|one| (one.at, one.actor.as_str(), &one.event)))
}

/// Reads a case whose row is this one.
pub(super) async fn load(db: &impl ConnectionTrait, row: &Row) -> Result<Case, StoreError> {
    Ok(load_to_end(db, row).await?.0)
}

/// The same with where its events end, whatever the row says.
pub(super) async fn load_to_end(
    db: &impl ConnectionTrait,
    row: &Row,
) -> Result<(Case, Position), StoreError> {
    let stored = audit::events_of(db, &stream(&row.case_number)).await?;
    let head = stored.last().and_then(|last| last.tag[..].try_into().ok());
    let end = Position { events: stored.len() as u64, head: head.unwrap_or(Position::START.head) };
    let events = parse(&stored)?;
    let case = Case {
        id: row.id.parse().map_err(|_| StoreError::Corrupt("application id"))?,
        number: row.case_number.clone(),
        end: row.position,
        fold: fold(&events).ok_or(StoreError::Corrupt("events of a case"))?,
        events,
    };
    Ok((case, end))
}

/// As it goes into the audit.
pub(super) fn new_event(at: Millis, actor: &Actor, event: &CaseEvent) -> Result<NewEvent, StoreError> {
    Ok(NewEvent {
        at,
        actor: actor.clone(),
        kind: event.name(),
        about: String::new(),
        content: serde_json::to_string(event).map_err(|_| StoreError::Corrupt("event of a case"))?,
    })
}

impl Case {
    /// Adds events, makes the row what they make of it, and tells the terminal what the resident is to know.
    pub(super) async fn add(
        &mut self,
        db: &FencedTransaction,
        actor: &Actor,
        events: Vec<CaseEvent>,
        context: &RecordContext,
    ) -> Result<Option<Progress>, StoreError> {
        let name = actor.to_string();
        let (mut new, mut is_told) = (Vec::with_capacity(events.len()), false);
        for event in events {
            let event = context.case_keys.sealed(&self.number, event)?;
            is_told |= event.is_told();
            self.fold.apply(context.now, &name, &event);
            new.push(new_event(context.now, actor, &event)?);
            let number = self.fold.version;
            self.events.push(StoredEvent { number, at: context.now, actor: name.clone(), event });
        }
        if crate::planted::is_planted("decision-without-event") && new.iter().any(|one| one.kind == "grant") {
            new.clear();
        }
        let extension = Extension { stream: stream(&self.number), from: self.end, events: new };
        let ends = audit::extend(db, &context.case_keys.chain, vec![extension]).await?;
        self.end = ends.first().copied().unwrap_or(self.end);
        let id = self.id.to_string();
        row::write(db, &id, &self.fold, self.end, &context.timing().projection(&self.fold)).await?;
        self.write_materials(db).await?;
        if is_told { Ok(Some(tell_terminal(db, self.id).await?)) } else { Ok(None) }
    }

    /// What became of the materials that were to follow.
    async fn write_materials(&self, db: &impl ConnectionTrait) -> Result<(), StoreError> {
        for (material, kept) in &self.fold.materials {
            let (received_at, missed) = match kept {
                Kept::Open => continue,
                Kept::Received(at) => (Some(at.0), 0_i64),
                Kept::Missed => (None, 1),
            };
            execute(
                db,
                "UPDATE case_material SET received_at = $1, missed = $2 WHERE case_id = $3 AND material = $4",
                [received_at.into(), missed.into(), self.id.to_string().into(), material.as_str().into()],
            )
            .await?;
        }
        Ok(())
    }
}

/// Notes materials that are to follow.
pub(super) async fn insert_materials<'a>(
    db: &impl ConnectionTrait,
    folds: impl Iterator<Item = &'a CaseFold>,
) -> Result<(), StoreError> {
    let rows = folds.flat_map(|fold| {
        fold.opening.promises.iter().map(|one| -> [Value; 3] {
            [
                fold.opening.application.as_str().into(),
                one.material.as_str().into(),
                day_number(one.due).into(),
            ]
        })
    });
    let tail = "ON CONFLICT DO NOTHING";
    insert_rows(db, "case_material (case_id, material, due_on)", rows.collect(), tail).await?;
    Ok(())
}

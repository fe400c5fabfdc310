//! What a terminal is told, signed for its cursor, in the form that it can read.

use super::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use bianmin_protocol::change::{Change, ChangeEntry, ChangePage};
use bianmin_protocol::lookup::UpdatePage;
use bianmin_protocol::v1::Updates;
use std::sync::Arc;

#[derive(Debug, serde::Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
    /// Whether the terminal believes only what is signed.
    #[serde(default)]
    signed: bool,
    /// Whether it takes changes of every kind: terminals of 0.1.0 know cases alone.
    #[serde(default)]
    changes: bool,
}

pub(super) async fn changes(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    query: Result<Query<After>, QueryRejection>,
) -> Result<Json<Updates>, Error> {
    let Query(After { after, signed, changes }) = query.map_err(|_| Error::BadRequest)?;
    let (terminal, epoch) = (sender.terminal.id, sender.state.epoch);
    // What is signed is not said once more in the clear: once is enough on a thin line.
    let nothing = Updates { updates: Vec::new(), more: false, signed: None, changes: None };
    if changes {
        let (mut changes, more) = hall.store.fleet().changes(&terminal, after).await?;
        for entry in &mut changes {
            readable(&hall, entry);
        }
        let page = ChangePage { terminal, epoch, after, changes, more };
        return Ok(Json(Updates { changes: Some(page.sign(&hall.keys.signing)), ..nothing }));
    }
    let (mut updates, more) = hall.store.fleet().case_updates(&terminal, after).await?;
    for update in &mut updates {
        update.progress = hall.cases.readable(update.progress.clone());
    }
    if !signed {
        return Ok(Json(Updates { updates, more, ..nothing }));
    }
    let page = UpdatePage { terminal, epoch, after, updates, more };
    Ok(Json(Updates { signed: Some(page.sign(&hall.keys.signing)), ..nothing }))
}

/// What staff tell a resident is stored sealed.
fn readable(hall: &Hall, entry: &mut ChangeEntry) {
    if let Ok(Change::Case(progress)) = &mut entry.change {
        *progress = hall.cases.readable(progress.clone());
    }
}

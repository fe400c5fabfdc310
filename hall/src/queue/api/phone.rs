//! The page behind a ticket's QR code. No account, nothing from elsewhere; the token is the right to ask.

use super::board::{language, page_headers};
use crate::hall::Hall;
use crate::http::limits::bodies::Sender;
use crate::http::{Error, Peer, body};
use crate::queue::domain::State as PlaceState;
use crate::queue::error::QueueError;
use crate::queue::phone::{self, TicketView};
use axum::extract::{Path, Query, Request, State};
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use bianmin_protocol::text::read_body;
use std::sync::Arc;

const LIMIT: usize = 1024;
/// Who gives up a place by phone.
const BY: &str = "phone";
/// By which the script knows the hall's own answer.
const MARK: HeaderName = HeaderName::from_static("bianmin-page");

#[derive(Debug, serde::Deserialize)]
pub(super) struct Wanted {
    language: Option<String>,
}

/// What the page's script asks with.
#[derive(Debug, serde::Deserialize)]
struct Question {
    token: String,
    #[serde(default)]
    language: Option<String>,
    /// Minutes from the hall.
    #[serde(default)]
    distance: u32,
}

pub(super) async fn page(
    State(hall): State<Arc<Hall>>,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, Error> {
    let page = phone::frame(&hall.config.name, language(&hall, wanted.language.as_deref()));
    Ok((page_headers(), page.map_err(|_| Error::Unavailable)?))
}

pub(super) async fn file(Path(file): Path<String>) -> Result<impl IntoResponse, Error> {
    let (kind, content) = match file.as_str() {
        "ticket.css" => ("text/css; charset=utf-8", phone::STYLE),
        "ticket.js" => ("text/javascript; charset=utf-8", phone::SCRIPT),
        _ => return Err(Error::NotFound),
    };
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], content))
}

async fn question(hall: &Hall, request: Request) -> Result<Question, Error> {
    let (parts, body) = request.into_parts();
    let whose = Sender::Stranger(Peer::address(&parts).into());
    let bytes = body::read(&hall.http, &parts.headers, body, LIMIT, whose).await?;
    Ok(read_body(&bytes)?)
}

pub(super) async fn ticket(
    State(hall): State<Arc<Hall>>,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    let question = question(&hall, request).await?;
    answer(&hall, &question).await
}

pub(super) async fn cancel(
    State(hall): State<Arc<Hall>>,
    request: Request,
) -> Result<impl IntoResponse, Error> {
    let question = question(&hall, request).await?;
    if let Some(number) = hall.queue.tokens.read(&question.token) {
        let moment = hall.queue.service().await?.moment;
        match hall.store.queue().leave(moment, &number.in_full(), BY).await {
            Ok(_) => hall.queue.has_changed(),
            // The page shows how it stands, which is no longer what its owner saw.
            Err(QueueError::Transition(_) | QueueError::Overtaken(_) | QueueError::NoSuchNumber(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    answer(&hall, &question).await
}

async fn answer(hall: &Hall, question: &Question) -> Result<impl IntoResponse + use<>, Error> {
    let language = language(hall, question.language.as_deref());
    let page = match hall.queue.tokens.read(&question.token) {
        None => None,
        Some(number) => {
            let service = hall.queue.service().await?;
            match hall.store.queue().place(service.moment, &number.in_full()).await {
                Ok(ticket) => {
                    let wait = match ticket.state {
                        PlaceState::Waiting => {
                            Some(hall.store.queue().wait(&service.setup, service.moment, &ticket).await?)
                        }
                        _ => None,
                    };
                    let (setup, moment) = (&service.setup, service.moment);
                    let distance = question.distance;
                    let view =
                        TicketView { setup, clock: &hall.clock, moment, ticket: &ticket, wait, distance };
                    Some(view.render(language))
                }
                Err(QueueError::NoSuchNumber(_)) => None,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let page = page.unwrap_or_else(|| phone::wrong(language)).map_err(|_| Error::Unavailable)?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8"), (MARK, "ticket")], page))
}

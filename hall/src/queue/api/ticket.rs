//! Numbers and places, for terminals.

use super::refusal::{closed, refusal};
use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use crate::queue::domain::{Estimate, GroupCode, Setup, State as StateOfPlace, Ticket};
use crate::queue::error::QueueError;
use crate::queue::service::QueueService;
use crate::queue::store::{RequestKey, Taken};
use crate::queue::writer::TicketRequest;
use axum::body::Bytes;
use axum::extract::State;
use bianmin_protocol::text::read_body;
use bianmin_protocol::ticket::TicketNumber;
use bianmin_protocol::v1::queue::{
    GroupState, IssuedTicket, PlaceReply, PlaceState, QueueState, TakeTicket, TicketQuery, TicketReply,
    WaitRange,
};
use std::sync::Arc;

const MINUTE: i64 = 60_000;

pub(super) fn range(wait: &Estimate) -> WaitRange {
    let minutes = |millis: i64| u32::try_from(millis / MINUTE).unwrap_or(0);
    WaitRange { low: minutes(wait.shortest), high: minutes(wait.longest) }
}

pub(super) fn group_name(setup: &Setup, group: &GroupCode) -> String {
    setup.group(group).map_or_else(|| group.to_string(), |group| group.name.clone())
}

fn windows(setup: &Setup, group: &GroupCode) -> Vec<String> {
    setup.windows_of(group).map(|window| window.name.clone()).collect()
}

/// Under which name a terminal asks for something.
pub(super) fn key(sender: &Sender, id: uuid::Uuid, content: String) -> RequestKey {
    RequestKey { terminal: sender.terminal.id.to_string(), id: id.to_string(), content }
}

pub(super) async fn state(State(hall): State<Arc<Hall>>, _sender: Sender) -> Result<Json<QueueState>, Error> {
    let service = hall.queue.service().await?;
    let status = service.status().await?;
    let refused = match service.check_open().await {
        Ok(()) => None,
        Err(QueueError::Closed(reason)) => Some(closed(reason)),
        Err(error) => return Err(error.into()),
    };
    let setup = &service.setup;
    let groups = setup.groups.iter().zip(&status.groups).map(|(group, now)| GroupState {
        code: group.code.to_string(),
        name: group.name.clone(),
        items: group.items.clone(),
        windows: windows(setup, &group.code),
        waiting: u32::try_from(now.count(StateOfPlace::Waiting)).unwrap_or(0),
        wait: range(&now.wait),
        takes_bookings: group.booking.is_some(),
    });
    Ok(Json(QueueState {
        day: service.moment.day,
        closed: refused,
        groups: groups.collect(),
        priority_classes: setup.priority_classes.iter().map(|class| class.key().to_owned()).collect(),
        priority_bound: setup.priority_bound,
    }))
}

pub(super) async fn take(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<TicketReply>, Error> {
    let take: TakeTicket = read_body(&body)?;
    let class = take.priority.clone().unwrap_or_default();
    let key = key(&sender, take.id, format!("take {} {class}", take.group));
    let request = TicketRequest { key, group: take.group, class: take.priority };
    match hall.queue.take(request).await {
        Ok(given) => Ok(issued(&hall, &given.setup, &given.taken)),
        Err(error) => match refusal(&error) {
            Some(refusal) => Ok(Json(TicketReply::Refused { refusal })),
            None => {
                tracing::error!(%error, terminal = %sender.terminal.id, "cannot give a number");
                Err(Error::Unavailable)
            }
        },
    }
}

/// What the slip says.
pub(super) fn issued(hall: &Hall, setup: &Setup, taken: &Taken) -> Json<TicketReply> {
    let Taken { ticket, ahead, wait } = taken;
    Json(TicketReply::Issued {
        ticket: IssuedTicket {
            number: ticket.number.clone(),
            token: hall.queue.tokens.token(&ticket.number),
            group: ticket.group.to_string(),
            group_name: group_name(setup, &ticket.group),
            windows: windows(setup, &ticket.group),
            priority: ticket.priority.map(|class| class.key().to_owned()),
            ahead: *ahead,
            wait: range(wait),
            issued_at: ticket.issued_at,
        },
    })
}

/// The number that a token names. Wrong ones are counted: a terminal that sends many is guessing.
pub(super) fn number(hall: &Hall, sender: &Sender, token: &str) -> Result<Option<TicketNumber>, Error> {
    let number = hall.queue.tokens.read(token);
    if number.is_none() {
        hall.queue.note_wrong(&sender.terminal.id).map_err(Error::TooMany)?;
    }
    Ok(number)
}

pub(super) async fn place(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<PlaceReply>, Error> {
    let query: TicketQuery = read_body(&body)?;
    let Some(number) = number(&hall, &sender, &query.token)? else { return Ok(no_such_ticket()) };
    let service = hall.queue.service().await?;
    let found = hall.store.queue().place(service.moment, &number.in_full()).await;
    shown(&hall, &service, found).await
}

pub(super) async fn cancel(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<PlaceReply>, Error> {
    let query: TicketQuery = read_body(&body)?;
    let Some(number) = number(&hall, &sender, &query.token)? else { return Ok(no_such_ticket()) };
    let (service, number) = (hall.queue.service().await?, number.in_full());
    let mut left = hall.store.queue().leave(service.moment, &number, sender.terminal.id.as_str()).await;
    // A request that came twice, or somebody who had gone already: that is what was wanted.
    if matches!(&left, Err(QueueError::Transition(error)) if error.state == StateOfPlace::Left) {
        left = hall.store.queue().place(service.moment, &number).await;
    }
    hall.queue.has_changed();
    shown(&hall, &service, left).await
}

fn no_such_ticket() -> Json<PlaceReply> {
    Json(PlaceReply::Refused { refusal: bianmin_protocol::v1::queue::QueueRefusal::NoSuchTicket {} })
}

async fn shown(
    hall: &Hall,
    service: &QueueService<'_>,
    found: Result<Ticket, QueueError>,
) -> Result<Json<PlaceReply>, Error> {
    let ticket = match found {
        Ok(ticket) => ticket,
        Err(error) => match refusal(&error) {
            Some(refusal) => return Ok(Json(PlaceReply::Refused { refusal })),
            None => return Err(error.into()),
        },
    };
    let setup = &service.setup;
    let wait = match ticket.state {
        StateOfPlace::Waiting => Some(hall.store.queue().wait(setup, service.moment, &ticket).await?),
        _ => None,
    };
    let window = ticket.window.as_ref().and_then(|code| setup.window(code));
    Ok(Json(PlaceReply::Place {
        place: PlaceState {
            number: ticket.number.clone(),
            state: ticket.state.key().to_owned(),
            group_name: group_name(setup, &ticket.group),
            windows: match window {
                Some(window) => vec![window.name.clone()],
                None => windows(setup, &ticket.group),
            },
            ahead: wait.map(|(ahead, _)| ahead),
            wait: wait.map(|(_, wait)| range(&wait)),
            day: ticket.serve_day,
        },
    }))
}

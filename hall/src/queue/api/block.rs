//! Numbers that terminals give while the hall is not reached: leased to them before, and merged afterwards.

use super::refusal::refusal;
use crate::fleet::Sender;
use crate::hall::Hall;
use crate::http::{Error, Json};
use crate::queue::domain::{GroupCode, PriorityClass};
use crate::queue::service::QueueService;
use crate::queue::store::{Block, BlockLease, LeaseRequest, OfflinePlace};
use axum::body::Bytes;
use axum::extract::State;
use bianmin_protocol::ids::Millis;
use bianmin_protocol::text::read_body;
use bianmin_protocol::v1::queue::{
    BLOCK_LIMIT, BlockReply, Lease, LeaseBlock, OFFLINE_LIMIT, OfflineOutcome, OfflineReply, OfflineTicket,
    OfflineTickets, ReturnBlock, ReturnReply,
};
use std::sync::Arc;

/// How long numbers of a block may be given without a word from the hall, in milliseconds.
const LEASE: i64 = 12 * 3_600_000;

pub(super) async fn lease(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<BlockReply>, Error> {
    let wanted: LeaseBlock = read_body(&body)?;
    if !(1..=BLOCK_LIMIT).contains(&wanted.count) {
        return Err(Error::BadRequest);
    }
    let service = hall.queue.service().await?;
    let leased = match service.group(&wanted.group) {
        Ok(group) => {
            let request = LeaseRequest {
                block: wanted.id.to_string(),
                terminal: sender.terminal.id.to_string(),
                group,
                count: wanted.count,
                until: Millis(service.moment.at.0 + LEASE),
            };
            hall.store.queue().lease(&service.setup, service.moment, &request).await
        }
        Err(error) => Err(error),
    };
    Ok(Json(match leased {
        Ok(BlockLease::Leased(block)) => {
            let lease = lease_of(&sender, wanted.id, block);
            let numbers = (0..).map_while(|at| lease.number(at));
            let tokens = numbers.map(|number| hall.queue.tokens.token(&number)).collect();
            BlockReply::Leased { lease: lease.sign(&hall.keys.signing), tokens }
        }
        Ok(BlockLease::Ended) => BlockReply::Ended {},
        Err(error) => {
            let refusal = refusal(&error).ok_or_else(|| Error::from(error))?;
            BlockReply::Refused { refusal }
        }
    }))
}

fn lease_of(sender: &Sender, id: uuid::Uuid, block: Block) -> Lease {
    Lease {
        block: id,
        terminal: sender.terminal.id.clone(),
        epoch: block.epoch,
        group: block.group.to_string(),
        day: block.day,
        prefix: block.prefix,
        first: block.first,
        last: block.last,
        leased_at: block.leased_at,
        until: block.until,
    }
}

pub(super) async fn end(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<ReturnReply>, Error> {
    let ReturnBlock { block, used } = read_body(&body)?;
    let moment = hall.queue.service().await?.moment;
    let whose = (block.to_string(), sender.terminal.id.to_string());
    hall.store.queue().end_block(moment, (&whose.0, &whose.1), used).await?;
    Ok(Json(ReturnReply { ended: true }))
}

pub(super) async fn merge(
    State(hall): State<Arc<Hall>>,
    sender: Sender,
    body: Bytes,
) -> Result<Json<OfflineReply>, Error> {
    let OfflineTickets { lease, tickets } = read_body(&body)?;
    if tickets.is_empty() || tickets.len() > OFFLINE_LIMIT {
        return Err(Error::BadRequest);
    }
    // Its own word is enough: after a backup was restored the hall knows nothing else of the block.
    let lease = lease.verify(&hall.keys.signing.public(), &sender.terminal.id).ok_or(Error::BadRequest)?;
    let service = hall.queue.service().await?;
    let places: Vec<Option<OfflinePlace>> =
        tickets.iter().map(|ticket| place(&service, &lease, ticket)).collect();
    let valid: Vec<OfflinePlace> = places.iter().flatten().cloned().collect();
    let (store, by) = (hall.store.queue(), sender.terminal.id.as_str());
    let own = store.merge(&service.setup, (service.moment, lease.day), &valid, by).await?;
    hall.queue.has_changed();
    let mut own = own.into_iter();
    let outcomes = places.iter().zip(&tickets).map(|(place, ticket)| {
        let outcome = match place.as_ref().and_then(|_| own.next()) {
            Some(true) => return OfflineOutcome::Merged {},
            Some(false) => OfflineOutcome::Conflict {},
            None => OfflineOutcome::Refused {},
        };
        tracing::error!(terminal = %by, number = %ticket.number, ?outcome, "a number given offline has no place");
        outcome
    });
    Ok(Json(OfflineReply { outcomes: outcomes.collect() }))
}

/// An offline ticket as a place, if it is one of the block and its group is there.
fn place(service: &QueueService<'_>, lease: &Lease, ticket: &OfflineTicket) -> Option<OfflinePlace> {
    let group = GroupCode::parse(&lease.group).ok().filter(|group| service.setup.group(group).is_some())?;
    // Who has a number has a place, also if the class is none of this hall's any more.
    let priority = ticket.priority.as_deref().and_then(PriorityClass::from_key);
    let issued_at = ticket.issued_at.0.clamp(lease.leased_at.0, service.moment.at.0.max(lease.leased_at.0));
    lease.holds(&ticket.number).then(|| OfflinePlace {
        id: ticket.id.to_string(),
        number: ticket.number.clone(),
        group,
        priority: priority.filter(|class| service.setup.priority_classes.contains(class)),
        issued_at: Millis(issued_at),
    })
}

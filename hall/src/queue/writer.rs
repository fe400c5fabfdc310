//! The one who gives numbers in this process: whoever asks while a commit is under way shares the next one. Nothing is
//! answered before its commit.

use super::domain::Setup;
use super::error::QueueError;
use super::service::QueueService;
use super::store::{RequestKey, TakeRequest, Taken};
use crate::clock::Clock;
use crate::db::Store;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};

/// Numbers in one commit.
const GROUP: usize = 256;
/// Requests that wait for the writer.
const WAITING: usize = 1024;

/// Somebody who wants a number.
#[derive(Debug, Clone)]
pub(crate) struct TicketRequest {
    /// Under what name it is asked for.
    pub key: RequestKey,
    /// A group, or a service item of one.
    pub group: String,
    /// The priority class.
    pub class: Option<String>,
}

/// A number, and the set-up by which it was given.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The number.
    pub taken: Taken,
    /// How the hall is set up.
    pub setup: Arc<Setup>,
}

/// A number, or why there is none; one failure may be that of many.
pub(crate) type TakeResult = Result<Given, Arc<QueueError>>;

#[derive(Debug)]
struct Order {
    request: TicketRequest,
    reply: oneshot::Sender<TakeResult>,
}

/// The way to the one who gives numbers.
#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Order>);

impl Writer {
    /// Must be called within a tokio runtime. `given` is notified after each commit.
    pub(super) fn start(store: Arc<Store>, clock: Clock, given: Arc<Notify>) -> Self {
        let (writer, mut orders) = mpsc::channel(WAITING);
        tokio::spawn(async move {
            let mut waiting = Vec::new();
            // While one group is committed the next one gathers; so nobody waits for a timer.
            while orders.recv_many(&mut waiting, GROUP).await > 0 {
                give(&store, &clock, std::mem::take(&mut waiting)).await;
                given.notify_one();
            }
        });
        Self(writer)
    }

    /// Gives a number; `None` where the writer is gone.
    pub(super) async fn take(&self, request: TicketRequest) -> Option<TakeResult> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Order { request, reply }).await.ok()?;
        answer.await.ok()
    }
}

/// Answers all of a group.
async fn give(store: &Store, clock: &Clock, orders: Vec<Order>) {
    let opened = match QueueService::open(store, clock).await {
        Ok(service) => service.check_open().await.map(|()| service),
        Err(error) => Err(error),
    };
    let service = match opened {
        Ok(service) => service,
        Err(error) => return refuse(orders, error),
    };
    let mut requests = Vec::with_capacity(orders.len());
    let mut replies = Vec::with_capacity(orders.len());
    for Order { request, reply } in orders {
        match resolve(&service, &request) {
            Ok(resolved) => {
                requests.push((request.key, resolved));
                replies.push(reply);
            }
            Err(error) => drop(reply.send(Err(Arc::new(error)))),
        }
    }
    take(&service, store, requests, replies).await;
}

fn refuse(orders: Vec<Order>, error: QueueError) {
    let error = Arc::new(error);
    for order in orders {
        let _ = order.reply.send(Err(error.clone()));
    }
}

fn resolve(service: &QueueService<'_>, request: &TicketRequest) -> Result<TakeRequest, QueueError> {
    let group = service.group(&request.group)?;
    let priority = request.class.as_deref().map(|class| service.class(class)).transpose()?;
    Ok(TakeRequest { group, priority, by: request.key.terminal.clone() })
}

/// Takes numbers for all in one commit. Where the numbers of a prefix are used up, or the database refuses one row, in
/// smaller ones, so that nobody goes without a number because of somebody else.
async fn take(
    service: &QueueService<'_>,
    store: &Store,
    requests: Vec<(RequestKey, TakeRequest)>,
    replies: Vec<oneshot::Sender<TakeResult>>,
) {
    let mut parts = crate::db::parts::Parts::of(requests.len());
    let mut replies = replies.into_iter();
    while let Some(part) = parts.next() {
        let own = &requests[part.clone()];
        if own.is_empty() {
            continue;
        }
        match store.queue().take_once(&service.setup, service.moment, own).await {
            Ok(taken) => {
                let setup = Arc::new(service.setup.clone());
                for (taken, reply) in taken.into_iter().zip(replies.by_ref()) {
                    let given = taken.map(|taken| Given { taken, setup: setup.clone() });
                    let _ = reply.send(given.map_err(Arc::new));
                }
            }
            Err(error) if is_of_one(&error) && parts.halve(part.clone()) => {}
            Err(error) => {
                let error = Arc::new(error);
                for reply in replies.by_ref().take(own.len()) {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Whether others may fare better without the one that is to blame.
fn is_of_one(error: &QueueError) -> bool {
    match error {
        QueueError::UsedUp(_) | QueueError::NoSuchGroup { .. } => true,
        QueueError::Store(error) => error.cause() != crate::db::parts::Cause::Database,
        _ => false,
    }
}

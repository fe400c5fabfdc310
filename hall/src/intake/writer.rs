//! The one writer of applications: it commits what all connections brought meanwhile in one transaction. Nothing is
//! answered before its commit.

use super::domain::{Arrival, Disposition};
use crate::cases::{CaseKeys, RecordContext, context};
use crate::clock::Clock;
use crate::db::parts::{Cause, Parts};
use crate::db::{Store, StoreError};
use crate::keys::Keys;
use crate::metrics::Metrics;
use bianmin_protocol::v1::Refusal;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Applications in one commit.
const GROUP: usize = 256;
/// Requests that wait for the writer.
const WAITING: usize = 512;

#[derive(Debug)]
struct Batch {
    arrivals: Vec<Arrival>,
    reply: oneshot::Sender<Vec<Disposition>>,
}

/// What recording needs.
pub(super) struct Recording {
    pub store: Arc<Store>,
    pub keys: Keys,
    pub case_keys: Arc<CaseKeys>,
    pub clock: Clock,
    pub metrics: Arc<Metrics>,
}

/// The way to the one who writes.
#[derive(Debug)]
pub(super) struct Writer(mpsc::Sender<Batch>);

impl Writer {
    /// Must be called within a tokio runtime.
    pub(super) fn start(recording: Recording) -> Self {
        let (writer, batches) = mpsc::channel(WAITING);
        tokio::spawn(write(batches, recording));
        Self(writer)
    }

    /// Records what was checked; `None` where the writer is gone or failed.
    pub(super) async fn record(&self, arrivals: Vec<Arrival>) -> Option<Vec<Disposition>> {
        if arrivals.is_empty() {
            return Some(Vec::new());
        }
        let (reply, answer) = oneshot::channel();
        self.0.send(Batch { arrivals, reply }).await.ok()?;
        answer.await.ok()
    }
}

/// The one writer. While it commits, others queue and then share the next commit; so nobody waits for a timer.
async fn write(mut batches: mpsc::Receiver<Batch>, recording: Recording) {
    let Recording { store, keys, case_keys, clock, metrics } = recording;
    // What was signed with another key is signed anew when it is asked for; that there is none is seen once.
    let mut is_resigning = true;
    let mut is_known = false;
    while let Some(first) = batches.recv().await {
        if !is_known && let Ok(former) = store.former_signers().await {
            (is_resigning, is_known) = (!former.is_empty(), true);
        }
        let mut group = vec![first];
        let mut size = group[0].arrivals.len();
        while size < GROUP {
            let Ok(next) = batches.try_recv() else { break };
            size += next.arrivals.len();
            group.push(next);
        }
        let mut arrivals = Vec::with_capacity(size);
        let mut replies = Vec::with_capacity(group.len());
        for batch in group {
            replies.push((batch.arrivals.len(), batch.reply));
            arrivals.extend(batch.arrivals);
        }
        let recorded = match context(&store, &keys, &case_keys, &clock).await {
            Ok(context) => {
                record(&store, &arrivals, &RecordContext { is_resigning, ..context }, &metrics).await
            }
            Err(error) => Err(error),
        };
        match recorded {
            Ok(dispositions) => {
                let mut dispositions = dispositions.into_iter();
                for (length, reply) in replies {
                    let _ = reply.send(dispositions.by_ref().take(length).collect());
                }
            }
            // The terminals keep what they have and come again.
            Err(error) => tracing::error!(%error, applications = size, "cannot record applications"),
        }
    }
}

/// Records all in one commit; where the database refuses one of them, in smaller ones, so that the others are kept.
async fn record(
    store: &Store,
    arrivals: &[Arrival],
    context: &RecordContext,
    metrics: &Metrics,
) -> Result<Vec<Disposition>, StoreError> {
    let mut dispositions = Vec::with_capacity(arrivals.len());
    let mut parts = Parts::of(arrivals.len());
    while let Some(part) = parts.next() {
        let error = match store.intake().record(&arrivals[part.clone()], context).await {
            Ok(recorded) => {
                metrics.commits_total.inc();
                dispositions.extend(recorded);
                continue;
            }
            Err(error) => error,
        };
        let cause = error.cause();
        if cause == Cause::Database {
            return Err(error);
        }
        if parts.halve(part.clone()) {
            continue;
        }
        for arrival in &arrivals[part] {
            tracing::error!(%error, application = %arrival.id, terminal = %arrival.terminal, "cannot record an application");
            dispositions.push(match cause {
                Cause::Content => Disposition::Refused(Refusal::Malformed {}),
                _ => Disposition::Later,
            });
        }
    }
    Ok(dispositions)
}

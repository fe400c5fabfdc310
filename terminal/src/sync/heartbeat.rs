//! The heartbeat, and changes of cases: what the hall has to say without being sent anything.

use super::error::blocking;
use super::{HallError, SyncError, SyncReport, Syncer};
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::case::CaseUpdate;
use bianmin_protocol::standing::LastNumbers;
use bianmin_protocol::v1::{self, Heartbeat, HeartbeatReply, Updates};

/// A backlog longer than this many pages is finished by the next attempt.
const PAGES: usize = 1_000;

impl Syncer {
    /// Says that the terminal lives; learns the hall's clock and epoch. None if the hall is up but cannot answer
    /// this just now, which must not keep applications from being sent.
    pub(super) async fn heartbeat(
        &self,
        report: &mut SyncReport,
    ) -> Result<Option<HeartbeatReply>, SyncError> {
        let ledger = self.ledger.clone();
        let (counts, numbers) =
            blocking(move || Ok::<_, SyncError>((ledger.counts()?, ledger.last_numbers()?))).await?;
        let mut bytes = [0; 16];
        // Without randomness an older answer could pass for this one; then none counts.
        let challenge = getrandom::fill(&mut bytes).ok().map(|()| Blob(bytes.to_vec()));
        let vitals = self.vitals.borrow().clone();
        let heartbeat = Heartbeat {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            catalogue: self.catalogue.revision(),
            waiting: counts.waiting,
            quarantined: counts.quarantined,
            printer: vitals.printer,
            intake_open: vitals.intake_open,
            printers: vitals.printers,
            numbers,
            challenge: challenge.clone(),
        };
        let reply: Option<HeartbeatReply> = match self.hall.post(v1::HEARTBEAT, &heartbeat).await {
            Ok(reply) => Some(reply),
            Err(HallError::Rejected { status, code, .. }) => {
                tracing::info!(status, ?code, "the hall did not take the heartbeat");
                None
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(reply) = &reply {
            self.hall.learn(reply.now);
            let (ledger, now) = (self.ledger.clone(), reply.now);
            // By the hall's clock, as the acknowledgements are: the terminal's own may be ten years ahead.
            blocking(move || {
                ledger.forget(now)?;
                ledger.forget_details(now)
            })
            .await?;
            self.hear_numbers(reply, challenge).await?;
        }
        self.mind_epoch(report).await?;
        Ok(reply)
    }

    /// Goes on above the numbers that the hall knows of.
    async fn hear_numbers(&self, reply: &HeartbeatReply, challenge: Option<Blob>) -> Result<(), SyncError> {
        let identity = self.ledger.identity();
        let message = match &reply.numbers {
            // A hall of an older version knows none; it was reached all the same.
            None => Some(LastNumbers::default()),
            Some(signed) if challenge.is_some() => {
                signed.verify(&identity.enrolled.hall_key, identity.terminal(), challenge.as_ref())
            }
            Some(_) => None,
        };
        let Some(message) = message else {
            tracing::warn!("what was said of this terminal's numbers is not the hall's word");
            return Ok(());
        };
        let (ledger, now, random) = (self.ledger.clone(), reply.now, (self.environment.random)());
        blocking(move || ledger.heard(&message, now, random)).await
    }

    /// The changes that the hall has signed for this terminal after this cursor, and whether there are more.
    fn believed(&self, page: Updates, cursor: u64) -> Option<(Vec<CaseUpdate>, bool)> {
        let identity = self.ledger.identity();
        let signed = page.signed.as_ref().zip(self.hall.epoch()).and_then(|(signed, epoch)| {
            signed.verify(&identity.enrolled.hall_key, identity.terminal(), epoch, cursor)
        });
        match signed {
            Some(signed) => Some((signed.updates, signed.more)),
            None if crate::planted::is_planted("unsigned-case-believed") => Some((page.updates, page.more)),
            None => None,
        }
    }

    /// Pulls changes of this terminal's cases, always the ones right after the last that is kept.
    pub(super) async fn pull_updates(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        for _ in 0..PAGES {
            let ledger = self.ledger.clone();
            let cursor = blocking(move || ledger.update_cursor()).await?;
            let page: Updates = self.hall.get(&format!("{}?after={cursor}&signed=true", v1::UPDATES)).await?;
            self.mind_epoch(report).await?;
            let Some((mut updates, more)) = self.believed(page, cursor) else {
                tracing::warn!(
                    cursor,
                    "changes of cases came without the hall's signature: it may have to be updated"
                );
                return Ok(());
            };
            let announced = updates.len();
            let expected =
                (cursor + 1..).zip(&updates).take_while(|(wanted, update)| update.cursor == *wanted);
            let expected = expected.count();
            if !crate::planted::is_planted("max-id-cursor") {
                updates.truncate(expected);
            }
            if updates.len() < announced {
                tracing::warn!(cursor, "the hall's changes of cases have a gap");
            }
            if updates.is_empty() {
                return Ok(());
            }
            let is_whole = updates.len() == announced;
            let ledger = self.ledger.clone();
            blocking(move || ledger.apply_updates(&updates)).await?;
            if !more || !is_whole {
                return Ok(());
            }
        }
        Ok(())
    }
}

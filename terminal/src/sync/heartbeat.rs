//! The heartbeat: that the terminal lives, how its devices are, and what the hall has to say to that.

use super::error::blocking;
use super::{HallError, SyncError, SyncReport, Syncer};
use bianmin_protocol::bytes::Blob;
use bianmin_protocol::standing::LastNumbers;
use bianmin_protocol::v1::{self, Heartbeat, HeartbeatReply};

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
            numbers,
            challenge: challenge.clone(),
            ..Heartbeat::default()
        }
        .with_devices(vitals.devices);
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
}

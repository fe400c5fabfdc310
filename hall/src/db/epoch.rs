//! Epochs of a database: a new one begins where the database went back, as after a backup was restored.
//! Terminals then offer again what they hold receipts for, and nothing that was numbered before is numbered alike.

use super::connect::TIMEOUT;
use super::fenced::FencedTransaction;
use super::numbers::Reach;
use super::transaction::Transaction;
use super::{HallState, Store, StoreError};
use bianmin_protocol::ids::Epoch;
use jiff::ToSpan as _;
use jiff::civil::Date;
use sea_orm::DbBackend;

impl Store {
    /// Begins a plain transaction.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        match self.read.get_database_backend() {
            DbBackend::Postgres => self.plain.begin(TIMEOUT).await?.identify().await,
            // One writer at a time anyway: it takes the row too, so that a restored backup is noticed by whoever writes.
            _ => Ok(self.begin_fenced().await?.unfenced()),
        }
    }

    /// Begins a fenced transaction. Where the database went back meanwhile, it begins a new epoch.
    pub(crate) async fn begin_fenced(&self) -> Result<FencedTransaction, StoreError> {
        let mut transaction = self.fenced.begin(TIMEOUT).await?.fence().await?;
        let state = transaction.state();
        let mark = self.mark().known();
        if state.changes <= mark.changes {
            tracing::warn!(
                database = state.changes,
                mark = mark.changes,
                "the database is older than the mark beside the keys: a backup was restored, and a new epoch begins"
            );
            self.renew(&mut transaction, None).await?;
        } else if let Some(given) = self.mark().unknown_to(state.epoch, transaction.numbers()) {
            transaction.begin_numbers_above(given).await?;
        }
        Ok(transaction)
    }

    /// Begins an epoch of its own, as after restoring a backup: terminals will offer what they hold receipts for.
    ///
    /// # Errors
    /// The database fails.
    pub async fn new_epoch(&self) -> Result<HallState, StoreError> {
        self.new_epoch_above(None).await
    }

    /// The same; case numbers of days up to today begin above `last`, where that is known to be needed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn new_epoch_above(&self, last: Option<u32>) -> Result<HallState, StoreError> {
        let mut transaction = self.begin_fenced().await?;
        self.renew(&mut transaction, last).await?;
        let state = transaction.state();
        transaction.commit().await?;
        Ok(state)
    }

    /// What the database says at this moment, after a new epoch has begun if it went back: whoever asks a hall whose
    /// database was restored beneath it hears of that, though nobody writes.
    pub(super) async fn state_of_this_epoch(&self) -> Result<HallState, StoreError> {
        // Asked first: what is in the mark was seen to be committed, so that whoever looks now sees as much.
        let known = self.mark().known().changes;
        let state = self.state().await?;
        if state.changes >= known {
            return Ok(state);
        }
        self.begin_fenced().await?.commit().await?;
        self.state().await
    }

    async fn renew(&self, transaction: &mut FencedTransaction, above: Option<u32>) -> Result<(), StoreError> {
        // Another process may have come further.
        let mark = self.mark().read()?.changes.max(self.mark().known().changes);
        let epoch = Epoch(uuid::Uuid::now_v7());
        let changes = transaction.state().changes.max(mark + 1);
        transaction.set_epoch(epoch, changes).await?;
        let given = self.given_before(transaction.numbers().reach, above);
        tracing::info!(%epoch, day = given.day, above = given.last, "case numbers go on above");
        transaction.begin_numbers_above(given).await
    }

    /// How far numbers may have come in earlier lives.
    fn given_before(&self, reach: Reach, above: Option<u32>) -> Reach {
        // Tomorrow has begun somewhere, and a clock may be a little wrong.
        let today = self.clock.day(self.clock.now());
        let today = day_number(today.checked_add(1.day()).unwrap_or(today));
        match (above, self.mark().cases()) {
            (Some(last), known) => {
                let known = known.map_or(reach, |known| known.reach.with(reach));
                known.with(Reach { day: today, last: i64::from(last), terminal: 0 })
            }
            (None, Some(known)) => known.reach.with(reach),
            (None, None) => {
                let guessed = reach.guessed(today);
                tracing::warn!(
                    above = guessed.last,
                    "nothing is left of the mark of case numbers: if more were given on one day for one item since the \
                     backup, say `database new-epoch --cases-above N`"
                );
                guessed
            }
        }
    }
}

/// A day as in case numbers: 20261121.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

//! How terminals stand: up to which number they are known, and which took another's place.

use super::FleetStore;
use super::terminals::{self, report};
use crate::db::sql::{execute, exists, insert_rows, query_all, query_one};
use crate::db::{FencedTransaction, StoreError, Transaction};
use crate::fleet::domain::{Author, Mark, ordinal, registration};
use bianmin_protocol::ids::{Millis, TerminalId};
use bianmin_protocol::keys::PublicKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::standing::LastNumbers;
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;

impl FleetStore<'_> {
    /// The highest numbers of a terminal that came here or of which it told.
    pub(crate) async fn last_numbers(&self, id: &TerminalId) -> Result<LastNumbers, StoreError> {
        let sql = "SELECT t.numbers, n.last FROM terminal t LEFT JOIN terminal_number n ON n.terminal = t.id \
                   WHERE t.id = $1";
        let Some(row) = query_one(self.0.reader(), sql, [id.as_str().into()]).await? else {
            return Ok(LastNumbers::default());
        };
        let mut numbers = report(&row.try_get::<String>("", "numbers")?);
        let last: Option<i64> = row.try_get("", "last")?;
        let registration = last.and_then(|last| registration(id, last));
        numbers.raise(&LastNumbers { registration, tickets: Vec::new() }, id);
        Ok(numbers)
    }

    /// Whether what this terminal still holds does not come by itself: it was revoked, and none took its place.
    pub(crate) async fn is_stranded(&self, id: &TerminalId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS revoked FROM terminal t WHERE t.id = $1 AND t.revoked_at IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM terminal_successor s WHERE s.terminal = t.id)";
        Ok(exists(self.0.reader(), sql, [id.as_str().into()]).await?)
    }

    /// The terminals whose place this one took, and whether it was itself replaced without having been revoked before.
    pub(super) async fn lineage(&self, id: &TerminalId) -> Result<(Vec<Author>, bool), StoreError> {
        let sql = "SELECT s.terminal, s.was_revoked, t.public_key FROM terminal_successor s \
                   JOIN terminal t ON t.id = s.terminal WHERE s.successor = $1 OR s.terminal = $1";
        let mut authors = Vec::new();
        let mut was_replaced = false;
        for row in query_all(self.0.reader(), sql, [id.as_str().into()]).await? {
            let other: String = row.try_get("", "terminal")?;
            let was_revoked = row.try_get::<i64>("", "was_revoked")? != 0;
            if other == id.as_str() {
                was_replaced = !was_revoked;
                continue;
            }
            let key: Vec<u8> = row.try_get("", "public_key")?;
            authors.push(Author {
                id: TerminalId::parse(&other).map_err(|_| StoreError::Corrupt("terminal"))?,
                key: PublicKey::from_bytes(&key).map_err(|_| StoreError::Corrupt("terminal key"))?,
                mark: was_revoked.then_some(Mark::RevokedTerminal),
            });
        }
        Ok((authors, was_replaced))
    }
}

/// Notes the highest number of each terminal, of numbers that came here.
pub(crate) async fn raise_numbers(
    db: &Transaction,
    numbers: Vec<(&TerminalId, &RegistrationNumber)>,
) -> Result<(), StoreError> {
    let mut highest: BTreeMap<&str, i64> = BTreeMap::new();
    for (terminal, number) in numbers {
        let known = highest.entry(terminal.as_str()).or_default();
        *known = ordinal(number).max(*known);
    }
    insert_rows(
        db,
        "terminal_number (terminal, last)",
        highest.into_iter().map(|(terminal, last)| [terminal.into(), last.into()]).collect(),
        "ON CONFLICT (terminal) DO UPDATE SET last = excluded.last WHERE excluded.last > terminal_number.last",
    )
    .await?;
    Ok(())
}

/// Whether numbers under this id are known though no terminal of it is: after a restored backup.
pub(super) async fn has_numbers(db: &impl ConnectionTrait, id: &str) -> Result<bool, StoreError> {
    Ok(exists(db, "SELECT last FROM terminal_number WHERE terminal = $1", [id.into()]).await?)
}

/// A new terminal takes the place of an old one, whose enrolment ends with it. False if the old one's certificate is not
/// that of the terminal known here under its id.
pub(super) async fn replace(
    db: &FencedTransaction,
    old: &TerminalCertificate,
    new: &TerminalId,
    now: Millis,
) -> Result<bool, StoreError> {
    let id = old.terminal.as_str();
    let was_revoked = match terminals::row(db, id).await? {
        Some(row) if row.public_key != old.key.as_bytes() => return Ok(false),
        Some(row) => row.revoked_at.is_some(),
        // A restored backup knows nothing of it; nobody else shall have its id.
        None => {
            terminals::insert(db, old, Some(now)).await?;
            false
        }
    };
    terminals::end_enrolment(db, id, now).await?;
    // Whatever came into the old one's hands goes to the new one; and whoever asks again, since the answer was lost, has
    // not become suspect by it.
    let sql = "UPDATE terminal_successor SET successor = $1 WHERE successor = $2 OR terminal = $2";
    execute(db, sql, [new.as_str().into(), id.into()]).await?;
    execute(
        db,
        "INSERT INTO terminal_successor (terminal, successor, was_revoked, replaced_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
        [id.into(), new.as_str().into(), i64::from(was_revoked).into(), now.0.into()],
    )
    .await?;
    Ok(true)
}

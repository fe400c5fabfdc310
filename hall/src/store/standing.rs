//! How terminals stand: up to which number they are known, which took another's place, and what that means for the
//! applications that come from them.

use super::arrivals::Arrival;
use super::entity::terminal;
use super::terminals::KnownTerminal;
use super::{Store, StoreError, Transaction, execute, query_all, query_one};
use bianmin_protocol::ids::{ApplicationId, Millis, TerminalId};
use bianmin_protocol::keys::PublicKey;
use bianmin_protocol::receipt::TerminalCertificate;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::standing::LastNumbers;
use sea_orm::{ConnectionTrait, EntityTrait, Set, Statement, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows in one statement.
const ROWS: usize = 256;
/// Running numbers of one day.
const DAY: i64 = 10_000;

/// Who may have made an envelope.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub id: TerminalId,
    pub key: PublicKey,
    pub mark: Option<Mark>,
}

/// What staff must know of how an application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// It is signed by a terminal that was revoked: its key may be in other hands.
    RevokedTerminal,
    /// It is signed by a terminal of which this hall knows nothing but the certificate that it once gave.
    UnknownTerminal,
}

impl Mark {
    fn key(self) -> &'static str {
        match self {
            Self::RevokedTerminal => "revoked-terminal",
            Self::UnknownTerminal => "unknown-terminal",
        }
    }
}

impl Store {
    /// The highest numbers of a terminal that came here or of which it told.
    pub(crate) async fn last_numbers(&self, id: &TerminalId) -> Result<LastNumbers, StoreError> {
        let sql = "SELECT t.numbers, n.last FROM terminal t LEFT JOIN terminal_number n ON n.terminal = t.id \
                   WHERE t.id = $1";
        let Some(row) = query_one(self.reader(), sql, [id.as_str().into()]).await? else {
            return Ok(LastNumbers::default());
        };
        let mut numbers = told(&row.try_get::<String>("", "numbers")?);
        let last: Option<i64> = row.try_get("", "last")?;
        let registration = last.and_then(|last| {
            let (day, sequence) = (u32::try_from(last / DAY).ok()?, u16::try_from(last % DAY).ok()?);
            RegistrationNumber::from_parts(id.clone(), day, sequence).ok()
        });
        numbers.raise(&LastNumbers { registration, tickets: Vec::new() }, id);
        Ok(numbers)
    }

    /// Whether what this terminal still holds does not come by itself: it was revoked, and none took its place.
    pub(crate) async fn is_stranded(&self, id: &TerminalId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 AS revoked FROM terminal t WHERE t.id = $1 AND t.revoked_at IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM terminal_successor s WHERE s.terminal = t.id)";
        Ok(query_one(self.reader(), sql, [id.as_str().into()]).await?.is_some())
    }

    /// What staff must know of how an application came.
    ///
    /// # Errors
    /// The database fails.
    pub async fn mark_of(&self, id: ApplicationId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT mark FROM application_mark WHERE application_id = $1";
        let row = query_one(self.reader(), sql, [id.to_string().into()]).await?;
        Ok(row.map(|row| row.try_get("", "mark")).transpose()?)
    }

    /// The terminals whose place this one took, and whether it was itself replaced without having been revoked before.
    pub(super) async fn lineage(&self, id: &TerminalId) -> Result<(Vec<Author>, bool), StoreError> {
        let sql = "SELECT s.terminal, s.was_revoked, t.public_key FROM terminal_successor s \
                   JOIN terminal t ON t.id = s.terminal WHERE s.successor = $1 OR s.terminal = $1";
        let mut authors = Vec::new();
        let mut was_replaced = false;
        for row in query_all(self.reader(), sql, [id.as_str().into()]).await? {
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

impl KnownTerminal {
    /// Who signs for this terminal id in what this terminal sends: itself, or one whose place it took.
    pub(crate) fn author(&self, id: &TerminalId) -> Option<Author> {
        if self.id == *id {
            return Some(Author { id: self.id.clone(), key: self.key, mark: self.mark });
        }
        self.predecessors.iter().find(|author| author.id == *id).cloned()
    }

    /// Whether it may send files for applications of this terminal id.
    pub(crate) fn speaks_for(&self, id: &str) -> bool {
        self.id.as_str() == id || self.predecessors.iter().any(|author| author.id.as_str() == id)
    }
}

/// What a terminal told of its numbers; nothing if that cannot be read.
pub(super) fn told(text: &str) -> LastNumbers {
    serde_json::from_str(text).unwrap_or_default()
}

/// Notes, of arrivals that are being recorded, the highest number of each terminal, and for the new ones how they came.
pub(super) async fn note(db: &Transaction, arrivals: &[Arrival], fresh: &[usize]) -> Result<(), StoreError> {
    let mut highest: BTreeMap<&str, i64> = BTreeMap::new();
    for arrival in arrivals {
        let number = &arrival.registration;
        let last = i64::from(number.day()) * DAY + i64::from(number.sequence());
        let known = highest.entry(arrival.terminal.as_str()).or_insert(last);
        *known = last.max(*known);
    }
    let highest: Vec<(&str, i64)> = highest.into_iter().collect();
    for part in highest.chunks(ROWS) {
        let rows: Vec<String> =
            (0..part.len()).map(|row| format!("(${}, ${})", 2 * row + 1, 2 * row + 2)).collect();
        let sql = format!(
            "INSERT INTO terminal_number (terminal, last) VALUES {} ON CONFLICT (terminal) DO UPDATE \
             SET last = excluded.last WHERE excluded.last > terminal_number.last",
            rows.join(", ")
        );
        let values = part.iter().flat_map(|(id, last)| -> [Value; 2] { [(*id).into(), (*last).into()] });
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    }
    for arrival in fresh.iter().map(|index| &arrivals[*index]) {
        let Some(mark) = arrival.mark else { continue };
        let sql =
            "INSERT INTO application_mark (application_id, mark) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        execute(db, sql, [arrival.id.to_string().into(), mark.key().into()]).await?;
    }
    Ok(())
}

/// Whether numbers under this id are known though no terminal of it is: after a restored backup.
pub(super) async fn has_numbers(db: &impl ConnectionTrait, id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT last FROM terminal_number WHERE terminal = $1";
    Ok(query_one(db, sql, [id.into()]).await?.is_some())
}

/// A new terminal takes the place of an old one, whose enrolment ends with it. False if the old one's certificate is not
/// that of the terminal known here under its id.
pub(super) async fn replace(
    db: &Transaction,
    old: &TerminalCertificate,
    new: &TerminalId,
    now: Millis,
) -> Result<bool, StoreError> {
    let id = old.terminal.as_str();
    let known = terminal::Entity::find_by_id(id).one(db).await?;
    let was_revoked = match known {
        Some(row) if row.public_key != old.key.as_bytes() => return Ok(false),
        Some(row) => row.revoked_at.is_some(),
        // A restored backup knows nothing of it; nobody else shall have its id.
        None => {
            let mut row = super::terminals::row(old);
            row.revoked_at = Set(Some(now.0));
            terminal::Entity::insert(row).exec_without_returning(db).await?;
            false
        }
    };
    execute(
        db,
        "UPDATE terminal SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
        [now.0.into(), id.into()],
    )
    .await?;
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

/// Who is told of changes of this terminal's cases: itself, or the one that took its place.
pub(super) async fn hears_for(db: &impl ConnectionTrait, terminal: &str) -> Result<String, StoreError> {
    let sql = "SELECT successor FROM terminal_successor WHERE terminal = $1";
    match query_one(db, sql, [terminal.into()]).await? {
        Some(row) => Ok(row.try_get("", "successor")?),
        None => Ok(terminal.to_owned()),
    }
}

//! Browsers that are signed in. Only the digest of what a browser shows is stored.

use super::{By, StaffStore, lock, member};
use crate::db::StoreError;
use crate::db::sql::{execute, query_all, query_one};
use crate::staff::domain::{SessionHash, StaffId, StaffMember, Stage};
use bianmin_protocol::ids::Millis;
use sea_orm::QueryResult;
use serde_json::json;

/// The most sessions of one person; a further one ends the oldest.
const MOST: i64 = 16;
/// That a session is used is noted no more often than this, in milliseconds: a page is no write.
const NOTED_EVERY: i64 = 60_000;

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    /// What is stored of its id.
    pub hash: SessionHash,
    /// Whose it is.
    pub staff: StaffId,
    /// How far they have signed in.
    pub stage: Stage,
    /// When it began.
    pub begun_at: Millis,
    /// When it was last used, to the minute.
    pub used_at: Millis,
}

/// What must still be true when a session begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof<'a> {
    /// Their password has this slow hash.
    Password(&'a str),
    /// They have a session that this one takes the place of.
    Session(&'a SessionHash),
}

impl StaffStore<'_> {
    /// Begins a session. `replaces` is one that the same browser showed, whosever it was; it ends. False if what was proved
    /// is not true any more.
    pub(crate) async fn begin_session(
        &self,
        session: &Session,
        proof: Proof<'_>,
        replaces: Option<&SessionHash>,
        by: &By<'_>,
    ) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let id = session.staff.to_string();
        let is_enabled = lock(&transaction, session.staff).await?;
        let is_proved = match proof {
            Proof::Password(hash) => {
                let sql = "SELECT staff FROM staff_credential WHERE staff = $1 AND password_hash = $2";
                query_one(&transaction, sql, [id.clone().into(), hash.into()]).await?.is_some()
            }
            Proof::Session(hash) => {
                let sql = "DELETE FROM staff_session WHERE id_hash = $1 AND staff = $2";
                execute(&transaction, sql, [hash.as_str().into(), id.clone().into()]).await? > 0
            }
        };
        if !is_enabled || !is_proved {
            transaction.rollback().await?;
            return Ok(false);
        }
        if let Some(hash) = replaces {
            let sql = "DELETE FROM staff_session WHERE id_hash = $1";
            execute(&transaction, sql, [hash.as_str().into()]).await?;
        }
        let sql = "DELETE FROM staff_session WHERE staff = $1 AND id_hash NOT IN \
                   (SELECT id_hash FROM staff_session WHERE staff = $1 ORDER BY begun_at DESC, id_hash LIMIT $2)";
        execute(&transaction, sql, [id.clone().into(), (MOST - 1).into()]).await?;
        let sql = "INSERT INTO staff_session (id_hash, staff, stage, begun_at, used_at) VALUES ($1, $2, $3, $4, $5)";
        let values = [
            session.hash.as_str().into(),
            id.into(),
            session.stage.key().into(),
            session.begun_at.0.into(),
            session.used_at.0.into(),
        ];
        execute(&transaction, sql, values).await?;
        let stage = json!({ "stage": session.stage.key() });
        by.note(&transaction, session.staff, "session-begun", stage).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// The session of this digest, and whose it is. Whether it is over is not looked at.
    pub(crate) async fn session(
        &self,
        hash: &SessionHash,
    ) -> Result<Option<(Session, StaffMember)>, StoreError> {
        let sql = "SELECT id_hash, staff, stage, begun_at, used_at FROM staff_session WHERE id_hash = $1";
        let db = self.0.reader();
        let Some(row) = query_one(db, sql, [hash.as_str().into()]).await? else { return Ok(None) };
        let session = session(&row)?;
        let member = self.member(session.staff).await?;
        Ok(member.map(|member| (session, member)))
    }

    /// Notes that a session is used, if that was not noted just now.
    pub(crate) async fn note_use(&self, session: &Session, now: Millis) -> Result<(), StoreError> {
        if now.0.saturating_sub(session.used_at.0) < NOTED_EVERY {
            return Ok(());
        }
        let transaction = self.0.begin().await?;
        let sql = "UPDATE staff_session SET used_at = $1 WHERE id_hash = $2 AND used_at < $1";
        execute(&transaction, sql, [now.0.into(), session.hash.as_str().into()]).await?;
        transaction.commit().await
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, session: &Session, by: &By<'_>) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        let sql = "DELETE FROM staff_session WHERE id_hash = $1";
        if execute(&transaction, sql, [session.hash.as_str().into()]).await? > 0 {
            by.note(&transaction, session.staff, "signed-out", json!({})).await?;
        }
        transaction.commit().await
    }

    /// Signs somebody out everywhere.
    pub(crate) async fn end_all_sessions(&self, id: StaffId, by: &By<'_>) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        lock(&transaction, id).await?;
        member::end_sessions(&transaction, id).await?;
        by.note(&transaction, id, "signed-out-everywhere", json!({})).await?;
        transaction.commit().await
    }

    /// Somebody's sessions, the newest first.
    pub(crate) async fn sessions(&self, id: StaffId) -> Result<Vec<Session>, StoreError> {
        let sql = "SELECT id_hash, staff, stage, begun_at, used_at FROM staff_session WHERE staff = $1 \
                   ORDER BY begun_at DESC, id_hash LIMIT $2";
        let rows = query_all(self.0.reader(), sql, [id.to_string().into(), MOST.into()]).await?;
        rows.iter().map(session).collect()
    }

    /// Removes sessions that began before a time: none of them is good any more.
    pub(crate) async fn remove_sessions_before(&self, time: Millis) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        execute(&transaction, "DELETE FROM staff_session WHERE begun_at < $1", [time.0.into()]).await?;
        transaction.commit().await
    }
}

fn session(row: &QueryResult) -> Result<Session, StoreError> {
    const UNREADABLE: StoreError = StoreError::Corrupt("session");
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(Session {
        hash: SessionHash::from_stored(text("id_hash")?),
        staff: StaffId::parse(&text("staff")?).ok_or(UNREADABLE)?,
        stage: Stage::from_key(&text("stage")?).ok_or(UNREADABLE)?,
        begun_at: Millis(row.try_get("", "begun_at")?),
        used_at: Millis(row.try_get("", "used_at")?),
    })
}

//! What somebody signs in with: the slow hashes of a password and of a one-time code, and the sealed second factor.

use super::{By, StaffStore, lock, member};
use crate::db::StoreError;
use crate::db::sql::{execute, query_one};
use crate::staff::domain::{LoginName, SessionHash, StaffId, StaffMember};
use bianmin_locale::Language;
use bianmin_protocol::ids::Millis;
use sea_orm::Value;
use serde_json::json;

/// What somebody signs in with.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    /// Who it is.
    pub member: StaffMember,
    /// The slow hash of their password.
    pub password_hash: Option<String>,
    /// The slow hash of their one-time code, and until when it is good.
    pub setup: Option<(String, Millis)>,
    /// The secret of their second factor, sealed.
    pub totp: Option<Vec<u8>>,
    /// One that they were shown and have not confirmed.
    pub totp_pending: Option<Vec<u8>>,
}

impl StaffStore<'_> {
    /// What somebody of this login name signs in with.
    pub(crate) async fn credential(&self, login_name: &LoginName) -> Result<Option<Credential>, StoreError> {
        let db = self.0.reader();
        let Some(member) = self.find(login_name).await? else { return Ok(None) };
        let sql = "SELECT password_hash, setup_hash, setup_expires_at, totp_sealed, totp_pending FROM staff_credential \
                   WHERE staff = $1";
        let Some(row) = query_one(db, sql, [member.id.to_string().into()]).await? else { return Ok(None) };
        let setup_hash: Option<String> = row.try_get("", "setup_hash")?;
        let expires_at: Option<i64> = row.try_get("", "setup_expires_at")?;
        Ok(Some(Credential {
            member,
            password_hash: row.try_get("", "password_hash")?,
            setup: setup_hash.zip(expires_at.map(Millis)),
            totp: row.try_get("", "totp_sealed")?,
            totp_pending: row.try_get("", "totp_pending")?,
        }))
    }

    /// Sets the first password of somebody with a one-time code, which is then used up. False if it was used meanwhile.
    pub(crate) async fn set_first_password(
        &self,
        id: StaffId,
        setup_hash: &str,
        password_hash: &str,
        by: &By<'_>,
    ) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        lock(&transaction, id).await?;
        let sql = "UPDATE staff_credential SET password_hash = $1, password_set_at = $2, setup_hash = NULL, \
                   setup_expires_at = NULL WHERE staff = $3 AND setup_hash = $4";
        let values = [password_hash.into(), by.at.0.into(), id.to_string().into(), setup_hash.into()];
        let is_set = execute(&transaction, sql, values).await? > 0;
        member::end_sessions(&transaction, id).await?;
        if is_set {
            by.note(&transaction, id, "first-password", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(is_set)
    }

    /// Changes somebody's password, and signs them out everywhere but in one session. False if it was another meanwhile.
    pub(crate) async fn change_password(
        &self,
        id: StaffId,
        old_hash: &str,
        new_hash: &str,
        keep: &SessionHash,
        by: &By<'_>,
    ) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        lock(&transaction, id).await?;
        let sql = "UPDATE staff_credential SET password_hash = $1, password_set_at = $2 \
                   WHERE staff = $3 AND password_hash = $4";
        let values = [new_hash.into(), by.at.0.into(), id.to_string().into(), old_hash.into()];
        let is_changed = execute(&transaction, sql, values).await? > 0;
        if is_changed {
            let sql = "DELETE FROM staff_session WHERE staff = $1 AND id_hash <> $2";
            execute(&transaction, sql, [id.to_string().into(), keep.as_str().into()]).await?;
            by.note(&transaction, id, "password-changed", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(is_changed)
    }

    /// Keeps the sealed secret of a second factor that somebody is shown, until they confirm it.
    pub(crate) async fn offer_totp(&self, id: StaffId, sealed: Vec<u8>) -> Result<(), StoreError> {
        let sql = "UPDATE staff_credential SET totp_pending = $1 WHERE staff = $2";
        self.change(sql, [sealed.into(), id.to_string().into()]).await?;
        Ok(())
    }

    /// From now on this sealed secret is somebody's second factor. False if it was not the last that they were shown.
    pub(crate) async fn confirm_totp(
        &self,
        id: StaffId,
        sealed: Vec<u8>,
        step: i64,
        by: &By<'_>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE staff_credential SET totp_sealed = totp_pending, totp_pending = NULL, totp_step = $1 \
                   WHERE staff = $2 AND totp_pending = $3";
        let transaction = self.0.begin().await?;
        let values = [step.into(), id.to_string().into(), sealed.into()];
        let is_confirmed = execute(&transaction, sql, values).await? > 0;
        if is_confirmed {
            by.note(&transaction, id, "second-factor-on", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(is_confirmed)
    }

    /// Takes a code of somebody's second factor, by its step, once. False if it or a later one was taken before.
    pub(crate) async fn take_totp_step(&self, id: StaffId, step: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE staff_credential SET totp_step = $1 WHERE staff = $2 AND totp_step < $1";
        self.change(sql, [step.into(), id.to_string().into()]).await
    }

    /// From now on somebody has no second factor.
    pub(crate) async fn remove_totp(&self, id: StaffId, by: &By<'_>) -> Result<(), StoreError> {
        let sql = "UPDATE staff_credential SET totp_sealed = NULL, totp_pending = NULL WHERE staff = $1";
        let transaction = self.0.begin().await?;
        execute(&transaction, sql, [id.to_string().into()]).await?;
        by.note(&transaction, id, "second-factor-off", json!({})).await?;
        transaction.commit().await
    }

    /// Remembers the language that somebody chose.
    pub(crate) async fn set_language(&self, id: StaffId, language: Language) -> Result<(), StoreError> {
        let sql = "UPDATE staff SET language = $1 WHERE id = $2";
        self.change(sql, [language.tag().into(), id.to_string().into()]).await?;
        Ok(())
    }

    async fn change(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let is_changed = execute(&transaction, sql, values).await? > 0;
        transaction.commit().await?;
        Ok(is_changed)
    }
}

//! What is kept of applications, to be found and read again.

use super::IntakeStore;
use crate::cases::ListPlace;
use crate::db::StoreError;
use crate::db::sql::{query_all, query_one};
use crate::intake::domain::{RefusedApplication, StoredApplication};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, Millis};
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_protocol::v1::Refusal;
use sea_orm::QueryResult;

pub(crate) const REFUSALS: &str = "SELECT id, registration, item, refusal, received_at FROM application \
     WHERE refusal IS NOT NULL AND (received_at, id) < ($1, $2) ORDER BY received_at DESC, id DESC LIMIT $3";

impl IntakeStore<'_> {
    /// The newest applications that were refused, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refusals(&self, limit: u32) -> Result<Vec<RefusedApplication>, StoreError> {
        self.refusals_after(&ListPlace::BEGINNING, limit).await
    }

    /// Applications that were refused, newest first, after a place in the list, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn refusals_after(
        &self,
        after: &ListPlace,
        limit: u32,
    ) -> Result<Vec<RefusedApplication>, StoreError> {
        let values = [after.received_at.0.into(), after.id.as_str().into(), i64::from(limit).into()];
        query_all(self.0.reader(), REFUSALS, values).await?.iter().map(refused).collect()
    }

    /// The place in lists of an application; none if it is unknown.
    ///
    /// # Errors
    /// The database fails.
    pub async fn place(&self, id: ApplicationId) -> Result<Option<ListPlace>, StoreError> {
        let sql = "SELECT received_at FROM application WHERE id = $1";
        let Some(row) = query_one(self.0.reader(), sql, [id.to_string().into()]).await? else {
            return Ok(None);
        };
        Ok(Some(ListPlace { received_at: Millis(row.try_get("", "received_at")?), id: id.to_string() }))
    }

    /// The id behind what a person gives: an application id, a registration number or a case number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find_application(&self, text: &str) -> Result<Option<ApplicationId>, StoreError> {
        let (sql, value) = if let Ok(id) = text.parse::<ApplicationId>() {
            ("SELECT id FROM application WHERE id = $1", id.to_string())
        } else if let Ok(number) = RegistrationNumber::parse(text) {
            ("SELECT id FROM application WHERE registration = $1", number.to_string())
        } else {
            let found = self.0.cases().application_of(text).await?;
            return found.map(|id| parse_id(&id)).transpose();
        };
        let row = query_one(self.0.reader(), sql, [value.into()]).await?;
        row.map(|row| parse_id(&row.try_get::<String>("", "id")?)).transpose()
    }

    /// Everything kept of an application.
    ///
    /// # Errors
    /// The database fails or holds something unreadable.
    pub async fn application(&self, id: ApplicationId) -> Result<Option<StoredApplication>, StoreError> {
        let sql = "SELECT envelope, received_at, refusal FROM application WHERE id = $1";
        let row = query_one(self.0.reader(), sql, [id.to_string().into()]).await?;
        row.map(|row| stored(&row)).transpose()
    }

    /// The digest of what was received under an id.
    pub(crate) async fn digest_of(&self, id: ApplicationId) -> Result<Option<Digest>, StoreError> {
        let sql = "SELECT digest FROM application WHERE id = $1";
        let row = query_one(self.0.reader(), sql, [id.to_string().into()]).await?;
        row.map(|row| digest(&row)).transpose()
    }

    /// What staff must know of how an application came.
    ///
    /// # Errors
    /// The database fails.
    pub async fn mark_of(&self, id: ApplicationId) -> Result<Option<String>, StoreError> {
        let sql = "SELECT mark FROM application_mark WHERE application_id = $1";
        let row = query_one(self.0.reader(), sql, [id.to_string().into()]).await?;
        Ok(row.map(|row| row.try_get("", "mark")).transpose()?)
    }
}

fn parse_id(text: &str) -> Result<ApplicationId, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt("application id"))
}

fn parse_refusal(text: &str) -> Result<Refusal, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("refusal"))
}

/// The digest of a row's envelope.
pub(super) fn digest(row: &QueryResult) -> Result<Digest, StoreError> {
    let bytes: Vec<u8> = row.try_get("", "digest")?;
    Ok(Digest(bytes.try_into().map_err(|_| StoreError::Corrupt("digest"))?))
}

fn refused(row: &QueryResult) -> Result<RefusedApplication, StoreError> {
    Ok(RefusedApplication {
        application_id: row.try_get("", "id")?,
        registration: row.try_get("", "registration")?,
        item: row.try_get("", "item")?,
        reason: parse_refusal(&row.try_get::<String>("", "refusal")?)?,
        received_at: Millis(row.try_get("", "received_at")?),
    })
}

fn stored(row: &QueryResult) -> Result<StoredApplication, StoreError> {
    let envelope: Vec<u8> = row.try_get("", "envelope")?;
    let refusal: Option<String> = row.try_get("", "refusal")?;
    Ok(StoredApplication {
        envelope: serde_json::from_slice(&envelope).map_err(|_| StoreError::Corrupt("envelope"))?,
        received_at: Millis(row.try_get("", "received_at")?),
        refusal: refusal.map(|text| parse_refusal(&text)).transpose()?,
    })
}

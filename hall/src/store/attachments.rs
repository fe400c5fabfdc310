//! Files that follow an application, chunk by chunk, kept sealed.

use super::cases::change_case;
use super::entity::attachment;
use super::terminals::KnownTerminal;
use super::{Store, StoreError, execute, query_all, query_one};
use bianmin_protocol::application::AttachmentEntry;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::{ApplicationId, MaterialCode, Millis};
use bianmin_protocol::v1::{AttachmentProgress, AttachmentState};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashSet;

/// One file that is to follow.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub entry: AttachmentEntry,
    pub complete: bool,
}

impl Store {
    /// What is to follow an application for which this terminal speaks; `None` if it has no such case.
    pub(crate) async fn expected(
        &self,
        id: ApplicationId,
        terminal: &KnownTerminal,
    ) -> Result<Option<Vec<Expected>>, StoreError> {
        let row = query_one(
            self.reader(),
            "SELECT a.terminal FROM application a JOIN case_file c ON c.id = a.id WHERE a.id = $1",
            [id.to_string().into()],
        )
        .await?;
        let author = row.map(|row| row.try_get::<String>("", "terminal")).transpose()?;
        if !author.is_some_and(|author| terminal.speaks_for(&author)) {
            return Ok(None);
        }
        Ok(Some(expected(self.reader(), id).await?))
    }

    /// Which chunks are still wanted.
    pub(crate) async fn attachment_state(
        &self,
        id: ApplicationId,
        expected: &[Expected],
    ) -> Result<AttachmentState, StoreError> {
        let rows = query_all(
            self.reader(),
            "SELECT material, number FROM chunk WHERE application_id = $1",
            [id.to_string().into()],
        )
        .await?;
        let mut present: HashSet<(String, i64)> = HashSet::with_capacity(rows.len());
        for row in rows {
            present.insert((row.try_get("", "material")?, row.try_get("", "number")?));
        }
        let attachments = expected
            .iter()
            .map(|one| {
                let material = one.entry.material.to_string();
                let missing = (0..one.entry.chunks)
                    .filter(|index| {
                        !one.complete && !present.contains(&(material.clone(), i64::from(*index)))
                    })
                    .collect();
                AttachmentProgress { material: one.entry.material.clone(), missing }
            })
            .collect();
        Ok(AttachmentState { attachments })
    }

    /// Keeps a chunk; the same chunk again changes nothing, another one in its place replaces it. Returns how
    /// many chunks of this material are there.
    pub(crate) async fn put_chunk(
        &self,
        id: ApplicationId,
        material: &MaterialCode,
        number: u32,
        content: &[u8],
    ) -> Result<u32, StoreError> {
        let transaction = self.begin().await?;
        execute(
            &transaction,
            "INSERT INTO chunk (application_id, material, number, digest, content) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (application_id, material, number) \
             DO UPDATE SET digest = excluded.digest, content = excluded.content WHERE chunk.digest <> excluded.digest",
            [
                id.to_string().into(),
                material.as_str().into(),
                i64::from(number).into(),
                Digest::of(content).0.to_vec().into(),
                content.to_vec().into(),
            ],
        )
        .await?;
        let row = query_one(
            &transaction,
            "SELECT COUNT(*) AS present FROM chunk WHERE application_id = $1 AND material = $2",
            [id.to_string().into(), material.as_str().into()],
        )
        .await?
        .ok_or(StoreError::Corrupt("chunk"))?;
        transaction.commit().await?;
        Ok(row.try_get::<i64>("", "present")? as u32)
    }

    /// The sealed chunks of a file in order.
    pub(crate) async fn chunks(
        &self,
        id: ApplicationId,
        material: &MaterialCode,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let rows = query_all(
            self.reader(),
            "SELECT content FROM chunk WHERE application_id = $1 AND material = $2 ORDER BY number",
            [id.to_string().into(), material.as_str().into()],
        )
        .await?;
        Ok(rows.iter().map(|row| row.try_get("", "content")).collect::<Result<_, _>>()?)
    }

    /// Forgets the chunks of a file that does not fit its description, so that it is sent again.
    pub(crate) async fn drop_chunks(
        &self,
        id: ApplicationId,
        material: &MaterialCode,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        execute(
            &transaction,
            "DELETE FROM chunk WHERE application_id = $1 AND material = $2",
            [id.to_string().into(), material.as_str().into()],
        )
        .await?;
        transaction.commit().await
    }

    /// Marks a file as whole. With the last one the case is received, or, where one of them cannot be opened,
    /// a supplement is asked for in the words of `unreadable`.
    pub(crate) async fn complete_attachment(
        &self,
        id: ApplicationId,
        material: &MaterialCode,
        readable: bool,
        unreadable: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let marked = execute(
            &transaction,
            "UPDATE attachment SET completed_at = $1, readable = $2 \
             WHERE application_id = $3 AND material = $4 AND completed_at IS NULL",
            [now.0.into(), i64::from(readable).into(), id.to_string().into(), material.as_str().into()],
        )
        .await?;
        if marked == 0 {
            return transaction.rollback().await;
        }
        let row = query_one(
            &transaction,
            "SELECT c.state, \
             (SELECT COUNT(*) FROM attachment WHERE application_id = $1 AND completed_at IS NULL) AS waiting, \
             (SELECT COUNT(*) FROM attachment WHERE application_id = $1 AND readable = 0) AS broken \
             FROM case_file c WHERE c.id = $1",
            [id.to_string().into()],
        )
        .await?
        .ok_or(StoreError::Corrupt("case"))?;
        let state: String = row.try_get("", "state")?;
        let waiting: i64 = row.try_get("", "waiting")?;
        let broken: i64 = row.try_get("", "broken")?;
        // Staff may have decided meanwhile; then the files only complete the record.
        if waiting == 0 && state == CaseState::AwaitingFiles.key() {
            let (state, remark) =
                if broken == 0 { (CaseState::Received, "") } else { (CaseState::Supplement, unreadable) };
            change_case(&transaction, id, state, remark, now).await?;
        }
        transaction.commit().await
    }
}

async fn expected(db: &impl ConnectionTrait, id: ApplicationId) -> Result<Vec<Expected>, StoreError> {
    attachment::Entity::find()
        .filter(attachment::Column::ApplicationId.eq(id.to_string()))
        .order_by_asc(attachment::Column::Material)
        .all(db)
        .await?
        .into_iter()
        .map(|row| {
            let entry = serde_json::from_str(&row.entry).map_err(|_| StoreError::Corrupt("attachment"))?;
            Ok(Expected { entry, complete: row.completed_at.is_some() })
        })
        .collect()
}

//! Files that follow an application, chunk by chunk, kept sealed.

use super::IntakeStore;
use crate::cases::{self, RecordContext};
use crate::db::StoreError;
use crate::db::sql::{execute, query_all, query_one};
use crate::fleet::KnownTerminal;
use crate::intake::domain::ExpectedFile;
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use std::collections::HashSet;

impl IntakeStore<'_> {
    /// What is to follow an application for which this terminal speaks; `None` if it has no such case.
    pub(crate) async fn expected(
        &self,
        id: ApplicationId,
        terminal: &KnownTerminal,
    ) -> Result<Option<Vec<ExpectedFile>>, StoreError> {
        let row = query_one(
            self.0.reader(),
            "SELECT a.terminal FROM application a JOIN case_file c ON c.id = a.id WHERE a.id = $1",
            [id.to_string().into()],
        )
        .await?;
        let author = row.map(|row| row.try_get::<String>("", "terminal")).transpose()?;
        if !author.is_some_and(|author| terminal.speaks_for(&author)) {
            return Ok(None);
        }
        let rows = query_all(
            self.0.reader(),
            "SELECT entry, completed_at FROM attachment WHERE application_id = $1 ORDER BY material",
            [id.to_string().into()],
        )
        .await?;
        let files = rows.iter().map(|row| {
            let entry: String = row.try_get("", "entry")?;
            Ok(ExpectedFile {
                entry: serde_json::from_str(&entry).map_err(|_| StoreError::Corrupt("attachment"))?,
                complete: row.try_get::<Option<i64>>("", "completed_at")?.is_some(),
            })
        });
        files.collect::<Result<_, StoreError>>().map(Some)
    }

    /// Which chunks are still wanted, for each file.
    pub(crate) async fn missing_chunks(
        &self,
        id: ApplicationId,
        expected: &[ExpectedFile],
    ) -> Result<Vec<(MaterialCode, Vec<u32>)>, StoreError> {
        let rows = query_all(
            self.0.reader(),
            "SELECT material, number FROM chunk WHERE application_id = $1",
            [id.to_string().into()],
        )
        .await?;
        let mut present: HashSet<(String, i64)> = HashSet::with_capacity(rows.len());
        for row in rows {
            present.insert((row.try_get("", "material")?, row.try_get("", "number")?));
        }
        let missing = |file: &ExpectedFile| {
            let material = file.entry.material.to_string();
            let is_missing =
                |index: &u32| !file.complete && !present.contains(&(material.clone(), i64::from(*index)));
            (file.entry.material.clone(), (0..file.entry.chunks).filter(is_missing).collect())
        };
        Ok(expected.iter().map(missing).collect())
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
        let transaction = self.0.begin().await?;
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
        transaction.commit().await?;
        // Counted after the commit: of two halls that commit the last two chunks together, one sees both.
        let row = query_one(
            self.0.reader(),
            "SELECT COUNT(*) AS present FROM chunk WHERE application_id = $1 AND material = $2",
            [id.to_string().into(), material.as_str().into()],
        )
        .await?
        .ok_or(StoreError::Corrupt("chunk"))?;
        Ok(row.try_get::<i64>("", "present")? as u32)
    }

    /// The sealed chunks of a file in order.
    pub(crate) async fn chunks(
        &self,
        id: ApplicationId,
        material: &MaterialCode,
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let rows = query_all(
            self.0.reader(),
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
        let transaction = self.0.begin().await?;
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
        context: &RecordContext,
    ) -> Result<(), StoreError> {
        let transaction = self.0.begin_fenced().await?;
        let marked = execute(
            &transaction,
            "UPDATE attachment SET completed_at = $1, readable = $2 \
             WHERE application_id = $3 AND material = $4 AND completed_at IS NULL",
            [
                context.now.0.into(),
                i64::from(readable).into(),
                id.to_string().into(),
                material.as_str().into(),
            ],
        )
        .await?;
        if marked == 0 {
            return transaction.rollback().await;
        }
        let row = query_one(
            &transaction,
            "SELECT \
             (SELECT COUNT(*) FROM attachment WHERE application_id = $1 AND completed_at IS NULL) AS waiting, \
             (SELECT COUNT(*) FROM attachment WHERE application_id = $1 AND readable = 0) AS broken",
            [id.to_string().into()],
        )
        .await?
        .ok_or(StoreError::Corrupt("attachment"))?;
        let (waiting, broken): (i64, i64) = (row.try_get("", "waiting")?, row.try_get("", "broken")?);
        if waiting == 0 {
            cases::complete_files(&transaction, id, broken == 0, unreadable, context).await?;
        }
        transaction.commit().await
    }
}

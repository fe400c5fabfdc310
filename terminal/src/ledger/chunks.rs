//! Sealed chunks of attachments, each until the hall has it.

use super::{Ledger, LedgerError};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::ids::{ApplicationId, MaterialCode};
use rusqlite::{OptionalExtension as _, params};

/// Names one sealed chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkRef {
    /// The application.
    pub application_id: ApplicationId,
    /// The material.
    pub material: MaterialCode,
    /// Its place, from 0.
    pub index: u32,
}

impl Ledger {
    /// Chunks to be sent, of applications that the hall has.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn chunks_waiting(&self, limit: usize) -> Result<Vec<ChunkRef>, LedgerError> {
        self.repaired(|| self.find_chunks(limit))
    }

    fn find_chunks(&self, limit: usize) -> Result<Vec<ChunkRef>, LedgerError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT a.id, c.material, c.place FROM chunk c JOIN application a USING (sequence)
             JOIN outcome o USING (sequence)
             WHERE c.sent = 0 AND o.state = 'acknowledged' ORDER BY c.sequence, c.material, c.place LIMIT ?1",
        )?;
        let rows = statement.query_map([limit as i64], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?, row.get::<_, u32>(2)?))
        })?;
        let mut chunks = Vec::new();
        for row in rows {
            let (id, material, index) = row?;
            if let (Ok(id), Ok(material)) = (uuid::Uuid::from_slice(&id), MaterialCode::parse(&material)) {
                chunks.push(ChunkRef { application_id: ApplicationId(id), material, index });
            }
        }
        Ok(chunks)
    }

    /// The bytes of a chunk; none if it is gone or damaged.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub fn chunk(&self, chunk: &ChunkRef) -> Result<Option<Vec<u8>>, LedgerError> {
        self.repaired(|| self.read_chunk(chunk))
    }

    fn read_chunk(&self, chunk: &ChunkRef) -> Result<Option<Vec<u8>>, LedgerError> {
        let connection = self.connection();
        let row: Option<(Vec<u8>, Vec<u8>)> = connection
            .prepare_cached(
                "SELECT c.bytes, c.digest FROM chunk c JOIN application a USING (sequence)
                 WHERE a.id = ?1 AND c.material = ?2 AND c.place = ?3",
            )?
            .query_row(
                params![chunk.application_id.as_bytes().as_slice(), chunk.material.as_str(), chunk.index],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(row.and_then(|(bytes, digest)| (Digest::of(&bytes).0.as_slice() == digest).then_some(bytes)))
    }

    /// Records that the hall has a chunk; the bytes go with the application's sealed body.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub fn chunk_sent(&self, chunk: &ChunkRef) -> Result<(), LedgerError> {
        let sql = if self.inner.keep_sealed.is_zero() {
            "DELETE FROM chunk WHERE material = ?2 AND place = ?3
             AND sequence = (SELECT sequence FROM application WHERE id = ?1)"
        } else {
            "UPDATE chunk SET sent = 1 WHERE material = ?2 AND place = ?3
             AND sequence = (SELECT sequence FROM application WHERE id = ?1)"
        };
        self.write(|transaction| {
            transaction.prepare_cached(sql)?.execute(params![
                chunk.application_id.as_bytes().as_slice(),
                chunk.material.as_str(),
                chunk.index
            ])?;
            Ok(())
        })
    }
}

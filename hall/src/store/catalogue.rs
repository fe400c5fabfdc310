//! The catalogue in the database: every version of every item, which revision holds which, and the signed
//! bundles of the newest revisions.

use super::entity::{item_span, item_version, revision};
use super::{Present, Store, StoreError, Transaction, execute, query_all, query_one};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::SignedManifest;
use bianmin_protocol::ids::{ItemCode, Millis, Revision};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// An item's version and the digest of its exact bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ItemMark {
    pub version: u32,
    pub digest: Digest,
}

/// A revision as it is published.
#[derive(Debug)]
pub(crate) struct StoredRevision {
    pub revision: Revision,
    pub manifest: SignedManifest,
    pub bundle: Vec<u8>,
}

/// A version of an item that was not there before.
#[derive(Debug)]
pub(crate) struct NewVersion {
    pub code: String,
    pub version: u32,
    pub digest: Digest,
    pub content: Arc<str>,
}

/// Until when the newest versions are held.
const FOR_NOW: i64 = i64::MAX;
/// Bundles that are kept, so that a terminal in mid-download can finish.
const BUNDLES: i64 = 3;
/// Rows in one statement.
const ROWS: usize = 256;
/// Versions added in one transaction: some megabytes.
const SHARE: usize = 1024;
/// SQLite lets whoever waits look again after up to 100 ms: between two shares others get their turn.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

impl Store {
    /// Items held by a revision, by code.
    pub(crate) async fn items_of(&self, at: Revision) -> Result<BTreeMap<String, ItemMark>, StoreError> {
        items_of(self.reader(), at.0 as i64).await
    }

    /// Items held by a revision in order of code, after this one, at most `limit`: code, version and content.
    pub(crate) async fn items_after(
        &self,
        at: Revision,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, u32, String)>, StoreError> {
        let rows = query_all(
            self.reader(),
            "SELECT s.code, s.version, i.content FROM item_span s \
             JOIN item_version i ON i.code = s.code AND i.version = s.version \
             WHERE s.since <= $1 AND s.until > $1 AND s.code > $2 ORDER BY s.code LIMIT $3",
            [(at.0 as i64).into(), after.into(), i64::from(limit).into()],
        )
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "code")?, version(row)?, row.try_get("", "content")?)))
            .collect()
    }

    /// The exact bytes of some versions.
    pub(crate) async fn contents(
        &self,
        wanted: &[(String, u32)],
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut contents = HashMap::with_capacity(wanted.len());
        for part in wanted.chunks(ROWS) {
            let codes = part.iter().map(|(code, _)| code.as_str());
            let rows = item_version::Entity::find()
                .filter(item_version::Column::Code.is_in(codes))
                .all(self.reader())
                .await?;
            let wanted: HashMap<&str, i64> =
                part.iter().map(|(code, version)| (code.as_str(), i64::from(*version))).collect();
            for row in rows {
                if wanted.get(row.code.as_str()) == Some(&row.version) {
                    contents.insert(row.code, row.content);
                }
            }
        }
        Ok(contents)
    }

    /// One version of an item, however old.
    pub(crate) async fn item_content(
        &self,
        code: &ItemCode,
        version: u32,
    ) -> Result<Option<String>, StoreError> {
        let row = query_one(
            self.reader(),
            "SELECT content FROM item_version WHERE code = $1 AND version = $2",
            [code.as_str().into(), i64::from(version).into()],
        )
        .await?;
        Ok(row.map(|row| row.try_get("", "content")).transpose()?)
    }

    /// The frame of a revision, however old.
    pub(crate) async fn frame(&self, at: Revision) -> Result<Option<String>, StoreError> {
        Ok(self.dated_frame(at).await?.map(|(frame, _)| frame))
    }

    /// The frame of a revision, however old, and when it was published.
    pub(crate) async fn dated_frame(&self, at: Revision) -> Result<Option<(String, Millis)>, StoreError> {
        let row = query_one(
            self.reader(),
            "SELECT frame, published_at FROM revision WHERE revision = $1",
            [(at.0 as i64).into()],
        )
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.try_get("", "frame")?, Millis(row.try_get("", "published_at")?))))
    }

    /// Manifest and bundle of a revision, if its bundle is still kept.
    pub(crate) async fn revision(&self, at: Revision) -> Result<Option<StoredRevision>, StoreError> {
        let row = revision::Entity::find_by_id(at.0 as i64).one(self.reader()).await?;
        Ok(row.and_then(|row| {
            Some(StoredRevision {
                revision: at,
                manifest: SignedManifest { manifest: row.manifest.into(), signature: row.signature.into() },
                bundle: row.bundle?,
            })
        }))
    }

    /// The newest version of every item there ever was, with its exact bytes.
    pub(crate) async fn newest_versions(&self) -> Result<HashMap<String, (u32, Arc<str>)>, StoreError> {
        let rows = query_all(
            self.reader(),
            "SELECT i.code, i.version, i.content FROM item_version i \
             JOIN (SELECT code, MAX(version) AS version FROM item_version GROUP BY code) m \
             ON m.code = i.code AND m.version = i.version",
            [],
        )
        .await?;
        rows.iter()
            .map(|row| {
                let content: String = row.try_get("", "content")?;
                Ok((row.try_get("", "code")?, (version(row)?, content.into())))
            })
            .collect()
    }

    /// Adds versions ahead of the revision that will hold them, some at a time, so that a large catalogue does
    /// not keep applications waiting. Until then nothing refers to them.
    pub(crate) async fn add_versions(&self, versions: &[NewVersion]) -> Result<(), StoreError> {
        for (turn, share) in versions.chunks(SHARE).enumerate() {
            if turn > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let transaction = self.begin().await?;
            for part in share.chunks(ROWS) {
                item_version::Entity::insert_many(part.iter().map(|new| item_version::ActiveModel {
                    code: Set(new.code.clone()),
                    version: Set(i64::from(new.version)),
                    digest: Set(new.digest.0.to_vec()),
                    content: Set(new.content.to_string()),
                }))
                .exec_without_returning(&transaction)
                .await?;
            }
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// The short transaction that publishes a revision. It holds the turn, so nobody publishes in between.
#[derive(Debug)]
pub(crate) struct Publishing<'a> {
    store: &'a Store,
    transaction: Transaction,
}

impl<'a> Publishing<'a> {
    /// `None` if another revision than `expected` is the newest by now: what was planned does not fit any more.
    pub(crate) async fn begin(store: &'a Store, expected: Revision) -> Result<Option<Self>, StoreError> {
        let transaction = store.begin().await?;
        if transaction.present()?.revision != expected {
            transaction.rollback().await?;
            return Ok(None);
        }
        Ok(Some(Self { store, transaction }))
    }

    /// The revision that comes next: above every one that was ever published, also before a backup was restored.
    pub(crate) fn next(&self) -> Result<Revision, StoreError> {
        Ok(Revision(
            (self.transaction.present()?.revision.0 as i64).max(self.store.highest_revision()?) as u64 + 1,
        ))
    }

    /// Ends the spans of items that are gone or changed and begins those of new and changed ones.
    pub(crate) async fn change_spans(
        &self,
        at: Revision,
        ended: &[String],
        begun: &[(String, u32)],
    ) -> Result<(), StoreError> {
        for part in ended.chunks(ROWS) {
            item_span::Entity::update_many()
                .col_expr(item_span::Column::Until, (at.0 as i64).into())
                .filter(item_span::Column::Until.eq(FOR_NOW))
                .filter(item_span::Column::Code.is_in(part.iter().map(String::as_str)))
                .exec(&self.transaction)
                .await?;
        }
        for part in begun.chunks(ROWS) {
            item_span::Entity::insert_many(part.iter().map(|(code, version)| item_span::ActiveModel {
                code: Set(code.clone()),
                since: Set(at.0 as i64),
                until: Set(FOR_NOW),
                version: Set(i64::from(*version)),
            }))
            .exec_without_returning(&self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Publishes: from this commit on the revision is the newest one.
    pub(crate) async fn publish(
        mut self,
        at: Revision,
        frame: &str,
        signed: &SignedManifest,
        bundle: Vec<u8>,
        now: Millis,
    ) -> Result<(), StoreError> {
        execute(
            &self.transaction,
            "INSERT INTO revision (revision, published_at, frame, manifest, signature, bundle) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                (at.0 as i64).into(),
                now.0.into(),
                frame.into(),
                signed.manifest.0.clone().into(),
                signed.signature.0.clone().into(),
                bundle.into(),
            ],
        )
        .await?;
        execute(
            &self.transaction,
            "UPDATE revision SET bundle = NULL WHERE bundle IS NOT NULL AND revision <= \
             (SELECT revision FROM revision ORDER BY revision DESC LIMIT 1 OFFSET $1)",
            [BUNDLES.into()],
        )
        .await?;
        execute(&self.transaction, "UPDATE hall SET revision = $1 WHERE id = 1", [(at.0 as i64).into()])
            .await?;
        let present = self.transaction.present()?;
        self.transaction.leaves(Present { revision: at, ..present });
        self.transaction.commit().await
    }
}

async fn items_of(db: &impl ConnectionTrait, at: i64) -> Result<BTreeMap<String, ItemMark>, StoreError> {
    let rows = query_all(
        db,
        "SELECT s.code, s.version, i.digest FROM item_span s \
         JOIN item_version i ON i.code = s.code AND i.version = s.version WHERE s.since <= $1 AND s.until > $1",
        [at.into()],
    )
    .await?;
    rows.iter()
        .map(|row| {
            let digest: Vec<u8> = row.try_get("", "digest")?;
            let digest = Digest(digest.try_into().map_err(|_| StoreError::Corrupt("item digest"))?);
            Ok((row.try_get("", "code")?, ItemMark { version: version(row)?, digest }))
        })
        .collect()
}

fn version(row: &QueryResult) -> Result<u32, StoreError> {
    u32::try_from(row.try_get::<i64>("", "version")?).map_err(|_| StoreError::Corrupt("item version"))
}

//! The catalogue in the database: every version of every item, which revision holds which, and the signed
//! bundles of the newest revisions.

use crate::db::sql::{ROWS, execute, insert_rows, placeholders, query_all, query_one};
use crate::db::{FencedTransaction, Store, StoreError};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::SignedManifest;
use bianmin_protocol::ids::{ItemCode, Millis, Revision};
use sea_orm::{ConnectionTrait, QueryResult, Value};
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
/// Versions added in one transaction: some megabytes.
const SHARE: usize = 1024;
/// SQLite lets whoever waits look again after up to 100 ms: between two shares others get their turn.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// The catalogue in the database.
#[derive(Debug, Clone, Copy)]
pub struct CatalogueStore<'a>(&'a Store);

impl Store {
    /// The catalogue.
    pub fn catalogue(&self) -> CatalogueStore<'_> {
        CatalogueStore(self)
    }
}

impl CatalogueStore<'_> {
    /// Items held by a revision, by code.
    pub(crate) async fn items_of(&self, at: Revision) -> Result<BTreeMap<String, ItemMark>, StoreError> {
        items_of(self.0.reader(), at.0 as i64).await
    }

    /// Items held by a revision in order of code, after this one, at most `limit`: code, version and content.
    pub(crate) async fn items_after(
        &self,
        at: Revision,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, u32, String)>, StoreError> {
        let rows = query_all(
            self.0.reader(),
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
            // By code alone: SQLite would not follow the index for pairs of values.
            let sql = format!(
                "SELECT code, version, content FROM item_version WHERE code IN {}",
                placeholders(1, part.len(), 1)
            );
            let codes: Vec<Value> = part.iter().map(|(code, _)| code.as_str().into()).collect();
            let wanted: HashMap<&str, u32> =
                part.iter().map(|(code, version)| (code.as_str(), *version)).collect();
            for row in query_all(self.0.reader(), &sql, codes).await? {
                let code: String = row.try_get("", "code")?;
                if wanted.get(code.as_str()) == Some(&version(&row)?) {
                    contents.insert(code, row.try_get("", "content")?);
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
            self.0.reader(),
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
            self.0.reader(),
            "SELECT frame, published_at FROM revision WHERE revision = $1",
            [(at.0 as i64).into()],
        )
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.try_get("", "frame")?, Millis(row.try_get("", "published_at")?))))
    }

    /// Manifest and bundle of a revision, if its bundle is still kept.
    pub(crate) async fn revision(&self, at: Revision) -> Result<Option<StoredRevision>, StoreError> {
        let sql = "SELECT manifest, signature, bundle FROM revision WHERE revision = $1";
        let row = query_one(self.0.reader(), sql, [(at.0 as i64).into()]).await?;
        let Some(row) = row else { return Ok(None) };
        let Some(bundle) = row.try_get("", "bundle")? else { return Ok(None) };
        let (manifest, signature): (Vec<u8>, Vec<u8>) =
            (row.try_get("", "manifest")?, row.try_get("", "signature")?);
        let manifest = SignedManifest { manifest: manifest.into(), signature: signature.into() };
        Ok(Some(StoredRevision { revision: at, manifest, bundle }))
    }

    /// The newest version of every item there ever was, with its exact bytes.
    pub(crate) async fn newest_versions(&self) -> Result<HashMap<String, (u32, Arc<str>)>, StoreError> {
        let rows = query_all(
            self.0.reader(),
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
            let transaction = self.0.begin().await?;
            let row = |new: &NewVersion| -> [Value; 4] {
                [
                    new.code.as_str().into(),
                    i64::from(new.version).into(),
                    new.digest.0.to_vec().into(),
                    (&*new.content).into(),
                ]
            };
            let into = "item_version (code, version, digest, content)";
            insert_rows(&transaction, into, share.iter().map(row).collect(), "").await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// The short transaction that publishes a revision. It holds the turn, so nobody publishes in between.
#[derive(Debug)]
pub(crate) struct Publishing<'a> {
    store: &'a Store,
    transaction: FencedTransaction,
}

impl<'a> Publishing<'a> {
    /// `None` if another revision than `expected` is the newest by now: what was planned does not fit any more.
    pub(crate) async fn begin(store: &'a Store, expected: Revision) -> Result<Option<Self>, StoreError> {
        let transaction = store.begin_fenced().await?;
        if transaction.state().revision != expected {
            transaction.rollback().await?;
            return Ok(None);
        }
        Ok(Some(Self { store, transaction }))
    }

    /// The revision that comes next: above every one that was ever published, also before a backup was restored.
    pub(crate) fn next(&self) -> Result<Revision, StoreError> {
        Ok(Revision(
            (self.transaction.state().revision.0 as i64).max(self.store.highest_revision()?) as u64 + 1,
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
            let sql = format!(
                "UPDATE item_span SET until = $1 WHERE until = $2 AND code IN {}",
                placeholders(1, part.len(), 3)
            );
            let mut values: Vec<Value> = vec![(at.0 as i64).into(), FOR_NOW.into()];
            values.extend(part.iter().map(|code| Value::from(code.as_str())));
            execute(&self.transaction, &sql, values).await?;
        }
        let row = |(code, version): &(String, u32)| -> [Value; 4] {
            [code.as_str().into(), (at.0 as i64).into(), FOR_NOW.into(), i64::from(*version).into()]
        };
        let into = "item_span (code, since, until, version)";
        insert_rows(&self.transaction, into, begun.iter().map(row).collect(), "").await?;
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
        self.transaction.set_revision(at).await?;
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

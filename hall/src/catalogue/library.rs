//! The catalogue in memory: the newest bundle for every terminal, deltas once computed, and the items and
//! dictionaries against which arriving applications are checked. All of it can be dropped and read again.

use crate::db::{Store, StoreError};
use bianmin_protocol::bytes::encode;
use bianmin_protocol::catalogue::{Delta, Frame, Manifest, ServiceItem, SignedManifest};
use bianmin_protocol::form::FieldDictionary;
use bianmin_protocol::ids::{ItemCode, Millis, Revision};
use bianmin_protocol::keys::SigningKey;
use bytes::Bytes;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// Items kept for checking; beyond these the memory starts anew.
const ITEMS: usize = 20_000;
/// Dictionaries kept for checking.
const FRAMES: usize = 64;
/// Deltas kept.
const DELTAS: usize = 64;
/// Bytes of deltas kept.
const DELTA_BYTES: usize = 64 * 1024 * 1024;

/// A published bundle.
#[derive(Debug, Clone)]
pub(crate) struct Edition {
    pub revision: Revision,
    pub manifest: SignedManifest,
    pub bundle: Bytes,
    pub tag: String,
}

/// What the applications of a revision are checked by.
#[derive(Debug)]
pub(crate) struct Rules {
    pub fields: FieldDictionary,
    /// Nobody can have applied before.
    pub published_at: Millis,
}

#[derive(Debug)]
pub(crate) struct Library {
    store: Arc<Store>,
    /// With which the manifests that go out are signed.
    key: SigningKey,
    newest: RwLock<Option<Arc<Edition>>>,
    items: RwLock<HashMap<(ItemCode, u32), Arc<ServiceItem>>>,
    frames: RwLock<HashMap<Revision, Arc<Rules>>>,
    deltas: RwLock<HashMap<(Revision, Revision), Bytes>>,
    /// Reading a large edition or computing a delta happens once, however many terminals ask.
    turn: tokio::sync::Mutex<()>,
}

fn locked<'a, T>(lock: &'a RwLock<T>) -> std::sync::RwLockReadGuard<'a, T> {
    lock.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn changing<'a, T>(lock: &'a RwLock<T>) -> std::sync::RwLockWriteGuard<'a, T> {
    lock.write().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Library {
    pub(crate) fn new(store: Arc<Store>, key: SigningKey) -> Self {
        Self {
            store,
            key,
            newest: RwLock::default(),
            items: RwLock::default(),
            frames: RwLock::default(),
            deltas: RwLock::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// The newest edition, given what the database says is the newest revision.
    pub(crate) async fn newest(&self, revision: Revision) -> Result<Option<Arc<Edition>>, StoreError> {
        if revision == Revision(0) {
            return Ok(None);
        }
        if let Some(edition) = self.held(revision) {
            return Ok(Some(edition));
        }
        let _turn = self.turn.lock().await;
        if let Some(edition) = self.held(revision) {
            return Ok(Some(edition));
        }
        let edition = self.read(revision).await?.ok_or(StoreError::Corrupt("revision"))?;
        *changing(&self.newest) = Some(edition.clone());
        Ok(Some(edition))
    }

    /// The newest edition if it is in memory and is this one.
    pub(crate) fn held(&self, revision: Revision) -> Option<Arc<Edition>> {
        locked(&self.newest).clone().filter(|edition| edition.revision == revision)
    }

    /// Any edition whose bundle is still kept.
    pub(crate) async fn edition(
        &self,
        revision: Revision,
        newest: Revision,
    ) -> Result<Option<Arc<Edition>>, StoreError> {
        if revision == newest { self.newest(revision).await } else { self.read(revision).await }
    }

    async fn read(&self, revision: Revision) -> Result<Option<Arc<Edition>>, StoreError> {
        let Some(stored) = self.store.catalogue().revision(revision).await? else { return Ok(None) };
        let manifest = self.own(stored.manifest)?;
        Ok(Some(Arc::new(Edition {
            revision: stored.revision,
            tag: format!("\"{}-{}\"", revision, &encode(&manifest.signature.0)[..16]),
            manifest,
            bundle: stored.bundle.into(),
        })))
    }

    /// The manifest as this hall's key signs it: terminals believe no other.
    fn own(&self, stored: SignedManifest) -> Result<SignedManifest, StoreError> {
        if stored.verify(&self.key.public()).is_ok() {
            return Ok(stored);
        }
        let manifest: Manifest =
            serde_json::from_slice(&stored.manifest.0).map_err(|_| StoreError::Corrupt("manifest"))?;
        Ok(manifest.sign(&self.key))
    }

    /// An item as it was when the resident began.
    pub(crate) async fn item(
        &self,
        code: &ItemCode,
        version: u32,
    ) -> Result<Option<Arc<ServiceItem>>, StoreError> {
        let key = (code.clone(), version);
        if let Some(item) = locked(&self.items).get(&key) {
            return Ok(Some(item.clone()));
        }
        let Some(content) = self.store.catalogue().item_content(code, version).await? else {
            return Ok(None);
        };
        let item: ServiceItem = serde_json::from_str(&content).map_err(|_| StoreError::Corrupt("item"))?;
        let item = Arc::new(item);
        let mut items = changing(&self.items);
        if items.len() >= ITEMS {
            items.clear();
        }
        items.insert(key, item.clone());
        Ok(Some(item))
    }

    /// The rules as they were when the resident began.
    pub(crate) async fn rules(&self, at: Revision) -> Result<Option<Arc<Rules>>, StoreError> {
        if let Some(rules) = locked(&self.frames).get(&at) {
            return Ok(Some(rules.clone()));
        }
        let Some((frame, published_at)) = self.store.catalogue().dated_frame(at).await? else {
            return Ok(None);
        };
        let frame: Frame = serde_json::from_str(&frame).map_err(|_| StoreError::Corrupt("frame"))?;
        let rules = Arc::new(Rules { fields: FieldDictionary::new(frame.fields), published_at });
        let mut frames = changing(&self.frames);
        if frames.len() >= FRAMES {
            frames.clear();
        }
        frames.insert(at, rules.clone());
        Ok(Some(rules))
    }

    /// The compressed delta between two revisions; `None` if either was never published.
    pub(crate) async fn delta(&self, from: Revision, to: Revision) -> Result<Option<Bytes>, StoreError> {
        if let Some(delta) = locked(&self.deltas).get(&(from, to)) {
            return Ok(Some(delta.clone()));
        }
        if from >= to {
            return Ok(None);
        }
        let _turn = self.turn.lock().await;
        if let Some(delta) = locked(&self.deltas).get(&(from, to)) {
            return Ok(Some(delta.clone()));
        }
        let (Some(old_frame), Some(frame)) =
            (self.store.catalogue().frame(from).await?, self.store.catalogue().frame(to).await?)
        else {
            return Ok(None);
        };
        let before = self.store.catalogue().items_of(from).await?;
        let after = self.store.catalogue().items_of(to).await?;
        let changed: Vec<(String, u32)> = after
            .iter()
            .filter(|(code, mark)| before.get(*code) != Some(mark))
            .map(|(code, mark)| (code.clone(), mark.version))
            .collect();
        let mut contents = self.store.catalogue().contents(&changed).await?;
        const UNREADABLE: StoreError = StoreError::Corrupt("item");
        let raw = |text: String| RawValue::from_string(text).map_err(|_| UNREADABLE);
        let delta = Delta {
            from,
            to,
            frame: if frame == old_frame { None } else { Some(raw(frame)?) },
            changed: changed
                .iter()
                .map(|(code, _)| raw(contents.remove(code).ok_or(UNREADABLE)?))
                .collect::<Result<_, _>>()?,
            removed: before
                .keys()
                .filter(|code| !after.contains_key(*code))
                .map(|code| ItemCode::parse(code).map_err(|_| UNREADABLE))
                .collect::<Result<_, _>>()?,
        };
        let packed = tokio::task::spawn_blocking(move || {
            let content = serde_json::to_vec(&delta).ok()?;
            zstd::bulk::compress(&content, 6).ok()
        })
        .await;
        let packed: Bytes = packed.ok().flatten().ok_or(StoreError::Corrupt("delta"))?.into();
        let mut deltas = changing(&self.deltas);
        if deltas.len() >= DELTAS || deltas.values().map(Bytes::len).sum::<usize>() > DELTA_BYTES {
            deltas.clear();
        }
        deltas.insert((from, to), packed.clone());
        Ok(Some(packed))
    }
}

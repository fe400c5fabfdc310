//! Publishing: versions, the bundle, the signature, one transaction. Either a whole new revision is there, or
//! nothing has changed.
//!
//! The version of an item (task_version) is raised here when its content changed and the file did not raise
//! it, so that an application always finds the very item it began with.

use super::domain::check::{Kept, check};
use super::domain::draft::Draft;
use super::domain::entry::Entry;
use super::domain::problem::{Problem, Wrong};
use super::store::{ItemMark, NewVersion, Publishing};
use crate::clock::Clock;
use crate::db::{Store, StoreError};
use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::{Frame, Manifest, ServiceItem, root};
use bianmin_protocol::ids::{ItemCode, Revision};
use bianmin_protocol::keys::SigningKey;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;
use std::sync::Arc;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Published {
    /// The newest revision now.
    pub revision: Revision,
    /// Whether it is a new one; an import that changes nothing makes none.
    pub changed: bool,
    /// How many items it holds.
    pub items: usize,
    /// New items.
    pub added: Vec<String>,
    /// Items with a new version.
    pub updated: Vec<String>,
    /// Items that are not in it any more.
    pub removed: Vec<String>,
    /// Items whose version was raised here, because the file changed them without raising it.
    pub raised: Vec<String>,
    /// Size of the compressed bundle in bytes.
    pub bundle_size: u64,
}

/// How an import is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Items that the files do not have stay; otherwise they are withdrawn.
    pub merge: bool,
    /// More than a tenth of the items may be withdrawn.
    pub allow_removal: bool,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The files are wrong; everything that was found.
    #[error("the catalogue has {} problems", .0.len())]
    Problems(Vec<Problem>),
    /// More than a tenth of the items would be withdrawn, and that was not asked for.
    #[error("{} of {} items would be withdrawn", .removed.len(), .of)]
    Removal {
        /// Their codes and names.
        removed: Vec<(String, String)>,
        /// How many items there are.
        of: usize,
    },
    /// An item has no higher version left.
    #[error("no version is left for item {0}: give it another code")]
    NoVersion(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Somebody else published at the same time.
    #[error("another catalogue was published meanwhile; import again")]
    Overtaken,
    /// The bundle could not be packed.
    #[error("cannot pack the catalogue: {0}")]
    Pack(#[from] std::io::Error),
    /// An item could not be written as JSON.
    #[error("cannot write the catalogue: {0}")]
    Json(#[from] serde_json::Error),
}

/// Checks a draft against what is there and publishes it as one new signed revision.
///
/// # Errors
/// See [`PublishError`]; nothing has changed then.
pub async fn publish(
    store: &Store,
    key: &SigningKey,
    clock: &Clock,
    draft: Draft,
    options: Options,
) -> Result<Published, PublishError> {
    let Prepared { newest_revision, before, present_frame, frame, plan, .. } =
        prepare(store, clock, draft, options).await?;
    if !options.allow_removal && is_large(&plan.removed, before.len()) {
        let removed = names(store, &plan.removed, &before).await?;
        return Err(PublishError::Removal { removed, of: before.len() });
    }
    if plan.begun.is_empty() && plan.removed.is_empty() && present_frame.as_deref() == Some(&frame) {
        return Ok(plan.report(newest_revision, false, 0));
    }
    let (bundle, content_size) = pack(&frame, &plan.items)?;
    store.catalogue().add_versions(&plan.versions).await?;
    let publishing = Publishing::begin(store, newest_revision).await?.ok_or(PublishError::Overtaken)?;
    let revision = publishing.next()?;
    let ended: Vec<String> = plan.removed.iter().chain(&plan.updated).cloned().collect();
    publishing.change_spans(revision, &ended, &plan.begun).await?;
    let now = clock.now();
    let manifest = Manifest {
        revision,
        published_at: now,
        items: plan.items.len() as u32,
        root: root(&frame, plan.items.iter().map(|(code, planned)| (code.as_str(), planned.mark.digest))),
        bundle_size: bundle.len() as u64,
        bundle_digest: Digest::of(&bundle),
        content_size,
    };
    publishing.publish(revision, &frame, &manifest.sign(key), bundle, now).await?;
    Ok(plan.report(revision, true, manifest.bundle_size))
}

/// Whether more than a tenth of the items go.
pub(super) fn is_large(removed: &[String], of: usize) -> bool {
    removed.len() * 10 > of
}

/// What would be published, and what is.
pub(super) struct Prepared {
    pub newest_revision: Revision,
    pub before: BTreeMap<String, ItemMark>,
    pub present: Frame,
    present_frame: Option<String>,
    frame: String,
    pub plan: Plan,
}

impl Prepared {
    /// The frame that would be published.
    pub(super) fn next_frame(&self) -> Result<Frame, serde_json::Error> {
        serde_json::from_str(&self.frame)
    }
}

/// Everything up to the first change of the database.
pub(super) async fn prepare(
    store: &Store,
    clock: &Clock,
    draft: Draft,
    options: Options,
) -> Result<Prepared, PublishError> {
    let newest_revision = store.state().await?.revision;
    let before = store.catalogue().items_of(newest_revision).await?;
    let present_frame = store.catalogue().frame(newest_revision).await?;
    let present: Frame = present_frame.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    let next = frame(&draft, &present);
    let mut problems = draft.problems.clone();
    if !draft.partial {
        if !options.merge && !draft.has_items && !options.allow_removal {
            problems.push(Problem::of_place("", "", Wrong::NoItems));
            return Err(PublishError::Problems(problems));
        }
        let kept = kept(store, &draft, &before, (&present, &next), options).await?;
        problems.extend(check(&draft, &present, &kept, clock.day(clock.now())));
    }
    if !problems.is_empty() || draft.partial {
        return Err(PublishError::Problems(problems));
    }
    let frame = serde_json::to_string(&next)?;
    let mut plan = plan(draft, &before, &store.catalogue().newest_versions().await?)?;
    if options.merge {
        plan.keep(store, &before).await?;
    }
    Ok(Prepared { newest_revision, before, present, present_frame, frame, plan })
}

/// The items that stay; their contents only where what is around them changes.
async fn kept(
    store: &Store,
    draft: &Draft,
    before: &BTreeMap<String, ItemMark>,
    (present, next): (&Frame, &Frame),
    options: Options,
) -> Result<Kept, PublishError> {
    let mut kept = Kept::default();
    if !options.merge {
        return Ok(kept);
    }
    let brought: HashSet<&str> = draft.items.iter().map(|item| item.value.code.as_str()).collect();
    let staying: Vec<(String, u32)> = before
        .iter()
        .filter(|(code, _)| !brought.contains(code.as_str()))
        .map(|(code, mark)| (code.clone(), mark.version))
        .collect();
    kept.codes = staying.iter().filter_map(|(code, _)| ItemCode::parse(code).ok()).collect();
    if present.themes == next.themes && present.fields == next.fields {
        return Ok(kept);
    }
    let contents: BTreeMap<String, String> =
        store.catalogue().contents(&staying).await?.into_iter().collect();
    for content in contents.values() {
        kept.items.push(serde_json::from_str(content)?);
    }
    Ok(kept)
}

/// Codes and names of items that there are.
pub(super) async fn names(
    store: &Store,
    codes: &[String],
    before: &BTreeMap<String, ItemMark>,
) -> Result<Vec<(String, String)>, PublishError> {
    let wanted: Vec<(String, u32)> =
        codes.iter().filter_map(|code| Some((code.clone(), before.get(code)?.version))).collect();
    let mut contents = store.catalogue().contents(&wanted).await?;
    let mut named = Vec::with_capacity(wanted.len());
    for (code, _) in wanted {
        let content = contents.remove(&code).ok_or(StoreError::Corrupt("item version"))?;
        named.push((code, serde_json::from_str::<ServiceItem>(&content)?.name));
    }
    Ok(named)
}

fn frame(draft: &Draft, present: &Frame) -> Frame {
    fn values<T: Clone>(entries: Option<&Vec<Entry<T>>>, present: &[T]) -> Vec<T> {
        entries.map_or(present.to_vec(), |entries| entries.iter().map(|entry| entry.value.clone()).collect())
    }
    Frame {
        notice: draft.notice.clone().unwrap_or_else(|| present.notice.clone()),
        notice_en: draft.notice_en.clone().unwrap_or_else(|| present.notice_en.clone()),
        themes: values(draft.themes.as_ref(), &present.themes),
        life_events: values(draft.life_events.as_ref(), &present.life_events),
        fields: values(draft.fields.as_ref(), &present.fields),
    }
}

pub(super) struct PlannedItem {
    mark: ItemMark,
    pub content: Arc<str>,
}

#[derive(Default)]
pub(super) struct Plan {
    pub items: BTreeMap<String, PlannedItem>,
    versions: Vec<NewVersion>,
    begun: Vec<(String, u32)>,
    pub added: Vec<String>,
    pub updated: Vec<String>,
    pub removed: Vec<String>,
    pub raised: Vec<String>,
}

impl Plan {
    /// Keeps items that the draft does not have.
    async fn keep(&mut self, store: &Store, before: &BTreeMap<String, ItemMark>) -> Result<(), StoreError> {
        self.removed.clear();
        let others: Vec<(String, u32)> = before
            .iter()
            .filter(|(code, _)| !self.items.contains_key(*code))
            .map(|(code, mark)| (code.clone(), mark.version))
            .collect();
        for (code, content) in store.catalogue().contents(&others).await? {
            let mark = *before.get(&code).ok_or(StoreError::Corrupt("item version"))?;
            self.items.insert(code, PlannedItem { mark, content: content.into() });
        }
        Ok(())
    }

    fn report(self, revision: Revision, changed: bool, bundle_size: u64) -> Published {
        Published {
            revision,
            changed,
            items: self.items.len(),
            added: self.added,
            updated: self.updated,
            removed: self.removed,
            raised: self.raised,
            bundle_size,
        }
    }
}

fn plan(
    draft: Draft,
    before: &BTreeMap<String, ItemMark>,
    newest: &HashMap<String, (u32, Arc<str>)>,
) -> Result<Plan, PublishError> {
    let mut plan = Plan::default();
    for entry in draft.items {
        let mut item = entry.value;
        let code = item.code.to_string();
        let asked = item.version;
        let (version, content) = settle(&mut item, newest.get(&code))?;
        let digest = Digest::of(content.as_bytes());
        let mark = ItemMark { version, digest };
        if version > asked {
            plan.raised.push(code.clone());
        }
        if newest.get(&code).is_none_or(|(known, _)| *known < version) {
            plan.versions.push(NewVersion { code: code.clone(), version, digest, content: content.clone() });
        }
        match before.get(&code) {
            None => plan.added.push(code.clone()),
            Some(known) if *known != mark => plan.updated.push(code.clone()),
            Some(_) => {}
        }
        if before.get(&code) != Some(&mark) {
            plan.begun.push((code.clone(), version));
        }
        plan.items.insert(code, PlannedItem { mark, content });
    }
    plan.removed = before.keys().filter(|code| !plan.items.contains_key(*code)).cloned().collect();
    Ok(plan)
}

/// The version and exact bytes under which an item is published: the known ones if it is the same, otherwise
/// a version above every earlier one.
fn settle(item: &mut ServiceItem, known: Option<&(u32, Arc<str>)>) -> Result<(u32, Arc<str>), PublishError> {
    let Some((version, content)) = known else {
        return Ok((item.version, serde_json::to_string(item)?.into()));
    };
    let asked = item.version;
    item.version = *version;
    if asked <= *version && serde_json::to_string(item)? == **content {
        return Ok((*version, content.clone()));
    }
    let next = version.checked_add(1).ok_or_else(|| PublishError::NoVersion(item.code.to_string()))?;
    item.version = asked.max(next);
    Ok((item.version, serde_json::to_string(item)?.into()))
}

/// A [`bianmin_protocol::catalogue::Bundle`], written piece by piece into the compressor: a large catalogue is
/// not held once more. Returns the compressed bundle and the size of its JSON.
fn pack(frame: &str, items: &BTreeMap<String, PlannedItem>) -> Result<(Vec<u8>, u64), PublishError> {
    let size: usize = items.values().map(|planned| planned.content.len() + 1).sum();
    // A large catalogue is packed quickly, a usual one tightly: it is packed once and sent to every terminal.
    let level = if size > 64 * 1024 * 1024 { 3 } else { 12 };
    let mut encoder = zstd::Encoder::new(Vec::new(), level)?;
    let mut written = 0;
    let mut write = |part: &str| {
        written += part.len() as u64;
        encoder.write_all(part.as_bytes())
    };
    write("{\"frame\":")?;
    write(frame)?;
    write(",\"items\":[")?;
    for (index, planned) in items.values().enumerate() {
        write(if index == 0 { "" } else { "," })?;
        write(&planned.content)?;
    }
    write("]}")?;
    Ok((encoder.finish()?, written))
}

//! Publishing: versions, the bundle, the signature, one transaction. Either a whole new revision is there, or
//! nothing has changed.
//!
//! The version of an item (task_version) is raised here when its content changed and the file did not raise
//! it, so that an application always finds the very item it began with.

use super::check::check;
use super::draft::{Draft, Problem};
use crate::clock::Clock;
use crate::store::catalogue::{ItemMark, NewVersion, Publishing};
use crate::store::{Store, StoreError};
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

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The files are wrong; everything that was found.
    #[error("the catalogue has {} problems", .0.len())]
    Problems(Vec<Problem>),
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

/// Checks a draft against what is there and publishes it as one new signed revision. With `merge`, items that
/// the draft does not have stay; otherwise they are withdrawn.
///
/// # Errors
/// See [`PublishError`]; nothing has changed then.
pub async fn publish(
    store: &Store,
    key: &SigningKey,
    clock: &Clock,
    draft: Draft,
    merge: bool,
) -> Result<Published, PublishError> {
    let newest_revision = store.present().await?.revision;
    let before = store.items_of(newest_revision).await?;
    let present_frame = store.frame(newest_revision).await?;
    let present: Frame = present_frame.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    let kept: HashSet<ItemCode> = match merge {
        true => before.keys().filter_map(|code| ItemCode::parse(code).ok()).collect(),
        false => HashSet::new(),
    };
    let mut problems = draft.problems.clone();
    problems.extend(check(&draft, &present, &kept, clock.day(clock.now())));
    if !problems.is_empty() {
        return Err(PublishError::Problems(problems));
    }
    let frame = serde_json::to_string(&frame(&draft, present))?;
    let mut plan = plan(draft, &before, &store.newest_versions().await?)?;
    if merge {
        plan.keep(store, &before).await?;
    }
    if plan.begun.is_empty() && plan.removed.is_empty() && present_frame.as_deref() == Some(&frame) {
        return Ok(plan.told(newest_revision, false, 0));
    }
    let (bundle, content_size) = pack(&frame, &plan.items)?;
    store.add_versions(&plan.versions).await?;
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
    Ok(plan.told(revision, true, manifest.bundle_size))
}

fn frame(draft: &Draft, present: Frame) -> Frame {
    fn values<T: Clone>(entries: Option<&Vec<super::draft::Entry<T>>>, present: Vec<T>) -> Vec<T> {
        entries.map_or(present, |entries| entries.iter().map(|entry| entry.value.clone()).collect())
    }
    Frame {
        notice: draft.notice.clone().unwrap_or(present.notice),
        notice_en: draft.notice_en.clone().unwrap_or(present.notice_en),
        themes: values(draft.themes.as_ref(), present.themes),
        life_events: values(draft.life_events.as_ref(), present.life_events),
        fields: values(draft.fields.as_ref(), present.fields),
    }
}

struct Planned {
    mark: ItemMark,
    content: Arc<str>,
}

#[derive(Default)]
struct Plan {
    items: BTreeMap<String, Planned>,
    versions: Vec<NewVersion>,
    begun: Vec<(String, u32)>,
    added: Vec<String>,
    updated: Vec<String>,
    removed: Vec<String>,
    raised: Vec<String>,
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
        for (code, content) in store.contents(&others).await? {
            let mark = *before.get(&code).ok_or(StoreError::Corrupt("item version"))?;
            self.items.insert(code, Planned { mark, content: content.into() });
        }
        Ok(())
    }

    fn told(self, revision: Revision, changed: bool, bundle_size: u64) -> Published {
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
        plan.items.insert(code, Planned { mark, content });
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
    item.version = asked.max(version.saturating_add(1));
    Ok((item.version, serde_json::to_string(item)?.into()))
}

/// A [`bianmin_protocol::catalogue::Bundle`], written piece by piece into the compressor: a large catalogue is
/// not held once more. Returns the compressed bundle and the size of its JSON.
fn pack(frame: &str, items: &BTreeMap<String, Planned>) -> Result<(Vec<u8>, u64), PublishError> {
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

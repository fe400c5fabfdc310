//! A hall's side of publishing, for tests: bundles and deltas as a hall would make them.

use bianmin_protocol::bytes::Digest;
use bianmin_protocol::catalogue::{Bundle, Delta, Manifest, SignedManifest, root};
use bianmin_protocol::ids::{ItemCode, Millis, Revision};
use bianmin_protocol::keys::{PublicKey, SigningKey};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub(crate) const DEMO: &str = include_str!("../../../assets/catalogue/demo.json");

pub(crate) fn hall() -> SigningKey {
    SigningKey::from_bytes(&[7; 32]).unwrap()
}

pub(crate) fn hall_key() -> PublicKey {
    hall().public()
}

pub(crate) fn code(text: &str) -> ItemCode {
    ItemCode::parse(text).unwrap()
}

/// What a hall publishes as one revision: a frame and items, as exact texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edition {
    pub(crate) frame: String,
    pub(crate) items: BTreeMap<String, String>,
}

/// A signed manifest with its compressed bundle.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) manifest: Manifest,
    pub(crate) signed: SignedManifest,
    pub(crate) bundle: Vec<u8>,
}

fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

/// A readable item with this code and name.
pub(crate) fn item(code: &str, name: &str, version: u32) -> String {
    let demo: serde_json::Value = serde_json::from_str(DEMO).unwrap();
    let mut item = demo["items"][0].clone();
    item["local_catalog_code"] = code.into();
    item["task_name"] = name.into();
    item["task_version"] = version.into();
    serde_json::to_string(&item).unwrap()
}

impl Edition {
    pub(crate) fn empty() -> Self {
        Self {
            frame: r#"{"notice":"示例数据","themes":[],"life_events":[],"fields":[]}"#.to_owned(),
            items: BTreeMap::new(),
        }
    }

    pub(crate) fn with(mut self, code: &str, text: String) -> Self {
        self.items.insert(code.to_owned(), text);
        self
    }

    /// The demonstration catalogue.
    pub(crate) fn demo() -> Self {
        let mut demo: serde_json::Value = serde_json::from_str(DEMO).unwrap();
        let items = demo["items"].take();
        demo.as_object_mut().unwrap().remove("items");
        let items = items.as_array().unwrap().iter().map(|item| {
            (item["local_catalog_code"].as_str().unwrap().to_owned(), serde_json::to_string(item).unwrap())
        });
        Self { frame: serde_json::to_string(&demo).unwrap(), items: items.collect() }
    }

    pub(crate) fn content(&self) -> String {
        let bundle =
            Bundle { frame: raw(&self.frame), items: self.items.values().map(|text| raw(text)).collect() };
        serde_json::to_string(&bundle).unwrap()
    }

    pub(crate) fn publish(&self, revision: u64) -> Published {
        self.publish_changed(revision, |_| {})
    }

    /// Signs whatever `change` makes of the true manifest.
    pub(crate) fn publish_changed(&self, revision: u64, change: impl FnOnce(&mut Manifest)) -> Published {
        let content = self.content();
        let bundle = zstd::encode_all(content.as_bytes(), 3).unwrap();
        let digests = self.items.iter().map(|(code, text)| (code.as_str(), Digest::of(text.as_bytes())));
        let mut manifest = Manifest {
            revision: Revision(revision),
            published_at: Millis(1_795_250_000_000),
            items: self.items.len() as u32,
            root: root(&self.frame, digests),
            bundle_size: bundle.len() as u64,
            bundle_digest: Digest::of(&bundle),
            content_size: content.len() as u64,
        };
        change(&mut manifest);
        Published { signed: manifest.sign(&hall()), manifest, bundle }
    }

    pub(crate) fn delta_to(&self, next: &Self, from: u64, to: u64) -> Vec<u8> {
        let changed = next.items.iter().filter(|(code, text)| self.items.get(*code) != Some(text));
        let removed = self.items.keys().filter(|code| !next.items.contains_key(*code));
        let delta = Delta {
            from: Revision(from),
            to: Revision(to),
            frame: (self.frame != next.frame).then(|| raw(&next.frame)),
            changed: changed.map(|(_, text)| raw(text)).collect(),
            removed: removed.map(|text| code(text)).collect(),
        };
        zstd::encode_all(&serde_json::to_vec(&delta).unwrap()[..], 3).unwrap()
    }
}

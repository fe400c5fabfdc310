//! An application (申请): what a resident hands in for one item.

use crate::bytes::{Blob, Digest};
use crate::catalogue::ServiceItem;
use crate::content::MediaType;
use crate::form::{FieldDictionary, is_asked, normalise};
use crate::ids::{ApplicationId, FieldCode, ItemCode, MaterialCode, Millis, Revision, TerminalId};
use crate::registration::RegistrationNumber;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a resident says about one material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaterialAnswer {
    /// A file is attached.
    Attached,
    /// The resident has it and shows it when asked.
    Have,
    /// 容缺: it will be brought later, by the undertaking.
    Promised,
}

/// The answer about one material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterialState {
    /// Which one.
    pub code: MaterialCode,
    /// What the resident says.
    pub answer: MaterialAnswer,
}

/// The personal part of an application: it exists in the clear only in the resident's session and at the hall.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApplicationBody {
    /// Field by field, in normal form. Empty answers are left out.
    pub answers: BTreeMap<FieldCode, String>,
    /// Material by material.
    pub materials: Vec<MaterialState>,
    /// The language in which the resident applied, as a BCP 47 tag.
    #[serde(default)]
    pub language: String,
}

impl std::fmt::Debug for ApplicationBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApplicationBody({} answers, {} materials)", self.answers.len(), self.materials.len())
    }
}

impl ApplicationBody {
    /// Brings every answer into normal form and drops empty ones and those that are not asked (any more).
    /// A field the dictionary does not know stays, so that validation names it.
    pub fn normalise(&mut self, item: &ServiceItem, fields: &FieldDictionary) {
        for (code, value) in &mut self.answers {
            if let Some(definition) = fields.get(code) {
                *value = normalise(definition.kind, value);
            }
        }
        self.answers.retain(|_, value| !value.is_empty());
        // A hidden answer can hide another one, so repeat until nothing changes; each round drops one at least.
        loop {
            let hidden = item.form.iter().flat_map(|page| &page.fields).find(|field| {
                self.answers.contains_key(&field.code)
                    && !item
                        .form
                        .iter()
                        .flat_map(|page| &page.fields)
                        .any(|other| other.code == field.code && is_asked(other, self))
            });
            match hidden {
                Some(field) => self.answers.remove(&field.code),
                None => return,
            };
        }
    }
}

/// A body in normal form: each answer as it is stored, sealed and judged, nothing empty, and nothing that is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalizedBody(ApplicationBody);

impl NormalizedBody {
    /// Brings `body` into normal form.
    pub fn of(mut body: ApplicationBody, item: &ServiceItem, fields: &FieldDictionary) -> Self {
        body.normalise(item, fields);
        Self(body)
    }

    /// The same by somebody who reads this language, as a BCP 47 tag.
    #[must_use]
    pub fn in_language(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.0.language);
        self
    }
}

impl std::ops::Deref for NormalizedBody {
    type Target = ApplicationBody;

    fn deref(&self) -> &ApplicationBody {
        &self.0
    }
}

impl From<NormalizedBody> for ApplicationBody {
    fn from(body: NormalizedBody) -> Self {
        body.0
    }
}

impl Drop for ApplicationBody {
    fn drop(&mut self) {
        use zeroize::Zeroize;
        for value in self.answers.values_mut() {
            value.zeroize();
        }
    }
}

/// A file that follows the application, described in its header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentEntry {
    /// The material that it is.
    pub material: MaterialCode,
    /// What it was sniffed to be.
    pub media_type: MediaType,
    /// Size in the clear, in bytes.
    pub size: u64,
    /// How many sealed chunks follow.
    pub chunks: u32,
    /// The key encapsulation for its chunks.
    pub encapsulated: Blob,
    /// Digest over the digests of the sealed chunks.
    pub digest: Digest,
}

/// The part of an application that is not personal: it routes, and it is authenticated with the sealed body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The application.
    pub application_id: ApplicationId,
    /// The terminal.
    pub terminal: TerminalId,
    /// What is printed on the receipt.
    pub registration: RegistrationNumber,
    /// The item.
    pub item: ItemCode,
    /// The item's version when the resident began.
    pub item_version: u32,
    /// The catalogue's revision when the resident began.
    pub catalogue: Revision,
    /// The terminal's clock at the durable commit. Shown, never used for order.
    pub accepted_at: Millis,
    /// Files that follow.
    #[serde(default)]
    pub attachments: Vec<AttachmentEntry>,
}

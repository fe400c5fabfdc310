//! The hall's own catalogue: read from files, checked as a whole, published as signed revisions, and served.

pub mod check;
mod columns;
pub mod difference;
pub mod draft;
mod encoding;
pub mod entry;
mod flat;
pub mod generate;
mod grid;
mod json;
pub(crate) mod library;
pub mod limits;
pub mod problem;
pub mod publish;
pub mod report;
mod shape;
mod suggest;
mod table;
mod text;
mod values;
mod workbook;

use crate::store::{Store, StoreError};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::Revision;
pub use difference::{Difference, difference};
pub use draft::{Draft, read};
pub use problem::Problem;
pub use publish::{Options, Published, publish};

/// The newest revision in short.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// The revision; 0 before the first import.
    pub revision: Revision,
    /// Its items in order of code.
    pub items: Vec<ShownItem>,
}

/// An item in short.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ShownItem {
    /// Its code.
    pub item: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    pub name: String,
}

/// The newest revision in short.
///
/// # Errors
/// The database fails.
pub async fn show(store: &Store) -> Result<Shown, StoreError> {
    let revision = store.present().await?.revision;
    let items = store.items_of(revision).await?;
    let wanted: Vec<(String, u32)> = items.iter().map(|(code, mark)| (code.clone(), mark.version)).collect();
    let contents = store.contents(&wanted).await?;
    let items = wanted
        .into_iter()
        .map(|(item, version)| {
            let content = contents.get(&item).and_then(|text| serde_json::from_str::<ServiceItem>(text).ok());
            Ok(ShownItem { version, name: content.ok_or(StoreError::Corrupt("item"))?.name, item })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Shown { revision, items })
}

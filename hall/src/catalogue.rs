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
use bianmin_protocol::ids::Revision;
pub use difference::{Difference, difference};
pub use draft::{Draft, read};
pub use problem::Problem;
pub use publish::{Options, Published, publish};

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

/// Items of a revision in short, in order of code, after this one, at most `limit`.
///
/// # Errors
/// The database fails.
pub async fn show(
    store: &Store,
    at: Revision,
    after: &str,
    limit: u32,
) -> Result<Vec<ShownItem>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Named {
        task_name: String,
    }
    let items = store.items_after(at, after, limit).await?;
    items
        .into_iter()
        .map(|(item, version, content)| {
            let named: Named = serde_json::from_str(&content).map_err(|_| StoreError::Corrupt("item"))?;
            Ok(ShownItem { item, version, name: named.task_name })
        })
        .collect()
}

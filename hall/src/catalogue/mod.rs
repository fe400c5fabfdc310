//! The hall's own catalogue: read from files, checked as a whole, published as signed revisions, and served.
//!
//! Knows nothing of terminals but that they ask with signed requests, and nothing of applications.

mod api;
mod cli;
mod difference;
mod domain;
mod library;
mod publish;
mod store;

use crate::db::{Store, StoreError};
use bianmin_protocol::ids::Revision;

pub(crate) use api::routes;
pub(crate) use cli::CatalogueCommand;
pub use difference::{Difference, difference};
pub use domain::draft::{Draft, read};
pub use domain::problem::Problem;
pub use domain::{draft, generate, limits, problem, report};
pub(crate) use library::{Library, Rules};
pub use publish::{Options, PublishError, Published, publish};
pub use store::CatalogueStore;
#[cfg(test)]
pub(crate) use store::NewVersion;

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
    let items = store.catalogue().items_after(at, after, limit).await?;
    items
        .into_iter()
        .map(|(item, version, content)| {
            let named: Named = serde_json::from_str(&content).map_err(|_| StoreError::Corrupt("item"))?;
            Ok(ShownItem { item, version, name: named.task_name })
        })
        .collect()
}

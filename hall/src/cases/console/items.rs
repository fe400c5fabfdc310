//! Items of the newest catalogue, for filters: code, name, department.

use super::answers::say;
use crate::console::PageError;
use crate::hall::Hall;
use bianmin_locale::Texts;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::ItemCode;
use std::sync::Arc;

/// An item in a filter.
pub(super) struct ItemEntry {
    pub code: String,
    pub name: String,
    pub department_code: String,
    pub department: String,
}

/// All items of the newest catalogue, by code.
pub(super) async fn all(hall: &Hall, texts: Texts) -> Result<Vec<ItemEntry>, PageError> {
    let present = hall.store.catalogue().items_of(hall.state().await?.revision).await?;
    let mut items: Vec<Arc<ServiceItem>> = Vec::with_capacity(present.len());
    for (code, mark) in present {
        let code = ItemCode::parse(&code).map_err(|_| PageError::Unavailable)?;
        items.extend(hall.catalogue.item(&code, mark.version).await?);
    }
    items.sort_by(|one, other| one.code.as_str().cmp(other.code.as_str()));
    let entry = |item: &Arc<ServiceItem>| ItemEntry {
        code: item.code.to_string(),
        name: say(texts, item.name()),
        department_code: item.department_code.clone(),
        department: item.department.clone(),
    };
    Ok(items.iter().map(entry).collect())
}

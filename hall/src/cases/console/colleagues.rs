//! Everybody who works in the hall, for menus.

use crate::console::PageError;
use crate::hall::Hall;
use crate::staff::StaffMember;

/// All members of staff who are not switched off. Even a large hall has some hundreds.
pub(super) async fn all(hall: &Hall) -> Result<Vec<StaffMember>, PageError> {
    let all = hall.store.staff().list_after(None, 1000).await?;
    Ok(all.into_iter().filter(|member| member.disabled_at.is_none()).collect())
}

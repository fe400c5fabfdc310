//! When and with what something is recorded about cases.

use crate::cases::domain::RecordContext;
use crate::cases::keys::CaseKeys;
use crate::clock::Clock;
use crate::db::{Store, StoreError};
use crate::keys::Keys;
use std::sync::Arc;

/// What recording needs now, by the calendar as it is now.
pub(crate) async fn context(
    store: &Store,
    keys: &Keys,
    case_keys: &Arc<CaseKeys>,
    clock: &Clock,
) -> Result<RecordContext, StoreError> {
    let now = clock.now();
    Ok(RecordContext {
        now,
        day: clock.day(now),
        key: keys.signing.clone(),
        is_resigning: false,
        case_keys: case_keys.clone(),
        calendar: Arc::new(store.calendar().load().await?),
        clock: clock.clone(),
    })
}

//! The totals of families.

use super::append::tag;
use crate::audit::domain::{Chain, Total};
use crate::db::StoreError;
use crate::db::sql::{execute, query_all, query_one};
use sea_orm::{ConnectionTrait, QueryResult};

/// A total as it is stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StoredTotal {
    pub family: String,
    pub total: Total,
    pub tag: Vec<u8>,
}

/// Adds what was added. A total that is not this hall's own is never made its own.
pub(super) async fn raise(
    db: &impl ConnectionTrait,
    chain: &Chain,
    family: &str,
    added: &Total,
) -> Result<(), StoreError> {
    // Whoever looks holds the row until the end of the transaction.
    let sql = "INSERT INTO audit_total (family, events, sum, tag) VALUES ($1, 0, $2, $3) \
               ON CONFLICT (family) DO UPDATE SET events = audit_total.events RETURNING family, events, sum, tag";
    let none =
        [family.into(), Total::NONE.sum.to_vec().into(), Total::NONE.tag(chain, family).to_vec().into()];
    let row = query_one(db, sql, none).await?.ok_or(StoreError::Corrupt("total of events"))?;
    let stored = read(&row)?;
    let total = stored.total.and(added);
    let is_own = stored.total.fits(chain, family, &stored.tag);
    let tag = if is_own { total.tag(chain, family).to_vec() } else { stored.tag };
    execute(
        db,
        "UPDATE audit_total SET events = $1, sum = $2, tag = $3 WHERE family = $4",
        [total.events.cast_signed().into(), total.sum.to_vec().into(), tag.into(), family.into()],
    )
    .await?;
    Ok(())
}

/// All of them.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<StoredTotal>, StoreError> {
    let rows = query_all(db, "SELECT family, events, sum, tag FROM audit_total ORDER BY family", []).await?;
    rows.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<StoredTotal, StoreError> {
    Ok(StoredTotal {
        family: row.try_get("", "family")?,
        total: Total {
            events: row.try_get::<i64>("", "events")?.cast_unsigned(),
            sum: tag(&row.try_get::<Vec<u8>>("", "sum")?)?,
        },
        tag: row.try_get("", "tag")?,
    })
}

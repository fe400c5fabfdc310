//! The migrations of all capabilities in one order. A released migration is never changed, moved or renamed: its name is
//! in the table `migration` of every hall.

use crate::clock::Clock;
use crate::db::{self, Migration, Store, StoreError};
use crate::{audit, calendar, cases, fleet, intake, queue, staff};
use std::path::Path;

/// One line for each capability that has tables.
const LISTS: &[&[Migration]] = &[
    db::MIGRATIONS,
    fleet::MIGRATIONS,
    intake::MIGRATIONS,
    cases::MIGRATIONS,
    calendar::MIGRATIONS,
    queue::MIGRATIONS,
    audit::MIGRATIONS,
    staff::MIGRATIONS,
];

/// All migrations, in the order of their names.
pub(crate) fn all() -> Vec<Migration> {
    let mut all: Vec<Migration> = LISTS.iter().copied().flatten().copied().collect();
    all.sort_by_key(|migration| migration.name);
    all
}

impl Store {
    /// Opens the database at `address`, creates or upgrades its tables, and gives it a new epoch when it is
    /// older than the mark in the folder `data`. `startup` also sees to it that it is the right one.
    ///
    /// # Errors
    /// The address is malformed, the database cannot be reached, or a migration fails.
    pub async fn open(address: &str, data: &Path, clock: &Clock) -> Result<Self, StoreError> {
        let store = Self::connect(&address.parse()?, data, clock).await?;
        store.migrate(&all()).await?;
        store.settle().await?;
        Ok(store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_migrations_keep_their_names_and_order() {
        let names: Vec<&str> = all().iter().map(|migration| migration.name).collect();
        let released = [
            "0001_hall",
            "0002_printers",
            "0003_keys_and_numbers",
            "0003_standing",
            "0004_heartbeats",
            "0006_lists",
            "0007_lookup_tries",
            "0008_conflicts",
        ];
        assert_eq!(names[..released.len()], released);
        assert!(names.windows(2).all(|two| two[0] < two[1]), "a name is there twice: {names:?}");
    }
}

//! A terminal's own side of a real hall: identity, ledger, catalogue and drafts as a resident makes them.

use bianmin_hall::testing::{TestHall, TestTerminal, example_body};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::ids::Millis;
use bianmin_terminal::catalogue::{Catalogue, CatalogueStore};
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{Draft, Ledger, Options};
use bianmin_terminal::sync::{Environment, Settings, Syncer};
use std::sync::Arc;
use tempfile::TempDir;

/// An enrolled terminal with a durable ledger and the hall's catalogue.
pub struct Station {
    pub ledger: Ledger,
    pub syncer: Syncer,
    pub catalogue: Arc<Catalogue>,
    pub items: Vec<Arc<ServiceItem>>,
    pub folder: TempDir,
}

impl Station {
    pub async fn enrol(hall: &TestHall) -> Self {
        let TestTerminal { enrolled, key, .. } = hall.enrol("HP").await;
        let identity =
            TerminalIdentity { enrolled, key, hall_url: hall.url.clone(), lineage: Default::default() };
        let folder = TempDir::new().unwrap();
        let store = CatalogueStore::open(&folder.path().join("catalogue.sqlite"), identity.enrolled.hall_key);
        let ledger = Ledger::open(folder.path(), identity, &Options::default()).unwrap();
        let settings = Settings::default();
        let mut syncer =
            Syncer::new(ledger.clone(), store.clone(), &settings, Environment::default()).unwrap();
        let report = syncer.sync_once().await;
        assert!(report.failure.is_none(), "{report:?}");
        let catalogue = store.snapshot();
        let today = jiff::Zoned::now().date();
        let items = catalogue.items.iter().filter(|item| item.can_apply_on(today)).cloned().collect();
        Self { ledger, syncer, catalogue, items, folder }
    }

    /// The `at`-th resident applies.
    pub fn accept(&self, at: usize) {
        let item = &self.items[at % self.items.len()];
        let draft = Draft {
            item: item.clone(),
            catalogue: self.catalogue.revision,
            body: example_body(item),
            files: Vec::new(),
        };
        let now = jiff::Zoned::now();
        let moment = Millis(now.timestamp().as_millisecond());
        self.ledger.accept(draft, &self.catalogue.fields, moment, now.date()).unwrap();
    }
}

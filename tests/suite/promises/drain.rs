//! The queue drains by itself: however long the hall was away, and whatever else answered meanwhile.

use super::bench::{Terminal, open, runtime};
use super::chance::count;
use crate::programs::{Hall, eventually};
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::sync::{Environment, Settings, Syncer};

#[test]
fn what_has_waited_goes_by_itself_when_the_hall_is_back() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    hall.stop();
    let told = terminal.write(count(200, 1000));
    let ledger = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    let store = CatalogueStore::open(&terminal.catalogue_file(), terminal.identity.enrolled.hall_key);
    let syncer = Syncer::new(ledger.clone(), store, &Settings::default(), Environment::default()).unwrap();
    let state = syncer.handle().state();
    let background = runtime();
    background.spawn(syncer.run());
    eventually("a first attempt in vain", || {
        (state.borrow().reachable == bianmin_terminal::sync::Reachable::Offline).then_some(())
    });
    assert_eq!(ledger.counts().unwrap().waiting as usize, told.len());
    hall.start_again();
    eventually("draining", || (ledger.counts().unwrap().waiting == 0).then_some(()));
    assert_eq!(hall.cases().len(), told.len());
    background.shutdown_background();
}

//! The queue drains by itself: however long the hall was away, whatever else answered meanwhile, and however thin
//! the line is.

use super::bench::{Terminal, open, runtime};
use super::chance::{Chance, count};
use crate::programs::{Hall, eventually};
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::ledger::Ledger;
use bianmin_terminal::sync::{
    Broken, Environment, LONGEST_WAIT, Later, NetEnvironment, Settings, Simulated, Syncer,
};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const DARK: Duration = Duration::from_secs(72 * 3600);
/// Whether there is a cable is looked at every two seconds.
const NOTICED: Duration = Duration::from_millis(2100);

#[test]
fn what_has_waited_goes_by_itself_when_the_hall_is_back() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    hall.stop();
    let report = terminal.write(count(200, 1000));
    let (ledger, syncer) = sender(&terminal, Environment::default());
    let state = syncer.handle().state();
    let background = runtime();
    background.spawn(syncer.run());
    eventually("a first attempt in vain", || {
        (state.borrow().reachable == bianmin_terminal::sync::Reachable::Offline).then_some(())
    });
    assert_eq!(ledger.counts().unwrap().waiting as usize, report.len());
    hall.start_again();
    eventually("draining", || (ledger.counts().unwrap().waiting == 0).then_some(()));
    assert_eq!(hall.cases().len(), report.len());
    background.shutdown_background();
}

/// Three days by a clock that jumps from one timer to the next; the loop, the ledger and the hall are the real ones.
#[test]
fn after_three_days_in_the_dark_a_thousand_go_as_soon_as_the_link_is_back() {
    let mut hall = Hall::start(None);
    let terminal = Terminal::of(&hall);
    hall.stop();
    let report = terminal.write(1000);
    let line = Arc::new(Cable::default());
    let random = Arc::new(Mutex::new(Random { chance: Chance::new("three days"), fixed: None }));
    let thrown = random.clone();
    let environment = Environment {
        random: Arc::new(move || thrown.lock().unwrap().throw()),
        timeout: Duration::from_secs(1),
        net: NetEnvironment::Simulated(line.clone()),
        ..Environment::default()
    };
    let virtual_time =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    virtual_time.block_on(async {
        let (ledger, syncer) = sender(&terminal, environment);
        tokio::spawn(syncer.run());
        sleep(DARK).await;
        never_gave_up(&line.tried());
        assert_eq!(ledger.counts().unwrap().waiting as usize, report.len());

        // Now every wait is the longest, and one has just begun when the cable is put back.
        random.lock().unwrap().fixed = Some(u64::MAX);
        let last = line.tried().len();
        while line.tried().len() == last {
            sleep(Duration::from_secs(1)).await;
        }
        let before = line.tried().len();
        random.lock().unwrap().fixed = Some(0);
        line.plug();
        sleep(NOTICED).await;
        assert!(line.tried().len() > before, "the link is back, and nobody looks before the timer");

        // From here on by the clock on the wall.
        hall.start_again();
        tokio::time::resume();
        let deadline = Instant::now() + Duration::from_secs(60);
        while ledger.counts().unwrap().waiting > 0 {
            assert!(Instant::now() < deadline, "{} still wait", ledger.counts().unwrap().waiting);
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert_eq!(hall.cases().len(), report.len());
}

/// A cable that is out, and then in; time passes as the runtime says.
#[derive(Default)]
struct Cable {
    is_plugged: Mutex<bool>,
    tried: Mutex<Vec<Instant>>,
    client: reqwest::Client,
}

impl Cable {
    /// When something was to be carried.
    fn tried(&self) -> Vec<Instant> {
        self.tried.lock().unwrap().clone()
    }

    fn plug(&self) {
        *self.is_plugged.lock().unwrap() = true;
    }
}

impl Simulated for Cable {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep_until(&self, deadline: Instant) -> Later<()> {
        Box::pin(tokio::time::sleep_until(deadline))
    }

    fn carry(&self, request: http::Request<Bytes>) -> Later<Result<http::Response<reqwest::Body>, Broken>> {
        self.tried.lock().unwrap().push(Instant::now());
        let (client, is_plugged) = (self.client.clone(), *self.is_plugged.lock().unwrap());
        Box::pin(async move {
            if !is_plugged {
                return Err(Broken { sent: false });
            }
            let request = reqwest::Request::try_from(request.map(reqwest::Body::from)).unwrap();
            let answer = client.execute(request).await.map_err(|_| Broken { sent: true })?;
            Ok(answer.into())
        })
    }

    fn connected_by(&self) -> BTreeSet<String> {
        self.is_plugged.lock().unwrap().then(|| "eth0".to_owned()).into_iter().collect()
    }
}

/// Seeded random numbers, or always the same one.
struct Random {
    chance: Chance,
    fixed: Option<u64>,
}

impl Random {
    fn throw(&mut self) -> u64 {
        self.fixed.unwrap_or_else(|| self.chance.next())
    }
}

fn sender(terminal: &Terminal, environment: Environment) -> (Ledger, Syncer) {
    let ledger = open(terminal.kiosk.folder.path(), &terminal.identity, 0);
    let store = CatalogueStore::open(&terminal.catalogue_file(), terminal.identity.enrolled.hall_key);
    let syncer = Syncer::new(ledger.clone(), store, &Settings::default(), environment).unwrap();
    (ledger, syncer)
}

/// An attempt in the dark takes no time, so that what lies between two of them was waited for.
fn never_gave_up(tried: &[Instant]) {
    let waits: Vec<Duration> = tried.windows(2).map(|two| two[1] - two[0]).collect();
    println!("{} attempts in {DARK:?}", tried.len());
    let least = DARK.as_secs() / (LONGEST_WAIT.as_secs() + 1);
    assert!(waits.len() as u64 >= least, "it gave up after {} attempts", tried.len());
    let longest = waits.iter().max().unwrap();
    assert!(*longest <= LONGEST_WAIT + Duration::from_secs(1), "a wait of {longest:?}");
    // A thousand terminals that lost their hall in the same second must not all come back in the same second.
    let late = &waits[12..];
    let between = |from: u64, to: u64| {
        late.iter().filter(|wait| (from..to).contains(&wait.as_secs())).count() * 4 > late.len() / 2
    };
    assert!(between(0, 75) && between(75, 150) && between(150, 225) && between(225, 301), "no jitter");
}

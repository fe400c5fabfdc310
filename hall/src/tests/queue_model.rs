//! The engine against a slow, obvious model: seeded days of random commands, and after each the same answer.

use crate::clock::Clock;
use crate::db::Store;
use crate::queue::*;
use bianmin_protocol::ids::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const BY: &str = "test";
const BOUND: u32 = 2;
const DAYS: u64 = 8;
const COMMANDS: usize = 120;

/// Somebody.
#[derive(Debug, Clone)]
struct Person {
    number: String,
    group: usize,
    is_priority: bool,
    issued: i64,
    queued: i64,
    state: State,
    window: Option<usize>,
}

/// A call that was made: all that the bound goes by.
#[derive(Debug, Clone, Copy)]
struct Past {
    group: usize,
    window: usize,
    is_priority: bool,
    is_chosen: bool,
    group_waits: bool,
    window_waits: bool,
}

/// The queue as one would write it on paper.
#[derive(Debug, Default)]
struct Model {
    people: Vec<Person>,
    calls: Vec<Past>,
}

/// Window 0 serves both groups, window 1 the first, window 2 the second.
const SERVED: [&[usize]; 3] = [&[0, 1], &[0], &[1]];

impl Model {
    fn waiting(&self, groups: &[usize], is_priority: bool) -> Vec<usize> {
        let mut found: Vec<usize> = (0..self.people.len())
            .filter(|at| {
                let one = &self.people[*at];
                one.state == State::Waiting && groups.contains(&one.group) && one.is_priority == is_priority
            })
            .collect();
        found.sort_by_key(|at| (self.people[*at].queued, *at));
        found
    }

    /// Priority calls in a row while somebody ordinary waited, counted back from the last call.
    fn run(&self, is_own: impl Fn(&Past) -> bool, waits: impl Fn(&Past) -> bool) -> u32 {
        let mut run = 0;
        for past in self.calls.iter().rev().filter(|past| is_own(past)) {
            if past.is_priority && waits(past) {
                run += 1;
            } else if !past.is_chosen {
                return run;
            }
        }
        run
    }

    fn next(&self, window: usize) -> Option<usize> {
        let groups = SERVED[window];
        let ordinary = self.waiting(groups, false).first().copied();
        let window_run = self.run(|past| past.window == window, |past| past.window_waits);
        let may_come = |at: &usize| {
            let group = self.people[*at].group;
            let run = self.run(|past| past.group == group, |past| past.group_waits);
            self.waiting(&[group], false).is_empty() || run < BOUND
        };
        let priority = self.waiting(groups, true).into_iter().find(may_come);
        match (priority, ordinary) {
            (Some(priority), None) => Some(priority),
            (Some(priority), Some(_)) if window_run < BOUND => Some(priority),
            (_, ordinary) => ordinary,
        }
    }

    fn has(&self, window: usize) -> Option<usize> {
        self.people.iter().position(|one| one.window == Some(window))
    }

    fn put(&mut self, at: usize, state: State) {
        self.people[at].state = state;
        self.people[at].window = None;
    }

    /// Calls the next or a chosen one; None if nobody can be.
    fn call(&mut self, window: usize, chosen: Option<usize>) -> Option<String> {
        if let Some(at) = self.has(window) {
            let served = self.people[at].state == State::Serving;
            self.put(at, if served { State::Done } else { State::Missed });
        }
        let at = chosen.or_else(|| self.next(window))?;
        let (group, is_priority) = (self.people[at].group, self.people[at].is_priority);
        self.calls.push(Past {
            group,
            window,
            is_priority,
            is_chosen: chosen.is_some(),
            group_waits: !self.waiting(&[group], false).is_empty(),
            window_waits: !self.waiting(SERVED[window], false).is_empty()
                || !self.waiting(&[group], false).is_empty(),
        });
        self.people[at].state = State::Called;
        self.people[at].window = Some(window);
        Some(self.people[at].number.clone())
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

fn setup() -> Setup {
    let mut setup = default_setup();
    let mut other = setup.groups[0].clone();
    other.code = GroupCode::parse("B").unwrap();
    other.prefix = bianmin_protocol::ticket::TicketPrefix::parse("B").unwrap();
    setup.groups.push(other);
    setup.priority_bound = BOUND;
    setup.windows = SERVED
        .iter()
        .enumerate()
        .map(|(at, groups)| Window {
            code: WindowCode::parse(&(at + 1).to_string()).unwrap(),
            name: String::new(),
            groups: groups.iter().map(|group| setup.groups[*group].code.clone()).collect(),
        })
        .collect();
    setup
}

struct Engine {
    store: Store,
    setup: Setup,
    clock: Clock,
    now: Arc<AtomicI64>,
}

impl Engine {
    fn moment(&self) -> Moment {
        Moment::now(&self.clock, &self.setup)
    }

    async fn call(&self, window: usize, number: Option<String>) -> Option<String> {
        let window = self.setup.windows[window].code.clone();
        let request = CallRequest { window, number, seen: None, by: BY.to_owned() };
        match self.store.queue().call(&self.setup, self.moment(), &request).await.unwrap() {
            NextCall::Called(called) => Some(called.ticket.number.to_string()),
            NextCall::Nobody(_) => None,
        }
    }

    async fn act(&self, window: usize, action: WindowAction) -> bool {
        let code = &self.setup.windows[window].code;
        self.store.queue().at_window(&self.setup, self.moment(), code, &action, BY).await.is_ok()
    }
}

async fn live(seed: u64) {
    let folder = tempfile::TempDir::new().unwrap();
    let now = Arc::new(AtomicI64::new(1_796_000_000_000));
    let source = now.clone();
    let clock =
        Clock::with_source(jiff::tz::TimeZone::UTC, Arc::new(move || Millis(source.load(Ordering::Relaxed))));
    let store = Store::open(&Store::default_address(folder.path()), folder.path(), &clock).await.unwrap();
    let engine = Engine { store, setup: setup(), clock, now };
    let (mut model, mut random) = (Model::default(), Random(seed));
    for _ in 0..COMMANDS {
        engine.now.fetch_add(1000, Ordering::Relaxed);
        step(&engine, &mut model, &mut random).await;
    }
    let places = engine.store.queue().places(engine.moment().day).await.unwrap();
    for (person, place) in model.people.iter().zip(&places) {
        let answer = (place.number.to_string(), place.state, place.window.as_ref().map(ToString::to_string));
        let window = person.window.map(|window| (window + 1).to_string());
        assert_eq!(answer, (person.number.clone(), person.state, window), "seed {seed}");
    }
    assert_eq!(model.people.len(), places.len());
    assert!(engine.store.queue().untrue_rows().await.unwrap().is_empty(), "seed {seed}");
    engine.store.close().await;
}

async fn step(engine: &Engine, model: &mut Model, random: &mut Random) {
    let at = engine.now.load(Ordering::Relaxed);
    let window = random.below(SERVED.len());
    match random.below(20) {
        0..=7 => {
            let (group, is_priority) = (random.below(2), random.below(2) == 0);
            let code = engine.setup.groups[group].code.clone();
            let priority = is_priority.then_some(PriorityClass::Elderly);
            let request = TakeRequest { group: code, priority, by: BY.to_owned() };
            let taken = engine.store.queue().take(&engine.setup, engine.moment(), &[request]).await.unwrap();
            let number = taken[0].ticket.number.to_string();
            let before = model.people.iter().filter(|one| one.number.starts_with(["A", "B"][group])).count();
            assert_eq!(number, format!("{}{:03}", ["A", "B"][group], before + 1));
            let (issued, queued, state) = (at, at, State::Waiting);
            model.people.push(Person { number, group, is_priority, issued, queued, state, window: None });
        }
        8..=13 => assert_eq!(engine.call(window, None).await, model.call(window, None)),
        14 => {
            let aside = [State::Parked, State::Missed, State::Waiting];
            let found: Vec<usize> =
                (0..model.people.len()).filter(|at| aside.contains(&model.people[*at].state)).collect();
            let Some(chosen) = found.get(random.below(found.len())) else { return };
            let number = model.people[*chosen].number.clone();
            assert_eq!(engine.call(window, Some(number)).await, model.call(window, Some(*chosen)));
        }
        15 => {
            let found = model.waiting(&[0, 1], random.below(2) == 0);
            let Some(chosen) = found.get(random.below(found.len())) else { return };
            let number = model.people[*chosen].number.clone();
            engine.store.queue().leave(engine.moment(), &number, BY).await.unwrap();
            model.put(*chosen, State::Left);
        }
        command => at_window(engine, model, window, command, random.below(4)).await,
    }
}

/// A window does something with whom it has; whether it can is the same in both.
async fn at_window(engine: &Engine, model: &mut Model, window: usize, command: usize, random: usize) {
    let has = model.has(window);
    let is = |wanted: &[State]| has.is_some_and(|at| wanted.contains(&model.people[at].state));
    let both = [State::Called, State::Serving];
    let keep_place = random > 1;
    let group = random % 2;
    let (action, can) = match command {
        16 => (WindowAction::Serve, is(&[State::Called])),
        17 => (WindowAction::Park { reason: ParkReason::Other }, is(&both)),
        18 => (WindowAction::Missed, is(&[State::Called])),
        _ if random == 0 => (WindowAction::Finish, is(&[State::Serving])),
        _ => {
            let group = engine.setup.groups[group].code.clone();
            (WindowAction::Transfer { group, keep_place }, is(&both))
        }
    };
    assert_eq!(engine.act(window, action.clone()).await, can, "{action:?}");
    let Some(at) = has.filter(|_| can) else { return };
    match action {
        WindowAction::Serve => model.people[at].state = State::Serving,
        WindowAction::Park { .. } => model.put(at, State::Parked),
        WindowAction::Missed => model.put(at, State::Missed),
        WindowAction::Finish => model.put(at, State::Done),
        _ => {
            model.put(at, State::Waiting);
            let now = engine.now.load(Ordering::Relaxed);
            let person = &mut model.people[at];
            person.group = group;
            person.queued = if keep_place { person.issued } else { now };
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_commanded_the_engine_answers_as_the_model_does() {
    for seed in 0..DAYS {
        live(seed).await;
    }
}

//! The day itself: one thing after the other, by the simulated clock. Windows call, people come, and the engine decides.

use super::baseline;
use super::crowd::{self, Habit, LAST_NUMBER, MINUTE, OPENS, SLOT, Visitor};
use super::tally::{Tally, rounded};
use super::{Now, Report, Simulation};
use crate::clock::Clock;
use crate::db::Store;
use crate::queue::domain::{
    BookingRules, Group, GroupCode, ParkReason, Setup, State, Ticket, TimeRange, Window, WindowCode,
};
use crate::queue::error::QueueError;
use crate::queue::file::default_setup;
use crate::queue::moment::Moment;
use crate::queue::store::{CallRequest, NextCall, Rest, TakeRequest, WindowAction};
use bianmin_protocol::ids::Millis;
use bianmin_protocol::ticket::TicketPrefix;
use jiff::civil::Time;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};

/// Midnight before the simulated day, a Monday.
pub(super) const START: Millis = Millis(1_795_996_800_000);
const GROUPS: [&str; 3] = ["A", "B", "C"];
const BY: &str = "simulation";

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Comes(usize),
    Leaves(usize),
    Returns(usize),
    WindowCalls(usize),
    Begins(usize, usize),
    Ends(usize, usize),
}

pub(super) struct Day<'a> {
    simulation: Simulation,
    store: &'a Store,
    now: Now,
    clock: Clock,
    setup: Setup,
    crowd: Vec<Visitor>,
    agenda: BinaryHeap<Reverse<(i64, u64, Happening)>>,
    noted: u64,
    /// Codes by visitor.
    bookings: HashMap<usize, String>,
    /// By visitor.
    numbers: Vec<Option<String>>,
    visitors: HashMap<String, usize>,
    idle: Vec<bool>,
    /// People of each group who are back after having been parked or missed.
    back: Vec<VecDeque<usize>>,
    tally: Tally,
}

fn setup(simulation: Simulation) -> Setup {
    let code = |group: &str| GroupCode::parse(group).expect("a letter is a code");
    let groups = GROUPS.iter().map(|letter| Group {
        code: code(letter),
        name: (*letter).to_owned(),
        prefix: TicketPrefix::parse(letter).expect("a letter is a prefix"),
        items: Vec::new(),
        minutes: 5,
        booking: Some(bookings()),
    });
    let windows = (0..simulation.windows as usize).map(|window| Window {
        code: WindowCode::parse(&(window + 1).to_string()).expect("a number is a code"),
        name: (window + 1).to_string(),
        groups: crowd::groups_of(window).into_iter().map(|group| code(GROUPS[group])).collect(),
    });
    Setup {
        priority_bound: simulation.priority_bound,
        groups: groups.collect(),
        windows: windows.collect(),
        ..default_setup()
    }
}

/// Every half hour of the day, with room for everybody.
fn bookings() -> BookingRules {
    BookingRules {
        slots: (OPENS / SLOT..LAST_NUMBER / SLOT).map(slot).collect(),
        capacity: 100_000,
        days_ahead: 0,
        lead_minutes: 0,
        grace_minutes: 15,
    }
}

fn slot(number: i64) -> TimeRange {
    let time = |minutes: i64| {
        Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).expect("a day's minutes are a time")
    };
    TimeRange { from: time(number * SLOT / MINUTE), to: time((number + 1) * SLOT / MINUTE) }
}

impl<'a> Day<'a> {
    pub(super) fn new(simulation: Simulation, store: &'a Store, now: Now, clock: Clock) -> Self {
        let crowd = crowd::crowd(simulation.seed, simulation.visitors, simulation.windows);
        Self {
            simulation,
            store,
            now,
            clock,
            setup: setup(simulation),
            agenda: BinaryHeap::new(),
            noted: 0,
            bookings: HashMap::new(),
            numbers: vec![None; crowd.len()],
            visitors: HashMap::new(),
            idle: vec![false; simulation.windows as usize],
            back: vec![VecDeque::new(); GROUPS.len()],
            tally: Tally::default(),
            crowd,
        }
    }

    pub(super) async fn live(mut self) -> Result<Report, QueueError> {
        for visitor in 0..self.crowd.len() {
            self.note(self.crowd[visitor].comes, Happening::Comes(visitor));
        }
        self.book().await?;
        for window in 0..self.idle.len() {
            self.note(OPENS, Happening::WindowCalls(window));
        }
        let mut ended_at = OPENS;
        while let Some(Reverse((at, _, happening))) = self.agenda.pop() {
            self.now.set(Millis(START.0 + at));
            ended_at = at;
            self.happen(at, happening).await?;
        }
        self.report(ended_at).await
    }

    fn note(&mut self, at: i64, happening: Happening) {
        self.noted += 1;
        self.agenda.push(Reverse((at, self.noted, happening)));
    }

    fn moment(&self) -> Moment {
        Moment::now(&self.clock, &self.setup)
    }

    async fn happen(&mut self, at: i64, happening: Happening) -> Result<(), QueueError> {
        match happening {
            Happening::Comes(visitor) => self.comes(at, visitor).await,
            Happening::Leaves(visitor) => self.leaves(visitor).await,
            Happening::Returns(visitor) => {
                let group = self.crowd[visitor].group;
                self.back[group].push_back(visitor);
                self.wake(at, group);
                Ok(())
            }
            Happening::WindowCalls(window) => self.window_calls(at, window).await,
            Happening::Begins(window, visitor) => self.begins(at, window, visitor).await,
            Happening::Ends(window, visitor) => self.ends(at, window, visitor).await,
        }
    }

    /// Has an idle window look again, if one serves the group.
    fn wake(&mut self, at: i64, group: usize) {
        let found = (0..self.idle.len())
            .find(|window| self.idle[*window] && crowd::groups_of(*window).contains(&group));
        if let Some(window) = found {
            self.idle[window] = false;
            self.note(at, Happening::WindowCalls(window));
        }
    }

    /// Before the day begins.
    async fn book(&mut self) -> Result<(), QueueError> {
        self.now.set(START);
        let moment = self.moment();
        for visitor in 0..self.crowd.len() {
            let Visitor { slot: Some(at), group, .. } = self.crowd[visitor] else { continue };
            let code = &self.setup.groups[group].code;
            let place = (code, moment.day, slot(at / SLOT));
            let booking = self.store.queue().book(&self.setup, moment, place, BY, None).await?;
            self.bookings.insert(visitor, booking.code);
        }
        Ok(())
    }

    async fn comes(&mut self, at: i64, visitor: usize) -> Result<(), QueueError> {
        let Visitor { group, priority, habit, slot, .. } = self.crowd[visitor];
        let taken = match self.bookings.get(&visitor) {
            Some(code) => {
                vec![self.store.queue().check_in_booking(&self.setup, self.moment(), code, BY, None).await?]
            }
            None => {
                let code = self.setup.groups[group].code.clone();
                let request = TakeRequest { group: code, priority, by: BY.to_owned() };
                self.store.queue().take(&self.setup, self.moment(), &[request]).await?
            }
        };
        for one in taken {
            let number = one.ticket.number.to_string();
            self.tally.took(&number, group, priority.is_some(), (at, slot), one.wait);
            self.numbers[visitor] = Some(number.clone());
            self.visitors.insert(number, visitor);
        }
        if let Habit::Leaves(after) = habit {
            self.note(at + after, Happening::Leaves(visitor));
        }
        self.wake(at, group);
        Ok(())
    }

    async fn leaves(&mut self, visitor: usize) -> Result<(), QueueError> {
        let number = self.numbers[visitor].clone().unwrap_or_default();
        let place = self.store.queue().place(self.moment(), &number).await?;
        if place.state == State::Waiting {
            self.store.queue().leave(self.moment(), &number, BY).await?;
            self.tally.left(&number);
        }
        Ok(())
    }

    async fn window_calls(&mut self, at: i64, window: usize) -> Result<(), QueueError> {
        if let Some(until) = crowd::rests_until(window, at) {
            self.note(until, Happening::WindowCalls(window));
            return Ok(());
        }
        let groups = crowd::groups_of(window);
        let back = groups.into_iter().find_map(|group| self.back[group].pop_front());
        let number = back.and_then(|visitor| self.numbers[visitor].clone());
        let code = self.setup.windows[window].code.clone();
        let request = CallRequest { window: code, number, seen: Some(None), by: BY.to_owned() };
        match self.store.queue().call(&self.setup, self.moment(), &request).await? {
            NextCall::Nobody(_) => self.idle[window] = true,
            NextCall::Called(called) => {
                let number = called.ticket.number.to_string();
                self.tally.called(&number, window, called.reason, at);
                let Some(visitor) = self.visitors.get(&number).copied() else { return Ok(()) };
                let Visitor { habit, walk, .. } = self.crowd[visitor];
                match habit {
                    Habit::NoShow(_) => self.note(at + MINUTE, Happening::Ends(window, visitor)),
                    _ => self.note(at + walk, Happening::Begins(window, visitor)),
                }
            }
        }
        Ok(())
    }

    async fn begins(&mut self, at: i64, window: usize, visitor: usize) -> Result<(), QueueError> {
        self.act(window, &WindowAction::Serve).await?;
        let Visitor { habit, service, .. } = self.crowd[visitor];
        let busy = if matches!(habit, Habit::Parks(_) | Habit::Transfers) { service / 3 } else { service };
        self.note(at + busy, Happening::Ends(window, visitor));
        Ok(())
    }

    async fn ends(&mut self, at: i64, window: usize, visitor: usize) -> Result<(), QueueError> {
        let number = self.numbers[visitor].clone().unwrap_or_default();
        let habit = std::mem::replace(&mut self.crowd[visitor].habit, Habit::Plain);
        match habit {
            Habit::NoShow(back) => {
                self.act(window, &WindowAction::Missed).await?;
                if let Some(after) = back {
                    self.note(at + after, Happening::Returns(visitor));
                }
            }
            Habit::Parks(after) => {
                self.act(window, &WindowAction::Park { reason: ParkReason::Form }).await?;
                self.note(at + after, Happening::Returns(visitor));
            }
            Habit::Transfers => {
                let group = (self.crowd[visitor].group + 1) % GROUPS.len();
                self.crowd[visitor].group = group;
                let code = self.setup.groups[group].code.clone();
                self.act(window, &WindowAction::Transfer { group: code, keep_place: true }).await?;
                self.tally.moved(&number, group, self.crowd[visitor].priority.is_some());
                self.wake(at, group);
            }
            Habit::Plain | Habit::Leaves(_) => {
                self.act(window, &WindowAction::Finish).await?;
            }
        }
        self.note(at, Happening::WindowCalls(window));
        Ok(())
    }

    async fn act(&self, window: usize, action: &WindowAction) -> Result<Ticket, QueueError> {
        let code = &self.setup.windows[window].code;
        self.store.queue().at_window(&self.setup, self.moment(), code, action, BY).await
    }

    async fn report(self, ended_at: i64) -> Result<Report, QueueError> {
        let Simulation { seed, visitors, windows, priority_bound } = self.simulation;
        let moment = self.moment();
        let before = self.store.queue().places(moment.day).await?;
        let count = |places: &[Ticket], state: State| {
            places.iter().filter(|ticket| ticket.state == state).count() as u32
        };
        self.store.queue().close_day(&self.setup, moment, moment.day, Some(Rest::Close), BY).await?;
        let after = self.store.queue().places(moment.day).await?;
        // Whoever came has a number, and of each number it is known what became of it.
        let over = after.iter().filter(|ticket| ticket.state.is_over());
        let over: HashSet<String> = over.map(|ticket| ticket.number.to_string()).collect();
        let lost = self
            .numbers
            .iter()
            .filter(|number| !number.as_ref().is_some_and(|one| over.contains(one)))
            .count() as u32
            + count(&before, State::Waiting)
            + count(&before, State::Parked);
        let untrue_rows = self.store.queue().untrue_rows().await?.len() as u32;
        let bound = self.tally.bound(priority_bound);
        let Tally { calls, called_twice, numbers_twice, .. } = self.tally;
        let is_held = bound.longest_run_of_a_group.max(bound.longest_run_at_a_window) <= priority_bound;
        // As they were before the day changed them.
        let crowd = crowd::crowd(seed, visitors, windows);
        let baseline = baseline::mean_wait(&crowd, windows as usize) / MINUTE as f64;
        Ok(Report {
            seed,
            visitors,
            windows,
            served: count(&before, State::Done),
            left: count(&before, State::Left),
            missed: count(&before, State::Missed),
            calls,
            lost,
            called_twice,
            numbers_twice,
            untrue_rows,
            bound,
            wait_minutes: self.tally.waits(),
            first_come_first_served_minutes: rounded(baseline),
            estimate: self.tally.coverage(),
            ended_at: format!("{:02}:{:02}", ended_at / (60 * MINUTE), ended_at / MINUTE % 60),
            kept: lost + called_twice + numbers_twice + untrue_rows == 0 && is_held,
        })
    }
}

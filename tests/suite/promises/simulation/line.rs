//! One terminal's world as the simulation holds it: a clock that stands still while anything happens, alarms that
//! are looked at by the schedule, and a line on which requests lie until the schedule takes them.

use bianmin_terminal::sync::{Broken, Later, Simulated};
use bytes::Bytes;
use std::collections::{BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// An answer as it reaches the terminal.
pub type LineAnswer = Result<http::Response<reqwest::Body>, Broken>;

/// A request on its way, to be given out as often as the network likes.
pub type Request = http::Request<Bytes>;

/// Virtual time, in microseconds since the beginning.
#[derive(Clone)]
pub struct Clock {
    micros: Arc<AtomicU64>,
    beginning: Instant,
}

impl Clock {
    pub fn new() -> Self {
        Self { micros: Arc::default(), beginning: Instant::now() }
    }

    pub fn micros(&self) -> u64 {
        self.micros.load(Ordering::Relaxed)
    }

    pub fn set(&self, micros: u64) {
        self.micros.store(micros, Ordering::Relaxed);
    }

    fn instant(&self) -> Instant {
        self.beginning + Duration::from_micros(self.micros())
    }

    fn micros_of(&self, instant: Instant) -> u64 {
        let since = instant.saturating_duration_since(self.beginning).as_micros();
        u64::try_from(since).unwrap_or(u64::MAX)
    }
}

/// What the terminal waits for.
#[derive(Default)]
struct Waits {
    /// The earliest alarm that was asked for since the terminal was last looked at.
    alarm: Option<u64>,
    outgoing: Vec<(u64, Request)>,
    answers: HashMap<u64, LineAnswer>,
    requests: u64,
    is_plugged_in: bool,
}

/// The terminal's end of the line.
#[derive(Clone)]
pub struct TerminalLine {
    clock: Clock,
    waits: Arc<Mutex<Waits>>,
}

impl TerminalLine {
    pub fn new(clock: Clock) -> Self {
        Self { clock, waits: Arc::new(Mutex::new(Waits { is_plugged_in: true, ..Waits::default() })) }
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap()
    }

    pub fn plug(&self, is_plugged_in: bool) {
        self.waits().is_plugged_in = is_plugged_in;
    }

    /// Forgets every alarm: whoever still waits for one asks again when it is looked at.
    pub fn clear_alarm(&self) {
        self.waits().alarm = None;
    }

    pub fn alarm(&self) -> Option<u64> {
        self.waits().alarm
    }

    /// The requests that the terminal has made since.
    pub fn outgoing(&self) -> Vec<(u64, Request)> {
        std::mem::take(&mut self.waits().outgoing)
    }

    pub fn answer(&self, id: u64, answer: LineAnswer) {
        self.waits().answers.insert(id, answer);
    }
}

impl Simulated for TerminalLine {
    fn now(&self) -> Instant {
        self.clock.instant()
    }

    fn sleep_until(&self, deadline: Instant) -> Later<()> {
        Box::pin(Alarm { line: self.clone(), at: self.clock.micros_of(deadline) })
    }

    fn carry(&self, request: Request) -> Later<LineAnswer> {
        let mut waits = self.waits();
        waits.requests += 1;
        let id = waits.requests;
        waits.outgoing.push((id, request));
        Box::pin(Carried { line: self.clone(), id })
    }

    fn connected_by(&self) -> BTreeSet<String> {
        if self.waits().is_plugged_in { BTreeSet::from(["cable".to_owned()]) } else { BTreeSet::new() }
    }
}

struct Alarm {
    line: TerminalLine,
    at: u64,
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.line.clock.micros() >= self.at {
            return Poll::Ready(());
        }
        let mut waits = self.line.waits();
        waits.alarm = Some(waits.alarm.map_or(self.at, |other| other.min(self.at)));
        Poll::Pending
    }
}

struct Carried {
    line: TerminalLine,
    id: u64,
}

impl Future for Carried {
    type Output = LineAnswer;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<LineAnswer> {
        self.line.waits().answers.remove(&self.id).map_or(Poll::Pending, Poll::Ready)
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        self.line.waits().answers.remove(&self.id);
    }
}

//! Where a case stands: what its events make of it, and nothing else.

use super::event::{Holder, Opening};
use super::{CaseEvent, Detail, Duty, Step};
use bianmin_protocol::case::CaseState;
use bianmin_protocol::ids::Millis;
use std::collections::{BTreeMap, BTreeSet};

/// A time in which the clock stood still, by moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standstill {
    pub from: Millis,
    pub until: Option<Millis>,
    pub reason: Reason,
}

/// Why the clock stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Something was asked for.
    Supplement,
    /// The special procedure of this name.
    Procedure(String),
    /// It was over, and was reopened later.
    Over,
}

/// What became of a material that was to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is waited for.
    Open,
    /// It came.
    Received(Millis),
    /// It did not come in time.
    Missed,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CaseFold {
    pub opening: Opening,
    pub state: CaseState,
    /// What the resident is told.
    pub remark: String,
    pub changed_at: Millis,
    /// How many events there are.
    pub version: u64,
    /// Who has it in hand; none while it is the group's.
    pub held_by: Option<String>,
    pub is_on_hold: bool,
    pub is_issued: bool,
    pub is_withdrawn: bool,
    pub is_set_aside: bool,
    /// How often something was asked for.
    pub supplements: u32,
    pub extended_days: u16,
    /// The duty of each member of staff who had one.
    pub duties: BTreeMap<String, BTreeSet<Duty>>,
    pub standstills: Vec<Standstill>,
    /// Since when somebody has to say whether it is accepted.
    pub waits_since: Option<Millis>,
    /// When it was decided, or came to another end.
    pub ended_at: Option<Millis>,
    pub materials: BTreeMap<String, Kept>,
}

impl CaseFold {
    /// What the first event makes; `None` if it is none that begins a case.
    pub(crate) fn begin(at: Millis, event: &CaseEvent) -> Option<Self> {
        let (opening, state, remark, changed_at) = match event {
            CaseEvent::Opened { opening, state } => (opening, *state, "", opening.received_at),
            CaseEvent::Imported { opening, state, remark, changed_at } => {
                (opening, *state, remark.as_str(), *changed_at)
            }
            _ => return None,
        };
        let is_over = is_over(state);
        let mut fold = Self {
            state,
            remark: remark.to_owned(),
            changed_at,
            version: 1,
            held_by: None,
            is_on_hold: false,
            is_issued: state == CaseState::Delivered,
            is_withdrawn: false,
            is_set_aside: false,
            supplements: 0,
            extended_days: 0,
            duties: BTreeMap::new(),
            standstills: Vec::new(),
            waits_since: (state == CaseState::Received).then_some(at),
            ended_at: is_over.then_some(changed_at),
            materials: opening.promises.iter().map(|one| (one.material.clone(), Kept::Open)).collect(),
            opening: opening.clone(),
        };
        if is_over {
            fold.stand_still(changed_at, Reason::Over);
        }
        if state == CaseState::Supplement {
            fold.supplements = 1;
            fold.stand_still(changed_at, Reason::Supplement);
        }
        if state == CaseState::SpecialProcedure {
            fold.stand_still(changed_at, Reason::Procedure(String::new()));
        }
        Some(fold)
    }

    /// What all events make, in order.
    pub(crate) fn of<'a>(events: impl IntoIterator<Item = (Millis, &'a str, &'a CaseEvent)>) -> Option<Self> {
        let mut events = events.into_iter();
        let (at, _, first) = events.next()?;
        let mut fold = Self::begin(at, first)?;
        for (at, actor, event) in events {
            fold.apply(at, actor, event);
        }
        Some(fold)
    }

    /// What one more event makes.
    pub(crate) fn apply(&mut self, at: Millis, actor: &str, event: &CaseEvent) {
        self.version += 1;
        match event {
            CaseEvent::Opened { .. } | CaseEvent::Imported { .. } => {}
            CaseEvent::Stepped { step, to, duty, remark, detail } => {
                if actor.starts_with("staff:") {
                    self.duties.entry(actor.to_owned()).or_default().insert(*duty);
                }
                self.step(at, *step, *to, detail);
                if event.is_told() {
                    self.remark.clone_from(remark);
                }
            }
            CaseEvent::Remarked { remark } => {
                self.remark.clone_from(remark);
                self.changed_at = at;
            }
            CaseEvent::Extended { days, reason } => {
                self.extended_days += days;
                self.remark.clone_from(reason);
                self.changed_at = at;
            }
            CaseEvent::Held { .. } => self.is_on_hold = true,
            CaseEvent::Resumed => self.is_on_hold = false,
            CaseEvent::Noted { .. } => {}
            CaseEvent::HandedOver { to, .. } => {
                self.held_by = match to {
                    Holder::Staff(id) => Some(id.clone()),
                    Holder::Group => None,
                };
            }
            CaseEvent::MaterialReceived { material } => {
                self.materials.insert(material.clone(), Kept::Received(at));
            }
            CaseEvent::MaterialMissed { material } => {
                self.materials.insert(material.clone(), Kept::Missed);
            }
            CaseEvent::SetAside => self.is_set_aside = true,
        }
    }

    fn step(&mut self, at: Millis, step: Step, to: CaseState, detail: &Detail) {
        if step == Step::Issue {
            self.is_issued = true;
            return;
        }
        let (was_over, was) = (is_over(self.state), self.state);
        self.state = to;
        self.changed_at = at;
        self.is_on_hold = false;
        // With another duty it is for other people.
        self.held_by = self.held_by.take().filter(|_| group_of(was) == group_of(to));
        self.waits_since = (to == CaseState::Received).then_some(at);
        if !was_over || step == Step::Reopen {
            self.end_standstill(at);
        }
        match step {
            Step::AskSupplement => {
                self.supplements += 1;
                self.stand_still(at, Reason::Supplement);
            }
            Step::StartProcedure => {
                let name = if let Detail::Procedure(name) = detail { name.clone() } else { String::new() };
                self.stand_still(at, Reason::Procedure(name));
            }
            Step::Deliver => self.is_issued = true,
            Step::Withdraw => self.is_withdrawn = true,
            Step::Reopen => self.is_issued = false,
            _ => {}
        }
        match (was_over, is_over(to)) {
            (false, true) => {
                self.ended_at = Some(at);
                self.stand_still(at, Reason::Over);
            }
            (true, false) => self.ended_at = None,
            _ => {}
        }
    }

    fn stand_still(&mut self, from: Millis, reason: Reason) {
        self.standstills.push(Standstill { from, until: None, reason });
    }

    fn end_standstill(&mut self, at: Millis) {
        if let Some(last) = self.standstills.last_mut() {
            // A clock that was set back must not make a pause that ends before it begins.
            last.until.get_or_insert(at.max(last.from));
        }
    }

    /// Whether nothing is left to do.
    pub(crate) fn stage(&self) -> Stage {
        match self.state {
            CaseState::NotAccepted | CaseState::Delivered => Stage::Over,
            CaseState::Granted | CaseState::Refused => Stage::Decided,
            _ => Stage::Open,
        }
    }
}

/// How far a case is, as far as lists go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Nothing is left to do.
    Over,
    /// Its clock runs.
    Open,
    /// It is decided, and has to be issued and delivered.
    Decided,
}

impl Stage {
    /// As it is stored.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Over => 0,
            Self::Open => 1,
            Self::Decided => 2,
        }
    }
}

/// Whether the clock has ended.
pub(crate) fn is_over(state: CaseState) -> bool {
    matches!(state, CaseState::NotAccepted | CaseState::Granted | CaseState::Refused | CaseState::Delivered)
}

/// Which duty a case in this state waits for.
fn group_of(state: CaseState) -> Duty {
    match state {
        CaseState::AwaitingFiles | CaseState::Received | CaseState::Supplement | CaseState::NotAccepted => {
            Duty::Reception
        }
        CaseState::Accepted | CaseState::Deciding | CaseState::SpecialProcedure => Duty::Decision,
        CaseState::Granted | CaseState::Refused | CaseState::Delivered => Duty::Issue,
    }
}

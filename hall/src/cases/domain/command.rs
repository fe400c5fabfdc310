//! What may be done with a case, by whom: the rules that turn a command into events. There is no other way to change a
//! case, at the console, at the command line or by the hall's own clock.

use super::actor::{Actor, has_role, may_see};
use super::event::{Detail, Holder};
use super::fold::{CaseFold, Kept, Stage};
use super::remark::{check_name, check_note, check_remark};
use super::transition::{duty_of, lead};
use super::{CaseEvent, Duty, RefusalReason, Step};
use crate::staff::{Role, StaffMember};
use bianmin_protocol::case::CaseState;

/// The most days by which a limit is extended, once.
pub(crate) const EXTENSION: u16 = 10;

/// How a case is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseOutcome {
    /// 准予.
    Granted,
    /// 不予.
    Refused,
}

/// What is to be done with a case. Remarks and reasons are shown to the resident; notes and the reasons to hold or hand
/// over are for staff alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseCommand {
    /// Every file is here.
    CompleteFiles {
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// Accept (受理).
    Accept {
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// Count as accepted, because nobody said anything in time: the hall alone does.
    AcceptBySilence {
        /// What the resident should know.
        remark: String,
    },
    /// Do not accept (不予受理).
    NotAccept {
        /// Why.
        reason: String,
    },
    /// Ask for everything that is missing, at once (一次性告知).
    AskSupplement {
        /// Everything.
        list: String,
        /// For a second time and more: why it was not asked for the first time.
        why_not_first: Option<String>,
    },
    /// What was asked for is here.
    AnswerSupplement {
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// Begin to decide.
    BeginDecision {
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// Begin the special procedure: the clock stands still meanwhile.
    StartProcedure {
        /// Its name, such as 听证.
        name: String,
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// The special procedure is over.
    EndProcedure {
        /// What the resident should know; may be empty.
        remark: String,
    },
    /// Decide.
    Decide {
        /// How.
        outcome: CaseOutcome,
        /// Why; may be empty where it is granted.
        reason: String,
    },
    /// Make out what was decided.
    Issue,
    /// Put it into the resident's hands, or post it.
    Deliver {
        /// How; may be empty.
        remark: String,
    },
    /// Extend the limit, once.
    Extend {
        /// By so many days.
        days: u16,
        /// Why.
        reason: String,
    },
    /// Put aside for a while; the clock goes on.
    Hold {
        /// Why.
        reason: String,
    },
    /// Take up again.
    Resume,
    /// Write a note for other staff.
    Note {
        /// Which.
        text: String,
    },
    /// Take into one's own hands.
    Take,
    /// Give into other hands.
    HandOver {
        /// Whose.
        to: Holder,
        /// Why; may be empty.
        reason: String,
    },
    /// Deal with it again though it was over.
    Reopen {
        /// Why.
        reason: String,
    },
    /// The resident withdraws it.
    Withdraw {
        /// Why, as far as they say.
        reason: String,
    },
    /// A material that was to follow is here.
    ReceiveMaterial {
        /// Its code.
        material: String,
    },
    /// A material that was to follow did not come in time: the hall alone says so.
    MissMaterial {
        /// Its code.
        material: String,
    },
    /// Tell the resident something else about the state in which it is.
    Remark {
        /// What.
        remark: String,
    },
}

/// The events that a command makes of a case, or why it makes none.
pub(crate) fn decide(
    fold: &CaseFold,
    actor: &Actor,
    command: CaseCommand,
) -> Result<Vec<CaseEvent>, RefusalReason> {
    let case = Decider { fold, actor };
    if fold.is_set_aside {
        return Err(RefusalReason::SetAside);
    }
    match command {
        CaseCommand::CompleteFiles { remark } => case.step(Step::CompleteFiles, remark, Detail::None),
        CaseCommand::Accept { remark } => case.step(Step::Accept, remark, Detail::None),
        CaseCommand::AcceptBySilence { remark } => {
            case.only_hall()?;
            case.step(Step::Accept, remark, Detail::Silence)
        }
        CaseCommand::NotAccept { reason } => case.step(Step::NotAccept, case.needed(reason)?, Detail::None),
        CaseCommand::AskSupplement { list, why_not_first } => case.ask(case.needed(list)?, why_not_first),
        CaseCommand::AnswerSupplement { remark } => case.step(Step::AnswerSupplement, remark, Detail::None),
        CaseCommand::BeginDecision { remark } => case.step(Step::BeginDecision, remark, Detail::None),
        CaseCommand::StartProcedure { name, remark } => {
            check_name(&name)?;
            case.step(Step::StartProcedure, remark, Detail::Procedure(name))
        }
        CaseCommand::EndProcedure { remark } => case.step(Step::EndProcedure, remark, Detail::None),
        CaseCommand::Decide { outcome, reason } => case.outcome(outcome, reason),
        CaseCommand::Issue if fold.is_issued => Err(RefusalReason::Done("issued")),
        CaseCommand::Issue => case.step(Step::Issue, String::new(), Detail::None),
        CaseCommand::Deliver { remark } => case.step(Step::Deliver, remark, Detail::None),
        CaseCommand::Extend { days, reason } => case.extend(days, case.needed(reason)?),
        CaseCommand::Hold { .. } if fold.is_on_hold => Err(RefusalReason::Done("on hold")),
        CaseCommand::Hold { reason } => {
            check_note(&reason)?;
            case.open_work(CaseEvent::Held { reason: case.needed(reason)? })
        }
        CaseCommand::Resume if !fold.is_on_hold => Err(RefusalReason::Done("not on hold")),
        CaseCommand::Resume => case.open_work(CaseEvent::Resumed),
        CaseCommand::Note { text } => {
            check_note(&text)?;
            case.by_any(CaseEvent::Noted { text: case.needed(text)? })
        }
        CaseCommand::Take => case.take(),
        CaseCommand::HandOver { to, reason } => {
            check_note(&reason)?;
            case.open_work(CaseEvent::HandedOver { to, reason })
        }
        CaseCommand::Reopen { .. } if fold.is_withdrawn => Err(RefusalReason::Withdrawn),
        CaseCommand::Reopen { reason } => case.step(Step::Reopen, case.needed(reason)?, Detail::None),
        CaseCommand::Withdraw { reason } => case.step(Step::Withdraw, reason, Detail::None),
        CaseCommand::ReceiveMaterial { material } => {
            case.waits_for(&material)?;
            case.right(Duty::Reception)?;
            Ok(vec![CaseEvent::MaterialReceived { material }])
        }
        CaseCommand::MissMaterial { material } => {
            case.only_hall()?;
            if case.waits_for(&material)? == Kept::Missed {
                return Err(RefusalReason::Done("missed"));
            }
            Ok(vec![CaseEvent::MaterialMissed { material }])
        }
        CaseCommand::Remark { remark } => case.remark(remark),
    }
}

/// Whether somebody could take a step now, as far as nothing has to be written for it.
pub(crate) fn may(fold: &CaseFold, actor: &Actor, step: Step) -> Result<(), RefusalReason> {
    let case = Decider { fold, actor };
    if fold.is_set_aside {
        return Err(RefusalReason::SetAside);
    }
    if step == Step::Issue && fold.is_issued {
        return Err(RefusalReason::Done("issued"));
    }
    if step == Step::Reopen && fold.is_withdrawn {
        return Err(RefusalReason::Withdrawn);
    }
    let (_, duty) = lead(fold.state, step)?;
    case.right(duty)
}

struct Decider<'a> {
    fold: &'a CaseFold,
    actor: &'a Actor,
}

impl Decider<'_> {
    fn step(&self, step: Step, remark: String, detail: Detail) -> Result<Vec<CaseEvent>, RefusalReason> {
        check_remark(&remark)?;
        let (to, duty) = lead(self.fold.state, step)?;
        self.right(duty)?;
        Ok(vec![CaseEvent::Stepped { step, to, duty, remark, detail }])
    }

    fn ask(&self, list: String, why_not_first: Option<String>) -> Result<Vec<CaseEvent>, RefusalReason> {
        let detail = match (self.fold.supplements, why_not_first) {
            (0, _) => Detail::None,
            (_, Some(why)) if !why.trim().is_empty() => {
                check_note(&why)?;
                Detail::NotFirst(why)
            }
            // Nobody who works at the machine, nor the hall, could have said it the first time.
            (_, _) if !matches!(self.actor, Actor::Staff(_)) => Detail::None,
            _ => return Err(RefusalReason::NotFirst),
        };
        self.step(Step::AskSupplement, list, detail)
    }

    fn outcome(&self, outcome: CaseOutcome, reason: String) -> Result<Vec<CaseEvent>, RefusalReason> {
        match outcome {
            CaseOutcome::Granted => self.step(Step::Grant, reason, Detail::None),
            // Whoever is refused is told why.
            CaseOutcome::Refused => self.step(Step::Refuse, self.needed(reason)?, Detail::None),
        }
    }

    fn extend(&self, days: u16, reason: String) -> Result<Vec<CaseEvent>, RefusalReason> {
        check_remark(&reason)?;
        if self.fold.stage() != Stage::Open {
            return Err(RefusalReason::Over);
        }
        if self.fold.extended_days > 0 {
            return Err(RefusalReason::Done("extended"));
        }
        if !(1..=EXTENSION).contains(&days) {
            return Err(RefusalReason::Days);
        }
        self.right(Duty::Decision)?;
        Ok(vec![CaseEvent::Extended { days, reason }])
    }

    fn take(&self) -> Result<Vec<CaseEvent>, RefusalReason> {
        let Actor::Staff(member) = self.actor else { return Err(RefusalReason::Staff) };
        let id = member.id.to_string();
        if self.fold.held_by.as_ref() == Some(&id) {
            return Err(RefusalReason::Done("in your hands"));
        }
        if self.fold.held_by.is_some() {
            return Err(RefusalReason::Held);
        }
        self.open_work(CaseEvent::HandedOver { to: Holder::Staff(id), reason: String::new() })
    }

    fn remark(&self, remark: String) -> Result<Vec<CaseEvent>, RefusalReason> {
        check_remark(&remark)?;
        let duty = duty_of(self.fold.state).ok_or(RefusalReason::Step(super::StepError {
            from: self.fold.state,
            step: Step::CompleteFiles,
        }))?;
        self.right(duty)?;
        Ok(vec![CaseEvent::Remarked { remark }])
    }

    /// What is only done with a case that is not over, by anybody who deals with such cases.
    fn open_work(&self, event: CaseEvent) -> Result<Vec<CaseEvent>, RefusalReason> {
        if self.fold.stage() == Stage::Over {
            return Err(RefusalReason::Over);
        }
        self.by_any(event)
    }

    fn by_any(&self, event: CaseEvent) -> Result<Vec<CaseEvent>, RefusalReason> {
        match self.actor {
            Actor::Staff(member) if !may_see(member, self.department()) => Err(self.no_right(Role::Receive)),
            Actor::Resident => Err(RefusalReason::Staff),
            _ => Ok(vec![event]),
        }
    }

    /// Staff have to say why. Whoever works at the machine never had to.
    fn needed(&self, text: String) -> Result<String, RefusalReason> {
        let is_missing = text.trim().is_empty() && matches!(self.actor, Actor::Staff(_));
        if is_missing { Err(RefusalReason::Words) } else { Ok(text) }
    }

    /// Whether the actor may do what this duty has to.
    fn right(&self, duty: Duty) -> Result<(), RefusalReason> {
        match self.actor {
            Actor::Staff(member) => {
                if !has_role(member, duty.role(), self.department()) {
                    return Err(self.no_right(duty.role()));
                }
                self.separate(member, duty)
            }
            Actor::Resident if duty != Duty::Reception => Err(RefusalReason::Staff),
            Actor::Resident | Actor::Operator(_) | Actor::Hall => Ok(()),
        }
    }

    /// In one case each has one duty: who received does not decide, and who decided does not issue.
    fn separate(&self, member: &StaffMember, duty: Duty) -> Result<(), RefusalReason> {
        if crate::planted::is_planted("receiver-decides") {
            return Ok(());
        }
        let name = crate::audit::Actor::Staff(member.id.to_string()).to_string();
        let other = self.fold.duties.get(&name).and_then(|had| had.iter().find(|one| **one != duty));
        other.map_or(Ok(()), |had| Err(RefusalReason::Separation { had: *had, wanted: duty }))
    }

    fn only_hall(&self) -> Result<(), RefusalReason> {
        if *self.actor == Actor::Hall { Ok(()) } else { Err(RefusalReason::Hall) }
    }

    fn waits_for(&self, material: &str) -> Result<Kept, RefusalReason> {
        match self.fold.materials.get(material) {
            None => Err(RefusalReason::Material),
            Some(Kept::Received(_)) => Err(RefusalReason::Done("received")),
            Some(kept) => Ok(*kept),
        }
    }

    fn department(&self) -> &str {
        &self.fold.opening.department
    }

    fn no_right(&self, role: Role) -> RefusalReason {
        RefusalReason::Right { role, department: self.department().to_owned() }
    }
}

/// The command that takes a case to a state, for who names the state alone.
pub(crate) fn toward(fold: &CaseFold, to: CaseState, remark: String) -> Result<CaseCommand, RefusalReason> {
    let from = fold.state;
    if from == to {
        return Ok(CaseCommand::Remark { remark });
    }
    let step = Step::between(from, to).ok_or(super::TransitionError { from, to })?;
    Ok(match step {
        Step::CompleteFiles => CaseCommand::CompleteFiles { remark },
        Step::AskSupplement => CaseCommand::AskSupplement { list: remark, why_not_first: None },
        Step::AnswerSupplement => CaseCommand::AnswerSupplement { remark },
        Step::Accept => CaseCommand::Accept { remark },
        Step::NotAccept => CaseCommand::NotAccept { reason: remark },
        Step::BeginDecision => CaseCommand::BeginDecision { remark },
        Step::StartProcedure => CaseCommand::StartProcedure { name: "special procedure".to_owned(), remark },
        Step::EndProcedure => CaseCommand::EndProcedure { remark },
        Step::Grant => CaseCommand::Decide { outcome: CaseOutcome::Granted, reason: remark },
        Step::Refuse => CaseCommand::Decide { outcome: CaseOutcome::Refused, reason: remark },
        Step::Issue => CaseCommand::Issue,
        Step::Deliver => CaseCommand::Deliver { remark },
        Step::Reopen => CaseCommand::Reopen { reason: remark },
        Step::Withdraw => CaseCommand::Withdraw { reason: remark },
    })
}

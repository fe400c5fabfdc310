//! What is done with one case: the same commands as at the console.

use super::find;
use crate::cases::domain::{Actor, CaseCommand, CaseOutcome, Holder, Version};
use crate::cli::{Common, print_json, user};
use crate::db::Store;
use crate::staff::{LoginName, StaffMember};
use anyhow::Context as _;
use bianmin_protocol::case::CaseState;

/// Which case, and who does it.
#[derive(Debug, clap::Args)]
pub(crate) struct On {
    /// Application id, registration number or case number
    id: String,
    /// The member of staff who does it, by login name; without it, whoever works at this machine
    #[arg(long = "as", value_name = "STAFF")]
    staff: Option<String>,
    /// Only if the case is still at this version (as `case show` has it)
    #[arg(long, value_name = "N")]
    seen: Option<u64>,
}

/// A text that the resident reads.
#[derive(Debug, clap::Args)]
pub(crate) struct Remark {
    /// What the resident should know
    #[arg(long, value_name = "TEXT", default_value = "")]
    remark: String,
}

/// Why.
#[derive(Debug, clap::Args)]
pub(crate) struct Reason {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What is done with a case.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum StepCli {
    /// Accept
    Accept {
        #[command(flatten)]
        on: On,
        #[command(flatten)]
        remark: Remark,
    },
    /// Do not accept
    NotAccept {
        #[command(flatten)]
        on: On,
        #[command(flatten)]
        reason: Reason,
    },
    /// Ask for everything that is missing, at once; with --answered, note that it is here
    Supplement {
        #[command(flatten)]
        on: On,
        /// Everything that is missing; the resident reads it
        #[arg(long, value_name = "TEXT", required_unless_present = "answered")]
        list: Option<String>,
        /// The second time: why this was not asked for the first time
        #[arg(long, value_name = "TEXT")]
        why_not_first: Option<String>,
        /// What was asked for is here
        #[arg(long, conflicts_with_all = ["list", "why_not_first"])]
        answered: bool,
    },
    /// Make out what was decided
    Issue {
        #[command(flatten)]
        on: On,
    },
    /// Put what was decided into the resident's hands
    Deliver {
        #[command(flatten)]
        on: On,
        #[command(flatten)]
        remark: Remark,
    },
    /// Put aside for a while; the clock goes on. With --end, take up again
    Hold {
        #[command(flatten)]
        on: On,
        /// Why; staff read it
        #[arg(long, value_name = "TEXT", required_unless_present = "end")]
        reason: Option<String>,
        /// Take up again
        #[arg(long, conflicts_with = "reason")]
        end: bool,
    },
    /// Write a note for other staff
    Note {
        #[command(flatten)]
        on: On,
        /// The note
        #[arg(long, value_name = "TEXT")]
        text: String,
    },
    /// Give into other hands, or back to the group
    HandOver {
        #[command(flatten)]
        on: On,
        /// To whom, by login name; without it, to the group
        #[arg(long, value_name = "STAFF")]
        to: Option<String>,
        /// Why; staff read it
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Take into one's own hands
    Take {
        #[command(flatten)]
        on: On,
    },
    /// Begin the special procedure, such as a hearing: the clock stands still. With --end, it is over
    SpecialProcedure {
        #[command(flatten)]
        on: On,
        /// Its name
        #[arg(long, value_name = "NAME", required_unless_present = "end")]
        name: Option<String>,
        #[command(flatten)]
        remark: Remark,
        /// It is over
        #[arg(long, conflicts_with = "name")]
        end: bool,
    },
    /// Extend the limit, once
    Extend {
        #[command(flatten)]
        on: On,
        /// By so many days
        #[arg(long, value_name = "N")]
        days: u16,
        #[command(flatten)]
        reason: Reason,
    },
    /// Deal with a case again that was over
    Reopen {
        #[command(flatten)]
        on: On,
        #[command(flatten)]
        reason: Reason,
    },
    /// The resident withdraws the case
    Withdraw {
        #[command(flatten)]
        on: On,
        /// Why, as far as they say
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Note that a material is here that was to follow
    MaterialReceived {
        #[command(flatten)]
        on: On,
        /// Its code
        #[arg(long, value_name = "CODE")]
        material: String,
    },
}

/// Decides, or takes to any state.
#[derive(Debug, clap::Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    on: On,
    /// granted or refused; without --as any state
    #[arg(value_parser = state)]
    state: CaseState,
    /// Why; the resident reads it
    #[arg(long, alias = "remark", value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(super) fn state(text: &str) -> Result<CaseState, String> {
    CaseState::from_key(text).ok_or_else(|| "no such state".to_owned())
}

impl Decide {
    pub(super) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let outcome = match self.state {
            CaseState::Granted => Some(CaseOutcome::Granted),
            CaseState::Refused => Some(CaseOutcome::Refused),
            _ => None,
        };
        if self.on.staff.is_some() || self.on.seen.is_some() {
            let outcome = outcome
                .context("a case is decided as granted or refused; other steps have their own commands")?;
            return self.on.execute(common, CaseCommand::Decide { outcome, reason: self.reason }).await;
        }
        super::with_hall(common, async |hall| {
            let id = find(&hall.store, &self.on.id).await?;
            let actor = Actor::Operator(user());
            print_json(&hall.cases.decide(&actor, id, self.state, &self.reason).await?)
        })
        .await
    }
}

impl On {
    async fn execute(&self, common: &Common, command: CaseCommand) -> anyhow::Result<()> {
        super::with_hall(common, async |hall| {
            let id = find(&hall.store, &self.id).await?;
            let actor = actor(&hall.store, self.staff.as_deref()).await?;
            let seen = self.seen.map(Version);
            print_json(&hall.cases.execute(&actor, id, seen, command).await?)
        })
        .await
    }
}

/// Who does it.
async fn actor(store: &Store, staff: Option<&str>) -> anyhow::Result<Actor> {
    Ok(match staff {
        None => Actor::Operator(user()),
        Some(login) => Actor::Staff(member(store, login).await?),
    })
}

/// A member of staff who works here.
async fn member(store: &Store, login: &str) -> anyhow::Result<StaffMember> {
    let found = store.staff().find(&LoginName::parse(login)?).await?;
    let member = found.with_context(|| format!("there is no member of staff {login}"))?;
    anyhow::ensure!(member.disabled_at.is_none(), "{login} is disabled");
    Ok(member)
}

impl StepCli {
    pub(super) async fn run(self, common: &Common) -> anyhow::Result<()> {
        let (on, command) = match self {
            Self::Accept { on, remark } => (on, CaseCommand::Accept { remark: remark.remark }),
            Self::NotAccept { on, reason } => (on, CaseCommand::NotAccept { reason: reason.reason }),
            Self::Supplement { on, answered: true, .. } => {
                (on, CaseCommand::AnswerSupplement { remark: String::new() })
            }
            Self::Supplement { on, list, why_not_first, .. } => {
                (on, CaseCommand::AskSupplement { list: list.unwrap_or_default(), why_not_first })
            }
            Self::Issue { on } => (on, CaseCommand::Issue),
            Self::Deliver { on, remark } => (on, CaseCommand::Deliver { remark: remark.remark }),
            Self::Hold { on, end: true, .. } => (on, CaseCommand::Resume),
            Self::Hold { on, reason, .. } => (on, CaseCommand::Hold { reason: reason.unwrap_or_default() }),
            Self::Note { on, text } => (on, CaseCommand::Note { text }),
            Self::HandOver { on, to, reason } => return hand_over(common, &on, to, reason).await,
            Self::Take { on } => (on, CaseCommand::Take),
            Self::SpecialProcedure { on, end: true, remark, .. } => {
                (on, CaseCommand::EndProcedure { remark: remark.remark })
            }
            Self::SpecialProcedure { on, name, remark, .. } => {
                let name = name.unwrap_or_default();
                (on, CaseCommand::StartProcedure { name, remark: remark.remark })
            }
            Self::Extend { on, days, reason } => (on, CaseCommand::Extend { days, reason: reason.reason }),
            Self::Reopen { on, reason } => (on, CaseCommand::Reopen { reason: reason.reason }),
            Self::Withdraw { on, reason } => (on, CaseCommand::Withdraw { reason }),
            Self::MaterialReceived { on, material } => (on, CaseCommand::ReceiveMaterial { material }),
        };
        on.execute(common, command).await
    }
}

async fn hand_over(common: &Common, on: &On, to: Option<String>, reason: String) -> anyhow::Result<()> {
    let to = match to {
        None => Holder::Group,
        Some(login) => {
            let (_, _, _, store) = common.open().await?;
            Holder::Staff(member(&store, &login).await?.id.to_string())
        }
    };
    on.execute(common, CaseCommand::HandOver { to, reason }).await
}

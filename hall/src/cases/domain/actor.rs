//! Who does something with a case, and what they may do.

use super::Duty;
use crate::audit;

/// What a member of staff may do, in one department or in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Receives applications.
    Receive,
    /// Decides.
    Decide,
    /// Hands over results.
    Issue,
    /// Watches limits; reopens cases.
    Supervise,
    /// Looks after accounts; nothing of cases.
    Administer,
}

impl Role {
    /// Its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Decide => "decide",
            Self::Issue => "issue",
            Self::Supervise => "supervise",
            Self::Administer => "administer",
        }
    }
}

/// A member of staff, as far as cases must know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// The account.
    pub id: String,
    /// Roles, each for a department by its code, or for all.
    pub grants: Vec<(Role, Option<String>)>,
}

impl Official {
    /// Whether they have a role in a department.
    #[must_use]
    pub fn may(&self, role: Role, department: &str) -> bool {
        self.grants
            .iter()
            .any(|(granted, of)| *granted == role && of.as_deref().is_none_or(|of| of == department))
    }

    /// Whether they may see cases of a department at all.
    #[must_use]
    pub fn sees(&self, department: &str) -> bool {
        [Role::Receive, Role::Decide, Role::Issue, Role::Supervise]
            .iter()
            .any(|role| self.may(*role, department))
    }

    /// The departments whose cases they may see; `None` for all.
    #[must_use]
    pub fn departments(&self) -> Option<Vec<String>> {
        let seen = self.grants.iter().filter(|(role, _)| *role != Role::Administer);
        seen.map(|(_, of)| of.clone()).collect()
    }
}

/// Who does something with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Staff(Official),
    /// Whoever works at the hall's machine, by name: nobody of whom the hall knows more. Said so in the event.
    Operator(String),
    /// The resident whose case it is.
    Resident,
    /// The hall, by its clock and rules.
    Hall,
}

impl Actor {
    /// Who it is, for the event.
    pub(crate) fn identity(&self) -> audit::Actor {
        match self {
            Self::Staff(official) => audit::Actor::Staff(official.id.clone()),
            Self::Operator(name) => audit::Actor::Operator(name.clone()),
            Self::Resident => audit::Actor::Resident,
            Self::Hall => audit::Actor::Hall,
        }
    }
}

impl Duty {
    /// The role that has it.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Reception => Role::Receive,
            Self::Decision => Role::Decide,
            Self::Issue => Role::Issue,
            Self::Supervision => Role::Supervise,
        }
    }
}

//! Who does something with a case, and what they may do.

use super::Duty;
use crate::audit;
use crate::staff::{Department, Role, Scope, StaffMember};

/// Whether a member of staff has a role for a department, by its code.
pub(crate) fn has_role(member: &StaffMember, role: Role, department: &str) -> bool {
    member.may(role, Department::parse(department).ok().as_ref())
}

/// Whether they may see cases of a department at all.
#[must_use]
pub fn may_see(member: &StaffMember, department: &str) -> bool {
    SEEING.iter().any(|role| has_role(member, *role, department))
}

/// The departments whose cases they may see, by their codes; `None` for all.
#[must_use]
pub fn seen_departments(member: &StaffMember) -> Option<Vec<String>> {
    let mut seen = Vec::new();
    for role in SEEING {
        match member.scope(role) {
            Scope::All => return None,
            Scope::Departments(departments) => seen.extend(departments.into_iter().map(String::from)),
        }
    }
    seen.sort();
    seen.dedup();
    Some(seen)
}

/// The roles that see cases.
const SEEING: [Role; 4] = [Role::Receive, Role::Decide, Role::Issue, Role::Supervise];

/// Who does something with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Staff(StaffMember),
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
            Self::Staff(member) => audit::Actor::Staff(member.id.to_string()),
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

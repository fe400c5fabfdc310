//! Somebody who works in the hall, and what they may do.

use super::{Department, DisplayName, Grant, LoginName, Role, Scope};
use crate::planted::is_planted;
use bianmin_locale::Language;
use bianmin_protocol::ids::Millis;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who works in the hall, for ever: nobody else gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(Uuid);

impl StaffId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id that a text names; `None` if it names none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::parse_str(text).ok().map(Self)
    }
}

impl Default for StaffId {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Display for StaffId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody to be added. They have at least one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMember {
    /// What they sign in with.
    pub login_name: LoginName,
    /// What others see.
    pub display_name: DisplayName,
    first: Grant,
    others: Vec<Grant>,
}

impl NewMember {
    /// `None` without a role.
    #[must_use]
    pub fn new(login_name: LoginName, display_name: DisplayName, grants: Vec<Grant>) -> Option<Self> {
        let mut grants = grants.into_iter();
        let first = grants.next()?;
        Some(Self { login_name, display_name, first, others: grants.collect() })
    }

    /// What they may do.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

/// Somebody who works in the hall, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaffMember {
    /// For records.
    pub id: StaffId,
    /// What they sign in with.
    pub login_name: LoginName,
    /// What others see.
    pub display_name: DisplayName,
    /// What they may do, in order.
    pub grants: Vec<Grant>,
    /// The language that they chose.
    #[serde(serialize_with = "tag")]
    pub language: Option<Language>,
    /// When they were added.
    pub created_at: Millis,
    /// Since when they may do nothing.
    pub disabled_at: Option<Millis>,
}

fn tag<S: serde::Serializer>(language: &Option<Language>, serializer: S) -> Result<S::Ok, S::Error> {
    language.map(Language::tag).serialize(serializer)
}

impl StaffMember {
    /// Whether they may do what a role does, for a department; with none, for what belongs to no department and for the
    /// hall as a whole.
    #[must_use]
    pub fn may(&self, role: Role, department: Option<&Department>) -> bool {
        if is_planted("roles-unchecked") {
            return true;
        }
        self.disabled_at.is_none()
            && self.grants.iter().any(|grant| grant.role == role && grant.covers(department))
    }

    /// Whether they have a role for at least one department.
    #[must_use]
    pub fn may_somewhere(&self, role: Role) -> bool {
        !self.scope(role).is_empty()
    }

    /// For which departments they have a role.
    #[must_use]
    pub fn scope(&self, role: Role) -> Scope {
        if self.may(role, None) {
            return Scope::All;
        }
        let own = self.grants.iter().filter(|grant| grant.role == role && self.disabled_at.is_none());
        Scope::Departments(own.filter_map(|grant| grant.department.clone()).collect())
    }

    /// Whether they may give or take this: an administrator of one department only what holds there.
    #[must_use]
    pub fn may_grant(&self, grant: &Grant) -> bool {
        self.may(Role::Administer, grant.department.as_ref())
    }

    /// Whether they may change another's account: each of its roles must be theirs to take.
    #[must_use]
    pub fn may_change(&self, other: &Self) -> bool {
        let is_theirs = !other.grants.is_empty() && other.grants.iter().all(|grant| self.may_grant(grant));
        self.may(Role::Administer, None) || is_theirs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(code: &str) -> Department {
        Department::parse(code).unwrap()
    }

    fn member(grants: &[&str]) -> StaffMember {
        StaffMember {
            id: StaffId::new(),
            login_name: LoginName::parse("li").unwrap(),
            display_name: DisplayName::parse("示例").unwrap(),
            grants: grants.iter().map(|text| text.parse().unwrap()).collect(),
            language: None,
            created_at: Millis(0),
            disabled_at: None,
        }
    }

    #[test]
    fn a_role_holds_where_it_was_given_and_nowhere_else() {
        let one = member(&["decide@GA", "receive"]);
        assert!(one.may(Role::Decide, Some(&department("GA"))));
        assert!(!one.may(Role::Decide, Some(&department("RS"))) && !one.may(Role::Decide, None));
        assert!(one.may(Role::Receive, Some(&department("RS"))) && one.may(Role::Receive, None));
        assert!(one.may_somewhere(Role::Decide) && !one.may_somewhere(Role::Issue));
        assert_eq!(one.scope(Role::Receive), Scope::All);
        assert_eq!(one.scope(Role::Decide), Scope::Departments([department("GA")].into()));
        assert!(one.scope(Role::Issue).is_empty());
    }

    #[test]
    fn who_was_disabled_may_do_nothing() {
        let mut one = member(&["decide@GA", "receive", "administer"]);
        one.disabled_at = Some(Millis(1));
        for role in Role::ALL {
            assert!(!one.may(role, None) && !one.may_somewhere(role));
            assert!(!one.may(role, Some(&department("GA"))));
        }
    }

    #[test]
    fn an_administrator_of_a_department_changes_nobody_who_is_more() {
        let own = member(&["administer@GA"]);
        assert!(own.may_change(&member(&["receive@GA", "decide@GA"])));
        assert!(!own.may_change(&member(&["receive@GA", "decide"])));
        assert!(!own.may_change(&member(&["receive@RS"])));
        assert!(!own.may_change(&member(&[])), "who has no role belongs to no department");
        assert!(!own.may_grant(&Grant::everywhere(Role::Receive)));
        assert!(!member(&["decide@GA"]).may_change(&member(&["decide@GA"])));
        assert!(member(&["administer"]).may_change(&member(&[])));
    }
}

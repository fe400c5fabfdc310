//! Roles, and for which departments somebody has them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest code of a department, in characters.
const LONGEST: usize = 32;

/// What somebody may do with cases, or for the hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Receives (受理): checks applications, accepts them, asks for supplements.
    Receive,
    /// Decides (审批): grants or refuses.
    Decide,
    /// Issues (发证): hands results over or posts them.
    Issue,
    /// Supervises (监察): sees what is late and why, and who looked at what.
    Supervise,
    /// Administers (管理): staff, catalogue, calendar, settings of the hall.
    Administer,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Receive, Self::Decide, Self::Issue, Self::Supervise, Self::Administer];

    /// The name on the command line, in JSON and in the database.
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

    /// The role of this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// Why a text is no code of a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a department's code has 1 to {LONGEST} letters, digits, - and _")]
pub struct BadDepartment;

/// The code of a department (部门), as service items name it in `department_code`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Department(String);

impl Department {
    /// Checks the form.
    ///
    /// # Errors
    /// It is not 1 to 32 letters, digits, - and _.
    pub fn parse(text: &str) -> Result<Self, BadDepartment> {
        let fits = (1..=LONGEST).contains(&text.chars().count())
            && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'));
        if fits { Ok(Self(text.to_owned())) } else { Err(BadDepartment) }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Department {
    type Error = BadDepartment;
    fn try_from(text: String) -> Result<Self, BadDepartment> {
        Self::parse(&text)
    }
}

impl From<Department> for String {
    fn from(department: Department) -> Self {
        department.0
    }
}

impl std::fmt::Display for Department {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadGrant {
    /// There is no such role.
    #[error("there is no role {0:?}; the roles are receive, decide, issue, supervise, administer")]
    Role(String),
    /// What follows the @ is no department's code.
    #[error(transparent)]
    Department(#[from] BadDepartment),
}

/// A role that somebody has, for one department or for the whole hall. Written as `decide` or `decide@DEPARTMENT`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// What they may do.
    pub role: Role,
    /// For which department; none means the whole hall.
    pub department: Option<Department>,
}

impl Grant {
    /// For the whole hall.
    #[must_use]
    pub const fn everywhere(role: Role) -> Self {
        Self { role, department: None }
    }

    /// For one department.
    #[must_use]
    pub const fn in_department(role: Role, department: Department) -> Self {
        Self { role, department: Some(department) }
    }

    /// Whether it holds for a department; with none, whether it holds for the whole hall.
    #[must_use]
    pub fn covers(&self, department: Option<&Department>) -> bool {
        self.department.is_none() || (department.is_some() && self.department.as_ref() == department)
    }
}

impl std::str::FromStr for Grant {
    type Err = BadGrant;

    fn from_str(text: &str) -> Result<Self, BadGrant> {
        let (role, department) = match text.split_once('@') {
            None => (text, None),
            Some((role, department)) => (role, Some(Department::parse(department)?)),
        };
        let role = Role::from_key(role).ok_or_else(|| BadGrant::Role(role.to_owned()))?;
        Ok(Self { role, department })
    }
}

impl std::fmt::Display for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.department {
            None => f.write_str(self.role.key()),
            Some(department) => write!(f, "{}@{department}", self.role.key()),
        }
    }
}

/// Of which departments somebody sees what a role shows: for lists, which cannot ask row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Of all, and what belongs to none.
    All,
    /// Of these; of none where there are none.
    Departments(BTreeSet<Department>),
}

impl Scope {
    /// Whether it has a department; with none, whether it has everything.
    #[must_use]
    pub fn has(&self, department: Option<&Department>) -> bool {
        match self {
            Self::All => true,
            Self::Departments(departments) => department.is_some_and(|one| departments.contains(one)),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Departments(departments) if departments.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_as_it_is_written() {
        for text in ["receive", "decide@GA", "administer", "issue@11320100MB1234567X", "supervise@公安"] {
            assert_eq!(text.parse::<Grant>().unwrap().to_string(), text);
        }
        assert!("decide@".parse::<Grant>().is_err());
        assert!("decide@a b".parse::<Grant>().is_err());
        assert_eq!("clerk".parse::<Grant>(), Err(BadGrant::Role("clerk".to_owned())));
        for role in Role::ALL {
            assert_eq!(Role::from_key(role.key()), Some(role));
            assert!(
                BadGrant::Role(String::new()).to_string().contains(role.key()),
                "the error lists {role:?}"
            );
        }
    }

    #[test]
    fn a_grant_for_one_department_covers_neither_others_nor_the_whole_hall() {
        let (own, other) = (Department::parse("GA").unwrap(), Department::parse("RS").unwrap());
        let grant = Grant::in_department(Role::Decide, own.clone());
        assert!(grant.covers(Some(&own)) && !grant.covers(Some(&other)) && !grant.covers(None));
        let grant = Grant::everywhere(Role::Decide);
        assert!(grant.covers(Some(&own)) && grant.covers(None));
    }
}

//! Staff (工作人员): who works in this hall, with which roles for which departments, and how they sign in.
//!
//! Knows nothing of cases and queues: they ask [`StaffMember::may`].

mod access;
mod cli;
mod console;
mod domain;
mod password;
mod service;
mod store;

use crate::db::Migration;

pub(crate) use access::Pages;
#[allow(unused_imports)] // What pages of other capabilities take.
pub(crate) use access::SignedIn;
pub use access::{Access, ConsoleRoute};
pub(crate) use cli::StaffCommand;
pub(crate) use console::{SECTIONS, pages};
pub(crate) use domain::SessionEnds;
pub use domain::{
    BadDepartment, BadDisplayName, BadGrant, BadLoginName, Department, DisplayName, Grant, LoginName,
    NewMember, Role, Scope, StaffId, StaffMember, TotpSecret,
};
pub use password::{PasswordError, hash_of_code};
pub(crate) use service::{Rules, Staff};
#[cfg(any(test, feature = "testing"))]
pub(crate) use store::By;
pub use store::{AddError, StaffStore};

pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration::new("0020_staff", include_str!("migrations/0020_staff.sql"))];

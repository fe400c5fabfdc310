//! Staff in the database.
//!
//! Whoever changes what somebody signs in with, or begins or ends their sessions, first takes their row in `staff`: of a
//! sign-in and a reset at the same time one comes after the other.

mod credential;
mod member;
mod record;
mod session;
mod tries;

pub(crate) use credential::Credential;
pub use member::AddError;
pub(crate) use record::By;

pub(crate) use session::{Proof, Session};
pub(crate) use tries::TrySubject;

use super::domain::StaffId;
use crate::db::sql::execute;
use crate::db::{Store, StoreError, Transaction};

/// The staff's tables.
#[derive(Debug, Clone, Copy)]
pub struct StaffStore<'a>(&'a Store);

impl Store {
    /// The staff.
    pub fn staff(&self) -> StaffStore<'_> {
        StaffStore(self)
    }
}

/// Takes somebody's row until the end of the transaction. False if they were disabled, or there is nobody of this id.
async fn lock(transaction: &Transaction, id: StaffId) -> Result<bool, StoreError> {
    let sql = "UPDATE staff SET disabled_at = disabled_at WHERE id = $1";
    execute(transaction, sql, [id.to_string().into()]).await?;
    let sql = "UPDATE staff SET disabled_at = disabled_at WHERE id = $1 AND disabled_at IS NULL";
    Ok(execute(transaction, sql, [id.to_string().into()]).await? > 0)
}

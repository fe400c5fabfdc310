//! Who works in the hall: adding, finding, roles, disabling.

use super::{By, StaffStore, lock};
use crate::db::sql::{execute, exists, insert_rows, placeholders, query_all, query_one};
use crate::db::{StoreError, Transaction};
use crate::staff::domain::{
    Department, DisplayName, Grant, LoginName, NewMember, Role, Scope, StaffId, StaffMember,
};
use bianmin_locale::Language;
use bianmin_protocol::ids::Millis;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use serde_json::json;

const COLUMNS: &str = "id, login_name, display_name, language, created_at, disabled_at";

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// Somebody has the login name.
    #[error("the login name {0} is taken")]
    Taken(LoginName),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StaffStore<'_> {
    /// Who signs in with this name.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find(&self, login_name: &LoginName) -> Result<Option<StaffMember>, StoreError> {
        find(self.0.reader(), "login_name = $1", [login_name.as_str().into()]).await
    }

    /// Who has this id.
    ///
    /// # Errors
    /// The database fails.
    pub async fn member(&self, id: StaffId) -> Result<Option<StaffMember>, StoreError> {
        find(self.0.reader(), "id = $1", [id.to_string().into()]).await
    }

    /// Adds somebody who sets a password with a one-time code, of which `setup_hash` is the slow hash.
    ///
    /// # Errors
    /// The login name is taken, or the database fails.
    pub(crate) async fn add(
        &self,
        new: &NewMember,
        setup_hash: &str,
        expires_at: Millis,
        by: &By<'_>,
    ) -> Result<StaffMember, AddError> {
        let transaction = self.0.begin().await?;
        let id = StaffId::new();
        let sql = "INSERT INTO staff (id, login_name, display_name, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (login_name) DO NOTHING";
        let values = [
            id.to_string().into(),
            new.login_name.as_str().into(),
            new.display_name.as_str().into(),
            by.at.0.into(),
        ];
        if execute(&transaction, sql, values).await.map_err(StoreError::from)? == 0 {
            transaction.rollback().await?;
            return Err(AddError::Taken(new.login_name.clone()));
        }
        let rows = new.grants().map(|grant| grant_row(id, grant, by.at)).collect();
        let into = "staff_grant (staff, role, department, granted_at)";
        insert_rows(&transaction, into, rows, "ON CONFLICT DO NOTHING").await.map_err(StoreError::from)?;
        set_setup_code(&transaction, id, setup_hash, expires_at).await?;
        let member = find(&transaction, "id = $1", [id.to_string().into()]).await?;
        let roles: Vec<String> = new.grants().map(Grant::to_string).collect();
        by.note(&transaction, id, "added", json!({ "login_name": new.login_name, "roles": roles })).await?;
        transaction.commit().await?;
        Ok(member.ok_or(StoreError::Corrupt("staff"))?)
    }

    /// The staff after a login name, or from the first, in order of their login names.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_after(
        &self,
        after: Option<&LoginName>,
        most: u32,
    ) -> Result<Vec<StaffMember>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM staff WHERE login_name > $1 ORDER BY login_name LIMIT $2");
        let after = after.map_or("", LoginName::as_str);
        members(self.0.reader(), &sql, [after.into(), i64::from(most).into()]).await
    }

    /// The same, but only those all of whose roles are for departments of a scope; everybody where it is all of them.
    pub(crate) async fn list_in(
        &self,
        scope: &Scope,
        after: Option<&LoginName>,
        most: u32,
    ) -> Result<Vec<StaffMember>, StoreError> {
        let departments = match scope {
            Scope::All => return self.list_after(after, most).await,
            Scope::Departments(departments) if departments.is_empty() => return Ok(Vec::new()),
            Scope::Departments(departments) => departments,
        };
        let own = placeholders(1, departments.len(), 3);
        let sql = format!(
            "SELECT {COLUMNS} FROM staff WHERE login_name > $1 \
             AND EXISTS (SELECT 1 FROM staff_grant g WHERE g.staff = staff.id) \
             AND NOT EXISTS (SELECT 1 FROM staff_grant g WHERE g.staff = staff.id AND g.department NOT IN {own}) \
             ORDER BY login_name LIMIT $2"
        );
        let after: Value = after.map_or("", LoginName::as_str).into();
        let values = [after, i64::from(most).into()];
        let departments = departments.iter().map(|department| department.as_str().into());
        members(self.0.reader(), &sql, values.into_iter().chain(departments)).await
    }

    /// Gives somebody a role. False if they had it, or there is nobody of this id.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn grant(&self, id: StaffId, grant: &Grant, by: &By<'_>) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let is_new = exists(&transaction, "SELECT id FROM staff WHERE id = $1", [id.to_string().into()])
            .await?
            && execute(
                &transaction,
                "INSERT INTO staff_grant (staff, role, department, granted_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT DO NOTHING",
                grant_row(id, grant, by.at),
            )
            .await?
                > 0;
        if is_new {
            by.note(&transaction, id, "granted", json!({ "role": grant.to_string() })).await?;
        }
        transaction.commit().await?;
        Ok(is_new)
    }

    /// Takes a role from somebody. False if they did not have it.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn revoke(&self, id: StaffId, grant: &Grant, by: &By<'_>) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let sql = "DELETE FROM staff_grant WHERE staff = $1 AND role = $2 AND department = $3";
        let values = [id.to_string().into(), grant.role.key().into(), department_column(grant)];
        let had = execute(&transaction, sql, values).await? > 0;
        if had {
            by.note(&transaction, id, "revoked", json!({ "role": grant.to_string() })).await?;
        }
        transaction.commit().await?;
        Ok(had)
    }

    /// From now on somebody may do nothing, and is signed out everywhere. False if they were disabled already, or there is
    /// nobody of this id.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn disable(&self, id: StaffId, by: &By<'_>) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let sql = "UPDATE staff SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL";
        let was_enabled = execute(&transaction, sql, [by.at.0.into(), id.to_string().into()]).await? > 0;
        end_sessions(&transaction, id).await?;
        if was_enabled {
            by.note(&transaction, id, "disabled", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(was_enabled)
    }

    /// Somebody may do again what their roles say. False if they were not disabled.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn enable(&self, id: StaffId, by: &By<'_>) -> Result<bool, StoreError> {
        let transaction = self.0.begin().await?;
        let sql = "UPDATE staff SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL";
        let was_disabled = execute(&transaction, sql, [id.to_string().into()]).await? > 0;
        if was_disabled {
            by.note(&transaction, id, "enabled", json!({})).await?;
        }
        transaction.commit().await?;
        Ok(was_disabled)
    }

    /// Forgets somebody's password and second factor, signs them out everywhere, and has them set a password anew with a
    /// one-time code, of which `setup_hash` is the slow hash.
    ///
    /// # Errors
    /// The database fails.
    pub(crate) async fn reset(
        &self,
        id: StaffId,
        setup_hash: &str,
        expires_at: Millis,
        by: &By<'_>,
    ) -> Result<(), StoreError> {
        let transaction = self.0.begin().await?;
        lock(&transaction, id).await?;
        set_setup_code(&transaction, id, setup_hash, expires_at).await?;
        end_sessions(&transaction, id).await?;
        by.note(&transaction, id, "reset", json!({})).await?;
        transaction.commit().await
    }
}

fn department_column(grant: &Grant) -> Value {
    grant.department.as_ref().map_or("", Department::as_str).into()
}

fn grant_row(id: StaffId, grant: &Grant, now: Millis) -> [Value; 4] {
    [id.to_string().into(), grant.role.key().into(), department_column(grant), now.0.into()]
}

/// Whatever was there before is forgotten, so that the code alone counts.
async fn set_setup_code(
    transaction: &Transaction,
    id: StaffId,
    setup_hash: &str,
    expires_at: Millis,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO staff_credential (staff, setup_hash, setup_expires_at, totp_step) VALUES ($1, $2, $3, 0) \
               ON CONFLICT (staff) DO UPDATE SET setup_hash = excluded.setup_hash, \
               setup_expires_at = excluded.setup_expires_at, password_hash = NULL, password_set_at = NULL, \
               totp_sealed = NULL, totp_pending = NULL, totp_step = 0";
    execute(transaction, sql, [id.to_string().into(), setup_hash.into(), expires_at.0.into()]).await?;
    Ok(())
}

/// Signs somebody out everywhere.
pub(super) async fn end_sessions(transaction: &Transaction, id: StaffId) -> Result<(), StoreError> {
    execute(transaction, "DELETE FROM staff_session WHERE staff = $1", [id.to_string().into()]).await?;
    Ok(())
}

/// The one for whom a condition over the columns of `staff` holds.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<StaffMember>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM staff WHERE {condition}");
    let Some(row) = query_one(db, &sql, values).await? else { return Ok(None) };
    let mut member = member(&row)?;
    let sql = "SELECT staff, role, department FROM staff_grant WHERE staff = $1";
    for row in query_all(db, sql, [member.id.to_string().into()]).await? {
        member.grants.push(grant(&row)?.1);
    }
    member.grants.sort();
    Ok(Some(member))
}

async fn members(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<StaffMember>, StoreError> {
    let rows = query_all(db, sql, values).await?;
    let mut members = rows.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    if members.is_empty() {
        return Ok(members);
    }
    let sql = format!(
        "SELECT staff, role, department FROM staff_grant WHERE staff IN {}",
        placeholders(1, members.len(), 1)
    );
    let ids: Vec<Value> = members.iter().map(|member| member.id.to_string().into()).collect();
    for row in query_all(db, &sql, ids).await? {
        let (id, grant) = grant(&row)?;
        if let Some(member) = members.iter_mut().find(|member| member.id == id) {
            member.grants.push(grant);
        }
    }
    for member in &mut members {
        member.grants.sort();
    }
    Ok(members)
}

/// Without grants.
fn member(row: &QueryResult) -> Result<StaffMember, StoreError> {
    const UNREADABLE: StoreError = StoreError::Corrupt("staff");
    let text = |column: &str| row.try_get::<String>("", column);
    let language: Option<String> = row.try_get("", "language")?;
    Ok(StaffMember {
        id: StaffId::parse(&text("id")?).ok_or(UNREADABLE)?,
        login_name: LoginName::parse(&text("login_name")?).map_err(|_| UNREADABLE)?,
        display_name: DisplayName::parse(&text("display_name")?).map_err(|_| UNREADABLE)?,
        grants: Vec::new(),
        language: language.as_deref().and_then(Language::from_tag),
        created_at: Millis(row.try_get("", "created_at")?),
        disabled_at: row.try_get::<Option<i64>>("", "disabled_at")?.map(Millis),
    })
}

fn grant(row: &QueryResult) -> Result<(StaffId, Grant), StoreError> {
    const UNREADABLE: StoreError = StoreError::Corrupt("role");
    let text = |column: &str| row.try_get::<String>("", column);
    let id = StaffId::parse(&text("staff")?).ok_or(UNREADABLE)?;
    let role = Role::from_key(&text("role")?).ok_or(UNREADABLE)?;
    let department = text("department")?;
    let department = match department.as_str() {
        "" => None,
        code => Some(Department::parse(code).map_err(|_| UNREADABLE)?),
    };
    Ok((id, Grant { role, department }))
}

//! The staff as administrators see them: who there is, and adding somebody.

use super::account::{RoleRow, roles_in_words};
use crate::console::{Form, Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::access::SignedIn;
use crate::staff::domain::{Department, DisplayName, Grant, LoginName, NewMember, Role, Scope, StaffMember};
use crate::staff::password::{Password, PasswordError};
use crate::staff::store::AddError;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bianmin_locale::Words;
use bianmin_protocol::ids::Millis;
use serde::Deserialize;
use std::sync::Arc;

/// People on one page.
const PAGE: u32 = 50;
/// For how long a one-time code is good.
const CODE_HOURS: i64 = 72;

struct MemberRow {
    id: String,
    name: String,
    login_name: String,
    roles: Vec<RoleRow>,
    is_disabled: bool,
}

#[derive(Template)]
#[template(path = "staff/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<MemberRow>,
    /// Where the next page begins.
    next: Option<String>,
    is_first: bool,
}

/// After whom a list goes on.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: String,
}

pub(super) async fn list(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Query(After { after }): Query<After>,
    frame: Frame,
) -> Result<Page<impl Template>, PageError> {
    let after = LoginName::parse(&after).ok();
    let scope = viewer.scope(Role::Administer);
    let mut members = hall.store.staff().list_in(&scope, after.as_ref(), PAGE + 1).await?;
    let is_cut = members.len() > PAGE as usize;
    members.truncate(PAGE as usize);
    let next = members.last().filter(|_| is_cut).map(|last| last.login_name.to_string());
    let row = |member: &StaffMember| MemberRow {
        id: member.id.to_string(),
        name: member.display_name.to_string(),
        login_name: member.login_name.to_string(),
        roles: roles_in_words(&frame, member),
        is_disabled: member.disabled_at.is_some(),
    };
    let rows = members.iter().map(row).collect();
    Ok(Page(ListPage { rows, next, is_first: after.is_none(), frame }))
}

/// A role to choose.
pub(super) struct RoleChoice {
    pub key: &'static str,
    pub label: String,
    pub help: String,
    pub is_chosen: bool,
}

pub(super) fn role_choices(frame: &Frame, chosen: &[Role]) -> Vec<RoleChoice> {
    let choice = |role: Role| RoleChoice {
        key: role.key(),
        label: frame.t(&format!("staff-role-{}", role.key())),
        help: frame.t(&format!("staff-role-help-{}", role.key())),
        is_chosen: chosen.contains(&role),
    };
    Role::ALL.into_iter().map(choice).collect()
}

/// A department to choose.
pub(super) struct DepartmentChoice {
    pub code: String,
    pub is_chosen: bool,
}

/// Departments that somebody may give roles for; none where it is all of them, and they type which.
pub(super) fn departments(viewer: &StaffMember, chosen: &str) -> Vec<DepartmentChoice> {
    let choice =
        |one: &Department| DepartmentChoice { code: one.to_string(), is_chosen: one.as_str() == chosen };
    match viewer.scope(Role::Administer) {
        Scope::All => Vec::new(),
        Scope::Departments(own) => own.iter().map(choice).collect(),
    }
}

#[derive(Template)]
#[template(path = "staff/new.html")]
struct NewMemberPage {
    frame: Frame,
    login_name: String,
    display_name: String,
    department: String,
    is_whole_hall: bool,
    roles: Vec<RoleChoice>,
    departments: Vec<DepartmentChoice>,
    error: Option<String>,
}

pub(super) async fn new_page(SignedIn(viewer): SignedIn, frame: Frame) -> Page<impl Template> {
    Page(NewMemberPage {
        roles: role_choices(&frame, &[]),
        departments: departments(&viewer, ""),
        login_name: String::new(),
        display_name: String::new(),
        department: String::new(),
        is_whole_hall: false,
        error: None,
        frame,
    })
}

/// A form has a field for each role: a box that is not ticked is not sent.
#[derive(Deserialize)]
pub(super) struct NewMemberForm {
    login_name: String,
    display_name: String,
    #[serde(default)]
    department: String,
    whole_hall: Option<String>,
    receive: Option<String>,
    decide: Option<String>,
    issue: Option<String>,
    supervise: Option<String>,
    administer: Option<String>,
}

impl NewMemberForm {
    fn roles(&self) -> Vec<Role> {
        let ticked = |role: &Role| match role {
            Role::Receive => self.receive.is_some(),
            Role::Decide => self.decide.is_some(),
            Role::Issue => self.issue.is_some(),
            Role::Supervise => self.supervise.is_some(),
            Role::Administer => self.administer.is_some(),
        };
        Role::ALL.into_iter().filter(ticked).collect()
    }

    /// What is wrong with it, as the key of its words.
    fn read(&self) -> Result<NewMember, &'static str> {
        let login_name = LoginName::parse(&self.login_name).map_err(|_| "staff-bad-login-name")?;
        let display_name = DisplayName::parse(&self.display_name).map_err(|_| "staff-bad-name")?;
        let department = department(&self.department, self.whole_hall.is_some())?;
        let grants = self.roles().into_iter().map(|role| Grant { role, department: department.clone() });
        NewMember::new(login_name, display_name, grants.collect()).ok_or("staff-no-role")
    }
}

/// The department that was typed, or the whole hall where that was ticked: nobody gets it by a field left empty.
pub(super) fn department(text: &str, is_whole_hall: bool) -> Result<Option<Department>, &'static str> {
    match (text.trim(), is_whole_hall) {
        ("", true) => Ok(None),
        ("", false) => Err("staff-which-department"),
        (_, true) => Err("staff-department-or-hall"),
        (code, false) => Department::parse(code).map(Some).map_err(|_| "staff-bad-department"),
    }
}

pub(super) async fn add(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    frame: Frame,
    Form(form): Form<NewMemberForm>,
) -> Result<Response, PageError> {
    let error = match form.read() {
        Ok(new) => {
            if let Some(grant) = new.grants().find(|grant| !viewer.may_grant(grant)) {
                return Err(not_yours(grant));
            }
            let code = SetupCode::make(&hall).await?;
            match hall.store.staff().add(&new, &code.hash, code.expires_at, &hall.staff.by(viewer.id)).await {
                Ok(member) => return Ok(code.page(&hall, frame, &member).into_response()),
                Err(AddError::Taken(_)) => "staff-login-name-taken",
                Err(AddError::Store(error)) => return Err(error.into()),
            }
        }
        Err(error) => error,
    };
    let page = NewMemberPage {
        roles: role_choices(&frame, &form.roles()),
        departments: departments(&viewer, &form.department),
        error: Some(frame.t(error)),
        is_whole_hall: form.whole_hall.is_some(),
        login_name: form.login_name,
        display_name: form.display_name,
        department: form.department,
        frame,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

/// A role that somebody may not give or take.
pub(super) fn not_yours(grant: &Grant) -> PageError {
    PageError::Forbidden(Words::new(match grant.department {
        None => "console-error-forbidden-whole-hall",
        Some(_) => "console-error-forbidden-department",
    }))
}

/// A one-time code, shown once.
pub(super) struct SetupCode {
    code: String,
    pub hash: String,
    pub expires_at: Millis,
}

impl SetupCode {
    pub(super) async fn make(hall: &Hall) -> Result<Self, PageError> {
        let code = crate::fleet::codes::new().map_err(|_| PageError::Unavailable)?;
        let hash = hall.staff.passwords.hash(Password::typed(code.clone())).await;
        let hash = hash.map_err(|error| match error {
            PasswordError::Busy => PageError::TooMany(std::time::Duration::from_secs(5)),
            _ => PageError::Unavailable,
        })?;
        let expires_at = Millis(hall.clock.now().0.saturating_add(CODE_HOURS * 3_600_000));
        Ok(Self { code, hash, expires_at })
    }

    pub(super) fn page(self, hall: &Hall, frame: Frame, member: &StaffMember) -> Page<impl Template + use<>> {
        Page(CodePage {
            code: self.code,
            until: hall.clock.civil(self.expires_at).strftime("%Y-%m-%d %H:%M").to_string(),
            login_name: member.login_name.to_string(),
            name: member.display_name.to_string(),
            id: member.id.to_string(),
            frame,
        })
    }
}

#[derive(Template)]
#[template(path = "staff/code.html")]
struct CodePage {
    frame: Frame,
    code: String,
    until: String,
    login_name: String,
    name: String,
    id: String,
}

//! The account of somebody else, for administrators: roles, disabling, a new one-time code.

use super::account::{RoleRow, roles_in_words};
use super::administration::{
    DepartmentChoice, RoleChoice, SetupCode, department, departments, not_yours, role_choices,
};
use crate::console::{Form, Frame, Page, PageError};
use crate::hall::Hall;
use crate::staff::access::SignedIn;
use crate::staff::domain::{Grant, Role, StaffId, StaffMember};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use bianmin_locale::Words;
use serde::Deserialize;
use std::sync::Arc;

struct GrantRow {
    words: RoleRow,
    role: &'static str,
    department: String,
    /// Whether the viewer may take it.
    may_revoke: bool,
}

#[derive(Template)]
#[template(path = "staff/member.html")]
struct MemberPage {
    frame: Frame,
    member: StaffMember,
    id: String,
    grants: Vec<GrantRow>,
    roles: Vec<RoleChoice>,
    departments: Vec<DepartmentChoice>,
    is_self: bool,
    disabled: Option<String>,
    error: Option<String>,
}

pub(super) async fn page(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Page<impl Template>, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    Ok(Page(member_page(&hall, &viewer, member, frame)))
}

/// Who is meant, if the viewer may change their account.
async fn find(hall: &Hall, viewer: &StaffMember, id: &str) -> Result<StaffMember, PageError> {
    let id = StaffId::parse(id).ok_or(PageError::NotFound)?;
    let member = hall.store.staff().member(id).await?.ok_or(PageError::NotFound)?;
    match viewer.may_change(&member) {
        true => Ok(member),
        false => Err(PageError::Forbidden(Words::new("console-error-forbidden-member"))),
    }
}

fn member_page(hall: &Hall, viewer: &StaffMember, member: StaffMember, frame: Frame) -> MemberPage {
    let row = |(grant, words): (&Grant, RoleRow)| GrantRow {
        words,
        role: grant.role.key(),
        department: grant.department.as_ref().map(ToString::to_string).unwrap_or_default(),
        may_revoke: member.grants.len() > 1 && is_revocable(viewer, &member, grant),
    };
    MemberPage {
        id: member.id.to_string(),
        grants: member.grants.iter().zip(roles_in_words(&frame, &member)).map(row).collect(),
        roles: role_choices(&frame, &[]),
        departments: departments(viewer, ""),
        is_self: viewer.id == member.id,
        disabled: member.disabled_at.map(|at| hall.clock.civil(at).strftime("%Y-%m-%d %H:%M").to_string()),
        error: None,
        frame,
        member,
    }
}

/// Nobody takes from themselves what they need to give it back.
fn is_revocable(viewer: &StaffMember, member: &StaffMember, grant: &Grant) -> bool {
    viewer.may_grant(grant) && !(viewer.id == member.id && grant.role == Role::Administer)
}

#[derive(Deserialize)]
pub(super) struct GrantForm {
    role: String,
    #[serde(default)]
    department: String,
    whole_hall: Option<String>,
}

impl GrantForm {
    fn read(&self) -> Result<Grant, &'static str> {
        let role = Role::from_key(&self.role).ok_or("staff-no-role")?;
        Ok(Grant { role, department: department(&self.department, self.whole_hall.is_some())? })
    }
}

pub(super) async fn grant(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    frame: Frame,
    Form(form): Form<GrantForm>,
) -> Result<Response, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    match form.read() {
        Ok(grant) if !viewer.may_grant(&grant) => Err(not_yours(&grant)),
        Ok(grant) => {
            hall.store.staff().grant(member.id, &grant, &hall.staff.by(viewer.id)).await?;
            Ok(back(&member).into_response())
        }
        Err(key) => {
            let mut page = member_page(&hall, &viewer, member, frame);
            page.error = Some(page.frame.t(key));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
    }
}

pub(super) async fn revoke(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    Form(form): Form<GrantForm>,
) -> Result<Redirect, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    let grant = form.read().map_err(|_| PageError::Form)?;
    if !is_revocable(&viewer, &member, &grant) {
        return Err(not_yours(&grant));
    }
    if member.grants == [grant.clone()] {
        return Err(PageError::Conflict(Words::new("staff-last-role")));
    }
    hall.store.staff().revoke(member.id, &grant, &hall.staff.by(viewer.id)).await?;
    Ok(back(&member))
}

pub(super) async fn disable(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Result<Redirect, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    if member.id == viewer.id {
        return Err(PageError::Forbidden(Words::new("console-error-forbidden-self")));
    }
    hall.store.staff().disable(member.id, &hall.staff.by(viewer.id)).await?;
    Ok(back(&member))
}

pub(super) async fn enable(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
) -> Result<Redirect, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    hall.store.staff().enable(member.id, &hall.staff.by(viewer.id)).await?;
    Ok(back(&member))
}

pub(super) async fn reset(
    State(hall): State<Arc<Hall>>,
    SignedIn(viewer): SignedIn,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<impl IntoResponse, PageError> {
    let member = find(&hall, &viewer, &id).await?;
    if member.id == viewer.id {
        return Err(PageError::Forbidden(Words::new("console-error-forbidden-self")));
    }
    let code = SetupCode::make(&hall).await?;
    hall.store.staff().reset(member.id, &code.hash, code.expires_at, &hall.staff.by(viewer.id)).await?;
    Ok(code.page(&hall, frame, &member))
}

fn back(member: &StaffMember) -> Redirect {
    Redirect::to(&format!("/console/staff/{}", member.id))
}

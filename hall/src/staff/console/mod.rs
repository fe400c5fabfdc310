//! Pages about staff: signing in, one's own account, and the accounts of others for administrators.

mod account;
mod administration;
mod member;
mod qr;
mod second_factor;
mod sign_in;

use super::access::{Access, Pages};
use super::domain::Role;
use super::password::PasswordError;
use super::service::SignInError;
use crate::console::{Frame, PageError, Section};
use crate::http::Peer;
use crate::http::limits::Network;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Who may do anything about other people's accounts.
const ADMINISTRATORS: Access = Access::Roles(&[Role::Administer]);

pub(crate) const SECTIONS: &[Section] =
    &[Section { label: "console-section-staff", href: "/console/staff", roles: &[Role::Administer.key()] }];

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console", Access::SignedIn, sign_in::home)
        .post("/console/language", Access::Open, account::choose_language)
        .get("/console/sign-in", Access::Open, sign_in::page)
        .post("/console/sign-in", Access::Open, sign_in::send)
        .get("/console/first-sign-in", Access::Open, sign_in::first_page)
        .post("/console/first-sign-in", Access::Open, sign_in::send_first)
        .post("/console/sign-out", Access::Open, sign_in::sign_out)
        .get("/console/second-factor", Access::Begun, second_factor::page)
        .post("/console/second-factor", Access::Begun, second_factor::send)
        .get("/console/second-factor/new", Access::Begun, second_factor::new_page)
        .post("/console/second-factor/new", Access::Begun, second_factor::confirm)
        .get("/console/account", Access::SignedIn, account::page)
        .post("/console/account/password", Access::SignedIn, account::change_password)
        .post("/console/account/second-factor", Access::SignedIn, account::remove_second_factor)
        .post("/console/account/sign-out", Access::SignedIn, account::sign_out_everywhere)
        .get("/console/staff", ADMINISTRATORS, administration::list)
        .get("/console/staff/new", ADMINISTRATORS, administration::new_page)
        .post("/console/staff/new", ADMINISTRATORS, administration::add)
        .get("/console/staff/{id}", ADMINISTRATORS, member::page)
        .post("/console/staff/{id}/grant", ADMINISTRATORS, member::grant)
        .post("/console/staff/{id}/revoke", ADMINISTRATORS, member::revoke)
        .post("/console/staff/{id}/disable", ADMINISTRATORS, member::disable)
        .post("/console/staff/{id}/enable", ADMINISTRATORS, member::enable)
        .post("/console/staff/{id}/reset", ADMINISTRATORS, member::reset)
}

/// Where a request comes from, for those who guess.
struct From(Network);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Peer::address(parts).into()))
    }
}

/// What is said beside the form, in words, of what went wrong with it; an error page where the form is not to blame.
/// `wrong` is the key of what is said where something does not fit.
fn in_words(frame: &Frame, error: SignInError, wrong: &str) -> Result<String, PageError> {
    match error {
        SignInError::Wrong => Ok(frame.t(wrong)),
        SignInError::Wait(wait) => {
            Ok(frame.t1("staff-wait", "seconds", wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))
        }
        SignInError::Password(PasswordError::Short) => Ok(frame.t("staff-password-short")),
        SignInError::Password(PasswordError::Long) => Ok(frame.t("staff-password-long")),
        SignInError::Password(PasswordError::Easy) => Ok(frame.t("staff-password-easy")),
        SignInError::Password(PasswordError::Busy) => Ok(frame.t("staff-busy")),
        SignInError::Password(PasswordError::System) => Err(PageError::Unavailable),
        SignInError::Over => Err(PageError::SignIn(None)),
        SignInError::Store(error) => Err(error.into()),
    }
}

//! Who may open which page. Every route of the console is added here with who may use it, so that no page is without that
//! and one test goes through all of them.

use super::domain::{Role, SessionHash, StaffMember, Stage};
use super::store::Session;
use crate::console::{Console, Cookies, PageError, Viewer, ViewerSlot};
use crate::hall::Hall;
use crate::http::places::Visitor;
use axum::Router;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use bianmin_locale::Words;
use std::convert::Infallible;
use std::sync::Arc;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: to sign in, and to choose a language.
    Open,
    /// Who has given a password, whatever is still to come.
    Begun,
    /// Who is signed in.
    SignedIn,
    /// Who has one of these roles for at least one department; the page itself asks for which.
    Roles(&'static [Role]),
}

/// One route of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleRoute {
    /// `GET` or `POST`.
    pub method: Method,
    /// Its path, with `{…}` for what varies.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// Pages of a capability.
#[derive(Default)]
pub(crate) struct Pages(Vec<(ConsoleRoute, MethodRouter<Arc<Hall>>)>);

impl Pages {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A page that is looked at.
    pub(crate) fn get<T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: impl Handler<T, Arc<Hall>>,
    ) -> Self {
        self.add(Method::GET, path, access, get(handler))
    }

    /// A form that is sent.
    pub(crate) fn post<T: 'static>(
        self,
        path: &'static str,
        access: Access,
        handler: impl Handler<T, Arc<Hall>>,
    ) -> Self {
        self.add(Method::POST, path, access, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: MethodRouter<Arc<Hall>>,
    ) -> Self {
        self.0.push((ConsoleRoute { method, path, access }, handler));
        self
    }

    /// With the pages of another capability.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// What there is.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &ConsoleRoute> {
        self.0.iter().map(|(route, _)| route)
    }

    /// The router, in which each route asks first who comes.
    pub(crate) fn router(self, hall: &Arc<Hall>) -> Router<Arc<Hall>> {
        let guarded = |(route, handler): (ConsoleRoute, MethodRouter<Arc<Hall>>)| {
            let asked = (hall.clone(), route.access);
            (route.path, handler.route_layer(from_fn_with_state(asked, check)))
        };
        let add = |router: Router<Arc<Hall>>, (path, handler)| router.route(path, handler);
        self.0.into_iter().map(guarded).fold(Router::new(), add)
    }
}

/// Who is signed in. Every page behind a role takes one.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn(pub StaffMember);

/// The session of who has at least given a password.
#[derive(Debug, Clone)]
pub(crate) struct InSession(pub Session, pub StaffMember);

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = PageError;

    /// Nobody where the route was added as open.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let found = parts.extensions.get::<InSession>().filter(|found| found.0.stage == Stage::SignedIn);
        found.map(|found| Self(found.1.clone())).ok_or(PageError::SignIn(None))
    }
}

impl<S: Sync> FromRequestParts<S> for InSession {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or(PageError::SignIn(None))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for InSession {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

async fn check(
    State((hall, access)): State<(Arc<Hall>, Access)>,
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&hall, access, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn admit(hall: &Hall, access: Access, request: &mut Request) -> Result<(), PageError> {
    let found = match shown(&hall.console, request.headers()) {
        Some(shown) => hall.staff.session(&shown).await?,
        None => None,
    };
    let is_get = request.method() == Method::GET;
    let here = request.uri().path_and_query().map(|path| path.as_str().to_owned());
    // A form that comes too late is answered with words: what was typed is still in the browser.
    let sign_in = || PageError::SignIn(here.clone().filter(|_| is_get));
    if let Some((session, member)) = found {
        if session.stage == Stage::SignedIn
            && let Some(slot) = request.extensions().get::<ViewerSlot>()
        {
            let roles = Role::ALL.into_iter().filter(|role| member.may_somewhere(*role)).map(Role::key);
            if let Some(visitor) = request.extensions().get::<Visitor>() {
                visitor.is_person(&member.id.to_string());
            }
            let _ = slot.set(Viewer { name: member.display_name.to_string(), roles: roles.collect() });
        }
        request.extensions_mut().insert(InSession(session, member));
    }
    let found = request.extensions().get::<InSession>();
    match (access, found) {
        (Access::Open, _) | (Access::Begun, Some(_)) => Ok(()),
        (_, Some(InSession(session, member))) if session.stage == Stage::SignedIn => match access {
            Access::Roles(roles) if !roles.iter().any(|role| member.may_somewhere(*role)) => {
                Err(PageError::Forbidden(Words::new("console-error-forbidden-role")))
            }
            _ => Ok(()),
        },
        _ => Err(sign_in()),
    }
}

/// What is stored of the session that a browser shows.
pub(super) fn shown(console: &Console, headers: &axum::http::HeaderMap) -> Option<SessionHash> {
    Cookies::of(headers).session(console).map(SessionHash::of)
}

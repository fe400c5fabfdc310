//! What every page has around it: the strip with the hall's name, where one can go, who is signed in, and the language.

use super::{Console, PageError};
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bianmin_locale::{Arg, Language, Texts};
use std::sync::{Arc, OnceLock};

/// An entry of the strip: where some pages begin.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The key of its name.
    pub label: &'static str,
    /// Where it leads; pages below it belong to it.
    pub href: &'static str,
    /// Who sees it: who has one of these roles somewhere.
    pub roles: &'static [&'static str],
}

/// Who looks at a page.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    /// As others see them.
    pub name: String,
    /// The roles that they have somewhere.
    pub roles: Vec<&'static str>,
}

/// Where it is noted who looks, once that is known: an error's page has the same frame.
pub(crate) type ViewerSlot = Arc<OnceLock<Viewer>>;

/// An entry of the strip as this viewer sees it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub label: String,
    pub href: &'static str,
    pub is_here: bool,
}

/// What a page has around it. Every template has one as `frame`.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The texts in the viewer's language.
    pub texts: Texts,
    console: Arc<Console>,
    viewer: ViewerSlot,
    path: String,
}

impl Frame {
    pub(super) fn new(console: Arc<Console>, language: Language, viewer: ViewerSlot, path: String) -> Self {
        Self { texts: Texts::new(language), console, viewer, path }
    }

    /// The frame of a page that nobody has asked for yet.
    #[cfg(test)]
    pub(crate) fn for_tests(console: &Arc<Console>, language: Language) -> Self {
        Self::new(console.clone(), language, ViewerSlot::default(), "/console".to_owned())
    }

    /// A text.
    pub(crate) fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// A text with one argument.
    pub(crate) fn t1<'a>(&self, key: &str, name: &str, value: impl Into<Arg<'a>>) -> String {
        self.texts.t_args(key, &[(name, value.into())])
    }

    /// The address of a file that pages need.
    pub(crate) fn asset(&self, name: &str) -> String {
        self.console.assets.url(name)
    }

    /// The hall's name.
    pub(crate) fn hall(&self) -> &str {
        &self.console.name
    }

    /// The language's BCP 47 tag.
    pub(crate) fn tag(&self) -> &'static str {
        self.texts.language().tag()
    }

    /// The other languages.
    pub(crate) fn others(&self) -> Vec<Language> {
        Language::ALL.into_iter().filter(|language| *language != self.texts.language()).collect()
    }

    /// Who looks, as others see them.
    pub(crate) fn viewer(&self) -> Option<&str> {
        self.viewer.get().map(|viewer| viewer.name.as_str())
    }

    /// This page, to come back to.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Where the viewer can go.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let Some(viewer) = self.viewer.get() else { return Vec::new() };
        let seen = |section: &&Section| section.roles.iter().any(|role| viewer.roles.contains(role));
        let is_here = |href: &str| {
            self.path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        let entry = |section: &Section| Entry {
            label: self.t(section.label),
            href: section.href,
            is_here: is_here(section.href),
        };
        self.console.sections.iter().filter(seen).map(entry).collect()
    }
}

impl<S: Sync> FromRequestParts<S> for Frame {
    type Rejection = PageError;

    /// None outside of [`super::serve`].
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or(PageError::Unavailable)
    }
}

/// A page as an answer.
#[derive(Debug)]
pub(crate) struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        html(StatusCode::OK, &self.0)
    }
}

pub(super) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

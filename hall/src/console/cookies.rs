//! What browsers keep: which session is theirs, and the language that somebody chose.
//!
//! No page of another site gets them sent or can read them. Where the hall is reached by TLS no other host of the same
//! domain can set them either (`__Host-`).

use super::Console;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponseParts};
use bianmin_locale::Language;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

const SESSION: &str = "bianmin-session";
const SESSION_BY_TLS: &str = "__Host-bianmin-session";
const LANGUAGE: &str = "bianmin-language";
/// Days for which a browser remembers a language.
const LANGUAGE_DAYS: i64 = 365;

/// The cookies of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies<'a>(&'a HeaderMap);

impl<'a> Cookies<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    fn get(self, name: &str) -> Option<&'a str> {
        let lines = self.0.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut found = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(own, _)| *own == name)
            .map(|(_, value)| value);
        let first = found.next()?;
        // Two of one name: somebody else has set one of them, and nobody knows which.
        found.next().is_none().then_some(first)
    }

    /// The session that it says it belongs to.
    pub(crate) fn session(self, console: &Console) -> Option<&'a str> {
        self.get(if console.is_secure { SESSION_BY_TLS } else { SESSION })
    }

    /// The language that was chosen in this browser.
    pub(crate) fn language(self) -> Option<Language> {
        self.get(LANGUAGE).and_then(Language::from_tag)
    }
}

/// Has the browser keep a session until it is closed, or forget it.
pub(crate) fn set_session(console: &Console, id: Option<&str>) -> impl IntoResponseParts + use<> {
    let name = if console.is_secure { SESSION_BY_TLS } else { SESSION };
    set(console, name, id, None)
}

/// Has the browser keep a language, or forget it.
pub(crate) fn set_language(console: &Console, language: Option<Language>) -> impl IntoResponseParts + use<> {
    set(console, LANGUAGE, language.map(Language::tag), Some(Duration::days(LANGUAGE_DAYS)))
}

fn set(
    console: &Console,
    name: &'static str,
    value: Option<&str>,
    age: Option<Duration>,
) -> AppendHeaders<[(axum::http::HeaderName, String); 1]> {
    let mut cookie = Cookie::build((name, value.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(console.is_secure)
        .build();
    cookie.set_max_age(if value.is_some() { age } else { Some(Duration::ZERO) });
    AppendHeaders([(SET_COOKIE, cookie.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_there_twice_is_nobodys() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; bianmin-language=en".parse().unwrap());
        assert_eq!(Cookies::of(&headers).get("a"), Some("1"));
        assert_eq!(Cookies::of(&headers).language(), Some(Language::En));
        headers.append(COOKIE, "a=2".parse().unwrap());
        assert_eq!(Cookies::of(&headers).get("a"), None);
        assert_eq!(Cookies::of(&headers).get("b"), None);
    }
}

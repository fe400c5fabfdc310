//! In which language somebody reads the pages: the one that they chose, else what their browser asks for.

use super::Console;
use super::cookies::Cookies;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use bianmin_locale::Language;

/// Languages in a header that are looked at.
const LOOKED_AT: usize = 20;

pub(super) fn of_request(console: &Console, headers: &HeaderMap) -> Language {
    let chosen = Cookies::of(headers).language();
    chosen.or_else(|| accepted(headers)).unwrap_or(console.language)
}

/// What the browser asks for first, of what there is.
fn accepted(headers: &HeaderMap) -> Option<Language> {
    let wanted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Language)> = None;
    for range in wanted.split(',').take(LOOKED_AT) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let fits = |language: &Language| {
            language.tag().split('-').next().is_some_and(|own| own.eq_ignore_ascii_case(primary))
        };
        let Some(language) = Language::ALL.into_iter().find(fits) else { continue };
        if weight > 0.0 && best.is_none_or(|(other, _)| weight > other) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_first_wish_that_there_is_counts() {
        let accepted = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, text.parse().unwrap());
            accepted(&headers)
        };
        assert_eq!(accepted("zh-CN,zh;q=0.9,en;q=0.8"), Some(Language::ZhCn));
        assert_eq!(accepted("en-GB, zh;q=0.5"), Some(Language::En));
        assert_eq!(accepted("fr, de;q=0.9, zh-TW;q=0.3"), Some(Language::ZhCn));
        assert_eq!(accepted("zh;q=0, en;q=0.1"), Some(Language::En));
        assert_eq!(accepted("fr"), None);
        assert_eq!(accepted(";;q=x,,"), None);
        assert_eq!(accepted(&"x,".repeat(1000)), None);
    }
}

//! The phone page: its frame and its script, with the texts of all languages filled in.

use askama::Template;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::case::CaseState;
use std::sync::LazyLock;

/// Its style.
pub(crate) const STYLE: &str = include_str!("../../static/r.css");

/// Its script; texts are JSON in it, so that nothing else is loaded.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let texts = Language::ALL.into_iter().map(|language| (language.tag().to_owned(), texts(language)));
    let script = Script { texts: texts.collect::<serde_json::Map<_, _>>().into() };
    script.render().expect("texts that are compiled in can be written")
});

#[derive(Template)]
#[template(path = "cases/phone.js", escape = "none")]
struct Script {
    texts: serde_json::Value,
}

#[derive(Template)]
#[template(path = "cases/phone.html")]
struct Page<'a> {
    hall: &'a str,
    zone: &'a str,
    language: Language,
    texts: Texts,
}

/// Where an application stands that is no case, in locale keys.
const ON_THE_WAY: [&str; 3] = ["waiting", "stranded", "set-aside"];

fn texts(language: Language) -> serde_json::Value {
    let texts = Texts::new(language);
    let own = [
        "title",
        "loading",
        "again",
        "foot",
        "mark-state",
        "mark-receipt",
        "mark-line",
        "wrong",
        "wrong-more",
        "none",
        "none-more",
        "failed",
        "failed-more",
        "registration",
        "case-number",
        "item",
        "terminal",
        "applied",
        "received",
        "changed",
        "limit",
        "limit-now",
        "limit-working",
        "limit-calendar",
    ];
    let own = own.into_iter().map(|key| (key.to_owned(), texts.t(&format!("phone-{key}"))));
    // Where an application stands is said in the terminal's own words.
    let states = CaseState::ALL.into_iter().map(CaseState::key).chain(ON_THE_WAY);
    let states = states.flat_map(|state| {
        ["state", "next"].map(|what| (format!("{what}-{state}"), texts.t(&format!("case-{what}-{state}"))))
    });
    own.chain(states)
        .chain([("own-name".to_owned(), language.own_name().to_owned())])
        .map(|(key, text)| (key, text.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The page of a hall of this name, with times of this zone.
///
/// # Errors
/// The template cannot be filled in.
pub(crate) fn page(hall: &str, zone: &str, language: Language) -> askama::Result<String> {
    Page { hall, zone, language, texts: Texts::new(language) }.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_the_script_wants_is_there() {
        // Some browsers take U+2028 for the end of a line, within quotation marks too.
        assert!(!SCRIPT.contains("{{") && !SCRIPT.contains("phone-") && !SCRIPT.contains('\u{2028}'));
        for language in Language::ALL {
            let texts = texts(language);
            let script = include_str!("../../templates/cases/phone.js");
            for (at, _) in script.match_indices(" t(\"") {
                let key = script[at + 4..].split('"').next().unwrap();
                assert!(texts[key].is_string(), "{key} in {}", language.tag());
            }
        }
    }

    /// Terminal and phone say of a state the same, in the same words.
    #[test]
    fn where_an_application_stands_is_said_in_the_terminals_words() {
        for language in Language::ALL {
            let (page, terminal) = (texts(language), Texts::new(language));
            for state in CaseState::ALL.into_iter().map(CaseState::key).chain(ON_THE_WAY) {
                for what in ["state", "next"] {
                    let words = terminal.t(&format!("case-{what}-{state}"));
                    assert_eq!(page[format!("{what}-{state}")], words);
                    assert!(!words.starts_with("case-"), "{words}");
                }
            }
        }
    }

    #[test]
    fn a_halls_name_is_text_and_not_markup() {
        let page = page("<b>\"大厅\" & 'hall'</b>", "Asia/Shanghai", Language::ZhCn).unwrap();
        assert!(page.contains("&#60;b&#62;&#34;大厅&#34; &#38; &#39;hall&#39;&#60;/b&#62;"), "{page}");
        assert!(page.contains("<html lang=\"zh-CN\" data-zone=\"Asia/Shanghai\">"), "{page}");
    }

    /// Whatever a text says, it stays within its quotation marks.
    #[test]
    fn a_text_cannot_end_the_script() {
        let texts = serde_json::json!({ "zh-CN": { "title": "</script><!--\"'&" } });
        let script = Script { texts }.render().unwrap();
        let (_, line) = script.split_once("const TEXTS = ").unwrap();
        let line = line.lines().next().unwrap();
        assert!(!line.contains(['<', '>', '&', '\'']), "{line}");
        let read: serde_json::Value = serde_json::from_str(line.strip_suffix(';').unwrap()).unwrap();
        assert_eq!(read["zh-CN"]["title"], "</script><!--\"'&");
    }
}

//! The phone page: its frame and its script, with the texts of all languages filled in.

use bianmin_locale::{Language, Texts};
use bianmin_protocol::case::CaseState;
use std::sync::LazyLock;

const FRAME: &str = include_str!("../../static/r.html");
/// Its style.
pub(crate) const STYLE: &str = include_str!("../../static/r.css");

/// Its script; texts are JSON in it, so that nothing else is loaded.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let texts: serde_json::Map<_, _> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), texts(language))).collect();
    // The texts are trusted, but </script> or U+2028 in one must not break the script.
    let json =
        serde_json::Value::from(texts).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028");
    include_str!("../../static/r.js").replace("{TEXTS}", &json)
});

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
pub(crate) fn page(hall: &str, zone: &str, language: Language) -> String {
    let texts = Texts::new(language);
    FRAME
        .replace("{ZONE}", &escape(zone))
        .replace("{TITLE}", &escape(&texts.t("phone-title")))
        .replace("{NOSCRIPT}", &escape(&texts.t("phone-noscript")))
        .replace("{HALL}", &escape(hall))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_that_the_script_wants_is_there() {
        assert!(!SCRIPT.contains("{TEXTS}") && !SCRIPT.contains("phone-"));
        for language in Language::ALL {
            let texts = texts(language);
            let script = include_str!("../../static/r.js");
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
        let page = page("<b>\"大厅\" & 分厅</b>", "Asia/Shanghai", Language::ZhCn);
        assert!(page.contains("&lt;b&gt;&quot;大厅&quot; &amp; 分厅&lt;/b&gt;"));
    }
}

//! The phone page: its frame and its script, with the texts of all languages filled in.

use bianmin_locale::{Language, Texts};
use std::sync::LazyLock;

const FRAME: &str = include_str!("../static/r.html");
/// Its style.
pub(crate) const STYLE: &str = include_str!("../static/r.css");

/// Its script; texts are JSON in it, so that nothing else is loaded.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let texts: serde_json::Map<_, _> =
        Language::ALL.into_iter().map(|language| (language.tag().to_owned(), texts(language))).collect();
    // The texts are trusted, but </script> or U+2028 in one must not break the script.
    let json =
        serde_json::Value::from(texts).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028");
    include_str!("../static/r.js").replace("{TEXTS}", &json)
});

fn texts(language: Language) -> serde_json::Value {
    let texts = Texts::new(language);
    let keys: [(&str, String); 51] = [
        ("own-name", language.own_name().to_owned()),
        ("title", texts.t("phone-title")),
        ("loading", texts.t("phone-loading")),
        ("again", texts.t("phone-again")),
        ("foot", texts.t("phone-foot")),
        ("mark-state", texts.t("phone-mark-state")),
        ("mark-receipt", texts.t("phone-mark-receipt")),
        ("mark-line", texts.t("phone-mark-line")),
        ("not-yet", texts.t("phone-not-yet")),
        ("not-yet-more", texts.t("phone-not-yet-more")),
        ("stranded", texts.t("phone-stranded")),
        ("stranded-more", texts.t("phone-stranded-more")),
        ("not-taken", texts.t("phone-not-taken")),
        ("not-taken-more", texts.t("phone-not-taken-more")),
        ("wrong", texts.t("phone-wrong")),
        ("wrong-more", texts.t("phone-wrong-more")),
        ("none", texts.t("phone-none")),
        ("none-more", texts.t("phone-none-more")),
        ("failed", texts.t("phone-failed")),
        ("failed-more", texts.t("phone-failed-more")),
        ("registration", texts.t("phone-registration")),
        ("case-number", texts.t("phone-case-number")),
        ("item", texts.t("phone-item")),
        ("terminal", texts.t("phone-terminal")),
        ("applied", texts.t("phone-applied")),
        ("received", texts.t("phone-received")),
        ("changed", texts.t("phone-changed")),
        ("limit", texts.t("phone-limit")),
        ("limit-now", texts.t("phone-limit-now")),
        ("limit-working", texts.t("phone-limit-working")),
        ("limit-calendar", texts.t("phone-limit-calendar")),
        ("state-awaiting-files", texts.t("phone-state-awaiting-files")),
        ("state-received", texts.t("phone-state-received")),
        ("state-accepted", texts.t("phone-state-accepted")),
        ("state-not-accepted", texts.t("phone-state-not-accepted")),
        ("state-supplement", texts.t("phone-state-supplement")),
        ("state-deciding", texts.t("phone-state-deciding")),
        ("state-special-procedure", texts.t("phone-state-special-procedure")),
        ("state-granted", texts.t("phone-state-granted")),
        ("state-refused", texts.t("phone-state-refused")),
        ("state-delivered", texts.t("phone-state-delivered")),
        ("next-awaiting-files", texts.t("phone-next-awaiting-files")),
        ("next-received", texts.t("phone-next-received")),
        ("next-accepted", texts.t("phone-next-accepted")),
        ("next-not-accepted", texts.t("phone-next-not-accepted")),
        ("next-supplement", texts.t("phone-next-supplement")),
        ("next-deciding", texts.t("phone-next-deciding")),
        ("next-special-procedure", texts.t("phone-next-special-procedure")),
        ("next-granted", texts.t("phone-next-granted")),
        ("next-refused", texts.t("phone-next-refused")),
        ("next-delivered", texts.t("phone-next-delivered")),
    ];
    keys.into_iter()
        .map(|(key, text)| (key.to_owned(), text.into()))
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
            let script = include_str!("../static/r.js");
            for (at, _) in script.match_indices(" t(\"") {
                let key = script[at + 4..].split('"').next().unwrap();
                assert!(texts[key].is_string(), "{key} in {}", language.tag());
            }
        }
    }

    #[test]
    fn a_halls_name_is_text_and_not_markup() {
        let page = page("<b>\"大厅\" & 分厅</b>", "Asia/Shanghai", Language::ZhCn);
        assert!(page.contains("&lt;b&gt;&quot;大厅&quot; &amp; 分厅&lt;/b&gt;"));
    }
}

//! The board's page, its script and its style. Nothing comes from elsewhere.

use askama::Template;
use bianmin_locale::{Language, Texts};
use bianmin_protocol::bytes::{Digest, encode};
use std::sync::LazyLock;

/// The board's style.
pub(crate) const STYLE: &str = include_str!("../../../assets/board/board.css");
/// The board's script.
pub(crate) const SCRIPT: &str = include_str!("../../../assets/board/board.js");

/// By which a board notices that the hall was updated, and loads its page anew.
pub(super) fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let page = include_str!("../../../templates/queue/board.html");
        let parts = [STYLE, SCRIPT, page, env!("CARGO_PKG_VERSION")];
        encode(&Digest::of_parts(parts.map(str::as_bytes)).0[..9])
    });
    &VERSION
}

#[derive(Debug, Template)]
#[template(path = "queue/board.html")]
struct Page<'a> {
    hall: &'a str,
    zone: &'a str,
    language: &'a str,
    version: &'a str,
    texts: &'a Texts,
}

impl Page<'_> {
    fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// A text in which the script puts the seconds.
    fn with_seconds(&self, key: &str) -> String {
        self.texts.t_args(key, &[("seconds", "{seconds}".into())])
    }
}

/// The page of a hall of this name, with times of this zone.
pub(crate) fn page(hall: &str, zone: &str, language: Language) -> Result<String, askama::Error> {
    let texts = Texts::new(language);
    Page { hall, zone, language: language.tag(), version: version(), texts: &texts }.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halls_name_is_text_and_every_word_is_there() {
        for language in Language::ALL {
            let page = page("<b>\"大厅\"</b>", "Asia/Shanghai", language).unwrap();
            assert!(!page.contains("<b>") && page.contains("{seconds}"), "{page}");
            assert!(!page.contains("board-"), "a text is missing: {page}");
        }
    }

    #[test]
    fn page_script_and_style_are_small_and_ask_nobody_else() {
        let page = page("大厅", "Asia/Shanghai", Language::ZhCn).unwrap();
        assert!(page.len() + SCRIPT.len() + STYLE.len() < 60_000);
        for part in [page.as_str(), SCRIPT, STYLE] {
            assert!(!part.contains("http:") && !part.contains("https:") && !part.contains("innerHTML"));
        }
    }
}

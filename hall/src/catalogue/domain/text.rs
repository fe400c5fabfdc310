//! What a text of a catalogue may hold: characters that a person sees, and no traces of a wrong encoding.

use super::problem::Wrong;
use bianmin_protocol::text::is_seen;

/// What is wrong with a text. Where `lines` holds, it may have line breaks.
pub(super) fn check(text: &str, lines: bool) -> Result<(), Wrong> {
    if is_garbled(text) {
        return Err(Wrong::Garbled);
    }
    match text.chars().find(|character| !is_seen(*character)) {
        None => Ok(()),
        Some('\n' | '\r') if lines => check_rest(text),
        Some('\n' | '\r') => Err(Wrong::LineBreak),
        Some(other) => Err(Wrong::Character(other)),
    }
}

/// A text without what nobody sees: what is told about a file must not do to a terminal what the file wants.
pub(super) fn visible(text: &str) -> String {
    text.chars().filter(|character| is_seen(*character)).collect()
}

/// A text of several lines: apart from the line breaks it has to hold what one line may.
fn check_rest(text: &str) -> Result<(), Wrong> {
    text.split(['\n', '\r']).try_for_each(|line| check(line, false))
}

/// Chinese text that was read in one encoding and written in another looks like this.
fn is_garbled(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let twice = |encoding: &'static encoding_rs::Encoding| {
        let (bytes, _, wrong) = encoding.encode(text);
        !wrong && std::str::from_utf8(&bytes).is_ok_and(is_chinese)
    };
    // The last character that a Western encoding has.
    let western = text.chars().all(|character| character <= '\u{2122}');
    ["\u{fffd}", "锟斤拷", "烫烫烫", "屯屯屯"].iter().any(|trace| text.contains(trace))
        || (western && twice(encoding_rs::WINDOWS_1252))
        || (!western && twice(encoding_rs::GBK))
}

/// Nothing but Chinese characters and signs beside ASCII, and more than one of them.
fn is_chinese(text: &str) -> bool {
    let mut others = text.chars().filter(|character| !character.is_ascii()).peekable();
    let chinese = |character: &char| matches!(character, '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff5e}');
    others.peek().is_some() && text.chars().filter(chinese).count() > 1 && others.all(|one| chinese(&one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_refused_and_what_is_seen_stays() {
        for text in [
            "张三",
            "𠮷·阿卜杜热依木",
            "9:00–12:00，13:30",
            "葛\u{e0100}城",
            "café",
            "“已带”",
            "①",
            "一",
            "ᠮᠣᠩ",
        ] {
            assert_eq!(check(text, false), Ok(()), "{text}");
        }
        for bad in
            ['\0', '\u{1b}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{ffff}', '\t', '\u{85}']
        {
            assert_eq!(check(&format!("张{bad}三"), true), Err(Wrong::Character(bad)), "{bad:?}");
        }
        assert_eq!(check("一行\n又一行", true), Ok(()));
        assert_eq!(check("一行\n又\u{200b}一行", true), Err(Wrong::Character('\u{200b}')));
        assert_eq!(check("一行\n又一行", false), Err(Wrong::LineBreak));
    }

    #[test]
    fn a_text_that_went_through_a_wrong_encoding_is_noticed() {
        let text = "补办要多少钱？丢失补领每证四十元";
        let latin = encoding_rs::WINDOWS_1252.decode(text.as_bytes()).0;
        let chinese = encoding_rs::GBK.decode("办理进度查询服务".as_bytes()).0;
        for garbled in [&*latin, &*chinese, "锟斤拷", "办\u{fffd}理"] {
            assert_eq!(check(garbled, false), Err(Wrong::Garbled), "{garbled}");
        }
    }
}

//! Texts from outside: which characters they may hold, how a body of the wire is read, and how a text is shown where a
//! character could give orders.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The longest path of a field that is named, in characters.
const PATH: usize = 120;
/// Bytes looked at together.
const BLOCK: usize = 64;

/// Why a body is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is no JSON, or JSON of another form.
    #[error("the body has another form")]
    Form,
    /// A text holds a control character. None of ours does, and not every database takes them.
    #[error("{field} holds the control character U+{:04X}", *.character as u32)]
    Control {
        /// The path of the field, such as `printers[0].state`.
        field: String,
        /// The character.
        character: char,
    },
}

/// Reads a body of the wire. A control character in any text of it is refused, whether or not the field is known.
///
/// # Errors
/// It has another form, or a text holds a control character.
pub fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyError> {
    if may_hold_control(body) {
        find_control(body)?;
    }
    serde_json::from_slice(body).map_err(|_| BodyError::Form)
}

/// A text without control characters, for what was stored before they were refused.
pub fn without_controls(text: &str) -> Cow<'_, str> {
    match text.chars().any(char::is_control) {
        true => Cow::Owned(text.chars().filter(|character| !character.is_control()).collect()),
        false => Cow::Borrowed(text),
    }
}

/// Whether a character is seen where it stands. NUL, control and invisible characters, and those that turn the
/// direction of others, are not; nor are places that no character has.
pub fn is_seen(character: char) -> bool {
    !matches!(
        character,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || matches!(character, '\u{e0100}'..='\u{e01ef}')
}

/// A text on one line, in which each character that is not seen is written as its code: nothing of it gives orders to a
/// terminal, begins a line of its own, or turns the direction of what stands beside it.
pub fn visible(text: &str) -> Cow<'_, str> {
    escape(text, |out, character| match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => {
            // Writing to a string never fails.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
        }
    })
}

/// A JSON document of which the same holds, and which says the same. Such characters stand only in its texts; the line
/// breaks between them stay.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    escape(json, |out, character| {
        if character == '\n' {
            out.push(character);
            return;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn escape(text: &str, write: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if text.chars().all(is_seen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match is_seen(character) {
            true => out.push(character),
            false => write(&mut out, character),
        }
    }
    Cow::Owned(out)
}

/// Whether a second look is needed. In JSON a control character is escaped, U+007F, or begins with the byte C2.
fn may_hold_control(body: &[u8]) -> bool {
    body.chunks(BLOCK)
        .any(|block| block.iter().fold(false, |found, byte| found | matches!(byte, b'\\' | 0x7f | 0xc2)))
}

fn find_control(body: &[u8]) -> Result<(), BodyError> {
    let (mut path, mut found) = (String::new(), None);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let walked = Texts { path: &mut path, found: &mut found }.deserialize(&mut deserializer);
    match (found, walked) {
        (Some(character), _) => {
            let mut field: String = path.chars().filter(|character| is_seen(*character)).take(PATH).collect();
            if field.is_empty() {
                field.push_str("body");
            }
            Err(BodyError::Control { field, character })
        }
        (None, Ok(())) => Ok(()),
        (None, Err(_)) => Err(BodyError::Form),
    }
}

/// Walks through every text of a document, keys included, up to the first control character; `path` is then its place.
struct Texts<'a> {
    path: &'a mut String,
    found: &'a mut Option<char>,
}

impl Texts<'_> {
    fn look<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        *self.found = text.chars().find(|character| character.is_control());
        if self.found.is_some() { Err(E::custom("a control character")) } else { Ok(()) }
    }

    fn inner(&mut self) -> Texts<'_> {
        Texts { path: self.path, found: self.found }
    }
}

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        self.look(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        let length = self.path.len();
        for index in 0_usize.. {
            let _ = write!(self.path, "[{index}]");
            if sequence.next_element_seed(self.inner())?.is_none() {
                break;
            }
            self.path.truncate(length);
        }
        self.path.truncate(length);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let length = self.path.len();
        while let Some(key) = map.next_key::<String>()? {
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(&key);
            self.look(&key)?;
            map.next_value_seed(self.inner())?;
            self.path.truncate(length);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::Heartbeat;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn control(field: &str, character: char) -> Result<Value, BodyError> {
        Err(BodyError::Control { field: field.to_owned(), character })
    }

    #[test]
    fn a_control_character_is_refused_by_the_name_of_its_field() {
        for character in ['\0', '\n', '\t', '\u{1b}', '\u{7f}', '\u{80}', '\u{9b}'] {
            let bad = format!("a{character}b");
            let body = |value: Value| read_body::<Value>(value.to_string().as_bytes());
            assert_eq!(body(json!({"version": bad})), control("version", character));
            assert_eq!(
                body(json!({"printers": [{"state": "ok"}, {"state": bad}]})),
                control("printers[1].state", character)
            );
            assert_eq!(body(json!({"a": 1, "b": {&bad: 1}})), control("b.ab", character));
            assert_eq!(body(json!(bad)), control("body", character));
        }
        let escaped = br#"{"version":"1\u0000","printer":"ok"}"#;
        assert_eq!(read_body::<Value>(escaped), control("version", '\0'));
    }

    #[test]
    fn other_texts_are_read_as_they_are() {
        let body = r#"{"version":"\"\\é¿ 张\u5f20\ud83d\ude00","catalogue":1,"waiting":0,"quarantined":0,"printer":"ok","intake_open":true}"#;
        let heartbeat: Heartbeat = read_body(body.as_bytes()).unwrap();
        assert_eq!(heartbeat.version, "\"\\é¿ 张张😀");
        for broken in ["", "{", "[1,", r#"{"version":"\x"}"#, r#"{"version":"\ud800"}"#, "\"\u{1}\""] {
            assert_eq!(read_body::<Value>(broken.as_bytes()), Err(BodyError::Form), "{broken}");
        }
        assert_eq!(read_body::<Value>(b"{\"a\": \"\xff\"}"), Err(BodyError::Form));
    }

    #[test]
    fn what_is_shown_gives_no_orders() {
        let text = "a\u{1b}]0;owned\u{7}b\n\u{202e}c\u{9b}31m张\u{2066}";
        assert_eq!(visible(text), "a\\u{1b}]0;owned\\u{7}b\\n\\u{202e}c\\u{9b}31m张\\u{2066}");
        assert!(matches!(visible("张三 \\n"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn visible_json_says_the_same(text in any::<String>()) {
            for json in [json!({&text: [&text]}).to_string(), serde_json::to_string_pretty(&json!([text])).unwrap()] {
                let shown = visible_json(&json);
                prop_assert!(shown.chars().all(|character| is_seen(character) || character == '\n'));
                prop_assert_eq!(
                    serde_json::from_str::<Value>(&shown).unwrap(), serde_json::from_str::<Value>(&json).unwrap()
                );
            }
        }

        #[test]
        fn no_control_character_is_overlooked(text in any::<String>()) {
            let read = read_body::<Value>(json!({"field": &text}).to_string().as_bytes());
            match text.chars().find(|character| character.is_control()) {
                Some(character) => prop_assert_eq!(read, control("field", character)),
                None => prop_assert_eq!(read.unwrap(), json!({"field": &text})),
            }
            prop_assert!(!without_controls(&text).chars().any(char::is_control));
        }
    }
}

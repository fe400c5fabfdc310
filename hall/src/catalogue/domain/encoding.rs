//! Bytes of a text file as text: UTF-8, or GB 18030 where every byte fits and the text is plausible. What could be
//! read only by guessing is refused: a wrong guess publishes nonsense.

use super::problem::Wrong;
use std::borrow::Cow;

/// The text of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Wrong> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Wrong::EmptyFile);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || is_utf16(bytes) {
        return Err(Wrong::Utf16);
    }
    let plain = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let error = match std::str::from_utf8(plain) {
        Ok(text) => return Ok(text.into()),
        Err(error) => error,
    };
    let wrong = || Wrong::Encoding {
        line: 1 + plain[..error.valid_up_to()].iter().filter(|one| **one == b'\n').count(),
    };
    if plain.len() != bytes.len() || is_mostly_utf8(plain) {
        return Err(wrong());
    }
    let (text, _, malformed) = encoding_rs::GB18030.decode(plain);
    if malformed || !is_plausible(plain, &text) {
        return Err(wrong());
    }
    Ok(text.into_owned().into())
}

/// Without a mark at its beginning: every other byte of what is ASCII is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4096)];
    sample.iter().filter(|byte| **byte == 0).count() * 4 > sample.len()
}

/// Whether most of what is not ASCII is well-formed UTF-8: then the file is UTF-8 and damaged.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let mut well = 0;
    for chunk in bytes.utf8_chunks() {
        well += chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
    }
    well * 2 > bytes.iter().filter(|byte| !byte.is_ascii()).count()
}

/// Whether a text that can be read as GB 18030 is likely to be meant so: nearly all of its characters are of the
/// common ones, which have both bytes above A0. Other encodings land anywhere.
fn is_plausible(bytes: &[u8], text: &str) -> bool {
    let (mut common, mut all) = (0_usize, 0_usize);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        if first.is_ascii() {
            rest = tail;
            continue;
        }
        all += 1;
        let second = tail.first().copied().unwrap_or_default();
        let is_common = matches!(first, 0xa1..=0xa3 | 0xb0..=0xf7) && second >= 0xa1;
        common += usize::from(is_common);
        // Four bytes where the second is a digit.
        rest = tail.get(if second.is_ascii_digit() { 3 } else { 1 }..).unwrap_or_default();
    }
    let odd =
        |character: char| matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' | '\0'..='\u{8}');
    common * 4 >= all * 3 && !text.chars().any(odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str = "local_catalog_code,q,a\nHJ02,补办要多少钱？,丢失补领每证四十元。\n";

    #[test]
    fn both_encodings_of_spreadsheets_are_read_and_no_other() {
        assert_eq!(decode(TEXT.as_bytes()).unwrap(), TEXT);
        assert_eq!(decode(format!("\u{feff}{TEXT}").as_bytes()).unwrap(), TEXT);
        assert_eq!(decode(&encoding_rs::GB18030.encode(TEXT).0).unwrap(), TEXT);
        let wide = |swap: bool| -> Vec<u8> {
            TEXT.encode_utf16()
                .flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        for bytes in [wide(false), wide(true), [vec![0xff, 0xfe], wide(false)].concat()] {
            assert_eq!(decode(&bytes), Err(Wrong::Utf16));
        }
        let big5 = encoding_rs::BIG5.encode("補辦要多少錢？丟失補領每證四十元。").0;
        let japanese = encoding_rs::SHIFT_JIS.encode("身分証明書をなくした場合").0;
        for bytes in [big5, japanese, b"caf\xe9 cr\xe8me".as_slice().into()] {
            assert_eq!(decode(&bytes), Err(Wrong::Encoding { line: 1 }));
        }
        assert_eq!(decode(b" \n"), Err(Wrong::EmptyFile));
    }

    #[test]
    fn a_damaged_character_is_told_by_its_line() {
        let mut cut = TEXT.as_bytes().to_vec();
        cut.truncate(cut.len() - 2);
        assert_eq!(decode(&cut), Err(Wrong::Encoding { line: 2 }));
        let mut stray = TEXT.as_bytes().to_vec();
        stray.insert(stray.len() - 1, 0xe2);
        stray.insert(stray.len() - 1, 0x80);
        assert_eq!(decode(&stray), Err(Wrong::Encoding { line: 2 }));
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}

//! One-time codes for enrolment: ten characters that nobody mistakes for one another, 49 bits. Only a hash is
//! stored.

use bianmin_protocol::bytes::{Digest, encode};

/// Without 0 O, 1 I L and U, which sound or look alike.
const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;

/// A new code, as `ABCDE-FGHJK`.
///
/// # Errors
/// The operating system gives no randomness.
pub fn new() -> Result<String, getrandom::Error> {
    let mut code = String::with_capacity(LENGTH + 1);
    while code.len() < LENGTH + 1 {
        let mut byte = [0];
        getrandom::fill(&mut byte)?;
        // 240 is the largest multiple of 30 in a byte: the rest is drawn again, so that all are equally likely.
        if usize::from(byte[0]) >= 240 {
            continue;
        }
        if code.len() == LENGTH / 2 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
    }
    Ok(code)
}

/// A code as [`new`] writes it, however it was typed; `None` if it cannot be one.
pub fn standard(code: &str) -> Option<String> {
    let plain = plain(code)?;
    let is_code = plain.bytes().all(|byte| ALPHABET.contains(&byte));
    is_code.then(|| format!("{}-{}", &plain[..LENGTH / 2], &plain[LENGTH / 2..]))
}

/// What is stored of a code, however it was typed; `None` if it cannot be one.
pub fn hash(code: &str) -> Option<String> {
    let plain = plain(code)?;
    Some(encode(&Digest::of_parts([&b"bianmin one-time code"[..], plain.as_bytes()]).0))
}

/// Ten capital letters and digits, without what people put between them.
fn plain(code: &str) -> Option<String> {
    let mut plain = String::with_capacity(LENGTH);
    for character in code.chars().take(64) {
        let character = bianmin_protocol::form::narrow(character).to_ascii_uppercase();
        match character {
            '-' | ' ' | '\t' | '\u{2010}'..='\u{2015}' => {}
            other if other.is_ascii_alphanumeric() => plain.push(other),
            _ => return None,
        }
    }
    (plain.len() == LENGTH).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed() {
        let code = new().unwrap();
        assert_eq!(code.len(), 11);
        let hashed = hash(&code).unwrap();
        assert_eq!(hash(&code.to_lowercase()), Some(hashed.clone()));
        assert_eq!(hash(&code.replace('-', " ")), Some(hashed.clone()));
        assert_ne!(hash(&new().unwrap()), Some(hashed));
        for typed in [code.to_lowercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " - "))] {
            assert_eq!(standard(&typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(standard("261130-A012"), None, "a ticket's number with its day: no code has 0 or 1");
        assert_eq!(hash("ABCDE"), None);
        assert_eq!(hash("ABCDE-FGHJ!"), None);
    }
}

//! The second factor: codes of six digits that change every 30 seconds (RFC 6238), as authenticator apps show them.

use bianmin_protocol::form::narrow;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

/// RFC 4648, as authenticator apps want it.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Bytes of a secret: what SHA-1 has, which is the one digest that all apps know.
const LENGTH: usize = 20;

/// What the hall and somebody's app share. It wipes itself and appears in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; LENGTH]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A new one.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// As it is stored; `None` if it is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// As it is stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// As somebody types it into an app, in groups of four.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.base32();
        let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
        groups.join(" ")
    }

    /// The secret that [`Self::text`] writes so.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut bits = (0u64, 0u32);
        let mut bytes = Vec::with_capacity(LENGTH);
        for character in text.bytes().filter(|byte| *byte != b' ') {
            let value = BASE32.iter().position(|one| *one == character)?;
            bits = (bits.0 << 5 | value as u64, bits.1 + 5);
            if bits.1 >= 8 {
                bits.1 -= 8;
                bytes.push((bits.0 >> bits.1) as u8);
            }
        }
        Self::from_bytes(&bytes)
    }

    /// What the code for the camera says. `issuer` is the hall's name.
    #[must_use]
    pub fn uri(&self, issuer: &str, login_name: &str) -> String {
        // A colon divides issuer and account.
        let issuer = percent_encoded(&issuer.replace(':', " "));
        format!("otpauth://totp/{issuer}:{login_name}?secret={}&issuer={issuer}", self.base32())
    }

    /// In which step of 30 seconds this is the right code, now or one step before or after: clocks differ.
    #[must_use]
    pub fn step_of(&self, code: &str, seconds: u64) -> Option<i64> {
        let digits: String = code.chars().map(narrow).filter(|one| !one.is_whitespace()).take(16).collect();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.totp()?.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
    }

    /// The code that an app shows at a time.
    #[must_use]
    pub fn code_at(&self, seconds: u64) -> String {
        self.totp().map(|totp| totp.generate(seconds).to_string()).unwrap_or_default()
    }

    fn totp(&self) -> Option<Totp> {
        Builder::new().with_secret(Secret::new_stack(*self.0)).build().ok()
    }

    fn base32(&self) -> String {
        let mut text = String::with_capacity(LENGTH * 8 / 5);
        for part in self.0.chunks(5) {
            let bits = part.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for at in (0..8).rev() {
                text.push(char::from(BASE32[(bits >> (at * 5) & 31) as usize]));
            }
        }
        text
    }
}

fn percent_encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        // RFC 6238, appendix B, the last six digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(secret.code_at(seconds), code);
            assert_eq!(secret.step_of(code, seconds), Some(seconds as i64 / 30));
        }
        assert_eq!(secret.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(TotpSecret::from_text(&secret.text()), Some(secret));
    }

    #[test]
    fn a_code_counts_a_step_before_and_after_and_however_it_is_typed() {
        let secret = TotpSecret::generate().unwrap();
        let (now, code) = (1_800_000_000, secret.code_at(1_800_000_000));
        let step = Some(now as i64 / 30);
        for typed in [format!("{} {}", &code[..3], &code[3..]), code.chars().map(wide).collect()] {
            assert_eq!(secret.step_of(&typed, now), step, "{typed}");
        }
        assert_eq!((secret.step_of(&code, now + 30), secret.step_of(&code, now - 30)), (step, step));
        assert_eq!((secret.step_of(&code, now + 60), secret.step_of(&code, now - 60)), (None, None));
        for wrong in ["", "12345", "1234567", "abcdef", "１２３"] {
            assert_eq!(secret.step_of(wrong, now), None, "{wrong}");
        }
    }

    fn wide(digit: char) -> char {
        char::from_u32(u32::from(digit) - u32::from('0') + u32::from('０')).unwrap()
    }

    #[test]
    fn an_app_reads_who_it_is_for() {
        let secret = TotpSecret::from_bytes(&[0; 20]).unwrap();
        let uri = secret.uri("大厅: 1", "wang.fang");
        let issuer = "%E5%A4%A7%E5%8E%85%20%201";
        let zeros = "A".repeat(32);
        assert_eq!(uri, format!("otpauth://totp/{issuer}:wang.fang?secret={zeros}&issuer={issuer}"));
        assert!(!format!("{secret:?}").contains('0'));
    }
}

//! The right to see a place and to give it up: what the code on a slip holds. Numbers can be guessed; this cannot.

use bianmin_protocol::bytes::{decode, encode};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::ticket::TicketNumber;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Bytes of a token beside its number.
const LENGTH: usize = 16;

/// Makes and reads tokens. They are derived from the hall's key, so that none is stored, all halls of one database make the
/// same, and a number of a leased block has its own before anybody has the number.
pub(crate) struct Tokens(Hmac<Sha256>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// Of a hall with this key.
    pub(crate) fn new(hall: &SigningKey) -> Self {
        let key = Hmac::<Sha256>::new_from_slice(&*hall.to_bytes());
        Self(key.expect("HMAC takes keys of any length").chain_update(b"bianmin queue token v1"))
    }

    /// The token of a number.
    pub(crate) fn token(&self, number: &TicketNumber) -> String {
        format!("{}.{}", number.in_full(), encode(&self.code(number).finalize().into_bytes()[..LENGTH]))
    }

    /// The number of a token; `None` if this hall did not make it.
    pub(crate) fn read(&self, token: &str) -> Option<TicketNumber> {
        let (number, code) = token.split_once('.')?;
        let number = TicketNumber::parse(number).ok()?;
        let code = decode(code).ok().filter(|code| code.len() == LENGTH)?;
        self.code(&number).verify_truncated_left(&code).ok()?;
        Some(number)
    }

    fn code(&self, number: &TicketNumber) -> Hmac<Sha256> {
        self.0.clone().chain_update(number.in_full().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_numbers_and_its_halls_alone() {
        let tokens = Tokens::new(&SigningKey::generate().unwrap());
        let number = TicketNumber::parse("261130-A012").unwrap();
        let token = tokens.token(&number);
        assert_eq!(token.len(), 11 + 1 + 22);
        assert_eq!(tokens.read(&token), Some(number.clone()));
        assert_eq!(tokens.read(&token.replace("A012", "A013")), None);
        assert_eq!(tokens.read(&token[..token.len() - 2]), None);
        assert_eq!(tokens.read("261130-A012."), None);
        assert_eq!(Tokens::new(&SigningKey::generate().unwrap()).read(&token), None);
    }
}

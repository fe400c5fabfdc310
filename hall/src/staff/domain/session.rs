//! Sessions: how far somebody has signed in, and when that ends.

use bianmin_protocol::bytes::{Digest, encode};
use bianmin_protocol::ids::Millis;
use std::time::Duration;

/// How far somebody has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the code of the second factor is still to come.
    SecondFactor,
    /// The password was right; a second factor has to be set up first.
    Enrol,
    /// Signed in.
    SignedIn,
}

impl Stage {
    /// The name in the database.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::SecondFactor => "second-factor",
            Self::Enrol => "enrol",
            Self::SignedIn => "signed-in",
        }
    }

    /// The stage of this name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::SecondFactor, Self::Enrol, Self::SignedIn].into_iter().find(|stage| stage.key() == key)
    }
}

/// When sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnds {
    /// So long after the last request.
    pub idle: Duration,
    /// So long after it began, whatever happens.
    pub absolute: Duration,
}

/// Somebody who has given a password has so long for the rest.
const BEFORE: Duration = Duration::from_secs(10 * 60);

impl SessionEnds {
    /// Whether one that began and was last used then is over. A clock that was set back ends none.
    #[must_use]
    pub fn are_over(&self, stage: Stage, begun_at: Millis, used_at: Millis, now: Millis) -> bool {
        let since =
            |then: Millis| Duration::from_millis(u64::try_from(now.0.saturating_sub(then.0)).unwrap_or(0));
        let absolute = if stage == Stage::SignedIn { self.absolute } else { BEFORE.min(self.absolute) };
        since(used_at) >= self.idle || since(begun_at) >= absolute
    }
}

/// What a browser has to show: 256 random bits. It appears in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl std::fmt::Debug for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionId(…)")
    }
}

/// What is stored of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionHash(String);

impl SessionId {
    /// A new one.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(encode(&bytes)))
    }

    /// As a browser keeps it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> SessionHash {
        SessionHash::of(&self.0)
    }
}

impl SessionHash {
    /// Of what a browser showed.
    #[must_use]
    pub fn of(shown: &str) -> Self {
        Self(encode(&Digest::of_parts([&b"bianmin staff session"[..], shown.as_bytes()]).0))
    }

    /// As it is stored.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// As it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_idle_and_at_the_end_of_a_shift() {
        let ends = SessionEnds { idle: Duration::from_secs(1800), absolute: Duration::from_secs(43_200) };
        let is_over = |stage, begun: i64, used: i64, now: i64| {
            ends.are_over(stage, Millis(begun * 1000), Millis(used * 1000), Millis(now * 1000))
        };
        assert!(!is_over(Stage::SignedIn, 0, 1000, 2799) && is_over(Stage::SignedIn, 0, 1000, 2800));
        assert!(!is_over(Stage::SignedIn, 0, 43_199, 43_199) && is_over(Stage::SignedIn, 0, 43_199, 43_200));
        for stage in [Stage::SecondFactor, Stage::Enrol] {
            assert!(!is_over(stage, 0, 0, 599) && is_over(stage, 0, 599, 600));
        }
        assert!(!is_over(Stage::SignedIn, 100, 100, 50), "the clock was set back");
    }

    #[test]
    fn what_is_stored_signs_nobody_in() {
        let id = SessionId::generate().unwrap();
        assert_eq!(id.as_str().len(), 43);
        assert_ne!(id, SessionId::generate().unwrap());
        assert_ne!(id.hash().as_str(), id.as_str());
        assert_eq!(SessionHash::of(id.as_str()), id.hash());
        assert!(!format!("{id:?}").contains(id.as_str()));
        for stage in [Stage::SecondFactor, Stage::Enrol, Stage::SignedIn] {
            assert_eq!(Stage::from_key(stage.key()), Some(stage));
        }
    }
}

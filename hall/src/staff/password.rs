//! Passwords and one-time codes: what may be one, and their slow hashes. A few are worked out at a time, on threads of
//! their own, so that neither a morning's sign-ins nor a flood of wrong ones takes the hall's memory or holds up others.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::ops::RangeInclusive;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

/// How many characters a password has.
const LENGTH: RangeInclusive<usize> = 10..=128;
/// Fewer different characters are no password.
const DIFFERENT: usize = 5;
/// Memory of one hash in KiB, and how often it is passed over: above what OWASP asks of Argon2id, some 50 ms.
const MEMORY: u32 = 32 * 1024;
const PASSES: u32 = 3;
/// Hashes at the same time: 64 MB of memory.
const AT_ONCE: usize = 2;
/// Who waits for one, at most; the next is asked to come again.
const QUEUE: usize = 64;

/// What somebody typed to prove who they are. It wipes itself and appears in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password cannot be set, or not be looked at now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short.
    #[error("a password has at least {} characters", LENGTH.start())]
    Short,
    /// It is too long.
    #[error("a password has at most {} characters", LENGTH.end())]
    Long,
    /// Anybody would guess it.
    #[error("this password is too easy to guess")]
    Easy,
    /// Too many sign in at the same time.
    #[error("too many people sign in at the same time")]
    Busy,
    /// The operating system gives no randomness, or no thread.
    #[error("the password cannot be worked out")]
    System,
}

impl Password {
    /// What was typed, whatever it is.
    #[must_use]
    pub fn typed(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether somebody of this login name may set it: long enough, more than a few characters, no run, not the name.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, login_name: &str) -> Result<(), PasswordError> {
        let characters: Vec<char> = self.0.chars().collect();
        if characters.len() < *LENGTH.start() {
            return Err(PasswordError::Short);
        }
        if characters.len() > *LENGTH.end() {
            return Err(PasswordError::Long);
        }
        let mut different = characters.clone();
        different.sort_unstable();
        different.dedup();
        let is_step =
            |pair: &[char]| (i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]))).abs() <= 1;
        let steps = characters.windows(2).filter(|pair| is_step(pair)).count();
        let is_run = steps * 4 >= (characters.len() - 1) * 3;
        let lower = self.0.to_lowercase();
        let is_name = lower.contains(login_name) && lower.len() < login_name.len() + 6;
        match different.len() < DIFFERENT || is_run || is_name {
            true => Err(PasswordError::Easy),
            false => Ok(()),
        }
    }
}

/// Works out hashes.
#[derive(Debug, Clone)]
pub struct Passwords {
    threads: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Looked at where there is no hash, so that an unknown name takes as long as a known one.
    nobody: Arc<str>,
}

impl Default for Passwords {
    fn default() -> Self {
        // Of the right form, or it would take no time. Whether anything fits it does not count.
        let nobody =
            format!("$argon2id$v=19$m={MEMORY},t={PASSES},p=1$AAAAAAAAAAAAAAAAAAAAAA${}", "A".repeat(43));
        Self {
            threads: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(QUEUE)),
            nobody: nobody.into(),
        }
    }
}

impl Passwords {
    /// The slow hash of a password, as it is stored.
    ///
    /// # Errors
    /// Too many wait, or the operating system gives no randomness.
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        self.run(move || hash(&password)).await?
    }

    /// Whether a password is the one of a stored hash. Takes the same time where there is none.
    ///
    /// # Errors
    /// Too many wait.
    pub async fn verify(&self, password: Password, stored: Option<String>) -> Result<bool, PasswordError> {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        let fits = self.run(move || verify(&password, &stored)).await?;
        Ok(fits && is_known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.queue.try_acquire().map_err(|_| PasswordError::Busy)?;
        let thread = self.threads.clone().acquire_owned().await.map_err(|_| PasswordError::System)?;
        // Who goes away meanwhile leaves a thread that still works: its permit goes with it.
        let work = spawn_blocking(move || {
            let result = work();
            drop(thread);
            result
        });
        work.await.map_err(|_| PasswordError::System)
    }
}

/// The slow hash of a one-time code, on this thread: for the command line.
///
/// # Errors
/// The operating system gives no randomness.
pub fn hash_of_code(code: &str) -> Result<String, PasswordError> {
    hash(&Password::typed(code.to_owned()))
}

fn hash(password: &Password) -> Result<String, PasswordError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::System)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| PasswordError::System)?;
    let hash = slow().hash_password(password.0.as_bytes(), &salt).map_err(|_| PasswordError::System)?;
    Ok(hash.to_string())
}

fn verify(password: &Password, stored: &str) -> bool {
    // The parameters are the stored hash's own.
    PasswordHash::new(stored).is_ok_and(|hash| slow().verify_password(password.0.as_bytes(), &hash).is_ok())
}

fn slow() -> Argon2<'static> {
    let params =
        Params::new(MEMORY, PASSES, 1, None).expect("the parameters are within the algorithm's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text.to_owned())
    }

    #[test]
    fn a_password_that_anybody_would_guess_is_refused() {
        for (text, error) in [
            ("short", PasswordError::Short),
            ("一二三四五六七八九", PasswordError::Short),
            ("aaaaaaaaaaaa", PasswordError::Easy),
            ("1234567890", PasswordError::Easy),
            ("abcdefghijk", PasswordError::Easy),
            ("abababababab", PasswordError::Easy),
            ("wang.fang123", PasswordError::Easy),
        ] {
            assert_eq!(typed(text).check("wang.fang"), Err(error), "{text}");
        }
        assert_eq!(typed(&"x7!".repeat(60)).check("li"), Err(PasswordError::Long));
        for good in ["correct horse battery", "三月的风吹过旧城墙边", "Kj8#mQ2!pz"] {
            assert_eq!(typed(good).check("wang.fang"), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone_and_nobody_has_none() {
        let passwords = Passwords::default();
        let stored = passwords.hash(typed("correct horse battery")).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(passwords.verify(typed("correct horse battery"), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify(typed("correct horse batterz"), Some(stored)).await.unwrap());
        assert!(!passwords.verify(typed("correct horse battery"), None).await.unwrap());
        // The stand-in is one that the algorithm reads, or it would take no time.
        assert!(PasswordHash::new(&passwords.nobody).is_ok());
        assert!(!verify(&typed(""), &passwords.nobody));
        assert!(!format!("{:?}", typed("secret")).contains("secret"));
    }

    #[tokio::test]
    async fn a_flood_is_asked_to_come_again() {
        let passwords = Passwords::default();
        let _all = passwords.queue.acquire_many(QUEUE as u32).await.unwrap();
        assert_eq!(passwords.verify(typed("x"), None).await, Err(PasswordError::Busy));
    }
}

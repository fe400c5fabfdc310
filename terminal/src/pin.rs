//! The technician's PIN: kept as a slow hash, and guarded by waits that grow with every wrong try.
//!
//! The waits are measured by the monotonic clock and begin anew with the program, so that neither setting the clock
//! nor switching the terminal off and on gives fresh tries. Whoever has the disk can count for themselves: what
//! stands in their way is the cost of Argon2id, some 100 ms and 64 MB for each guess, and that the PIN opens nothing
//! that is on the disk. This module knows no screen.

use crate::ledger::{Ledger, LedgerError};
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

const FILE: &str = "maintenance.pin";
/// How many digits.
pub const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// Wrong tries that cost nothing but themselves: fingers slip.
const FREE: u32 = 3;
/// The wait after the first one that costs; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// No wait is longer: a technician who comes after somebody has played with the digits still gets in.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Digits that somebody has typed. They wipe themselves and appear in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

impl Pin {
    /// What was typed, whatever it is.
    pub fn typed(digits: String) -> Self {
        Self(Zeroizing::new(digits))
    }

    /// Whether it may be set: six to twelve digits, neither all the same nor a run such as 123456.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), PinError> {
        let bytes = self.0.as_bytes();
        if !DIGITS.contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_digit) {
            return Err(PinError::Form);
        }
        let steps: Vec<i16> = bytes.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
        if steps.iter().all(|step| *step == steps[0] && step.abs() <= 1) {
            return Err(PinError::TooEasy);
        }
        Ok(())
    }
}

/// Why a PIN cannot be set or looked at.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// It is not six to twelve digits.
    #[error("a PIN has 6 to 12 digits and nothing else")]
    Form,
    /// Anybody would guess it.
    #[error("this PIN is too easy to guess: not all the same digit, and no run such as 123456")]
    TooEasy,
    /// The file cannot be read or written.
    #[error("the PIN cannot be kept: {0}")]
    Io(#[from] std::io::Error),
    /// The file holds no hash.
    #[error("the PIN's file is damaged: set it again with `bianmin-kiosk pin set`")]
    Damaged,
    /// The tries cannot be counted.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// It was right.
    Open,
    /// It was wrong; the next try is heard after so long.
    Wrong(Duration),
    /// It was not heard: so long until the next one is.
    Wait(Duration),
    /// No PIN was ever set.
    Unset,
}

/// Sets the PIN in a data folder, durably and readable by its owner only.
///
/// # Errors
/// It is too easy, or the folder cannot be written.
pub fn set(folder: &Path, pin: &Pin) -> Result<(), PinError> {
    pin.check()?;
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
    let salt = SaltString::encode_b64(&salt).map_err(std::io::Error::other)?;
    let hash = slow().hash_password(pin.0.as_bytes(), &salt).map_err(std::io::Error::other)?;
    let unfinished = folder.join("maintenance.pin.new");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(hash.to_string().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(FILE))?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Argon2id resists both graphics cards and side channels; the parameters are RFC 9106's second choice, which fits
/// a terminal's memory.
fn slow() -> Argon2<'static> {
    let params =
        Params::new(64 * 1024, 3, 1, None).expect("the parameters are within the algorithm's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks the PIN, and makes wrong tries wait.
#[derive(Debug)]
pub struct PinGuard {
    file: PathBuf,
    /// From when on the present wait counts: the start of the program, or the last try.
    since: Mutex<Instant>,
}

impl PinGuard {
    /// The guard of a data folder; the program starts `now`.
    pub fn new(folder: &Path, now: Instant) -> Self {
        Self { file: folder.join(FILE), since: Mutex::new(now) }
    }

    /// Whether there is a PIN.
    pub fn has_pin(&self) -> bool {
        self.file.exists()
    }

    /// Tries a PIN. Blocks on the disk and, on purpose, on the hash.
    ///
    /// # Errors
    /// The file is damaged, or the try cannot be counted: then it is not heard.
    pub fn try_pin(&self, ledger: &Ledger, pin: &Pin, now: Instant) -> Result<Try, PinError> {
        let stored = match std::fs::read_to_string(&self.file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Try::Unset),
            other => other?,
        };
        let hash = PasswordHash::new(&stored).map_err(|_| PinError::Damaged)?;
        // Held over the whole try: two at once would share one wait.
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = ledger.count_try(|before| {
            let left = wait_after(before).saturating_sub(now.saturating_duration_since(*since));
            if left.is_zero() || crate::planted::is_planted("pin-wait-forgotten") {
                Ok(())
            } else {
                Err(left)
            }
        })?;
        let before = match counted {
            Ok(before) => before,
            Err(left) => return Ok(Try::Wait(left)),
        };
        *since = now;
        // The stored hash says with which parameters it was made.
        if slow().verify_password(pin.0.as_bytes(), &hash).is_ok() {
            ledger.forget_tries()?;
            return Ok(Try::Open);
        }
        Ok(Try::Wrong(wait_after(before.saturating_add(1))))
    }
}

/// How long nothing is heard after so many wrong tries.
fn wait_after(tries: u32) -> Duration {
    match tries.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_WAIT.saturating_mul(1 << doublings.min(16)).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_anybody_would_guess_is_refused() {
        let check = |text: &str| Pin::typed(text.to_owned()).check();
        for text in ["12345", "1234567890123", "12345a", "１２３４５６"] {
            assert!(matches!(check(text), Err(PinError::Form)), "{text}");
        }
        for text in ["000000", "123456", "987654", "01234567"] {
            assert!(matches!(check(text), Err(PinError::TooEasy)), "{text}");
        }
        assert!(check("135792").is_ok());
        assert!(!format!("{:?}", Pin::typed("135792".to_owned())).contains("135792"));
    }

    #[test]
    fn waits_grow_and_end_somewhere() {
        let waits: Vec<u64> = (0..14).map(|tries| wait_after(tries).as_secs()).collect();
        assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}

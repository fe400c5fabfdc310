//! `kiosk.toml`: what a technician decides about one terminal. Every key has a default; an unknown key is an
//! error that names it, so that a slip of the pen is not silently ignored.

mod page_printer;
mod printer;

pub use page_printer::{Fingerprint, PagePrinter};
pub use printer::{Base, Characters, Dpi, Paper, Printer, Profile};

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the terminal stands.
    pub place: Place,
    /// The panel.
    pub screen: Screen,
    /// The session.
    pub session: Session,
    /// The receipt printer.
    pub printer: Printer,
    /// The printer of A4 pages.
    pub page_printer: PagePrinter,
    /// The connection to the hall.
    pub hall: Hall,
    /// The paper that is put into the printers.
    pub supplies: Supplies,
    /// What is kept on the disk.
    pub ledger: Ledger,
}

/// Where the terminal stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Place {
    /// Shown in the status strip and on slips.
    pub name: String,
    /// Where somebody helps in person.
    pub counter: String,
    /// The telephone number for questions.
    pub telephone: String,
    /// IANA time zone of the clock that residents read.
    pub time_zone: String,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            name: "便民自助".to_owned(),
            counter: String::new(),
            telephone: "12345".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
        }
    }
}

/// The panel: sizes on it are physical, so that a finger hits what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screen {
    /// Diagonal in inches.
    pub inches: f32,
    /// Width in pixels as it hangs.
    pub width: u32,
    /// Height in pixels as it hangs.
    pub height: u32,
    /// Whether everything sits in the lower half, for wheelchair users.
    pub low: bool,
    /// Fullscreen, as on a terminal; off for a window on a desk.
    pub fullscreen: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { inches: 32.0, width: 1080, height: 1920, low: false, fullscreen: true }
    }
}

/// The session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Seconds without a touch until the warning.
    pub idle_seconds: u32,
    /// Seconds of the warning, at least 20.
    pub warning_seconds: u32,
    /// Seconds after which a receipt leaves the screen.
    pub receipt_seconds: u32,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_seconds: 90, warning_seconds: 30, receipt_seconds: 60 }
    }
}

/// The paper that is put into the printers: what the forecast of its end begins from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Supplies {
    /// Metres on a new roll.
    pub roll_metres: u16,
    /// Sheets in a full A4 tray.
    pub sheets: u16,
    /// With fewer slips or documents left than this, somebody is told.
    pub warn_jobs: u32,
}

impl Default for Supplies {
    fn default() -> Self {
        Self { roll_metres: 60, sheets: 250, warn_jobs: 40 }
    }
}

/// The connection to the hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Hall {
    /// Another address than the one given at enrolment.
    pub url: Option<String>,
    /// A further certificate authority in PEM, for a hall with its own.
    pub ca_file: Option<PathBuf>,
    /// Allows a hall on another machine without TLS. Applications are sealed all the same.
    pub plain_http: bool,
}

/// What is kept on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    /// Kilobytes kept free for sending what was accepted; intake closes before they are touched.
    pub reserve_kb: u64,
    /// Days for which a sealed body is kept after the hall has it, so that a hall restored from a backup can have
    /// it again. 0 removes it with the acknowledgement.
    pub keep_sealed_days: u16,
    /// Days after the end of a case for which the masked name and the hall's remarks are kept. Then only numbers and
    /// digests remain.
    pub keep_details_days: u16,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { reserve_kb: 64 * 1024, keep_sealed_days: 7, keep_details_days: 180 }
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not valid; the message names line, column and key.
    #[error("{path}: {error}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        error: Box<toml::de::Error>,
    },
    /// A value is outside its range.
    #[error("{key}: {problem}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What is wrong, and what may be.
        problem: String,
    },
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Unreadable, not TOML, an unknown key, or a value outside its range.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read { path: path.to_owned(), error })?;
        let config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Parse { path: path.to_owned(), error: Box::new(error) })?;
        config.check()?;
        Ok(config)
    }

    /// Checks ranges.
    ///
    /// # Errors
    /// The first value outside its range.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem: &str| Err(ConfigError::Value { key, problem: problem.to_owned() });
        if self.session.warning_seconds < 20 {
            return wrong("session.warning_seconds", "people need at least 20 seconds to answer a warning");
        }
        if !(10..=3600).contains(&self.session.idle_seconds) {
            return wrong("session.idle_seconds", "10 to 3600");
        }
        if !(10..=600).contains(&self.session.receipt_seconds) {
            return wrong("session.receipt_seconds", "10 to 600");
        }
        if !(7.0..=100.0).contains(&self.screen.inches) {
            return wrong("screen.inches", "the diagonal in inches, 7 to 100");
        }
        if !(480..=8192).contains(&self.screen.width) || !(480..=8192).contains(&self.screen.height) {
            return wrong("screen.width and screen.height", "480 to 8192 pixels each");
        }
        if !(1..=500).contains(&self.supplies.roll_metres) || self.supplies.sheets == 0 {
            return wrong("supplies", "a roll has 1 to 500 metres, and a tray at least one sheet");
        }
        if jiff::tz::TimeZone::get(&self.place.time_zone).is_err() {
            return wrong("place.time_zone", "an IANA name such as Asia/Shanghai");
        }
        self.printer.check()?;
        self.page_printer.check()?;
        if self.place.name.trim().is_empty() {
            return wrong("place.name", "a place has a name");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_valid_and_the_commented_one_holds_the_defaults() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kiosk-config");
        let mut seen = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let config = Config::load(&path).unwrap();
                seen += 1;
                if path.file_name().is_some_and(|name| name == "kiosk.toml") {
                    assert_eq!(config, Config::default());
                }
            }
        }
        assert!(seen >= 1);
    }

    #[test]
    fn a_slip_of_the_pen_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.toml");
        std::fs::write(&path, "[session]\nidle_secs = 3\n").unwrap();
        let message = Config::load(&path).unwrap_err().to_string();
        assert!(message.contains("idle_secs") && message.contains("line 2"), "{message}");
        std::fs::write(&path, "[session]\nwarning_seconds = 5\n").unwrap();
        assert!(Config::load(&path).unwrap_err().to_string().contains("session.warning_seconds"));
    }
}

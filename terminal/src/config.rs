//! `kiosk.toml`: what a technician decides about one terminal. Every key has a default; an unknown key is an
//! error that names it, so that a slip of the pen is not silently ignored.
//!
//! A file is judged by [`Config::inspect`]. What concerns the network keeps no terminal from opening: it works without.

pub mod address;
mod page_printer;
mod panel;
mod printer;
mod rules;
#[cfg(test)]
mod tests;

pub use page_printer::{Fingerprint, PagePrinter};
pub use panel::{Panel, PanelError};
pub use printer::{Base, Characters, Dpi, Paper, Printer, Profile};

use bianmin_settings::{Invalid, Parsed};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the terminal stands.
    pub place: Site,
    /// The panel.
    pub screen: Screen,
    /// The session.
    pub session: Session,
    /// The receipt printer.
    pub printer: Printer,
    /// The printer of A4 pages.
    pub page_printer: PagePrinter,
    /// The scanner of codes.
    pub scanner: Scanner,
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
pub struct Site {
    /// Shown in the status strip and on slips.
    pub name: String,
    /// Where somebody helps in person.
    pub counter: String,
    /// When somebody is there.
    pub hours: String,
    /// The telephone number for questions.
    pub telephone: String,
    /// IANA time zone of the clock that residents read.
    pub time_zone: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: "便民自助".to_owned(),
            counter: String::new(),
            hours: String::new(),
            telephone: "12345".to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
        }
    }
}

impl Site {
    /// Where somebody helps and when: here, or else at this item's counter. Hours of one never stand beside the other.
    #[must_use]
    pub fn counter_or<'a>(&'a self, address: &'a str, hours: &'a str) -> (&'a str, &'a str) {
        if self.counter.is_empty() { (address, hours) } else { (&self.counter, &self.hours) }
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

impl Screen {
    /// The panel that is described.
    #[must_use]
    pub const fn panel(&self) -> Panel {
        Panel { inches: self.inches, width: self.width, height: self.height }
    }
}

/// The session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Seconds without a touch until the warning.
    pub idle_seconds: u32,
    /// Seconds of the warning, at least [`Session::LEAST_WARNING`].
    pub warning_seconds: u32,
    /// Seconds after which a receipt leaves the screen.
    pub receipt_seconds: u32,
}

impl Session {
    /// The least seconds to extend a session (WCAG 2.2.1).
    pub const LEAST_WARNING: u32 = 20;
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_seconds: 90, warning_seconds: 30, receipt_seconds: 60 }
    }
}

/// The scanner of codes. One that types like a keyboard always works; residents are told of it only where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// What kind it is.
    pub kind: ScannerKind,
}

/// The kinds of scanners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum ScannerKind {
    /// There is none.
    #[default]
    None,
    /// It types what it reads, like a keyboard.
    Keyboard,
}

impl Scanner {
    /// Whether there is one.
    #[must_use]
    pub fn is_present(self) -> bool {
        self.kind != ScannerKind::None
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

/// A file that was read, with what is wrong with it.
pub type Inspected = Parsed<Config>;

impl Config {
    /// Reads a file and checks it as far as that can be done without looking at the machine.
    ///
    /// # Errors
    /// Nothing can be read as settings at all.
    pub fn inspect(path: &Path) -> Result<Inspected, Invalid> {
        let mut parsed: Inspected = bianmin_settings::read(path)?;
        let found = rules::violations(&parsed.value);
        let panel = rules::panel(&parsed.value.screen, &found);
        for (key, words) in found.into_iter().chain(panel) {
            parsed.reject(key, words);
        }
        Ok(parsed)
    }

    /// Reads a file for a terminal that is to open. Where the network is concerned a mistake does not keep it from
    /// opening: such a setting is as good as an address at which nobody answers, and `config check` tells it. Nor does a
    /// panel that is too small: its pages are whole, and a terminal that works is better than none.
    ///
    /// # Errors
    /// All that is wrong otherwise.
    pub fn load(path: &Path) -> Result<Self, Invalid> {
        let mut parsed: Inspected = bianmin_settings::read(path)?;
        for (key, words) in rules::violations(&parsed.value) {
            if !NETWORK.contains(&key) {
                parsed.reject(key, words);
            }
        }
        parsed.finish()
    }
}

/// Keys whose mistakes only keep the hall or a printer from being reached.
const NETWORK: [&str; 4] = ["hall.url", "hall.ca_file", "printer.address", "page_printer.password_file"];

//! A terminal's sign of life, with how its devices are, and the hall's answer to it.

use crate::bytes::Blob;
use crate::ids::{Epoch, Millis, Revision};
use crate::standing::{LastNumbers, SignedLastNumbers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest challenge in bytes.
pub const CHALLENGE_LIMIT: usize = 32;
/// More printers than any terminal of 0.1.0 reports.
pub const PRINTERS_LIMIT: usize = 4;
/// More devices than any terminal reports.
pub const DEVICES_LIMIT: usize = 16;
/// More facts than are reported of any device.
pub const FACTS_LIMIT: usize = 16;

/// A terminal's sign of life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Heartbeat {
    /// The program's version.
    pub version: String,
    /// The revision that it holds.
    pub catalogue: Revision,
    /// Applications that wait.
    pub waiting: u32,
    /// Applications that were refused.
    pub quarantined: u32,
    /// The receipt printer's state, as a locale key.
    pub printer: String,
    /// Whether it accepts applications.
    pub intake_open: bool,
    /// Its printers once more, for halls of 0.1.0, which do not read `devices`. Older terminals say nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub printers: Vec<PrinterReport>,
    /// Its devices. Terminals of 0.1.0 say nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceReport>,
    /// The last numbers that it has given. Older terminals say nothing.
    #[serde(default, skip_serializing_if = "LastNumbers::is_empty")]
    pub numbers: LastNumbers,
    /// Random bytes, repeated in the signed answer, which can thus be no older one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Blob>,
}

impl Heartbeat {
    /// Says how the devices are, in both ways: printers are listed once more for halls of 0.1.0.
    #[must_use]
    pub fn with_devices(self, devices: Vec<DeviceReport>) -> Self {
        let printers = devices.iter().filter_map(DeviceReport::printer).take(PRINTERS_LIMIT).collect();
        Self { printers, devices, ..self }
    }

    /// The same as a terminal of today says it: whoever lists printers alone has these as devices.
    #[must_use]
    pub fn up_to_date(mut self) -> Self {
        let devices = match self.devices.is_empty() {
            true => std::mem::take(&mut self.printers).into_iter().map(DeviceReport::from).collect(),
            false => std::mem::take(&mut self.devices),
        };
        self.with_devices(devices)
    }
}

/// How one device of a terminal is. A device of a new kind brings no new field and no new column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct DeviceReport {
    /// What it is, in kebab case, such as [`DeviceReport::PRINTER`].
    pub kind: String,
    /// Which one of that kind; empty where there can be only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its state, as a locale key.
    pub state: String,
    /// What else is known of it, by names in kebab case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, DeviceFact>,
}

/// Something that is known of a device. Never anything of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DeviceFact {
    /// A count or a measure; its name says of what.
    Number(i64),
    /// A day as in `2026-12-04`, a model, a locale key.
    Text(String),
}

impl DeviceReport {
    /// The kind of printers; they are named as in [`PrinterReport::outlet`].
    pub const PRINTER: &str = "printer";

    /// What it says, if it is a printer. What is missing or cannot be read counts as nothing.
    pub fn printer(&self) -> Option<PrinterReport> {
        let number = |name: &str| match self.facts.get(name) {
            Some(DeviceFact::Number(number)) => u64::try_from(*number).unwrap_or(0),
            _ => 0,
        };
        let small = |name: &str| u32::try_from(number(name)).unwrap_or(u32::MAX);
        let until = match self.facts.get("until") {
            Some(DeviceFact::Text(day)) => day.parse().ok(),
            _ => None,
        };
        (self.kind == Self::PRINTER).then(|| PrinterReport {
            outlet: self.name.clone(),
            state: self.state.clone(),
            jobs_left: small("jobs-left"),
            until,
            unknown_jobs: small("unknown-jobs"),
            millimetres: number("millimetres"),
            sheets: number("sheets"),
            cuts: number("cuts"),
        })
    }
}

/// How one printer of a terminal is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PrinterReport {
    /// `slip` for receipts, `page` for A4.
    pub outlet: String,
    /// Its state, as a locale key.
    pub state: String,
    /// About how many more slips or documents its paper lasts for.
    pub jobs_left: u32,
    /// The day on which its paper ends at the present use; none if nothing was used of late.
    pub until: Option<jiff::civil::Date>,
    /// Jobs of which nobody knows whether they came out.
    pub unknown_jobs: u32,
    /// Paper from the roll in all, in millimetres: what its head has printed.
    pub millimetres: u64,
    /// Sheets in all.
    pub sheets: u64,
    /// Cuts in all.
    pub cuts: u64,
}

impl From<PrinterReport> for DeviceReport {
    fn from(printer: PrinterReport) -> Self {
        let number = |number: u64| DeviceFact::Number(i64::try_from(number).unwrap_or(i64::MAX));
        let numbers = [
            ("jobs-left", u64::from(printer.jobs_left)),
            ("unknown-jobs", u64::from(printer.unknown_jobs)),
            ("millimetres", printer.millimetres),
            ("sheets", printer.sheets),
            ("cuts", printer.cuts),
        ];
        let until = printer.until.map(|day| ("until".to_owned(), DeviceFact::Text(day.to_string())));
        let facts = numbers.map(|(name, count)| (name.to_owned(), number(count))).into_iter().chain(until);
        Self {
            kind: Self::PRINTER.to_owned(),
            name: printer.outlet,
            state: printer.state,
            facts: facts.collect(),
        }
    }
}

/// The hall's answer to a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatReply {
    /// The hall's clock.
    pub now: Millis,
    /// The hall's epoch.
    pub epoch: Epoch,
    /// The newest revision of the catalogue.
    pub catalogue: Revision,
    /// The highest numbers that the hall knows of this terminal. Older halls say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<SignedLastNumbers>,
}

//! How each part of the terminal is, and what to do about it: the same for the maintenance screen, the technician's
//! command line and the printed report. It finds; the words are in the locales.

use super::devices::MOST_UNKNOWN;
use super::{OpenError, Terminal};
use crate::config::Config;
use crate::device::page_printer::PagePrinter;
use crate::device::printer::Status;
use crate::device::receipt_printer::ReceiptPrinter;
use crate::ledger::identity::IdentityError;
use crate::ledger::{Intake, LedgerError, Outlet};
use crate::sync::{Diagnosis, HallError, Settings, diagnose};
use bianmin_locale::{Texts, Words};
use std::path::Path;
use std::time::Duration;

/// How long the hall's word about this terminal is waited for.
const TIMEOUT: Duration = Duration::from_secs(6);

/// A part that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `kiosk.toml`.
    Configuration,
    /// The terminal's identity and data folder.
    Terminal,
    /// The receipt printer.
    Slip,
    /// The A4 printer.
    Page,
    /// What the printers have printed.
    Journal,
    /// Room for applications.
    Disk,
    /// What was accepted.
    Ledger,
    /// What is offered.
    Catalogue,
    /// The clock.
    Clock,
    /// The hall.
    Hall,
    /// The technician's PIN.
    Pin,
}

impl Part {
    /// Its name in locale keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Terminal => "terminal",
            Self::Slip => "printer",
            Self::Page => "page-printer",
            Self::Journal => "journal",
            Self::Disk => "disk",
            Self::Ledger => "ledger",
            Self::Catalogue => "catalogue",
            Self::Clock => "clock",
            Self::Hall => "hall",
            Self::Pin => "pin",
        }
    }
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// As it should be.
    Ok,
    /// It works, but somebody should see to it soon.
    Warning,
    /// Something does not work.
    Critical,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Of which part.
    pub part: Part,
    /// How bad it is.
    pub severity: Severity,
    /// How it is.
    pub state: Words,
    /// What to do; none if there is nothing to do.
    pub advice: Option<Words>,
}

impl Finding {
    /// All is well.
    pub fn ok(part: Part, state: Words) -> Self {
        Self { part, severity: Severity::Ok, state, advice: None }
    }

    /// Somebody should see to it.
    pub fn warning(part: Part, state: Words, advice: Words) -> Self {
        Self { part, severity: Severity::Warning, state, advice: Some(advice) }
    }

    /// Something does not work.
    pub fn critical(part: Part, state: Words, advice: Words) -> Self {
        Self { part, severity: Severity::Critical, state, advice: Some(advice) }
    }

    /// The part's name, how it is and what to do, in the language of `texts`.
    pub fn say(&self, texts: &Texts) -> (String, String, Option<String>) {
        let part = texts.t(&format!("health-part-{}", self.part.name()));
        (part, self.state.say(texts), self.advice.as_ref().map(|advice| advice.say(texts)))
    }
}

/// How each part is: [`Terminal::health`].
#[derive(Debug, Clone, Copy)]
pub struct Health<'a> {
    pub(super) terminal: &'a Terminal,
}

impl Health<'_> {
    /// Looks at every part. Printers are asked anew unless the background asks them all the time.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn findings(self) -> Result<Vec<Finding>, LedgerError> {
        let terminal = self.terminal.clone();
        let local = tokio::task::spawn_blocking(move || terminal.health().local_findings());
        let settings = Settings::from(&self.terminal.config().hall);
        let (local, hall) =
            tokio::join!(local, diagnose(&self.terminal.ledger().identity().hall_url, &settings));
        let mut findings = local.map_err(|error| LedgerError::Io(std::io::Error::other(error)))??;
        findings.push(self.clock(&hall));
        findings.push(self.hall(&hall).await);
        Ok(findings)
    }

    /// Nothing depends on the clock here, but residents read it and receipts bear it.
    fn clock(self, hall: &Diagnosis) -> Finding {
        if let Some(finding) = wrong_clock(hall) {
            finding
        } else if self.terminal.now() < self.terminal.catalogue().published_at {
            let advice = Words::new("health-clock-advice");
            Finding::warning(Part::Clock, Words::new("health-clock-behind"), advice)
        } else if hall.is_reached() {
            Finding::ok(Part::Clock, Words::new("health-clock"))
        } else {
            // Nothing else here knows the time.
            Finding::ok(Part::Clock, Words::new("health-clock-unchecked"))
        }
    }

    fn local_findings(self) -> Result<Vec<Finding>, LedgerError> {
        let mut findings = vec![self.own_standing()?];
        for (outlet, part) in [(Outlet::Slip, Part::Slip), (Outlet::Page, Part::Page)] {
            let status = self.terminal.devices().printer_now(outlet);
            findings.push(match outlet {
                // Many places need none; what that means is said all the same.
                Outlet::Page if !self.terminal.devices().has_printer(outlet) => {
                    Finding::ok(part, Words::new("health-page-printer-none"))
                }
                Outlet::Slip | Outlet::Page => printer(part, status),
            });
            // A forecast is reckoned, a sensor looks: where the printer itself says how its paper is, nothing else does.
            if self.terminal.devices().has_printer(outlet)
                && matches!(status, Status::Ready | Status::Unknown)
            {
                findings.push(self.paper(outlet, part)?);
            }
        }
        findings.push(match self.terminal.ledger().unknown_jobs(MOST_UNKNOWN)?.len() {
            0 => Finding::ok(Part::Journal, Words::new("health-journal")),
            count => Finding::warning(
                Part::Journal,
                Words::new("health-journal-unknown").with("count", count),
                Words::new("health-journal-advice"),
            ),
        });
        findings.push(match self.terminal.ledger().room() {
            Intake::DiskFull => Finding::critical(
                Part::Disk,
                Words::new("health-disk-full"),
                Words::new("health-disk-advice"),
            ),
            Intake::Open | Intake::Revoked | Intake::Unconfirmed => {
                Finding::ok(Part::Disk, Words::new("health-disk"))
            }
        });
        self.look_at_ledger(&mut findings)?;
        self.look_at_catalogue(&mut findings);
        findings.push(if self.terminal.technician().has_pin() {
            Finding::ok(Part::Pin, Words::new("health-pin"))
        } else {
            Finding::warning(Part::Pin, Words::new("health-pin-unset"), Words::new("health-pin-advice"))
        });
        Ok(findings)
    }

    /// Whether the hall is up and takes this terminal for one of its own.
    async fn hall(self, diagnosis: &Diagnosis) -> Finding {
        if !diagnosis.is_reached() {
            return hall_finding(diagnosis);
        }
        let unreachable = |error: String| {
            let state = Words::new("health-hall-unreachable").with("error", error);
            Finding::critical(Part::Hall, state, Words::new("health-hall-advice"))
        };
        match tokio::time::timeout(TIMEOUT, self.terminal.0.client.knows_me()).await {
            Ok(Ok(_)) => hall_finding(diagnosis),
            Ok(Err(HallError::Revoked)) => self.refused(),
            Ok(Err(error)) => unreachable(error.to_string()),
            Err(_) => Finding::critical(
                Part::Hall,
                Words::new("health-hall-silent"),
                Words::new("health-hall-advice"),
            ),
        }
    }

    /// What it means that the hall does not take this terminal: revoked only by the hall's signed word.
    fn refused(self) -> Finding {
        let statement = self.terminal.0.client.take_revocation();
        let is_revoked =
            statement.is_some_and(|statement| self.terminal.ledger().revoke(&statement).unwrap_or(true));
        let (state, advice) = if is_revoked || self.terminal.ledger().is_revoked() {
            ("health-hall-revoked", "health-terminal-revoked-advice")
        } else {
            ("health-hall-stranger", "health-hall-stranger-advice")
        };
        Finding::critical(Part::Hall, Words::new(state), Words::new(advice))
    }

    /// Whether this terminal may take applications, as far as that is not a matter of room.
    fn own_standing(self) -> Result<Finding, LedgerError> {
        let words = |key: &str| Words::new(key).with("terminal", self.terminal.id().to_owned());
        Ok(if self.terminal.ledger().is_revoked() {
            let counts = self.terminal.ledger().counts()?;
            let held = counts.waiting + counts.quarantined;
            let state = words("health-terminal-revoked").with("count", held);
            Finding::critical(Part::Terminal, state, Words::new("health-terminal-revoked-advice"))
        } else if self.terminal.ledger().is_suspect() {
            let advice = Words::new("health-terminal-unconfirmed-advice");
            Finding::critical(Part::Terminal, words("health-terminal-unconfirmed"), advice)
        } else {
            Finding::ok(Part::Terminal, words("health-terminal"))
        })
    }

    fn look_at_ledger(self, findings: &mut Vec<Finding>) -> Result<(), LedgerError> {
        let counts = self.terminal.ledger().counts()?;
        let state = Words::new("health-ledger")
            .with("waiting", counts.waiting)
            .with("acknowledged", counts.acknowledged)
            .with("quarantined", counts.quarantined);
        findings.push(match counts.quarantined {
            0 => Finding::ok(Part::Ledger, state),
            _ => Finding::critical(Part::Ledger, state, Words::new("health-ledger-advice")),
        });
        let missing = self.terminal.ledger().missing()?;
        if missing > 0 {
            let state = Words::new("health-ledger-missing").with("count", missing);
            findings.push(Finding::critical(Part::Ledger, state, Words::new("health-ledger-missing-advice")));
        }
        Ok(())
    }

    fn look_at_catalogue(self, findings: &mut Vec<Finding>) {
        let catalogue = self.terminal.catalogue();
        if catalogue.is_empty() {
            let advice = Words::new("health-catalogue-advice");
            findings.push(Finding::critical(Part::Catalogue, Words::new("health-catalogue-none"), advice));
            return;
        }
        let state = Words::new("health-catalogue")
            .with("revision", catalogue.revision.to_string())
            .with("items", catalogue.items.len());
        findings.push(Finding::ok(Part::Catalogue, state));
    }

    /// What is left of a printer's paper.
    fn paper(self, outlet: Outlet, part: Part) -> Result<Finding, LedgerError> {
        let forecast = self.terminal.devices().forecast(outlet)?;
        let name = outlet.name();
        let state = match forecast.until {
            None => Words::new(format!("health-paper-{name}")).with("count", forecast.jobs_left),
            Some(until) => Words::new(format!("health-paper-until-{name}"))
                .with("count", forecast.jobs_left)
                .with("month", until.month())
                .with("day", until.day()),
        };
        let low = forecast.jobs_left < self.terminal.config().supplies.warn_jobs;
        Ok(if low {
            Finding::warning(part, state, Words::new(format!("health-paper-advice-{name}")))
        } else {
            Finding::ok(part, state)
        })
    }
}

/// What can be looked at though the terminal cannot be opened, because of `error`.
pub async fn before_opening(config: &Config, data: &Path, error: &OpenError) -> Vec<Finding> {
    let is_new = matches!(error, OpenError::Identity(IdentityError::Missing));
    let mut findings = vec![if is_new {
        let advice = Words::new("health-terminal-new-advice");
        Finding::critical(Part::Terminal, Words::new("health-terminal-new"), advice)
    } else {
        let state = Words::new("health-terminal-closed").with("error", error.to_string());
        Finding::critical(Part::Terminal, state, Words::new("health-terminal-advice"))
    }];
    if !can_be_written(data) {
        let state = Words::new("health-data-folder").with("folder", data.display().to_string());
        findings.push(Finding::critical(Part::Disk, state, Words::new("health-data-folder-advice")));
    }
    let configured = config.clone();
    let printers = tokio::task::spawn_blocking(move || printers(&configured));
    match &config.hall.url {
        Some(url) => {
            let settings = Settings::from(&config.hall);
            let (found, hall) = tokio::join!(printers, diagnose(url, &settings));
            findings.extend(found.unwrap_or_default());
            findings.extend(wrong_clock(&hall));
            findings.push(hall_finding(&hall));
        }
        None => findings.extend(printers.await.unwrap_or_default()),
    }
    findings
}

fn printers(config: &Config) -> Vec<Finding> {
    let slip = ReceiptPrinter::new(&config.printer).status();
    let page = match PagePrinter::new(&config.page_printer) {
        Ok(PagePrinter::Absent) => Finding::ok(Part::Page, Words::new("health-page-printer-none")),
        Ok(page) => printer(Part::Page, page.status()),
        Err(error) => {
            let state = Words::new("health-printer-unusable").with("error", error.to_string());
            Finding::critical(Part::Page, state, Words::new("health-configuration-advice"))
        }
    };
    vec![printer(Part::Slip, slip), page]
}

/// Whether this user may make files in the folder, or make the folder.
fn can_be_written(data: &Path) -> bool {
    let there = data.ancestors().find(|folder| folder.exists());
    there.is_some_and(|folder| tempfile_in(folder).is_ok())
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let name = folder.join(format!(".bianmin-{}", uuid::Uuid::now_v7().simple()));
    std::fs::File::options().write(true).create_new(true).open(&name)?;
    std::fs::remove_file(name)
}

/// That the clock is unlike the hall's, if it is.
fn wrong_clock(hall: &Diagnosis) -> Option<Finding> {
    let state = Words::new("health-clock-unlike-hall");
    hall.is_clock_wrong().then(|| Finding::warning(Part::Clock, state, Words::new("health-clock-advice")))
}

fn hall_finding(hall: &Diagnosis) -> Finding {
    if hall.is_reached() {
        Finding::ok(Part::Hall, hall.state())
    } else {
        Finding::critical(Part::Hall, hall.state(), hall.advice())
    }
}

fn printer(part: Part, status: Status) -> Finding {
    let state = Words::new(format!("printer-{}", status.key()));
    let advice = Words::new(format!("health-printer-{}", status.key()));
    match status {
        Status::Ready => Finding::ok(part, state),
        Status::Absent => Finding { part, severity: Severity::Ok, state, advice: Some(advice) },
        Status::PaperLow | Status::Unknown => Finding::warning(part, state, advice),
        _ => Finding::critical(part, state, advice),
    }
}

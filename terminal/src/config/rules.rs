//! What a value may be: ranges, lengths and forms, without looking at the machine or the network.
//!
//! Each rule names its key and its words, so that a file's mistakes can be told all at once and with their lines.

use super::address;
use super::{Config, PagePrinter, PanelError, Printer, Profile, Screen, Session};
use bianmin_locale::Words;

/// What is wrong with a value.
pub(super) type Violation = (&'static str, Words);

/// Everything that is wrong with values that may not be.
pub(super) fn violations(config: &Config) -> Vec<Violation> {
    let mut found = Vec::new();
    place(config, &mut found);
    screen(config, &mut found);
    session(config, &mut found);
    storage(config, &mut found);
    printer(&config.printer, &mut found);
    page_printer(&config.page_printer, &mut found);
    hall(config, &mut found);
    found
}

fn place(config: &Config, found: &mut Vec<Violation>) {
    let place = &config.place;
    text("place.name", &place.name, 60, found);
    text("place.counter", &place.counter, 60, found);
    text("place.hours", &place.hours, 60, found);
    text("place.telephone", &place.telephone, 30, found);
    if place.name.trim().is_empty() {
        found.push(("place.name", Words::new("config-place-name")));
    }
    if jiff::tz::TimeZone::get(&place.time_zone).is_err() {
        found.push(("place.time_zone", Words::new("config-time-zone")));
    }
}

fn screen(config: &Config, found: &mut Vec<Violation>) {
    let screen = &config.screen;
    if !(7.0..=100.0).contains(&screen.inches) {
        found.push(("screen.inches", between(7, 100)));
    }
    for (key, pixels) in [("screen.width", screen.width), ("screen.height", screen.height)] {
        range(key, u64::from(pixels), 480, 8192, found);
    }
}

/// What is wrong with the panel as a whole, where `found` has nothing against its parts.
pub(super) fn panel(screen: &Screen, found: &[Violation]) -> Option<Violation> {
    if found.iter().any(|(key, _)| key.starts_with("screen.")) {
        return None;
    }
    match screen.panel().check() {
        Ok(()) => None,
        Err(PanelError::Shape) => Some(("screen.width", Words::new("config-panel-shape"))),
        Err(PanelError::Coarse) => Some(("screen.width", Words::new("config-panel-coarse"))),
        Err(PanelError::Small { least }) => {
            Some(("screen.inches", Words::new("config-panel-small").with("least", format!("{least:.1}"))))
        }
    }
}

fn session(config: &Config, found: &mut Vec<Violation>) {
    let (session, least) = (&config.session, Session::LEAST_WARNING);
    if session.warning_seconds < least {
        found.push(("session.warning_seconds", Words::new("config-warning-seconds")));
    }
    range(
        "session.warning_seconds",
        u64::from(session.warning_seconds.max(least)),
        u64::from(least),
        600,
        found,
    );
    range("session.idle_seconds", u64::from(session.idle_seconds), 10, 3600, found);
    range("session.receipt_seconds", u64::from(session.receipt_seconds), 10, 600, found);
}

fn storage(config: &Config, found: &mut Vec<Violation>) {
    range("supplies.roll_metres", u64::from(config.supplies.roll_metres), 1, 500, found);
    range("supplies.sheets", u64::from(config.supplies.sheets), 1, 10_000, found);
    range("supplies.warn_jobs", u64::from(config.supplies.warn_jobs), 0, 10_000, found);
    range("ledger.reserve_kb", config.ledger.reserve_kb, 0, 64 * 1024 * 1024, found);
    range("ledger.keep_sealed_days", u64::from(config.ledger.keep_sealed_days), 0, 3650, found);
}

fn printer(printer: &Printer, found: &mut Vec<Violation>) {
    let profile: &Profile = match printer {
        Printer::None => return,
        Printer::Tcp { address, profile } => {
            if let Err(words) = address::host_and_port(address) {
                found.push(("printer.address", words));
            }
            profile
        }
        Printer::Serial { path, baud, profile } => {
            absolute("printer.path", path, found);
            range("printer.baud", u64::from(*baud), 1200, 921_600, found);
            profile
        }
        Printer::Device { path, profile } => {
            absolute("printer.path", path, found);
            profile
        }
        Printer::File { folder, profile } => {
            absolute("printer.folder", folder, found);
            profile
        }
    };
    if let Some(rows) = profile.band_rows {
        range("printer.profile.band_rows", u64::from(rows), 1, 2048, found);
    }
}

fn page_printer(printer: &PagePrinter, found: &mut Vec<Violation>) {
    let (uri, user, password_file, certificate) = match printer {
        PagePrinter::None => return,
        PagePrinter::File { folder } => return absolute("page_printer.folder", folder, found),
        PagePrinter::Ipp { uri, user, password_file, certificate_sha256 } => {
            (uri, user, password_file, certificate_sha256)
        }
    };
    let mut wrong = |key, words| found.push((key, Words::new(words)));
    let scheme = ["ipp://", "ipps://"].into_iter().find(|scheme| uri.starts_with(scheme));
    let rest = scheme.map_or("", |scheme| &uri[scheme.len()..]);
    let host = rest.split('/').next().unwrap_or_default();
    if host.contains('@') {
        wrong("page_printer.uri", "config-page-printer-password-in-uri");
    } else if host.is_empty() || uri.chars().any(char::is_whitespace) {
        wrong("page_printer.uri", "config-page-printer-uri");
    }
    let encrypted = scheme == Some("ipps://");
    if user.is_some() != password_file.is_some() {
        let key = if user.is_some() { "page_printer.user" } else { "page_printer.password_file" };
        wrong(key, "config-page-printer-login");
    }
    if user.as_ref().is_some_and(|user| user.is_empty() || user.contains(':')) {
        wrong("page_printer.user", "config-page-printer-user");
    }
    let here = ["localhost", "127.0.0.1", "[::1]"];
    let local = here
        .iter()
        .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
    if user.is_some() && !encrypted && !local {
        wrong("page_printer.uri", "config-page-printer-plain-password");
    }
    if certificate.is_some() && !encrypted {
        wrong("page_printer.certificate_sha256", "config-page-printer-fingerprint-plain");
    }
    if let Some(file) = password_file {
        absolute("page_printer.password_file", file, found);
    }
}

fn hall(config: &Config, found: &mut Vec<Violation>) {
    if let Some(file) = &config.hall.ca_file {
        absolute("hall.ca_file", file, found);
    }
    if let Some(url) = &config.hall.url
        && let Err(error) = address::hall(url, config.hall.plain_http)
    {
        found.push(("hall.url", error.words()));
    }
}

/// A program started by the system has another working folder than the person who wrote the file.
fn absolute(key: &'static str, path: &std::path::Path, found: &mut Vec<Violation>) {
    if !path.is_absolute() {
        found.push((key, Words::new("config-absolute-path")));
    }
}

fn range(key: &'static str, value: u64, from: u64, to: u64, found: &mut Vec<Violation>) {
    if !(from..=to).contains(&value) {
        found.push((key, between(from, to)));
    }
}

fn between(from: u64, to: u64) -> Words {
    Words::new("config-range").with("from", from).with("to", to)
}

fn text(key: &'static str, value: &str, longest: usize, found: &mut Vec<Violation>) {
    if value.chars().count() > longest {
        found.push((key, Words::new("config-too-long").with("count", longest)));
    } else if value.chars().any(char::is_control) {
        found.push((key, Words::new("config-control-character")));
    }
}

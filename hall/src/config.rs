//! `hall.toml`: what a hall may be told. Every key has a default; the command line comes first.

use crate::db::Address;
use crate::http::Proxies;
use bianmin_locale::{Language, Words};
use bianmin_settings::{Invalid, Parsed};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The database's address; none means SQLite in the data folder.
    pub database: Option<Address>,
    /// Certificate chain (PEM) for TLS; needs `tls_key` too.
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM) for TLS.
    pub tls_key: Option<PathBuf>,
    /// The address under which phones reach this hall, for the QR code on receipts.
    pub public_url: Option<String>,
    /// The hall's name, as terminals show it.
    pub name: String,
    /// The language of what the hall writes into records, as a BCP 47 tag.
    pub language: String,
    /// The time zone whose days count.
    pub time_zone: String,
    /// The first letters of terminal ids that no one chose.
    pub terminal_prefix: String,
    /// The most connections at the same time.
    pub max_connections: usize,
    /// Proxies before this hall, as addresses or networks: whose word about a request's address is taken.
    pub trusted_proxies: Vec<String>,
    /// Where figures for monitoring are to be had; none means nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Seconds after which a sender that pauses in mid-request is given up.
    #[serde(alias = "patience_seconds")]
    pub timeout_seconds: u64,
    /// How staff sign in.
    pub staff: StaffConfig,
}

/// How staff sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StaffConfig {
    /// Whether administrators and deciders need a second factor.
    pub totp: TotpRule,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u32,
    /// Hours after which a session ends, whatever happens.
    pub session_hours: u32,
}

/// Whether a second factor is needed by those whose work weighs most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TotpRule {
    /// Nobody needs one; everybody may have one.
    Optional,
    /// Administrators and deciders need one.
    Required,
}

impl Default for StaffConfig {
    fn default() -> Self {
        Self { totp: TotpRule::Optional, idle_minutes: 30, session_hours: 12 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: None,
            tls_cert: None,
            tls_key: None,
            public_url: None,
            name: bianmin_locale::Texts::new(Language::default()).t("hall-name"),
            language: Language::default().tag().to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            terminal_prefix: "ZD".to_owned(),
            max_connections: 4096,
            trusted_proxies: Vec::new(),
            metrics_listen: None,
            timeout_seconds: 20,
            staff: StaffConfig::default(),
        }
    }
}

/// What `timeout_seconds` was called before; files that say so are still read.
const FORMER_TIMEOUT: &str = "patience_seconds";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not valid; it names everything that is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The time zone is not known.
    #[error("time_zone: {0} is not known")]
    TimeZone(String),
    /// A proxy is neither an address nor a network.
    #[error("trusted_proxies: {0} is neither an address nor a network")]
    Proxy(String),
}

impl Config {
    /// Reads `file`, or takes the defaults where there is none.
    ///
    /// # Errors
    /// Everything in the file that is not valid, with its line and what to do.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = file else { return Ok(Self::default()) };
        Ok(Self::inspect(path)?.finish()?)
    }

    /// Reads `path` with everything that is wrong in it.
    ///
    /// # Errors
    /// Nothing can be read as settings at all.
    pub fn inspect(path: &Path) -> Result<Parsed<Self>, Invalid> {
        let mut parsed: Parsed<Self> = bianmin_settings::read(path)?;
        for (key, words) in parsed.value.violations() {
            // Told under the name that the file has for it.
            let is_former = key == "timeout_seconds" && !parsed.sets(key) && parsed.sets(FORMER_TIMEOUT);
            parsed.reject(if is_former { FORMER_TIMEOUT } else { key }, words);
        }
        Ok(parsed)
    }

    fn violations(&self) -> Vec<(&'static str, Words)> {
        let mut found = Vec::new();
        let mut wrong = |key: &'static str, words: &str| found.push((key, Words::new(words)));
        if self.zone().is_err() {
            wrong("time_zone", "config-time-zone");
        }
        if Language::from_tag(&self.language).is_none() {
            wrong("language", "hall-config-language");
        }
        if self.tls_cert.is_some() && self.tls_key.is_none() {
            wrong("tls_cert", "hall-config-tls");
        }
        if self.tls_key.is_some() && self.tls_cert.is_none() {
            wrong("tls_key", "hall-config-tls");
        }
        if self.name.trim().is_empty() || self.name.chars().any(char::is_control) {
            wrong("name", "config-place-name");
        }
        let letters = &self.terminal_prefix;
        if letters.len() != 2 || !letters.chars().all(|letter| letter.is_ascii_uppercase()) {
            wrong("terminal_prefix", "hall-config-prefix");
        }
        if self.max_connections == 0 {
            wrong("max_connections", "hall-config-connections");
        }
        if !(1..=3600).contains(&self.timeout_seconds) {
            wrong("timeout_seconds", "hall-config-timeout");
        }
        if !(1..=24 * 60).contains(&self.staff.idle_minutes) {
            wrong("staff.idle_minutes", "hall-config-idle-minutes");
        }
        if !(1..=24).contains(&self.staff.session_hours) {
            wrong("staff.session_hours", "hall-config-session-hours");
        }
        if let Some(Err(error)) = self.public_url.as_deref().map(check_public_url) {
            wrong("public_url", error.key());
        }
        if let Err(ConfigError::Proxy(proxy)) = self.proxies() {
            found.push(("trusted_proxies", Words::new("hall-config-proxies").with("proxy", proxy)));
        }
        found
    }

    /// The time zone.
    ///
    /// # Errors
    /// It is not known.
    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.time_zone).map_err(|_| ConfigError::TimeZone(self.time_zone.clone()))
    }

    /// The proxies that are believed.
    ///
    /// # Errors
    /// One of them is neither an address nor a network.
    pub fn proxies(&self) -> Result<Proxies, ConfigError> {
        Proxies::parse(&self.trusted_proxies).map_err(ConfigError::Proxy)
    }

    /// Whether browsers reach the hall by TLS: its own, or that of a proxy before it.
    pub(crate) fn is_secure(&self) -> bool {
        self.tls_cert.is_some() || !self.trusted_proxies.is_empty()
    }

    /// The language.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
    }
}

/// Checks the address that stands in the code on every receipt: a phone has to reach it.
///
/// # Errors
/// What is wrong with it, and what to write.
pub fn check_public_url(url: &str) -> Result<(), Words> {
    let wrong = |key| Err(Words::new(key));
    let Ok(parsed) = url.parse::<axum::http::Uri>() else { return wrong("hall-config-public-url") };
    if !matches!(parsed.scheme_str(), Some("http" | "https")) || url.contains(['?', '#', '@']) {
        return wrong("hall-config-public-url");
    }
    let host = parsed.host().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        _ if host.is_empty() => wrong("hall-config-public-url"),
        Ok(address) if address.is_unspecified() => wrong("hall-config-public-url-nowhere"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_has_every_key_with_its_default() {
        let text = include_str!("../hall.toml");
        assert_eq!(toml::from_str::<Config>(text).unwrap(), Config::default());
        let uncommented: String = text
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let table: toml::Table = uncommented.parse().unwrap();
        let keys = [
            "database",
            "language",
            "listen",
            "max_connections",
            "metrics_listen",
            "name",
            "public_url",
            "staff",
            "terminal_prefix",
            "time_zone",
            "timeout_seconds",
            "tls_cert",
            "tls_key",
            "trusted_proxies",
        ];
        let mut known: Vec<&str> = table.keys().map(String::as_str).collect();
        known.sort_unstable();
        assert_eq!(known, keys);
        let full: Config = toml::from_str(&uncommented).unwrap();
        assert!(full.database.is_some() && full.tls_key.is_some());
    }

    #[test]
    fn a_mistake_is_told_by_file_and_key() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("hall.toml");
        for (text, part) in [
            ("listn = 1", "listn"),
            ("public_url = \"http://0.0.0.0:8443\"", "public_url"),
            ("terminal_prefix = \"zd\"", "terminal_prefix"),
            ("time_zone = \"Mars\"", "time_zone"),
            ("language = \"tlh\"", "language"),
            ("tls_cert = \"x\"", "tls_key"),
            ("trusted_proxies = [\"10.0.0.0/40\"]", "10.0.0.0/40"),
        ] {
            std::fs::write(&file, text).unwrap();
            let report = Config::read(Some(&file)).unwrap_err().to_string();
            assert!(report.contains(part) && !report.contains('\n') && report.contains("line 1"), "{report}");
        }
        assert!(Config::read(Some(&folder.path().join("none"))).is_err());
        // The key's former name.
        std::fs::write(&file, "patience_seconds = 7").unwrap();
        assert_eq!(Config::read(Some(&file)).unwrap().timeout_seconds, 7);
        std::fs::write(&file, "name = \"大厅\"\npatience_seconds = 0").unwrap();
        let report = Config::read(Some(&file)).unwrap_err().to_string();
        assert!(report.contains("line 2") && report.contains("patience_seconds"), "{report}");
        // As an editor on Windows writes it.
        std::fs::write(&file, "\u{feff}name = \"大厅\"\r\n").unwrap();
        assert_eq!(Config::read(Some(&file)).unwrap().name, "大厅");
    }

    #[test]
    fn an_address_on_receipts_leads_somewhere() {
        for well in [
            "https://hall.example",
            "https://hall.example/bianmin",
            "http://192.0.2.10:8080",
            "http://[2001:db8::1]",
        ] {
            assert_eq!(check_public_url(well), Ok(()), "{well}");
        }
        for (ill, key) in [
            ("http://0.0.0.0:8443", "hall-config-public-url-nowhere"),
            ("https://[::]:8443", "hall-config-public-url-nowhere"),
            ("hall.example", "hall-config-public-url"),
            ("ftp://hall.example", "hall-config-public-url"),
            ("https://", "hall-config-public-url"),
            ("https://hall.example/?a=b", "hall-config-public-url"),
            ("https://me@hall.example", "hall-config-public-url"),
            ("https://hall example", "hall-config-public-url"),
        ] {
            assert_eq!(check_public_url(ill).unwrap_err().key(), key, "{ill}");
        }
    }
}

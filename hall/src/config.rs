//! `hall.toml`: what a hall may be told. Every key has a default; the command line comes first.

use crate::store::address::Address;
use bianmin_locale::Language;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::net::SocketAddr;
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
    /// Seconds after which a sender that pauses in mid-request is given up.
    pub patience_seconds: u64,
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
            patience_seconds: 20,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The file is not as it should be.
    #[error("{0}: {1}")]
    Form(PathBuf, String),
    /// A value is not possible.
    #[error("{0}: {1} is not possible")]
    Value(&'static str, String),
}

impl Config {
    /// Reads `file`, or takes the defaults where there is none.
    ///
    /// # Errors
    /// The file cannot be read, has unknown keys, or a value is not possible.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = file else { return Ok(Self::default()) };
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
        let config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Form(path.to_owned(), error.message().to_owned()))?;
        config.zone()?;
        if Language::from_tag(&config.language).is_none() {
            return Err(ConfigError::Value("language", config.language));
        }
        if config.tls_cert.is_some() != config.tls_key.is_some() {
            return Err(ConfigError::Value("tls_key", String::new()));
        }
        Ok(config)
    }

    /// The time zone.
    ///
    /// # Errors
    /// It is not known.
    pub fn zone(&self) -> Result<TimeZone, ConfigError> {
        TimeZone::get(&self.time_zone).map_err(|_| ConfigError::Value("time_zone", self.time_zone.clone()))
    }

    /// The language.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.language).unwrap_or_default()
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
            "name",
            "patience_seconds",
            "public_url",
            "terminal_prefix",
            "time_zone",
            "tls_cert",
            "tls_key",
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
            ("time_zone = \"Mars\"", "time_zone"),
            ("language = \"tlh\"", "language"),
            ("tls_cert = \"x\"", "tls_key"),
        ] {
            std::fs::write(&file, text).unwrap();
            let told = Config::read(Some(&file)).unwrap_err().to_string();
            assert!(told.contains(part) && !told.contains('\n'), "{told}");
        }
        assert!(Config::read(Some(&folder.path().join("none"))).is_err());
    }
}

//! Where the database is, in a form that never shows a password.

use super::StoreError;
use sea_orm::sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where the database is. Shown without user, password and parameters.
#[derive(Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum Address {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A PostgreSQL server and a database there.
    Postgres(Url),
}

/// An address that may have a password in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    whole: String,
    shown: String,
}

impl Url {
    /// The whole address, for whoever connects.
    pub(super) fn reveal(&self) -> &str {
        &self.whole
    }
}

impl Address {
    /// The default database in the folder `data`.
    pub fn default_in(data: &Path) -> Self {
        Self::Sqlite(data.join("hall.sqlite"))
    }

    /// Whether it is a file that is not there, or has nothing in it.
    pub(crate) fn has_no_file(&self) -> bool {
        matches!(self, Self::Sqlite(path) if !std::fs::metadata(path).is_ok_and(|file| file.len() > 0))
    }
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            // What is wrong is not told in the parser's words, which may repeat the password.
            let parsed: PgConnectOptions = text.parse().map_err(|_| StoreError::Address)?;
            let place = match parsed.get_socket() {
                Some(socket) => socket.display().to_string(),
                None => format!("{}:{}", parsed.get_host(), parsed.get_port()),
            };
            let shown = format!("postgres://{place}/{}", parsed.get_database().unwrap_or_default());
            return Ok(Self::Postgres(Url { whole: text.to_owned(), shown }));
        }
        let path = text.strip_prefix("sqlite:").ok_or(StoreError::Address)?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        if path.is_empty() {
            return Err(StoreError::Address);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl TryFrom<String> for Address {
    type Error = StoreError;

    fn try_from(text: String) -> Result<Self, StoreError> {
        text.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => f.write_str(&url.shown),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({})", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (text, shown) in [
            (
                "postgres://hall:s3cret@db.example:5433/hall?sslmode=require",
                "postgres://db.example:5433/hall",
            ),
            ("postgresql://hall:p%40s3cret@db/hall", "postgres://db:5432/hall"),
            ("postgres://db/hall?user=hall&password=s3cret@x", "postgres://db:5432/hall"),
            ("sqlite:///srv/a b.sqlite?mode=rwc", "/srv/a b.sqlite"),
            ("sqlite:hall.sqlite", "hall.sqlite"),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("s3cret"));
        }
        for text in
            ["mysql://hall:s3cret@db/hall", "postgres://hall:s3cret@db:port/hall", "sqlite:", "s3cret"]
        {
            let report = text.parse::<Address>().unwrap_err().to_string();
            assert!(report.contains("sqlite:") && !report.contains("s3cret"), "{report}");
        }
    }
}

//! Why the hall cannot be reached, for a technician: the true cause where a terminal can tell it.
//!
//! Sending only needs to know that nobody answers. Whoever is to put it right needs to know whether the clock is
//! wrong, a certificate unknown, a proxy in between, or the address that of another kind of port.

use super::Settings;
use super::answer::describe;
use super::client::connection;
use bianmin_locale::Words;
use bianmin_protocol::v1::{self, Health};
use reqwest::Url;
use rustls::CertificateError;
use std::error::Error as _;
use std::time::Duration;

/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(8);
/// So much of what a hall calls its version is shown, in characters.
const VERSION_LIMIT: usize = 32;
/// How far the terminal's clock may be from the hall's before it is said: receipts bear the minute.
const CLOCK_TOLERANCE_SECONDS: i64 = 120;
/// Variables by which a program may be sent to a proxy.
const PROXY_VARIABLES: [&str; 6] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// What is found on the way to the hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagnosis {
    /// It answers.
    Reached {
        /// Its program's version.
        version: String,
        /// By how many seconds the terminal's clock is ahead of the hall's.
        ahead_seconds: i64,
    },
    /// A setting has to be put right first.
    Setting(String),
    /// The host's name is not known.
    UnknownHost,
    /// A machine is there, but nothing listens at this port.
    Refused,
    /// Nobody answers in time.
    Silent,
    /// The port speaks TLS, the address says `http`.
    PortWantsTls,
    /// The port does not speak TLS, the address says `https`.
    PortIsPlain,
    /// The certificate is not accepted.
    Certificate(CertificateProblem),
    /// A proxy is used, because a variable of the environment says so, and does not lead there.
    Proxy(&'static str),
    /// Something else answers, with this HTTP status.
    NotTheHall(u16),
    /// Anything else, as the network says it.
    Other(String),
}

/// What is wrong with the hall's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateProblem {
    /// It is not valid any more by this terminal's clock.
    Expired,
    /// It is not valid yet by this terminal's clock.
    NotYetValid,
    /// Nobody whom this terminal trusts has signed it.
    UnknownAuthority,
    /// It is for another name than the address says.
    OtherName,
    /// It is an authority's own certificate, which may not be shown by a server.
    IsAuthority,
    /// Anything else.
    Other(String),
}

impl Diagnosis {
    /// Whether applications get through.
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Reached { .. })
    }

    /// Whether the terminal's clock is so wrong that residents read a wrong time.
    pub fn is_clock_wrong(&self) -> bool {
        matches!(self, Self::Reached { ahead_seconds, .. } if ahead_seconds.abs() > CLOCK_TOLERANCE_SECONDS)
    }

    /// How it is.
    pub fn state(&self) -> Words {
        match self {
            Self::Reached { version, .. } => Words::new("health-hall").with("version", version.clone()),
            Self::Setting(error) | Self::Other(error) => {
                Words::new("health-hall-unreachable").with("error", error.clone())
            }
            Self::UnknownHost => Words::new("health-hall-unknown-host"),
            Self::Refused => Words::new("health-hall-refused"),
            Self::Silent => Words::new("health-hall-silent"),
            Self::PortWantsTls => Words::new("health-hall-wants-tls"),
            Self::PortIsPlain => Words::new("health-hall-is-plain"),
            Self::Proxy(variable) => Words::new("health-hall-proxy").with("variable", (*variable).to_owned()),
            Self::NotTheHall(status) => Words::new("health-hall-other").with("status", *status),
            Self::Certificate(problem) => Words::new(match problem {
                CertificateProblem::Expired => return dated("health-hall-expired"),
                CertificateProblem::NotYetValid => return dated("health-hall-not-yet-valid"),
                CertificateProblem::UnknownAuthority => "health-hall-unknown-authority",
                CertificateProblem::OtherName => "health-hall-other-name",
                CertificateProblem::IsAuthority => "health-hall-is-authority",
                CertificateProblem::Other(detail) => {
                    return Words::new("health-hall-certificate").with("error", detail.clone());
                }
            }),
        }
    }

    /// What to do about it.
    pub fn advice(&self) -> Words {
        Words::new(match self {
            Self::Reached { .. } | Self::Refused | Self::Silent | Self::Other(_) => "health-hall-advice",
            Self::Setting(_) => "health-hall-setting-advice",
            Self::UnknownHost => "health-hall-unknown-host-advice",
            Self::PortWantsTls => "health-hall-wants-tls-advice",
            Self::PortIsPlain => "health-hall-is-plain-advice",
            Self::Proxy(_) => "health-hall-proxy-advice",
            Self::NotTheHall(_) => "health-hall-other-advice",
            Self::Certificate(problem) => match problem {
                CertificateProblem::Expired | CertificateProblem::NotYetValid => "health-hall-dates-advice",
                CertificateProblem::UnknownAuthority => "health-hall-unknown-authority-advice",
                CertificateProblem::OtherName => "health-hall-other-name-advice",
                CertificateProblem::IsAuthority => "health-hall-is-authority-advice",
                CertificateProblem::Other(_) => "health-hall-certificate-advice",
            },
        })
    }
}

/// Asks the hall at `url` for a sign of life and says what happens on the way.
pub async fn diagnose(url: &str, settings: &Settings) -> Diagnosis {
    let (url, http) = match connection(url, settings) {
        Ok(connection) => connection,
        Err(error) => return Diagnosis::Setting(error.to_string()),
    };
    let address = format!("{}{}", url.as_str().trim_end_matches('/'), v1::HEALTH);
    match http.get(address).timeout(TIMEOUT).send().await {
        Ok(response) => answered(response).await,
        Err(error) => failed(&url, &error).await,
    }
}

/// Words about a date, with this terminal's clock beside it: whoever reads them sees at once which is wrong.
fn dated(key: &str) -> Words {
    Words::new(key).with("now", jiff::Zoned::now().strftime("%Y-%m-%d %H:%M").to_string())
}

async fn answered(response: reqwest::Response) -> Diagnosis {
    let status = response.status().as_u16();
    if status != 200 {
        return Diagnosis::NotTheHall(status);
    }
    match tokio::time::timeout(TIMEOUT, health(response)).await {
        Ok(Some(health)) => Diagnosis::Reached {
            // Whoever answers here is not known yet, and a technician's screen shows what it says.
            version: health.version.chars().filter(|char| !char.is_control()).take(VERSION_LIMIT).collect(),
            ahead_seconds: (jiff::Timestamp::now().as_millisecond().saturating_sub(health.now.0)) / 1000,
        },
        _ => Diagnosis::NotTheHall(status),
    }
}

/// A hall's sign of life; none if the answer is too long or something else.
async fn health(mut response: reqwest::Response) -> Option<Health> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > v1::ANSWER_LIMIT {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).ok()
}

async fn failed(url: &Url, error: &reqwest::Error) -> Diagnosis {
    if let Some(problem) = tls_error(error).and_then(certificate_problem) {
        return Diagnosis::Certificate(problem);
    }
    if url.scheme() == "https" && is_plain_port(error) {
        return Diagnosis::PortIsPlain;
    }
    if let Some(variable) = proxy_variable(url) {
        return Diagnosis::Proxy(variable);
    }
    if url.scheme() == "http" && speaks_tls(url).await {
        return Diagnosis::PortWantsTls;
    }
    let chain = chain(error);
    if error.is_timeout() {
        Diagnosis::Silent
    } else if chain.contains("Connection refused") {
        Diagnosis::Refused
    } else if chain.contains("dns error") || chain.contains("failed to lookup address") {
        Diagnosis::UnknownHost
    } else {
        Diagnosis::Other(describe(error))
    }
}

/// Everything that the error and what caused it say.
fn chain(error: &reqwest::Error) -> String {
    let mut said = String::new();
    let mut cause: Option<&dyn std::error::Error> = error.source();
    while let Some(error) = cause {
        said.push_str(&error.to_string());
        said.push('\n');
        cause = error.source();
    }
    said
}

/// The error of TLS behind an error of the client, if it is one.
fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    error.source().and_then(tls_cause)
}

/// The same behind any error. An I/O error hands on the causes of what it carries, but not what it carries, and the
/// client's layers put one into another.
fn tls_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let carried = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    carried.and_then(|carried| tls_cause(carried)).or_else(|| error.source().and_then(tls_cause))
}

fn certificate_problem(error: &rustls::Error) -> Option<CertificateProblem> {
    let rustls::Error::InvalidCertificate(error) = error else { return None };
    Some(match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::UnknownIssuer => CertificateProblem::UnknownAuthority,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::OtherName
        }
        // Only the text of this cause is public.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => CertificateProblem::IsAuthority,
        other => CertificateProblem::Other(other.to_string()),
    })
}

fn is_plain_port(error: &reqwest::Error) -> bool {
    matches!(tls_error(error), Some(rustls::Error::InvalidMessage(_)))
}

/// The variable that sends a request for `url` to a proxy.
fn proxy_variable(url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let excepted =
        ["NO_PROXY", "no_proxy"].into_iter().filter_map(|name| std::env::var(name).ok()).any(|list| {
            list.split(',').map(str::trim).any(|entry| {
                entry == "*" || (!entry.is_empty() && host.ends_with(entry.trim_start_matches('.')))
            })
        });
    if excepted {
        return None;
    }
    PROXY_VARIABLES
        .into_iter()
        .filter(|name| !name.to_lowercase().starts_with("http_") || url.scheme() == "http")
        .filter(|name| !name.to_lowercase().starts_with("https_") || url.scheme() == "https")
        .find(|name| std::env::var(name).is_ok_and(|value| !value.is_empty()))
}

/// Whether the port answers a plain request with a TLS record.
async fn speaks_tls(url: &Url) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
    let host = host.trim_matches(['[', ']']).to_owned();
    let look = async move {
        let mut stream = tokio::net::TcpStream::connect((host, port)).await?;
        stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
        let mut first = [0; 2];
        stream.read_exact(&mut first).await?;
        // An alert (21) of TLS (3.x).
        std::io::Result::Ok(first == [21, 3])
    };
    tokio::time::timeout(TIMEOUT, look).await.is_ok_and(|looked| looked.unwrap_or(false))
}

//! Addresses as a technician writes them: of the hall, and of a printer on the network.

use bianmin_locale::Words;
use reqwest::Url;

/// Why an address is no hall's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressError {
    /// It is no address of a web server, or says more than one.
    Malformed,
    /// Without TLS only a hall on this very machine is talked to.
    Plain,
}

impl AddressError {
    /// What is wrong, and what to write.
    pub fn words(self) -> Words {
        Words::new(match self {
            Self::Malformed => "config-hall-url",
            Self::Plain => "config-hall-url-plain",
        })
    }
}

/// The address of a hall.
///
/// # Errors
/// It cannot be one, or is not encrypted though the hall is on another machine and `plain_http` does not allow that.
pub fn hall(text: &str, plain_http: bool) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
    let host = url.host_str().unwrap_or_default();
    let is_local = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    let is_plain_address = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.scheme() {
        "https" | "http" if host.is_empty() || !is_plain_address => Err(AddressError::Malformed),
        "https" => Ok(url),
        "http" if is_local || plain_http => Ok(url),
        "http" => Err(AddressError::Plain),
        _ => Err(AddressError::Malformed),
    }
}

/// Checks `host:port`.
///
/// # Errors
/// What is wrong, and what to write.
pub(super) fn host_and_port(text: &str) -> Result<(), Words> {
    let wrong = |key| Err(Words::new(key).with("address", text.to_owned()));
    if text.contains("//") || text.contains('/') {
        return wrong("config-address-scheme");
    }
    if text.chars().any(|sign| sign.is_whitespace() || !sign.is_ascii()) {
        return wrong("config-address");
    }
    let Some((host, port)) = text.rsplit_once(':') else { return wrong("config-address-port") };
    // An IPv6 address has colons of its own, and stands in brackets before a port.
    let is_host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok()),
        None => !host.is_empty() && !host.contains(':') && is_name_or_ip(host),
    };
    match port.parse::<u16>() {
        Ok(1..) if is_host => Ok(()),
        Ok(_) | Err(_) if is_host => wrong("config-address-port"),
        _ => wrong("config-address"),
    }
}

/// Four numbers, or a name that is not four wrong ones.
fn is_name_or_ip(host: &str) -> bool {
    let numeric = host.chars().all(|sign| sign.is_ascii_digit() || sign == '.');
    if numeric { host.parse::<std::net::Ipv4Addr>().is_ok() } else { !host.starts_with(['-', '.']) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_has_a_host_and_a_port() {
        for well in ["192.168.1.50:9100", "printer.example:9100", "[fe80::1]:9100", "p:1"] {
            assert!(host_and_port(well).is_ok(), "{well}");
        }
        for (ill, key) in [
            ("192.168.1.50", "config-address-port"),
            ("192.168.1.50:", "config-address-port"),
            ("192.168.1.50:0", "config-address-port"),
            ("192.168.1.50:99999", "config-address-port"),
            ("192.168.1.500:9100", "config-address"),
            ("192.168.1:9100", "config-address"),
            ("tcp://192.168.1.50:9100", "config-address-scheme"),
            ("192.168.1.50：9100", "config-address"),
            ("192.168.1.50 :9100", "config-address"),
            (":9100", "config-address"),
            ("fe80::1:9100", "config-address"),
        ] {
            assert_eq!(host_and_port(ill).unwrap_err().key(), key, "{ill}");
        }
    }

    #[test]
    fn a_hall_has_an_encrypted_address_or_is_on_this_machine() {
        for well in
            ["https://hall.example", "https://hall.example:8443/", "http://127.0.0.1:8080", "http://[::1]:1"]
        {
            assert!(hall(well, false).is_ok(), "{well}");
        }
        assert!(hall("http://hall.example", true).is_ok());
        for (ill, error) in [
            ("hall.example", AddressError::Malformed),
            ("hall.example:8443", AddressError::Malformed),
            ("ftp://hall.example", AddressError::Malformed),
            ("https://", AddressError::Malformed),
            ("https://hall.example/?a=b", AddressError::Malformed),
            ("https://me:secret@hall.example", AddressError::Malformed),
            ("http://hall.example", AddressError::Plain),
        ] {
            assert_eq!(hall(ill, false).unwrap_err(), error, "{ill}");
        }
    }
}

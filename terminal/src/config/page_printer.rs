//! `[page_printer]`: the printer of A4 pages.

use super::ConfigError;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the page printer is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum PagePrinter {
    /// There is none: guides come short from the receipt printer, and forms are not printed.
    #[default]
    None,
    /// A printer or a CUPS queue that speaks IPP.
    Ipp {
        /// `ipp://host/ipp/print`, or `ipp://localhost/printers/QUEUE`; `ipps:` goes encrypted.
        uri: String,
        /// Who may print, if the printer asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The file with the user's password, which nobody but the service may read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password_file: Option<PathBuf>,
        /// The one certificate that the printer may show, which it may have signed itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate_sha256: Option<Fingerprint>,
    },
    /// PDFs into a folder, for demonstrations. They stay there: not for a terminal with residents.
    File {
        /// The folder.
        folder: PathBuf,
    },
}

/// SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` writes it: 64 digits of base 16, with colons or
/// without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint(pub [u8; 32]);

impl From<Fingerprint> for String {
    fn from(Fingerprint(bytes): Fingerprint) -> Self {
        bytes.map(|byte| format!("{byte:02X}")).join(":")
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "a SHA-256 fingerprint has 64 digits of base 16";
        let digits: Vec<u32> =
            text.chars().filter(|c| *c != ':').map(|c| c.to_digit(16)).collect::<Option<_>>().ok_or(wrong)?;
        let bytes: Vec<u8> =
            digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit) as u8).collect();
        if digits.len() != 64 {
            return Err(wrong);
        }
        bytes.try_into().map(Self).map_err(|_| wrong)
    }
}

impl PagePrinter {
    /// Checks what can be wrong without asking the printer.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self::Ipp { uri, user, password_file, certificate_sha256 } = self else { return Ok(()) };
        let wrong = |key, problem: &str| Err(ConfigError::Value { key, problem: problem.to_owned() });
        let scheme = ["ipp://", "ipps://"].into_iter().find(|scheme| uri.starts_with(scheme));
        let rest = scheme.map_or("", |scheme| &uri[scheme.len()..]);
        if rest.is_empty() || rest.starts_with('/') {
            return wrong("page_printer.uri", "an address such as ipp://192.168.1.60/ipp/print");
        }
        if rest.split('/').next().is_some_and(|host| host.contains('@')) {
            return wrong(
                "page_printer.uri",
                "an address without a password: that belongs into password_file",
            );
        }
        let encrypted = scheme == Some("ipps://");
        if user.is_some() != password_file.is_some() {
            return wrong("page_printer.user", "user and password_file together");
        }
        if user.as_ref().is_some_and(|user| user.is_empty() || user.contains(':')) {
            return wrong("page_printer.user", "a name without a colon");
        }
        let here = ["localhost", "127.0.0.1", "[::1]"];
        let local = here.iter().any(|host| {
            rest.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        });
        if user.is_some() && !encrypted && !local {
            return wrong("page_printer.uri", "ipps:// for a password that leaves this machine");
        }
        if certificate_sha256.is_some() && !encrypted {
            return wrong("page_printer.certificate_sha256", "together with ipps://");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF";

    fn read(text: &str) -> Result<PagePrinter, String> {
        let printer: PagePrinter =
            toml::from_str(&format!("kind = \"ipp\"\n{text}")).map_err(|error| error.to_string())?;
        printer.check().map_err(|error| error.to_string())?;
        Ok(printer)
    }

    #[test]
    fn a_password_leaves_the_machine_only_encrypted_and_a_fingerprint_is_one() {
        let login = "user = \"kiosk\"\npassword_file = \"/etc/bianmin/printer-password\"\n";
        for well in [
            "uri = \"ipp://192.0.2.10/ipp/print\"".to_owned(),
            format!("uri = \"ipp://localhost:8631/printers/pages\"\n{login}"),
            format!("uri = \"ipps://printer.example/ipp/print\"\n{login}certificate_sha256 = \"{SHA}\""),
        ] {
            let printer = read(&well).unwrap();
            let written = toml::to_string(&printer).unwrap();
            assert_eq!(toml::from_str::<PagePrinter>(&written).unwrap(), printer, "{written}");
        }
        for (ill, why) in [
            ("uri = \"lpd://printer\"".to_owned(), "page_printer.uri"),
            ("uri = \"ipps://kiosk:secret@printer/ipp\"".to_owned(), "password_file"),
            (format!("uri = \"ipp://192.0.2.10/ipp/print\"\n{login}"), "ipps"),
            (format!("uri = \"ipp://localhost.example/ipp/print\"\n{login}"), "ipps"),
            ("uri = \"ipp://localhost/printers/pages\"\nuser = \"kiosk\"".to_owned(), "together"),
            (format!("uri = \"ipp://printer/ipp\"\ncertificate_sha256 = \"{SHA}\""), "ipps"),
            ("uri = \"ipps://printer/ipp\"\ncertificate_sha256 = \"0123\"".to_owned(), "64 digits"),
        ] {
            let said = read(&ill).unwrap_err();
            assert!(said.contains(why) && !said.contains("secret"), "{ill}: {said}");
        }
    }
}

//! How a printer knows the terminal, and the terminal its printer: a password from a file, and the one certificate that
//! the printer may show.

use crate::config::Fingerprint;
use ::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use ::rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use ::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use ::rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

/// A longer file holds something else.
const LONGEST: u64 = 1024;

/// A name and where its password is. The password is read for each request and kept nowhere.
#[derive(Debug, Clone)]
pub struct Login {
    /// Who prints.
    pub user: String,
    /// The file with the password alone; a line feed at its end does not count.
    pub password_file: PathBuf,
}

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// It cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than the service may read it.
    #[error("{0} can be read by others; chmod 600 makes it the service's alone")]
    Open(PathBuf),
    /// It holds no password.
    #[error("{0} holds no password of one line")]
    Odd(PathBuf),
}

impl Login {
    pub(super) fn password(&self) -> Result<String, LoginError> {
        let path = &self.password_file;
        let unreadable = |source| LoginError::Unreadable { path: path.clone(), source };
        let file = std::fs::File::open(path).map_err(unreadable)?;
        if file.metadata().map_err(unreadable)?.permissions().mode() & 0o077 != 0 {
            return Err(LoginError::Open(path.clone()));
        }
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        if text.is_empty() || text.len() as u64 > LONGEST || text.contains('\n') {
            return Err(LoginError::Odd(path.clone()));
        }
        Ok(text)
    }
}

/// TLS with a printer that shows this certificate and has its key. Names and dates in it do not count: printers sign
/// theirs themselves, and their clocks are wrong.
pub(super) fn pinned(fingerprint: Fingerprint) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let pinned = Pinned { fingerprint, provider: Arc::clone(&provider) };
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_no_client_auth())
}

#[derive(Debug)]
struct Pinned {
    fingerprint: Fingerprint,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint(Sha256::digest(end_entity).into());
        if shown == self.fingerprint {
            return Ok(ServerCertVerified::assertion());
        }
        // Public, and what a technician compares with the printer's own display.
        tracing::warn!(
            shown = String::from(shown),
            "the page printer shows another certificate than it should"
        );
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line_that_nobody_else_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let login = Login { user: "kiosk".into(), password_file: path.clone() };
        assert!(matches!(login.password(), Err(LoginError::Unreadable { .. })));
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        std::fs::write(&path, "s3cret phrase\n").unwrap();
        mode(0o640);
        assert!(matches!(login.password(), Err(LoginError::Open(_))));
        mode(0o600);
        assert_eq!(login.password().unwrap(), "s3cret phrase");
        for odd in [String::new(), "\n".into(), "two\nlines\n".into(), "x".repeat(1025)] {
            std::fs::write(&path, odd).unwrap();
            assert!(matches!(login.password(), Err(LoginError::Odd(_))));
        }
    }
}

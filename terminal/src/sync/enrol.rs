//! Enrolment: a one-time code becomes a certificate.

use super::client::HallClient;
use super::error::{HallError, SetupError};
use super::{Environment, Settings};
use crate::ledger::identity::TerminalIdentity;
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::v1::{self, Enrolled, ErrorCode};

/// Enrols this terminal at the hall. The caller stores the identity; until then nothing has changed here.
///
/// # Errors
/// The hall cannot be reached or does not know the code, or its answer does not fit the request.
pub async fn enrol(
    hall_url: &str,
    code: &str,
    key: SigningKey,
    settings: &Settings,
) -> Result<TerminalIdentity, SetupError> {
    let client = HallClient::unsigned(hall_url, settings, Environment::default())?;
    let enrolled: Enrolled = match client.post(v1::ENROL, &v1::Enrol::new(code.trim(), &key)).await {
        Err(HallError::Rejected { code: ErrorCode::BadCode, .. }) => return Err(SetupError::BadCode),
        other => other?,
    };
    let certificate = &enrolled.certificate;
    if certificate.key != key.public() || !certificate.verify(&enrolled.hall_key) {
        return Err(SetupError::WrongCertificate);
    }
    Ok(TerminalIdentity { enrolled, key, hall_url: hall_url.trim_end_matches('/').to_owned() })
}

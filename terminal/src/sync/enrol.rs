//! Enrolment: a one-time code becomes a certificate.

use super::client::HallClient;
use super::error::{HallError, SetupError};
use super::{Environment, Settings};
use crate::ledger::identity::{Lineage, TerminalIdentity};
use bianmin_protocol::keys::SigningKey;
use bianmin_protocol::text::without_controls;
use bianmin_protocol::v1::{self, Enrolled, ErrorCode};
use std::time::Duration;

/// How long a hall that does not say so counts wrong codes.
const WINDOW: Duration = Duration::from_secs(60);

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
    let request = v1::Enrol::new(&typed(code), &key);
    ask(hall_url, request, key, settings).await
}

/// Enrols this terminal anew in the place of `old`, whose applications it still holds. The caller stores the identity
/// with [`TerminalIdentity::replace`].
///
/// # Errors
/// As [`enrol`].
pub async fn enrol_in_place_of(
    old: &TerminalIdentity,
    hall_url: &str,
    code: &str,
    key: SigningKey,
    settings: &Settings,
) -> Result<TerminalIdentity, SetupError> {
    let request = v1::Enrol::in_place_of(&typed(code), &key, &old.enrolled.certificate, &old.key);
    ask(hall_url, request, key, settings).await
}

/// A code as it goes on the wire: what was pasted with it is not part of it.
fn typed(code: &str) -> String {
    without_controls(code).trim().to_owned()
}

async fn ask(
    hall_url: &str,
    request: v1::Enrol,
    key: SigningKey,
    settings: &Settings,
) -> Result<TerminalIdentity, SetupError> {
    let client = HallClient::unsigned(hall_url, settings, Environment::default())?;
    let enrolled: Enrolled = match client.post(v1::ENROL, &request).await {
        Err(HallError::Rejected { code: ErrorCode::BadCode, .. }) => return Err(SetupError::BadCode),
        Err(HallError::Rejected { code: ErrorCode::TooMany, wait, .. }) => {
            let seconds = wait.unwrap_or(WINDOW).as_secs().max(1);
            return Err(SetupError::TooManyCodes { seconds });
        }
        other => other?,
    };
    let certificate = &enrolled.certificate;
    if certificate.key != key.public() || !certificate.verify(&enrolled.hall_key) {
        return Err(SetupError::WrongCertificate);
    }
    Ok(TerminalIdentity {
        enrolled,
        key,
        hall_url: hall_url.trim_end_matches('/').to_owned(),
        lineage: Lineage::default(),
    })
}

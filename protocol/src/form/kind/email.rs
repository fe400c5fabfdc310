//! E-mail addresses.

use super::{Entry, FieldSpec};
use crate::form::FieldErrorCode;
use crate::form::normal::{is_digits, narrow};

/// An e-mail address.
pub(super) const EMAIL: FieldSpec = FieldSpec {
    entry: Entry::Latin,
    limit: |_| 100,
    normalise: |value| value.trim().chars().map(narrow).collect(),
    check: |_, value, _| if is_email(value) { Ok(()) } else { Err(FieldErrorCode::NotEmail) },
    accept: |typed, _| Some(narrow(typed)).filter(char::is_ascii_graphic),
    ..FieldSpec::PLAIN
};

/// Addresses that mail programs of today take (RFC 5321 without quoted and international ones).
fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else { return false };
    let of_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_local =
        local.len() <= 64 && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(of_atom));
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
    is_local && domain.split('.').all(is_label) && top.len() >= 2 && !is_digits(top)
}

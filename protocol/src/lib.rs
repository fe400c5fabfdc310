//! What terminal and hall agree on: identities, the catalogue, forms and their rules, sealed
//! applications, receipts, and the wire format.
//!
//! This crate does no I/O, knows no clock, no database and no screen. Both programs validate,
//! seal, sign and parse through the functions here, so that they cannot disagree.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod application;
pub mod bytes;
pub mod case;
pub mod catalogue;
pub mod change;
pub mod content;
pub mod credential;
pub mod form;
pub mod http_signature;
pub mod identity;
pub mod ids;
pub mod keys;
pub mod localized_text;
pub mod lookup;
pub mod receipt;
pub mod registration;
pub mod seal;
pub mod standing;
pub mod text;
pub mod ticket;
pub mod v1;

#[cfg(test)]
mod tests;

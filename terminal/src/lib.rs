//! The terminal without its screen: catalogue, search, input methods, ledger, sync, devices and the services
//! that the screen and the command line share.
//!
//! Nothing here names a GUI toolkit: the screen is another crate, so that the compiler keeps the two apart.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalogue;
pub mod config;
pub mod device;
pub mod input;
pub mod ledger;
pub mod pin;
#[doc(hidden)]
pub mod planted;
mod reading;
pub mod search;
pub mod secrecy;
pub mod services;
pub mod slip;
pub mod sync;
pub mod transfer;
pub mod wording;

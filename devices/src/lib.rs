//! Simulated devices for demos, tests and training.
//!
//! They speak what the real ones speak, over the same kinds of connection, and can be made to fail while they
//! run. Nothing here is shared with the terminal's own drivers or documents, so that each side checks the other.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod printer;

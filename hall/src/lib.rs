//! The central hall (大厅): receives what terminals send, decides, and publishes the catalogue.
//!
//! Everything here can run behind any balancer: what must be known is in the database. Personal content stays
//! sealed in it and is opened only to check it and to show it to staff.
//!
//! A folder for each capability, entered through its `mod.rs`; `http`, `db` and `cli` are what all of them stand on, and
//! know none of them; `hall`, `router`, `migrations` and `commands` put them together.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod audit;
pub mod calendar;
pub mod cases;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod console;
pub mod db;
mod files;
pub mod fleet;
pub mod hall;
pub mod http;
pub mod intake;
pub mod keys;
mod mac;
pub mod metrics;
mod migrations;
mod planted;
pub mod queue;
mod router;
pub mod staff;
pub mod startup;
pub mod system;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use hall::Hall;
pub use http::server::serve;
pub use router::{console_routes, metrics_router, router};

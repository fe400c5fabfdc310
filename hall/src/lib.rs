//! The central hall (大厅): receives what terminals send, decides, and publishes the catalogue.
//!
//! Everything here can run behind any balancer: what must be known is in the database. Personal content stays
//! sealed in it and is opened only to check it and to show it to staff.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod api;
pub mod catalogue;
pub mod clock;
pub mod codes;
pub mod config;
mod conflicts;
mod files;
mod forwarded;
pub mod hall;
mod intake;
pub mod keys;
mod limits;
mod lookup;
pub mod metrics;
mod outbox;
mod phone;
mod places;
mod planted;
mod present;
mod reopen;
pub mod server;
pub mod startup;
pub mod store;
pub mod system;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use api::{Peer, metrics_router, router};
pub use conflicts::{Keep, ResolveError, Resolved};
pub use forwarded::Proxies;
pub use hall::Hall;
pub use outbox::{ImportError, Imported};
pub use server::serve;

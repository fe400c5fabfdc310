//! The receipt printer. A job counts as printed only when the printer said so after the cut.
//!
//! Blocks on the device: call from a blocking task or the print worker. Must not know what is printed.

mod driver;
mod escpos;
mod link;
mod profile;
mod simulated;

pub use driver::ReceiptPrinter;
pub use escpos::{Escpos, Timeouts, Written, key_of};
pub use link::Link;
pub use profile::Profile;
pub use simulated::{Job, Memory, ReceiptFolder, Simulated};

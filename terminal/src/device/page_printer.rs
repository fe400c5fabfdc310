//! The printer of A4 pages. It takes PDFs and nothing else, so that a slip's bytes cannot reach it, nor a page the
//! receipt printer.
//!
//! Blocks on the device: call from a blocking task or the print worker. Must not know what is printed.

mod driver;
mod ipp;
mod simulated;

pub use driver::PagePrinter;
pub use ipp::{Ipp, Login, LoginError, PageTimeouts, UriError};
pub use simulated::PageFolder;

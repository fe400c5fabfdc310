//! Devices at the terminal, a folder for each kind: `driver` is the closed enum of real and simulated drivers,
//! `simulated` what stands in for the device in tests and demonstrations, and beside them is what the real ones need.
//! `printer` is the one closed status of both printers. Nothing here knows screens or the hall.

pub mod page_printer;
pub mod printer;
pub mod receipt_printer;

//! placeholder

mod reading;
pub mod search;

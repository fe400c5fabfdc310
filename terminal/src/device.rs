//! Devices at the terminal: closed enums of drivers with closed states. Nothing here knows screens or the hall.

pub mod printer;

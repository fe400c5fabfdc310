//! What can be wrong with a printer, as a flag or a control line names it.

use std::str::FromStr;

/// Something wrong with the printer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// `paper-out`: no roll in it.
    PaperOut,
    /// `cover-open`.
    CoverOpen,
    /// `cutter`: the blade is stuck; it shows at the next cut.
    Cutter,
    /// `stall`: takes nothing, prints nothing, says nothing, but the connection stands.
    Stall,
    /// `mute`: prints, but never answers.
    Mute,
    /// `garbage`: prints, but answers nonsense.
    Garbage,
    /// `disconnect-at=N`: takes N bytes of a connection, then breaks it; once. What it has taken is printed.
    DisconnectAt(u64),
}

/// A name that is no fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such fault: {0} (paper-out, cover-open, cutter, stall, mute, garbage, disconnect-at=BYTES)")]
pub struct FaultError(String);

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| text.parse().ok();
        Ok(match text.split_once('=') {
            None if text == "paper-out" => Self::PaperOut,
            None if text == "cover-open" => Self::CoverOpen,
            None if text == "cutter" => Self::Cutter,
            None if text == "stall" => Self::Stall,
            None if text == "mute" => Self::Mute,
            None if text == "garbage" => Self::Garbage,
            Some(("disconnect-at", bytes)) => {
                Self::DisconnectAt(number(bytes).ok_or_else(|| FaultError(text.into()))?)
            }
            _ => return Err(FaultError(text.into())),
        })
    }
}

//! What can be wrong with a printer, as a flag or a control line names it.

use std::str::FromStr;

/// Something that happens to the printer in the middle of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mishap {
    /// `power`: the power fails and comes back. What it had taken in is lost, and the connection with it.
    Power,
    /// `cover-open`.
    CoverOpen,
    /// `paper-out`: the roll ends.
    PaperOut,
    /// `jam`.
    Jam,
    /// `stall`.
    Stall,
    /// `disconnect`: the connection breaks; what was taken in is printed.
    Disconnect,
}

/// Something wrong with the printer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// `paper-out`: no roll in it.
    PaperOut,
    /// `cover-open`.
    CoverOpen,
    /// `cutter`: the blade is stuck; it shows at the next cut.
    Cutter,
    /// `jam`: paper is stuck on its way.
    Jam,
    /// `stall`: takes nothing, prints nothing, says nothing, but the connection stands.
    Stall,
    /// `mute`: prints, but never answers.
    Mute,
    /// `garbage`: prints, but answers nonsense.
    Garbage,
    /// `memory-full`: no more room for pictures of its own.
    MemoryFull,
    /// `no-memory`: knows nothing of pictures of its own.
    NoMemory,
    /// `disconnect-at=N`: takes N bytes of a connection, then breaks it; once. What it has taken is printed.
    DisconnectAt(u64),
    /// `power-at=N`: takes N bytes of a connection, then its power fails and comes back; once.
    PowerAt(u64),
    /// `MISHAP-after-mm=N`: N millimetres of paper from now, this happens; once.
    AfterMm(Mishap, u32),
}

/// What a command line may say.
pub(super) const NAMES: &str = "paper-out, cover-open, cutter, jam, stall, mute, garbage, memory-full, no-memory, \
     disconnect-at=BYTES, \
     power-at=BYTES, MISHAP-after-mm=N with power, cover-open, paper-out, jam, stall, disconnect";

/// A name that is no fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such fault: {0} ({NAMES})")]
pub struct FaultError(String);

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| text.parse().ok();
        Ok(match text.split_once('=') {
            None if text == "paper-out" => Self::PaperOut,
            None if text == "cover-open" => Self::CoverOpen,
            None if text == "cutter" => Self::Cutter,
            None if text == "jam" => Self::Jam,
            None if text == "stall" => Self::Stall,
            None if text == "mute" => Self::Mute,
            None if text == "garbage" => Self::Garbage,
            None if text == "memory-full" => Self::MemoryFull,
            None if text == "no-memory" => Self::NoMemory,
            Some(("disconnect-at", bytes)) => {
                Self::DisconnectAt(number(bytes).ok_or_else(|| FaultError(text.into()))?)
            }
            Some(("power-at", bytes)) => Self::PowerAt(number(bytes).ok_or_else(|| FaultError(text.into()))?),
            Some((name, mm)) => name
                .strip_suffix("-after-mm")
                .and_then(|name| Some(Self::AfterMm(mishap(name)?, mm.parse().ok()?)))
                .ok_or_else(|| FaultError(text.into()))?,
            _ => return Err(FaultError(text.into())),
        })
    }
}

fn mishap(name: &str) -> Option<Mishap> {
    Some(match name {
        "power" => Mishap::Power,
        "cover-open" => Mishap::CoverOpen,
        "paper-out" => Mishap::PaperOut,
        "jam" => Mishap::Jam,
        "stall" => Mishap::Stall,
        "disconnect" => Mishap::Disconnect,
        _ => return None,
    })
}

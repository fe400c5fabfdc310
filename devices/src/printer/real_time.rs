//! Real-time commands, found in the bytes as they are received, before anything waits in the buffer.
//!
//! As on real printers the bytes themselves go on into the job: `DLE EOT n` in the middle of another command's
//! data is answered **and** counts as that data, so a host must not send it there.

const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
const ENQ: u8 = 0x05;
const DC4: u8 = 0x14;
const CLEAR: [u8; 7] = [1, 3, 20, 1, 6, 2, 8];

/// A command that is carried out on reception.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RealTime {
    /// `DLE EOT n`.
    Status(u8),
    /// `DLE ENQ 1`: try again what failed.
    Recover,
    /// `DLE ENQ 2`: give up what failed and what is in the buffers.
    RecoverAndClear,
    /// `DLE DC4 8`: give up what is in the buffers.
    ClearBuffers,
}

/// Looks through a stream for them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scanner {
    seen: [u8; 10],
}

impl Scanner {
    pub(super) fn push(&mut self, byte: u8) -> Option<RealTime> {
        self.seen.rotate_left(1);
        self.seen[9] = byte;
        match self.seen {
            [.., DLE, EOT, n @ 1..=4] => Some(RealTime::Status(n)),
            [.., DLE, ENQ, 1] => Some(RealTime::Recover),
            [.., DLE, ENQ, 2] => Some(RealTime::RecoverAndClear),
            [DLE, DC4, 8, ref rest @ ..] if *rest == CLEAR => Some(RealTime::ClearBuffers),
            _ => None,
        }
    }
}

//! ESC/POS raster back to a picture: what a simulated printer does with its bytes.
//!
//! Anything may arrive, in any pieces: unknown bytes are counted and skipped, memory is bounded by the longest
//! slip, and what was printed before the line went dead is still there, as it would be on paper.

use crate::Bitmap;

/// The longest slip: 2.5 m. A longer one means that something prints for ever.
pub const MAX_ROWS: u32 = 20_000;
/// The widest head; what lies further right is lost, as it would be.
const MAX_DOTS: u32 = 4096;
/// Dots that a row of text feeds, for bytes that are not ours.
const TEXT_ROWS: u32 = 30;

/// Why bytes are not a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is longer than [`MAX_ROWS`].
    #[error("the slip is longer than {MAX_ROWS} rows")]
    TooLong,
}

/// What happened while bytes were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The paper was cut; this came out.
    Cut(Bitmap),
    /// The host asked for a status with `DLE EOT n` or `GS r n`.
    StatusRequest(u8),
}

/// A whole stream's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Everything printed, cut or not, one below the other.
    pub bitmap: Bitmap,
    /// How many cuts there were.
    pub cuts: usize,
    /// Bytes that meant nothing here; a clean stream has none.
    pub ignored: usize,
    /// Whether the stream ended inside a command.
    pub truncated: bool,
}

/// A printer's reader: give it bytes as they come.
#[derive(Debug)]
pub struct Decoder {
    paper: Bitmap,
    state: State,
    ignored: usize,
    dots: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Idle,
    /// A command of which these bytes are there.
    Command(Vec<u8>),
    /// Raster: bytes of a row, rows to go, the row so far, and bytes to drop at the end of it.
    Raster {
        stride: usize,
        rows: u32,
        row: Vec<u8>,
        dropped: usize,
    },
    /// Bytes of a command that does nothing here.
    Skip(usize),
}

impl Decoder {
    /// A printer with `dots` across its head.
    pub fn new(dots: u32) -> Self {
        let dots = dots.clamp(1, MAX_DOTS);
        Self { paper: Bitmap::new(dots, 0), state: State::Idle, ignored: 0, dots }
    }

    /// Reads some bytes.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] once the paper since the last cut is too long.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, DecodeError> {
        let mut events = Vec::new();
        for &byte in bytes {
            self.byte(byte, &mut events)?;
        }
        Ok(events)
    }

    /// Bytes that meant nothing so far.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// What is printed and not yet cut.
    pub fn paper(&self) -> &Bitmap {
        &self.paper
    }

    /// Whether the last command is still incomplete.
    pub fn is_inside_command(&self) -> bool {
        self.state != State::Idle
    }

    fn byte(&mut self, byte: u8, events: &mut Vec<Event>) -> Result<(), DecodeError> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => match byte {
                0x10 | 0x1b | 0x1c | 0x1d => self.state = State::Command(vec![byte]),
                b'\n' => self.feed(TEXT_ROWS)?,
                b'\r' | 0 => {}
                _ => self.ignored += 1,
            },
            State::Skip(left) => {
                if left > 1 {
                    self.state = State::Skip(left - 1);
                }
            }
            State::Raster { stride, rows, mut row, mut dropped } => {
                // Dots beyond the head are lost; they must not take memory either.
                if row.len() < self.paper.stride() {
                    row.push(byte)
                } else {
                    dropped += 1
                }
                if row.len() + dropped < stride {
                    self.state = State::Raster { stride, rows, row, dropped };
                    return Ok(());
                }
                self.check(1)?;
                self.paper.push_row(&row);
                if rows > 1 {
                    row.clear();
                    self.state = State::Raster { stride, rows: rows - 1, row, dropped: 0 };
                }
            }
            State::Command(mut command) => {
                command.push(byte);
                self.command(command, events)?;
            }
        }
        Ok(())
    }

    /// Runs a command once it is complete, keeps it while it is not, and counts it if it is none.
    fn command(&mut self, command: Vec<u8>, events: &mut Vec<Event>) -> Result<(), DecodeError> {
        match *command.as_slice() {
            [0x1b, b'@'] => {}
            [0x1b, b'J', n] => self.feed(u32::from(n))?,
            [0x1b, b'd', n] => self.feed(u32::from(n) * TEXT_ROWS)?,
            [0x1b, b'2'] | [0x1c, b'&' | b'.'] | [0x1b, b'a' | b'!' | b'3' | b'E' | b't' | b'R', _] => {}
            [0x1d, b'L' | b'W' | b'P', _, _] => {}
            [0x1b, b'p', _, _, _] | [0x1d, b'!' | b'a' | b'B', _] => {}
            [0x10, 0x04, n] | [0x1d, b'r', n] => events.push(Event::StatusRequest(n)),
            [0x1d, b'V', 0 | 1 | 48 | 49] => events.push(self.cut()),
            [0x1d, b'V', 65 | 66, n] => {
                // The feed to the blade is the printer's own and is not part of what is printed.
                self.feed(u32::from(n))?;
                events.push(self.cut());
            }
            [0x1d, b'v', b'0', _, xl, xh, yl, yh] => {
                let stride = usize::from(u16::from_le_bytes([xl, xh]));
                let rows = u32::from(u16::from_le_bytes([yl, yh]));
                if stride > 0 && rows > 0 {
                    self.state = State::Raster { stride, rows, row: Vec::new(), dropped: 0 };
                }
            }
            [0x1d, b'(', _, low, high] => {
                let length = usize::from(u16::from_le_bytes([low, high]));
                if length > 0 {
                    self.state = State::Skip(length);
                }
            }
            [0x1b] | [0x1c] | [0x1d] | [0x10] => self.state = State::Command(command),
            [0x1b, b'J' | b'd' | b'a' | b'!' | b'3' | b'E' | b't' | b'R' | b'p']
            | [0x1b, b'p', ..]
            | [0x10, 0x04]
            | [0x1d, b'V' | b'v' | b'(' | b'L' | b'W' | b'P' | b'!' | b'a' | b'B' | b'r']
            | [0x1d, b'V', 65 | 66]
            | [0x1d, b'L' | b'W' | b'P' | b'(', ..]
            | [0x1d, b'v', b'0', ..] => self.state = State::Command(command),
            _ => self.ignored += command.len(),
        }
        Ok(())
    }

    fn feed(&mut self, rows: u32) -> Result<(), DecodeError> {
        self.check(rows)?;
        self.paper.push_blank(rows);
        Ok(())
    }

    fn check(&self, rows: u32) -> Result<(), DecodeError> {
        if self.paper.height() + rows > MAX_ROWS { Err(DecodeError::TooLong) } else { Ok(()) }
    }

    fn cut(&mut self) -> Event {
        Event::Cut(std::mem::replace(&mut self.paper, Bitmap::new(self.dots, 0)))
    }
}

/// Reads a whole stream for a head of `dots` dots.
///
/// # Errors
/// [`DecodeError::TooLong`] if all of it together is longer than [`MAX_ROWS`].
pub fn decode(bytes: &[u8], dots: u32) -> Result<Decoded, DecodeError> {
    let mut decoder = Decoder::new(dots);
    let mut bitmap = Bitmap::new(decoder.dots, 0);
    let mut cuts = 0;
    let mut append = |paper: &Bitmap| {
        if bitmap.height() + paper.height() > MAX_ROWS {
            return Err(DecodeError::TooLong);
        }
        (0..paper.height()).for_each(|y| bitmap.push_row(paper.row(y)));
        Ok(())
    };
    // In pieces, so that many cuts are not held all at once.
    for piece in bytes.chunks(4096) {
        for event in decoder.push(piece)? {
            if let Event::Cut(paper) = event {
                append(&paper)?;
                cuts += 1;
            }
        }
    }
    append(decoder.paper())?;
    Ok(Decoded { bitmap, cuts, ignored: decoder.ignored(), truncated: decoder.is_inside_command() })
}

//! Bytes to commands: the grammar of ESC/POS and nothing else.
//!
//! It must not know what a command does to the paper. It holds at most one command's parameters and one row of
//! raster, whatever is sent: lengths come from outside, so what nobody draws is counted down, never collected.

use super::memory::{Wanted, wanted};

/// Bytes of raster kept from one row: the widest head, 576 dots. What lies to the right of it is dropped.
pub(super) const ROW_BYTES: usize = 72;

/// Parameters kept of one command; none that is acted on has more.
const PARAMETERS: usize = 8;
/// Bytes kept of a body: the longest QR code has fewer, and a picture for the printer's memory of a whole 80 mm roll's
/// width and 50 mm is as long.
const BODY_BYTES: usize = 32 * 1024;
/// Longest list that ends with a NUL (tab stops, old-style barcodes); a longer one is given up.
const LIST_LIMIT: u16 = 256;

const ESC: u8 = 0x1b;
const FS: u8 = 0x1c;
const GS: u8 = 0x1d;
const DLE: u8 = 0x10;

/// How a slip is parted from the roll.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CutKind {
    Full,
    Partial,
}

/// One command of a job, or one byte of its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Command<'a> {
    Text(u8),
    LineFeed,
    Tab,
    Initialize,
    PrintMode(u8),
    Bold(bool),
    Underline(u8),
    Reverse(bool),
    FontB(bool),
    Size(u8),
    Align(u8),
    CharacterSpacing(u8),
    /// `None` is the printer's own spacing.
    LineSpacing(Option<u8>),
    Position(u16),
    MoveBy(i16),
    LeftMargin(u16),
    AreaWidth(u16),
    /// Parts of an inch for feeds: horizontal, vertical; 0 is the printer's own.
    MotionUnits(u8, u8),
    FeedLines(u8),
    FeedUnits(u8),
    Chinese(bool),
    ChineseMode(u8),
    ChineseDouble(bool),
    /// One row of `GS v 0`, as it is completed. `mode` bit 0 doubles the width, bit 1 the height.
    RasterRow {
        mode: u8,
        first: bool,
        row: &'a [u8],
    },
    /// With `feed`, the paper first moves until what was printed last, and so many units more, is past the blade.
    Cut {
        kind: CutKind,
        feed: Option<u8>,
    },
    TransmitStatus(u8),
    PrinterInfo(u8),
    AutoStatus(u8),
    ProcessId([u8; 4]),
    /// Side of a QR code's module in dots.
    QrModule(u8),
    /// Level of a QR code's error correction, 48 to 51.
    QrLevel(u8),
    /// What the next QR code says.
    QrStore(&'a [u8]),
    QrPrint,
    /// Something about the pictures in the printer's own memory.
    Memory(Wanted<'a>),
    /// Known, but changes nothing on this printer's paper.
    Ignored,
    /// Not part of the language as far as this printer knows it.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Ground,
    Prefix(u8),
    Parameters {
        prefix: u8,
        code: u8,
        wanted: u8,
    },
    /// The body of a command that states its own length.
    Body {
        prefix: u8,
        left: u64,
    },
    List {
        left: u16,
    },
    Raster {
        mode: u8,
        row_bytes: u32,
        column: u32,
        rows_left: u32,
        first: bool,
    },
    /// Characters that the host defines: each its width in columns, then so many columns.
    Glyphs {
        column_bytes: u8,
        left: u8,
        skip: u32,
    },
    /// Pictures for the printer's own memory: each its size in bytes, then its dots.
    Pictures {
        left: u8,
        header: u8,
        skip: u64,
    },
}

/// The state machine. Feed it bytes; it says when a command is complete.
#[derive(Debug)]
pub(super) struct Parser {
    state: State,
    kept: [u8; PARAMETERS],
    count: usize,
    row: [u8; ROW_BYTES],
    body: Vec<u8>,
}

impl Parser {
    pub(super) fn new() -> Self {
        let body = Vec::with_capacity(BODY_BYTES);
        Self { state: State::Ground, kept: [0; PARAMETERS], count: 0, row: [0; ROW_BYTES], body }
    }

    /// Forgets a command that has only half arrived.
    pub(super) const fn reset(&mut self) {
        self.state = State::Ground;
    }

    /// Whether a command has only half arrived.
    #[cfg(test)]
    pub(super) const fn is_amid_command(&self) -> bool {
        !matches!(self.state, State::Ground)
    }

    pub(super) fn push(&mut self, byte: u8) -> Option<Command<'_>> {
        match self.state {
            State::Ground => self.ground(byte),
            State::Prefix(prefix) => self.code(prefix, byte),
            State::Parameters { prefix, code, wanted } => {
                self.keep(byte);
                (self.count >= usize::from(wanted)).then(|| self.complete(prefix, code)).flatten()
            }
            State::Body { prefix, left } => {
                self.keep(byte);
                if matches!(self.kept[0], b'k' | b'L') && self.body.len() < BODY_BYTES {
                    self.body.push(byte);
                }
                if left > 1 {
                    self.state = State::Body { prefix, left: left - 1 };
                    return None;
                }
                self.state = State::Ground;
                Some(self.function(prefix))
            }
            State::List { left } => {
                let done = byte == 0 || left <= 1;
                self.state = if done { State::Ground } else { State::List { left: left - 1 } };
                done.then_some(Command::Ignored)
            }
            State::Raster { .. } => self.raster(byte),
            State::Glyphs { .. } => self.glyph(byte),
            State::Pictures { .. } => self.picture(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        if let Some(slot) = self.kept.get_mut(self.count) {
            *slot = byte;
        }
        // Beyond the array only the fact of "more" matters; it must not overflow on an endless body.
        self.count = self.count.saturating_add(1);
    }

    fn ground(&mut self, byte: u8) -> Option<Command<'_>> {
        match byte {
            0x0a => Some(Command::LineFeed),
            0x09 => Some(Command::Tab),
            ESC | FS | GS | DLE => {
                self.state = State::Prefix(byte);
                self.count = 0;
                None
            }
            // Carriage return, form feed and cancel do nothing in standard mode; the rest are not commands.
            // ACK confirms a list, which here is always of one block.
            0x0d | 0x0c | 0x18 | 0x00 | 0x06 => Some(Command::Ignored),
            0x20..=0x7e | 0x80..=0xff => Some(Command::Text(byte)),
            _ => Some(Command::Unknown),
        }
    }

    fn code(&mut self, prefix: u8, code: u8) -> Option<Command<'_>> {
        match parameters(prefix, code) {
            Some(0) => self.complete(prefix, code),
            Some(wanted) => {
                self.state = State::Parameters { prefix, code, wanted };
                None
            }
            None => {
                self.state = State::Ground;
                Some(Command::Unknown)
            }
        }
    }

    /// Goes on for `more` parameters.
    fn more(&mut self, prefix: u8, code: u8, more: u8) -> Option<Command<'_>> {
        let wanted = (self.count as u8).saturating_add(more);
        self.state = State::Parameters { prefix, code, wanted };
        None
    }

    /// Passes over `bytes` of data.
    fn skip(&mut self, bytes: u64) -> Option<Command<'_>> {
        if bytes == 0 {
            return Some(Command::Ignored);
        }
        // A body without a prefix is nobody's function.
        self.state = State::Body { prefix: 0, left: bytes };
        None
    }

    fn complete(&mut self, prefix: u8, code: u8) -> Option<Command<'_>> {
        self.state = State::Ground;
        let [a, b, c, d, e, f, g, h] = self.kept;
        let word = |low: u8, high: u8| u16::from_le_bytes([low, high]);
        Some(match (prefix, code) {
            (ESC, b'@') => Command::Initialize,
            (ESC, b'!') => Command::PrintMode(a),
            (ESC, b'E' | b'G') => Command::Bold(a & 1 == 1),
            (ESC, b'-') => Command::Underline(a),
            (ESC, b'M') => Command::FontB(a & 1 == 1),
            (ESC, b'a') => Command::Align(a),
            (ESC, b' ') => Command::CharacterSpacing(a),
            (ESC, b'2') => Command::LineSpacing(None),
            (ESC, b'3') => Command::LineSpacing(Some(a)),
            (ESC, b'd') => Command::FeedLines(a),
            (ESC, b'J') => Command::FeedUnits(a),
            (ESC, b'$') => Command::Position(word(a, b)),
            (ESC, b'\\') => Command::MoveBy(word(a, b) as i16),
            (ESC, b'*') => {
                let columns = u64::from(word(b, c));
                return self.skip(if a >= 32 { columns * 3 } else { columns });
            }
            (ESC, b'D') => {
                self.state = State::List { left: LIST_LIMIT };
                return None;
            }
            (ESC, b'&') => {
                let left = c.wrapping_sub(b).saturating_add(1);
                if c < b || a == 0 {
                    return Some(Command::Unknown);
                }
                self.state = State::Glyphs { column_bytes: a, left, skip: 0 };
                return None;
            }
            (GS, b'!') => Command::Size(a),
            (GS, b'B') => Command::Reverse(a & 1 == 1),
            (GS, b'L') => Command::LeftMargin(word(a, b)),
            (GS, b'W') => Command::AreaWidth(word(a, b)),
            (GS, b'P') => Command::MotionUnits(a, b),
            (GS, b'V') => match a {
                0 | 48 => Command::Cut { kind: CutKind::Full, feed: None },
                1 | 49 => Command::Cut { kind: CutKind::Partial, feed: None },
                65 | 66 | 97 | 98 | 103 | 104 => {
                    if self.count < 2 {
                        return self.more(prefix, code, 1);
                    }
                    let kind = if matches!(a, 65 | 97 | 103) { CutKind::Full } else { CutKind::Partial };
                    Command::Cut { kind, feed: Some(b) }
                }
                _ => Command::Unknown,
            },
            (GS, b'a') => Command::AutoStatus(a),
            (GS, b'r') => Command::TransmitStatus(a),
            (GS, b'I') => Command::PrinterInfo(a),
            (GS, b'v') => {
                let (row_bytes, rows) = (u32::from(word(c, d)), u32::from(word(e, f)));
                if a != b'0' || row_bytes == 0 || rows == 0 {
                    return Some(Command::Unknown);
                }
                let mode = b & 3;
                self.state = State::Raster { mode, row_bytes, column: 0, rows_left: rows, first: true };
                self.row = [0; ROW_BYTES];
                return None;
            }
            (GS, b'k') if a <= 6 => {
                self.state = State::List { left: LIST_LIMIT };
                return None;
            }
            (GS, b'k') => {
                if self.count < 2 {
                    return self.more(prefix, code, 1);
                }
                return self.skip(u64::from(b));
            }
            (GS, b'*') => return self.skip(u64::from(a) * u64::from(b) * 8),
            (GS, b'8') => {
                let left = u64::from(u32::from_le_bytes([b, c, d, e]));
                if a != b'L' {
                    return self.skip(left);
                }
                return self.function_body(prefix, left);
            }
            (ESC | FS | GS, b'(') => {
                return self.function_body(prefix, u64::from(word(b, c)));
            }
            (FS, b'&') => Command::Chinese(true),
            (FS, b'.') => Command::Chinese(false),
            (FS, b'!') => Command::ChineseMode(a),
            (FS, b'W') => Command::ChineseDouble(a & 1 == 1),
            (FS, b'2') => return self.skip(72),
            (FS, b'g') if a == b'1' => return self.skip(u64::from(word(g, h))),
            (FS, b'q') => {
                if a == 0 {
                    return Some(Command::Unknown);
                }
                self.state = State::Pictures { left: a, header: 0, skip: 0 };
                return None;
            }
            (DLE, 0x14) if self.count < 2 => {
                return match a {
                    1 | 2 => self.more(prefix, code, 2),
                    8 => self.more(prefix, code, 7),
                    _ => Some(Command::Unknown),
                };
            }
            _ => Command::Ignored,
        })
    }

    /// Goes on with the body of a function, whose letter stays in front of it.
    fn function_body(&mut self, prefix: u8, left: u64) -> Option<Command<'_>> {
        if left == 0 {
            return Some(Command::Unknown);
        }
        self.count = 1;
        self.body.clear();
        self.state = State::Body { prefix, left };
        None
    }

    fn function(&self, prefix: u8) -> Command<'_> {
        match (prefix, self.kept) {
            (GS, [b'H', 48, 48, d1, d2, d3, d4, _]) if self.count == 7 => {
                Command::ProcessId([d1, d2, d3, d4])
            }
            (GS, [b'k', 49, 67, side, ..]) if self.count == 4 => Command::QrModule(side),
            (GS, [b'k', 49, 69, level, ..]) if self.count == 4 => Command::QrLevel(level),
            (GS, [b'k', 49, 80, 48, ..]) => Command::QrStore(self.body.get(3..).unwrap_or_default()),
            (GS, [b'k', 49, 81, 48, ..]) if self.count == 4 => Command::QrPrint,
            (GS, [b'L', ..]) => wanted(&self.body).map_or(Command::Ignored, Command::Memory),
            _ => Command::Ignored,
        }
    }

    fn raster(&mut self, byte: u8) -> Option<Command<'_>> {
        let State::Raster { mode, row_bytes, column, rows_left, first } = self.state else { return None };
        if let Some(slot) = self.row.get_mut(column as usize) {
            *slot = byte;
        }
        if column + 1 < row_bytes {
            self.state = State::Raster { mode, row_bytes, column: column + 1, rows_left, first };
            return None;
        }
        self.state = if rows_left > 1 {
            State::Raster { mode, row_bytes, column: 0, rows_left: rows_left - 1, first: false }
        } else {
            State::Ground
        };
        Some(Command::RasterRow { mode, first, row: &self.row[..ROW_BYTES.min(row_bytes as usize)] })
    }

    fn glyph(&mut self, byte: u8) -> Option<Command<'_>> {
        let State::Glyphs { column_bytes, left, skip } = self.state else { return None };
        let (left, skip) =
            if skip == 0 { (left - 1, u32::from(byte) * u32::from(column_bytes)) } else { (left, skip - 1) };
        if left == 0 && skip == 0 {
            self.state = State::Ground;
            return Some(Command::Ignored);
        }
        self.state = State::Glyphs { column_bytes, left, skip };
        None
    }

    fn picture(&mut self, byte: u8) -> Option<Command<'_>> {
        let State::Pictures { left, header, skip } = self.state else { return None };
        let (left, header, skip) = match (header, skip) {
            (4, skip) => (left, 4, skip - 1),
            (have, _) => {
                self.kept[usize::from(have)] = byte;
                let size = |low, high| u64::from(u16::from_le_bytes([low, high]));
                let skip = if have == 3 {
                    size(self.kept[0], self.kept[1]) * size(self.kept[2], self.kept[3]) * 8
                } else {
                    0
                };
                (left, have + 1, skip)
            }
        };
        if header < 4 || skip > 0 {
            self.state = State::Pictures { left, header, skip };
            return None;
        }
        if left > 1 {
            self.state = State::Pictures { left: left - 1, header: 0, skip: 0 };
            return None;
        }
        self.state = State::Ground;
        Some(Command::Ignored)
    }
}

/// How many parameter bytes follow a command's code at least; `None` for a code that is not known.
const fn parameters(prefix: u8, code: u8) -> Option<u8> {
    Some(match (prefix, code) {
        (ESC, b'@' | b'2' | b'L' | b'S' | b'D' | b'<' | b'i' | b'm' | 0x0c) => 0,
        (ESC, b'!' | b'%' | b'-' | b'3' | b'=' | b'?' | b'E' | b'G' | b'M' | b'R' | b'T' | b'U' | b'V') => 1,
        (ESC, b'a' | b'd' | b'J' | b'K' | b'e' | b'r' | b't' | b'{' | b' ') => 1,
        (ESC, b'$' | b'\\' | b'c') => 2,
        (ESC, b'p' | b'*' | b'&' | b'(') => 3,
        (ESC, b'W') => 8,
        (GS, b':' | b'c') => 0,
        (GS, b'!' | b'B' | b'H' | b'I' | b'T' | b'V' | b'a' | b'b' | b'f' | b'h' | b'w' | b'r' | b'k') => 1,
        (GS, b'/' | b'E' | b'j') => 1,
        (GS, b'$' | b'L' | b'W' | b'P' | b'\\' | b'*') => 2,
        (GS, b'^' | b'(' | b'z') => 3,
        (GS, b'g') => 4,
        (GS, b'8') => 5,
        (GS, b'v') => 6,
        (FS, b'&' | b'.') => 0,
        (FS, b'!' | b'-' | b'W' | b'C' | b'q') => 1,
        (FS, b'S' | b'2' | b'?' | b'p') => 2,
        (FS, b'(') => 3,
        (FS, b'g') => 8,
        (DLE, 0x04 | 0x05 | 0x14) => 1,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

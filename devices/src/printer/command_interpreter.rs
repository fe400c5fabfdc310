//! Commands to rows of dots: modes, the line being set, raster, and when the paper is cut.
//!
//! It must not know about sockets, faults or files: what happens to a row, and whether it can happen now, is
//! the [`Mechanism`]'s business. Every buffer here has a fixed size.

use std::ops::ControlFlow;

use super::Dpi;
use super::command::{Command, CutKind, Parser, ROW_BYTES};
use super::glyph::{Cell, Font};
use super::memory::{Picture, Wanted};
use super::symbol::Symbol;

/// One row of dots, the leftmost in the highest bit of the first byte.
pub(super) type DotRow = [u8; ROW_BYTES];

/// Tallest character: 24 dots eight times.
const LINE_ROWS: usize = 24 * 8;
const LINE_SPACING: u32 = 30;
const TAB_CHARACTERS: u32 = 8;
/// Where a position to the right of any paper ends.
const FARTHEST: u32 = 0xffff;
/// The most that one command feeds, as on real printers: a metre.
const LONGEST_FEED: u32 = 1016 * 8;

/// What the interpreter drives. `Break` means that the job is to be given up here.
pub(super) trait Mechanism {
    /// Burns one row and moves the paper by it; waits as long as that is not possible.
    fn row(&mut self, row: &DotRow) -> ControlFlow<()>;
    /// Parts the slip at the blade.
    fn cut(&mut self, kind: CutKind) -> ControlFlow<()>;
    /// A request of the job that is answered when its turn comes.
    fn answer(&mut self, request: Request) -> ControlFlow<()>;
    /// A picture in the printer's memory.
    fn picture(&self, name: [u8; 2]) -> Option<Picture>;
    /// Stores a picture there.
    fn define(&mut self, name: [u8; 2], picture: Picture) -> ControlFlow<()>;
    /// Removes one.
    fn delete(&mut self, name: [u8; 2]) -> ControlFlow<()>;
    /// A sequence that is not part of the language.
    fn unknown(&mut self);
}

/// Requests inside the job's stream, answered in order, unlike the real-time ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    Status(u8),
    Info(u8),
    AutoStatus(u8),
    ProcessId([u8; 4]),
    MemoryNames,
    MemoryCapacity,
    MemoryRemaining,
}

#[derive(Clone, Copy, Debug)]
struct Modes {
    bold: bool,
    underline: u32,
    reverse: bool,
    font_b: bool,
    wide: u32,
    tall: u32,
    align: Align,
    character_spacing: u32,
    line_spacing: u32,
    dots_per_inch: u32,
    vertical_unit: u32,
    left_margin: u32,
    area: u32,
    chinese: bool,
    chinese_wide: u32,
    chinese_tall: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Align {
    Left,
    Centre,
    Right,
}

impl Modes {
    const fn new(width: u32, dpi: Dpi) -> Self {
        Self {
            bold: false,
            underline: 0,
            reverse: false,
            font_b: false,
            wide: 1,
            tall: 1,
            align: Align::Left,
            character_spacing: 0,
            line_spacing: LINE_SPACING,
            dots_per_inch: dpi.per_inch(),
            vertical_unit: dpi.per_inch(),
            left_margin: 0,
            area: width,
            chinese: false,
            chinese_wide: 1,
            chinese_tall: 1,
        }
    }

    fn units(&self, n: u8) -> u32 {
        u32::from(n) * self.dots_per_inch / self.vertical_unit
    }
}

/// The line that is being set. Characters stand on its lowest row; how much of it is used is `tall`.
struct PrintLine {
    rows: Vec<DotRow>,
    x: u32,
    end: u32,
    tall: u32,
}

/// Parser, modes and line of one printer.
pub(super) struct CommandInterpreter {
    parser: Parser,
    setter: Setter,
}

impl CommandInterpreter {
    /// A printer whose head has `width` dots and whose blade is `to_blade` rows behind it.
    pub(super) fn new(width: u32, dpi: Dpi, to_blade: u32) -> Self {
        Self { parser: Parser::new(), setter: Setter::new(width, dpi, to_blade) }
    }

    pub(super) fn push(&mut self, byte: u8, mechanism: &mut impl Mechanism) -> ControlFlow<()> {
        match self.parser.push(byte) {
            Some(command) => self.setter.execute(command, mechanism),
            None => ControlFlow::Continue(()),
        }
    }

    /// Forgets what is set and not printed yet, and a command that was half received.
    pub(super) fn clear(&mut self) {
        self.abandon_half();
        self.setter.clear_line();
    }

    /// Forgets a half-received command and character, as when its sender has gone.
    pub(super) fn abandon_half(&mut self) {
        self.parser.reset();
        self.setter.pending_len = 0;
    }

    /// Whether a command has only half arrived.
    #[cfg(test)]
    pub(super) const fn is_amid_command(&self) -> bool {
        self.parser.is_amid_command()
    }

    /// Power off and on.
    pub(super) fn reset(&mut self) {
        self.parser.reset();
        self.setter.initialize();
    }

    /// Memory that grows with what is sent, in bytes: for the test that says that it does not.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.setter.line.rows.capacity() * ROW_BYTES + size_of::<Self>()
    }
}

pub(super) struct Setter {
    width: u32,
    dpi: Dpi,
    to_blade: u32,
    modes: Modes,
    line: PrintLine,
    pending: [u8; 4],
    pending_len: usize,
    font: Font,
    pub(super) symbol: Symbol,
}

impl Setter {
    fn new(width: u32, dpi: Dpi, to_blade: u32) -> Self {
        let width = width.min(ROW_BYTES as u32 * 8);
        Self {
            width,
            dpi,
            to_blade,
            modes: Modes::new(width, dpi),
            line: PrintLine { rows: vec![[0; ROW_BYTES]; LINE_ROWS], x: 0, end: 0, tall: 0 },
            pending: [0; 4],
            pending_len: 0,
            font: Font::new(),
            symbol: Symbol::default(),
        }
    }

    fn initialize(&mut self) {
        self.modes = Modes::new(self.width, self.dpi);
        self.clear_line();
        self.pending_len = 0;
        self.symbol = Symbol::default();
    }

    fn clear_line(&mut self) {
        let first = LINE_ROWS - self.line.tall as usize;
        self.line.rows[first..].fill([0; ROW_BYTES]);
        (self.line.x, self.line.end, self.line.tall) = (0, 0, 0);
    }

    fn execute(&mut self, command: Command<'_>, out: &mut impl Mechanism) -> ControlFlow<()> {
        if !matches!(command, Command::Text(_)) && self.pending_len > 0 {
            // A character cut off by a command.
            self.pending_len = 0;
            self.set(None, true, out)?;
        }
        let modes = &mut self.modes;
        match command {
            Command::Text(byte) => return self.text(byte, out),
            Command::LineFeed => {
                let rows = modes.line_spacing;
                return self.print_line(rows, out);
            }
            Command::Tab => {
                let step = TAB_CHARACTERS * 12;
                self.line.x = ((self.line.x / step + 1) * step).min(FARTHEST);
            }
            Command::Initialize => self.initialize(),
            Command::PrintMode(n) => {
                modes.font_b = n & 1 != 0;
                modes.bold = n & 0x08 != 0;
                modes.tall = 1 + u32::from(n & 0x10 != 0);
                modes.wide = 1 + u32::from(n & 0x20 != 0);
                modes.underline = u32::from(n & 0x80 != 0);
            }
            Command::Bold(on) => modes.bold = on,
            Command::Underline(n) => modes.underline = u32::from(n & 0x0f).min(2),
            Command::Reverse(on) => modes.reverse = on,
            Command::FontB(on) => modes.font_b = on,
            Command::Size(n) => {
                modes.wide = 1 + u32::from(n >> 4 & 7);
                modes.tall = 1 + u32::from(n & 7);
            }
            Command::Align(n) => {
                // Only at the beginning of a line, as the printers do.
                if self.line.end == 0 {
                    modes.align = match n {
                        1 | 49 => Align::Centre,
                        2 | 50 => Align::Right,
                        _ => Align::Left,
                    };
                }
            }
            Command::CharacterSpacing(n) => modes.character_spacing = u32::from(n),
            Command::LineSpacing(n) => modes.line_spacing = n.map_or(LINE_SPACING, |n| modes.units(n)),
            Command::Position(x) => self.line.x = u32::from(x),
            Command::MoveBy(x) => self.line.x = self.line.x.saturating_add_signed(i32::from(x)).min(FARTHEST),
            Command::LeftMargin(x) => {
                modes.left_margin = u32::from(x).min(self.width - 1);
                modes.area = modes.area.min(self.width - modes.left_margin);
            }
            Command::AreaWidth(w) => modes.area = u32::from(w).clamp(1, self.width - modes.left_margin),
            Command::MotionUnits(_, y) => {
                modes.vertical_unit = if y == 0 { modes.dots_per_inch } else { u32::from(y) };
            }
            Command::FeedLines(n) => {
                let rows = u32::from(n) * modes.line_spacing;
                return self.print_line(rows, out);
            }
            Command::FeedUnits(n) => {
                let rows = modes.units(n);
                return self.print_line(rows, out);
            }
            Command::Chinese(on) => modes.chinese = on,
            Command::ChineseMode(n) => {
                modes.chinese_wide = 1 + u32::from(n & 0x04 != 0);
                modes.chinese_tall = 1 + u32::from(n & 0x08 != 0);
            }
            Command::ChineseDouble(on) => {
                modes.chinese_wide = 1 + u32::from(on);
                modes.chinese_tall = 1 + u32::from(on);
            }
            Command::RasterRow { mode, first, row } => return self.raster(mode, first, row, out),
            Command::Cut { kind, feed } => {
                self.print_pending(out)?;
                if let Some(n) = feed {
                    blank(self.modes.units(n) + self.to_blade, out)?;
                }
                return out.cut(kind);
            }
            Command::TransmitStatus(n) => return out.answer(Request::Status(n)),
            Command::PrinterInfo(n) => return out.answer(Request::Info(n)),
            Command::AutoStatus(n) => return out.answer(Request::AutoStatus(n)),
            Command::ProcessId(id) => return out.answer(Request::ProcessId(id)),
            Command::QrModule(side) => self.symbol.module = u32::from(side),
            Command::QrLevel(level) => self.symbol.level = level,
            Command::QrStore(data) => self.symbol.data = data.to_vec(),
            Command::QrPrint => return self.symbol(out),
            Command::Memory(wanted) => return self.memory(wanted, out),
            Command::Ignored => {}
            Command::Unknown => out.unknown(),
        }
        ControlFlow::Continue(())
    }

    fn memory(&mut self, wanted: Wanted<'_>, out: &mut impl Mechanism) -> ControlFlow<()> {
        match wanted {
            Wanted::Capacity => out.answer(Request::MemoryCapacity),
            Wanted::Remaining => out.answer(Request::MemoryRemaining),
            Wanted::Names => out.answer(Request::MemoryNames),
            Wanted::Delete(name) => out.delete(name),
            Wanted::Define { name, width, dots, .. } => {
                out.define(name, Picture { width, dots: dots.to_vec() })
            }
            Wanted::Print { name, across, down } => {
                let Some(picture) = out.picture(name) else { return ControlFlow::Continue(()) };
                let mode = (across - 1) | (down - 1) << 1;
                for (at, row) in picture.rows().enumerate() {
                    self.raster(mode, at == 0, &row[..row.len().min(ROW_BYTES)], out)?;
                }
                ControlFlow::Continue(())
            }
        }
    }

    /// Takes a byte of text. GB 18030 has one, two and four bytes a character.
    fn text(&mut self, byte: u8, out: &mut impl Mechanism) -> ControlFlow<()> {
        if !self.modes.chinese {
            // Which of the many single-byte pages is meant does not matter here: none has a place on our slips.
            return self.set(byte.is_ascii().then_some(char::from(byte)), false, out);
        }
        self.pending[self.pending_len] = byte;
        self.pending_len += 1;
        let bytes = &self.pending[..self.pending_len];
        let complete = match *bytes {
            [first] => first < 0x80,
            [_, second] => !second.is_ascii_digit(),
            [_, _, third] => !(0x81..=0xfe).contains(&third),
            _ => true,
        };
        if !complete {
            return ControlFlow::Continue(());
        }
        let wide = bytes.len() > 1;
        let (decoded, failed) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
        let mut characters = decoded.chars();
        let character = characters.next().filter(|_| !failed && characters.next().is_none());
        let character = character.filter(|_| in_memory(bytes));
        self.pending_len = 0;
        self.set(character, wide, out)
    }

    /// Sets one character into the line, breaking the line when it does not fit.
    fn set(&mut self, character: Option<char>, wide: bool, out: &mut impl Mechanism) -> ControlFlow<()> {
        let modes = self.modes;
        let cell = match (wide, modes.font_b) {
            (true, _) => Cell { width: 24, height: 24 },
            (false, false) => Cell { width: 12, height: 24 },
            (false, true) => Cell { width: 9, height: 17 },
        };
        let (across, down) = if wide {
            (modes.wide.max(modes.chinese_wide), modes.tall.max(modes.chinese_tall))
        } else {
            (modes.wide, modes.tall)
        };
        let (width, height) = (cell.width * across, cell.height * down);
        if self.line.x + width > modes.area && self.line.x > 0 {
            self.print_line(modes.line_spacing, out)?;
        }
        let glyph = self.font.glyph(character, cell);
        let left = self.line.x;
        let top = LINE_ROWS as u32 - height;
        for y in 0..height {
            for x in 0..width {
                let (gx, gy) = (x / across, y / down);
                // Printers make bold letters by striking a dot to the right.
                let ink = glyph.dot(gx, gy) || (modes.bold && gx > 0 && glyph.dot(gx - 1, gy));
                let ink = ink || height - y <= modes.underline;
                if ink != modes.reverse {
                    mark(&mut self.line.rows[(top + y) as usize], left + x);
                }
            }
        }
        self.line.x += width + modes.character_spacing;
        self.line.end = self.line.end.max(left + width);
        self.line.tall = self.line.tall.max(height);
        ControlFlow::Continue(())
    }

    pub(super) fn print_pending(&mut self, out: &mut impl Mechanism) -> ControlFlow<()> {
        if self.line.tall == 0 {
            self.line.x = 0;
            return ControlFlow::Continue(());
        }
        self.print_line(self.modes.line_spacing, out)
    }

    /// Prints the line, if there is one, and moves the paper by `advance` rows in all, or the line's height.
    fn print_line(&mut self, advance: u32, out: &mut impl Mechanism) -> ControlFlow<()> {
        let tall = self.line.tall;
        let shift = self.indent(self.line.end);
        let first = LINE_ROWS - tall as usize;
        for index in first..LINE_ROWS {
            let row = shifted(&self.line.rows[index], shift, self.width);
            out.row(&row)?;
        }
        self.clear_line();
        blank(advance.saturating_sub(tall), out)
    }

    pub(super) const fn area(&self) -> u32 {
        self.modes.area
    }

    pub(super) fn indent(&self, used: u32) -> u32 {
        let free = self.modes.area.saturating_sub(used);
        self.modes.left_margin
            + match self.modes.align {
                Align::Left => 0,
                Align::Centre => free / 2,
                Align::Right => free,
            }
    }

    fn raster(&mut self, mode: u8, first: bool, row: &[u8], out: &mut impl Mechanism) -> ControlFlow<()> {
        if first {
            self.print_pending(out)?;
        }
        let across = 1 + u32::from(mode & 1);
        let used = row.len() as u32 * 8 * across;
        let shift = self.indent(used);
        let mut dots = [0; ROW_BYTES];
        if across == 1 {
            dots[..row.len()].copy_from_slice(row);
        } else {
            for x in 0..(row.len() as u32 * 8) {
                if row[(x / 8) as usize] & (0x80 >> (x % 8)) != 0 {
                    mark(&mut dots, x * 2);
                    mark(&mut dots, x * 2 + 1);
                }
            }
        }
        let dots = shifted(&dots, shift, self.width);
        out.row(&dots)?;
        if mode & 2 != 0 {
            out.row(&dots)?;
        }
        ControlFlow::Continue(())
    }
}

/// Whether this printer's font has the character: like many, it ends with GBK, and has nothing of its last row.
const fn in_memory(bytes: &[u8]) -> bool {
    matches!(bytes, [..0x80] | [0x81..=0xfd, _])
}

/// Moves the paper on without printing.
fn blank(rows: u32, out: &mut impl Mechanism) -> ControlFlow<()> {
    for _ in 0..rows.min(LONGEST_FEED) {
        out.row(&[0; ROW_BYTES])?;
    }
    ControlFlow::Continue(())
}

/// Blackens a dot, if it is on the paper.
pub(super) fn mark(row: &mut DotRow, x: u32) {
    if let Some(byte) = row.get_mut((x / 8) as usize) {
        *byte |= 0x80 >> (x % 8);
    }
}

/// The row moved right by `by` dots, with nothing beyond `width`.
fn shifted(row: &DotRow, by: u32, width: u32) -> DotRow {
    let mut moved = [0; ROW_BYTES];
    let (bytes, bits) = ((by / 8) as usize, by % 8);
    for (index, &byte) in row.iter().enumerate() {
        if let Some(slot) = moved.get_mut(index + bytes) {
            *slot |= byte >> bits;
        }
        if bits > 0
            && let Some(slot) = moved.get_mut(index + bytes + 1)
        {
            *slot |= byte << (8 - bits);
        }
    }
    moved[(width as usize).div_ceil(8).min(ROW_BYTES)..].fill(0);
    moved
}

#[cfg(test)]
#[path = "command_interpreter_tests.rs"]
mod tests;

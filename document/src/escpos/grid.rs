//! A document on a printer's own grid of characters: the look of each kind of block where only whole and doubled
//! sizes exist. Lines are broken by the rules of the other layout (UAX #14). Must not know bytes.

mod form;

use super::characters::{cells, plain};
use crate::{Block, Density, Document, Fonts, LayoutError, QrCode, Row, Space, Step};
use unicode_linebreak::{BreakOpportunity, linebreaks};

/// Dots of a cell: half a Chinese character.
pub(super) const CELL: u32 = 12;
/// Dots of a line of ordinary characters, with its room.
pub(super) const LEADING: u32 = 32;
/// A last line of so few cells is a leftover, as two Chinese characters are.
const LEFTOVER: usize = 5;
/// A number of no more characters is printed so many times as large as fits, up to [`LARGEST`].
const SHORT_NUMBER: usize = 8;
const LARGEST: usize = 6;
/// Side that a QR code should have, in units: 45 mm.
const QR_SIDE: f32 = 360.0;

/// What follows what.
pub(super) enum Piece {
    /// The project's mark.
    Mark,
    /// So many dots of white.
    Feed(u32),
    /// A line across.
    Rule,
    /// A line of text.
    Line(CharacterLine),
    /// A QR code in the middle, with its side of a module in dots.
    Qr { payload: String, code: QrCode, module: u32 },
}

/// A line of text.
pub(super) struct CharacterLine {
    pub(super) segments: Vec<Segment>,
    /// So many times as wide, and its columns with it: 1 to 8.
    pub(super) across: u32,
    /// So many times as tall: 1 to 8.
    pub(super) down: u32,
    /// White on black.
    pub(super) reverse: bool,
}

/// Text from a column on.
pub(super) struct Segment {
    pub(super) column: usize,
    pub(super) text: String,
    pub(super) bold: bool,
}

/// Puts `document` on a grid of `columns` cells of a head of this density.
pub(super) fn pieces(
    document: &Document,
    columns: usize,
    density: Density,
    fonts: &Fonts,
) -> Result<Vec<Piece>, LayoutError> {
    let latin = !document.language.starts_with("zh");
    let mut grid = Grid { columns, density, fonts, latin, pieces: Vec::new() };
    for block in &document.blocks {
        grid.block(block)?;
    }
    Ok(grid.pieces)
}

struct Grid<'a> {
    columns: usize,
    density: Density,
    fonts: &'a Fonts,
    latin: bool,
    pieces: Vec<Piece>,
}

impl Grid<'_> {
    fn block(&mut self, block: &Block) -> Result<(), LayoutError> {
        match block {
            Block::Mark => self.pieces.push(Piece::Mark),
            Block::Title { text } => self.large(text),
            Block::Subtitle { text } => self.lines(text, 0, false),
            Block::Heading { text } => {
                self.feed(20);
                self.lines(text, 0, true);
            }
            Block::BigNumber { label, number } => {
                self.feed(14);
                if !label.is_empty() {
                    self.lines(label, 0, false);
                }
                self.number(number);
            }
            Block::Rows { rows } => self.rows(rows),
            Block::Paragraph { text } => {
                self.feed(12);
                self.lines(text, 0, false);
            }
            Block::Notice { title, text } => {
                self.feed(12);
                self.rule();
                if let Some(title) = title {
                    self.lines(title, 0, true);
                }
                self.lines(text, 0, false);
                self.rule();
            }
            Block::Steps { steps } => self.steps(steps),
            Block::Bullets { items } => {
                self.feed(8);
                for item in items {
                    self.marked("·", 2, item, false);
                }
            }
            Block::Checklist { entries } => self.checklist(entries),
            Block::Table { head, rows } => self.table(head, rows),
            Block::Fields { rows } => self.rows(rows),
            Block::Terms { rows } => self.terms(rows),
            Block::Signature { labels } => self.signature(labels),
            Block::Rule => {
                self.feed(8);
                self.rule();
            }
            Block::Spacer { size } => self.feed(match size {
                Space::Small => LEADING / 2,
                Space::Medium => LEADING,
                Space::Large => LEADING * 2,
            }),
            Block::Qr { payload, caption } => self.qr(payload, caption.as_deref())?,
            Block::Footer { text } => {
                self.feed(8);
                self.lines(text, 0, false);
            }
            Block::Reprint { text } => self.banner(text),
        }
        Ok(())
    }

    fn feed(&mut self, dots: u32) {
        self.pieces.push(Piece::Feed(dots));
    }

    fn rule(&mut self) {
        self.pieces.push(Piece::Rule);
        self.feed(8);
    }

    fn width(&self, text: &str) -> usize {
        text.chars().map(|c| cells(c, self.fonts)).sum()
    }

    /// Text in lines from `column` on.
    fn lines(&mut self, text: &str, column: usize, bold: bool) {
        for text in self.wrap(text, self.columns - column) {
            self.line(vec![Segment { column, text, bold }]);
        }
    }

    fn line(&mut self, segments: Vec<Segment>) {
        self.pieces.push(Piece::Line(CharacterLine { segments, across: 1, down: 1, reverse: false }));
    }

    /// More text on the last line.
    fn extend(&mut self, segment: Segment) {
        if let Some(Piece::Line(line)) = self.pieces.last_mut() {
            line.segments.push(segment);
        }
    }

    /// The largest letters that leave it in one line; the tall ones if none does.
    fn large(&mut self, text: &str) {
        let wide = self.width(&plain(text, self.latin)) * 2 <= self.columns;
        for text in self.wrap(text, self.columns) {
            let segments = vec![Segment { column: 0, text, bold: true }];
            let across = if wide { 2 } else { 1 };
            self.pieces.push(Piece::Line(CharacterLine { segments, across, down: 2, reverse: false }));
        }
    }

    /// A number as large as it fits; one as short as a ticket's is read from across a room.
    fn number(&mut self, number: &str) {
        let text = plain(number, self.latin);
        let fits = self.columns / self.width(&text).max(1);
        if text.chars().count() > SHORT_NUMBER || fits <= 2 {
            return self.large(number);
        }
        let times = fits.min(LARGEST) as u32;
        let segments = vec![Segment { column: 0, text, bold: true }];
        self.pieces.push(Piece::Line(CharacterLine { segments, across: times, down: times, reverse: false }));
    }

    /// White on black from edge to edge, as large as it fits.
    fn banner(&mut self, text: &str) {
        let wide = self.width(&plain(text, self.latin)) * 2 + 4 <= self.columns;
        let columns = if wide { self.columns / 2 } else { self.columns };
        for text in self.wrap(text, columns - 2) {
            let free = columns - self.width(&text).min(columns);
            let (left, right) = (" ".repeat(free / 2), " ".repeat(free - free / 2));
            let segments = vec![Segment { column: 0, text: format!("{left}{text}{right}"), bold: true }];
            let across = if wide { 2 } else { 1 };
            self.pieces.push(Piece::Line(CharacterLine { segments, across, down: 2, reverse: true }));
        }
        self.feed(14);
    }

    fn rows(&mut self, rows: &[Row]) {
        self.feed(12);
        let keys = rows.iter().map(|row| self.width(&plain(&row.key, self.latin))).max().unwrap_or(0);
        let key_cells = keys.min(self.columns * 2 / 5);
        let column = key_cells + 2;
        for row in rows {
            let mut keys = self.wrap(&row.key, key_cells.max(2)).into_iter();
            let mut values = self.wrap(&row.value, self.columns - column).into_iter();
            loop {
                let (key, value) = (keys.next(), values.next());
                if key.is_none() && value.is_none() {
                    break;
                }
                let key = key.map(|text| Segment { column: 0, text, bold: false });
                let value = value.map(|text| Segment { column, text, bold: row.strong });
                self.line(key.into_iter().chain(value).collect());
            }
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        self.feed(8);
        for (i, step) in steps.iter().enumerate() {
            // The encircled numbers that every Chinese font has.
            let mark = char::from_u32('①' as u32 + i as u32).filter(|_| i < 10 && !self.latin);
            let mark = mark.map_or_else(|| format!("{}.", i + 1), |mark| mark.to_string());
            self.step(&mark, 3, step);
        }
    }

    /// A step's title and chip behind a mark, and its detail below.
    fn step(&mut self, mark: &str, column: usize, step: &Step) {
        let title = match &step.chip {
            Some(chip) => format!("{} [{chip}]", step.title),
            None => step.title.clone(),
        };
        let column = column.max(self.width(mark) + 1);
        self.marked(mark, column, &title, true);
        if let Some(detail) = step.detail.as_deref().filter(|detail| !detail.is_empty()) {
            self.lines(detail, column, false);
        }
    }

    /// Text from `column` on with a mark before its first line.
    fn marked(&mut self, mark: &str, column: usize, text: &str, bold: bool) {
        let mut mark = Some(plain(mark, self.latin));
        let column = column.max(mark.as_deref().map_or(0, |mark| self.width(mark)));
        for text in self.wrap(text, self.columns - column) {
            let mark = mark.take().map(|text| Segment { column: 0, text, bold });
            self.line(mark.into_iter().chain([Segment { column, text, bold }]).collect());
        }
    }

    fn qr(&mut self, payload: &str, caption: Option<&str>) -> Result<(), LayoutError> {
        let code = QrCode::new(payload).ok_or(LayoutError::QrTooLong { bytes: payload.len() })?;
        let side = code.side() as u32;
        let fits = (self.columns as u32 * CELL / (side + 2 * QrCode::QUIET as u32)).max(1);
        let module = (self.density.dots(QR_SIDE) as u32 / side).clamp(4, 12).min(fits);
        let quiet = module * QrCode::QUIET as u32;
        self.feed(quiet);
        self.pieces.push(Piece::Qr { payload: payload.to_owned(), code, module });
        self.feed(quiet);
        for text in caption.map(|text| self.wrap(text, self.columns)).unwrap_or_default() {
            let column = (self.columns - self.width(&text).min(self.columns)) / 2;
            self.line(vec![Segment { column, text, bold: false }]);
        }
        Ok(())
    }

    /// `text` in lines of at most `columns` cells. If the last were a leftover, the others give some away where
    /// that costs no line.
    fn wrap(&self, text: &str, columns: usize) -> Vec<String> {
        let text = plain(text, self.latin);
        let lines = self.greedy(&text, columns);
        let is_short = |lines: &[String]| lines.last().is_some_and(|line| self.width(line) < LEFTOVER);
        if lines.len() < 2 || !is_short(&lines) || text.contains('\n') {
            return lines;
        }
        let narrower = [2, 4, 6].into_iter().filter_map(|less| columns.checked_sub(less).filter(|&c| c > 8));
        narrower
            .map(|columns| self.greedy(&text, columns))
            .find(|balanced| balanced.len() == lines.len() && !is_short(balanced))
            .unwrap_or(lines)
    }

    fn greedy(&self, text: &str, columns: usize) -> Vec<String> {
        let columns = columns.max(5);
        let (mut lines, mut line, mut used, mut from) = (Vec::new(), String::new(), 0, 0);
        for (end, opportunity) in linebreaks(text) {
            let word = text[from..end].trim_end_matches('\n');
            from = end;
            if used + self.width(word.trim_end()) > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            // A word wider than the paper is broken inside, not cut off.
            for c in word.chars() {
                let wide = cells(c, self.fonts);
                if used + wide > columns && c != ' ' {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += wide;
            }
            if opportunity == BreakOpportunity::Mandatory && end < text.len() {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
        }
        lines.push(line);
        lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
        lines
    }
}

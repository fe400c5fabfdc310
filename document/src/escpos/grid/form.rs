//! What is filled in, ticked or signed, and tables, which a roll has no room for: told in turn.

use super::{Grid, Segment};
use crate::{Row, Step};

/// Dots in which a hand can sign.
const HAND: u32 = 60;

impl Grid<'_> {
    pub(super) fn checklist(&mut self, entries: &[Step]) {
        self.feed(8);
        for entry in entries {
            // In Latin text the box is made of what every printer has.
            self.step(if self.latin { "[ ]" } else { "□" }, 3, entry);
        }
    }

    /// Each row is its first cell, and below it what the others say of it.
    pub(super) fn table(&mut self, head: &[String], rows: &[Vec<String>]) {
        self.feed(8);
        for row in rows {
            let mut cells = row.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
            if let Some((_, first)) = cells.next() {
                self.lines(first, 0, true);
            }
            for (at, cell) in cells {
                let text = match head.get(at).filter(|head| !head.is_empty()) {
                    Some(head) => format!("{head}{}{cell}", self.colon()),
                    None => cell.clone(),
                };
                self.lines(&text, 2, false);
            }
        }
    }

    /// Each key on a line of its own, and what is said of it below.
    pub(super) fn terms(&mut self, rows: &[Row]) {
        for row in rows {
            self.feed(8);
            self.lines(&row.key, 0, true);
            self.lines(&row.value, 0, false);
        }
    }

    pub(super) fn signature(&mut self, labels: &[String]) {
        for label in labels {
            self.feed(HAND);
            let label = format!("{label}{}", self.colon());
            let used = self.width(&label);
            self.lines(&label, 0, false);
            if let Some(room) = self.columns.checked_sub(used).filter(|&room| room >= 8) {
                self.extend(Segment { column: used, text: "_".repeat(room), bold: false });
            }
        }
    }

    fn colon(&self) -> &'static str {
        if self.latin { ": " } else { "：" }
    }
}

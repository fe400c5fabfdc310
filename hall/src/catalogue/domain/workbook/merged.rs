//! Merged cells: what is written once beside several rows holds for each of them.

use super::cells::position;
use super::format::Odd;
use crate::catalogue::domain::limits::Budget;
use crate::catalogue::domain::problem::Wrong;
use crate::catalogue::domain::table::{Cell, SheetRow};

/// A merged range; columns and rows from 1 on, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    columns: (usize, usize),
    rows: (usize, usize),
}

impl Merge {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let ((left, top), (right, bottom)) = (position(first)?, position(last)?);
        (left <= right && top <= bottom).then_some(Self { columns: (left, right), rows: (top, bottom) })
    }
}

/// Fills each range down from its first cell. A range over several columns would say that one value is several
/// things: its cell is an error.
pub(super) fn fill(rows: &mut [SheetRow], merges: &[Merge], budget: &mut Budget) -> Result<(), Wrong> {
    for merge in merges {
        budget.time()?;
        let from = rows.partition_point(|row| row.number < merge.rows.0);
        let to = rows.partition_point(|row| row.number <= merge.rows.1);
        let Some(within) = rows.get_mut(from..to) else { continue };
        let Some((first, below)) = within.split_first_mut() else { continue };
        let (left, right) = merge.columns;
        if first.number != merge.rows.0 || first.cell(left - 1).is_empty() {
            continue;
        }
        if left != right {
            let range = format!("{}{}:{}{}", letters(left), merge.rows.0, letters(right), merge.rows.1);
            if let Some(cell) = first.cells.get_mut(left - 1) {
                *cell = Cell::Odd(Box::new(Odd::wrong(Wrong::Merged(range))));
            }
            continue;
        }
        let value = first.cell(left - 1).clone();
        for row in below {
            budget.row(left.saturating_sub(row.cells.len()).max(1))?;
            budget.text(value.bytes())?;
            if row.cells.len() < left {
                row.cells.resize(left, Cell::Empty);
            }
            row.cells[left - 1] = value.clone();
        }
    }
    Ok(())
}

/// The letters of a column from 1 on.
pub(in crate::catalogue) fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.insert(0, char::from(b'A' + (column % 26) as u8));
        column /= 26;
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA"), (16_384, "XFD")] {
            assert_eq!(letters(column), name);
            assert_eq!(position(&format!("{name}7")), Some((column, 7)));
        }
        for bad in ["", "A", "7", "A0", "XFE1", "AAAA1", "A1048577", "A+1", "A1:B2", "é1"] {
            assert_eq!(position(bad), None, "{bad}");
        }
        assert!(Merge::parse("B2:A1").is_none());
    }
}

//! The cells of one sheet, row by row. Only cells that hold something are kept, so that a sheet's said size and its
//! styles cost nothing.

use super::format::{Format, Odd};
use super::merged::{self, Merge};
use super::package::Package;
use super::parts::Sheet;
use super::xml::{Element, Node, Xml};
use crate::catalogue::domain::limits::Budget;
use crate::catalogue::domain::problem::Wrong;
use crate::catalogue::domain::table::{Cell, SheetRow};
use std::sync::Arc;

/// What a sheet holds.
#[derive(Debug, Default)]
pub(super) struct Cells {
    pub rows: Vec<SheetRow>,
    pub hidden_rows: usize,
    pub hidden_columns: usize,
}

/// Columns from 1 on that a spreadsheet can have.
const COLUMNS: usize = 16_384;
/// Rows that a spreadsheet can have.
const ROWS: usize = 1_048_576;

/// What a cell's value is looked up in.
struct Book<'a> {
    strings: &'a [Arc<str>],
    formats: &'a [Arc<Format>],
    is_1904: bool,
}

pub(super) fn read(
    package: &mut Package,
    sheet: &Sheet,
    strings: &[Arc<str>],
    formats: &[Arc<Format>],
    is_1904: bool,
    budget: &mut Budget,
) -> Result<Cells, Wrong> {
    let mut cells = Cells::default();
    let Some(name) = &sheet.part else { return Ok(cells) };
    let book = Book { strings, formats, is_1904 };
    let mut xml = package.part(name, budget)?.ok_or_else(|| Wrong::DamagedWorkbook(name.clone()))?;
    let mut merges = Vec::new();
    let mut hidden_columns = vec![false; budget.limits.columns];
    let mut last = 0;
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "col" && element.is("hidden") => {
                budget.row(1)?;
                let bound = |name| element.attribute(name).and_then(|text| text.parse::<usize>().ok());
                if let (Some(first @ 1..), Some(end)) = (bound("min"), bound("max")) {
                    let end = end.min(hidden_columns.len());
                    hidden_columns.get_mut(first - 1..end).unwrap_or_default().fill(true);
                }
            }
            Node::Start(element) if element.name == "row" => {
                let number = match element.attribute("r") {
                    Some(text) => text.parse().map_err(|_| xml.damaged())?,
                    None => last + 1,
                };
                if number <= last || number > ROWS {
                    return Err(xml.damaged());
                }
                last = number;
                let row = row(&mut xml, number, &book, budget)?;
                if !row.cells.is_empty() {
                    cells.hidden_rows += usize::from(element.is("hidden"));
                    cells.rows.push(row);
                }
            }
            Node::Start(element) if element.name == "mergeCell" => {
                budget.row(1)?;
                let merge = element.attribute("ref").and_then(Merge::parse).ok_or_else(|| xml.damaged())?;
                merges.push(merge);
            }
            Node::Eof => break,
            _ => {}
        }
    }
    merged::fill(&mut cells.rows, &merges, budget)?;
    cells.hidden_columns = hidden_columns
        .iter()
        .enumerate()
        .filter(|(column, hidden)| **hidden && cells.rows.iter().any(|row| !row.cell(*column).is_empty()))
        .count();
    Ok(cells)
}

fn row(xml: &mut Xml<'_>, number: usize, book: &Book<'_>, budget: &mut Budget) -> Result<SheetRow, Wrong> {
    let mut cells = Vec::new();
    // Columns from 1 on.
    let mut last = 0;
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "c" => {
                let column = match element.attribute("r") {
                    Some(text) => match position(text) {
                        Some((column, row)) if row == number => column,
                        _ => return Err(xml.damaged()),
                    },
                    None => last + 1,
                };
                if column <= last || column > COLUMNS {
                    return Err(xml.damaged());
                }
                last = column;
                let cell = cell(xml, &element, book)?;
                if cell.is_empty() {
                    continue;
                }
                if column > budget.limits.columns {
                    return Err(Wrong::TooManyColumns(budget.limits.columns));
                }
                budget.text(cell.bytes())?;
                cells.resize(column - 1, Cell::Empty);
                cells.push(cell);
            }
            Node::Start(_) => xml.skip()?,
            Node::Text(_) => {}
            Node::End(_) => {
                budget.row(cells.len())?;
                return Ok(SheetRow { number, cells });
            }
            Node::Eof => return Err(xml.damaged()),
        }
    }
}

fn cell(xml: &mut Xml<'_>, element: &Element, book: &Book<'_>) -> Result<Cell, Wrong> {
    let (mut value, mut inline, mut formula) = (None, None, false);
    loop {
        match xml.next()? {
            Node::Start(child) => match child.name.as_str() {
                "v" => value = Some(xml.text()?),
                "is" => inline = Some(xml.string()?),
                "f" => {
                    formula = true;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            },
            Node::Text(_) => {}
            Node::End(_) => break,
            Node::Eof => return Err(xml.damaged()),
        }
    }
    let odd = |odd| Ok(Cell::Odd(Box::new(odd)));
    let kind = element.attribute("t").unwrap_or("n");
    let style = match element.attribute("s") {
        Some(text) => text.parse::<usize>().map_err(|_| xml.damaged())?,
        None => 0,
    };
    let general = Arc::new(Format::built_in(0));
    let format = match book.formats.get(style) {
        Some(format) => format,
        None if style == 0 => &general,
        None => return Err(xml.damaged()),
    };
    let text = |text: Arc<str>| match format.text(text.to_string()) {
        Ok(shown) if *shown == *text => Ok(Cell::text(text)),
        Ok(shown) => Ok(Cell::text(shown.into())),
        Err(wrong) => odd(Odd::wrong(wrong)),
    };
    let value = match (kind, value) {
        ("inlineStr", _) => return inline.map_or(Ok(Cell::Empty), |inline| text(inline.into())),
        (_, None) if formula => return odd(Odd::wrong(Wrong::NoResult)),
        ("n", Some(value)) if value.is_empty() && formula => return odd(Odd::wrong(Wrong::NoResult)),
        (_, None) => return Ok(Cell::Empty),
        (_, Some(value)) => value,
    };
    match kind {
        "n" if value.trim().is_empty() => Ok(Cell::Empty),
        "n" => odd(format.number(value.trim().parse().map_err(|_| xml.damaged())?, book.is_1904)),
        "s" => {
            let index = value.trim().parse::<usize>().ok();
            text(index.and_then(|index| book.strings.get(index)).ok_or_else(|| xml.damaged())?.clone())
        }
        "str" => text(value.replace("\r\n", "\n").into()),
        "b" => Ok(Cell::text(if value.trim() == "1" { "TRUE" } else { "FALSE" }.into())),
        "e" => odd(Odd::wrong(Wrong::FormulaError(value.trim().to_owned()))),
        "d" => odd(Odd { date: day(&value), is_moment: true, ..Odd::wrong(Wrong::DateFormat) }),
        _ => Err(xml.damaged()),
    }
}

/// The day of a date in the form of ISO 8601, if it has no time of day.
fn day(value: &str) -> Option<String> {
    let (day, time) = value.trim().split_at_checked(10)?;
    let midnight =
        time.is_empty() || time.trim_end_matches('Z').chars().all(|one| matches!(one, 'T' | '0' | ':' | '.'));
    midnight.then(|| day.to_owned())
}

/// Column and row of `AB12`, both from 1 on.
pub(super) fn position(text: &str) -> Option<(usize, usize)> {
    let text = text.trim();
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = text.split_at_checked(letters).filter(|_| (1..=3).contains(&letters))?;
    let column =
        column.bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = row.parse::<usize>().ok().filter(|_| !row.starts_with('+'))?;
    ((1..=COLUMNS).contains(&column) && (1..=ROWS).contains(&row)).then_some((column, row))
}

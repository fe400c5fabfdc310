//! A table as one of the lists of a catalogue: which column is which field, and what each row says in it. What is not
//! understood is told once, by its cause, and not again by what follows from it.

use super::columns::{Kind, Sheet};
use super::draft::Raw;
use super::problem::{Notice, Noticed, Origin, Problem, Wrong};
use super::suggest::closest;
use super::table::{Cell, SheetRow, Table, is_formula_error};
use super::text::{self, visible};
use crate::planted::is_planted;
use std::borrow::Cow;

/// What a column is.
enum Column {
    Known(&'static str, Kind),
    /// A remark, or told to be wrong already.
    Ignored,
    Nameless,
}

/// A table whose columns are known.
pub(super) struct Grid {
    pub place: String,
    pub sheet: Sheet,
    columns: Vec<Column>,
    /// Fields that no row says, although it is told already that they should.
    doubtful: Vec<&'static str>,
    pub rows: Vec<SheetRow>,
}

/// What a row says.
pub(super) struct RowCells<'a> {
    pub number: usize,
    cells: Vec<(&'static str, Kind, Cow<'a, str>)>,
    /// Fields whose values cannot be told.
    pub broken: Vec<&'static str>,
}

impl RowCells<'_> {
    /// The text of a column; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.cells.iter().find(|(known, ..)| *known == name).map_or("", |(.., text)| text)
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = (&'static str, Kind, &str)> {
        self.cells.iter().map(|(name, kind, text)| (*name, *kind, &**text))
    }
}

impl Grid {
    /// None for a table that is none of the lists or cannot be understood; the reason is told.
    pub(super) fn new(table: Table, raw: &mut Raw) -> Option<Self> {
        let Table { place, name, mut rows, is_very_hidden } = table;
        if name.trim().starts_with('#') || rows.is_empty() {
            return None;
        }
        let header = rows.remove(0);
        let Some(sheet) = Sheet::named(&name) else {
            if is_very_hidden {
                raw.notices.push(Notice { place, what: Noticed::HiddenSheetLeftOut });
            } else if !is_planted("unknown-sheets-ignored") {
                let columns: Vec<&str> =
                    header.cells.iter().map(Cell::words).filter(|name| !name.is_empty()).collect();
                let likely = Sheet::likely(&name, &columns).map(|sheet| sheet.name().to_owned());
                raw.lost(Problem::of_place(&place, "", Wrong::UnknownSheet(likely)));
            }
            return None;
        };
        let mut grid = Self { place, sheet, columns: Vec::new(), doubtful: Vec::new(), rows };
        if !header.cells.iter().any(|cell| sheet.column(&visible(cell.words())).is_some()) {
            raw.lost(grid.no_header());
            return None;
        }
        for (index, cell) in header.cells.iter().enumerate() {
            if let Cell::Odd(odd) = cell
                && let Err(wrong) = &odd.shown
            {
                let mut problem = grid.problem(header.number, "", "", wrong.clone());
                problem.origin.column = Some(index);
                raw.lost(problem);
                return None;
            }
            let column = grid.column(index, cell, &header, raw);
            grid.columns.push(column);
        }
        grid.missing(raw);
        let key = sheet.required()[0];
        match grid.doubtful.contains(&key) {
            true => {
                raw.partial = true;
                None
            }
            false => Some(grid),
        }
    }

    /// The first row has no column's name: perhaps a later one has.
    fn no_header(&self) -> Problem {
        let names = |row: &&SheetRow| {
            row.cells.iter().filter(|cell| self.sheet.column(cell.words()).is_some()).count() > 1
        };
        match self.rows.iter().take(20).find(names) {
            Some(row) => Problem::of_place(&self.place, "", Wrong::HeaderRow(row.number)),
            None => Problem::of_place(&self.place, self.sheet.required()[0], Wrong::MissingColumn),
        }
    }

    fn column(&mut self, index: usize, cell: &Cell, header: &SheetRow, raw: &mut Raw) -> Column {
        let mut tell = |field: &str, wrong| {
            let origin = Origin { place: self.place.clone(), row: Some(header.number), column: Some(index) };
            raw.tell(Problem { origin, code: String::new(), field: field.to_owned(), wrong });
        };
        let name = visible(cell.words());
        if name.starts_with('#') {
            return Column::Ignored;
        }
        if name.is_empty() {
            return Column::Nameless;
        }
        if let Err(wrong) = text::check(cell.words(), false) {
            tell(&name, wrong);
        }
        let Some((name, kind)) = self.sheet.column(&name) else {
            let absent = |known: &&str| !header.cells.iter().any(|cell| visible(cell.words()) == **known);
            let likely = closest(&name, self.sheet.columns().iter().map(|(known, _)| *known).filter(absent));
            tell(&name, Wrong::UnknownColumn(likely.map(str::to_owned)));
            self.doubtful.extend(likely);
            return Column::Ignored;
        };
        if header.cells.iter().filter(|cell| visible(cell.words()) == name).count() > 1 {
            if !self.doubtful.contains(&name) {
                tell(name, Wrong::Twice);
                self.doubtful.push(name);
            }
            return Column::Ignored;
        }
        Column::Known(name, kind)
    }

    /// Tells each missing column once, and not again in each row.
    fn missing(&mut self, raw: &mut Raw) {
        let has = |name: &str| {
            self.columns.iter().any(|column| matches!(column, Column::Known(known, _) if *known == name))
        };
        let missing: Vec<&'static str> = self
            .sheet
            .required()
            .iter()
            .copied()
            .filter(|name| !has(name) && !self.doubtful.contains(name))
            .collect();
        for name in missing {
            raw.tell(Problem::of_place(&self.place, name, Wrong::MissingColumn));
            self.doubtful.push(name);
        }
    }

    /// What a row says; none where it has cells beside the columns, as then nothing is sure to be where it belongs.
    pub(super) fn line<'a>(&self, row: &'a SheetRow, raw: &mut Raw) -> Option<RowCells<'a>> {
        let mut line = RowCells { number: row.number, cells: Vec::new(), broken: self.doubtful.clone() };
        for (index, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match self.columns.get(index) {
                Some(Column::Ignored) => {}
                Some(Column::Known(name, kind)) => match shown(cell, *kind) {
                    Ok(text) if text.is_empty() => {}
                    Ok(text) => line.cells.push((name, *kind, text)),
                    Err(wrong) => {
                        let mut origin = self.origin(row.number);
                        origin.column = Some(index);
                        let merged = matches!(wrong, Wrong::Merged(_));
                        raw.tell(Problem { origin, code: String::new(), field: (*name).to_owned(), wrong });
                        // One value beside several columns: the others have none of their own.
                        if merged {
                            return None;
                        }
                        line.broken.push(name);
                    }
                },
                Some(Column::Nameless) | None => {
                    raw.tell(self.problem(row.number, "", "", Wrong::Surplus));
                    return None;
                }
            }
        }
        Some(line)
    }

    pub(super) fn origin(&self, row: usize) -> Origin {
        Origin { place: self.place.clone(), row: Some(row), column: None }
    }

    pub(super) fn problem(&self, row: usize, code: &str, field: &str, wrong: Wrong) -> Problem {
        Problem { origin: self.origin(row), code: code.to_owned(), field: field.to_owned(), wrong }
    }
}

/// What a cell says where a value of some kind is expected.
fn shown(cell: &Cell, kind: Kind) -> Result<Cow<'_, str>, Wrong> {
    match cell {
        Cell::Empty => Ok("".into()),
        Cell::Text(text) => {
            let text = text.trim();
            if is_formula_error(text) {
                return Err(Wrong::FormulaError(text.to_owned()));
            }
            if is_scientific(text) { Err(Wrong::Digits) } else { Ok(text.into()) }
        }
        Cell::Odd(odd) => match (kind, &odd.shown) {
            (Kind::Unused, _) => Ok("".into()),
            (Kind::Date, Ok(_) | Err(Wrong::DateFormat)) if odd.is_moment => {
                odd.date.as_deref().map(Cow::from).ok_or(Wrong::NotOnlyDate)
            }
            (Kind::Number, Ok(shown)) => {
                Ok(odd.whole.map_or(shown.trim().into(), |whole| whole.to_string().into()))
            }
            (_, shown) => shown.as_deref().map(|shown| shown.trim().into()).map_err(Clone::clone),
        },
    }
}

/// A number that a spreadsheet has written without its last digits: `1.10105E+17`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    digits(whole.trim_start_matches('-'))
        && whole.trim_start_matches('-').len() == 1
        && digits(rest)
        && digits(exponent)
}

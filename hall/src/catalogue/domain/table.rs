//! Tables as they stand in CSV files and workbooks: rows of cells. Knows nothing of catalogues.

use super::encoding;
use super::limits::Budget;
use super::problem::Wrong;
use super::workbook::Odd;
use std::sync::Arc;

/// A table without its remarks; the first row has the columns' names.
#[derive(Debug)]
pub(super) struct Table {
    /// The file, and the sheet where there are several.
    pub place: String,
    /// The sheet's or file's name, which says what the table is.
    pub name: String,
    pub rows: Vec<SheetRow>,
    /// A sheet that a person cannot show.
    pub is_very_hidden: bool,
}

/// A row with its number as a spreadsheet counts.
#[derive(Debug)]
pub(super) struct SheetRow {
    pub number: usize,
    pub cells: Vec<Cell>,
}

/// A cell as a person sees it.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Empty,
    Text(Arc<str>),
    /// A number, or something that cannot be read.
    Odd(Box<Odd>),
}

impl SheetRow {
    pub(super) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

impl Cell {
    pub(super) fn text(text: Arc<str>) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text) }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// What it shows, if that can be told.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::Text(text) => text.trim(),
            Self::Odd(odd) => odd.shown.as_deref().unwrap_or_default().trim(),
        }
    }

    /// Bytes of its text.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => 32,
        }
    }
}

impl Table {
    /// Rows that are empty or begin with `#` are remarks.
    pub(super) fn new(place: String, name: String, mut rows: Vec<SheetRow>) -> Self {
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()) && !is_remark(row.cell(0)));
        Self { place, name, rows, is_very_hidden: false }
    }
}

fn is_remark(first: &Cell) -> bool {
    let words = first.words();
    words.starts_with('#') && !is_formula_error(words)
}

/// What spreadsheets write where a formula has failed.
pub(super) fn is_formula_error(text: &str) -> bool {
    matches!(
        text,
        "#REF!"
            | "#N/A"
            | "#VALUE!"
            | "#NAME?"
            | "#DIV/0!"
            | "#NUM!"
            | "#NULL!"
            | "#SPILL!"
            | "#CALC!"
            | "#FIELD!"
            | "#BLOCKED!"
            | "#GETTING_DATA"
    )
}

/// A CSV file in UTF-8, or in GB 18030 as spreadsheets in China write it; parted by commas, or by semicolons or tabs
/// where its first row is.
pub(super) fn from_csv(bytes: &[u8], place: &str, name: &str, budget: &mut Budget) -> Result<Table, Wrong> {
    let text = encoding::decode(bytes)?;
    let separator = separator(&text);
    if let Some(line) = open_quotes(text.as_bytes(), separator) {
        return Err(Wrong::Quotes { line });
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows: Vec<SheetRow> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Wrong::Unreadable(error.to_string()))?;
        // The position is before any blank lines that were passed over.
        let number = record.position().map_or(rows.len() + 1, |position| {
            let before = text.as_bytes().get(position.byte() as usize..).unwrap_or_default().iter();
            let blank =
                before.take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
            position.line() as usize + blank
        });
        let filled = (0..record.len())
            .rev()
            .find(|at| record.get(*at).is_some_and(|cell| !cell.trim().is_empty()))
            .map_or(0, |last| last + 1);
        budget.row(filled)?;
        if filled > budget.limits.columns {
            return Err(Wrong::TooManyColumns(budget.limits.columns));
        }
        let cells = record.iter().take(filled).map(|cell| Cell::text(cell.into())).collect();
        rows.push(SheetRow { number, cells });
    }
    Ok(Table::new(place.to_owned(), name.to_owned(), rows))
}

/// What parts the cells of the first line that is no remark.
fn separator(text: &str) -> u8 {
    let first =
        text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    match (count(','), count(';'), count('\t')) {
        (0, 0, 1..) => b'\t',
        (0, 1.., 0) => b';',
        _ => b',',
    }
}

/// The line of a quotation mark that is not closed at the end of its cell.
fn open_quotes(text: &[u8], separator: u8) -> Option<usize> {
    let mut line = 1;
    let mut opened = None;
    let mut bytes = text.iter().copied().peekable();
    let mut begins = true;
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n');
        match opened {
            Some(_) if byte == b'"' && bytes.next_if_eq(&b'"').is_some() => {}
            Some(_) if byte == b'"' => {
                opened = None;
                let next = bytes.peek().copied().unwrap_or(b'\n');
                if next != separator && !matches!(next, b'\n' | b'\r') {
                    return Some(line);
                }
            }
            Some(_) => {}
            None if byte == b'"' && begins => opened = Some(line),
            None => begins = byte == separator || byte == b'\n' || byte == b'\r',
        }
        if opened.is_some() {
            begins = false;
        }
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::domain::limits::Limits;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Result<Table, Wrong> {
        from_csv(bytes, "x.csv", "x", &mut Budget::new(Limits::default()))
    }

    #[test]
    fn a_table_from_a_chinese_spreadsheet_is_read() {
        let (bytes, _, _) =
            encoding_rs::GB18030.encode("local_catalog_code,task_name\n# 说明\n\nHJ01,身份证𠮷\n");
        let table = read(&bytes).unwrap();
        assert_eq!(
            table.rows[0].cells.iter().map(Cell::words).collect::<Vec<_>>(),
            ["local_catalog_code", "task_name"]
        );
        assert_eq!((table.rows.len(), table.rows[1].number), (2, 4));
        assert_eq!(table.rows[1].cell(1).words(), "身份证𠮷");
        assert!(table.rows[1].cell(7).is_empty());
    }

    #[test]
    fn separators_quotation_marks_and_errors_are_what_they_are() {
        for text in ["code;name\nA;\"x;y\"\n", "code\tname\nA\tx;y\n", "code,name\nA,x;y\n"] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(table.rows[1].cell(1).words(), "x;y", "{text}");
        }
        for (text, line) in
            [("a,b\n\"x,y\nz,w\n", 2), ("a,b\n1,\"x\"y\n", 2), ("a,b\n\"x\ny\",\"z\nw\nv,1\n", 3)]
        {
            assert_eq!(read(text.as_bytes()).unwrap_err(), Wrong::Quotes { line }, "{text}");
        }
        assert!(read("a,b\n\"x\"\"y\",5\" pipe\n".as_bytes()).is_ok());
        let table = read(b"a,b\n#REF!,1\n#remark,2\n").unwrap();
        assert_eq!(table.rows.len(), 2, "a formula's error is no remark");
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }
    }
}

//! Tables as they stand in CSV files and workbooks: a header row and rows of text. Knows nothing of catalogues.

use calamine::{Data, Reader as _, open_workbook_auto};
use std::path::Path;

/// A table with its header.
#[derive(Debug)]
pub(super) struct Table {
    /// The file, and the sheet where there are several.
    pub place: String,
    /// The sheet's or file's name, which says what the table is.
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Row>,
}

/// A row with its number as a spreadsheet counts.
#[derive(Debug)]
pub(super) struct Row {
    pub number: usize,
    pub cells: Vec<String>,
}

impl Row {
    /// The text of a column; empty where there is none.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// Rows in one table: a national list has some hundred thousand at most.
const ROWS: usize = 2_000_000;

/// A CSV file in UTF-8, or in GB 18030 as spreadsheets in China write it.
pub(super) fn from_csv(bytes: &[u8], place: &str, name: &str) -> Result<Table, String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(_) => {
            let (text, _, wrong) = encoding_rs::GB18030.decode(bytes);
            if wrong {
                return Err("UTF-8, GB 18030".to_owned());
            }
            text.into_owned()
        }
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        // The position is before any blank lines that were passed over.
        let number = record.position().map_or(rows.len() + 1, |position| {
            let before = text.as_bytes().get(position.byte() as usize..).unwrap_or_default().iter();
            let blank =
                before.take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
            position.line() as usize + blank
        });
        rows.push(Row { number, cells: record.iter().map(str::to_owned).collect() });
        if rows.len() > ROWS {
            return Err(format!("> {ROWS}"));
        }
    }
    Ok(table(place.to_owned(), name.to_owned(), rows))
}

/// Every sheet of a workbook.
pub(super) fn from_workbook(file: &Path, place: &str) -> Result<Vec<Table>, String> {
    let mut book = open_workbook_auto(file).map_err(|error| error.to_string())?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        let first = range.start().map_or(0, |(row, _)| row as usize);
        // Leading empty columns are not part of the range.
        let indent = range.start().map_or(0, |(_, column)| column as usize);
        let rows = range
            .rows()
            .enumerate()
            .map(|(index, cells)| Row {
                number: first + index + 1,
                cells: std::iter::repeat_n(String::new(), indent).chain(cells.iter().map(text)).collect(),
            })
            .collect();
        tables.push(table(format!("{place}/{name}"), name, rows));
    }
    Ok(tables)
}

/// Takes the header off; rows that are empty or begin with `#` are remarks.
fn table(place: String, name: String, rows: Vec<Row>) -> Table {
    let mut rows = rows
        .into_iter()
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()) && !row.cell(0).starts_with('#'));
    let header = rows
        .next()
        .map_or_else(Vec::new, |row| row.cells.iter().map(|cell| cell.trim().to_owned()).collect());
    Table { place, name, header, rows: rows.collect() }
}

/// A cell as a person reads it: whole numbers without a decimal point, dates as yyyy-mm-dd.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Error(error) => error.to_string(),
        #[allow(unreachable_patterns)]
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_table_from_a_chinese_spreadsheet_is_read() {
        let (bytes, _, _) =
            encoding_rs::GB18030.encode("local_catalog_code,task_name\n# 说明\n\nHJ01,身份证𠮷\n");
        let table = from_csv(&bytes, "事项.csv", "事项").unwrap();
        assert_eq!(table.header, ["local_catalog_code", "task_name"]);
        assert_eq!((table.rows.len(), table.rows[0].number), (1, 4));
        assert_eq!(table.rows[0].cell(1), "身份证𠮷");
        assert_eq!(table.rows[0].cell(7), "");
    }

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = from_csv(&bytes, "x.csv", "x");
        }
    }
}

//! XLSX workbooks as tables: what each cell shows, or why it cannot be told. The file is read as a stream, within
//! limits that hold before anything is believed. Knows nothing of catalogues.
//!
//! A reader of our own, because the common ones take a sheet's size and its counts of strings at their word (a small
//! file then asks for hundreds of gigabytes), and give a number without the format that says what it shows. Other kinds
//! of workbooks are not read for the same reasons.

mod cells;
mod decimal;
mod format;
mod merged;
mod moment;
mod package;
mod parts;
mod xml;

pub(super) use format::Odd;
pub(super) use merged::letters;

use super::limits::Budget;
use super::problem::{Notice, Noticed, Wrong};
use super::table::Table;
use package::Package;
use std::fs::File;
use std::io::{Read as _, Seek as _};

/// Every sheet of a workbook that has cells.
pub(super) fn read(
    mut file: File,
    place: &str,
    budget: &mut Budget,
    notices: &mut Vec<Notice>,
) -> Result<Vec<Table>, Wrong> {
    let mut start = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut start).map_err(|error| Wrong::Unreadable(error.to_string()))?;
    file.rewind().map_err(|error| Wrong::Unreadable(error.to_string()))?;
    if !start.starts_with(b"PK") {
        return Err(other_content(&start, file));
    }
    let mut package = Package::open(file, budget)?;
    let book = parts::workbook(&mut package, budget)?;
    let strings = parts::strings(&mut package, &book, budget)?;
    let formats = parts::formats(&mut package, &book, budget)?;
    let mut tables = Vec::new();
    for sheet in &book.sheets {
        let here = format!("{place}/{}", sheet.name);
        let read = cells::read(&mut package, sheet, &strings, &formats, book.is_1904, budget)?;
        if read.rows.is_empty() {
            continue;
        }
        let mut notice = |what| notices.push(Notice { place: here.clone(), what });
        if sheet.visibility == parts::Visibility::Hidden {
            notice(Noticed::HiddenSheet);
        }
        if read.hidden_rows > 0 {
            notice(Noticed::HiddenRows(read.hidden_rows));
        }
        if read.hidden_columns > 0 {
            notice(Noticed::HiddenColumns(read.hidden_columns));
        }
        let mut table = Table::new(here, sheet.name.clone(), read.rows);
        table.is_very_hidden = sheet.visibility == parts::Visibility::VeryHidden;
        tables.push(table);
    }
    Ok(tables)
}

/// Why a workbook of another kind is not read. Many that are called so are something else.
pub(super) fn of_other_kind(kind: &str, mut file: File) -> Wrong {
    let mut start = Vec::new();
    match file.by_ref().take(64).read_to_end(&mut start) {
        Err(error) => Wrong::Unreadable(error.to_string()),
        Ok(_) if start.starts_with(b"PK") => Wrong::OtherWorkbook(kind.to_uppercase()),
        Ok(_) => other_content(&start, file),
    }
}

/// What a file that is no package is.
fn other_content(start: &[u8], mut file: File) -> Wrong {
    if start.is_empty() {
        return Wrong::EmptyFile;
    }
    if !start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let text = String::from_utf8_lossy(start);
        let plain = text.chars().filter(|character| !character.is_control() && *character != '\u{fffd}');
        return Wrong::NotWorkbook(plain.take(24).collect());
    }
    // A package that needs a password is wrapped up like the old workbooks.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut beginning = Vec::new();
    let is_protected = file.rewind().is_ok()
        && file.by_ref().take(4 << 20).read_to_end(&mut beginning).is_ok()
        && beginning.windows(name.len()).any(|window| window == name);
    if is_protected { Wrong::Protected } else { Wrong::OtherWorkbook("XLS".to_owned()) }
}

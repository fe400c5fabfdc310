//! The parts of a workbook beside its sheets: which sheets there are, shared strings, number formats.

use super::format::Format;
use super::package::Package;
use super::xml::Node;
use crate::catalogue::domain::limits::Budget;
use crate::catalogue::domain::problem::Wrong;
use std::collections::HashMap;
use std::sync::Arc;

/// Whether a person sees a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Visible,
    Hidden,
    /// Only programs can show it.
    VeryHidden,
}

#[derive(Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub visibility: Visibility,
    /// The part; none for sheets without cells, such as charts.
    pub part: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Book {
    pub sheets: Vec<Sheet>,
    pub is_1904: bool,
    strings: Option<String>,
    styles: Option<String>,
}

/// A part that another refers to.
#[derive(Debug)]
struct Relation {
    kind: String,
    target: String,
}

fn damaged(part: &str) -> Wrong {
    Wrong::DamagedWorkbook(part.to_owned())
}

/// What a part refers to, by id, as the names of parts.
fn relations(
    package: &mut Package,
    part: &str,
    budget: &mut Budget,
) -> Result<HashMap<String, Relation>, Wrong> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = format!("{folder}/_rels/{file}.rels");
    let mut found = HashMap::new();
    let Some(mut xml) = package.part(&name, budget)? else { return Ok(found) };
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "Relationship" => {
                let (Some(id), Some(kind), Some(target)) =
                    (element.attribute("Id"), element.attribute("Type"), element.attribute("Target"))
                else {
                    return Err(xml.damaged());
                };
                let kind = kind.rsplit('/').next().unwrap_or(kind).to_owned();
                found.insert(id.to_owned(), Relation { kind, target: resolved(folder, target) });
            }
            Node::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The part that a reference from a folder means.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Which sheets there are, and where.
pub(super) fn workbook(package: &mut Package, budget: &mut Budget) -> Result<Book, Wrong> {
    let start = relations(package, "", budget)?;
    let main = start.into_values().find(|relation| relation.kind == "officeDocument");
    let main = main.ok_or_else(|| damaged("_rels/.rels"))?.target;
    let relations = relations(package, &main, budget)?;
    let of_kind = |kind: &str| {
        relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
    };
    let mut book = Book { strings: of_kind("sharedStrings"), styles: of_kind("styles"), ..Book::default() };
    let mut xml = package.part(&main, budget)?.ok_or_else(|| damaged(&main))?;
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "workbookPr" => {
                // An extension has an element of this name without the attribute.
                book.is_1904 |= element.is("date1904");
            }
            Node::Start(element) if element.name == "sheet" => {
                let (Some(name), Some(id)) = (element.attribute("name"), element.attribute("id")) else {
                    return Err(xml.damaged());
                };
                let relation = relations.get(id).ok_or_else(|| xml.damaged())?;
                book.sheets.push(Sheet {
                    name: name.to_owned(),
                    visibility: match element.attribute("state") {
                        None | Some("visible") => Visibility::Visible,
                        Some("veryHidden") => Visibility::VeryHidden,
                        Some(_) => Visibility::Hidden,
                    },
                    part: (relation.kind == "worksheet").then(|| relation.target.clone()),
                });
            }
            Node::Eof => return Ok(book),
            _ => {}
        }
    }
}

/// The texts that cells share.
pub(super) fn strings(
    package: &mut Package,
    book: &Book,
    budget: &mut Budget,
) -> Result<Vec<Arc<str>>, Wrong> {
    let mut strings = Vec::new();
    let Some(name) = &book.strings else { return Ok(strings) };
    let Some(mut xml) = package.part(name, budget)? else { return Ok(strings) };
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "si" => {
                budget.time()?;
                if strings.len() >= budget.limits.cells {
                    return Err(Wrong::TooManyCells(budget.limits.cells));
                }
                strings.push(xml.string()?.into());
            }
            Node::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// The number format of each style that cells can have.
pub(super) fn formats(
    package: &mut Package,
    book: &Book,
    budget: &mut Budget,
) -> Result<Vec<Arc<Format>>, Wrong> {
    let mut styles = Vec::new();
    let mut known: HashMap<u32, Arc<Format>> = HashMap::new();
    let Some(name) = &book.styles else { return Ok(styles) };
    let Some(mut xml) = package.part(name, budget)? else { return Ok(styles) };
    let mut within = false;
    loop {
        match xml.next()? {
            Node::Start(element) if element.name == "numFmt" => {
                let number = element.attribute("numFmtId").and_then(|id| id.parse().ok());
                if let (Some(number), Some(code)) = (number, element.attribute("formatCode")) {
                    known.insert(number, Arc::new(Format::new(code)));
                }
            }
            // Formats inside of conditional ones are not of cells.
            Node::Start(element) if element.name == "dxfs" => xml.skip()?,
            Node::Start(element) if element.name == "cellXfs" => within = true,
            Node::End(name) if name == "cellXfs" => within = false,
            Node::Start(element) if element.name == "xf" && within => {
                let number =
                    element.attribute("numFmtId").unwrap_or("0").parse().map_err(|_| xml.damaged())?;
                let format = known.entry(number).or_insert_with(|| Arc::new(Format::built_in(number)));
                styles.push(format.clone());
            }
            Node::Eof => return Ok(styles),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_followed_from_its_folder() {
        for (folder, target, part) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "../xl/./styles.xml", "xl/styles.xml"),
            ("", "xl/workbook.xml", "/xl/workbook.xml"),
        ] {
            assert_eq!(resolved(folder, target).trim_start_matches('/'), part.trim_start_matches('/'));
        }
    }
}

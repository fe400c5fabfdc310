//! Problems of an import for staff: those of one cause together, and no more than a person reads.

use super::problem::{Problem, Wrong};
use super::text::visible;
use super::workbook::letters;
use bianmin_locale::Texts;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Groups that are told one by one.
const SHOWN: usize = 40;
/// Rows that are named in a group.
const ROWS: usize = 10;

/// Problems of one cause: the same thing wrong with the same field of the same list.
#[derive(Debug)]
pub struct Group<'a> {
    first: &'a Problem,
    rows: Vec<usize>,
    /// How many places have it.
    pub count: usize,
}

/// Problems by cause, in the order in which they were found.
pub fn grouped(problems: &[Problem]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(&str, String, String), usize> = HashMap::new();
    for problem in problems {
        let cause = (problem.origin.place.as_str(), field(&problem.field), format!("{:?}", problem.wrong));
        let index = *known.entry(cause).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Group { first: problem, rows: Vec::new(), count: 0 });
        }
        let group = &mut groups[index];
        group.count += 1;
        group.rows.extend(problem.origin.row.filter(|row| group.rows.last() != Some(row)));
    }
    groups
}

/// A field without the places in lists.
fn field(path: &str) -> String {
    let mut within = false;
    path.chars()
        .filter(|character| {
            within = match character {
                '[' => true,
                ']' => false,
                _ => within,
            };
            !within && *character != ']'
        })
        .collect()
}

impl<'a> Group<'a> {
    /// The first of them.
    pub fn first(&self) -> &'a Problem {
        self.first
    }

    /// One line.
    fn text(&self, texts: &Texts) -> String {
        let Problem { origin, code, field, wrong } = self.first;
        let mut place = if origin.place.is_empty() && *wrong != Wrong::NoItems {
            texts.t("import-published")
        } else {
            origin.place.clone()
        };
        let of = |row: usize, column: usize| format!("{}{row}", letters(column + 1));
        place = match (origin.row, origin.column) {
            (Some(row), Some(column)) => texts
                .t_args("import-cell", &[("place", place.as_str().into()), ("cell", of(row, column).into())]),
            (Some(row), None) => {
                texts.t_args("import-place", &[("place", place.as_str().into()), ("row", row.into())])
            }
            _ => place,
        };
        let mut what = wrong.text(texts);
        if self.count > 1 {
            let others: Vec<String> = self.rows.iter().skip(1).take(ROWS).map(usize::to_string).collect();
            let key = if others.is_empty() { "import-more-places" } else { "import-more-rows" };
            let more = if self.rows.len() > ROWS + 1 { "…" } else { "" };
            what = texts.t_args(
                key,
                &[
                    ("text", what.as_str().into()),
                    ("count", (self.count - 1).into()),
                    ("rows", format!("{}{more}", others.join("、")).into()),
                ],
            );
        }
        let parts = [place.as_str(), code, field, &what];
        let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        visible(&line)
    }

    fn json(&self, texts: &Texts) -> Value {
        let Problem { origin, code, field, wrong } = self.first;
        json!({
            "place": origin.place,
            "row": origin.row,
            "rows": self.rows,
            "cell": origin.row.zip(origin.column).map(|(row, column)| format!("{}{row}", letters(column + 1))),
            "item": code,
            "field": field,
            "code": wrong.key(),
            "count": self.count,
            "message": wrong.text(texts),
        })
    }
}

/// The lines that tell them.
pub fn lines(problems: &[Problem], texts: &Texts) -> Vec<String> {
    let groups = grouped(problems);
    let mut lines: Vec<String> = groups.iter().take(SHOWN).map(|group| group.text(texts)).collect();
    if groups.len() > SHOWN {
        lines.push(texts.t_args("import-more", &[("count", (groups.len() - SHOWN).into())]));
    }
    lines
}

/// The same for `--json`, all of them.
pub fn to_json(problems: &[Problem], texts: &Texts) -> Value {
    grouped(problems).iter().map(|group| group.json(texts)).collect()
}

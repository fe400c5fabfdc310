//! Items that stay, under themes and fields that are new to them. What a file takes away from many of them is one
//! mistake of the file.

use super::{Surroundings, form, some};
use crate::catalogue::domain::problem::{Origin, Problem, Wrong};
use bianmin_protocol::catalogue::ServiceItem;
use std::collections::BTreeMap;

/// `before` is what they had around them until now: what was wrong then is not the file's fault.
pub(super) fn check(
    items: &[ServiceItem],
    around: &Surroundings<'_>,
    before: &Surroundings<'_>,
    found: &mut Vec<Problem>,
) {
    let mut themes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut fields: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in items {
        let code = item.code.as_str();
        for theme in item.themes.iter().filter(|theme| !around.themes.contains(theme.as_str())) {
            themes.entry(theme.as_str()).or_default().push(code);
        }
        let asked = item.form.iter().flat_map(|page| &page.fields);
        let lacking: Vec<_> = asked.filter(|field| around.dictionary.get(&field.code).is_none()).collect();
        for field in &lacking {
            fields.entry(field.code.as_str()).or_default().push(code);
        }
        if !lacking.is_empty() || !wrong_in(item, before).is_empty() {
            continue;
        }
        for (field, wrong) in wrong_in(item, around) {
            found.push(Problem { origin: Origin::default(), code: code.to_owned(), field, wrong });
        }
    }
    for (list, missing) in [("themes", themes), ("fields", fields)] {
        for (code, items) in missing {
            let wrong = Wrong::StillNeeded(code.to_owned(), some(&items));
            found.push(Problem {
                origin: Origin::default(),
                code: String::new(),
                field: list.to_owned(),
                wrong,
            });
        }
    }
}

/// What is wrong with an item's form, or else with its example.
fn wrong_in(item: &ServiceItem, around: &Surroundings<'_>) -> Vec<(String, Wrong)> {
    let conditions = form::impossible_conditions(item, around);
    if conditions.is_empty() { form::errors(item, around) } else { conditions }
}

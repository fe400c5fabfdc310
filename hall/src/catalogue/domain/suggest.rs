//! The known name that an unknown one was probably meant to be.

use bianmin_protocol::form::narrow;

/// Names that are looked at: beyond them it is no mistake of one letter that is looked for.
const CANDIDATES: usize = 5000;

/// The closest of some names; none where none is close.
pub(super) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(name);
    if wanted.is_empty() || wanted.chars().count() > 64 {
        return None;
    }
    let length = wanted.chars().count();
    known
        .into_iter()
        .take(CANDIDATES)
        .map(|candidate| (distance(&wanted, &folded(candidate)), candidate))
        .filter(|(distance, candidate)| *distance * 3 <= length.max(candidate.chars().count()))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(one: &str, other: &str) -> usize {
    // One character of two is as far as it gets with short names.
    match one == other {
        true => 0,
        false => strsim::damerau_levenshtein(one, other).max(1),
    }
}

/// Without what people leave out or put in: case, width, separators.
fn folded(name: &str) -> String {
    name.chars()
        .map(narrow)
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_likely_name_is_found_and_an_unlikely_one_is_not() {
        let known = ["required", "show_if", "synonyms", "task_name", "task_name_en", "local_catalog_code"];
        for (name, likely) in [
            ("requird", Some("required")),
            ("showIf", Some("show_if")),
            ("synonym", Some("synonyms")),
            ("Task Name", Some("task_name")),
            ("ｔａｓｋ＿ｎａｍｅ", Some("task_name")),
            ("local_catalogue_code", Some("local_catalog_code")),
            ("version", None),
            ("", None),
        ] {
            assert_eq!(closest(name, known), likely, "{name}");
        }
        assert_eq!(closest("hj02", ["HJ01", "HJ02"]), Some("HJ02"));
    }
}

//! What a query may mean that finds nothing as it is: other characters that are read alike, and pinyin of near sound.

use super::query::{LONGEST, syllables};
use crate::reading;

/// Sounds that many people do not tell apart when they spell: one initial or end for the other.
const INITIALS: [(&str, &str); 6] =
    [("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"), ("l", "r")];
const ENDS: [(&str, &str); 3] = [("ang", "an"), ("eng", "en"), ("ing", "in")];
/// Longer queries are not spelt anew: too much would have to be tried.
const MOST_SYLLABLES: usize = 12;

/// Queries that may be meant, the likelier first; none where there is nothing to spell.
pub(super) fn queries(query: &str) -> Vec<String> {
    let Some(spelt) = spelt(query) else { return Vec::new() };
    let mut found = Vec::new();
    if spelt.concat() != query {
        found.push(spelt.concat());
    }
    let others: Vec<Vec<String>> = spelt.iter().map(|syllable| near(syllable)).collect();
    for (at, alike) in others.iter().enumerate() {
        for other in alike {
            let mut changed = spelt.clone();
            changed[at].clone_from(other);
            found.push(changed.concat());
        }
    }
    // Who mixes two sounds up does so throughout.
    for (one, other) in INITIALS.into_iter().chain(ENDS) {
        for (from, to) in [(one, other), (other, one)] {
            let changed: Vec<String> = spelt
                .iter()
                .map(|syllable| swapped(syllable, from, to).unwrap_or_else(|| syllable.clone()))
                .collect();
            found.push(changed.concat());
        }
    }
    let mut seen = std::collections::HashSet::from([query.to_owned()]);
    found.retain(|one| seen.insert(one.clone()));
    found
}

/// The query in syllables; a character stands for its most usual reading.
fn spelt(query: &str) -> Option<Vec<String>> {
    let mut spelt = Vec::new();
    let mut letters = String::new();
    for character in query.chars().take(LONGEST) {
        if character.is_ascii_alphabetic() {
            letters.push(character.to_ascii_lowercase());
            continue;
        }
        if !letters.is_empty() {
            spelt.extend(syllables(&std::mem::take(&mut letters))?);
        }
        if let Some(first) = reading::readings(character).first() {
            spelt.push(first.to_text());
        } else if character.is_alphanumeric() {
            return None;
        }
    }
    if !letters.is_empty() {
        spelt.extend(syllables(&letters)?);
    }
    // One syllable alone sounds like half of the catalogue.
    (2..=MOST_SYLLABLES).contains(&spelt.len()).then_some(spelt)
}

fn near(syllable: &str) -> Vec<String> {
    let both = |(one, other)| [(one, other), (other, one)];
    let pairs = ENDS.into_iter().chain(INITIALS).flat_map(both);
    pairs.filter_map(|(from, to)| swapped(syllable, from, to)).collect()
}

/// The syllable with another initial or end, where it has the one.
fn swapped(syllable: &str, from: &str, to: &str) -> Option<String> {
    let is_end = ENDS.iter().any(|(one, other)| *one == from || *other == from);
    if is_end {
        return syllable.strip_suffix(from).map(|start| format!("{start}{to}"));
    }
    let rest = syllable.strip_prefix(from)?;
    // `z` is not the beginning of `zh`.
    (from.len() > 1 || !rest.starts_with('h')).then(|| format!("{to}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_spelt_and_near_sounds_tried() {
        assert_eq!(queries("身分证")[0], "shenfenzheng");
        assert!(queries("shenfengzheng").contains(&"shenfenzheng".to_owned()));
        assert!(queries("senfenzeng").iter().any(|one| one == "shenfenzeng"));
        assert!(queries("").is_empty() && queries("etc9").is_empty() && queries("zheng").is_empty());
    }
}

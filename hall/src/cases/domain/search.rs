//! By what a case is found that names a person: name, identity number, telephone, in one form for each.

use bianmin_protocol::application::ApplicationBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::form::{FieldDictionary, FieldKind, normalise};

/// The longest text that is searched for, in characters.
const LONGEST: usize = 100;
/// Terms of one case; more people are not named in a form.
const MOST: usize = 16;

/// What a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Term {
    Name,
    Identity,
    Telephone,
}

impl Term {
    const ALL: [Self; 3] = [Self::Name, Self::Identity, Self::Telephone];

    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Identity => "identity",
            Self::Telephone => "telephone",
        }
    }

    fn kinds(self) -> &'static [FieldKind] {
        match self {
            Self::Name => &[FieldKind::PersonName],
            Self::Identity => &[FieldKind::ResidentId, FieldKind::CreditCode],
            Self::Telephone => &[FieldKind::Phone],
        }
    }
}

/// A term in normal form. Never stored and never shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct SearchTerm {
    pub term: Term,
    pub text: String,
}

impl std::fmt::Debug for SearchTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SearchTerm({})", self.term.key())
    }
}

impl SearchTerm {
    /// The terms of an application: everybody whom its form names.
    pub(crate) fn of(item: &ServiceItem, fields: &FieldDictionary, body: &ApplicationBody) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for field in item.form.iter().flat_map(|page| &page.fields) {
            let (Some(definition), Some(answer)) = (fields.get(&field.code), body.answers.get(&field.code))
            else {
                continue;
            };
            let term = Term::ALL.into_iter().find(|term| term.kinds().contains(&definition.kind));
            if let Some(new) = term.and_then(|term| Self::normal(term, definition.kind, answer))
                && !found.contains(&new)
                && found.len() < MOST
            {
                found.push(new);
            }
        }
        found
    }

    /// What somebody who searches may mean by a text.
    pub(crate) fn meant(text: &str) -> Vec<Self> {
        if text.chars().count() > LONGEST {
            return Vec::new();
        }
        let each = Term::ALL.into_iter().flat_map(|term| term.kinds().iter().map(move |kind| (term, *kind)));
        let mut meant: Vec<Self> = each.filter_map(|(term, kind)| Self::normal(term, kind, text)).collect();
        meant.dedup();
        meant
    }

    fn normal(term: Term, kind: FieldKind, text: &str) -> Option<Self> {
        let text = normalise(kind, text);
        let text: String = match term {
            // However the parts of a name were divided, and however a Latin name was written.
            Term::Name => text
                .chars()
                .filter(|one| !one.is_whitespace() && !matches!(one, '·' | '•' | '‧' | '・' | '.'))
                .flat_map(char::to_lowercase)
                .collect(),
            Term::Identity | Term::Telephone => text,
        };
        (!text.is_empty()).then_some(Self { term, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_found_however_it_is_typed() {
        let meant = |text: &str| SearchTerm::meant(text);
        let shares = |one: &str, other: &str| meant(one).iter().any(|term| meant(other).contains(term));
        for (one, other) in [
            ("买买提·艾力", "买买提艾力"),
            ("John Smith", "john  smith"),
            ("11010519491231002x", "110105 19491231 002X"),
            ("13800000000", "+86 138-0000-0000"),
        ] {
            assert!(shares(one, other), "{one}, {other}");
        }
        assert!(!shares("张三", "张四") && meant("").is_empty() && meant(&"9".repeat(101)).is_empty());
        assert!(!format!("{:?}", meant("张三")).contains("张"));
    }
}

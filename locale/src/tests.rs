//! What a reader would miss: a text that is absent in one language, or a
//! number that is left out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::*;

/// Every key of `language` with the arguments its text uses.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for (_, name, content) in files(language) {
        let resource = parser::parse(*content)
            .unwrap_or_else(|(_, errors)| panic!("{}/{name}: {errors:?}", language.tag()));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let mut args = BTreeSet::new();
                    let value = message.value.unwrap_or_else(|| panic!("{} has no text", message.id.name));
                    pattern_args(&value, &mut args);
                    let key = message.id.name.to_owned();
                    let twice = keys.insert(key.clone(), args).is_some();
                    assert!(!twice, "{}/{name}: {key} is there twice", language.tag());
                }
                Entry::Junk { content } => panic!("{}/{name}: {content:?}", language.tag()),
                _ => {}
            }
        }
    }
    keys
}

fn pattern_args(pattern: &Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_args(expression, args);
        }
    }
}

fn expression_args(expression: &Expression<&str>, args: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => inline_args(inline, args),
        Expression::Select { selector, variants } => {
            inline_args(selector, args);
            for variant in variants {
                pattern_args(&variant.value, args);
            }
        }
    }
}

fn inline_args(inline: &InlineExpression<&str>, args: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            args.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => expression_args(expression, args),
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                inline_args(argument, args);
            }
        }
        _ => {}
    }
}

#[test]
fn every_language_has_the_same_keys_and_arguments() {
    let first = keys(Language::default());
    assert!(!first.is_empty());
    for language in Language::ALL {
        let other = keys(language);
        let missing: Vec<_> = first.keys().filter(|k| !other.contains_key(*k)).collect();
        let extra: Vec<_> = other.keys().filter(|k| !first.contains_key(*k)).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{}: missing {missing:?}, only there {extra:?}",
            language.tag()
        );
        for (key, args) in &first {
            assert_eq!(args, &other[key], "arguments of {key} in {}", language.tag());
        }
    }
}

#[test]
fn every_text_formats() {
    for language in Language::ALL {
        let texts = Texts::new(language);
        for (key, args) in keys(language) {
            let args: Vec<_> = args.iter().map(|a| (a.as_str(), Arg::from(1234))).collect();
            let text = texts.t_args(&key, &args);
            assert_ne!(text, key, "{}: {key} shows its key", language.tag());
            assert!(!text.contains("{$"), "{}: {key}: {text}", language.tag());
            assert!(!text.contains('\u{2068}'), "isolation mark in {key}");
            assert!(!text.contains("1,234"), "grouped number in {key}: {text}");
        }
    }
}

#[test]
fn an_unknown_key_is_shown_as_it_is() {
    assert_eq!(Texts::new(Language::ZhCn).t("no-such-key"), "no-such-key");
    assert!(!Texts::new(Language::ZhCn).has("no-such-key"));
}

#[test]
fn a_tag_names_its_language() {
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
        assert_ne!(language.next(), language);
    }
    assert_eq!(Language::from_tag("tlh"), None);
}

#[test]
fn every_key_that_code_names_exists() {
    let known = keys(Language::default());
    let mut missing = Vec::new();
    let mut named = 0;
    for file in sources() {
        let code = std::fs::read_to_string(&file).unwrap();
        for (position, call) in [".t(", ".t_args("].iter().flat_map(|call| code.match_indices(call)) {
            // Only a literal can be looked up; rustfmt may put it on the next line.
            let rest = code[position + call.len()..].trim_start();
            let Some(key) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            named += 1;
            if !known.contains_key(key) {
                missing.push(format!("{key} ({})", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "no text for: {missing:#?}");
    assert!(named > 0, "the search found no call at all");
}

#[test]
fn no_text_is_left_over() {
    let mut literals = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for file in sources() {
        let code = std::fs::read_to_string(&file).unwrap();
        for piece in code.split(['"', '\'', '`']) {
            // A key as it is, or the beginning of `format!("error-{code}")`.
            match piece.split_once('{') {
                Some((prefix, _)) if prefix.ends_with('-') => drop(prefixes.insert(prefix.to_owned())),
                _ => drop(literals.insert(piece.to_owned())),
            }
        }
    }
    let left: Vec<String> = keys(Language::default())
        .into_keys()
        .filter(|key| {
            !literals.contains(key) && !prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
        })
        .collect();
    assert!(left.is_empty(), "nothing uses these texts: {left:#?}");
}

/// Every Rust file and page template of the workspace outside this package.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "tests", "settings", "terminal", "hall", "document", "devices"]
        .iter()
        .map(|name| root.join(name))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
                found.push(path);
            }
        }
    }
    found
}

/// The typeface draws curly quotation marks as wide as a Chinese character, which tears English words apart.
#[test]
fn english_has_straight_quotation_marks() {
    for (_, name, content) in files(Language::En) {
        let curly = content.lines().find(|line| line.contains(['“', '”', '‘', '’']));
        assert_eq!(curly, None, "{name}");
    }
}

//! The text read as a scraper reads it, by the rules of the text format 0.0.4.

use super::*;
use std::collections::BTreeMap;

/// A family: its kind, what it says of itself, and its samples by labels.
#[derive(Debug, Default, PartialEq)]
struct Family {
    kind: String,
    help: String,
    samples: BTreeMap<Vec<(String, String)>, f64>,
}

fn is_name(name: &str) -> bool {
    let inner = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == ':';
    name.chars().all(inner) && name.starts_with(|one: char| inner(one) && !one.is_ascii_digit())
}

/// A value in quotation marks and what follows it.
fn quoted(text: &str) -> (String, &str) {
    let mut rest = text.strip_prefix('"').expect("a label's value is in quotation marks").chars();
    let mut value = String::new();
    loop {
        match rest.next().expect("a label's value ends within its line") {
            '"' => return (value, rest.as_str()),
            '\\' => value.push(match rest.next() {
                Some('n') => '\n',
                Some(one @ ('\\' | '"')) => one,
                other => panic!("no such escape: {other:?}"),
            }),
            one => value.push(one),
        }
    }
}

fn labels(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once('=').expect("a label has a value");
        assert!(is_name(name) && !name.contains(':'), "{name}");
        let (value, rest) = quoted(rest);
        found.push((name.to_owned(), value));
        text = rest.strip_prefix(',').unwrap_or(rest);
        assert!(rest.is_empty() || text.len() < rest.len(), "{rest}");
    }
    found
}

/// Every family, in which HELP and TYPE come once and before the samples.
fn read(text: &str) -> BTreeMap<String, Family> {
    assert!(text.ends_with('\n'), "the last line ends too");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut open = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(is_name(name) && !families.contains_key(name), "{line}");
            open = name.to_owned();
            families.entry(open.clone()).or_default().help = help.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            let family = families.get_mut(name).unwrap();
            assert!(name == open && family.kind.is_empty() && family.samples.is_empty(), "{line}");
            assert!(["counter", "gauge"].contains(&kind), "{line}");
            family.kind = kind.to_owned();
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, inside) = series.split_once('{').unwrap_or((series, "}"));
            let inside = labels(inside.strip_suffix('}').unwrap());
            assert_eq!(name, open, "samples of a family stand together");
            let family = families.get_mut(name).unwrap();
            assert!(!family.kind.is_empty(), "{line}");
            let earlier = family.samples.insert(inside, value.parse().unwrap());
            assert_eq!(earlier, None, "{line} comes twice");
        }
    }
    families
}

/// Operators have these names in their rules and dashboards.
#[test]
fn the_figures_keep_their_names_and_kinds() {
    let metrics = Metrics::default();
    metrics.connections.inc();
    metrics.requests_total.inc_by(3);
    let families = read(&metrics.text().unwrap());
    let counters = [
        "applications_acknowledged_total",
        "applications_later_total",
        "applications_refused_total",
        "applications_total",
        "bundle_bytes_total",
        "chunks_total",
        "commits_total",
        "connections_total",
        "enrolments_refused_total",
        "enrolments_total",
        "replays_total",
        "requests_total",
        "turned_away_total",
        "unauthorised_total",
    ];
    let wanted = counters.map(|name| (name, "counter")).into_iter().chain([("connections", "gauge")]);
    let wanted: BTreeMap<String, &str> =
        wanted.map(|(name, kind)| (format!("bianmin_hall_{name}"), kind)).collect();
    let found: BTreeMap<String, &str> =
        families.iter().map(|(name, family)| (name.clone(), family.kind.as_str())).collect();
    assert_eq!(found, wanted);
    for (name, family) in families {
        assert!(family.help.ends_with('.') && !family.help.ends_with(".."), "{name}: {}", family.help);
        let value = match name.as_str() {
            "bianmin_hall_connections" => 1.0,
            "bianmin_hall_requests_total" => 3.0,
            _ => 0.0,
        };
        assert_eq!(family.samples, BTreeMap::from([(Vec::new(), value)]), "{name}");
    }
}

/// What others choose, such as a code of an import, may come to stand in a label.
#[test]
fn a_label_cannot_end_its_line() {
    use prometheus_client::metrics::family::Family as Labelled;
    let odd = "a \"quoted\" \\ line\nbianmin_hall_requests_total 99";
    let mut registry = Registry::default();
    let labelled = Labelled::<Vec<(String, String)>, Counter>::default();
    labelled.get_or_create(&vec![("code".to_owned(), odd.to_owned())]).inc();
    registry.register("odd", "Odd ones", labelled);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    let families = read(&text);
    let label = vec![("code".to_owned(), odd.to_owned())];
    assert_eq!(families["odd_total"].samples, BTreeMap::from([(label, 1.0)]));
}

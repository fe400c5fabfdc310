//! The index finds exactly what the rules say, whatever the catalogue and the query.

use proptest::prelude::*;

use super::oracle::Oracle;
use super::text::fold;
use super::{Entry, SearchIndex};
use crate::reading;

/// The words that test entries and queries are made of: repeated often enough to meet.
const WORDS: &[&str] = &[
    "身份证",
    "身份",
    "补领",
    "补办",
    "重庆",
    "银行",
    "公积金",
    "提取",
    "社保",
    "社会保险",
    "行",
    "长大",
    "女",
    "绿卡",
    "ETC",
    "办理",
    "儿童",
    "儿",
    "西安",
    "先",
    "方案",
    "反感",
    "丢了",
    "12345",
    "A4纸",
    "（新）",
    " ",
    "居住证",
    "生育津贴",
    "shen",
];

const QUERIES: &[&str] = &[
    "身",
    "份证",
    "shen",
    "fen",
    "zheng",
    "s",
    "f",
    "z",
    "sh",
    "zh",
    "sfz",
    "补",
    "buban",
    "b",
    "chongqing",
    "zhongqing",
    "yinhang",
    "yinxing",
    "hang",
    "gjj",
    "tiqu",
    "t",
    " ",
    "'",
    "e",
    "er",
    "tong",
    "nv",
    "lv",
    "lu",
    "ka",
    "etc",
    "1",
    "34",
    "我的",
    "怎么办",
    "身份证",
    "补领",
    "社保",
    "xian",
    "xi'an",
    "fangan",
    "丢了",
    "diule",
    "12",
    "a4",
    "card",
    "res",
    "的",
    "q",
    "id",
    "resident",
    "ju",
    "居住",
    "zhuzheng",
    "生育",
    "jt",
    "X",
];

fn words(list: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(list), 0..=most).prop_map(|words| words.concat())
}

fn entry() -> impl Strategy<Value = Entry> {
    let english = prop::sample::select(vec![
        "",
        "Resident ID card",
        "Social insurance",
        "shenzhen residents' pass",
        "ETC card 2 issue",
    ]);
    let taught = prop::sample::select(vec![
        ("", ""),
        ("重庆", "chong qing"),
        ("身份", "yuan fen"),
        ("西安", "xi"),
        ("卡", "qia"),
    ]);
    (words(WORDS, 4), english, prop::collection::vec(words(WORDS, 2), 0..3), taught, 0..3_u32).prop_map(
        |(name, name_en, synonyms, (word, spelling), popularity)| Entry {
            name,
            name_en: name_en.into(),
            synonyms,
            readings: vec![(word.into(), spelling.into())],
            popularity,
        },
    )
}

fn core_of(query: &str, index: &SearchIndex) -> Option<Vec<Vec<char>>> {
    // Which words are fillers is a table, not a rule: taken from the code under test.
    super::query::Query::new(query, &index.tables)
        .without_fillers(&index.tables)
        .map(|core| core.pieces().map(|range| core.folded(range).to_vec()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_the_rules_say(
        entries in prop::collection::vec(entry(), 0..12),
        queries in prop::collection::vec(words(QUERIES, 5), 1..8),
        limit in prop::sample::select(vec![0_usize, 1, 3, 20, 100]),
    ) {
        let index = SearchIndex::build(entries.clone());
        let oracle = Oracle::new(&entries);
        for query in queries {
            let expected = oracle.search(&query, core_of(&query, &index), limit);
            prop_assert_eq!(index.search(&query, limit), expected, "query {:?}", query);
        }
    }

    #[test]
    fn every_beginning_of_every_form_finds_its_entry(name in words(WORDS, 3), take in 1..24_usize) {
        let entries = vec![Entry { name: name.clone(), ..Entry::default() }];
        let index = SearchIndex::build(entries);
        let first = |character: char| reading::readings(character).first().map(|s| s.to_text());
        let units: Vec<char> = name.chars().filter_map(fold).collect();
        let full: String = units.iter().map(|c| first(*c).unwrap_or(c.to_string())).collect();
        let initials: String =
            units.iter().filter_map(|c| first(*c).unwrap_or(c.to_string()).chars().next()).collect();
        for query in [full, initials, units.iter().collect()] {
            let typed: String = query.chars().take(take).collect();
            prop_assert_eq!(index.search(&typed, 5).total, 1, "query {:?}", typed);
        }
    }

    #[test]
    fn nothing_typed_is_too_strange(query in any::<String>(), name in any::<String>(), synonym in any::<String>()) {
        let entry = Entry {
            name: name.clone(),
            synonyms: vec![synonym],
            readings: vec![(name, query.clone())],
            ..Entry::default()
        };
        let index = SearchIndex::build([entry.clone(), entry]);
        let hits = index.search(&query, 1);
        prop_assert!(hits.ranked.len() <= 1 && hits.total <= 2);
    }
}

#[test]
fn a_smaller_index_after_a_larger_one_and_back() {
    let entries = |count| (0..count).map(|at| Entry { name: format!("身份证{at}"), ..Entry::default() });
    let (large, small) = (SearchIndex::build(entries(5_000)), SearchIndex::build(entries(3)));
    for _ in 0..2 {
        assert_eq!(large.search("证 身份", 4).total, 5_000);
        assert_eq!(small.search("证 身份", 4).total, 3);
        assert_eq!(small.search("身份证份证", 4).total, 3);
        assert_eq!(large.search("sfz4999", 4).ranked[0].position, 4_999);
    }
}

#[test]
fn long_and_repetitive_queries_are_harmless() {
    let entry = Entry { name: "啊".repeat(5_000), ..Entry::default() };
    let index = SearchIndex::build([entry]);
    assert_eq!(index.search(&"a".repeat(10_000), 20).total, 1);
    assert_eq!(index.search(&"啊 ".repeat(10_000), 20).total, 1);
}

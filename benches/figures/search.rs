//! Finding items as a resident types: 3,000 items, 1,200 queries of five kinds. Beside SQLite, which gets names,
//! synonyms, English, and for each of them full pinyin and initials, so that it could find what we find.
//!
//! Recall is the share of queries that find the item that they were made from, at any place.

use crate::ROUNDS;
use crate::table::{Row, Series, Table};
use bianmin_terminal::search::{Entry, SearchIndex};
use corpus::{Dice, entries, spelt};
use rusqlite::Connection;
use std::collections::HashSet;
use std::hint::black_box;
use std::time::Instant;

#[allow(dead_code, reason = "the search bench of the terminal uses the rest")]
#[path = "../../terminal/benches/corpus/mod.rs"]
mod corpus;

const ITEMS: usize = 3_000;
const EACH: usize = 240;
/// Rows of a page of results.
const PAGE: usize = 20;

struct Query {
    text: String,
    from: usize,
}

pub fn run(table: &mut Table) {
    let entries = entries(ITEMS);
    let kinds = kinds(&entries);
    let mut build = Series::default();
    for _ in 0..ROUNDS {
        let given = entries.clone();
        let begun = Instant::now();
        black_box(SearchIndex::build(given));
        build.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let index = SearchIndex::build(entries.clone());
    let sqlite = sqlite(&entries);
    let (mut all, mut all_like, mut all_trigram) = (Series::default(), Series::default(), Series::default());
    let mut recalls = Vec::new();
    for (kind, queries) in &kinds {
        let ours = times(queries, &mut all, |query| index.search(query, PAGE).total);
        let like = times(queries, &mut all_like, |query| find(&sqlite, LIKE, &pattern(query), PAGE).len());
        let trigram =
            times(queries, &mut all_trigram, |query| find(&sqlite, MATCH, &phrase(query), PAGE).len());
        let recall = |found: &dyn Fn(&str) -> HashSet<usize>| {
            let hits = queries.iter().filter(|query| found(&query.text).contains(&query.from)).count();
            hits as f64 / queries.len() as f64
        };
        let mine =
            recall(&|query| index.search(query, ITEMS).ranked.iter().map(|hit| hit.position).collect());
        let theirs_like = recall(&|query| find(&sqlite, LIKE, &pattern(query), ITEMS).into_iter().collect());
        let theirs_match = recall(&|query| find(&sqlite, MATCH, &phrase(query), ITEMS).into_iter().collect());
        recalls.push(mine);
        for (beside, peer, theirs) in
            [("SQLite LIKE", like, theirs_like), ("SQLite FTS5 trigram", trigram, theirs_match)]
        {
            table.add(Row {
                figure: format!("search, 3,000 items: {kind}"),
                unit: "µs, median query",
                ours: ours.clone(),
                beside: beside.into(),
                peer,
                aim: "recall 1",
                note: format!("recall {mine:.3}, {beside} {theirs:.3}"),
            });
        }
    }
    for (beside, theirs) in [("SQLite LIKE", all_like), ("SQLite FTS5 trigram", all_trigram)] {
        let per_round = |series: &Series, share| {
            let each = series.0.len() / ROUNDS;
            // Pushed round by round within each kind: sort out the rounds again.
            let count = EACH * ROUNDS;
            Series(
                (0..ROUNDS)
                    .map(|round| {
                        let kinds = series.0.chunks(count);
                        let of_round: Vec<f64> =
                            kinds.flat_map(|kind| &kind[round * EACH..(round + 1) * EACH]).copied().collect();
                        debug_assert_eq!(of_round.len(), each);
                        Series(of_round).percentile(share)
                    })
                    .collect(),
            )
        };
        for (name, share, aim) in [("p50", 0.5, "≤ 2 µs"), ("p99", 0.99, "≤ 7 µs")] {
            table.add(Row {
                figure: format!("search, 3,000 items: 1,200 queries, {name}"),
                unit: "µs",
                ours: per_round(&all, share),
                beside: beside.into(),
                peer: per_round(&theirs, share),
                aim,
                note: format!("lowest recall of a kind {:.3}", recalls.iter().copied().fold(1.0, f64::min)),
            });
        }
    }
    table.add(Row {
        figure: "search, 3,000 items: building the index".into(),
        unit: "ms",
        ours: build,
        beside: "–".into(),
        aim: "≤ 15 ms",
        ..Row::default()
    });
}

/// The median query of each round, in microseconds; every query's time goes into `all`.
fn times(queries: &[Query], all: &mut Series, search: impl Fn(&str) -> usize) -> Series {
    let mut medians = Series::default();
    for _ in 0..ROUNDS {
        let mut round = Series::default();
        for query in queries {
            let begun = Instant::now();
            black_box(search(black_box(&query.text)));
            round.push(begun.elapsed().as_secs_f64() * 1e6);
        }
        medians.push(round.median());
        all.0.extend(round.0);
    }
    medians
}

fn kinds(entries: &[Entry]) -> Vec<(&'static str, Vec<Query>)> {
    let mut dice = Dice(7);
    let mut pick = |make: &mut dyn FnMut(&Entry, &mut Dice) -> Option<String>| {
        let mut queries = Vec::new();
        while queries.len() < EACH {
            let from = dice.roll(entries.len());
            if let Some(text) = make(&entries[from], &mut dice).filter(|text| !text.is_empty()) {
                queries.push(Query { text, from });
            }
        }
        queries
    };
    let part = |text: &str, dice: &mut Dice| -> String {
        let is_other = |c: char| c.is_ascii() || !c.is_alphanumeric();
        let runs: Vec<&str> = text.split(is_other).filter(|run| !run.is_empty()).collect();
        let characters: Vec<char> = runs.get(dice.roll(runs.len().max(1))).unwrap_or(&"").chars().collect();
        let most = 1 + dice.roll(4);
        let from = dice.roll(characters.len().saturating_sub(most) + 1);
        characters[from..].iter().take(most).collect()
    };
    vec![
        ("1 to 4 characters", pick(&mut |entry, dice| Some(part(&entry.name, dice)))),
        (
            "full pinyin",
            pick(&mut |entry, dice| {
                let part = part(&entry.name, dice);
                let syllables = spelt(&part);
                (syllables.len() == part.chars().count()).then(|| syllables.concat())
            }),
        ),
        (
            "initials",
            pick(&mut |entry, dice| {
                let part = part(&entry.name, dice);
                let syllables = spelt(&part);
                let whole = syllables.len() == part.chars().count();
                whole.then(|| syllables.iter().map(|syllable| &syllable[..1]).collect())
            }),
        ),
        (
            "polyphones",
            pick(&mut |entry, dice| {
                // 重庆 is read chong qing, 银行 yin hang: not what a table of single characters has first.
                let bank = entry.name.contains("重庆银行");
                bank.then(|| ["chongqing", "chongqingyinhang", "cqyh", "yinhang"][dice.roll(4)].to_owned())
            }),
        ),
        ("synonyms", pick(&mut |entry, dice| Some(part(&entry.synonyms[dice.roll(3)], dice)))),
    ]
}

const LIKE: &str = "SELECT position FROM item WHERE text LIKE ?1 ORDER BY popularity DESC LIMIT ?2";
const MATCH: &str = "SELECT item.position FROM words JOIN item ON item.position = words.rowid
     WHERE words MATCH ?1 ORDER BY popularity DESC LIMIT ?2";

fn sqlite(entries: &[Entry]) -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE item (position INTEGER PRIMARY KEY, text TEXT NOT NULL, popularity INTEGER NOT NULL);
             CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'trigram');
             BEGIN",
        )
        .unwrap();
    for (position, entry) in entries.iter().enumerate() {
        let mut texts = vec![entry.name.clone(), entry.name_en.clone()];
        texts.extend(entry.synonyms.iter().cloned());
        for text in texts.clone() {
            let syllables = spelt(&text);
            texts.push(syllables.concat());
            texts.push(syllables.iter().map(|syllable| &syllable[..1]).collect());
        }
        let text = texts.join("\n");
        let popularity = entry.popularity;
        connection
            .execute(
                "INSERT INTO item VALUES (?1, ?2, ?3)",
                rusqlite::params![position as i64, text, popularity],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO words (rowid, text) VALUES (?1, ?2)",
                rusqlite::params![position as i64, text],
            )
            .unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    connection
}

fn pattern(query: &str) -> String {
    format!("%{query}%")
}

fn phrase(query: &str) -> String {
    format!("\"{query}\"")
}

fn find(connection: &Connection, sql: &str, query: &str, limit: usize) -> Vec<usize> {
    let mut statement = connection.prepare_cached(sql).unwrap();
    let rows =
        statement.query_map(rusqlite::params![query, limit as i64], |row| row.get::<_, i64>(0)).unwrap();
    rows.map(|position| position.unwrap() as usize).collect()
}

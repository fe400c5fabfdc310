//! Finding items as a resident types: 3,000 items and 100,000, 1,200 queries of five kinds. Beside SQLite and
//! flexsearch, which get names, synonyms, English, and for each of them full pinyin and initials, so that they could
//! find what we find.
//!
//! Recall is the share of queries that find the item that they were made from, at any place.

use crate::ROUNDS;
use crate::peer;
use crate::table::{FigureRow, Series, Table};
use bianmin_terminal::search::{Entry, SearchIndex};
use corpus::{Random, entries, spelt};
use rusqlite::Connection;
use std::hint::black_box;
use std::time::Instant;

#[allow(dead_code, reason = "the search bench of the terminal uses the rest")]
#[path = "../../terminal/benches/corpus/mod.rs"]
mod corpus;

const ITEMS: usize = 3_000;
const MANY: usize = 100_000;
const EACH: usize = 240;
/// Rows of a page of results.
const PAGE: usize = 20;
const LIKE: &str = "SELECT position FROM item WHERE text LIKE ?1 ORDER BY popularity DESC LIMIT ?2";
const MATCH: &str = "SELECT item.position FROM words JOIN item ON item.position = words.rowid
     WHERE words MATCH ?1 ORDER BY popularity DESC LIMIT ?2";

struct Query {
    text: String,
    from: usize,
}

type Kinds = Vec<(&'static str, Vec<Query>)>;

/// What one contender needed and found.
#[derive(Default)]
struct Contender {
    name: &'static str,
    build: Series,
    /// For each kind the median query of each round, in microseconds.
    kinds: Vec<Series>,
    /// Of all queries of each round.
    median: Series,
    slow: Series,
    /// For each kind.
    recall: Vec<f64>,
}

impl Contender {
    /// Takes note of a round: the microseconds of each query of each kind.
    fn round(&mut self, times: Vec<Vec<f64>>) {
        self.kinds.resize_with(times.len(), Series::default);
        for (kind, times) in self.kinds.iter_mut().zip(&times) {
            kind.push(Series(times.clone()).median());
        }
        let all = Series(times.concat());
        self.median.push(all.median());
        self.slow.push(all.percentile(0.99));
    }

    fn lowest(&self) -> f64 {
        self.recall.iter().copied().fold(1.0, f64::min)
    }
}

pub fn run(table: &mut Table) {
    let (ours, theirs, names) = contest(ITEMS, true);
    for (at, kind) in names.iter().enumerate() {
        let trigram = &theirs[0];
        let others: Vec<_> = theirs[1..]
            .iter()
            .filter(|other| !other.kinds.is_empty())
            .map(|other| format!("{} {:.3} in {}", other.name, other.recall[at], other.kinds[at]))
            .collect();
        table.add(FigureRow {
            figure: format!("search, 3,000 items: {kind}"),
            unit: "µs, median query",
            ours: ours.kinds[at].clone(),
            beside: trigram.name.into(),
            peer: trigram.kinds[at].clone(),
            aim: "recall 1",
            note: format!(
                "recall {:.3}; {} {:.3}; {}",
                ours.recall[at],
                trigram.name,
                trigram.recall[at],
                others.join("; ")
            ),
        });
    }
    summary(table, "3,000", &ours, &theirs, ["≤ 2 µs", "≤ 7 µs", "≤ 15 ms"]);
    let (ours, theirs, _) = contest(MANY, false);
    summary(table, "100,000", &ours, &theirs, ["", "", ""]);
}

fn summary(table: &mut Table, items: &str, ours: &Contender, theirs: &[Contender], aims: [&'static str; 3]) {
    for theirs in theirs.iter().filter(|theirs| !theirs.kinds.is_empty()) {
        let rows = [
            ("1,200 queries, p50", "µs", &ours.median, &theirs.median, aims[0]),
            ("1,200 queries, p99", "µs", &ours.slow, &theirs.slow, aims[1]),
            ("building the index", "ms", &ours.build, &theirs.build, aims[2]),
        ];
        for (figure, unit, here, there, aim) in rows {
            table.add(FigureRow {
                figure: format!("search, {items} items: {figure}"),
                unit,
                ours: here.clone(),
                beside: theirs.name.into(),
                peer: there.clone(),
                aim,
                note: format!("lowest recall of a kind {:.3}, there {:.3}", ours.lowest(), theirs.lowest()),
            });
        }
    }
}

/// All contenders, round by round. The slow ones only where there are few items.
fn contest(items: usize, all: bool) -> (Contender, Vec<Contender>, Vec<&'static str>) {
    let entries = entries(items);
    let kinds = kinds(&entries);
    let mut ours = Contender { name: "here", ..Contender::default() };
    let mut trigram = Contender { name: "SQLite FTS5 trigram", ..Contender::default() };
    let mut like = Contender { name: "SQLite LIKE", ..Contender::default() };
    let mut flex = Contender { name: "flexsearch", ..Contender::default() };
    let begun = Instant::now();
    let sqlite = sqlite(&entries);
    trigram.build.push(begun.elapsed().as_secs_f64() * 1e3);
    let file = all.then(|| written(&entries, &kinds));
    let mut index = SearchIndex::build(entries.clone());
    for _ in 0..ROUNDS {
        let given = entries.clone();
        let begun = Instant::now();
        index = black_box(SearchIndex::build(given));
        ours.build.push(begun.elapsed().as_secs_f64() * 1e3);
        ours.round(times(&kinds, |query| index.search(query, PAGE).total));
        trigram.round(times(&kinds, |query| find(&sqlite, MATCH, &phrase(query), PAGE).len()));
        if let Some(file) = &file {
            like.round(times(&kinds, |query| find(&sqlite, LIKE, &pattern(query), PAGE).len()));
            flexsearch(&mut flex, &file.path().display().to_string());
        }
    }
    ours.recall =
        recall(&kinds, |query| index.search(query, items).ranked.iter().map(|hit| hit.position).collect());
    trigram.recall = recall(&kinds, |query| find(&sqlite, MATCH, &phrase(query), items));
    if all {
        like.recall = recall(&kinds, |query| find(&sqlite, LIKE, &pattern(query), items));
    }
    (ours, vec![trigram, like, flex], kinds.iter().map(|(name, _)| *name).collect())
}

/// Every query has been asked once before, of all contenders.
fn times(kinds: &Kinds, search: impl Fn(&str) -> usize) -> Vec<Vec<f64>> {
    for query in kinds.iter().flat_map(|(_, queries)| queries) {
        black_box(search(&query.text));
    }
    let time = |query: &Query| {
        let begun = Instant::now();
        black_box(search(black_box(&query.text)));
        begun.elapsed().as_secs_f64() * 1e6
    };
    kinds.iter().map(|(_, queries)| queries.iter().map(time).collect()).collect()
}

fn recall(kinds: &Kinds, search: impl Fn(&str) -> Vec<usize>) -> Vec<f64> {
    let of = |queries: &Vec<Query>| {
        let hits = queries.iter().filter(|query| search(&query.text).contains(&query.from)).count();
        hits as f64 / queries.len() as f64
    };
    kinds.iter().map(|(_, queries)| of(queries)).collect()
}

/// One round of flexsearch, in a process of its own.
fn flexsearch(result: &mut Contender, file: &str) {
    let Some(answer) = peer::node("flexsearch.js", &[file]) else { return };
    let numbers = |value: &serde_json::Value| -> Vec<f64> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    };
    result.build.push(answer["build"].as_f64().unwrap());
    result.round(answer["micros"].as_array().unwrap().iter().map(numbers).collect());
    result.recall = numbers(&answer["found"]);
}

/// Texts and queries for a contender that is not in this process.
fn written(entries: &[Entry], kinds: &Kinds) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let texts: Vec<String> = entries.iter().map(texts_of).collect();
    let queries: Vec<Vec<_>> = kinds
        .iter()
        .map(|(_, queries)| {
            queries
                .iter()
                .map(|query| serde_json::json!({ "text": query.text, "from": query.from }))
                .collect()
        })
        .collect();
    serde_json::to_writer(&file, &serde_json::json!({ "texts": texts, "kinds": queries })).unwrap();
    file
}

fn kinds(entries: &[Entry]) -> Kinds {
    let mut random = Random(7);
    let mut pick = |make: &mut dyn FnMut(&Entry, &mut Random) -> Option<String>| {
        let mut queries = Vec::new();
        while queries.len() < EACH {
            let from = random.below(entries.len());
            if let Some(text) = make(&entries[from], &mut random).filter(|text| !text.is_empty()) {
                queries.push(Query { text, from });
            }
        }
        queries
    };
    let part = |text: &str, random: &mut Random| -> String {
        let is_other = |c: char| c.is_ascii() || !c.is_alphanumeric();
        let runs: Vec<&str> = text.split(is_other).filter(|run| !run.is_empty()).collect();
        let characters: Vec<char> =
            runs.get(random.below(runs.len().max(1))).unwrap_or(&"").chars().collect();
        let most = 1 + random.below(4);
        let from = random.below(characters.len().saturating_sub(most) + 1);
        characters[from..].iter().take(most).collect()
    };
    vec![
        ("1 to 4 characters", pick(&mut |entry, random| Some(part(&entry.name, random)))),
        (
            "full pinyin",
            pick(&mut |entry, random| {
                let part = part(&entry.name, random);
                let syllables = spelt(&part);
                (syllables.len() == part.chars().count()).then(|| syllables.concat())
            }),
        ),
        (
            "initials",
            pick(&mut |entry, random| {
                let part = part(&entry.name, random);
                let syllables = spelt(&part);
                let whole = syllables.len() == part.chars().count();
                whole.then(|| syllables.iter().map(|syllable| &syllable[..1]).collect())
            }),
        ),
        (
            "polyphones",
            pick(&mut |entry, random| {
                // 重庆 is read chong qing, 银行 yin hang: not what a table of single characters has first.
                let bank = entry.name.contains("重庆银行");
                bank.then(|| ["chongqing", "chongqingyinhang", "cqyh", "yinhang"][random.below(4)].to_owned())
            }),
        ),
        ("synonyms", pick(&mut |entry, random| Some(part(&entry.synonyms[random.below(3)], random)))),
    ]
}

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
        let text = texts_of(entry);
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

/// All that an item can be found by, for those that know nothing of readings.
fn texts_of(entry: &Entry) -> String {
    let mut texts = vec![entry.name.clone(), entry.name_en.clone()];
    texts.extend(entry.synonyms.iter().cloned());
    for text in texts.clone() {
        let syllables = spelt(&text);
        texts.push(syllables.concat());
        texts.push(syllables.iter().map(|syllable| &syllable[..1]).collect());
    }
    texts.join("\n")
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

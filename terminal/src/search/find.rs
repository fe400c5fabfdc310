//! From a query to its hits: the four rules of the module above, one after the other.

use std::cell::RefCell;

use super::cuts::by_cuts;
use super::query::{Query, atoms};
use super::rank::{Bits, Rank};
use super::tables::{ShortAnswer, Tables};
use super::{Hit, Hits, MatchClass, walk};

/// Prepared answers serve queries that ask for at most so many hits.
const PREPARED: usize = 20;

thread_local! {
    /// Working memory: sets of bits, nothing of what was typed.
    static RANK: RefCell<Rank> = RefCell::default();
}

/// Works out the answers to queries of one and two keys, the only ones that match so much that
/// reading the matches would take longer than finding them.
pub(super) fn prepare(tables: &mut Tables) {
    let mut rank = Rank::default();
    rank.fit(tables.positions.len());
    let answers = walk::short_queries()
        .map(|text| {
            let query = Query::new(&text, tables);
            whole(tables, &query, &mut rank);
            // What does not match directly cannot be cut, or freed of fillers, either: it is too short.
            if rank.is_empty() {
                return ShortAnswer::default();
            }
            let mut direct = Bits::with_room(tables.positions.len());
            rank.add_found_to(&mut direct);
            let hits = rank.finish(tables, PREPARED);
            let ranked = hits.ranked.into_boxed_slice();
            ShortAnswer { total: hits.total as u32, ranked, direct }
        })
        .collect();
    tables.answers = answers;
}

pub(super) fn search(tables: &Tables, text: &str, limit: usize) -> Hits {
    let query = Query::new(text, tables);
    if query.is_empty() {
        return everything(tables, limit);
    }
    if limit <= PREPARED
        && query.pieces().len() == 1
        && let Some(answer) = walk::short_query(&query.joined).and_then(|at| tables.answers.get(at))
    {
        let ranked = answer.ranked.iter().take(limit).copied().collect();
        return Hits { total: answer.total as usize, ranked };
    }
    RANK.with_borrow_mut(|rank| {
        rank.fit(tables.positions.len());
        find(tables, &query, limit, rank)
    })
}

fn everything(tables: &Tables, limit: usize) -> Hits {
    let ranked = tables
        .positions
        .iter()
        .take(limit)
        .map(|position| Hit { position: *position as usize, class: MatchClass::Listed })
        .collect();
    Hits { total: tables.positions.len(), ranked }
}

fn find(tables: &Tables, query: &Query, limit: usize, rank: &mut Rank) -> Hits {
    whole(tables, query, rank);
    if rank.is_empty() {
        let core = query.without_fillers(tables);
        if let Some(core) = &core {
            whole(tables, core, rank);
        }
        if rank.is_empty() {
            in_part(tables, core.as_ref().unwrap_or(query), rank);
        }
    }
    rank.finish(tables, limit)
}

/// Rules 1 and 2.
fn whole(tables: &Tables, query: &Query, rank: &mut Rank) {
    walk::matches(tables, &query.joined, &mut |low, high, depth| {
        rank.mark(tables, low, high, depth);
    });
    let mut set = rank.take();
    if query.pieces().len() == 1 {
        rank.add_found_to(&mut set);
        by_cuts(tables, &query.joined, rank, &mut set);
    } else {
        by_pieces(tables, query, rank, &mut set);
    }
    rank.class(MatchClass::Fragments).add(&set);
    rank.give_back(set);
}

/// The entries that hold every piece of a query, whole or in fragments.
fn by_pieces(tables: &Tables, query: &Query, rank: &mut Rank, common: &mut Bits) {
    for (number, (from, to)) in query.pieces().enumerate() {
        let piece = query.joined.part(from, to);
        let mut set = rank.take();
        match walk::short_query(&piece).and_then(|at| tables.answers.get(at)) {
            Some(answer) => set.add(&answer.direct),
            None => walk::matches(tables, &piece, &mut |low, high, _| {
                insert(tables, &mut set, low, high);
            }),
        }
        by_cuts(tables, &piece, rank, &mut set);
        if number == 0 {
            common.add(&set);
        } else {
            common.keep(&set);
        }
        rank.give_back(set);
        if common.is_empty() {
            return;
        }
    }
}

pub(super) fn insert(tables: &Tables, set: &mut Bits, low: u32, high: u32) {
    if let Some(crowd) = tables.crowd(low, high) {
        return crowd.classes.iter().for_each(|(_, members)| set.add(members));
    }
    for place in &tables.places[low as usize..high as usize] {
        set.insert(place.rank);
    }
}

/// Rule 4.
fn in_part(tables: &Tables, query: &Query, rank: &mut Rank) {
    let mut counts = std::mem::take(&mut rank.counts);
    counts.clear();
    for (from, to) in query.pieces() {
        let piece = query.joined.part(from, to);
        let atoms = atoms(&piece).filter(|atoms| atoms.list().len() > 1);
        let pairs = atoms.as_ref().map_or(1, |atoms| atoms.list().len() - 1);
        for pair in 0..pairs {
            let mut set = rank.take();
            match &atoms {
                Some(atoms) => {
                    let two = [atoms.list()[pair], atoms.list()[pair + 1]];
                    walk::fragments(tables, two, None, &mut |low, high| {
                        insert(tables, &mut set, low, high);
                    });
                }
                None => walk::matches(tables, &piece, &mut |low, high, _| {
                    insert(tables, &mut set, low, high);
                }),
            }
            // Nothing to prepare for queries of which nothing at all is there.
            if counts.is_empty() && !set.is_empty() {
                counts.resize(tables.positions.len(), 0);
            }
            set.each(|member| {
                counts[member as usize] += 1;
                true
            });
            rank.give_back(set);
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most > 0 {
        for (at, _) in counts.iter().enumerate().filter(|(_, count)| **count == most) {
            rank.class(MatchClass::Partial).insert(at as u32);
        }
    }
    rank.counts = counts;
}

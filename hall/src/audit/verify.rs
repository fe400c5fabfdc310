//! Whether every event is whole, in its place and accounted for, and every row what its events make of it.

use super::domain::{Chain, Event, Position, Report, Total, Trouble};
use super::store::StoredTotal;
use crate::db::{Store, StoreError};
use std::collections::{BTreeMap, HashMap};

/// Events that are read in one go.
const PAGE: u32 = 2000;

/// A stream that was read whole.
#[derive(Debug)]
pub(crate) struct Whole {
    pub events: Vec<Event>,
    /// Where it ends.
    pub end: Position,
    /// Whether every event of it fits.
    pub is_sound: bool,
}

/// What another capability knows of its streams.
pub(crate) trait Examine {
    /// The family of its streams.
    fn family(&self) -> &'static str;

    /// Compares streams with their rows.
    async fn examine(&self, streams: &[Whole], report: &mut Report) -> Result<(), StoreError>;

    /// Looks for rows whose streams are not there, and counts those that have none yet.
    async fn alone(&self, report: &mut Report) -> Result<(), StoreError>;
}

/// Checks all events, and the rows of `rows`' family.
pub(crate) async fn verify(store: &Store, chain: &Chain, rows: &impl Examine) -> Result<Report, StoreError> {
    let stored = store.audit().totals().await?;
    let mut check = Check { chain, report: Report::default(), totals: BTreeMap::new(), kept: HashMap::new() };
    check.kept = store.audit().positions().await?;
    let (mut place, mut open): ((String, u64), Vec<Event>) = ((String::new(), 0), Vec::new());
    loop {
        let page = store.audit().after(&place, PAGE).await?;
        let is_end = page.len() < PAGE as usize;
        let mut streams: Vec<Whole> = Vec::new();
        for event in page {
            place = (event.stream.as_str().to_owned(), event.number);
            if open.first().is_some_and(|first| first.stream != event.stream) {
                streams.push(check.stream(std::mem::take(&mut open)));
            }
            open.push(event);
        }
        if is_end && !open.is_empty() {
            streams.push(check.stream(std::mem::take(&mut open)));
        }
        let of_rows =
            |whole: &Whole| whole.events.first().is_some_and(|first| first.stream.family() == rows.family());
        let (theirs, own): (Vec<Whole>, Vec<Whole>) = streams.into_iter().partition(of_rows);
        own.iter().for_each(|whole| check.end(whole));
        rows.examine(&theirs, &mut check.report).await?;
        if is_end {
            break;
        }
    }
    let mut gone: Vec<String> = check.kept.keys().cloned().collect();
    gone.sort();
    for stream in gone {
        check.report.note(stream, Trouble::Alone, "");
    }
    rows.alone(&mut check.report).await?;
    // While somebody writes, more events may be here than before, and no fewer.
    let is_quiet = stored == store.audit().totals().await?;
    for StoredTotal { family, total, tag } in stored {
        let found = check.totals.remove(&family).unwrap_or(Total::NONE);
        let is_there = found == total || !is_quiet && found.events > total.events;
        if !total.fits(chain, &family, &tag) || !is_there {
            let detail = format!("{} of {} events are here", found.events, total.events);
            check.report.note(family, Trouble::Total, detail);
        }
    }
    for (family, found) in check.totals.into_iter().filter(|_| is_quiet) {
        check.report.note(family, Trouble::Total, format!("{} events without a total", found.events));
    }
    Ok(check.report)
}

struct Check<'a> {
    chain: &'a Chain,
    report: Report,
    totals: BTreeMap<String, Total>,
    kept: HashMap<String, Position>,
}

impl Check<'_> {
    /// Checks the events of one stream.
    fn stream(&mut self, events: Vec<Event>) -> Whole {
        let (mut end, mut is_sound) = (Position::START, true);
        self.report.streams += 1;
        for event in &events {
            self.report.events += 1;
            self.totals.entry(event.stream.family().to_owned()).or_insert(Total::NONE).add(&event.tag);
            let place = || format!("{}#{}", event.stream.as_str(), event.number);
            if event.number != end.events + 1 {
                self.report.note(place(), Trouble::Missing, "");
                is_sound = false;
            } else if !self.chain.fits(&end.head, event) {
                self.report.note(place(), Trouble::Changed, "");
                is_sound = false;
            }
            // What follows is judged by what is there, so that one change is told once or twice and not to the end.
            end = Position {
                events: event.number,
                head: event.tag[..].try_into().unwrap_or(Position::START.head),
            };
        }
        Whole { events, end, is_sound }
    }

    /// Compares the end of a stream with what is kept here.
    fn end(&mut self, whole: &Whole) {
        let Some(first) = whole.events.first() else { return };
        let stream = first.stream.as_str();
        match self.kept.remove(stream) {
            Some(kept) if kept == whole.end => {}
            Some(kept) if kept.events < whole.end.events && whole.is_sound => {}
            Some(_) => self.report.note(stream.to_owned(), Trouble::End, ""),
            None => self.report.note(stream.to_owned(), Trouble::Alone, ""),
        }
    }
}

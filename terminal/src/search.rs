//! Search as you type over the names of service items: Chinese characters, full pinyin, initials,
//! any mixture of them, synonyms, and English words.
//!
//! Pure: knows nothing of catalogues, files, protocols or screens. The caller hands over names and
//! gets positions in its own list back.
//!
//! # What a match is
//!
//! A *text* is the name of an entry, one of its synonyms, or its English name. Texts and queries
//! are normalised alike: full-width forms become half-width, letters lower-case, `ü` becomes `v`,
//! and everything that is neither a letter nor a digit separates. A text is then a row of *units*:
//! a Chinese (or other non-ASCII) character, or one ASCII letter or digit.
//!
//! A *piece* of a query **matches** a text when, from some starting unit on, consecutive units
//! together use up the whole piece. A match may start at any character and at the first unit of
//! any run of ASCII letters and digits (not inside a word). What a unit may use up:
//!
//! - itself;
//! - if it is a character with readings: one whole reading, the first letter of one, or its `zh`,
//!   `ch`, `sh`; and if the piece ends there, any beginning of a reading (`shenf` finds 身份).
//!   Every reading counts that the table of heteronyms knows or that any entry's `readings` gives.
//!
//! A query **matches** an entry when one of these holds:
//!
//! 1. *Directly:* with its separators taken out, it matches one of the entry's texts.
//! 2. *By fragments:* each of its pieces (as separators cut them) matches a text of the entry, or can
//!    be cut into fragments which all do, in whatever order. A piece may be cut only if every run of
//!    ASCII letters in it reads as whole syllables (the last of the piece may be unfinished); the
//!    fewest syllables win, then the longer first one. A fragment is at least two characters or
//!    syllables, and a syllable in it is matched by a whole reading only (the piece's last one by
//!    any reading that begins so).
//! 3. *Without fillers:* if nothing at all is found so, words such as 我的 and 怎么办 are dropped
//!    (see `query`) and the two rules tried again on the rest.
//! 4. *In part:* if still nothing is found, the entries that hold the most neighbouring pairs of the
//!    query's characters or syllables (and its short pieces).
//!
//! [`SearchIndex::search_alike`] goes further where that finds nothing, or only parts: what is read alike (身分证) and
//! pinyin of near sound (`shenfengzheng`), if that is found side by side.
//!
//! Queries count up to their 64th letter or character; the rest is ignored. An empty query, or one
//! of nothing but separators, lists everything.
//!
//! Every match is found: `oracle` in the tests states the same rules as slowly and plainly as
//! possible, and a property test compares the two.

mod build;
mod cuts;
mod find;
mod query;
mod rank;
mod similar;
mod sort;
mod tables;
mod text;
mod walk;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod services;

/// What can be found: one service item, as far as search is concerned.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The name residents read, usually Chinese.
    pub name: String,
    /// The name in English, or empty.
    pub name_en: String,
    /// Other words people use for it.
    pub synonyms: Vec<String>,
    /// Words whose reading the tables do not know, with their syllables divided by spaces:
    /// `("重庆", "chong qing")`. A pair whose lengths differ is ignored.
    pub readings: Vec<(String, String)>,
    /// How much the item is used; the greater comes first among equals.
    pub popularity: u32,
}

/// How an entry was found; the better first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum MatchClass {
    /// The query covers the whole name.
    Exact,
    /// The query covers a whole synonym.
    Alias,
    /// The name begins with the query.
    Prefix,
    /// The query is somewhere in the name.
    Name,
    /// The query is somewhere in a synonym.
    Synonym,
    /// The query begins at a word of the English name.
    English,
    /// All parts of the query are in the entry's texts, but not side by side.
    Fragments,
    /// Only parts of the query are in the entry's texts.
    Partial,
    /// The query was empty and everything is listed.
    Listed,
}

/// One entry found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The entry's position in the list that the index was built from.
    pub position: usize,
    /// How it was found.
    pub class: MatchClass,
}

/// What a query found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hits {
    /// How many entries match, whether or not they are in `ranked`.
    pub total: usize,
    /// The best ones: by class, then popularity, then position.
    pub ranked: Vec<Hit>,
}

/// The names of a catalogue, ready to be searched at every key.
///
/// Takes about a kilobyte an entry. Never changes once built, so it is shared behind an `Arc` and
/// replaced as a whole when the catalogue is.
pub struct SearchIndex {
    tables: tables::Tables,
}

impl SearchIndex {
    /// Builds the index. Empty texts are ignored; so is everything past the 1,000th unit of a text,
    /// past the 64th synonym, and past 65,000 distinct characters.
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut tables = tables::Tables::new(entries.into_iter().collect());
        find::prepare(&mut tables);
        Self { tables }
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables.positions.len()
    }

    /// Whether there is nothing to find.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds the entries that match `query`, the best `limit` of them in order.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Hits {
        find::search(&self.tables, query, limit)
    }

    /// The same; where nothing fits or only parts do, what sounds like the query.
    #[must_use]
    pub fn search_alike(&self, query: &str, limit: usize) -> Hits {
        let hits = self.search(query, limit);
        let fits = |hits: &Hits, least| hits.ranked.first().is_some_and(|hit| hit.class <= least);
        let is_listed = hits.ranked.first().is_some_and(|hit| hit.class == MatchClass::Listed);
        if is_listed || fits(&hits, MatchClass::Fragments) {
            return hits;
        }
        let mut alike = similar::queries(query).into_iter().map(|other| self.search(&other, limit));
        alike.find(|alike| fits(alike, MatchClass::English)).unwrap_or(hits)
    }
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SearchIndex").field("entries", &self.len()).finish_non_exhaustive()
    }
}

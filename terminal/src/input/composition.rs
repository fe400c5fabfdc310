//! What a resident is typing: letters, their candidates, and the page of them that is shown.

use zeroize::Zeroize;

use super::PinyinInput;
use super::candidates::{Candidate, Memo, Typed, candidates};

/// The most letters that wait for a choice; further ones are refused.
pub const LONGEST_BUFFER: usize = 64;

/// Letters being typed and what they may stand for. A state machine without time or effects: call
/// it for each key, then draw [`segments`](Self::segments) and [`page`](Self::page).
pub struct Composition {
    input: PinyinInput,
    /// Letters only; reserved in full at once, so that no copy is left behind by growing.
    letters: Vec<u8>,
    /// Bit *n* is set where an apostrophe was typed before letter *n*.
    breaks: u64,
    candidates: Vec<Candidate>,
    memo: Memo,
    page: usize,
    page_size: usize,
    /// Whether a person's name is typed.
    is_name: bool,
}

impl Composition {
    pub(super) fn new(input: PinyinInput, page_size: usize) -> Self {
        Self {
            input,
            letters: Vec::with_capacity(LONGEST_BUFFER),
            breaks: 0,
            candidates: Vec::new(),
            memo: Memo::default(),
            page: 0,
            page_size,
            is_name: false,
        }
    }

    /// The same for a person's name: what looks like one comes first.
    #[must_use]
    pub fn of_name(mut self) -> Self {
        self.is_name = true;
        self
    }

    /// Takes a key: a letter in either case, `ü` or `v`, or an apostrophe between syllables. `false`
    /// if it is none of these or the buffer is full; the key is then not used up.
    pub fn type_key(&mut self, key: char) -> bool {
        let key = if matches!(key, 'ü' | 'Ü') { 'v' } else { key.to_ascii_lowercase() };
        let count = self.letters.len();
        if matches!(key, '\'' | '’') {
            let is_useful = (1..LONGEST_BUFFER).contains(&count);
            if is_useful {
                self.breaks |= 1 << count;
            }
            return is_useful;
        }
        if !key.is_ascii_lowercase() || count >= LONGEST_BUFFER {
            return false;
        }
        self.letters.push(key as u8);
        self.refresh();
        true
    }

    /// Takes the last letter (or apostrophe) back. `false` if there is none.
    pub fn backspace(&mut self) -> bool {
        let count = self.letters.len();
        if count == 0 {
            return false;
        }
        if count < LONGEST_BUFFER && self.breaks >> count & 1 == 1 {
            self.breaks &= !(1 << count);
            return true;
        }
        if let Some(last) = self.letters.last_mut() {
            last.zeroize();
        }
        self.letters.truncate(count - 1);
        self.memo.truncate(count - 1);
        self.refresh();
        true
    }

    /// Chooses the candidate at `index` of the page shown and gives the text to enter. What it does
    /// not cover stays to be composed. `None` if there is no such candidate.
    pub fn choose(&mut self, index: usize) -> Option<String> {
        let chosen = self.page().get(index)?;
        let (text, used) = (chosen.text.clone(), chosen.letters);
        let rest = self.letters.len() - used;
        self.letters.copy_within(used.., 0);
        self.letters[rest..].zeroize();
        self.letters.truncate(rest);
        self.breaks = self.breaks.checked_shr(used as u32).unwrap_or(0) & !1;
        self.memo.clear();
        self.refresh();
        Some(text)
    }

    /// Gives the letters as they were typed, and starts anew.
    pub fn commit_raw(&mut self) -> String {
        let text = String::from_utf8_lossy(&self.letters).into_owned();
        self.clear();
        text
    }

    /// Forgets everything typed.
    pub fn clear(&mut self) {
        self.letters.as_mut_slice().zeroize();
        self.letters.clear();
        self.breaks = 0;
        self.candidates.clear();
        self.memo.clear();
        self.page = 0;
    }

    /// Whether nothing waits for a choice.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// The letters typed and not yet used up.
    #[must_use]
    pub fn buffer(&self) -> &str {
        std::str::from_utf8(&self.letters).unwrap_or_default()
    }

    /// The letters with spaces between syllables: `jian she lu`.
    #[must_use]
    pub fn segments(&self) -> String {
        let parts: Vec<&str> = self
            .typed()
            .segments(&self.input.sources)
            .into_iter()
            .filter_map(|part| self.buffer().get(part.from..part.to))
            .collect();
        parts.join(" ")
    }

    /// All candidates, best first.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The candidates on the page shown.
    #[must_use]
    pub fn page(&self) -> &[Candidate] {
        let from = (self.page * self.page_size).min(self.candidates.len());
        let to = (from + self.page_size).min(self.candidates.len());
        &self.candidates[from..to]
    }

    /// The number of the page shown, from 0, and how many there are.
    #[must_use]
    pub fn page_position(&self) -> (usize, usize) {
        (self.page, self.candidates.len().div_ceil(self.page_size))
    }

    /// Turns to the next page. `false` on the last one.
    pub fn page_next(&mut self) -> bool {
        let (page, pages) = self.page_position();
        let is_more = page + 1 < pages;
        self.page += usize::from(is_more);
        is_more
    }

    fn typed(&self) -> Typed<'_> {
        Typed { letters: &self.letters, breaks: self.breaks }
    }

    fn refresh(&mut self) {
        self.page = 0;
        let typed = Typed { letters: &self.letters, breaks: self.breaks };
        self.candidates = candidates(&self.input.sources, typed, self.is_name, &mut self.memo);
    }
}

impl Drop for Composition {
    fn drop(&mut self) {
        self.clear();
    }
}

impl std::fmt::Debug for Composition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is typed may be a name.
        formatter
            .debug_struct("Composition")
            .field("letters", &self.letters.len())
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

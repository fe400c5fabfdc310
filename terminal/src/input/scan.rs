//! Scanners that type: what came from a plugged-in keyboard with nothing between, so that a code is known by what it
//! says.
//!
//! No clock decides: a busy machine stretches the gaps between a scanner's keys, and then they say nothing. Knows
//! nothing of what a code means.

use zeroize::Zeroize;

/// The longest run that is kept; of a longer one nothing is.
const LONGEST: usize = 4_096;

/// Characters that were typed one after the other, without another key or a touch between.
#[derive(Default)]
pub struct Run {
    text: String,
    is_too_long: bool,
}

impl Run {
    /// Takes a character.
    pub fn push(&mut self, character: char) {
        if self.text.len() + character.len_utf8() > LONGEST {
            self.text.zeroize();
            self.is_too_long = true;
        }
        if self.is_too_long {
            return;
        }
        if self.text.capacity() < self.text.len() + character.len_utf8() {
            // Grown by hand, so that no copy of a code is left behind.
            let mut grown = String::with_capacity((self.text.capacity() * 2).max(64));
            grown.push_str(&self.text);
            self.text.zeroize();
            self.text = grown;
        }
        self.text.push(character);
    }

    /// What was typed; nothing of a run that is too long.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nothing was typed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.is_too_long
    }

    /// The last `count` characters, if there are so many.
    #[must_use]
    pub fn end(&self, count: usize) -> Option<&str> {
        let (from, _) = self.text.char_indices().rev().nth(count.checked_sub(1)?)?;
        self.text.get(from..)
    }

    /// Whether it is a web address, complete or not.
    #[must_use]
    pub fn is_link(&self) -> bool {
        self.text.contains("://")
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.text.zeroize();
        self.is_too_long = false;
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.clear();
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A code may carry personal data.
        formatter.debug_struct("Run").field("length", &self.text.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        let mut run = Run::default();
        text.chars().for_each(|character| run.push(character));
        run
    }

    #[test]
    fn the_end_of_a_run_is_found_whatever_came_before() {
        let run = run("张san11010519491231002X");
        assert_eq!(run.end(18), Some("11010519491231002X"));
        assert_eq!(run.end(22).map(|text| text.chars().next()), Some(Some('张')));
        assert_eq!((run.end(23), run.end(0)), (None, None));
    }

    #[test]
    fn an_endless_run_is_forgotten_whole_until_it_ends() {
        let mut run = run(&"1".repeat(LONGEST + 5));
        assert!(run.as_str().is_empty() && !run.is_empty());
        run.clear();
        run.push('2');
        assert_eq!(run.as_str(), "2");
    }

    #[test]
    fn nothing_typed_is_shown_by_debug() {
        assert!(!format!("{:?}", run("11010519491231002X")).contains("1949"));
    }
}

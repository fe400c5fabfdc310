//! Reads a settings file (TOML) into typed settings and names every mistake in it at once: with its line, its key, and
//! words that say what to do.
//!
//! It knows no particular setting, and no words: those are in the locales. A program reads its file with [`read`],
//! then adds with [`Parsed::reject`] and [`Parsed::remark`] what only it can judge.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod file;
mod mistake;
mod report;
mod source;
mod typed;

#[cfg(test)]
mod tests;

use bianmin_locale::{Texts, Words};
pub use report::CheckReport;
use serde::de::DeserializeOwned;
use source::Source;
use std::path::{Path, PathBuf};

/// A file may be so many bytes long.
pub const MAX_BYTES: u64 = 256 * 1024;
/// So many problems are named at most; a file with more is no settings file.
pub const MAX_PROBLEMS: usize = 50;

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemLevel {
    /// The setting is valid, but it does nothing or not what it seems to.
    Remark,
    /// The file is not valid.
    Error,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The line, counted from 1; `None` if it concerns the file as a whole.
    pub line: Option<usize>,
    /// The key with its section, such as `session.idle_seconds`.
    pub key: Option<String>,
    /// How grave it is.
    pub level: ProblemLevel,
    /// What is wrong, and what to do.
    pub words: Words,
}

impl Problem {
    fn error(line: Option<usize>, key: Option<String>, words: Words) -> Self {
        Self { line, key, level: ProblemLevel::Error, words }
    }

    /// One line of text: where, and what to do.
    #[must_use]
    pub fn say(&self, texts: &Texts) -> String {
        let words = self.words.say(texts);
        match (&self.key, self.line) {
            (Some(key), Some(line)) => texts.t_args(
                "settings-at-line",
                &[("line", line.into()), ("key", key.into()), ("problem", words.into())],
            ),
            (None, Some(line)) => {
                texts.t_args("settings-line", &[("line", line.into()), ("problem", words.into())])
            }
            (Some(key), None) => {
                texts.t_args("settings-at", &[("key", key.into()), ("problem", words.into())])
            }
            (None, None) => words,
        }
    }
}

/// What a file says, as far as it can be read, and what is wrong with it.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The settings; where the file is wrong, their defaults.
    pub value: T,
    path: PathBuf,
    source: Source,
    problems: Vec<Problem>,
}

impl<T> Parsed<T> {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file sets `key` (with its section) itself.
    #[must_use]
    pub fn sets(&self, key: &str) -> bool {
        self.source.line_of(key).is_some()
    }

    /// Adds an error that concerns `key`, unless the key has one already: what was not understood has its default
    /// here, about which there is nothing to say.
    pub fn reject(&mut self, key: &str, words: Words) {
        self.add(key, ProblemLevel::Error, words);
    }

    /// Adds a remark that concerns `key`.
    pub fn remark(&mut self, key: &str, words: Words) {
        self.add(key, ProblemLevel::Remark, words);
    }

    fn add(&mut self, key: &str, level: ProblemLevel, words: Words) {
        let has_problem = |known: &str| known == key || key.starts_with(&format!("{known}."));
        if self.problems.iter().any(|problem| problem.key.as_deref().is_some_and(has_problem)) {
            return;
        }
        let line = self.source.line_of(key);
        self.problems.push(Problem { line, key: Some(key.to_owned()), level, words });
    }

    /// The problems so far, by line.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    /// The settings, if nothing is wrong with them.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn finish(self) -> Result<T, Invalid> {
        let problems: Vec<Problem> =
            self.problems().into_iter().filter(|problem| problem.level == ProblemLevel::Error).collect();
        if problems.is_empty() { Ok(self.value) } else { Err(Invalid { path: self.path, problems }) }
    }
}

/// A file that is not valid, with all that is wrong with it; at least one problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Invalid {
    /// The first problem, and how many more there are, in one line.
    #[must_use]
    pub fn say(&self, texts: &Texts) -> String {
        let first = self.problems.first().map(|problem| problem.say(texts)).unwrap_or_default();
        let path = self.path.display().to_string();
        match self.problems.len() {
            0 | 1 => format!("{path}: {first}"),
            many => texts.t_args(
                "settings-and-more",
                &[("path", path.into()), ("problem", first.into()), ("count", (many - 1).into())],
            ),
        }
    }
}

/// For whoever asks a program for its errors: in the language of the environment.
impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(&Texts::new(bianmin_locale::Language::of_environment())))
    }
}

impl std::error::Error for Invalid {}

/// Reads a file. Lines may end in CR LF, and a byte order mark may stand first, as Windows editors write them.
///
/// # Errors
/// Nothing of the file can be read as settings: it is not there, cannot be opened, is too long, or is no TOML in UTF-8.
pub fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<Parsed<T>, Invalid> {
    let text =
        file::text(path).map_err(|problem| Invalid { path: path.to_owned(), problems: vec![problem] })?;
    parse(&text, path)
}

/// The same for text that is at hand already.
///
/// # Errors
/// It is no TOML.
pub fn parse<T: DeserializeOwned + Default>(text: &str, path: &Path) -> Result<Parsed<T>, Invalid> {
    let path = path.to_owned();
    let source = match Source::new(text) {
        Ok(source) => source,
        Err(problems) => return Err(Invalid { path, problems }),
    };
    let (value, problems) = typed::read(&source);
    Ok(Parsed { value, path, source, problems })
}

//! What `config check` says about a file, for people and for programs.

use crate::{Problem, ProblemLevel};
use bianmin_locale::Texts;
use serde::Serialize;
use std::path::Path;

/// Whether a file is valid, and everything that is to be said about it.
#[derive(Debug, Serialize)]
pub struct CheckReport {
    /// No problem is an error.
    pub valid: bool,
    /// The file.
    pub file: String,
    problems: Vec<ReportedProblem>,
    #[serde(skip)]
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ReportedProblem {
    line: Option<usize>,
    key: Option<String>,
    severity: &'static str,
    message: String,
}

impl CheckReport {
    /// The report about `file` with these problems, in the language of `texts`.
    #[must_use]
    pub fn new(file: &Path, problems: &[Problem], texts: &Texts) -> Self {
        let valid = problems.iter().all(|problem| problem.level != ProblemLevel::Error);
        let file = file.display().to_string();
        let verdict = texts.t(if valid { "config-valid" } else { "config-invalid" });
        let said = problems.iter().map(|problem| format!("  {}", problem.say(texts)));
        let lines = std::iter::once(format!("{file}: {verdict}")).chain(said).collect();
        let problems = problems.iter().map(|problem| ReportedProblem::new(problem, texts)).collect();
        Self { valid, file, problems, lines }
    }

    /// The same for a person: one line for the file, and one for each problem.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl ReportedProblem {
    fn new(problem: &Problem, texts: &Texts) -> Self {
        Self {
            line: problem.line,
            key: problem.key.clone(),
            severity: match problem.level {
                ProblemLevel::Error => "error",
                ProblemLevel::Remark => "remark",
            },
            message: problem.words.say(texts),
        }
    }
}

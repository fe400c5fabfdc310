//! A file of settings that is refused: everything that is wrong with it, so that it can be put right at once.

use super::{Common, print_json};
use bianmin_console::tell_lines;
use bianmin_locale::{Texts, Words};
use bianmin_settings::Invalid;
use serde_json::json;

/// Tells every mistake, and returns the last line.
pub(crate) fn refuse(
    common: &Common,
    texts: &Texts,
    invalid: &Invalid,
    last: &Words,
) -> anyhow::Result<anyhow::Error> {
    let lines: Vec<String> = invalid.problems.iter().map(|problem| problem.say(texts)).collect();
    if common.json {
        let errors = invalid.problems.iter().zip(&lines).map(
            |(problem, message)| json!({ "line": problem.line, "key": problem.key, "message": message }),
        );
        print_json(&json!({ "errors": errors.collect::<Vec<_>>() }))?;
    } else {
        tell_lines(lines);
    }
    Ok(anyhow::anyhow!(last.say(texts)))
}

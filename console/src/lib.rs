//! What the programs print and log. Texts come from terminals, files and printers, so each goes out such that nothing of it
//! gives orders to whatever shows it, begins a line of its own, or turns the direction of what stands beside it.
//!
//! This is the only way to standard output, standard error and the log. It knows no words and no data.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod log;

use bianmin_protocol::text::{visible, visible_json};
pub use log::start_log;
use serde::Serialize;
use std::io::{self, Write};

/// Prints lines on standard output.
///
/// # Errors
/// It is closed.
pub fn print_lines<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) -> io::Result<()> {
    write_lines(io::stdout().lock(), lines)
}

/// Prints one JSON document on one line of standard output.
///
/// # Errors
/// It is closed, or the value is none that JSON can hold.
pub fn print_json(value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    print_json_text(&format!("{text}\n"))
}

/// Prints JSON on standard output as it stands, or a part of it.
///
/// # Errors
/// It is closed.
pub fn print_json_text(json: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(visible_json(json).as_bytes())?;
    out.flush()
}

/// Tells lines on standard error. Where nobody listens, nobody is told.
pub fn tell_lines<L: AsRef<str>>(lines: impl IntoIterator<Item = L>) {
    let _ = write_lines(io::stderr().lock(), lines);
}

fn write_lines<L: AsRef<str>>(mut out: impl Write, lines: impl IntoIterator<Item = L>) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{}", visible(line.as_ref()))?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_gives_no_orders() {
        let mut out = Vec::new();
        write_lines(&mut out, ["张三", "a\u{1b}]0;x\u{7}\nb", "\u{202e}c"]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "张三\na\\u{1b}]0;x\\u{7}\\nb\n\\u{202e}c\n");
    }
}

//! Lists that may be long: read page by page and printed while they are read, so that memory is bounded by a page, and
//! nobody who writes meanwhile is held up for longer than a page. A list that is cut says so.

use super::{Common, tell};
use bianmin_console::{print_json_text, print_lines};
use serde::Serialize;

/// Rows that are read in one go.
const PAGE: u32 = 500;

/// How much of a list is wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct Window {
    /// The most to list
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    limit: u32,
    /// Go on after this one, as a list that was cut says
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
}

/// A list's rows, as a person reads them and as JSON.
pub(crate) trait ListRow: Serialize {
    /// In columns.
    fn columns(&self) -> Vec<String>;
    /// What `--after` takes to go on after it.
    fn id(&self) -> &str;
}

/// Prints a list. `page` reads the rows after one, or the first, at most so many. `frame` is the JSON before and after.
pub(crate) async fn print<T: ListRow>(
    common: &Common,
    window: &Window,
    frame: (&str, &str),
    mut page: impl AsyncFnMut(Option<&T>, u32) -> anyhow::Result<Vec<T>>,
) -> anyhow::Result<()> {
    let json = common.wants_json();
    let mut left = window.limit;
    let mut last: Option<T> = None;
    let mut is_first = true;
    if json {
        print_json_text(frame.0)?;
    }
    let is_cut = loop {
        // One more than is wanted tells whether there are more.
        let size = PAGE.min(left.saturating_add(1));
        let rows = page(last.as_ref(), size).await?;
        let is_end = rows.len() < size as usize;
        let (mut lines, mut document) = (Vec::new(), String::new());
        let mut is_cut = false;
        for row in rows {
            is_cut = left == 0;
            if is_cut {
                break;
            }
            left -= 1;
            if json {
                document.push_str(if is_first { "" } else { "," });
                document.push_str(&serde_json::to_string(&row)?);
            } else {
                lines.push(row.columns().join("  "));
            }
            is_first = false;
            last = Some(row);
        }
        print_json_text(&document)?;
        print_lines(lines)?;
        if is_cut || is_end {
            break is_cut;
        }
    };
    if json {
        print_json_text(&format!("{}\n", frame.1))?;
    }
    if is_cut {
        let after = last.as_ref().map(|row| format!("; go on with --after {}", row.id())).unwrap_or_default();
        let limit = window.limit;
        tell(&format!("there are more: this list ends after {limit}{after}"));
    }
    Ok(())
}

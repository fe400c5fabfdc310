//! `catalogue import` and `show`.

use super::generate::generate;
use super::{Difference, Options, PublishError, Published, ShownItem, difference, publish, read, report};
use crate::cli::list::{self, ListRow, Window};
use crate::cli::{Common, print_json, print_rows};
use anyhow::Context as _;
use bianmin_console::tell_lines;
use bianmin_locale::Texts;
use std::path::PathBuf;

/// What can be done with the catalogue.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum CatalogueCommand {
    /// Publish files (JSON, CSV, XLSX) as one new signed revision
    Import {
        /// One catalogue in one or more files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        import: ImportOptions,
    },
    /// The newest revision and its items
    Show(Window),
    /// Write a large catalogue for tests of scale; demonstration data
    Generate {
        /// How many items
        #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        count: u32,
        /// The file to write (JSON)
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The same seed makes the same catalogue
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

/// How an import is meant.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct ImportOptions {
    /// Keep items that the files do not have
    #[arg(long)]
    merge: bool,
    /// Withdraw more than a tenth of the items if the files do not have them
    #[arg(long)]
    allow_removal: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl CatalogueCommand {
    pub(crate) async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::Import { files, import } => import.run(common, files).await,
            Self::Show(window) => show(common, &window).await,
            Self::Generate { count, output, seed } => {
                let file = std::fs::File::create(&output)
                    .with_context(|| format!("cannot write {}", output.display()))?;
                generate(count, seed, std::io::BufWriter::new(file))?;
                print_json(&serde_json::json!({ "file": output, "items": count, "seed": seed }))
            }
        }
    }
}

/// Names of withdrawn items that are told.
const NAMES: usize = 100;

impl ImportOptions {
    async fn run(self, common: &Common, files: Vec<PathBuf>) -> anyhow::Result<()> {
        let (config, keys, clock, store) =
            if self.dry_run { common.open().await? } else { common.open_or_begin().await? };
        let texts = Texts::new(config.language());
        let draft = tokio::task::spawn_blocking(move || read(&files)).await?;
        let notices: Vec<String> = draft.notices.iter().map(|notice| notice.text(&texts)).collect();
        tell_lines(&notices);
        let options = Options { merge: self.merge, allow_removal: self.allow_removal };
        let done = match self.dry_run {
            true => difference(&store, &clock, draft, options).await.map(ImportResult::Difference),
            false => {
                publish(&store, &keys.signing, &clock, draft, options).await.map(ImportResult::Published)
            }
        };
        match done {
            Ok(ImportResult::Difference(difference)) if !common.wants_json() => {
                show_difference(&difference, &texts)
            }
            Ok(done) => print_json(&ImportReport { done, notices }),
            Err(error) => Err(refused(common, &texts, error)?),
        }
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum ImportResult {
    Published(Published),
    Difference(Difference),
}

#[derive(serde::Serialize)]
struct ImportReport {
    #[serde(flatten)]
    done: ImportResult,
    notices: Vec<String>,
}

/// Tells why, all of it, so that it can be put right at once; and returns the last line.
fn refused(common: &Common, texts: &Texts, error: PublishError) -> anyhow::Result<anyhow::Error> {
    let (json, lines, last) = match error {
        PublishError::Problems(problems) => (
            serde_json::json!({ "errors": report::to_json(&problems, texts) }),
            report::lines(&problems, texts),
            texts.t_args("import-failed", &[("count", report::grouped(&problems).len().into())]),
        ),
        PublishError::Removal { removed, of } => {
            let text =
                texts.t_args("import-removal", &[("removed", removed.len().into()), ("of", of.into())]);
            let list: Vec<_> = removed
                .iter()
                .map(|(code, name)| serde_json::json!({ "code": code, "name": name }))
                .collect();
            let mut lines: Vec<String> =
                removed.iter().take(NAMES).map(|(code, name)| format!("{code}  {name}")).collect();
            if removed.len() > NAMES {
                lines.push(texts.t_args("import-more", &[("count", (removed.len() - NAMES).into())]));
            }
            let error = serde_json::json!({ "code": "removal", "message": text });
            (serde_json::json!({ "errors": [error], "removed": list }), lines, text)
        }
        PublishError::Overtaken => return Ok(anyhow::anyhow!(texts.t("import-overtaken"))),
        PublishError::NoVersion(item) => {
            let item = [("item", item.as_str().into())];
            return Ok(anyhow::anyhow!(texts.t_args("import-no-version", &item)));
        }
        other => return Ok(other.into()),
    };
    match common.json {
        true => print_json(&json)?,
        false => tell_lines(&lines),
    }
    Ok(anyhow::anyhow!(last))
}

fn show_difference(difference: &Difference, texts: &Texts) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut row =
        |key: &str, code: &str, name: &str| rows.push(vec![texts.t(key), code.to_owned(), name.to_owned()]);
    for item in &difference.added {
        row("import-added", &item.code, &item.name);
    }
    for item in &difference.changed {
        row("import-changed", &item.code, &format!("{}  {}", item.name, item.fields.join(", ")));
    }
    for item in &difference.removed {
        row("import-removed", &item.code, &item.name);
    }
    for change in &difference.frame {
        for (key, codes) in [
            ("import-added", &change.added),
            ("import-changed", &change.changed),
            ("import-removed", &change.removed),
        ] {
            if !codes.is_empty() {
                row(key, &change.part, &codes.join(", "));
            }
        }
        if change.added.is_empty() && change.changed.is_empty() && change.removed.is_empty() {
            row("import-changed", &change.part, "");
        }
    }
    print_rows(rows)?;
    let count = |list: usize| list.into();
    let summary = texts.t_args(
        if difference.changes { "import-difference" } else { "import-no-difference" },
        &[
            ("added", count(difference.added.len())),
            ("changed", count(difference.changed.len())),
            ("removed", count(difference.removed.len())),
        ],
    );
    let removal = difference.needs_allow_removal.then(|| {
        let (removed, of) = (difference.removed.len(), difference.of);
        texts.t_args("import-removal", &[("removed", removed.into()), ("of", of.into())])
    });
    tell_lines(std::iter::once(summary).chain(removal));
    Ok(())
}

async fn show(common: &Common, window: &Window) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let revision = store.state().await?.revision;
    let first = window.after.as_deref().unwrap_or_default();
    let open = format!("{{\"revision\":{revision},\"items\":[");
    list::print(common, window, (&open, "]}"), async |last: Option<&ShownItem>, size| {
        let after = last.map_or(first, |item| item.item.as_str());
        Ok(super::show(&store, revision, after, size).await?)
    })
    .await
}

impl ListRow for ShownItem {
    fn columns(&self) -> Vec<String> {
        vec![self.item.clone(), self.version.to_string(), self.name.clone()]
    }

    fn id(&self) -> &str {
        &self.item
    }
}

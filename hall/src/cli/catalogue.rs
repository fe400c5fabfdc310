//! `catalogue import` and `show`.

use super::{Common, print_json, print_rows};
use anyhow::{Context as _, bail};
use bianmin_hall::catalogue::generate::generate;
use bianmin_hall::catalogue::publish::PublishError;
use bianmin_hall::catalogue::{Problem, publish, read};
use bianmin_locale::Texts;
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Catalogue {
    /// Publish files (JSON, CSV, XLSX) as one new signed revision
    Import {
        /// One catalogue in one or more files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Keep items that the files do not have
        #[arg(long)]
        merge: bool,
    },
    /// The newest revision and its items
    Show,
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

impl Catalogue {
    pub async fn run(self, common: &Common) -> anyhow::Result<()> {
        match self {
            Self::Import { files, merge } => import(common, files, merge).await,
            Self::Show => show(common).await,
            Self::Generate { count, output, seed } => {
                let file = std::fs::File::create(&output)
                    .with_context(|| format!("cannot write {}", output.display()))?;
                generate(count, seed, std::io::BufWriter::new(file))?;
                print_json(&serde_json::json!({ "file": output, "items": count, "seed": seed }))
            }
        }
    }
}

async fn import(common: &Common, files: Vec<PathBuf>, merge: bool) -> anyhow::Result<()> {
    let (config, keys, clock, store) = common.open().await?;
    let texts = Texts::new(config.language());
    let draft = tokio::task::spawn_blocking(move || read(&files)).await?;
    match publish(&store, &keys.signing, &clock, draft, merge).await {
        Ok(published) => print_json(&published),
        Err(PublishError::Problems(problems)) => {
            tell(common, &texts, &problems)?;
            bail!(texts.t_args("import-failed", &[("count", (problems.len() as i64).into())]))
        }
        Err(error) => Err(error.into()),
    }
}

/// All of them, so that they can be put right at once.
fn tell(common: &Common, texts: &Texts, problems: &[Problem]) -> anyhow::Result<()> {
    if common.json {
        let list: Vec<_> = problems.iter().map(|problem| problem.to_json(texts)).collect();
        return print_json(&serde_json::json!({ "errors": list }));
    }
    let mut out = std::io::stderr().lock();
    for problem in problems {
        writeln!(out, "{}", problem.text(texts))?;
    }
    Ok(())
}

async fn show(common: &Common) -> anyhow::Result<()> {
    let (_, _, _, store) = common.open().await?;
    let shown = bianmin_hall::catalogue::show(&store).await?;
    if common.wants_json() {
        return print_json(&shown);
    }
    print_rows(shown.items.into_iter().map(|item| vec![item.item, item.version.to_string(), item.name]))
}

//! `example` and `apply`: an application without the screen, through the same functions.

use super::{Output, tell};
use anyhow::{Context as _, bail};
use bianmin_locale::{Arg, Language, Texts};
use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_protocol::content::ATTACHMENT_LIMIT;
use bianmin_protocol::form::FieldError;
use bianmin_protocol::ids::{FieldCode, ItemCode, MaterialCode};
use bianmin_terminal::ledger::{AcceptError, Draft};
use bianmin_terminal::services::Terminal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The largest answers document, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// `{"answers":{"FIELD":"value"},"materials":[{"code":"M1","file":"photo.jpg"},{"code":"M2","promised":true}]}`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    #[serde(default)]
    answers: BTreeMap<FieldCode, String>,
    #[serde(default)]
    materials: Vec<MaterialEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaterialEntry {
    code: MaterialCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    have: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    promised: bool,
}

pub(super) fn example(terminal: &Terminal, code: &str) -> anyhow::Result<()> {
    let item = find(terminal, code)?;
    let materials = item
        .example
        .materials
        .iter()
        .map(|material| MaterialEntry {
            code: material.code.clone(),
            file: None,
            have: material.have,
            promised: material.promised,
        })
        .collect();
    let answers = Answers { answers: item.example.answers.clone(), materials, language: None };
    let text = serde_json::to_string_pretty(&answers)?;
    bianmin_console::print_json_text(&format!("{text}\n")).context("stdout is closed")
}

pub(super) fn run(terminal: &Terminal, code: &str, file: &Path, out: &Output) -> anyhow::Result<ExitCode> {
    let item = find(terminal, code)?;
    let draft = read(terminal, item, file)?;
    match terminal.applications().submit(draft) {
        Ok(accepted) => {
            #[derive(Serialize)]
            struct Printed<'a> {
                registration: String,
                application_id: String,
                token: &'a str,
            }
            let printed = Printed {
                registration: accepted.registration.to_string(),
                application_id: accepted.application_id.to_string(),
                token: &accepted.token,
            };
            out.print(&printed, |printed| printed.registration.clone())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(AcceptError::Invalid(errors)) => {
            let report = Report::new(&errors);
            out.print(&report, |_| String::new())?;
            for error in &report.errors {
                tell(&format!("{}: {}", error.field, error.message));
            }
            Ok(ExitCode::FAILURE)
        }
        Err(other) => Err(other.into()),
    }
}

/// `{"errors":[{"field","code","message"}]}`
#[derive(Serialize)]
struct Report {
    errors: Vec<ToldError>,
}

#[derive(Serialize)]
struct ToldError {
    field: String,
    code: &'static str,
    message: String,
}

impl Report {
    fn new(errors: &[FieldError]) -> Self {
        let texts = Texts::new(Language::ZhCn);
        let errors = errors
            .iter()
            .map(|error| {
                let args: Vec<(&str, Arg<'_>)> =
                    error.code.args().into_iter().map(|(name, value)| (name, value.into())).collect();
                ToldError {
                    field: error.field.clone(),
                    code: error.code.key(),
                    message: texts.t_args(&format!("error-{}", error.code.key()), &args),
                }
            })
            .collect();
        Self { errors }
    }
}

pub(super) fn find(terminal: &Terminal, code: &str) -> anyhow::Result<Arc<ServiceItem>> {
    let catalogue = terminal.catalogue();
    if catalogue.is_empty() {
        bail!("there is no catalogue yet: run `bianmin-kiosk sync --once` while the hall can be reached");
    }
    let code = ItemCode::parse(code).with_context(|| format!("{code:?} is no item code"))?;
    let item = catalogue.get(&code).cloned();
    match item {
        Some(item) if item.offered_on(terminal.today()) => Ok(item),
        _ => bail!("the catalogue offers no item {code}: see `bianmin-kiosk search \"\"`"),
    }
}

pub(super) fn read(terminal: &Terminal, item: Arc<ServiceItem>, file: &Path) -> anyhow::Result<Draft> {
    let mut text = String::new();
    let stdin = file == Path::new("-");
    let folder = if stdin { Path::new(".") } else { file.parent().unwrap_or(Path::new(".")) };
    let name = file.display();
    if stdin {
        std::io::stdin().take(LIMIT + 1).read_to_string(&mut text).context("stdin cannot be read")?;
    } else {
        let opened = std::fs::File::open(file).with_context(|| format!("{name} cannot be opened"))?;
        opened.take(LIMIT + 1).read_to_string(&mut text).with_context(|| format!("{name} cannot be read"))?;
    }
    if text.len() as u64 > LIMIT {
        bail!("{name} is larger than 1 MB");
    }
    // serde's message can quote a value, which is personal: only the place is told.
    let answers: Answers = serde_json::from_str(&text).map_err(|error| {
        anyhow::anyhow!("{name} is no answers document: line {}, column {}", error.line(), error.column())
    })?;
    let mut files = Vec::new();
    let mut materials = Vec::new();
    for entry in answers.materials {
        let answer = match (&entry.file, entry.have, entry.promised) {
            (Some(path), false, false) => {
                files.push((entry.code.clone(), attachment(&folder.join(path))?));
                MaterialAnswer::Attached
            }
            (None, true, false) => MaterialAnswer::Have,
            (None, false, true) => MaterialAnswer::Promised,
            _ => bail!("material {} needs exactly one of `file`, `have` and `promised`", entry.code),
        };
        materials.push(MaterialState { code: entry.code, answer });
    }
    let language = answers.language.unwrap_or_else(|| Language::default().tag().to_owned());
    let body = ApplicationBody { answers: answers.answers, materials, language };
    Ok(Draft { item, catalogue: terminal.catalogue().revision, body, files })
}

fn attachment(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("{name} cannot be opened"))?;
    let mut bytes = Vec::new();
    file.take(ATTACHMENT_LIMIT + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{name} cannot be read"))?;
    Ok(bytes)
}

//! `page`: guides, filled-in forms, one-time notices and a sample ticket as files, from the same documents that are printed.

use super::apply;
use bianmin_document::{Document, Media};
use bianmin_locale::Language;
use bianmin_protocol::application::NormalizedBody;
use bianmin_protocol::catalogue::ServiceItem;
use bianmin_terminal::ledger::Draft;
use bianmin_terminal::services::{SlipForm, Terminal};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Subcommand)]
pub(super) enum Page {
    /// The guide of an item: all of it as a PDF on A4, what to bring as it comes out of the receipt printer.
    Guide {
        /// The item's code.
        item: String,
        #[command(flatten)]
        output: Output,
    },
    /// An application form, filled in.
    Form {
        /// The item's code.
        item: String,
        /// The answers document; `-` reads it from stdin.
        #[arg(long, value_name = "FILE")]
        answers: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// A ticket of a queue that is none: how tickets look here, marked as a sample.
    Ticket {
        #[command(flatten)]
        output: Output,
    },
    /// All that an application still lacks.
    Notice {
        /// The item's code.
        item: String,
        /// The answers document; `-` reads it from stdin.
        #[arg(long, value_name = "FILE")]
        answers: PathBuf,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Args)]
pub(super) struct Output {
    /// In what form.
    #[arg(long = "as", value_enum)]
    form: Form,
    /// Where to.
    #[arg(short = 'o', value_name = "FILE")]
    path: PathBuf,
    /// In which language: zh-CN or en.
    #[arg(long, default_value = "zh-CN", value_parser = language)]
    language: Language,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A picture as it comes out of the receipt printer.
    Png,
    /// Bytes for the receipt printer.
    Escpos,
    /// A PDF on A4.
    Pdf,
}

impl Form {
    fn media(self) -> Media {
        match self {
            Self::Pdf => Media::A4,
            Self::Png | Self::Escpos => Media::Roll80,
        }
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "zh-CN or en".to_owned())
}

pub(super) fn run(terminal: &Terminal, page: &Page) -> anyhow::Result<()> {
    match page {
        Page::Guide { item, output } => {
            let item = apply::find(terminal, item)?;
            let document = terminal.printing().guide_document(&item, output.language, output.form.media());
            write(terminal, &document, output)
        }
        Page::Form { item, answers, output } => {
            let (item, body) = read(terminal, item, answers)?;
            let document = terminal.printing().form_document(&item, &body, None, output.language);
            write(terminal, &document, output)
        }
        Page::Notice { item, answers, output } => {
            let (item, body) = read(terminal, item, answers)?;
            write(terminal, &terminal.printing().notice_document(&item, &body, output.language), output)
        }
        Page::Ticket { output } => {
            write(terminal, &terminal.tickets().sample_document(output.language), output)
        }
    }
}

fn read(
    terminal: &Terminal,
    item: &str,
    answers: &Path,
) -> anyhow::Result<(Arc<ServiceItem>, NormalizedBody)> {
    let Draft { item, body, .. } = apply::read(terminal, apply::find(terminal, item)?, answers)?;
    let body = NormalizedBody::of(body, &item, &terminal.catalogue().fields);
    Ok((item, body))
}

fn write(terminal: &Terminal, document: &Document, output: &Output) -> anyhow::Result<()> {
    let form = match output.form {
        Form::Png => SlipForm::Png,
        Form::Escpos => SlipForm::Escpos,
        Form::Pdf => SlipForm::PdfA4,
    };
    let bytes = terminal.printing().draw(document, form)?;
    let path = &output.path;
    super::file::write_private(path, &bytes)
}

//! `slip`: a receipt again as a file, from the same document that was printed.

use anyhow::bail;
use bianmin_protocol::registration::RegistrationNumber;
use bianmin_terminal::services::{SlipForm, Terminal};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// The registration number.
    registration: String,
    /// In what form.
    #[arg(long = "as", value_enum)]
    form: Form,
    /// Where to.
    #[arg(short = 'o', value_name = "FILE")]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// A picture as it comes out of the printer.
    Png,
    /// Bytes for the receipt printer.
    Escpos,
    /// A PDF as wide as an 80 mm roll.
    Pdf,
    /// A PDF on A4.
    PdfA4,
}

pub(super) fn run(terminal: &Terminal, arguments: &Arguments) -> anyhow::Result<()> {
    let Ok(number) = RegistrationNumber::parse(&arguments.registration) else {
        bail!("{:?} is no registration number: it looks like HP07-261121-0036-85", arguments.registration)
    };
    let form = match arguments.form {
        Form::Png => SlipForm::Png,
        Form::Escpos => SlipForm::Escpos,
        Form::Pdf => SlipForm::Pdf,
        Form::PdfA4 => SlipForm::PdfA4,
    };
    let bytes = terminal.printing().receipt_file(&number, form)?;
    let path = &arguments.output;
    super::file::write_private(path, &bytes)
}

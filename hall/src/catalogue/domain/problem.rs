//! What can be wrong with the files of an import, and where. The words are in the locale, under `import-` and
//! [`Wrong::key`].

use bianmin_locale::{Arg, Texts};
use bianmin_protocol::form::FieldErrorCode;

/// Where something stands: a file, or a sheet of it, and a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The file's name, with `/` and the sheet's where it has sheets. Empty for the catalogue that is published.
    pub place: String,
    /// The row as a spreadsheet counts, or the entry's number in a JSON list.
    pub row: Option<usize>,
    /// The column from 0 on, where one cell is meant.
    pub column: Option<usize>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// The item's or other entry's code, where it is known.
    pub code: String,
    /// The field in the national list's name, such as `is_need` or `materials[2].is_need`.
    pub field: String,
    /// What.
    pub wrong: Wrong,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, strum::IntoStaticStr)]
#[cfg_attr(test, derive(strum::VariantNames))]
#[strum(serialize_all = "kebab-case")]
pub enum Wrong {
    /// The file cannot be read at all: what the system says.
    Unreadable(String),
    /// There is no such file.
    NoFile,
    /// Not a plain file, but a folder, a device or the like.
    NotFile,
    /// Nothing is in the file.
    EmptyFile,
    /// A kind of file that is not read, by its ending.
    UnknownKind(String),
    /// A workbook of a kind whose cells cannot be read as they are shown.
    OtherWorkbook(String),
    /// What is called a workbook holds something else: its first characters.
    NotWorkbook(String),
    /// A workbook that only opens with a password.
    Protected,
    /// A workbook that is damaged or not as it must be: which part.
    DamagedWorkbook(String),
    /// More than this many megabytes.
    TooLarge(u64),
    /// A workbook that unpacks to more than this many megabytes, or to many times its size.
    Unpacked(u64),
    /// More than this many cells.
    TooManyCells(usize),
    /// More than this many columns.
    TooManyColumns(usize),
    /// More than this many seconds.
    TooLong(u64),
    /// Neither UTF-8 nor GB 18030, from this line on.
    Encoding {
        /// The line from 1 on.
        line: usize,
    },
    /// UTF-16.
    Utf16,
    /// No JSON.
    Json {
        /// The line from 1 on.
        line: usize,
        /// The column in bytes from 1 on.
        column: usize,
    },
    /// JSON that ends too soon.
    JsonEnds,
    /// A quotation mark that is not closed, or closed in the middle of a cell.
    Quotes {
        /// The line from 1 on.
        line: usize,
    },
    /// JSON without any of a catalogue's lists.
    NoCatalogue,
    /// Rows of items' lists without the sheet of items.
    NoItemSheet,
    /// No file has items, and the import is not a part of a catalogue.
    NoItems,
    /// More than a tenth of the items would be withdrawn: how many of how many.
    Removal {
        /// How many.
        removed: usize,
        /// Of how many.
        of: usize,
    },
    /// A sheet that is not known, and what it may have been meant to be.
    UnknownSheet(Option<String>),
    /// A column that is not known, and what it may have been meant to be.
    UnknownColumn(Option<String>),
    /// A key that is not known, and what it may have been meant to be.
    UnknownKey(Option<String>),
    /// The same column or key twice.
    Twice,
    /// A column that must be there.
    MissingColumn,
    /// The column names stand in a later row.
    HeaderRow(usize),
    /// More cells than columns.
    Surplus,
    /// Cells that are merged across columns.
    Merged(String),
    /// A formula's error instead of a value.
    FormulaError(String),
    /// A formula whose result is not in the file.
    NoResult,
    /// A number with more digits than spreadsheets keep, or already without its last digits.
    Digits,
    /// A number format whose result cannot be told for sure.
    NumberFormat(String),
    /// A date that each machine shows in another way.
    DateFormat,
    /// A date with a time of day, or a time without a date.
    NotOnlyDate,
    /// An invisible or control character.
    Character(char),
    /// A line break in a text of one line.
    LineBreak,
    /// Text that went through a wrong encoding.
    Garbled,
    /// It must be there.
    Missing,
    /// None of the values that are possible, which are these.
    NotOneOf(String),
    /// No whole number, or too large.
    NotNumber,
    /// A number in other characters than plain digits: how it would be right.
    PlainNumber(String),
    /// Not 是 or 否, true or false.
    NotFlag,
    /// No text.
    NotText,
    /// No list.
    NotList,
    /// No object with keys.
    NotObject,
    /// Not a real date.
    NotDate,
    /// Not made of letters, digits and `-_.`, or too long.
    NotCode,
    /// `word=reading` was expected.
    NotReading(String),
    /// `code=label=English label` was expected.
    NotOption(String),
    /// A value is of another kind than it must be.
    Malformed,
    /// Either a field or a material was expected.
    FieldOrMaterial,
    /// Rows of one page have different English titles.
    OtherTitle,
    /// The row belongs to an item that is not in the list; what it may have been meant to be.
    NoSuchItem(String, Option<String>),
    /// The code is used twice.
    Duplicate,
    /// It refers to something that is not there; what it may have been meant to be.
    NoSuch(String, Option<String>),
    /// Items that stay refer to something that the files take away: what, and which items.
    StillNeeded(String, String),
    /// It must not be empty.
    Empty,
    /// The task code is not authority + level + basic code.
    TaskCode,
    /// Not 12 digits.
    CatalogCode,
    /// The authority's code is not a unified social credit code.
    DepartmentCode,
    /// The version is 0 or so high that later ones have no room.
    Version(u32),
    /// The example does not pass the form's own rules.
    Example(FieldErrorCode),
    /// The example answers what is not asked.
    NotAsked,
    /// A material that may follow needs days within which.
    DueDays,
    /// The question that decides is not asked earlier in the form.
    AskedEarlier,
    /// No answer to the deciding question is this one; what it may have been meant to be.
    NoAnswer(String, Option<String>),
    /// The last day or number is before the first.
    Order,
}

impl Wrong {
    /// The key of its text without `import-`; the same stands in JSON.
    pub fn key(&self) -> &'static str {
        self.into()
    }

    fn args(&self, texts: &Texts) -> Vec<(&'static str, Arg<'static>)> {
        let detail = |text: &str| vec![("detail", Arg::from(text.to_owned()))];
        let number = |number: Arg<'static>| vec![("number", number)];
        match self {
            Self::Unreadable(text)
            | Self::UnknownKind(text)
            | Self::OtherWorkbook(text)
            | Self::NotWorkbook(text)
            | Self::DamagedWorkbook(text)
            | Self::Merged(text)
            | Self::FormulaError(text)
            | Self::NumberFormat(text)
            | Self::NotOneOf(text)
            | Self::PlainNumber(text)
            | Self::NotReading(text)
            | Self::NotOption(text)
            | Self::NoSuchItem(text, _)
            | Self::NoSuch(text, _)
            | Self::NoAnswer(text, _) => detail(text),
            Self::StillNeeded(text, items) => {
                vec![("detail", text.clone().into()), ("items", items.clone().into())]
            }
            Self::TooLarge(most) | Self::Unpacked(most) | Self::TooLong(most) => number((*most).into()),
            Self::TooManyCells(most) | Self::TooManyColumns(most) | Self::HeaderRow(most) => {
                number((*most).into())
            }
            Self::Version(most) => number((*most).into()),
            Self::Encoding { line } | Self::Quotes { line } => number((*line).into()),
            Self::Json { line, column } => vec![("line", (*line).into()), ("column", (*column).into())],
            Self::Removal { removed, of } => vec![("removed", (*removed).into()), ("of", (*of).into())],
            Self::Character(character) => detail(&format!("U+{:04X}", u32::from(*character))),
            Self::Example(error) => {
                let args: Vec<_> =
                    error.args().into_iter().map(|(name, value)| (name, Arg::from(value))).collect();
                detail(&texts.t_args(&format!("error-{}", error.key()), &args))
            }
            _ => Vec::new(),
        }
    }

    /// What it was probably meant to be.
    fn likely(&self) -> Option<&str> {
        match self {
            Self::UnknownSheet(likely) | Self::UnknownColumn(likely) | Self::UnknownKey(likely) => likely,
            Self::NoSuchItem(_, likely) | Self::NoSuch(_, likely) | Self::NoAnswer(_, likely) => likely,
            _ => &None,
        }
        .as_deref()
    }

    /// In words for staff.
    pub fn text(&self, texts: &Texts) -> String {
        let text = texts.t_args(&format!("import-{}", self.key()), &self.args(texts));
        match self.likely() {
            Some(likely) => {
                texts.t_args("import-likely", &[("text", text.as_str().into()), ("likely", likely.into())])
            }
            None => text,
        }
    }
}

impl Problem {
    /// About a whole file or sheet.
    pub(in crate::catalogue) fn of_place(place: &str, field: &str, wrong: Wrong) -> Self {
        let origin = Origin { place: place.to_owned(), row: None, column: None };
        Self { origin, code: String::new(), field: field.to_owned(), wrong }
    }
}

/// Something that is no mistake, but that whoever imports should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The file and sheet.
    pub place: String,
    /// What.
    pub what: Noticed,
}

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// A hidden sheet was read like the others.
    HiddenSheet,
    /// A sheet that programs hide so that no person can show it was left out, as its name is not known.
    HiddenSheetLeftOut,
    /// So many hidden rows were read like the others.
    HiddenRows(usize),
    /// So many hidden columns were read like the others.
    HiddenColumns(usize),
}

impl Notice {
    /// One line for staff.
    pub fn text(&self, texts: &Texts) -> String {
        let (key, number) = match self.what {
            Noticed::HiddenSheet => ("import-hidden-sheet", 0),
            Noticed::HiddenSheetLeftOut => ("import-hidden-sheet-left-out", 0),
            Noticed::HiddenRows(number) => ("import-hidden-rows", number),
            Noticed::HiddenColumns(number) => ("import-hidden-columns", number),
        };
        texts.t_args(key, &[("place", self.place.as_str().into()), ("number", number.into())])
    }
}

#[cfg(test)]
mod tests;

//! What a slip or page says, before anything is known about paper.
//!
//! Blocks are meanings ("this is the registration number"), never looks: sizes, columns and breaks are the
//! layout's business, so that one document is right on 58 mm, on 80 mm and on A4. All words come from the
//! caller; nothing here is written in any language.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A slip or page: blocks from top to bottom.
///
/// `Debug` shows which blocks there are and never what they say, because they say whose slip it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Document {
    /// BCP 47 tag of the words, such as `zh-CN`; it becomes the PDF's language.
    pub language: String,
    /// What every sheet of A4 says at its foot, so that loose sheets find together; nothing on a roll.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub running: String,
    /// The content in reading order.
    pub blocks: Vec<Block>,
}

/// One piece of meaning.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// The project's mark, at the head of a paper.
    Mark,
    /// What this paper is. The first one also titles the PDF.
    Title {
        /// The words.
        text: String,
    },
    /// Where it comes from, under the title.
    Subtitle {
        /// The words.
        text: String,
    },
    /// The heading of a section; it stays with what follows it.
    Heading {
        /// The words.
        text: String,
    },
    /// The number somebody will read out or type in: one line, as large as fits.
    BigNumber {
        /// What the number is.
        label: String,
        /// The number, already grouped with hyphens or spaces.
        number: String,
    },
    /// Keys and values in two aligned columns.
    Rows {
        /// The rows in order.
        rows: Vec<Row>,
    },
    /// Running text.
    Paragraph {
        /// The words; a line feed starts a new line.
        text: String,
    },
    /// Something that must not be overlooked, in a box.
    Notice {
        /// A bold first line, or nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The words.
        text: String,
    },
    /// What happens, in order, numbered from one.
    Steps {
        /// The steps in order.
        steps: Vec<Step>,
    },
    /// Things without an order.
    Bullets {
        /// One entry each.
        items: Vec<String>,
    },
    /// Things to tick off with a pen.
    Checklist {
        /// One entry each.
        entries: Vec<Step>,
    },
    /// Rows of cells under a head, which is said again where the table goes on on another sheet. A roll has no
    /// room for columns: there each row becomes its first cell and what the others say of it.
    Table {
        /// What the columns are.
        head: Vec<String>,
        /// The rows in order, each with a cell for each column.
        rows: Vec<Vec<String>>,
    },
    /// A filled-in form: every answer in a cell beside its label.
    Fields {
        /// The answers in order.
        rows: Vec<Row>,
    },
    /// Questions and answers, or parts and what is said of them: each key in bold on a line of its own.
    Terms {
        /// The entries in order.
        rows: Vec<Row>,
    },
    /// Places to sign or to write on, each a label and a line.
    Signature {
        /// What to write on each line.
        labels: Vec<String>,
    },
    /// A thin line across.
    Rule,
    /// Room.
    Spacer {
        /// How much.
        size: Space,
    },
    /// A QR code of error level M.
    Qr {
        /// What a phone reads; at most 2,331 bytes.
        payload: String,
        /// What scanning it does, or nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Small print at the end.
    Footer {
        /// The words.
        text: String,
    },
    /// A banner that says that this is not the first copy.
    Reprint {
        /// The words, such as "reprint, 2nd copy, 10:42".
        text: String,
    },
}

/// One line of a two-column list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is.
    pub key: String,
    /// What it says.
    pub value: String,
    /// Whether the value is the one to look at.
    #[serde(default)]
    pub strong: bool,
}

/// One of the things that happen next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What happens.
    pub title: String,
    /// Its state in a word or two, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chip: Option<String>,
    /// When and how, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How much room a [`Block::Spacer`] leaves.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Space {
    /// Half a line.
    Small,
    /// One line.
    Medium,
    /// Two lines.
    Large,
}

impl Document {
    /// An empty document in `language` (a BCP 47 tag).
    pub fn new(language: impl Into<String>) -> Self {
        Self { language: language.into(), running: String::new(), blocks: Vec::new() }
    }

    /// The document with one more block at its end.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The document with `text` at the foot of its sheets.
    #[must_use]
    pub fn running(self, text: impl Into<String>) -> Self {
        Self { running: text.into(), ..self }
    }

    /// Every text that is drawn, in reading order. A QR code's payload is not drawn as text.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let running = Some(self.running.as_str()).filter(|text| !text.is_empty());
        self.blocks.iter().flat_map(Block::texts).chain(running)
    }
}

impl Block {
    /// A [`Block::Title`].
    pub fn title(text: impl Into<String>) -> Self {
        Self::Title { text: text.into() }
    }

    /// A [`Block::Subtitle`].
    pub fn subtitle(text: impl Into<String>) -> Self {
        Self::Subtitle { text: text.into() }
    }

    /// A [`Block::Heading`].
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    /// A [`Block::BigNumber`].
    pub fn big_number(label: impl Into<String>, number: impl Into<String>) -> Self {
        Self::BigNumber { label: label.into(), number: number.into() }
    }

    /// A [`Block::Paragraph`].
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    /// A [`Block::Notice`] without a title.
    pub fn notice(text: impl Into<String>) -> Self {
        Self::Notice { title: None, text: text.into() }
    }

    /// A [`Block::Qr`] with a caption.
    pub fn qr(payload: impl Into<String>, caption: impl Into<String>) -> Self {
        Self::Qr { payload: payload.into(), caption: Some(caption.into()) }
    }

    /// A [`Block::Footer`].
    pub fn footer(text: impl Into<String>) -> Self {
        Self::Footer { text: text.into() }
    }

    /// A [`Block::Reprint`].
    pub fn reprint(text: impl Into<String>) -> Self {
        Self::Reprint { text: text.into() }
    }

    /// Every text of this block that is drawn, in reading order.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Title { text }
            | Self::Subtitle { text }
            | Self::Heading { text }
            | Self::Paragraph { text }
            | Self::Footer { text }
            | Self::Reprint { text } => vec![text],
            Self::BigNumber { label, number } => vec![label, number],
            Self::Rows { rows } | Self::Fields { rows } | Self::Terms { rows } => {
                rows.iter().flat_map(|row| [row.key.as_str(), &row.value]).collect()
            }
            Self::Notice { title, text } => title.iter().map(String::as_str).chain([text.as_str()]).collect(),
            Self::Steps { steps } | Self::Checklist { entries: steps } => steps
                .iter()
                .flat_map(|step| [Some(step.title.as_str()), step.chip.as_deref(), step.detail.as_deref()])
                .flatten()
                .collect(),
            Self::Bullets { items } => items.iter().map(String::as_str).collect(),
            Self::Table { head, rows } => {
                head.iter().chain(rows.iter().flatten()).map(String::as_str).collect()
            }
            Self::Signature { labels } => labels.iter().map(String::as_str).collect(),
            Self::Qr { caption, .. } => caption.iter().map(String::as_str).collect(),
            Self::Mark | Self::Rule | Self::Spacer { .. } => Vec::new(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Mark => "Mark",
            Self::Title { .. } => "Title",
            Self::Subtitle { .. } => "Subtitle",
            Self::Heading { .. } => "Heading",
            Self::BigNumber { .. } => "BigNumber",
            Self::Rows { .. } => "Rows",
            Self::Paragraph { .. } => "Paragraph",
            Self::Notice { .. } => "Notice",
            Self::Steps { .. } => "Steps",
            Self::Bullets { .. } => "Bullets",
            Self::Checklist { .. } => "Checklist",
            Self::Table { .. } => "Table",
            Self::Fields { .. } => "Fields",
            Self::Terms { .. } => "Terms",
            Self::Signature { .. } => "Signature",
            Self::Rule => "Rule",
            Self::Spacer { .. } => "Spacer",
            Self::Qr { .. } => "Qr",
            Self::Footer { .. } => "Footer",
            Self::Reprint { .. } => "Reprint",
        }
    }
}

impl Row {
    /// A row whose value is in the regular weight.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), strong: false }
    }

    /// A row whose value is bold.
    pub fn strong(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { strong: true, ..Self::new(key, value) }
    }
}

impl Step {
    /// A step with a detail and no chip.
    pub fn new(title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { title: title.into(), chip: None, detail: Some(detail.into()) }
    }

    /// The step with its state beside its title.
    #[must_use]
    pub fn chip(mut self, chip: impl Into<String>) -> Self {
        self.chip = Some(chip.into());
        self
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("language", &self.language).field("blocks", &self.blocks).finish()
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row")
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Step")
    }
}

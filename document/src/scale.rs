//! Sizes and room: what makes a slip calm.
//!
//! Nothing is smaller than 21 dots (2.6 mm) and body text is 24 dots and more, because a head of 203 dpi cannot
//! draw dense Chinese characters below that.

use crate::text::Style;
use crate::{Block, Ink, Media, Weight};

/// The sizes of one paper, in units.
pub(crate) struct Scale {
    pub media: Media,
    pub body: f32,
    pub small: f32,
    pub title: f32,
    pub heading: f32,
    pub number: f32,
    /// Thickness of a thin line.
    pub hair: f32,
    /// Side that a QR code should have.
    pub qr: f32,
}

impl Scale {
    pub fn new(media: Media) -> Self {
        match media {
            Media::Roll58 => Self {
                media,
                body: 24.0,
                small: 21.0,
                title: 42.0,
                heading: 28.0,
                number: 56.0,
                hair: 2.0,
                qr: 300.0,
            },
            Media::Roll80 => Self {
                media,
                body: 26.0,
                small: 23.0,
                title: 52.0,
                heading: 32.0,
                number: 64.0,
                hair: 2.0,
                qr: 360.0,
            },
            Media::A4 => Self {
                media,
                body: 31.0,
                small: 26.0,
                title: 62.0,
                heading: 37.0,
                number: 84.0,
                hair: 2.0,
                qr: 320.0,
            },
        }
    }

    pub fn style(size: f32, weight: Weight) -> Style {
        Style { size, leading: (size * 1.46).round(), weight, ink: Ink::Black }
    }

    pub fn body(&self) -> Style {
        Self::style(self.body, Weight::Regular)
    }

    pub fn strong(&self) -> Style {
        Self::style(self.body, Weight::Bold)
    }

    pub fn small(&self) -> Style {
        Self::style(self.small, Weight::Regular).ink(Ink::Soft)
    }

    /// Room before a block, in ems of the body.
    pub fn before(block: &Block) -> f32 {
        match block {
            Block::Mark | Block::Title { .. } | Block::Reprint { .. } => 0.0,
            Block::Subtitle { .. } => 0.1,
            Block::Heading { .. } => 1.0,
            Block::BigNumber { .. } | Block::Rows { .. } | Block::Rule | Block::Footer { .. } => 0.7,
            Block::Paragraph { .. }
            | Block::Bullets { .. }
            | Block::Steps { .. }
            | Block::Checklist { .. }
            | Block::Table { .. }
            | Block::Terms { .. }
            | Block::Fields { .. } => 0.5,
            Block::Signature { .. } => 1.4,
            Block::Notice { .. } => 0.9,
            Block::Qr { .. } => 0.6,
            Block::Spacer { .. } => 0.0,
        }
    }

    /// Room after a block, in ems of the body.
    pub fn after(block: &Block) -> f32 {
        match block {
            Block::Rule | Block::Notice { .. } => 0.8,
            Block::Mark => 0.4,
            Block::Title { .. } => 0.1,
            Block::Reprint { .. } => 0.7,
            _ => 0.0,
        }
    }
}

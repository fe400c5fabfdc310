//! What a printer can do: the kinds of printers, and what the configuration says differs from them.

use crate::config::{Base, Paper, Profile as Configured};
use bianmin_document::Media;
use bianmin_document::escpos::{self, Cutter};

/// What a printer can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The roll.
    pub paper: Paper,
    /// What its bytes are made of.
    pub bytes: escpos::Profile,
    /// It answers `GS ( H` once everything before it has been printed.
    pub process_ids: bool,
    /// It tells changes by itself after `GS a`.
    pub automatic_status: bool,
    /// It forgets what it has not printed yet on `DLE DC4 8`, and says so.
    pub clears_buffer: bool,
}

impl Profile {
    /// The kind that the configuration names, with what it says differs.
    pub fn new(configured: &Configured) -> Self {
        let (paper, epson) = match configured.base {
            Base::Generic80 | Base::Chinese80 => (Paper::Mm80, false),
            Base::Generic58 | Base::Chinese58 => (Paper::Mm58, false),
            Base::Epson80 => (Paper::Mm80, true),
        };
        let mut bytes = match paper {
            Paper::Mm58 => escpos::Profile::ROLL_58,
            Paper::Mm80 => escpos::Profile::ROLL_80,
        };
        if let Some(cutter) = configured.cutter {
            bytes.cutter = if cutter { Cutter::Partial } else { Cutter::None };
        }
        bytes.band_rows = configured.band_rows.unwrap_or(bytes.band_rows);
        bytes.set_motion_unit = configured.motion_unit.unwrap_or(bytes.set_motion_unit);
        Self {
            paper,
            bytes,
            process_ids: configured.process_ids.unwrap_or(epson),
            automatic_status: configured.automatic_status.unwrap_or(epson),
            clears_buffer: configured.clears_buffer.unwrap_or(epson),
        }
    }

    /// What documents are laid out for.
    pub fn media(&self) -> Media {
        match self.paper {
            Paper::Mm58 => Media::Roll58,
            Paper::Mm80 => Media::Roll80,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::new(&Configured::default())
    }
}

//! What a printer can do: the kinds of printers, what the configuration says differs from them, and how it is said
//! on a test page.

use crate::config::{Base, Characters, Dpi, Paper, Profile as Configured};
use bianmin_document::escpos::{self, Cutter};
use bianmin_document::{Density, Media};
use bianmin_locale::Texts;

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
    /// It keeps pictures in a memory of its own (`GS ( L`).
    pub nv_logo: bool,
}

impl Profile {
    /// The kind that the configuration names, with what it says differs.
    pub fn new(configured: &Configured) -> Self {
        let (paper, chinese, epson) = match configured.base {
            Base::Generic80 => (Paper::Mm80, false, false),
            Base::Generic58 => (Paper::Mm58, false, false),
            Base::Chinese80 => (Paper::Mm80, true, false),
            Base::Chinese58 => (Paper::Mm58, true, false),
            Base::Epson80 => (Paper::Mm80, true, true),
        };
        let mut bytes = match paper {
            Paper::Mm58 => escpos::Profile::ROLL_58,
            Paper::Mm80 => escpos::Profile::ROLL_80,
        };
        if configured.dpi == Some(Dpi::Dpi180) {
            bytes.density = Density::Dpi180;
            bytes.dots = match paper {
                Paper::Mm58 => 360,
                Paper::Mm80 => 512,
            };
        }
        bytes.characters = match configured.characters {
            Some(Characters::None) => escpos::Characters::None,
            Some(Characters::Gb2312) => escpos::Characters::Gb2312,
            Some(Characters::Gb18030) => escpos::Characters::Gb18030,
            None if chinese => escpos::Characters::Gb18030,
            None => escpos::Characters::None,
        };
        bytes.qr = configured.qr.unwrap_or(chinese);
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
            nv_logo: configured.nv_logo.unwrap_or(epson),
        }
    }

    /// What it can do, each as what it is and what it says, for a test page.
    pub fn facts(&self, texts: Texts) -> Vec<(String, String)> {
        let yes = |is: bool| texts.t(if is { "printer-fact-yes" } else { "printer-fact-no" });
        let millimetres = match self.paper {
            Paper::Mm58 => 58_u32,
            Paper::Mm80 => 80,
        };
        let sizes = [
            ("mm", millimetres.into()),
            ("dots", self.bytes.dots.into()),
            ("dpi", u32::from(self.bytes.density.dpi()).into()),
        ];
        let characters = match self.bytes.characters {
            escpos::Characters::None => texts.t("printer-fact-characters-none"),
            escpos::Characters::Gb2312 => "GB 2312".to_owned(),
            escpos::Characters::Gb18030 => "GB 18030".to_owned(),
        };
        let proof = if self.process_ids { "printer-fact-proof-id" } else { "printer-fact-proof-status" };
        vec![
            (texts.t("printer-fact-paper"), texts.t_args("printer-fact-paper-sizes", &sizes)),
            (texts.t("printer-fact-characters"), characters),
            (texts.t("printer-fact-qr"), yes(self.bytes.qr)),
            (texts.t("printer-fact-cutter"), yes(self.bytes.cutter != Cutter::None)),
            (texts.t("printer-fact-proof"), texts.t(proof)),
            (texts.t("printer-fact-automatic"), yes(self.automatic_status)),
            (texts.t("printer-fact-clears"), yes(self.clears_buffer)),
            (texts.t("printer-fact-memory"), yes(self.nv_logo)),
        ]
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

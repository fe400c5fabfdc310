//! QR codes that the printer draws itself.

use std::ops::ControlFlow;

use qrcode::{Color, EcLevel, QrCode};

use super::command_interpreter::{DotRow, Mechanism, Setter, mark};

/// The QR code that the job has stored, and how it is to look.
#[derive(Debug)]
pub(super) struct Symbol {
    /// Side of a module in dots.
    pub(super) module: u32,
    /// Error correction, 48 to 51.
    pub(super) level: u8,
    pub(super) data: Vec<u8>,
}

impl Default for Symbol {
    fn default() -> Self {
        Self { module: 3, level: 48, data: Vec::new() }
    }
}

impl Setter {
    /// Prints the stored code. As on real printers nothing comes out of what does not fit.
    pub(super) fn symbol(&mut self, out: &mut impl Mechanism) -> ControlFlow<()> {
        self.print_pending(out)?;
        let level = match self.symbol.level {
            49 => EcLevel::M,
            50 => EcLevel::Q,
            51 => EcLevel::H,
            _ => EcLevel::L,
        };
        let Ok(code) = QrCode::with_error_correction_level(&self.symbol.data, level) else {
            return ControlFlow::Continue(());
        };
        let (side, module) = (code.width(), self.symbol.module.clamp(1, 16));
        let across = side as u32 * module;
        if self.symbol.data.is_empty() || across > self.area() {
            return ControlFlow::Continue(());
        }
        let left = self.indent(across);
        let colors = code.to_colors();
        for line in colors.chunks(side) {
            let mut row: DotRow = [0; super::command::ROW_BYTES];
            for (column, _) in line.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
                (0..module).for_each(|dot| mark(&mut row, left + column as u32 * module + dot));
            }
            for _ in 0..module {
                out.row(&row)?;
            }
        }
        ControlFlow::Continue(())
    }
}

//! A code for a camera as a path of SVG, drawn here: no other program and no script sees what is in it.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Quiet modules on each side, as the standard asks for.
const QUIET: usize = 4;

/// A square of `size` modules, and a path that fills the dark ones.
pub(super) struct Qr {
    pub size: usize,
    pub path: String,
}

/// `None` where the text does not fit.
pub(super) fn draw(text: &str) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        for (x, color) in row.iter().enumerate() {
            if *color == Color::Dark {
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    Some(Qr { size: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_border() {
        let qr = draw("otpauth://totp/x:y?secret=A").unwrap();
        assert!(qr.path.starts_with(&format!("M{QUIET} {QUIET}h1v1h-1z")), "the first corner is dark");
        assert!(draw(&"x".repeat(4000)).is_none());
    }
}

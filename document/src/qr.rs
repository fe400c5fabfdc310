//! QR codes as a grid of modules, independent of any size.

use std::fmt;
use std::sync::Arc;

/// The symbol of one payload, at error level M, without its quiet zone. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct QrCode {
    side: usize,
    dark: Arc<[bool]>,
}

impl QrCode {
    /// Modules of light that must surround the symbol.
    pub const QUIET: usize = 4;

    /// Encodes `payload`, or nothing if it is too long for the largest symbol.
    pub fn new(payload: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(payload, qrcode::EcLevel::M).ok()?;
        let side = code.width();
        let dark = code.to_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect();
        Some(Self { side, dark })
    }

    /// Modules along one side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in column `x` of row `y` is dark; false outside the symbol.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }
}

impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The modules are the payload, which is somebody's receipt.
        write!(f, "QrCode({0}×{0})", self.side)
    }
}

//! The panel that pages are shown on: the scale at which a whole page is seen, and whether all that can be touched is
//! then large enough for a finger. Pure; it must not know what a page shows.

/// A panel as it hangs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// The diagonal in inches.
    pub inches: f32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why pages cannot be used on a panel.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PanelError {
    /// It is too long and narrow, or nearly square.
    #[error("pages do not fit this shape")]
    Shape,
    /// It has too few pixels for letters that can be read.
    #[error("it has too few pixels")]
    Coarse,
    /// Buttons would be too small for a finger.
    #[error("it is smaller than {least} inches")]
    Small {
        /// The least diagonal in inches for so many pixels.
        least: f32,
    },
}

impl Panel {
    /// The reference: 32 inches, portrait, 1080×1920.
    pub const PORTRAIT_32: Self = Self { inches: 32.0, width: 1080, height: 1920 };
    /// 21.5 inches, landscape, 1920×1080.
    pub const LANDSCAPE_21: Self = Self { inches: 21.5, width: 1920, height: 1080 };

    /// Pages are drawn for a canvas with this many logical pixels on the shorter side…
    pub const SHORT_SIDE: f32 = 1080.0;
    /// …and this many on the longer. What a panel has beyond it is room.
    pub const LONG_SIDE: f32 = 1920.0;
    /// The least width and height of anything that can be touched, in logical pixels.
    pub const MIN_TARGET: f32 = 60.0;
    /// The least gap between two things that can be touched, in logical pixels.
    pub const MIN_GAP: f32 = 12.0;
    /// The least side of a target in millimetres (ADA 707, EN 301 549).
    pub const TARGET_MM: f32 = 12.7;
    /// The least gap between targets in millimetres.
    pub const GAP_MM: f32 = 2.54;
    /// The longer side is at least so many times the shorter (5:4)…
    pub const LEAST_RATIO: f32 = 1.24;
    /// …and at most so many times (21:9).
    pub const MOST_RATIO: f32 = 2.4;
    /// Below this scale the smallest letters are too coarse to read.
    pub const LEAST_SCALE: f32 = 0.5;

    /// Physical pixels for one logical pixel, so that the whole canvas is seen on `width` × `height`.
    #[must_use]
    pub fn scale(width: f32, height: f32) -> f32 {
        let (short, long) = (width.min(height), width.max(height));
        let scale = (short / Self::SHORT_SIDE).min(long / Self::LONG_SIDE);
        if scale.is_finite() { scale.clamp(0.25, 8.0) } else { 1.0 }
    }

    /// Whether every page can be read and touched on it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), PanelError> {
        let (width, height) = (self.width as f32, self.height as f32);
        let ratio = width.max(height) / width.min(height);
        if !(Self::LEAST_RATIO..=Self::MOST_RATIO).contains(&ratio) {
            return Err(PanelError::Shape);
        }
        if Self::scale(width, height) < Self::LEAST_SCALE {
            return Err(PanelError::Coarse);
        }
        let least = self.least_inches();
        if self.inches < least { Err(PanelError::Small { least }) } else { Ok(()) }
    }

    /// The least diagonal at which targets and gaps are as large as they have to be, rounded up to tenths of an inch.
    #[must_use]
    pub fn least_inches(&self) -> f32 {
        let (width, height) = (self.width as f32, self.height as f32);
        let logical = width.hypot(height) / Self::scale(width, height);
        let millimetres = (Self::TARGET_MM / Self::MIN_TARGET).max(Self::GAP_MM / Self::MIN_GAP);
        (logical * millimetres / 25.4 * 10.0).ceil() / 10.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn panel(inches: f32, width: u32, height: u32) -> Panel {
        Panel { inches, width, height }
    }

    #[test]
    fn the_reference_panels_are_drawn_pixel_for_pixel() {
        for panel in [Panel::PORTRAIT_32, Panel::LANDSCAPE_21] {
            assert_eq!(Panel::scale(panel.width as f32, panel.height as f32), 1.0);
            assert_eq!(panel.check(), Ok(()));
        }
    }

    #[test]
    fn the_whole_canvas_is_seen_on_every_shape() {
        for (width, height) in
            [(1280, 720), (1024, 768), (768, 1366), (2160, 3840), (1280, 1024), (1200, 1920), (2560, 1080)]
        {
            let (width, height) = (width as f32, height as f32);
            let scale = Panel::scale(width, height);
            let (short, long) = (width.min(height) / scale, width.max(height) / scale);
            assert!(short >= Panel::SHORT_SIDE - 0.5 && long >= Panel::LONG_SIDE - 0.5, "{width}×{height}");
        }
    }

    #[test]
    fn targets_and_gaps_are_large_enough_on_every_panel_that_is_accepted() {
        for (width, height) in [(1080, 1920), (1366, 768), (1024, 768), (2160, 3840), (1280, 1024)] {
            let least = panel(0.0, width, height).least_inches();
            assert_eq!(panel(least, width, height).check(), Ok(()));
            assert_eq!(panel(least - 0.1, width, height).check(), Err(PanelError::Small { least }));
            let pixels_per_mm = (width as f32).hypot(height as f32) / (least * 25.4);
            let mm = |logical: f32| logical * Panel::scale(width as f32, height as f32) / pixels_per_mm;
            assert!(mm(Panel::MIN_TARGET) >= Panel::TARGET_MM - 0.001, "{width}×{height}");
            assert!(mm(Panel::MIN_GAP) >= Panel::GAP_MM - 0.001, "{width}×{height}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_apart() {
        assert_eq!(panel(15.6, 1280, 720).check(), Err(PanelError::Small { least: 18.4 }));
        assert_eq!(panel(32.0, 1080, 1080).check(), Err(PanelError::Shape));
        assert_eq!(panel(32.0, 3840, 1080).check(), Err(PanelError::Shape));
        assert_eq!(panel(32.0, 800, 600).check(), Err(PanelError::Coarse));
        assert_eq!(panel(43.0, 2160, 3840).check(), Ok(()));
    }
}

//! From a panel's inches and pixels to the scale at which everything is large
//! enough for a finger and an eye.

use iced::Size;

use super::{MIN_TARGET, space};

/// A panel as `kiosk.toml` states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// The diagonal in inches.
    pub inches: f32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Panel {
    /// The reference: 32 inches, portrait, 1080×1920.
    pub const PORTRAIT_32: Self = Self { inches: 32.0, width: 1080, height: 1920 };

    /// 21.5 inches, landscape, 1920×1080.
    pub const LANDSCAPE_21: Self = Self { inches: 21.5, width: 1920, height: 1080 };

    /// Pixels per millimetre; the reference panel's where the statement makes no sense.
    #[must_use]
    pub fn pixels_per_mm(&self) -> f32 {
        let diagonal = (self.width as f32).hypot(self.height as f32);
        let density = diagonal / (self.inches * 25.4);
        if density.is_finite() && density > 0.0 { density } else { Self::PORTRAIT_32.pixels_per_mm() }
    }
}

/// The scale of a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// Physical pixels for one logical pixel.
    pub scale: f32,
}

impl Density {
    /// The least side of a target, in millimetres (ADA 707, EN 301 549).
    pub const TARGET_MM: f32 = 12.7;
    /// The least gap between targets, in millimetres.
    pub const GAP_MM: f32 = 2.54;
    /// The layouts are drawn for this many logical pixels on the shorter side…
    const SHORT_SIDE: f32 = 1080.0;
    /// …and on the longer.
    const LONG_SIDE: f32 = 1920.0;

    /// The scale for `panel`: what its pixels suggest, but never so little
    /// that targets or gaps would be too small for a finger.
    #[must_use]
    pub fn of(panel: Panel) -> Self {
        let density = panel.pixels_per_mm();
        let pixels = panel.width.min(panel.height) as f32 / Self::SHORT_SIDE;
        let target = Self::TARGET_MM * density / MIN_TARGET;
        let gap = Self::GAP_MM * density / space::S;
        Self { scale: pixels.max(target).max(gap).clamp(0.5, 4.0) }
    }

    /// The scale for a window of `physical` pixels on a developer's desk: the
    /// whole page is seen, however small that makes it.
    #[must_use]
    pub fn of_window(physical: Size) -> Self {
        let short = physical.width.min(physical.height) / Self::SHORT_SIDE;
        let long = physical.width.max(physical.height) / Self::LONG_SIDE;
        Self { scale: short.min(long).clamp(0.25, 4.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_gaps_are_large_enough_on_every_panel() {
        for panel in [
            Panel::PORTRAIT_32,
            Panel::LANDSCAPE_21,
            Panel { inches: 15.6, width: 1366, height: 768 },
            Panel { inches: 43.0, width: 2160, height: 3840 },
        ] {
            let scale = Density::of(panel).scale;
            let mm = |logical: f32| logical * scale / panel.pixels_per_mm();
            assert!(mm(MIN_TARGET) >= 12.699, "{panel:?}: {}", mm(MIN_TARGET));
            assert!(mm(space::S) >= 2.539, "{panel:?}: {}", mm(space::S));
        }
    }

    #[test]
    fn the_reference_panels_are_drawn_pixel_for_pixel() {
        assert_eq!(Density::of(Panel::PORTRAIT_32).scale, 1.0);
        assert_eq!(Density::of(Panel::LANDSCAPE_21).scale, 1.0);
    }

    #[test]
    fn a_senseless_panel_still_gets_a_scale() {
        let panel = Panel { inches: 0.0, width: 0, height: 0 };
        assert!(Density::of(panel).scale >= 0.5);
    }

    #[test]
    fn a_small_window_shows_the_whole_page() {
        assert_eq!(Density::of_window(Size::new(540.0, 960.0)).scale, 0.5);
        assert_eq!(Density::of_window(Size::new(960.0, 540.0)).scale, 0.5);
    }
}

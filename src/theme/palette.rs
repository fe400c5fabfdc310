//! Colours by name, one palette for each contrast a resident can choose.

use iced::Color;

use super::Contrast;

/// What a notice, chip or dot says; always together with a word or an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// As it should be.
    Ok,
    /// Works, but not as usual.
    Warn,
    /// Does not work, or must be corrected.
    Bad,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 4] = [Self::Info, Self::Ok, Self::Warn, Self::Bad];
}

/// The colours of one contrast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    /// Text.
    pub ink: Color,
    /// Secondary text.
    pub ink_2: Color,
    /// The page.
    pub ground: Color,
    /// Cards, tiles, buttons, fields.
    pub card: Color,
    /// Lines round cards and controls.
    pub line: Color,
    /// The one next step, focus.
    pub primary: Color,
    /// The same while pressed.
    pub primary_dark: Color,
    /// Text on `primary` and `primary_dark`.
    pub on_primary: Color,
    /// Ground of chips, icons and plain notices.
    pub primary_tint: Color,
    /// Ground of the status strip.
    pub strip: Color,
    /// Text on the status strip.
    pub on_strip: Color,
    /// Dots on the status strip: as usual, not as usual, broken.
    pub dots: [Color; 3],
    /// Text of each tone and its tint.
    pub ok: Color,
    /// Ground of [`Tone::Ok`].
    pub ok_tint: Color,
    /// Text of [`Tone::Warn`].
    pub warn: Color,
    /// Ground of [`Tone::Warn`].
    pub warn_tint: Color,
    /// Text of [`Tone::Bad`].
    pub bad: Color,
    /// Ground of [`Tone::Bad`].
    pub bad_tint: Color,
    /// Ground of a field that cannot be changed, and of a disabled button.
    pub locked: Color,
    /// A control while pressed.
    pub pressed: Color,
    /// Ground of the keyboard.
    pub keyboard: Color,
    /// Covers the page behind a dialog.
    pub scrim: Color,
}

impl Palette {
    /// The palette of `contrast`.
    #[must_use]
    pub const fn of(contrast: Contrast) -> Self {
        match contrast {
            Contrast::Standard => Self::STANDARD,
            Contrast::BlackOnWhite => Self::BLACK_ON_WHITE,
            Contrast::WhiteOnBlack => Self::on_black(rgb(0xFFFFFF)),
            Contrast::YellowOnBlack => Self::on_black(rgb(0xFFEB3B)),
        }
    }

    const STANDARD: Self = Self {
        ink: rgb(0x12202F),
        ink_2: rgb(0x4B5B6D),
        ground: rgb(0xF3F5F8),
        card: rgb(0xFFFFFF),
        line: rgb(0xD3DBE4),
        primary: rgb(0x0B4F9E),
        primary_dark: rgb(0x083C79),
        on_primary: rgb(0xFFFFFF),
        primary_tint: rgb(0xE6EFFA),
        strip: rgb(0x083C79),
        on_strip: rgb(0xFFFFFF),
        dots: [rgb(0x57D38C), rgb(0xFFB938), rgb(0xFF8A80)],
        ok: rgb(0x14713F),
        ok_tint: rgb(0xE3F3EA),
        warn: rgb(0x9A5B00),
        warn_tint: rgb(0xFFF3DC),
        bad: rgb(0xB3261E),
        bad_tint: rgb(0xFBE9E7),
        locked: rgb(0xEDF0F5),
        pressed: rgb(0xD5E4F7),
        keyboard: rgb(0xDEE5ED),
        scrim: scrim(0x12202F, 0.55),
    };

    const BLACK_ON_WHITE: Self = Self {
        ink: rgb(0x000000),
        ink_2: rgb(0x000000),
        ground: rgb(0xFFFFFF),
        card: rgb(0xFFFFFF),
        line: rgb(0x000000),
        primary: rgb(0x000000),
        primary_dark: rgb(0x333333),
        on_primary: rgb(0xFFFFFF),
        primary_tint: rgb(0xFFFFFF),
        strip: rgb(0x000000),
        on_strip: rgb(0xFFFFFF),
        dots: [rgb(0x57D38C), rgb(0xFFB938), rgb(0xFF8A80)],
        ok: rgb(0x004D25),
        ok_tint: rgb(0xFFFFFF),
        warn: rgb(0x5C3600),
        warn_tint: rgb(0xFFFFFF),
        bad: rgb(0x8C0000),
        bad_tint: rgb(0xFFFFFF),
        locked: rgb(0xEEEEEE),
        pressed: rgb(0xCCCCCC),
        keyboard: rgb(0xEEEEEE),
        scrim: scrim(0x000000, 0.75),
    };

    const fn on_black(ink: Color) -> Self {
        Self {
            ink,
            ink_2: ink,
            ground: rgb(0x000000),
            card: rgb(0x000000),
            line: ink,
            primary: ink,
            primary_dark: rgb(0xCFCFCF),
            on_primary: rgb(0x000000),
            primary_tint: rgb(0x000000),
            strip: rgb(0x000000),
            on_strip: ink,
            dots: [rgb(0x57D38C), rgb(0xFFB938), rgb(0xFF8A80)],
            ok: rgb(0x8CE8B0),
            ok_tint: rgb(0x000000),
            warn: rgb(0xFFC25C),
            warn_tint: rgb(0x000000),
            bad: rgb(0xFFA79E),
            bad_tint: rgb(0x000000),
            locked: rgb(0x2A2A2A),
            pressed: rgb(0x444444),
            keyboard: rgb(0x1C1C1C),
            scrim: scrim(0x3C3C3C, 0.85),
        }
    }

    /// The text colour of `tone`.
    #[must_use]
    pub const fn tone(&self, tone: Tone) -> Color {
        match tone {
            Tone::Info => self.primary,
            Tone::Ok => self.ok,
            Tone::Warn => self.warn,
            Tone::Bad => self.bad,
        }
    }

    /// The ground of `tone`.
    #[must_use]
    pub const fn tint(&self, tone: Tone) -> Color {
        match tone {
            Tone::Info => self.primary_tint,
            Tone::Ok => self.ok_tint,
            Tone::Warn => self.warn_tint,
            Tone::Bad => self.bad_tint,
        }
    }

    /// The dot of `tone` on the status strip.
    #[must_use]
    pub const fn dot(&self, tone: Tone) -> Color {
        match tone {
            Tone::Info | Tone::Ok => self.dots[0],
            Tone::Warn => self.dots[1],
            Tone::Bad => self.dots[2],
        }
    }

    /// Every pair of text and ground that the widgets draw, with a name.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, Color, Color)> {
        let mut pairs = vec![
            ("text on ground", self.ink, self.ground),
            ("text on card", self.ink, self.card),
            ("text on tint", self.ink, self.primary_tint),
            ("text on locked", self.ink, self.locked),
            ("text on pressed", self.ink, self.pressed),
            ("text on keyboard", self.ink, self.keyboard),
            ("secondary on ground", self.ink_2, self.ground),
            ("secondary on card", self.ink_2, self.card),
            ("secondary on tint", self.ink_2, self.primary_tint),
            ("secondary on locked", self.ink_2, self.locked),
            ("secondary on pressed", self.ink_2, self.pressed),
            ("secondary on keyboard", self.ink_2, self.keyboard),
            ("primary on ground", self.primary, self.ground),
            ("primary on card", self.primary, self.card),
            ("primary on pressed", self.primary, self.pressed),
            ("on primary", self.on_primary, self.primary),
            ("on pressed primary", self.on_primary, self.primary_dark),
            ("on strip", self.on_strip, self.strip),
            ("error on ground", self.bad, self.ground),
            ("error on card", self.bad, self.card),
        ];
        for tone in Tone::ALL {
            pairs.push(("tone on its tint", self.tone(tone), self.tint(tone)));
            pairs.push(("text on a tint", self.ink, self.tint(tone)));
            pairs.push(("secondary on a tint", self.ink_2, self.tint(tone)));
            pairs.push(("dot on strip", self.dot(tone), self.strip));
        }
        pairs
    }
}

const fn rgb(hex: u32) -> Color {
    scrim(hex, 1.0)
}

const fn scrim(hex: u32, alpha: f32) -> Color {
    Color {
        r: ((hex >> 16) & 0xFF) as f32 / 255.0,
        g: ((hex >> 8) & 0xFF) as f32 / 255.0,
        b: (hex & 0xFF) as f32 / 255.0,
        a: alpha,
    }
}

/// The contrast of two colours as WCAG defines it, from 1 to 21.
#[cfg(test)]
pub fn contrast_ratio(a: Color, b: Color) -> f32 {
    let luminance = |color: Color| {
        let [r, g, b, _] = color.into_linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

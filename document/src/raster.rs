//! Dots: one bit each, as a thermal head burns them.

use std::fmt;

/// A picture of one bit per dot, 1 for black, rows from the top, eight dots a byte with the leftmost in the
/// highest bit, each row starting on a byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    height: u32,
    bits: Vec<u8>,
}

impl Bitmap {
    /// A white picture.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, bits: vec![0; width.div_ceil(8) as usize * height as usize] }
    }

    /// Dots across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Dots down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Bytes of a row.
    pub fn stride(&self) -> usize {
        self.width.div_ceil(8) as usize
    }

    /// The bytes of row `y`; empty outside the picture.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = self.stride() * y as usize;
        self.bits.get(start..start + self.stride()).unwrap_or_default()
    }

    /// Whether a dot is black; false outside the picture.
    pub fn get(&self, x: u32, y: u32) -> bool {
        x < self.width && self.row(y).get(x as usize / 8).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Sets a dot; nothing happens outside the picture.
    pub fn set(&mut self, x: i32, y: i32, black: bool) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        let at = self.stride() * y as usize + x as usize / 8;
        let bit = 0x80 >> (x % 8);
        if black {
            self.bits[at] |= bit;
        } else {
            self.bits[at] &= !bit;
        }
    }

    /// Sets the dots `x..x + w` of row `y`.
    pub(crate) fn set_span(&mut self, x: i32, y: i32, w: i32, black: bool) {
        for x in x.max(0)..(x + w).min(self.width as i32) {
            self.set(x, y, black);
        }
    }

    /// Appends rows of packed bytes, each cut or padded with white to the picture's width.
    pub(crate) fn push_row(&mut self, row: &[u8]) {
        let stride = self.stride();
        let start = self.bits.len();
        let take = row.len().min(stride);
        self.bits.extend_from_slice(&row[..take]);
        self.bits.resize(start + stride, 0);
        if let (Some(last), false) = (self.bits.last_mut(), self.width.is_multiple_of(8)) {
            *last &= 0xffu8 << (8 - self.width % 8);
        }
        self.height += 1;
    }

    /// Appends white rows.
    pub(crate) fn push_blank(&mut self, rows: u32) {
        self.height += rows;
        self.bits.resize(self.stride() * self.height as usize, 0);
    }

    /// Whether row `y` is white.
    pub fn is_blank_row(&self, y: u32) -> bool {
        self.row(y).iter().all(|&byte| byte == 0)
    }
}

impl fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bitmap({}×{})", self.width, self.height)
    }
}

/// The picture as a PNG of one bit per dot at 203 dpi. A picture without dots becomes one white dot, because a
/// PNG cannot be empty.
pub fn png(bitmap: &Bitmap) -> Vec<u8> {
    let (width, height) = (bitmap.width.max(1), bitmap.height.max(1));
    let mut data: Vec<u8> = bitmap.bits.iter().map(|byte| !byte).collect();
    data.resize(width.div_ceil(8) as usize * height as usize, 0xff);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let per_metre = 8000;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
    debug_assert!(written.is_ok(), "a bitmap always has the bytes that its size asks for");
    out
}

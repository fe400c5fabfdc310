//! Photographs and scans, decoded within limits and encoded anew.

use super::{Unshowable, View};
use bianmin_protocol::content::MediaType;
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// The most pixels of a picture; telephones make up to 50 million.
pub(super) const PIXELS: u64 = 64_000_000;
/// The longest side in pixels.
const SIDE: u32 = 30_000;
/// Bytes that a decoder may take.
const MEMORY: u64 = 512 * 1024 * 1024;
const QUALITY: u8 = 82;

/// Draws a picture upright, not larger than wanted, as a JPEG.
pub(super) fn draw(file: &[u8], kind: MediaType, view: View) -> Result<Vec<u8>, Unshowable> {
    let format = match kind {
        MediaType::Jpeg => ImageFormat::Jpeg,
        MediaType::Png => ImageFormat::Png,
        MediaType::Pdf => return Err(Unshowable::OtherKind),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(report)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(Unshowable::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(report)?;
    if width.max(height) > view.side {
        picture = picture.thumbnail(view.side, view.side);
    }
    picture.apply_orientation(orientation);
    let picture = match view.turns % 4 {
        1 => picture.rotate90(),
        2 => picture.rotate180(),
        3 => picture.rotate270(),
        _ => picture,
    };
    let mut drawn = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut drawn, QUALITY);
    on_white(&picture).write_with_encoder(encoder).map_err(report)?;
    Ok(drawn)
}

/// A JPEG knows no transparency; paper is white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |part: u8| {
            let (part, alpha) = (u16::from(part), u16::from(alpha));
            ((part * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

fn report(error: ImageError) -> Unshowable {
    match error {
        ImageError::Limits(_) => Unshowable::TooLarge,
        _ => Unshowable::Damaged,
    }
}

//! Pictures of pages, drawn as the terminal draws them, and their comparison
//! with the golden ones in `tests/snapshots`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use bianmin_kiosk::font;
use bianmin_kiosk::theme::Look;
use bianmin_kiosk::widget::page::Chrome;
use iced::advanced::renderer::Headless;
use iced::{Element, Event, Renderer, Size, window};
use iced_test::core::{clipboard, mouse, renderer};
use iced_test::futures::futures::executor::block_on;
use iced_test::runtime::{UserInterface, user_interface};

/// The two reference panels.
pub const PORTRAIT: Size = Size::new(1080.0, 1920.0);
pub const LANDSCAPE: Size = Size::new(1920.0, 1080.0);

/// A pixel may differ by this much in one channel…
const NOTICEABLE: u8 = 40;
/// …and so many pixels of a picture may differ more, because rounding differs between processors.
const TOLERATED: usize = 60;

pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgba: Vec<u8>,
}

/// Draws `element` in a window of `size`; the picture is half as wide and high.
pub fn draw<'a, M: 'a>(element: impl Into<Element<'a, M>>, look: Look, size: Size) -> Picture {
    font::load().unwrap();
    let settings = font::settings();
    let mut drawing: Renderer = block_on(<Renderer as Headless>::new(
        settings.default_font,
        settings.default_text_size,
        Some("tiny-skia"),
    ))
    .unwrap();
    let mut ui = UserInterface::build(element, size, user_interface::Cache::default(), &mut drawing);
    let redraw = Event::Window(window::Event::RedrawRequested(std::time::Instant::now()));
    let _ =
        ui.update(&[redraw], mouse::Cursor::Unavailable, &mut drawing, &mut clipboard::Null, &mut Vec::new());
    let style = renderer::Style { text_color: look.palette.ink };
    ui.draw(&mut drawing, &look.theme(), &style, mouse::Cursor::Unavailable);
    let full = Size::new(size.width as u32, size.height as u32);
    halved(&drawing.screenshot(full, 1.0, look.palette.ground), full)
}

/// Each pixel is the mean of four. The renderer itself only draws a part of
/// the window at scales below 1.
fn halved(rgba: &[u8], full: Size<u32>) -> Picture {
    let (width, height) = (full.width / 2, full.height / 2);
    let at = |x: u32, y: u32, channel: usize| u16::from(rgba[((y * full.width + x) * 4) as usize + channel]);
    let mut small = Vec::with_capacity((width * height * 4) as usize);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..4 {
                let sum = at(2 * x, 2 * y, channel)
                    + at(2 * x + 1, 2 * y, channel)
                    + at(2 * x, 2 * y + 1, channel)
                    + at(2 * x + 1, 2 * y + 1, channel);
                small.push((sum / 4) as u8);
            }
        }
    }
    Picture { width, height, rgba: small }
}

/// What the buttons of every page say in a test.
pub fn chrome<M: Clone>(message: M) -> Chrome<M> {
    Chrome {
        home: Some(message.clone()),
        display: message.clone(),
        language: message.clone(),
        clock: message,
    }
}

/// Compares with the golden picture `name`; a missing one is a failure. With
/// `BIANMIN_UPDATE_SNAPSHOTS=1` the golden picture is written instead.
#[track_caller]
pub fn assert_golden(name: &str, picture: &Picture) {
    let path = golden(name);
    if std::env::var_os("BIANMIN_UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        if !matches!(read(&path), Some(old) if differing(&old, picture).is_some_and(|pixels| pixels <= TOLERATED))
        {
            write(&path, picture);
        }
        return;
    }
    let Some(old) = read(&path) else {
        panic!("there is no golden picture {}", path.display());
    };
    let differing = differing(&old, picture);
    if differing.is_none_or(|pixels| pixels > TOLERATED) {
        let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        write(&seen, picture);
        panic!("{name} looks different ({differing:?} pixels): {} is what was drawn", seen.display());
    }
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(format!("{name}.png"))
}

/// How many pixels differ noticeably; `None` if the sizes do.
fn differing(a: &Picture, b: &Picture) -> Option<usize> {
    if (a.width, a.height) != (b.width, b.height) {
        return None;
    }
    let pairs = a.rgba.chunks_exact(4).zip(b.rgba.chunks_exact(4));
    Some(pairs.filter(|(a, b)| a[..3].iter().zip(&b[..3]).any(|(a, b)| a.abs_diff(*b) > NOTICEABLE)).count())
}

fn read(path: &Path) -> Option<Picture> {
    let mut reader = png::Decoder::new(BufReader::new(File::open(path).ok()?)).read_info().ok()?;
    let mut rgb = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut rgb).ok()?;
    let rgba = rgb[..info.buffer_size()]
        .chunks_exact(3)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect();
    Some(Picture { width: info.width, height: info.height, rgba })
}

fn write(path: &Path, picture: &Picture) {
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    // Sixty-four steps a channel look the same and make smaller files.
    let step = |value: u8| u8::try_from((u16::from(value) + 2) / 4 * 4).unwrap_or(u8::MAX);
    let rgb: Vec<u8> =
        picture.rgba.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]].map(step)).collect();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&rgb).unwrap();
}

//! A printer gets what the picture shows, and a simulated one survives whatever it is sent.

use bianmin_document::escpos::{Cutter, Decoder, Event, MAX_ROWS, Profile, decode, encode};
use bianmin_document::{Bitmap, Fonts, Media, Renderer};
use proptest::prelude::*;

use crate::example;

fn receipt(media: Media) -> Bitmap {
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(&example::receipt(), media).unwrap();
    renderer.raster(&layout)
}

#[test]
fn a_receipt_comes_back_dot_for_dot() {
    for (media, profile) in [(Media::Roll58, Profile::ROLL_58), (Media::Roll80, Profile::ROLL_80)] {
        let bitmap = receipt(media);
        let profile = Profile { cutter: Cutter::Partial, ..profile };
        let bytes = encode(&bitmap, &profile);
        let back = decode(&bytes, profile.dots).unwrap();
        assert_eq!(back.bitmap, bitmap);
        assert_eq!((back.cuts, back.ignored, back.truncated), (1, 0, false));
        // White is fed, not sent: the line of a serial printer is slow.
        let all = bitmap.stride() * bitmap.height() as usize;
        assert!(bytes.len() < all * 8 / 10, "{} of {all} bytes", bytes.len());
    }
}

#[test]
fn a_slip_torn_by_hand_is_fed_past_the_bar() {
    let bitmap = receipt(Media::Roll58);
    let back = decode(&encode(&bitmap, &Profile::ROLL_58), 384).unwrap();
    assert_eq!(back.cuts, 0);
    assert!(back.bitmap.height() >= bitmap.height() + 80);
    assert!((0..bitmap.height()).all(|y| back.bitmap.row(y) == bitmap.row(y)));
}

#[test]
fn a_line_that_goes_dead_leaves_what_was_printed() {
    let bitmap = receipt(Media::Roll80);
    let bytes = encode(&bitmap, &Profile::ROLL_80);
    for end in (0..bytes.len()).step_by(97) {
        let back = decode(&bytes[..end], 576).unwrap();
        let rows = back.bitmap.height().min(bitmap.height());
        assert!((0..rows).all(|y| back.bitmap.row(y) == bitmap.row(y)), "cut at {end}");
        assert_eq!(back.ignored, 0);
    }
}

#[test]
fn status_questions_are_seen_between_commands() {
    let mut decoder = Decoder::new(384);
    let events = decoder.push(&[0x1b, b'@', 0x10, 0x04, 4, 0x1d, b'r', 1]).unwrap();
    assert_eq!(events, [Event::StatusRequest(4), Event::StatusRequest(1)]);
    assert_eq!(decoder.ignored(), 0);
}

#[test]
fn paper_without_end_is_refused() {
    let feeds = [0x1b, b'J', 255].repeat(MAX_ROWS as usize / 255 + 1);
    assert!(decode(&feeds, 384).is_err());
}

fn bitmaps() -> impl Strategy<Value = Bitmap> {
    let row = prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(any::<bool>(), 96)];
    prop::collection::vec(row, 0..120).prop_map(|rows| {
        let mut bitmap = Bitmap::new(96, rows.len() as u32);
        for (y, row) in rows.iter().enumerate() {
            for (x, &black) in row.iter().enumerate() {
                bitmap.set(x as i32, y as i32, black);
            }
        }
        bitmap
    })
}

proptest! {
    #[test]
    fn any_picture_comes_back(bitmap in bitmaps(), band_rows in 0u16..200, set_motion_unit: bool) {
        let profile = Profile { dots: 96, band_rows, cutter: Cutter::Full, set_motion_unit, ..Profile::ROLL_80 };
        let back = decode(&encode(&bitmap, &profile), 96).unwrap();
        prop_assert_eq!(back.bitmap, bitmap);
        prop_assert_eq!((back.cuts, back.ignored, back.truncated), (1, 0, false));
    }

    #[test]
    fn a_narrow_head_cuts_off_the_right(bitmap in bitmaps(), dots in 1u32..96) {
        let profile = Profile { dots, ..Profile::ROLL_80 };
        let back = decode(&encode(&bitmap, &profile), 96).unwrap().bitmap;
        for y in 0..bitmap.height() {
            for x in 0..96 {
                prop_assert_eq!(back.get(x, y), x < dots && bitmap.get(x, y));
            }
        }
    }

    #[test]
    fn garbage_is_survived_in_any_pieces(
        bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(&b"\x1b\x1d\x1c\x10\x04@JVvd0(\0"[..])], 0..3000),
        piece in 1usize..50,
        dots in any::<u32>(),
    ) {
        let whole = decode(&bytes, dots);
        let mut decoder = Decoder::new(dots);
        let mut cuts = 0;
        let pushed: Result<(), _> = bytes.chunks(piece).try_for_each(|piece| {
            cuts += decoder.push(piece)?.iter().filter(|event| matches!(event, Event::Cut(_))).count();
            Ok::<_, bianmin_document::escpos::DecodeError>(())
        });
        if let Ok(whole) = whole {
            prop_assert!(pushed.is_ok());
            prop_assert_eq!((whole.cuts, whole.ignored), (cuts, decoder.ignored()));
            prop_assert!(whole.bitmap.height() <= MAX_ROWS);
        }
    }
}

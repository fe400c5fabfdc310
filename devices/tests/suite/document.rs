//! What the project sends to printers, read by a reader that shares nothing with its writer.

use std::io::Write;

use bianmin_devices::printer::{Options, Slip, Width};
use bianmin_document::Bitmap;
use bianmin_document::escpos::{Cutter, Profile, encode};
use proptest::prelude::*;

use crate::{TIMEOUT, connect, start};

/// Rows between the blade and the head: blank at the beginning of every slip.
const MARGIN: u32 = 120;

/// A picture with blank rows and margins, like a receipt, and with dots in its corners.
fn picture(width: u32) -> impl Strategy<Value = Bitmap> {
    let row = prop_oneof![
        3 => Just(Vec::new()),
        2 => prop::collection::vec(0..width, 1..40),
        1 => Just((0..width).collect()),
    ];
    prop::collection::vec((row, 1_u32..40), 1..30).prop_map(move |bands| {
        let height = bands.iter().map(|(_, times)| times).sum();
        let mut bitmap = Bitmap::new(width, height);
        let mut y = 0;
        for (columns, times) in bands {
            for _ in 0..times {
                columns.iter().for_each(|&x| bitmap.set(x as i32, y, true));
                y += 1;
            }
        }
        bitmap.set(0, 0, true);
        bitmap.set(width as i32 - 1, y - 1, true);
        bitmap
    })
}

fn same(slip: &Slip, bitmap: &Bitmap) -> bool {
    slip.height == MARGIN + bitmap.height()
        && (0..MARGIN).all(|y| (0..slip.width).all(|x| !slip.dot(x, y)))
        && (0..bitmap.height()).all(|y| {
            (0..slip.width).all(|x| slip.dot(x, MARGIN + y) == (x < bitmap.width() && bitmap.get(x, y)))
        })
}

fn comes_out_whole(bitmap: &Bitmap, profile: Profile, width: Width) {
    let (printer, control) = start(Options { width, ..Options::default() });
    // Dots can look like a request for status. A host that has gone before the answer comes breaks the
    // connection, and with it the rest of its job: so this one stays.
    let mut host = connect(&printer);
    host.write_all(&encode(bitmap, &profile)).unwrap();
    let slips = control.wait_for_slips(1, TIMEOUT).unwrap();
    assert!(same(&slips[0], bitmap), "{:?} from {}×{}", slips[0], bitmap.width(), bitmap.height());
    assert_eq!(control.status().unknown_commands, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn every_dot_of_a_document_comes_out_on_80_mm(bitmap in picture(576)) {
        comes_out_whole(&bitmap, Profile::ROLL_80, Width::Mm80);
    }

    #[test]
    fn every_dot_of_a_document_comes_out_on_58_mm(bitmap in picture(384), band_rows in 1_u16..200) {
        let profile = Profile { cutter: Cutter::Full, band_rows, ..Profile::ROLL_58 };
        comes_out_whole(&bitmap, profile, Width::Mm58);
    }

    #[test]
    fn a_picture_narrower_than_the_paper_stays_at_its_left(bitmap in picture(401)) {
        comes_out_whole(&bitmap, Profile::ROLL_80, Width::Mm80);
    }
}

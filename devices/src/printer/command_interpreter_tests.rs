//! The interpreter without a machine: what reaches the paper, and that nothing makes it panic or grow.

use std::collections::HashMap;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;

#[derive(Default)]
struct Tray {
    rows: Vec<DotRow>,
    cuts: Vec<usize>,
    answers: Vec<Request>,
    pictures: HashMap<[u8; 2], Picture>,
    unknown: u32,
    rows_in_all: u64,
}

impl Mechanism for Tray {
    fn row(&mut self, row: &DotRow) -> ControlFlow<()> {
        self.rows_in_all += 1;
        if self.rows.len() < 20_000 {
            self.rows.push(*row);
        }
        ControlFlow::Continue(())
    }

    fn cut(&mut self, _: CutKind) -> ControlFlow<()> {
        self.cuts.push(self.rows.len());
        ControlFlow::Continue(())
    }

    fn answer(&mut self, request: Request) -> ControlFlow<()> {
        self.answers.push(request);
        ControlFlow::Continue(())
    }

    fn picture(&self, name: [u8; 2]) -> Option<Picture> {
        self.pictures.get(&name).cloned()
    }

    fn define(&mut self, name: [u8; 2], picture: Picture) -> ControlFlow<()> {
        self.pictures.insert(name, picture);
        ControlFlow::Continue(())
    }

    fn delete(&mut self, name: [u8; 2]) -> ControlFlow<()> {
        self.pictures.remove(&name);
        ControlFlow::Continue(())
    }

    fn unknown(&mut self) {
        self.unknown += 1;
    }
}

fn print(bytes: &[u8]) -> Tray {
    let mut interpreter = CommandInterpreter::new(576, Dpi::Dpi203, 120);
    let mut tray = Tray::default();
    for &byte in bytes {
        let _ = interpreter.push(byte, &mut tray);
    }
    tray
}

/// The columns that bear a dot in the rows given.
fn extent(rows: &[DotRow]) -> Option<(u32, u32)> {
    let black = |x: u32| rows.iter().any(|row| row[(x / 8) as usize] & (0x80 >> (x % 8)) != 0);
    let first = (0..576).find(|&x| black(x))?;
    let last = (0..576).rfind(|&x| black(x))?;
    Some((first, last))
}

#[test]
fn a_picture_is_kept_and_printed_as_large_as_is_asked() {
    let define = b"\x1d(L\x0f\0\x30\x43\x30ab\x01\x0c\0\x02\0\x31\xff\xf0\x80\x10";
    let once = print(&[&define[..], b"\x1d(L\x06\0\x30\x45ab\x01\x01"].concat());
    assert_eq!(once.rows.len(), 2);
    assert_eq!(
        (once.rows[0][..3].to_vec(), once.rows[1][..3].to_vec()),
        (vec![0xff, 0xf0, 0], vec![0x80, 0x10, 0])
    );
    // The same by the command with the longer length, twice as large; an unknown name prints nothing.
    let longer = [&b"\x1d8L\x0f\0\0\0"[..], &define[5..], b"\x1d(L\x06\0\x30\x45ab\x02\x02"].concat();
    let twice = print(&longer);
    assert_eq!((twice.rows.len(), extent(&twice.rows)), (4, Some((0, 23))));
    assert!(print(&[&define[..], b"\x1d(L\x06\0\x30\x45ba\x01\x01"].concat()).rows.is_empty());
    let gone = [&define[..], b"\x1d(L\x04\0\x30\x42ab\x1d(L\x06\0\x30\x45ab\x01\x01"].concat();
    assert!(print(&gone).rows.is_empty());
    assert_eq!(print(b"\x1d(L\x04\0\x30\x40KC").answers, [Request::MemoryNames]);
}

#[test]
fn raster_reaches_the_paper_dot_by_dot() {
    let tray = print(b"\x1b@\x1dv0\0\x02\0\x02\0\xf0\x01\x80\xff");
    assert_eq!(tray.rows.len(), 2);
    assert_eq!(tray.rows[0][..3], [0xf0, 0x01, 0]);
    assert_eq!(tray.rows[1][..3], [0x80, 0xff, 0]);
}

#[test]
fn raster_is_doubled_and_aligned_as_asked() {
    let doubled = print(b"\x1dv0\x03\x01\0\x01\0\xa0");
    assert_eq!(doubled.rows.len(), 2);
    assert_eq!(doubled.rows[1][..2], [0b1100_1100, 0]);
    let right = print(b"\x1ba\x02\x1dv0\0\x01\0\x01\0\xff");
    assert_eq!(extent(&right.rows), Some((568, 575)));
    let centred = print(b"\x1ba\x01\x1dv0\0\x01\0\x01\0\xff");
    assert_eq!(extent(&centred.rows), Some((284, 291)));
}

#[test]
fn raster_wider_than_the_head_loses_its_right_side_only() {
    let mut bytes = b"\x1dv0\0\x50\0\x01\0".to_vec();
    bytes.extend([0xff; 80]);
    bytes.extend_from_slice(b"\x1bJ\x05");
    let tray = print(&bytes);
    assert_eq!((tray.rows.len(), tray.unknown), (6, 0));
    assert_eq!(extent(&tray.rows), Some((0, 575)));
}

#[test]
fn text_is_legible_ink_and_lines_break_at_the_edge() {
    let one = print(b"Bianmin\n");
    assert_eq!(one.rows.len(), 30);
    let (left, right) = extent(&one.rows).unwrap();
    assert!(left < 12 && right < 7 * 12, "{left}..{right}");
    let broken = print(&[b"x".repeat(49), b"\n".to_vec()].concat());
    assert_eq!(broken.rows.len(), 60);
    let large = print(b"\x1d!\x11x\x1d!\0\n");
    assert_eq!(large.rows.len(), 48);
}

#[test]
fn chinese_text_takes_two_and_four_bytes_a_character() {
    // 便民 in two bytes each, 䶮 in two in this standard, 𠮷 in four.
    let (bytes, _, lossless) = encoding_rs::GB18030.encode("便民䶮𠮷");
    assert!(!lossless && bytes.len() > 8);
    let tray = print(&[b"\x1c&", &*bytes, b"\x1c.\n"].concat());
    let (_, right) = extent(&tray.rows).unwrap();
    assert!((3 * 24..4 * 24).contains(&right), "four cells of 24 dots, got to {right}");
    // Half a character and then a command: a box, and the command still works.
    let half = print(b"\x1c&\xb1\x1dV\0");
    assert_eq!((half.cuts.len(), half.unknown), (1, 0));
}

#[test]
fn feeds_go_by_the_motion_unit() {
    assert_eq!(print(b"\x1bJ\x50").rows.len(), 80);
    assert_eq!(print(b"\x1dP\xcb\xcb\x1bJ\x50").rows.len(), 80);
    assert_eq!(print(b"\x1d\x50\x00\x65\x1bJ\x50").rows.len(), 160);
    assert_eq!(print(b"\x1bd\x03").rows.len(), 90);
}

#[test]
fn a_cut_with_feed_brings_the_last_row_past_the_blade() {
    let tray = print(b"\x1dv0\0\x01\0\x01\0\xff\x1dVB\x08\x1dV\0");
    assert_eq!(tray.cuts, [1 + 120 + 8, 1 + 120 + 8]);
}

#[test]
fn requests_are_answered_in_their_turn() {
    let tray = print(b"\x1dr\x01\x1da\x0e\x1d(H\x06\0\x30\x30a001");
    assert_eq!(tray.answers, [Request::Status(1), Request::AutoStatus(14), Request::ProcessId(*b"a001")]);
}

/// Bytes that are mostly commands, so that garbage gets deep into the grammar.
fn jumble() -> impl Strategy<Value = Vec<u8>> {
    let command = (
        prop::sample::select(vec![0x1b_u8, 0x1c, 0x1d, 0x10]),
        prop::sample::select(b"@!E-MaGJd23 $\\*D&!BLWPVarIvk*8(&.!W2gq\x04\x05\x14".to_vec()),
        prop::collection::vec(prop::sample::select(vec![0_u8, 1, 2, 8, 48, 49, 65, 66, 255]), 0..8),
    )
        .prop_map(|(prefix, code, parameters)| [&[prefix, code], &*parameters].concat());
    let text = prop::collection::vec(any::<u8>(), 0..60);
    prop::collection::vec(prop_oneof![4 => command, 1 => text], 0..120).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn garbage_neither_panics_nor_grows(bytes in prop_oneof![jumble(), prop::collection::vec(any::<u8>(), 0..4000)]) {
        let mut interpreter = CommandInterpreter::new(384, Dpi::Dpi203, 120);
        let mut tray = Tray::default();
        let before = interpreter.held();
        for &byte in &bytes {
            let _ = interpreter.push(byte, &mut tray);
        }
        prop_assert_eq!(interpreter.held(), before);
        // A command of three bytes feeds a metre at most.
        prop_assert!(tray.rows_in_all <= 8200 * (bytes.len() as u64 + 1));
        prop_assert!(tray.rows.iter().all(|row| row[48..].iter().all(|&byte| byte == 0)), "beyond 58 mm paper");
    }

    #[test]
    fn a_reset_brings_it_back_from_anything(bytes in jumble()) {
        let mut interpreter = CommandInterpreter::new(576, Dpi::Dpi203, 120);
        for &byte in &bytes {
            let _ = interpreter.push(byte, &mut Tray::default());
        }
        interpreter.reset();
        let mut tray = Tray::default();
        for &byte in b"\x1dv0\0\x01\0\x01\0\x55" {
            let _ = interpreter.push(byte, &mut tray);
        }
        prop_assert!(!interpreter.is_amid_command());
        prop_assert_eq!(tray.rows.len(), 1);
        prop_assert_eq!(tray.rows[0][..2].to_vec(), vec![0x55, 0]);
    }
}

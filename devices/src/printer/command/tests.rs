//! What `command` keeps.

use super::*;

fn commands(bytes: &[u8]) -> Vec<String> {
    let mut parser = Parser::new();
    bytes.iter().filter_map(|&byte| parser.push(byte).map(|command| format!("{command:?}"))).collect()
}

#[test]
fn a_command_inside_raster_is_dots() {
    let found = commands(b"\x1dv0\0\x02\0\x02\0\x1b@\x1dV\x1b@");
    assert_eq!(found[0], "RasterRow { mode: 0, first: true, row: [27, 64] }");
    assert_eq!(found[1], "RasterRow { mode: 0, first: false, row: [29, 86] }");
    assert_eq!(found[2..], ["Initialize"]);
}

#[test]
fn data_that_nobody_draws_is_passed_over() {
    // A barcode of each style, bit image, a QR symbol, host-defined glyphs, two stored pictures.
    let bodies: [&[u8]; 7] = [
        b"\x1dk\x04ABC\0",
        b"\x1dk\x49\x03\x1b@@",
        b"\x1b*\x21\x02\x00\x1b@\x1b@\x1b@",
        b"\x1d(k\x03\x00\x1b@\x1b",
        b"\x1b&\x02\x41\x42\x01\x1b@\x02\x1b@\x1b@",
        b"\x1cq\x02\x01\0\x01\0\x1b@\x1b@\x1b@\x1b@\x01\0\x01\0\x1b@\x1b@\x1b@\x1b@",
        b"\x1d8L\x02\0\0\0\x1b@",
    ];
    for body in bodies {
        let mut bytes = body.to_vec();
        bytes.extend_from_slice(b"!");
        assert_eq!(commands(&bytes), ["Ignored", "Text(33)"], "{body:02x?}");
    }
}

#[test]
fn the_process_id_is_asked_for_by_its_whole_sequence() {
    assert!(commands(b"\x1d(H\x06\0\x30\x30abc").is_empty());
    assert_eq!(commands(b"\x1d(H\x06\0\x30\x30abcd"), ["ProcessId([97, 98, 99, 100])"]);
    assert_eq!(commands(b"\x1d(H\x05\0\x30\x30abc"), ["Ignored"]);
}

//! The simulated printer over TCP, as a driver meets it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bianmin_devices::printer::{Answers, Ended, Fault, Options, Width};
use proptest::prelude::*;

use crate::{TIMEOUT, connect, start};

/// A job of `rows` rows of raster, each with its number in the dots, then a cut behind the last row.
fn job(rows: u16) -> Vec<u8> {
    let mut bytes = b"\x1b@\x1dv0\0\x48\0".to_vec();
    bytes.extend(rows.to_le_bytes());
    for row in 0..rows {
        bytes.extend(picture_row(row));
    }
    bytes.extend_from_slice(b"\x1dVB\0");
    bytes
}

fn picture_row(row: u16) -> Vec<u8> {
    // Never a row without a dot, and nothing that looks like a real-time command.
    let mut line = vec![0x81; 72];
    line[..2].copy_from_slice(&row.to_be_bytes());
    line
}

fn picture(rows: std::ops::Range<u16>) -> Vec<u8> {
    rows.flat_map(picture_row).collect()
}

fn ask(stream: &mut TcpStream, request: &[u8]) -> u8 {
    stream.write_all(request).unwrap();
    let mut answer = [0];
    stream.read_exact(&mut answer).unwrap();
    answer[0]
}

#[test]
fn a_slip_is_what_was_sent_and_its_files_are_too() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { out: Some(directory.path().join("slips")), ..Options::default() };
    let (printer, control) = start(options.clone());
    connect(&printer).write_all(&job(300)).unwrap();
    let slips = control.wait_for_slips(1, TIMEOUT).unwrap();
    assert_eq!(slips[0].inked(), picture(0..300));
    assert_eq!((slips[0].ended, slips[0].raw.clone()), (Ended::PartialCut, job(300)));
    assert_eq!(slips[0].height, 120 + 300, "the way from head to blade is blank");
    assert_eq!(control.status().unknown_commands, 0);
    let path = directory.path().join("slips/slip-0001.png");
    let decoder = png::Decoder::new(BufReader::new(std::fs::File::open(&path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert!(frame.width == 576 && frame.height > 420, "with its edge");
    for (x, y) in [(0, 120), (575, 419), (7, 200), (9, 130)] {
        assert_eq!(pixels[(y * 576 + x) as usize] == 0, slips[0].dot(x, y), "{x},{y}");
    }
    assert_eq!(std::fs::read(path.with_extension("bin")).unwrap(), job(300));
    drop(printer);
    // Switched on again it does not write over what is there.
    let (printer, control) = start(options);
    connect(&printer).write_all(&job(1)).unwrap();
    assert_eq!(control.wait_for_slips(1, TIMEOUT).unwrap()[0].number, 2);
    assert_eq!(std::fs::read(path.with_extension("bin")).unwrap(), job(300));
}

#[test]
fn a_cut_without_a_feed_cuts_off_the_last_fifteen_millimetres() {
    let (printer, control) = start(Options::default());
    let mut stream = connect(&printer);
    let bytes = job(200);
    stream.write_all(&bytes[..bytes.len() - 4]).unwrap();
    stream.write_all(b"\x1dV\0").unwrap();
    let slips = control.wait_for_slips(1, TIMEOUT).unwrap();
    assert_eq!(slips[0].inked(), picture(0..80));
    stream.write_all(b"\x1dVB\0").unwrap();
    assert_eq!(control.wait_for_slips(2, TIMEOUT).unwrap()[1].inked(), picture(80..200));
}

#[test]
fn status_is_answered_while_the_job_waits_amid_its_raster() {
    let (printer, control) = start(Options { paper_mm: Some(5), ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(&job(300)).unwrap();
    control.wait(TIMEOUT, |status| status.paper_out).unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x01"), 0x1a);
    assert_eq!(ask(&mut stream, b"\x10\x04\x02"), 0x32);
    assert_eq!(ask(&mut stream, b"\x10\x04\x03"), 0x12);
    assert_eq!(ask(&mut stream, b"\x10\x04\x04"), 0x7e);
    // In the middle of raster it is answered, and it is dots: the driver that does this shifts its picture.
    let (printer, control) = start(Options::default());
    let mut stream = connect(&printer);
    stream.write_all(b"\x1dv0\0\x03\0\x02\0\xff").unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x01"), 0x12);
    stream.write_all(b"\xff\xff\x1dVB\0").unwrap();
    let slip = &control.wait_for_slips(1, TIMEOUT).unwrap()[0];
    assert_eq!(slip.inked()[..3], [0xff, 0x10, 0x04]);
    assert_eq!(slip.inked()[72..75], [0x01, 0xff, 0xff]);
}

#[test]
fn dots_that_look_like_commands_are_dots() {
    let (printer, control) = start(Options::default());
    let mut stream = connect(&printer);
    let row = b"\x10\x05\x01\x10\x05\x02\x10\x04\x04\x1b@\x1dV\0\x10\x14\x01\x01\x01\x0a\x0a";
    let job = [&b"\x1dv0\0"[..], &[row.len() as u8, 0, 1, 0], row, b"\x1dVB\0"].concat();
    stream.write_all(&job).unwrap();
    let slips = control.wait_for_slips(1, TIMEOUT).unwrap();
    assert_eq!(slips[0].inked()[..row.len()], *row);
    let mut stray = [0];
    stream.read_exact(&mut stray).unwrap();
    assert_eq!(stray, [0x12], "a host must bear this answer that it did not ask for");
}

#[test]
fn paper_out_keeps_the_rest_for_the_next_roll() {
    let (printer, control) = start(Options { paper_mm: Some(10), ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(b"\x1da\x0e").unwrap();
    let mut automatic = [0; 4];
    stream.read_exact(&mut automatic).unwrap();
    assert_eq!(automatic, [0x10, 0, 0x03, 0x0f], "nearly out from the beginning");
    stream.write_all(&job(300)).unwrap();
    stream.write_all(b"\x1d(H\x06\0\x30\x30j001").unwrap();
    stream.read_exact(&mut automatic).unwrap();
    assert_eq!(automatic, [0x18, 0, 0x0f, 0x0f]);
    assert_eq!(control.status().slips, 0);
    control.paper_in(None);
    stream.read_exact(&mut automatic).unwrap();
    assert_eq!(automatic, [0x10, 0, 0, 0x0f]);
    // Everything before the process id has been printed when it comes.
    let mut done = [0; 7];
    stream.read_exact(&mut done).unwrap();
    assert_eq!(&done, b"\x37\x22j001\0");
    let slips = control.slips();
    assert_eq!(slips.iter().map(|slip| slip.ended).collect::<Vec<_>>(), [Ended::RollEnd, Ended::PartialCut]);
    assert_eq!(slips[0].inked(), picture(0..80));
    assert_eq!(slips[1].inked(), picture(80..300));
}

#[test]
fn an_open_cover_stops_the_paper_and_closing_it_goes_on() {
    let (printer, control) = start(Options { faults: vec![Fault::CoverOpen], ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(&job(40)).unwrap();
    stream.write_all(b"\x1dr\x01").unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x02"), 0x16);
    assert_eq!(control.status().slips, 0);
    control.close_cover();
    let mut status = [0xff];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(status[0], 0, "what is asked in the stream waits for its turn");
    assert_eq!(control.slips()[0].inked(), picture(0..40));
}

#[test]
fn a_stuck_blade_is_an_error_until_it_is_freed() {
    let (printer, control) = start(Options { faults: vec![Fault::Cutter], ..Options::default() });
    let mut stream = connect(&printer);
    assert_eq!(ask(&mut stream, b"\x10\x04\x03"), 0x12, "not noticed before the cut");
    stream.write_all(&job(8)).unwrap();
    control.wait(TIMEOUT, |status| status.cutter_error).unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x03"), 0x1a);
    stream.write_all(b"\x10\x05\x01").unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x03"), 0x1a, "asking does not help");
    control.free_cutter();
    control.wait_for_slips(1, TIMEOUT).unwrap();
    assert_eq!(ask(&mut stream, b"\x10\x04\x03"), 0x12);
    control.fail(Fault::Cutter);
    stream.write_all(&job(8)).unwrap();
    stream.write_all(&job(8)).unwrap();
    control.wait(TIMEOUT, |status| status.cutter_error).unwrap();
    stream.write_all(b"\x10\x05\x02").unwrap();
    control.wait(TIMEOUT, |status| status.waiting == 0).unwrap();
    control.free_cutter();
    assert_eq!(control.status().slips, 1, "what waited was given up");
}

#[test]
fn a_stall_says_nothing_and_then_everything() {
    let (printer, control) = start(Options { faults: vec![Fault::Stall], ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(&job(10)).unwrap();
    stream.write_all(b"\x10\x04\x01").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(stream.read(&mut [0]).is_err(), "silence");
    control.resume();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    let mut answer = [0];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x12]);
    control.wait_for_slips(1, TIMEOUT).unwrap();
}

#[test]
fn a_mute_or_babbling_printer_still_prints() {
    let (printer, control) = start(Options { faults: vec![Fault::Mute], ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(b"\x10\x04\x01").unwrap();
    stream.write_all(&job(10)).unwrap();
    control.wait_for_slips(1, TIMEOUT).unwrap();
    control.answer(Answers::Garbage);
    let nonsense: Vec<u8> = (0..32).map(|_| ask(&mut stream, b"\x10\x04\x01")).collect();
    assert!(nonsense.iter().any(|byte| byte & 0b1001_0011 != 0b0001_0010), "{nonsense:02x?}");
    control.answer(Answers::True);
    assert_eq!(ask(&mut stream, b"\x10\x04\x01"), 0x12);
}

#[test]
fn the_connection_breaks_at_every_byte_of_a_job_and_the_next_job_is_whole() {
    let bytes = job(3);
    let (printer, control) = start(Options::default());
    for at in 0..bytes.len() {
        let before = control.status();
        control.fail(Fault::DisconnectAt(at as u64));
        let mut stream = connect(&printer);
        // The break may come while this is still writing.
        let _ = stream.write_all(&bytes);
        let _ = stream.read_to_end(&mut Vec::new());
        control.wait(TIMEOUT, |status| !status.connected && status.connections > before.connections).unwrap();
        control.wait_until_idle(TIMEOUT).unwrap();
        let after = control.status();
        assert_eq!(after.received - before.received, at as u64, "offset {at}");
        assert_eq!(after.slips, before.slips, "offset {at}: nothing is cut before the last byte");
        // What came through whole rows is on the paper, in front of the next job's.
        let rows = u16::try_from(at.saturating_sub(10) / 72).unwrap().min(3);
        let mut next = connect(&printer);
        next.write_all(&bytes).unwrap();
        let slips = control.wait_for_slips(before.slips + 1, TIMEOUT).unwrap();
        let expected = [picture(0..rows), picture(0..3)].concat();
        assert!(slips.last().unwrap().inked() == expected, "offset {at}");
        drop(next);
        control.wait(TIMEOUT, |status| !status.connected).unwrap();
    }
}

#[test]
fn a_half_command_can_be_kept_for_the_next_connection() {
    let (printer, control) = start(Options { keep_half_command: true, ..Options::default() });
    let bytes = job(3);
    connect(&printer).write_all(&bytes[..20]).unwrap();
    control.wait(TIMEOUT, |status| status.connections == 1 && !status.connected).unwrap();
    connect(&printer).write_all(&bytes[20..]).unwrap();
    assert_eq!(control.wait_for_slips(1, TIMEOUT).unwrap()[0].inked(), picture(0..3));
}

#[test]
fn a_full_buffer_holds_the_host_back_and_power_clears_it() {
    let options = Options { receive_buffer: 1024, faults: vec![Fault::CoverOpen], ..Options::default() };
    let (printer, control) = start(options);
    let mut stream = connect(&printer);
    let writer = std::thread::spawn(move || {
        let line = vec![0x55; 64 * 1024];
        (0..1000).take_while(|_| stream.write_all(&line).is_ok()).count()
    });
    control.wait(TIMEOUT, |status| status.waiting > 0 && status.waiting + 256 > 1024).unwrap();
    assert!(control.status().waiting <= 1024);
    control.power_cycle();
    assert!(writer.join().unwrap() < 1000, "held back, then broken off");
    control.close_cover();
    let mut stream = connect(&printer);
    stream.write_all(&job(2)).unwrap();
    assert_eq!(control.wait_for_slips(1, TIMEOUT).unwrap()[0].inked(), picture(0..2));
}

#[test]
fn paper_is_torn_at_the_bar_where_there_is_no_blade() {
    let (printer, control) = start(Options::default());
    let mut stream = connect(&printer);
    let bytes = job(30);
    stream.write_all(&bytes[..bytes.len() - 4]).unwrap();
    stream.write_all(b"\x1bJ\x78\x1d(H\x06\0\x30\x30torn").unwrap();
    stream.read_exact(&mut [0; 7]).unwrap();
    assert_eq!(control.status().slips, 0);
    control.tear();
    assert_eq!((control.slips()[0].inked(), control.slips()[0].ended), (&*picture(0..30), Ended::TornOff));
}

#[test]
fn clearing_the_buffer_drops_the_rest_of_a_job() {
    let (printer, control) = start(Options { paper_mm: Some(2), ..Options::default() });
    let mut stream = connect(&printer);
    stream.write_all(&job(100)).unwrap();
    control.wait(TIMEOUT, |status| status.paper_out).unwrap();
    stream.write_all(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08").unwrap();
    control.wait(TIMEOUT, |status| status.waiting == 0).unwrap();
    control.paper_in(None);
    stream.write_all(&job(5)).unwrap();
    let slips = control.wait_for_slips(2, TIMEOUT).unwrap();
    assert_eq!(slips[0].inked(), picture(0..16));
    assert_eq!(slips[1].inked(), picture(0..5));
}

#[test]
fn control_lines_do_what_they_say() {
    let options =
        Options { control: Some(([127, 0, 0, 1], 0).into()), width: Width::Mm58, ..Options::default() };
    let (printer, _) = start(options);
    let stream = TcpStream::connect(printer.control_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut say = |line: &str| {
        (&stream).write_all(format!("{line}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    assert_eq!(say("status")["online"], true);
    assert_eq!(say("paper out")["paper_out"], true);
    assert_eq!(say("paper in 50")["paper_left_mm"], 50);
    assert_eq!(say("cover open")["online"], false);
    assert_eq!(say("cover close")["online"], true);
    assert_eq!(say("stall")["stalled"], true);
    assert_eq!(say("resume")["stalled"], false);
    assert_eq!(say("mute")["answers"], "none");
    assert_eq!(say("honest")["answers"], "true");
    assert!(say("open sesame")["error"].as_str().unwrap().contains("paper out"));
    assert!(say(&"x".repeat(200))["error"].is_string());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_the_next_host_is_served(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        let (printer, control) = start(Options::default());
        let mut stream = connect(&printer);
        let _ = stream.write_all(&bytes);
        drop(stream);
        control.wait(TIMEOUT, |status| status.connections == 1 && !status.connected).unwrap();
        control.wait_until_idle(TIMEOUT).unwrap();
        let mut stream = connect(&printer);
        prop_assert_eq!(ask(&mut stream, b"\x10\x04\x01"), 0x12);
        stream.write_all(b"\n").unwrap();
        let slips = control.status().slips;
        stream.write_all(&job(2)).unwrap();
        let slip = control.wait_for_slips(slips + 1, TIMEOUT).unwrap().pop().unwrap();
        let packed = slip.packed();
        prop_assert!(packed.ends_with(&picture(0..2)));
    }
}

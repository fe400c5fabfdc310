//! What an ESC/POS printer sends back, told apart byte by byte. Pure; must not know jobs or links.
//!
//! Several kinds of answers come in one stream, and only fixed bits tell them apart (Epson's ESC/POS reference,
//! "Identification of transmission status"): of a real-time status (`DLE EOT`) bits 1 and 4 are set, 0 and 7
//! clear; of the first byte of an automatic status (`GS a`) bit 4 is set, 0, 1 and 7 clear; of its other three and
//! of an ordinary status (`GS r`) 4 and 7 are clear. Blocks begin with 37h and end with a zero. A real-time status
//! may come in the middle of anything else, because it is sent the moment it is asked for.

use crate::device::printer::Status;

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// To `DLE EOT n`; which `n` it answers only the order tells.
    RealTime(u8),
    /// Told by itself after `GS a`: all there is to know.
    Automatic([u8; 4]),
    /// To `GS r`, in its turn.
    Ordinary(u8),
    /// To `GS ( H`, in its turn: everything before it has been printed.
    Process([u8; 4]),
    /// To `DLE DC4 8`: what was not printed is forgotten.
    Cleared,
}

const BLOCK: u8 = 0x37;
const PROCESS: u8 = 0x22;
const CLEARED: u8 = 0x25;
const XON: u8 = 0x11;
const XOFF: u8 = 0x13;

/// The reader of the stream. It holds at most one half answer.
#[derive(Debug, Default)]
pub(super) struct Reader {
    half: [u8; 7],
    length: usize,
}

impl Reader {
    /// Takes a byte; gives the answer that it completes.
    pub(super) fn push(&mut self, byte: u8) -> Option<Answer> {
        if is_real_time(byte) {
            // The alphabet of our process ids has no such byte, so that it never is a part of something else.
            return Some(Answer::RealTime(byte));
        }
        if matches!(byte, XON | XOFF) {
            // Flow control of a serial line comes between anything as well.
            return None;
        }
        if !self.goes_on(byte) {
            // Half an answer that goes on otherwise was none. The byte may be the first of the next.
            self.length = 0;
            if !is_first(byte) {
                return is_ordinary(byte).then_some(Answer::Ordinary(byte));
            }
        }
        self.half[self.length] = byte;
        self.length += 1;
        let answer = match self.half[..self.length] {
            [a, b, c, d] if a != BLOCK => Answer::Automatic([a, b, c, d]),
            [BLOCK, PROCESS, a, b, c, d, 0] => Answer::Process([a, b, c, d]),
            [BLOCK, CLEARED, 0] => Answer::Cleared,
            _ => return None,
        };
        self.length = 0;
        Some(answer)
    }

    fn goes_on(&self, byte: u8) -> bool {
        match self.half[..self.length] {
            [] => false,
            [BLOCK] => matches!(byte, PROCESS | CLEARED),
            [BLOCK, CLEARED] => byte == 0,
            [BLOCK, PROCESS, ref id @ ..] => {
                if id.len() < 4 {
                    ALPHABET.contains(&byte)
                } else {
                    byte == 0
                }
            }
            _ => is_ordinary(byte),
        }
    }
}

/// The list of the pictures in a printer's memory, which comes in blocks: 37h, 72h, 41h if another block follows or 40h,
/// two characters a picture, a zero. Nothing comes in the middle of a block (Epson's notes on `GS ( L`), and its second
/// byte looks like a real-time status, so that it is read apart from all else and only when it was asked for.
#[derive(Debug, Default)]
pub(super) struct Names {
    length: usize,
    more: bool,
    half: Option<u8>,
    pub(super) names: Vec<[u8; 2]>,
}

/// What a byte means for the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// It is none of it.
    Other,
    /// It goes on.
    GoesOn,
    /// A block is at its end, and another follows once this one is confirmed.
    Block,
    /// All of it is here.
    Whole,
}

const PICTURES: u8 = 0x72;
const LAST: u8 = 0x40;
const MORE: u8 = 0x41;
/// A printer that names more pictures than any has does not mean what it says.
pub(super) const MOST_NAMES: usize = 1000;

impl Names {
    /// Takes a byte.
    pub(super) fn push(&mut self, byte: u8) -> Listed {
        match (self.length, byte) {
            (0, BLOCK) | (1, PICTURES) | (2, LAST | MORE) => {
                self.more = byte == MORE;
                self.length += 1;
                Listed::GoesOn
            }
            (0, _) => Listed::Other,
            (1 | 2, _) => {
                self.length = 0;
                Listed::Other
            }
            (_, 0) => {
                self.length = 0;
                self.half = None;
                if self.more { Listed::Block } else { Listed::Whole }
            }
            _ => {
                match self.half.take() {
                    Some(first) if self.names.len() < MOST_NAMES => self.names.push([first, byte]),
                    Some(_) => {}
                    None => self.half = Some(byte),
                }
                Listed::GoesOn
            }
        }
    }
}

/// What process ids are written with: none of these can be taken for a status that comes between them.
const ALPHABET: &[u8; 32] = b"@ABCDEFGHIJKLMNO`abcdefghijklmno";

/// A process id from random bits.
pub(super) fn process_id(random: [u8; 4]) -> [u8; 4] {
    random.map(|bits| ALPHABET[usize::from(bits) % ALPHABET.len()])
}

const fn is_real_time(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

const fn is_first(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0000 || byte == BLOCK
}

const fn is_ordinary(byte: u8) -> bool {
    byte & 0b1001_0000 == 0
}

/// What the answers to `DLE EOT` 1 to 4 mean: printer, off-line cause, error cause, paper sensor.
pub(super) fn real_time([printer, offline, error, paper]: [u8; 4]) -> Status {
    Signs {
        cover_open: offline & 0x04 != 0,
        paper_out: paper & 0x60 != 0 || offline & 0x20 != 0,
        error: error | (offline & 0x40) >> 1,
        offline: printer & 0x08 != 0,
        paper_low: paper & 0x0c != 0,
    }
    .status()
}

/// What an automatic status means.
pub(super) fn automatic([printer, error, paper, _]: [u8; 4]) -> Status {
    Signs {
        cover_open: printer & 0x20 != 0,
        paper_out: paper & 0x0c != 0,
        error,
        offline: printer & 0x08 != 0,
        paper_low: paper & 0x03 != 0,
    }
    .status()
}

struct Signs {
    cover_open: bool,
    paper_out: bool,
    /// Bit 2 is the paper's way, 3 the blade, 5 what nobody at the machine can repair, 6 what passes by itself.
    error: u8,
    offline: bool,
    paper_low: bool,
}

impl Signs {
    /// The one to tell a person: what they have to do first.
    fn status(&self) -> Status {
        if self.cover_open {
            Status::CoverOpen
        } else if self.paper_out {
            Status::PaperOut
        } else if self.error & 0x08 != 0 {
            Status::Cutter
        } else if self.error & 0x04 != 0 {
            Status::Jam
        } else if self.error & 0x60 != 0 {
            Status::Fault
        } else if self.offline {
            Status::Offline
        } else if self.paper_low {
            Status::PaperLow
        } else {
            Status::Ready
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Answer> {
        let mut reader = Reader::default();
        bytes.iter().filter_map(|&byte| reader.push(byte)).collect()
    }

    fn bytes(answer: Answer) -> Vec<u8> {
        match answer {
            Answer::RealTime(byte) | Answer::Ordinary(byte) => vec![byte],
            Answer::Automatic(bytes) => bytes.to_vec(),
            Answer::Process([a, b, c, d]) => vec![BLOCK, PROCESS, a, b, c, d, 0],
            Answer::Cleared => vec![BLOCK, CLEARED, 0],
        }
    }

    fn answer() -> impl Strategy<Value = Answer> {
        let ordinary = || any::<u8>().prop_map(|bits| bits & !0b1001_0000);
        let rest = [ordinary(), ordinary(), ordinary()];
        prop_oneof![
            any::<u8>().prop_map(|bits| Answer::RealTime(bits & !0b1001_0011 | 0b0001_0010)),
            ordinary().prop_map(Answer::Ordinary),
            any::<[u8; 4]>().prop_map(|bits| Answer::Process(process_id(bits))),
            Just(Answer::Cleared),
            (any::<u8>(), rest).prop_map(|(first, [a, b, c])| {
                Answer::Automatic([first & !0b1001_0011 | 0b0001_0000, a, b, c])
            }),
        ]
    }

    proptest! {
        /// Whatever is told in whatever order, and a real-time status in the middle of it anywhere.
        #[test]
        fn answers_are_told_apart(report in prop::collection::vec((answer(), 0..8_usize, any::<u8>()), 0..40)) {
            let mut stream = Vec::new();
            let mut expected = Vec::new();
            for (answer, at, bits) in report {
                let mut written = bytes(answer);
                if at < written.len() && at > 0 {
                    let between = bits & !0b1001_0011 | 0b0001_0010;
                    written.insert(at, between);
                    expected.push(Answer::RealTime(between));
                }
                stream.extend(written);
                expected.push(answer);
            }
            prop_assert_eq!(read(&stream), expected);
        }

        /// Nonsense is survived, and nothing in it is taken for the end of a job unless it is there whole.
        #[test]
        fn nonsense_proves_nothing(noise in prop::collection::vec(any::<u8>(), 0..400), id in any::<[u8; 4]>()) {
            let wanted = Answer::Process(process_id(id));
            let said = bytes(wanted);
            let report = read(&noise);
            let without: Vec<u8> = noise.iter().copied().filter(|&byte| !is_real_time(byte)).collect();
            prop_assert_eq!(report.contains(&wanted), without.windows(said.len()).any(|window| window == said));
            // Once it talks sense again it is understood.
            let mut reader = Reader::default();
            noise.iter().for_each(|&byte| { reader.push(byte); });
            let later: Vec<Answer> = said.iter().filter_map(|&byte| reader.push(byte)).collect();
            prop_assert_eq!(later.last(), Some(&wanted));
        }
    }

    #[test]
    fn the_names_of_pictures_come_in_blocks_and_between_other_answers() {
        let mut names = Names::default();
        let report = [&b"\x127\x227r\x41abr7\0"[..], b"\x16", b"7r\x40~!\0"].concat();
        let heard: Vec<Listed> = report.iter().map(|&byte| names.push(byte)).collect();
        assert_eq!(names.names, [*b"ab", *b"r7", *b"~!"]);
        assert_eq!(heard.iter().filter(|listed| **listed == Listed::Block).count(), 1);
        assert_eq!(heard.last(), Some(&Listed::Whole));
        let mut none = Names::default();
        assert_eq!(b"7r\x40\0".map(|byte| none.push(byte)).last(), Some(&Listed::Whole));
        assert!(none.names.is_empty());
    }

    #[test]
    fn status_bits_mean_what_the_printer_says() {
        for (bits, status) in [
            ([0x12, 0x12, 0x12, 0x12], Status::Ready),
            ([0x1a, 0x16, 0x12, 0x12], Status::CoverOpen),
            ([0x1a, 0x32, 0x12, 0x72], Status::PaperOut),
            ([0x12, 0x12, 0x12, 0x1e], Status::PaperLow),
            ([0x1a, 0x52, 0x1a, 0x12], Status::Cutter),
            ([0x1a, 0x52, 0x16, 0x12], Status::Jam),
            ([0x1a, 0x52, 0x12, 0x12], Status::Fault),
            ([0x1a, 0x52, 0x52, 0x12], Status::Fault),
            ([0x1a, 0x12, 0x12, 0x12], Status::Offline),
        ] {
            assert_eq!(real_time(bits), status, "{bits:x?}");
        }
        for (bits, status) in [
            ([0x10, 0, 0, 0x0f], Status::Ready),
            ([0x38, 0, 0, 0x0f], Status::CoverOpen),
            ([0x18, 0, 0x0f, 0x0f], Status::PaperOut),
            ([0x10, 0, 0x03, 0x0f], Status::PaperLow),
            ([0x18, 0x08, 0, 0x0f], Status::Cutter),
            ([0x18, 0x04, 0, 0x0f], Status::Jam),
            ([0x18, 0x20, 0, 0x0f], Status::Fault),
            ([0x18, 0, 0, 0x0f], Status::Offline),
        ] {
            assert_eq!(automatic(bits), status, "{bits:x?}");
        }
    }
}

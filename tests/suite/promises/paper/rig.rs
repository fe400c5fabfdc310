//! A printer on a rig: the terminal's driver on one side, the simulated machine on the other, and what lies on the
//! paper afterwards.

use crate::enrolled;
use crate::promises::bench::draft;
use bianmin_devices::printer::{self as simulated, Control, Dpi, Fault, Options, Width};
use bianmin_document::Density;
use bianmin_document::escpos::KeyCode;
use bianmin_protocol::ids::ItemCode;
use bianmin_terminal::config::{self, Base, Config, Paper};
use bianmin_terminal::device::printer::{Outcome, Proceed, Progress, Status};
use bianmin_terminal::device::receipt_printer::{Escpos, Link, Profile, ReceiptPrinter, Timeouts, Written};
use bianmin_terminal::services::SlipForm;
use bianmin_terminal::slip::Reprint;
use std::time::Duration;

/// Far longer than a simulated printer takes for anything.
pub const PAPER: Duration = Duration::from_secs(20);

/// A receipt and its reprint as printer bytes, and their rows that bear ink, as a printer without any fault makes
/// them.
pub struct Slips {
    pub profile: config::Profile,
    pub original: Vec<u8>,
    pub reprint: Vec<u8>,
    pub original_ink: Vec<Vec<u8>>,
    pub reprint_ink: Vec<Vec<u8>>,
}

impl Slips {
    pub fn of(base: Base) -> Self {
        let profile = config::Profile::of(base);
        let printer = config::Printer::File { folder: std::env::temp_dir(), profile };
        let (terminal, _folder) = enrolled::terminal(Config { printer, ..Config::default() });
        let catalogue = terminal.catalogue();
        let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
        let number =
            terminal.applications().submit(draft(item, catalogue.revision, Vec::new())).unwrap().registration;
        let bytes = |copy| {
            let document =
                terminal.printing().receipt_document(&number, Reprint::of(copy, terminal.now())).unwrap();
            terminal.printing().draw(&document, SlipForm::Escpos).unwrap()
        };
        let (original, reprint) = (bytes(0), bytes(1));
        let [original_ink, reprint_ink] = [&original, &reprint].map(|bytes| {
            let rig = PrinterRig::new(profile, Options::default());
            assert_eq!(rig.print(bytes, &mut |_| Proceed::GoOn), Outcome::Printed);
            rig.settle();
            let ink = rig.ink_since(0);
            assert!(ink.len() > 200, "a receipt has more than {} rows of ink", ink.len());
            ink
        });
        assert!(original_ink != reprint_ink, "a reprint says that it is one");
        Self { profile, original, reprint, original_ink, reprint_ink }
    }
}

pub struct PrinterRig {
    pub control: Control,
    printer: ReceiptPrinter,
    _machine: simulated::Printer,
}

impl PrinterRig {
    /// A machine with the roll that the profile says.
    pub fn new(profile: config::Profile, options: Options) -> Self {
        let known = Profile::new(&profile);
        let dpi = match known.bytes.density {
            Density::Dpi203 => Dpi::Dpi203,
            Density::Dpi180 => Dpi::Dpi180,
        };
        let width = match known.paper {
            Paper::Mm58 => Width::Mm58,
            Paper::Mm80 => Width::Mm80,
        };
        let options = Options { width, dpi, ..options };
        let machine = simulated::Printer::start(options).unwrap();
        let link = Link::Tcp(machine.addr().to_string());
        Self::at(link, profile, machine)
    }

    /// The same at a serial port.
    pub fn serial(profile: config::Profile) -> Self {
        let machine = simulated::Printer::start(Options { serial: true, ..Options::default() }).unwrap();
        let link = Link::Serial { path: machine.serial().unwrap().to_owned(), baud: 115_200 };
        Self::at(link, profile, machine)
    }

    fn at(link: Link, profile: config::Profile, machine: simulated::Printer) -> Self {
        let timeout = Timeouts {
            answer: Duration::from_millis(1000),
            still: Duration::from_secs(3),
            repair: Duration::from_secs(20),
            look: Duration::from_millis(20),
        };
        let printer =
            ReceiptPrinter::Escpos(Escpos::new(link, Profile::new(&profile)).with_timeouts(timeout));
        Self { control: machine.control(), printer, _machine: machine }
    }

    pub fn print(&self, bytes: &[u8], tell: &mut dyn FnMut(Progress) -> Proceed) -> Outcome {
        self.printer.print_telling(bytes, "slip", tell)
    }

    /// What a terminal does before a slip, which counts nothing here.
    pub fn keep_mark(&self, written: Option<Written>) -> Option<KeyCode> {
        self.printer.keep_mark(written, &mut |_| true)
    }

    /// Prints, and gives up as soon as somebody would have to do something.
    pub fn try_print(&self, bytes: &[u8]) -> Outcome {
        self.printer.print(bytes, "slip")
    }

    pub fn status(&self) -> Status {
        self.printer.status()
    }

    /// Puts everything right that can be wrong, and lets it finish what it holds.
    pub fn repair(&self) {
        self.control.forget_faults();
        self.control.resume();
        self.control.close_cover();
        self.control.clear_jam();
        self.control.free_cutter();
        self.control.answer(simulated::Answers::True);
        if self.control.status().paper_out {
            self.control.paper_in(None);
        }
    }

    /// The number of the last slip that is out; everything that hangs out is torn off first.
    pub fn mark(&self) -> u32 {
        self.control.tear();
        self.control.slips().last().map_or(0, |slip| slip.number)
    }

    /// The rows with ink on all paper since a mark, in their order, whether cut off yet or not.
    pub fn ink_since(&self, mark: u32) -> Vec<Vec<u8>> {
        let mut slips = self.control.slips();
        slips.retain(|slip| slip.number > mark);
        slips.push(self.control.uncut());
        let rows = slips.iter().flat_map(|slip| {
            let stride = (slip.width / 8) as usize;
            slip.packed().chunks(stride).map(<[u8]>::to_vec).collect::<Vec<_>>()
        });
        rows.filter(|row| row.iter().any(|&byte| byte != 0)).collect()
    }

    /// Waits until the machine has carried out what it took, or stands still for good.
    pub fn settle(&self) {
        let _ = self.control.wait(PAPER, |status| {
            status.stalled || ((status.waiting == 0 || !status.online) && !status.connected)
        });
    }
}

/// Whether `paper` is how `whole` begins. A picture that broke off in the middle of a row leaves a row of which only the
/// first dots are there, or two if the printer makes four dots of one.
fn is_beginning(paper: &[Vec<u8>], whole: &[Vec<u8>]) -> bool {
    let same = paper.iter().zip(whole).take_while(|(have, wanted)| have == wanted).count();
    let part = |have: &[u8], wanted: &[u8]| have.iter().zip(wanted).all(|(have, wanted)| have & !wanted == 0);
    paper.len() <= whole.len()
        && paper.len() - same <= 2
        && paper.iter().zip(whole).skip(same).all(|(have, wanted)| part(have, wanted))
}

/// On the paper there is the reprint, whole and last, and before it nothing but the original, as far as it came. As
/// the reprint says everything that the original does, counting would find it twice.
pub fn is_one_of_each(paper: &[Vec<u8>], slips: &Slips, what: &str) {
    let Some(before) = paper.strip_suffix(slips.reprint_ink.as_slice()) else {
        panic!("{what}: the reprint is not whole")
    };
    let same = before.iter().zip(&slips.original_ink).take_while(|(have, wanted)| have == wanted).count();
    assert!(
        is_beginning(before, &slips.original_ink),
        "{what}: something else arrived out before the reprint: {} rows with ink, of which {same} are the original's; \
         then {:x?} for {:x?}",
        before.len(),
        before.get(same),
        slips.original_ink.get(same),
    );
}

/// Prints the original with this fault, puts the printer right, and prints a reprint: what the driver says and
/// what lies on the paper have to agree both times.
pub fn agrees(rig: &PrinterRig, slips: &Slips, fault: Fault) -> Outcome {
    let mark = rig.mark();
    rig.control.fail(fault);
    let outcome = rig.try_print(&slips.original);
    rig.settle();
    let paper = rig.ink_since(mark);
    match outcome {
        Outcome::Printed => {
            assert!(paper == slips.original_ink, "{fault:?}: printed is not on the paper");
        }
        Outcome::Failed(_) => assert_eq!(paper.len(), 0, "{fault:?}: failed, and there is ink on the paper"),
        Outcome::Unknown(_) => assert!(
            is_beginning(&paper, &slips.original_ink),
            "{fault:?}: unknown, and something else is on the paper"
        ),
    }
    rig.repair();
    let again = rig.try_print(&slips.reprint);
    rig.settle();
    assert_eq!(again, Outcome::Printed, "{fault:?}: once repaired it prints");
    is_one_of_each(&rig.ink_since(mark), slips, &format!("{fault:?}"));
    outcome
}

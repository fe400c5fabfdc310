//! Pages on paper: what a page printer says decides, whether it is a printer of its own or a CUPS queue. Shown on
//! CUPS' own `ippeveprinter` and `cupsd`, and on servers that vanish or answer nonsense.

mod access;
mod cups;
mod ipp_eve_printer;
mod rogue;

use crate::programs::eventually;
use bianmin_document::{Fonts, Media, Renderer};
use bianmin_locale::Language;
use bianmin_protocol::ids::Millis;
use bianmin_terminal::config::Site;
use bianmin_terminal::device::page_printer::{Ipp, PageTimeouts};
use bianmin_terminal::device::printer::{Outcome, Proceed, Progress, Status};
use bianmin_terminal::slip::TestPage;
use cups::Cups;
use ipp_eve_printer::IppEvePrinter;
use rogue::Rogue;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

/// A page as residents get it.
fn page() -> Vec<u8> {
    let place = Site::default();
    let facts = [("打印机".to_owned(), "ippeveprinter".to_owned())];
    let page = TestPage { facts: &facts, at: Millis(0), place: &place, language: Language::ZhCn };
    let mut renderer = Renderer::new(Fonts::bundled());
    let layout = renderer.layout(&page.document(), Media::A4).unwrap();
    renderer.pdf(&layout).unwrap()
}

/// A driver that is in more of a hurry than at a terminal.
fn driver(uri: &str) -> Ipp {
    hurried(Ipp::new(uri).unwrap())
}

fn hurried(mut driver: Ipp) -> Ipp {
    driver.timeouts = PageTimeouts {
        answer: Duration::from_secs(3),
        look: Duration::from_millis(50),
        settle: Duration::from_secs(3),
        silence: Duration::from_secs(2),
        repair: Duration::from_secs(30),
        job: Duration::from_secs(60),
        cancel: Duration::from_secs(10),
    };
    driver
}

fn go_on(_: Progress) -> Proceed {
    Proceed::GoOn
}

/// Prints on a thread of its own; what is told goes to the caller, who may have it give up.
struct Printing {
    report: std::sync::mpsc::Receiver<Progress>,
    unwanted: std::sync::Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Outcome>,
}

impl Printing {
    fn start(uri: &str, pdf: &[u8]) -> Self {
        let (driver, pdf) = (driver(uri), pdf.to_vec());
        let (sender, report) = channel();
        let unwanted = std::sync::Arc::new(AtomicBool::new(false));
        let asked = std::sync::Arc::clone(&unwanted);
        let thread = std::thread::spawn(move || {
            driver.print(&pdf, &mut |progress| {
                let _ = sender.send(progress);
                if asked.load(Ordering::Relaxed) { Proceed::GiveUp } else { Proceed::GoOn }
            })
        });
        Self { report, unwanted, thread }
    }

    #[track_caller]
    fn is_told(&self, wanted: Progress) {
        eventually(&format!("{wanted:?}"), || self.report.try_iter().find(|progress| *progress == wanted));
    }

    fn give_up(&self) {
        self.unwanted.store(true, Ordering::Relaxed);
    }

    fn outcome(self) -> Outcome {
        self.thread.join().unwrap()
    }
}

#[test]
fn the_page_that_arrives_is_the_page_that_was_made() {
    let printer = IppEvePrinter::start();
    let pdf = page();
    assert_eq!(driver(&printer.uri).status(), Status::Ready);
    assert_eq!(driver(&printer.uri).print(&pdf, &mut go_on), Outcome::Printed);
    assert!(printer.printed() == [pdf], "one page, the same bytes");
    // What the printer is told about the job says nothing about whose it is.
    let report = printer.report();
    assert!(report.contains("IPP_JOB_NAME=bianmin\n") && report.contains("application/pdf"), "{report}");
    assert!(report.contains("IPP_JOB_ORIGINATING_USER_NAME=bianmin\n"), "{report}");
}

#[test]
fn no_paper_is_told_and_the_page_comes_once_there_is_some() {
    let printer = IppEvePrinter::start();
    let pdf = page();
    printer.take_paper();
    let printing = Printing::start(&printer.uri, &pdf);
    printing.is_told(Progress::Waiting(Status::PaperOut));
    assert_eq!(driver(&printer.uri).status(), Status::PaperOut);
    assert!(printer.printed().is_empty());
    printer.fill_paper();
    assert_eq!(printing.outcome(), Outcome::Printed);
    assert!(printer.printed() == [pdf], "once");
    eventually("the printer is ready again", || {
        (driver(&printer.uri).status() == Status::Ready).then_some(())
    });
}

#[test]
fn a_page_whose_resident_has_left_does_not_come_for_the_next() {
    let printer = IppEvePrinter::start();
    printer.take_paper();
    let printing = Printing::start(&printer.uri, &page());
    printing.is_told(Progress::Waiting(Status::PaperOut));
    printing.give_up();
    let outcome = printing.outcome();
    assert!(matches!(outcome, Outcome::Failed(_) | Outcome::Unknown(_)), "{outcome:?}");
    eventually("the printer sees that the job is taken back", || {
        printer.log().contains("Cancel-Job successful-ok").then_some(())
    });
    printer.fill_paper();
    // The next page comes, and it is the only one.
    let next = page();
    eventually("the printer is ready again", || {
        (driver(&printer.uri).status() == Status::Ready).then_some(())
    });
    assert_eq!(driver(&printer.uri).print(&next, &mut go_on), Outcome::Printed);
    assert_eq!(printer.printed().len(), 1);
}

#[test]
fn a_printer_that_vanishes_has_never_printed() {
    let mut printer = IppEvePrinter::start();
    printer.take_paper();
    let printing = Printing::start(&printer.uri, &page());
    printing.is_told(Progress::Waiting(Status::PaperOut));
    printer.kill();
    assert_eq!(printing.outcome(), Outcome::Unknown(Status::Offline));
    assert_eq!(driver(&printer.uri).status(), Status::Offline);
    assert_eq!(driver(&printer.uri).print(&page(), &mut go_on), Outcome::Failed(Status::Offline));
}

#[test]
fn what_answers_nonsense_has_never_printed() {
    let pdf = page();
    for rogue in Rogue::ALL {
        let server = rogue.start();
        let outcome = driver(&server.uri).print(&pdf, &mut go_on);
        assert!(matches!(outcome, Outcome::Failed(_) | Outcome::Unknown(_)), "{rogue:?}: {outcome:?}");
        assert!(!driver(&server.uri).status().can_print() || rogue.looks_like_a_printer(), "{rogue:?}");
    }
}

/// Two pages come out, the same bytes, the second once there is paper.
#[track_caller]
fn hands_on_and_waits_for_paper(printer: &IppEvePrinter, cups: &Cups, pdf: &[u8]) {
    assert_eq!(driver(&cups.uri).print(pdf, &mut go_on), Outcome::Printed);
    assert!(printer.printed() == [pdf], "the same bytes");
    printer.take_paper();
    let printing = Printing::start(&cups.uri, pdf);
    printing.is_told(Progress::Waiting(Status::PaperOut));
    printer.fill_paper();
    assert_eq!(printing.outcome(), Outcome::Printed);
    assert_eq!(printer.printed().len(), 2);
}

#[test]
fn a_cups_queue_prints_the_same_and_tells_the_same() {
    let printer = IppEvePrinter::start();
    let cups = Cups::start(&printer.uri);
    let pdf = page();
    hands_on_and_waits_for_paper(&printer, &cups, &pdf);

    printer.take_paper();
    let printing = Printing::start(&cups.uri, &pdf);
    printing.is_told(Progress::Waiting(Status::PaperOut));
    printing.give_up();
    let outcome = printing.outcome();
    assert!(matches!(outcome, Outcome::Failed(_) | Outcome::Unknown(_)), "{outcome:?}");
    eventually("the printer behind the queue sees it too", || {
        printer.log().contains("Cancel-Job successful-ok").then_some(())
    });
    // Whether the queue still names what stopped its last job is its own affair.
    printer.fill_paper();
    assert_eq!(driver(&cups.uri).print(&pdf, &mut go_on), Outcome::Printed);
    assert_eq!(printer.printed().len(), 3);
    // Nothing of what was printed stays in the spool.
    eventually("an empty spool", || cups.documents().is_empty().then_some(()));
}

#[test]
fn a_queue_that_cups_made_itself_hands_the_page_on_and_its_end_is_followed() {
    let printer = IppEvePrinter::start();
    let cups = Cups::driverless(&printer.uri);
    hands_on_and_waits_for_paper(&printer, &cups, &page());
}

//! Who may print, and on which printer: a CUPS queue that asks for a password, and a printer that signed its certificate
//! itself.

use super::cups::Cups;
use super::ipp_eve_printer::IppEvePrinter;
use super::{go_on, hurried, page};
use bianmin_terminal::config::Fingerprint;
use bianmin_terminal::device::page_printer::{Ipp, Login};
use bianmin_terminal::device::printer::{Outcome, Status};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const USER: &str = "printing";
const PASSWORD: &str = "gate 7 of the hall";

fn login(folder: &Path, password: &str, mode: u32) -> Login {
    let password_file = folder.join("password");
    std::fs::write(&password_file, format!("{password}\n")).unwrap();
    std::fs::set_permissions(&password_file, std::fs::Permissions::from_mode(mode)).unwrap();
    Login { user: USER.to_owned(), password_file }
}

#[test]
fn a_queue_with_a_password_prints_for_who_has_it_and_for_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let printer = IppEvePrinter::start();
    let cups = Cups::guarded(&printer.uri, USER, PASSWORD);
    let pdf = page();
    let driver = |login| hurried(Ipp::with(&cups.uri, login, None).unwrap());
    // The right one in a file that others can read is not used either.
    for wrong in [None, Some(("gate 8 of the hall", 0o600)), Some((PASSWORD, 0o644))] {
        let driver = driver(wrong.map(|(password, mode)| login(folder.path(), password, mode)));
        assert_eq!(driver.status(), Status::Fault);
        assert_eq!(driver.print(&pdf, &mut go_on), Outcome::Failed(Status::Fault));
        assert!(printer.printed().is_empty());
    }
    let right = driver(Some(login(folder.path(), PASSWORD, 0o600)));
    assert_eq!(right.status(), Status::Ready);
    assert_eq!(right.print(&pdf, &mut go_on), Outcome::Printed);
    assert!(printer.printed() == std::slice::from_ref(&pdf)[..], "the same bytes");
    // Neither the driver's own words nor the queue's log say it.
    assert!(!format!("{right:?}").contains(PASSWORD));
    assert!(!cups.logs().contains(PASSWORD) && !printer.report().contains(PASSWORD));
}

#[test]
fn a_printer_that_signed_its_certificate_itself_is_known_by_it_alone() {
    let printer = IppEvePrinter::start();
    let (uri, fingerprint) = printer.encrypted();
    let pdf = page();
    let known: Fingerprint = fingerprint.clone().try_into().unwrap();
    let Fingerprint(mut other) = known;
    other[31] ^= 1;
    // Without a fingerprint nobody signed for it, and with another one it is somebody else.
    for certificate in [None, Some(Fingerprint(other))] {
        let stranger = hurried(Ipp::with(&uri, None, certificate).unwrap());
        assert_eq!(stranger.status(), Status::Offline, "{certificate:?}");
        assert_eq!(stranger.print(&pdf, &mut go_on), Outcome::Failed(Status::Offline), "{certificate:?}");
    }
    let driver = hurried(Ipp::with(&uri, None, Some(known)).unwrap());
    assert_eq!(driver.status(), Status::Ready);
    assert_eq!(driver.print(&pdf, &mut go_on), Outcome::Printed);
    assert!(printer.printed() == [pdf], "the same bytes");
}

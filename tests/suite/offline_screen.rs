//! Three residents at the screen while the hall is away: each gets a printed slip, and each case arrives once.

use std::collections::HashSet;
use std::time::Duration;

use bianmin_devices::printer::{Options, Printer};
use bianmin_kiosk::app::App;
use bianmin_kiosk::services::Services;
use bianmin_terminal::config::{self, Config};
use bianmin_terminal::ledger::JobState;
use bianmin_terminal::services::Terminal;

use crate::driver::Driver;
use crate::programs::{Hall, eventually};
use crate::resident;

#[test]
fn accepted_on_the_screen_without_the_hall_printed_and_received_once() {
    let mut hall = Hall::start(None);
    let kiosk = hall.terminal();
    hall.stop();
    let printer = Printer::start(Options::default()).unwrap();
    let mut config = Config::default();
    config.printer =
        config::Printer::Tcp { address: printer.addr().to_string(), profile: config::Profile::default() };
    config.ledger.reserve_kb = 0;
    let terminal = Terminal::open(config, kiosk.folder.path()).unwrap();
    terminal.start().unwrap();

    let mut numbers = HashSet::new();
    for (letters, name) in [
        ("shenfenzhengdiule", "居民身份证补领"),
        ("jzz", "居住证申领"),
        ("chengxiangjumin", "城乡居民养老保险参保登记"),
    ] {
        // A new application for each: what one has entered is gone with it.
        let mut driver = Driver::new(App::new(Services::new(terminal.clone())));
        let number = resident::applies(&mut driver, letters, name, &mut |_, _| {});
        let registration = number.parse().unwrap();
        eventually("the printed slip", || {
            let state = terminal.printing().receipt_status(&registration).unwrap();
            state.is_some_and(|status| status.state == JobState::Printed).then_some(())
        });
        assert!(numbers.insert(number));
    }
    let slips = printer.control().wait_for_slips(3, Duration::from_secs(30)).unwrap();
    assert_eq!(slips.len(), 3);
    assert_eq!(terminal.ledger().counts().unwrap().waiting, 3);

    hall.start_again();
    // Nobody presses anything: the terminal notices by itself.
    eventually("everything to be received", || {
        (terminal.ledger().counts().unwrap().waiting == 0).then_some(())
    });
    let cases = hall.cases();
    let received: HashSet<String> =
        cases.iter().map(|case| case["registration"].as_str().unwrap().to_owned()).collect();
    assert_eq!((cases.len(), received), (3, numbers.clone()));

    // The code of a receipt, as its resident holds it before the scanner.
    let number = numbers.iter().next().unwrap().parse().unwrap();
    let token = terminal.ledger().record(&number).unwrap().unwrap().token;
    let code = terminal.applications().receipt_url(&token);
    let mut driver = Driver::new(App::new(Services::new(terminal)));
    let received = driver.app().context().t("case-state-received");
    resident::asks(&mut driver, &code, &received, &mut |_, _| {});
}

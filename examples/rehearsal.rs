//! A scripted resident at a real terminal, without a display: every screen that is passed is left as a picture.
//!
//! `rehearsal DATA CONFIG PICTURES apply LETTERS NAME` finds an item, applies and prints
//! `{"registration": …}`; `rehearsal DATA CONFIG PICTURES ask NUMBER` looks at its progress with the code of its receipt. The demonstration
//! runs the first while the hall is away and the second when it is back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use bianmin_kiosk::app::App;
use bianmin_kiosk::services::Services;
use bianmin_terminal::config::Config;
use bianmin_terminal::ledger::JobState;
use bianmin_terminal::services::Terminal;

#[path = "../tests/suite/driver.rs"]
mod driver;
#[path = "../tests/suite/resident.rs"]
mod resident;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [data, config, pictures, act @ ..] = words.as_slice() else {
        bail!("usage: rehearsal DATA CONFIG PICTURES apply LETTERS NAME | ask NUMBER")
    };
    let terminal = Terminal::open(Config::load(Path::new(config))?, Path::new(data))?;
    terminal.start()?;
    let mut driver = driver::Driver::new(App::new(Services::new(terminal.clone())));
    let folder = PathBuf::from(pictures);
    std::fs::create_dir_all(&folder).context("the folder for pictures cannot be made")?;
    let mut count = std::fs::read_dir(&folder)?.filter(is_picture).count();
    let mut watch = |driver: &driver::Driver, name: &str| {
        count += 1;
        driver.picture(&folder.join(format!("screen-{count:02}-{name}.png")));
    };
    match act {
        ["apply", letters, name] => {
            let number = resident::applies(&mut driver, letters, name, &mut watch);
            let registration = number.parse().context("the number on the receipt")?;
            // The slip comes out while the receipt is on the screen.
            driver.until("the printed slip", Duration::from_secs(30), |_| {
                let state = terminal
                    .printing()
                    .receipt_status(&registration)
                    .ok()
                    .flatten()
                    .map(|status| status.state);
                !matches!(state, Some(JobState::Intent | JobState::Sent))
            });
            driver.send(bianmin_kiosk::app::Message::StatusChanged);
            driver.until_sees(&driver.app().context().t("receipt-printed"), Duration::from_secs(10));
            watch(&driver, "receipt-printed");
            println!("{}", serde_json::json!({ "registration": number }));
        }
        ["ask", number] => {
            let awaited = driver.app().context().t("case-state-received");
            let record =
                terminal.ledger().record(&number.parse()?)?.context("the number is not of this terminal")?;
            let code = terminal.applications().receipt_url(&record.token);
            resident::asks(&mut driver, &code, &awaited, &mut watch);
            println!("{}", serde_json::json!({ "registration": number, "seen": awaited }));
        }
        _ => bail!("usage: rehearsal DATA CONFIG PICTURES apply LETTERS NAME | ask NUMBER"),
    }
    Ok(())
}

fn is_picture(entry: &std::io::Result<std::fs::DirEntry>) -> bool {
    entry.as_ref().is_ok_and(|entry| entry.path().extension().is_some_and(|extension| extension == "png"))
}

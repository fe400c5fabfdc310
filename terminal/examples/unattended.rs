//! A terminal without its screen: it sends and prints in the background as behind the screen, and accepts one
//! application for each line on its input, saying the number only after it was accepted. What the tests kill, stop,
//! starve and move through time.
//!
//! `unattended CONFIG DATA`; the lines are `apply`, and the answers `told NUMBER`, `closed`, or `refused WHY`.
#![allow(clippy::unwrap_used)]

use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::ids::ItemCode;
use bianmin_terminal::config::Config;
use bianmin_terminal::ledger::{AcceptError, Draft};
use bianmin_terminal::services::Terminal;
use std::io::Write as _;
use std::path::Path;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [config, data] = words.as_slice() else { panic!("unattended CONFIG DATA") };
    let config: Config = toml::from_str(&std::fs::read_to_string(config).unwrap()).unwrap();
    let terminal = Terminal::open(config, Path::new(data)).unwrap();
    terminal.start().unwrap();
    println!("ready");
    for _ in std::io::stdin().lines().map_while(Result::ok) {
        let catalogue = terminal.catalogue();
        let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
        let materials = item.example.materials.iter().map(|material| MaterialState {
            code: material.code.clone(),
            answer: if material.have { MaterialAnswer::Have } else { MaterialAnswer::Promised },
        });
        let body = ApplicationBody {
            answers: item.example.answers.clone(),
            materials: materials.collect(),
            language: "zh-CN".into(),
        };
        let draft = Draft { item: item.clone(), catalogue: catalogue.revision, body, files: Vec::new() };
        match terminal.applications().submit(draft) {
            Ok(accepted) => println!("told {}", accepted.registration),
            Err(AcceptError::DiskFull) => println!("closed"),
            Err(error) => println!("refused {error}"),
        }
        std::io::stdout().flush().unwrap();
    }
}

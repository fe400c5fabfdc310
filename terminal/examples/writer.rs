//! Accepts one application after the other in a terminal's data folder, as residents would, and prints each
//! registration number only after it was accepted: what the tests of power cuts and kills stop in mid-sentence.
//!
//! `writer DATA CATALOGUE.sqlite [COUNT]`; without a count it goes on until something ends it.
#![allow(clippy::unwrap_used)]

use bianmin_protocol::application::{ApplicationBody, MaterialAnswer, MaterialState};
use bianmin_protocol::ids::{ItemCode, Millis};
use bianmin_terminal::catalogue::CatalogueStore;
use bianmin_terminal::ledger::identity::TerminalIdentity;
use bianmin_terminal::ledger::{Draft, Ledger, Options};
use std::io::Write as _;
use std::path::Path;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [data, catalogue, rest @ ..] = words.as_slice() else { panic!("writer DATA CATALOGUE [COUNT]") };
    let count = rest.first().map_or(u64::MAX, |count| count.parse().unwrap());
    let data = Path::new(data);
    let identity = TerminalIdentity::load(data).unwrap();
    let catalogue = CatalogueStore::open(Path::new(catalogue), identity.enrolled.hall_key).snapshot();
    let ledger = Ledger::open(data, identity, &Options { reserve: 0, ..Options::default() }).unwrap();
    let item = catalogue.get(&ItemCode::parse("HJ02").unwrap()).unwrap();
    let mut out = std::io::stdout();
    for _ in 0..count {
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
        let now = jiff::Zoned::now();
        let accepted = ledger
            .accept(draft, &catalogue.fields, Millis(now.timestamp().as_millisecond()), now.date())
            .unwrap();
        writeln!(out, "{}", accepted.registration).unwrap();
        out.flush().unwrap();
    }
}

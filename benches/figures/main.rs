//! What the main path costs, in one table: each figure beside the floor or the peer that it is measured against,
//! in the same run, turn and turn about. `make bench`; one part alone: `make bench PARTS="accept drain"`.
//!
//! Everything durable is measured where `TMPDIR` points, which must be a disk.
#![allow(clippy::unwrap_used)]

mod accept;
mod clients;
mod delta;
mod display;
mod drain;
mod fixture;
mod fleet;
mod machine;
mod peer;
mod polls;
mod queue;
mod screen;
mod search;
mod slip;
mod submissions;
mod table;

use table::Table;

/// As the hall has it, of which most parts have one in this process.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each side of a comparison is measured, turn and turn about.
const ROUNDS: usize = 5;

type FigurePart = (&'static str, fn(&mut Table));

const PARTS: [FigurePart; 10] = [
    ("accept", accept::run),
    ("hall", submissions::run),
    ("drain", drain::run),
    ("polls", polls::run),
    ("queue", queue::run),
    ("fleet", fleet::run),
    ("search", search::run),
    ("slip", slip::run),
    ("screen", screen::run),
    ("delta", delta::run),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|word| !PARTS.iter().any(|(name, _)| name == word)) {
        let names: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
        eprintln!("there is no part {unknown:?}; there are {}", names.join(", "));
        std::process::exit(2);
    }
    machine::require_disk();
    println!("{}\n", machine::description());
    let mut table = Table::default();
    for (name, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            eprintln!("{name} …");
            run(&mut table);
        }
    }
    println!("{table}");
    println!("{}", machine::load());
}

/// A runtime as the hall has it: as many workers as there are cores.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

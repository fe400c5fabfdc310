//! The hall's command line.

use bianmin_hall::{cli, commands, system};
use clap::Parser as _;
use std::process::ExitCode;

/// A request is some hundred small pieces of memory: with this allocator a busy hall needs a sixth less processor.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    if let Err(error) = system::forbid_core_dumps() {
        return cli::fail(&anyhow::Error::from(error));
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&anyhow::Error::from(error)),
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::fail(&error),
    }
}

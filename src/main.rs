//! The terminal's program: the window, and the technician's commands. Both use the same services.

use std::process::ExitCode;

fn main() -> ExitCode {
    bianmin_kiosk::command::main()
}

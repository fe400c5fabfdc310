//! The terminal's program: the window, and the technician's commands. Both use the same services.

use std::alloc::System;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Memory is wiped when it is given back: on their way to the screen answers pass through the GUI toolkit and the
/// text layout, which make and drop copies of their own that no code here could wipe.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    bianmin_kiosk::command::main()
}

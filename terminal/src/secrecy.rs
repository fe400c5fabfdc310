//! What must not get out of the process by the system's own doing. It knows no application.

use rustix::io::Result;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// From now on a crash of this process leaves no picture of its memory anywhere.
///
/// # Errors
/// The system does not allow it.
pub fn forbid_core_dumps() -> Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // Where cores are piped to a collector, no limit counts; this does. It also keeps other programs of the same
    // user from reading the memory.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

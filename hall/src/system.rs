//! What the hall asks of the operating system: no picture of its memory, files enough for its connections, and to be
//! started anew by systemd should it hang.

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use sd_notify::NotifyState;

/// Files that are open beside connections: the database, keys, what the runtime has.
const OTHERS: u64 = 256;

/// From now on a crash of this process leaves no picture of its memory, in which opened applications are.
///
/// # Errors
/// The system does not allow it.
pub fn forbid_core_dumps() -> rustix::io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // Where cores are piped to a collector no limit counts; this does.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

/// Takes as many open files as `connections` need and the system gives, and returns for how many connections that is
/// enough: with more, the database could not open its own files.
pub fn make_room_for(connections: usize) -> usize {
    let wanted = connections as u64 + OTHERS;
    let limit = getrlimit(Resource::Nofile);
    let possible = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let mut granted = limit.current.unwrap_or(wanted);
    if granted < possible {
        let raised = Rlimit { current: Some(possible), maximum: limit.maximum };
        match setrlimit(Resource::Nofile, raised) {
            Ok(()) => granted = possible,
            Err(error) => tracing::warn!(%error, "no further files can be opened"),
        }
    }
    let room = usize::try_from(granted.saturating_sub(OTHERS)).unwrap_or(usize::MAX).max(16);
    if room < connections {
        tracing::warn!(room, wanted = connections, "the limit of open files allows fewer connections");
    }
    room.min(connections)
}

/// Tells systemd, where that started the hall and wants to know, that it serves, and from then on that it is alive: a
/// runtime that is stuck says nothing and is started anew. Must be called within a tokio runtime.
pub fn report_ready() {
    tell(&[NotifyState::Ready]);
    let Some(within) = sd_notify::watchdog_enabled() else { return };
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(within / 3).await;
            tell(&[NotifyState::Watchdog]);
        }
    });
}

/// Tells systemd that the hall is ending in good order.
pub fn report_stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd cannot be told how the hall is");
    }
}

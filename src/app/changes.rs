//! Tells the application each time the terminal's status changes, so that the strip does not wait for a second.

use std::hash::{Hash, Hasher};

use bianmin_terminal::services::Terminal;
use iced::Subscription;
use iced::futures::stream;

/// There is one terminal for each application: it always counts as the same.
struct Source(Terminal);

impl Hash for Source {
    fn hash<H: Hasher>(&self, state: &mut H) {
        "status changes".hash(state);
    }
}

/// A signal for each change.
pub(super) fn subscription(terminal: &Terminal) -> Subscription<()> {
    Subscription::run_with(Source(terminal.clone()), |source| {
        stream::unfold(source.0.status_changes(), |mut changes| async move {
            // The terminal is gone: so is this application soon.
            changes.changed().await.ok()?;
            Some(((), changes))
        })
    })
}

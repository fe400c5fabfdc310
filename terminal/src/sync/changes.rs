//! Changes: what the hall tells this terminal, pulled page by page in the order of its run.

use super::error::blocking;
use super::{SyncError, SyncReport, Syncer};
use crate::ledger::{ChangeCursor, ChangeRun};
use bianmin_protocol::change::ChangeEntry;
use bianmin_protocol::v1::{self, Updates};
use std::collections::BTreeMap;

/// A backlog longer than this many pages is finished by the next attempt.
const PAGES: usize = 1_000;

/// What the hall has signed for this terminal after a cursor.
struct SignedPage {
    run: ChangeRun,
    changes: Vec<ChangeEntry>,
    more: bool,
}

impl SignedPage {
    fn new(run: ChangeRun, changes: Vec<impl Into<ChangeEntry>>, more: bool) -> Self {
        Self { run, changes: changes.into_iter().map(Into::into).collect(), more }
    }

    /// Leaves out everything from the first hole on: it is asked for again from there. Whether nothing was left out.
    fn end_at_gap(&mut self, cursor: u64) -> bool {
        let announced = self.changes.len();
        let expected = (cursor + 1..).zip(&self.changes).take_while(|(wanted, entry)| {
            let is_known = entry.change.is_ok() || !crate::planted::is_planted("unknown-change-stops");
            entry.cursor == *wanted && is_known
        });
        let expected = expected.count();
        if !crate::planted::is_planted("max-id-cursor") {
            self.changes.truncate(expected);
        }
        self.changes.len() == announced
    }

    /// How many changes of which kinds this program cannot read.
    fn unknown(&self) -> BTreeMap<&str, u32> {
        let mut counts = BTreeMap::new();
        for unknown in self.changes.iter().filter_map(|entry| entry.change.as_ref().err()) {
            *counts.entry(unknown.kind.as_str()).or_default() += 1;
        }
        counts
    }
}

impl Syncer {
    /// Pulls changes, always the ones right after the last that is kept.
    pub(super) async fn pull_changes(&self, report: &mut SyncReport) -> Result<(), SyncError> {
        for _ in 0..PAGES {
            let ledger = self.ledger.clone();
            let cursor = blocking(move || ledger.change_cursor()).await?;
            let after = cursor.after;
            let path = format!("{}?after={after}&signed=true&changes=true", v1::UPDATES);
            let answer: Updates = self.hall.get(&path).await?;
            self.mind_epoch(report).await?;
            let Some(mut page) = self.signed_page(answer, cursor) else {
                tracing::warn!(after, "changes came without the hall's signature: it may have to be updated");
                return Ok(());
            };
            let is_whole = page.end_at_gap(after);
            if !is_whole {
                tracing::warn!(after, "the hall's changes have a gap");
            }
            if page.changes.is_empty() {
                return Ok(());
            }
            for (kind, count) in page.unknown() {
                tracing::warn!(after, kind, count, "the hall told changes that this version does not know");
            }
            let (ledger, run, more) = (self.ledger.clone(), page.run, page.more);
            report.unknown_changes += blocking(move || ledger.apply_changes(run, &page.changes)).await?;
            if !more || !is_whole {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The page after this cursor, if the hall has signed it for this terminal: of all changes, or from a hall of 0.1.0 of
    /// cases alone. A hall that has told everything is none of those, whoever answers in its name.
    fn signed_page(&self, answer: Updates, cursor: ChangeCursor) -> Option<SignedPage> {
        let identity = self.ledger.identity();
        let (key, terminal) = (&identity.enrolled.hall_key, identity.terminal());
        let epoch = self.hall.epoch()?;
        if let Some(signed) = &answer.changes {
            let page = signed.verify(key, terminal, epoch, cursor.after)?;
            return Some(SignedPage::new(ChangeRun::All, page.changes, page.more));
        }
        let signed = answer.signed.filter(|_| cursor.run == ChangeRun::Cases);
        match signed.and_then(|signed| signed.verify(key, terminal, epoch, cursor.after)) {
            Some(page) => Some(SignedPage::new(ChangeRun::Cases, page.updates, page.more)),
            None if crate::planted::is_planted("unsigned-case-believed") => {
                Some(SignedPage::new(ChangeRun::Cases, answer.updates, answer.more))
            }
            None => None,
        }
    }
}

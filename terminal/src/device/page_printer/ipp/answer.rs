//! What a printer says of itself and of a job, and what that means. Pure.

use crate::device::printer::{Outcome, Status};
use ::ipp::model::DelimiterTag;
use ::ipp::prelude::{IppAttributeGroup, IppRequestResponse, IppValue};

/// A printer's looks: its state, its reasons, whether it takes jobs, and what it understands.
#[derive(Debug, Default)]
pub(super) struct Looks {
    state: Option<i32>,
    reasons: Vec<String>,
    accepts: Option<bool>,
    formats: Vec<String>,
}

/// `printer-state`: it has nothing to do.
const IDLE: i32 = 3;
/// `printer-state`: it does nothing until somebody puts it right.
const STOPPED: i32 = 5;

/// What a reason means, the worst first. Reasons are matched by how they begin, because what follows (`-error`,
/// `-warning`, `-report`, or a tray's name) differs between printers for the same empty tray.
const REASONS: [(&str, Status); 22] = [
    ("cover-open", Status::CoverOpen),
    ("door-open", Status::CoverOpen),
    ("interlock-open", Status::CoverOpen),
    ("media-jam", Status::Jam),
    ("media-empty", Status::PaperOut),
    ("media-needed", Status::PaperOut),
    ("input-tray-missing", Status::PaperOut),
    ("offline", Status::Offline),
    ("shutdown", Status::Offline),
    ("timed-out", Status::Offline),
    ("marker-supply-empty", Status::Fault),
    ("toner-empty", Status::Fault),
    ("marker-waste-full", Status::Fault),
    ("output-area-full", Status::Fault),
    ("output-tray-missing", Status::Fault),
    ("spool-area-full", Status::Fault),
    ("fuser-", Status::Fault),
    ("opc-life-over", Status::Fault),
    ("developer-empty", Status::Fault),
    ("paused", Status::Fault),
    ("other-error", Status::Fault),
    ("media-low", Status::PaperLow),
];

impl Looks {
    /// The attributes to ask for.
    pub const ASKED: [&'static str; 4] =
        ["printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "document-format-supported"];

    pub fn of(answer: &IppRequestResponse) -> Self {
        let Some(group) = answer.attributes().first_of(DelimiterTag::PrinterAttributes) else {
            return Self::default();
        };
        Self {
            state: number(group, "printer-state"),
            reasons: words(group, "printer-state-reasons"),
            accepts: group
                .get("printer-is-accepting-jobs")
                .and_then(|attribute| attribute.value().as_boolean())
                .copied(),
            formats: words(group, "document-format-supported"),
        }
    }

    /// Whether a job may be sent. A queue that is idle may still say what stopped its last job, because it looks at
    /// its printer only while it prints; then a job is the only way to find out.
    pub fn may_start(&self) -> bool {
        let status = self.status();
        let stale = status.is_repairable()
            && self.state == Some(IDLE)
            && self.accepts != Some(false)
            && self.understands()
            && self.reasons.iter().all(|reason| !reason.ends_with("-error"));
        status.can_print() || stale
    }

    fn understands(&self) -> bool {
        self.formats.is_empty() || self.formats.iter().any(|format| format == super::PDF)
    }

    pub fn status(&self) -> Status {
        let message = REASONS.iter().find(|(begin, _)| self.reasons.iter().any(|r| r.starts_with(begin)));
        let message = message.map(|(_, status)| *status);
        let understands = self.understands();
        match (message, self.state) {
            // A stopped printer that says nothing worse than that paper runs low has another reason.
            (Some(Status::PaperLow) | None, Some(STOPPED)) => Status::Fault,
            (Some(status), _) if status != Status::PaperLow => status,
            _ if !understands => Status::WrongFormat,
            _ if self.accepts == Some(false) => Status::Fault,
            (Some(status), _) => status,
            (None, Some(_)) => Status::Ready,
            (None, None) => Status::Unknown,
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobState {
    /// It waits or is being printed.
    Going,
    /// It waits for somebody to put the printer right.
    Stopped,
    /// All of it was printed, says the printer.
    Completed,
    /// Taken back, or given up by the printer.
    Ended,
}

/// What a printer says of a job.
#[derive(Debug)]
pub(super) struct Job {
    pub state: JobState,
    /// Sides that came out, where the printer counts them.
    impressions: Option<i32>,
    /// Whether it ever began, where the printer says.
    began: Option<bool>,
    reasons: Vec<String>,
}

impl Job {
    /// The number of the job that an answer is about.
    pub fn id(answer: &IppRequestResponse) -> Option<i32> {
        number(answer.attributes().first_of(DelimiterTag::JobAttributes)?, "job-id")
    }

    pub fn of(answer: &IppRequestResponse) -> Option<Self> {
        let group = answer.attributes().first_of(DelimiterTag::JobAttributes)?;
        let state = match number(group, "job-state")? {
            3..=5 => JobState::Going,
            6 => JobState::Stopped,
            7 | 8 => JobState::Ended,
            9 => JobState::Completed,
            _ => return None,
        };
        let began = group.get("time-at-processing").map(|attribute| match attribute.value() {
            IppValue::Integer(at) => *at > 0,
            _ => false,
        });
        let impressions = number(group, "job-impressions-completed");
        Some(Self { state, impressions, began, reasons: words(group, "job-state-reasons") })
    }

    /// What became of it, once it has ended; `status` is how the printer is now.
    pub fn outcome(&self, status: Status) -> Option<Outcome> {
        match self.state {
            JobState::Going | JobState::Stopped => None,
            JobState::Completed => {
                // Handed on to a device that may still print it or not; or gone wrong in the middle.
                let doubtful = ["queued-in-device", "job-completed-with-errors"];
                let doubted =
                    self.reasons.iter().any(|reason| doubtful.iter().any(|d| reason.starts_with(d)));
                Some(if doubted { Outcome::Unknown(status) } else { Outcome::Printed })
            }
            JobState::Ended => Some(match (self.impressions, self.began) {
                (_, Some(false)) | (Some(0), _) => Outcome::Failed(status),
                _ => Outcome::Unknown(status),
            }),
        }
    }
}

fn number(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    match group.get(name)?.value() {
        IppValue::Integer(value) | IppValue::Enum(value) => Some(*value),
        _ => None,
    }
}

fn words(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    let Some(attribute) = group.get(name) else { return Vec::new() };
    let word = |value: &IppValue| match value {
        IppValue::Keyword(word) => Some(word.to_string()),
        IppValue::MimeMediaType(word) => Some(word.to_string()),
        _ => None,
    };
    match attribute.value() {
        IppValue::Array(values) => values.iter().filter_map(word).collect(),
        value => word(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(state: i32, reasons: &[&str]) -> Looks {
        Looks {
            state: Some(state),
            reasons: reasons.iter().map(|&reason| reason.to_owned()).collect(),
            accepts: Some(true),
            formats: vec!["application/pdf".to_owned(), "image/pwg-raster".to_owned()],
        }
    }

    #[test]
    fn reasons_are_understood_by_how_they_begin() {
        for (reasons, status) in [
            (&["none"][..], Status::Ready),
            (&["media-empty-warning"], Status::PaperOut),
            (&["media-empty"], Status::PaperOut),
            (&["media-low-report"], Status::PaperLow),
            (&["media-low", "cover-open-error"], Status::CoverOpen),
            (&["media-jam-error", "media-needed"], Status::Jam),
            (&["marker-supply-low-warning"], Status::Ready),
            (&["marker-supply-empty-error"], Status::Fault),
            (&["offline-report"], Status::Offline),
            (&["something-new"], Status::Ready),
        ] {
            assert_eq!(looks(4, reasons).status(), status, "{reasons:?}");
        }
        assert_eq!(looks(5, &["none"]).status(), Status::Fault);
        // What an idle queue says of paper may be old; what a printer calls an error is not.
        assert!(looks(IDLE, &["media-empty-warning"]).may_start());
        for (state, reason) in
            [(IDLE, "media-empty-error"), (4, "media-empty-warning"), (IDLE, "offline-report")]
        {
            assert!(!looks(state, &[reason]).may_start(), "{state} {reason}");
        }
        assert_eq!(looks(5, &["media-low"]).status(), Status::Fault);
        assert_eq!(Looks::default().status(), Status::Unknown);
        let deaf = Looks { formats: vec!["image/urf".to_owned()], ..looks(3, &["none"]) };
        assert_eq!(deaf.status(), Status::WrongFormat);
        assert_eq!(Looks { accepts: Some(false), ..looks(3, &["media-low"]) }.status(), Status::Fault);
    }

    #[test]
    fn only_a_completed_job_was_printed() {
        let job = |state, impressions, began, reason: &str| Job {
            state,
            impressions,
            began,
            reasons: vec![reason.to_owned()],
        };
        let outcome = |job: Job| job.outcome(Status::PaperOut);
        assert_eq!(outcome(job(JobState::Going, None, None, "job-printing")), None);
        assert_eq!(outcome(job(JobState::Stopped, Some(1), None, "printer-stopped")), None);
        let completed = job(JobState::Completed, Some(2), Some(true), "job-completed-successfully");
        assert_eq!(outcome(completed), Some(Outcome::Printed));
        let unknown = Some(Outcome::Unknown(Status::PaperOut));
        assert_eq!(outcome(job(JobState::Completed, None, None, "queued-in-device")), unknown);
        assert_eq!(outcome(job(JobState::Ended, Some(1), Some(true), "job-canceled-by-user")), unknown);
        assert_eq!(outcome(job(JobState::Ended, None, None, "aborted-by-system")), unknown);
        let failed = Some(Outcome::Failed(Status::PaperOut));
        assert_eq!(outcome(job(JobState::Ended, None, Some(false), "job-canceled-by-user")), failed);
        assert_eq!(outcome(job(JobState::Ended, Some(0), Some(true), "aborted-by-system")), failed);
    }
}

//! The status strip in words.

use bianmin_terminal::device::printer::Status as Printer;
use bianmin_terminal::ledger::Intake;
use bianmin_terminal::services::Terminal;
use bianmin_terminal::sync::Reachable;
use jiff::civil::Weekday;

use crate::context::Context;
use crate::theme::Tone;
use crate::widget::strip::StatusLine;

/// The strip for how `terminal` stands at the context's time, in its language.
pub fn line(ctx: &Context, terminal: &Terminal) -> StatusLine {
    let status = terminal.status();
    let count = status.counts.waiting;
    let waiting = [("waiting", count.into())];
    let network = match (status.link.reachable, count) {
        // Nothing goes by itself any more, whatever the network is like.
        (_, 0) if status.intake == Intake::Revoked => (Tone::Bad, ctx.t("status-revoked")),
        (_, _) if status.intake == Intake::Revoked => {
            (Tone::Bad, ctx.t_args("status-revoked-waiting", &waiting))
        }
        (_, _) if status.intake == Intake::Unconfirmed => (Tone::Warn, ctx.t("status-unconfirmed")),
        // Right after the start nothing is known yet: no alarm before the first attempt.
        (Reachable::Online | Reachable::Unknown, 0) => (Tone::Ok, ctx.t("status-online")),
        (Reachable::Online | Reachable::Unknown, _) => (Tone::Ok, ctx.t_args("status-sending", &waiting)),
        (_, 0) => (Tone::Warn, ctx.t("status-offline")),
        (_, _) => (Tone::Warn, ctx.t_args("status-offline-waiting", &waiting)),
    };
    let place = &terminal.config().place.name;
    StatusLine {
        place: ctx.t_args("status-place", &[("place", place.into())]),
        network,
        printer: printer(ctx, status.printer),
        clock: clock(ctx),
    }
}

fn printer(ctx: &Context, status: Printer) -> Option<(Tone, String)> {
    Some(match status {
        Printer::Ready | Printer::Unknown => (Tone::Ok, ctx.t("status-printer-ready")),
        Printer::PaperLow => (Tone::Warn, ctx.t("status-printer-paper-low")),
        Printer::PaperOut => (Tone::Bad, ctx.t("status-printer-paper-out")),
        Printer::CoverOpen => (Tone::Bad, ctx.t("status-printer-cover-open")),
        Printer::Jam | Printer::Cutter | Printer::Fault | Printer::WrongFormat | Printer::Offline => {
            (Tone::Bad, ctx.t("status-printer-failed"))
        }
        Printer::Absent => return None,
    })
}

fn clock(ctx: &Context) -> String {
    let now = ctx.now;
    let weekday = ctx.t(match now.weekday() {
        Weekday::Monday => "weekday-1",
        Weekday::Tuesday => "weekday-2",
        Weekday::Wednesday => "weekday-3",
        Weekday::Thursday => "weekday-4",
        Weekday::Friday => "weekday-5",
        Weekday::Saturday => "weekday-6",
        Weekday::Sunday => "weekday-7",
    });
    let time = format!("{:02}:{:02}", now.hour(), now.minute());
    ctx.t_args(
        "status-clock",
        &[
            ("month", now.month().into()),
            ("day", now.day().into()),
            ("weekday", weekday.into()),
            ("time", time.into()),
        ],
    )
}

//! The status strip in words.

use jiff::civil::Weekday;

use crate::context::Context;
use crate::services::{Printer, Status};
use crate::theme::Tone;
use crate::widget::strip::Line;

/// The strip for `status` at the context's time, in its language.
pub fn line(ctx: &Context, status: &Status) -> Line {
    let waiting = [("waiting", status.waiting.into())];
    let network = match (status.online, status.waiting) {
        (true, 0) => (Tone::Ok, ctx.t("status-online")),
        (true, _) => (Tone::Ok, ctx.t_args("status-sending", &waiting)),
        (false, 0) => (Tone::Warn, ctx.t("status-offline")),
        (false, _) => (Tone::Warn, ctx.t_args("status-offline-waiting", &waiting)),
    };
    let printer = match status.printer {
        Printer::Ready => Some((Tone::Ok, ctx.t("status-printer-ready"))),
        Printer::NoPaper => Some((Tone::Bad, ctx.t("status-printer-paper"))),
        Printer::Failed => Some((Tone::Bad, ctx.t("status-printer-failed"))),
        Printer::Absent => None,
    };
    Line {
        place: ctx.t_args("status-place", &[("place", (&status.place).into())]),
        network,
        printer,
        clock: clock(ctx),
    }
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

//! The log on standard error. What is logged is written by the same rule as what is printed; colours are the log's own, and
//! only on a terminal.

use bianmin_protocol::text::visible;
use std::fmt;
use std::io::{self, IsTerminal as _};
use tracing::field::{Field, Visit};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, MakeWriter};

/// Starts the log of this process. What is logged is said by the environment variable, else by `default`.
pub fn start_log(variable: &str, default: &str) {
    let filter = EnvFilter::try_from_env(variable).unwrap_or_else(|_| EnvFilter::new(default));
    // A log file or the journal is no place for colours.
    let log = log_to(io::stderr, io::stderr().is_terminal(), filter);
    // Only who has started a log before us is in the way.
    let _ = tracing::subscriber::set_global_default(log);
}

fn log_to<W>(writer: W, colours: bool, filter: EnvFilter) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(colours)
        .fmt_fields(VisibleFields)
        .with_env_filter(filter)
        .finish()
}

/// Writes the message and then `name=value`, each such that it gives no orders.
struct VisibleFields;

impl<'w> FormatFields<'w> for VisibleFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = LogLine { writer, is_empty: true, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

struct LogLine<'w> {
    writer: Writer<'w>,
    is_empty: bool,
    result: fmt::Result,
}

impl LogLine<'_> {
    fn write(&mut self, name: &str, value: &str) -> fmt::Result {
        if !std::mem::take(&mut self.is_empty) {
            self.writer.write_char(' ')?;
        }
        match name {
            "message" => self.writer.write_str(&visible(value)),
            name => write!(self.writer, "{name}={}", visible(value)),
        }
    }
}

impl Visit for LogLine<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.result.is_ok() {
            self.result = self.write(field.name(), &format!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bianmin_protocol::text::is_seen;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_logged_gives_no_orders() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = log_to(move || writer.clone(), false, EnvFilter::new("info"));
        let bad = "张\u{1b}]0;x\u{7}\n\u{202e}\u{9b}2J";
        tracing::subscriber::with_default(log, || {
            let _span = tracing::info_span!("request", name = %bad).entered();
            let error = io::Error::other(bad);
            tracing::warn!(name = %bad, quoted = bad, number = 3, %error, "about {bad}");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.trim_end_matches('\n').chars().all(is_seen), "{text:?}");
        let shown = "张\\u{1b}]0;x\\u{7}\\n\\u{202e}\\u{9b}2J";
        for part in [format!("about {shown}"), format!(" name={shown} "), " number=3 ".to_owned()] {
            assert!(text.contains(&part), "{part}: {text}");
        }
    }
}

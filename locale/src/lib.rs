//! Everything a person reads, by language.
//!
//! The texts are Fluent files in `locales/<language>/*.ftl`, compiled in, so
//! that neither a terminal nor a hall can start without them. This package
//! knows keys and languages; it must not know screens, slips or pages.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod arg;
mod language;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

pub use arg::Arg;
pub use language::Language;
pub use words::Words;

/// `(language folder, file name, content)` of every file in `locales/`.
static FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// More distinct unknown keys than this are not remembered (nor logged).
const MAX_REPORTED: usize = 256;

type Bundle = FluentBundle<FluentResource>;

/// The texts of one language. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts {
    language: Language,
    bundle: &'static Bundle,
}

impl Texts {
    /// The texts of `language`; the files are parsed once per process.
    #[must_use]
    pub fn new(language: Language) -> Self {
        static BUNDLES: [OnceLock<Bundle>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        Self { language, bundle: BUNDLES[language.index()].get_or_init(|| bundle(language)) }
    }

    /// The language of these texts.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a text for `key`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// The text for `key`. An unknown key is shown as it is, so that nobody
    /// faces an empty screen, and logged once.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text for `key` with its arguments filled in:
    /// `t_args("pager-position", &[("page", 2.into()), ("pages", 5.into())])`.
    #[must_use]
    pub fn t_args(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.to_fluent())).collect();
        self.format(key, Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            report_once(self.language, key, "unknown text key");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            report_once(self.language, key, "text lacks an argument");
        }
        text.into_owned()
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Texts").field(&self.language).finish()
    }
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.identifier()]);
    // The invisible marks protect mixed-direction text; none of our languages
    // needs them, and printers and exact comparisons stumble over them.
    bundle.set_use_isolating(false);
    for (_, name, content) in files(language) {
        let resource = match FluentResource::try_new((*content).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(file = name, ?errors, "a file of texts has errors");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file = name, ?errors, "a text key is defined twice");
        }
    }
    bundle
}

fn files(language: Language) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    FILES.iter().filter(move |(folder, _, _)| *folder == language.tag())
}

fn report_once(language: Language, key: &str, what: &'static str) {
    static REPORTED: Mutex<BTreeSet<(Language, String)>> = Mutex::new(BTreeSet::new());
    let Ok(mut reported) = REPORTED.lock() else {
        return;
    };
    if reported.len() < MAX_REPORTED && reported.insert((language, key.to_owned())) {
        tracing::warn!(language = language.tag(), key, what);
    }
}

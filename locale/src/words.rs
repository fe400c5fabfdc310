//! Words that are chosen in one place and said in another, in the language of whoever reads them.

use crate::{Arg, Texts};

/// A text's key and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    key: String,
    args: Vec<(&'static str, Arg<'static>)>,
}

impl Words {
    /// The words under `key`.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), args: Vec::new() }
    }

    /// With an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg<'static>>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The key, for programs that tell cases apart.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// In the language of `texts`.
    #[must_use]
    pub fn say(&self, texts: &Texts) -> String {
        texts.t_args(&self.key, &self.args)
    }
}

//! `[page_printer]`: the printer of A4 pages.

use super::ConfigError;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the page printer is reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum PagePrinter {
    /// There is none: guides come short from the receipt printer, and forms are not printed.
    #[default]
    None,
    /// A printer or a CUPS queue that speaks IPP.
    Ipp {
        /// `ipp://host/ipp/print`, or `ipp://localhost/printers/QUEUE`.
        uri: String,
    },
    /// PDFs into a folder, for demonstrations. They stay there: not for a terminal with residents.
    File {
        /// The folder.
        folder: PathBuf,
    },
}

impl PagePrinter {
    /// Checks that the address is one.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self::Ipp { uri } = self else { return Ok(()) };
        let rest = ["ipp://", "ipps://"].into_iter().find_map(|scheme| uri.strip_prefix(scheme));
        if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            let problem = "an address such as ipp://192.168.1.60/ipp/print".to_owned();
            return Err(ConfigError::Value { key: "page_printer.uri", problem });
        }
        Ok(())
    }
}

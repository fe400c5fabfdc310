//! The phone page: its frame and script with the texts of all languages filled in once.

use std::sync::LazyLock;

/// The page.
pub(crate) static PAGE: LazyLock<String> = LazyLock::new(|| "".to_owned());
/// Its script.
pub(crate) static SCRIPT: LazyLock<String> = LazyLock::new(|| "".to_owned());

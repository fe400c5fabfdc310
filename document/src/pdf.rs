//! placeholder
use crate::{Fonts, Layout};
pub(crate) fn write(_layout: &Layout, _fonts: &Fonts) -> Vec<u8> {
    Vec::new()
}

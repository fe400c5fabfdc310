//! Whether there is a display at all: the window toolkit panics without one.
//!
//! Asked is only whether somebody listens there; what they say is for the toolkit.

use std::env::var_os;
use std::ffi::OsStr;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A display on another machine answers within this.
const TIMEOUT: Duration = Duration::from_secs(5);

/// There is no display.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisplayError {
    /// Neither variable names one.
    #[error("there is no display: neither WAYLAND_DISPLAY nor DISPLAY is set")]
    Unset,
    /// Nobody listens there.
    #[error("no display answers at {0}")]
    Silent(String),
}

/// Looks whether a display answers.
///
/// # Errors
/// None is named, or it does not answer.
pub fn check() -> Result<(), DisplayError> {
    let wayland = var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty());
    let x11 = var_os("DISPLAY").filter(|name| !name.is_empty());
    if let Some(name) = &wayland
        && UnixStream::connect(wayland_socket(name, var_os("XDG_RUNTIME_DIR").as_deref())).is_ok()
    {
        return Ok(());
    }
    if x11.as_deref().and_then(OsStr::to_str).is_some_and(x11_answers) {
        return Ok(());
    }
    match x11.or(wayland) {
        Some(name) => Err(DisplayError::Silent(name.to_string_lossy().escape_debug().to_string())),
        None => Err(DisplayError::Unset),
    }
}

fn wayland_socket(name: &OsStr, folder: Option<&OsStr>) -> PathBuf {
    // An absolute name stays as it is.
    Path::new(folder.unwrap_or(OsStr::new("/"))).join(name)
}

/// `:0`, `:0.0`, `unix:0` and `host:0`.
fn x11_answers(name: &str) -> bool {
    let Some((host, screen)) = name.rsplit_once(':') else { return false };
    let Ok(number) = screen.split('.').next().unwrap_or_default().parse::<u16>() else { return false };
    if matches!(host, "" | "unix") {
        return local_x11_answers(number);
    }
    let Some(port) = number.checked_add(6000) else { return false };
    let addresses = (host, port).to_socket_addrs().into_iter().flatten();
    addresses.take(4).any(|address| TcpStream::connect_timeout(&address, TIMEOUT).is_ok())
}

fn local_x11_answers(number: u16) -> bool {
    let path = format!("/tmp/.X11-unix/X{number}");
    UnixStream::connect(&path).is_ok() || abstract_answers(&path)
}

/// Linux has sockets whose names are in no folder; X servers listen there too.
#[cfg(target_os = "linux")]
fn abstract_answers(path: &str) -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::SocketAddr;
    SocketAddr::from_abstract_name(path).is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn abstract_answers(_: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_display_does_not_answer() {
        for name in ["", "0", ":", ":x", ":65999", "unix:"] {
            assert!(!x11_answers(name), "{name}");
        }
    }

    #[test]
    fn a_wayland_name_is_a_path_or_a_name_in_the_runtime_folder() {
        let socket = |name: &str| wayland_socket(OsStr::new(name), Some(OsStr::new("/run/user/0")));
        assert_eq!(socket("wayland-1"), Path::new("/run/user/0/wayland-1"));
        assert_eq!(socket("/tmp/w"), Path::new("/tmp/w"));
    }
}

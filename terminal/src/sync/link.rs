//! Notices that the network has come back, so that nobody waits for the end of a back-off.
//!
//! Asks the kernel's files every two seconds: no privilege, no extra service, and nothing to lose a message of.

use super::NetEnvironment;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(2);

/// What this machine is connected by.
#[derive(Debug)]
pub(super) struct Link {
    net: NetEnvironment,
    interfaces: PathBuf,
    routes: PathBuf,
    up: BTreeSet<String>,
}

impl Link {
    pub(super) fn new(net: NetEnvironment) -> Self {
        Self::at(net, "/sys/class/net".into(), "/proc/net/route".into())
    }

    fn at(net: NetEnvironment, interfaces: PathBuf, routes: PathBuf) -> Self {
        let mut link = Self { net, interfaces, routes, up: BTreeSet::new() };
        link.up = link.look();
        link
    }

    /// Ends when an interface or a default route has come up. Nothing is lost when it is dropped before.
    pub(super) async fn came_up(&mut self) {
        loop {
            self.net.sleep(EVERY).await;
            if self.gained() {
                return;
            }
        }
    }

    fn gained(&mut self) -> bool {
        let now = self.look();
        let gained = !now.is_subset(&self.up) && !crate::planted::is_planted("link-up-ignored");
        self.up = now;
        gained
    }

    fn look(&self) -> BTreeSet<String> {
        match &self.net {
            NetEnvironment::Machine => self.look_at_files(),
            NetEnvironment::Simulated(net) => net.connected_by(),
        }
    }

    fn look_at_files(&self) -> BTreeSet<String> {
        let mut up = BTreeSet::new();
        for entry in std::fs::read_dir(&self.interfaces).into_iter().flatten().flatten() {
            let state = std::fs::read_to_string(entry.path().join("operstate")).unwrap_or_default();
            if state.trim() == "up" {
                up.insert(entry.file_name().to_string_lossy().into_owned());
            }
        }
        let routes = std::fs::read_to_string(&self.routes).unwrap_or_default();
        for line in routes.lines().skip(1) {
            let mut columns = line.split_whitespace();
            if let (Some(interface), Some("00000000"), Some(gateway)) =
                (columns.next(), columns.next(), columns.next())
            {
                up.insert(format!("{interface} by {gateway}"));
            }
        }
        up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cable_or_a_route_that_comes_back_is_noticed_once() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("net/eth0/operstate");
        std::fs::create_dir_all(state.parent().unwrap()).unwrap();
        std::fs::write(&state, "up\n").unwrap();
        let routes = folder.path().join("route");
        let mut link = Link::at(NetEnvironment::Machine, folder.path().join("net"), routes.clone());
        assert!(!link.gained(), "it was up from the beginning");
        std::fs::write(&state, "down\n").unwrap();
        assert!(!link.gained());
        std::fs::write(&state, "up\n").unwrap();
        assert!(link.gained());
        assert!(!link.gained());
        let header = "Iface\tDestination\tGateway\tFlags\n";
        std::fs::write(&routes, format!("{header}eth0\t0002A8C0\t00000000\t0001\n")).unwrap();
        assert!(!link.gained(), "a local route leads nowhere");
        std::fs::write(&routes, format!("{header}eth0\t00000000\t0102A8C0\t0003\n")).unwrap();
        assert!(link.gained());
    }
}

//! What keeps strangers, and terminals that went bad, from wearing the hall down: replays of signed requests, bodies that
//! take all its memory, and, for whoever counts by them, [`Counts`] of anything. Knows nothing of HTTP.

pub(crate) mod bodies;
mod counts;
pub(crate) mod nonces;

pub(crate) use counts::Counts;
#[cfg(test)]
pub(crate) use counts::{REMEMBERED, WINDOW};
use std::net::IpAddr;

/// Where somebody comes from: an IPv4 address, or the /64 that one IPv6 customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Network([u8; 8]);

impl Network {
    /// The same for all addresses of one customer.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let (octets, from) = match address.to_canonical() {
            IpAddr::V4(address) => (address.to_ipv6_mapped().octets(), 8),
            IpAddr::V6(address) => (address.octets(), 0),
        };
        let mut network = [0; 8];
        network.copy_from_slice(&octets[from..from + 8]);
        Self(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_one_network() {
        let network = |text: &str| Network::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }
}

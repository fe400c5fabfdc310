//! Who asks, as far as it is known without a signature.

use axum::http::request::Parts;
use std::net::{IpAddr, Ipv4Addr};

/// The address that a request comes from; the server puts it into each request.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// Who sent a request. One that came through no server came from here.
    pub(crate) fn address(request: &Parts) -> IpAddr {
        request.extensions.get::<Self>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0)
    }
}

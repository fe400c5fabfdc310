//! Who asks, behind a proxy: the address that a configured proxy names. Anybody else may name what it likes; it is
//! not believed.

use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// From addresses (`192.0.2.1`) and networks (`192.0.2.0/24`).
    ///
    /// # Errors
    /// The text that is neither.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        let one = |text: &String| {
            let address = || text.trim().parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            text.trim().parse::<IpNet>().or_else(|_| address()).map_err(|_| text.clone())
        };
        Ok(Self(texts.iter().map(one).collect::<Result<_, _>>()?))
    }

    /// Whether this address is a proxy's.
    pub(crate) fn is_one(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whose request it is that came from `peer`: the last address in the chain that is no proxy of ours. Whatever
    /// stands before it was written by somebody unknown.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if self.0.is_empty() {
            return client;
        }
        for named in chain(headers).into_iter().rev() {
            if !self.is_one(client) {
                break;
            }
            // A proxy that hides who asks: then the proxy asks.
            let Some(address) = named else { break };
            client = address;
        }
        client
    }
}

/// The addresses that proxies have written down, the nearest last.
fn chain(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = |name: &str| -> Vec<String> {
        let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(',')).map(|part| part.trim().to_owned()).collect()
    };
    let plain = values(X_FORWARDED_FOR);
    if !plain.is_empty() {
        return plain.iter().map(|text| address(text)).collect();
    }
    values(FORWARDED.as_str()).iter().map(|element| for_parameter(element).and_then(address)).collect()
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn for_parameter(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_a_configured_proxy_is_believed() {
        let proxies =
            Proxies::parse(&["192.0.2.1".into(), "10.0.0.0/8".into(), "2001:db8::1".into()]).unwrap();
        let client = |peer: &str, lines: &[(&'static str, &str)]| proxies.client(ip(peer), &headers(lines));
        let forged = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client("198.51.100.1", &forged), ip("198.51.100.1"));
        assert_eq!(client("192.0.2.1", &forged), ip("203.0.113.9"));
        assert_eq!(client("::ffff:192.0.2.1", &forged), ip("203.0.113.9"));
        assert_eq!(client("192.0.2.1", &[]), ip("192.0.2.1"));
        // What the client itself wrote stands first, and a second proxy adds the first one.
        let chain = [("x-forwarded-for", "127.0.0.1, 203.0.113.9"), ("x-forwarded-for", "10.1.2.3")];
        assert_eq!(client("192.0.2.1", &chain), ip("203.0.113.9"));
        assert_eq!(client("192.0.2.1", &[("x-forwarded-for", "203.0.113.9, unknown")]), ip("192.0.2.1"));
        assert_eq!(client("192.0.2.1", &[("x-forwarded-for", "203.0.113.9:4711")]), ip("203.0.113.9"));
        let rfc = [("forwarded", r#"for=127.0.0.1, For="[2001:db8:cafe::17]:4711";proto=https"#)];
        assert_eq!(client("2001:db8::1", &rfc), ip("2001:db8:cafe::17"));
        assert_eq!(Proxies::default().client(ip("192.0.2.1"), &headers(&forged)), ip("192.0.2.1"));
    }

    #[test]
    fn what_is_no_address_is_told() {
        assert_eq!(Proxies::parse(&["10.0.0.0/33".into()]).unwrap_err(), "10.0.0.0/33");
        assert_eq!(Proxies::parse(&["proxy.example".into()]).unwrap_err(), "proxy.example");
    }
}

//! Where a request comes from: the caller's address, past the proxies that are believed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// An address, or nothing where a request has none (in a test).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address(pub Option<IpAddr>);

impl Address {
    /// The address of a request. The header of a proxy counts only when the proxy is believed, and of the header only what
    /// that proxy wrote: the last entry of the last line. Whatever stands before it, a caller may have written.
    pub fn of(headers: &HeaderMap, extensions: &Extensions, proxies: &Networks) -> Self {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|peer| peer.0.ip().to_canonical());
        if !peer.is_some_and(|peer| proxies.contain(peer)) {
            return Self(peer);
        }
        let last = headers.get_all("x-forwarded-for").iter().next_back();
        let last = last.and_then(|line| line.to_str().ok()?.rsplit(',').next());
        Self(last.and_then(parsed).or(peer))
    }

    /// Under which failed attempts are counted. One subscriber of IPv6 has a whole /64.
    pub fn subscriber(self) -> Self {
        Self(self.0.map(|address| masked(address, 32, 64)))
    }

    /// What is kept of it: enough to tell a foreign network, too little to tell a household.
    pub fn cut(self) -> Option<Network> {
        let address = self.0?;
        let prefix = if address.is_ipv4() { 24 } else { 48 };
        Some(Network {
            address: masked(address, 24, 48),
            prefix,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("?"),
        }
    }
}

/// Whether the caller's browser has come by TLS, as far as a believed proxy says so.
pub fn is_https(headers: &HeaderMap, extensions: &Extensions, proxies: &Networks) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let is_believed = peer.is_some_and(|peer| proxies.contain(peer.0.ip().to_canonical()));
    let last = headers.get_all("x-forwarded-proto").iter().next_back();
    let last = last.and_then(|line| line.to_str().ok()?.rsplit(',').next());
    is_believed && last.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn parsed(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

fn masked(address: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - v4).unwrap_or(0);
            Ipv4Addr::from(u32::from(address) & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - v6).unwrap_or(0);
            Ipv6Addr::from(u128::from(address) & mask).into()
        }
    }
}

/// Addresses that begin alike: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
            && masked(address, self.prefix.min(32), self.prefix) == self.address
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} không phải một mạng; hãy ghi như 10.0.0.0/8 hoặc 192.168.1.5");
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().ok().filter(|prefix| *prefix <= whole),
            None => Some(whole),
        };
        let prefix = prefix.ok_or_else(wrong)?;
        Ok(Self {
            address: masked(address, prefix.min(32), prefix),
            prefix,
        })
    }
}

/// Some networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// This machine and networks that no stranger has an address in: where a proxy usually stands.
    pub fn private() -> Self {
        let networks = [
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ];
        Self(
            networks
                .iter()
                .filter_map(|text| text.parse().ok())
                .collect(),
        )
    }

    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromIterator<Network> for Networks {
    fn from_iter<T: IntoIterator<Item = Network>>(networks: T) -> Self {
        Self(networks.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_contains_what_begins_alike() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.3.4", "11.0.0.1"),
            ("192.168.1.5", "192.168.1.5", "192.168.1.6"),
            ("10.1.2.3/16", "10.1.255.255", "10.2.0.0"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
            ("::/0", "2001:db8::1", "10.0.0.1"),
        ] {
            let network: Network = network.parse().expect("a network");
            assert!(network.contains(ip(inside)), "{network} {inside}");
            assert!(!network.contains(ip(outside)), "{network} {outside}");
        }
        for wrong in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "máy",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        assert_eq!(Networks::private().0.len(), 8);
    }

    #[test]
    fn what_is_kept_of_an_address_names_no_household() {
        for (address, subscriber, cut) in [
            ("203.0.113.77", "203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::/48"),
        ] {
            let address = Address(Some(ip(address)));
            assert_eq!(address.subscriber().to_string(), subscriber);
            assert_eq!(address.cut().expect("a network").to_string(), cut);
        }
        assert_eq!(Address(None).cut(), None);
    }

    #[test]
    fn only_what_a_believed_proxy_wrote_last_is_believed() {
        let of = |peer: &str, lines: &[&str], proxies: &Networks| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().expect("a header"));
            }
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(ip(peer), 4_000)));
            Address::of(&headers, &extensions, proxies).to_string()
        };
        let proxies = Networks::private();
        let nobody = Networks::default();
        for (peer, lines, proxies, found) in [
            ("10.0.0.1", &["203.0.113.7"][..], &proxies, "203.0.113.7"),
            // A caller wrote the first entry, or the first line.
            (
                "10.0.0.1",
                &["1.2.3.4, 203.0.113.7"],
                &proxies,
                "203.0.113.7",
            ),
            (
                "10.0.0.1",
                &["1.2.3.4", "203.0.113.7"],
                &proxies,
                "203.0.113.7",
            ),
            ("10.0.0.1", &["203.0.113.7:4711"], &proxies, "203.0.113.7"),
            ("10.0.0.1", &["[2001:db8::9]:4711"], &proxies, "2001:db8::9"),
            ("10.0.0.1", &["2001:db8::9"], &proxies, "2001:db8::9"),
            (
                "::ffff:10.0.0.1",
                &["::ffff:203.0.113.7"],
                &proxies,
                "203.0.113.7",
            ),
            // What is no address leaves the proxy's.
            ("10.0.0.1", &["unknown"], &proxies, "10.0.0.1"),
            ("10.0.0.1", &[], &proxies, "10.0.0.1"),
            // A stranger is no proxy.
            ("203.0.113.9", &["1.2.3.4"], &proxies, "203.0.113.9"),
            ("10.0.0.1", &["1.2.3.4"], &nobody, "10.0.0.1"),
        ] {
            assert_eq!(of(peer, lines, proxies), found, "{peer} {lines:?}");
        }
        assert_eq!(
            Address::of(&HeaderMap::new(), &Extensions::new(), &proxies),
            Address(None)
        );
    }
}

//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::HttpRequest;

use super::App;

/// The address of whoever sent a request: the other end of the connection, or, where that is a proxy that we trust,
/// the last address in `X-Forwarded-For` that is none. What stands before it is the sender's own word.
pub fn address(app: &App, request: &HttpRequest) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    let lines = request.headers().get_all("x-forwarded-for");
    let lines: Vec<&[u8]> = lines.map(|line| line.as_bytes()).collect();
    forwarded(peer, &lines, |address| app.trusted_proxies.iter().any(|net| net.contains(&address)))
}

fn forwarded(peer: IpAddr, lines: &[&[u8]], is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut address = peer.to_canonical();
    // As bytes: what cannot be read must not be overlooked, or the sender's own word before it would be next.
    for hop in lines.iter().flat_map(|line| line.split(|byte| *byte == b',')).rev() {
        if !is_trusted(address) {
            break;
        }
        match str::from_utf8(hop).ok().and_then(|hop| parse(hop.trim())) {
            Some(hop) => address = hop.to_canonical(),
            None => break,
        }
    }
    address
}

/// An address; some proxies add the port.
fn parse(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| hop.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()))
}

/// What is counted as one sender: an IPv4 address, or the network of 64 bits that one household has of IPv6.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> String {
        seen_in_bytes(peer, &lines.iter().map(|line| line.as_bytes()).collect::<Vec<_>>())
    }

    fn seen_in_bytes(peer: &str, lines: &[&[u8]]) -> String {
        let trusted: Vec<ipnet::IpNet> =
            ["10.0.0.0/8", "127.0.0.1/32"].map(|net| net.parse().unwrap()).into();
        let is_trusted = |address| trusted.iter().any(|net| net.contains(&address));
        forwarded(peer.parse().unwrap(), lines, is_trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("::ffff:10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.7"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, evil"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_not_overlooked() {
        assert_eq!(seen_in_bytes("10.0.0.1", &[b"6.6.6.6", b"\xff"]), "10.0.0.1");
        assert_eq!(seen_in_bytes("10.0.0.1", &[b"6.6.6.6", b"\xff, 10.0.0.7"]), "10.0.0.7");
        assert_eq!(seen_in_bytes("10.0.0.1", &[b"6.6.6.6, \xff"]), "10.0.0.1");
        assert_eq!(seen_in_bytes("10.0.0.1", &[b"\xff, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "é"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", ""]), "10.0.0.1");
    }

    #[test]
    fn a_household_is_one_sender() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
    }
}

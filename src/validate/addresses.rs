//! IP addresses and CIDRs as the API server reads them (k8s.io/utils/net and
//! apimachinery/pkg/util/validation/ip.go, v1.36.2, with StrictIPCIDRValidation on).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `ParseIPSloppy`: as the standard library, and leading zeros in an IPv4 address are
/// ignored, as Go did before 1.17. No zone (`fe80::1%eth0`).
#[must_use]
pub(crate) fn parse_ip(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    if text.contains(':') {
        // Leading zeros in the IPv4 tail of an IPv6 address.
        let (head, tail) = text.rsplit_once(':')?;
        let tail = parse_ipv4(tail)?;
        return format!("{head}:{tail}").parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    parse_ipv4(text).map(IpAddr::V4)
}

fn parse_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        *octet = number(parts.next()?, 255)?.try_into().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// Decimal digits, any number of leading zeros, at most `most`.
fn number(text: &str, most: u32) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = text.trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    (digits.len() <= 3).then(|| digits.parse().ok()).flatten().filter(|n| *n <= most)
}

/// A CIDR as `ParseCIDRSloppy` reads it: the address as written and the prefix length.
#[must_use]
pub(crate) fn parse_cidr(text: &str) -> Option<(IpAddr, u8)> {
    let (ip, bits) = text.split_once('/')?;
    let ip = parse_ip(ip)?;
    let most = if ip.is_ipv4() { 32 } else { 128 };
    Some((ip, number(bits, most)?.try_into().ok()?))
}

/// True for `::ffff:1.2.3.4`.
#[must_use]
pub(crate) fn is_mapped(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// How Go prints a `net.IP`: an IPv4-mapped address as the IPv4 address it is.
#[must_use]
pub(crate) fn go_text(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| v6.to_string(), |v4| v4.to_string()),
    }
}

/// True for an IPv6 address that is no IPv4-mapped one (`netutils.IsIPv6`).
#[must_use]
pub(crate) fn is_ipv6(ip: IpAddr) -> bool {
    ip.is_ipv6() && !is_mapped(ip)
}

/// What is wrong with an address (`parseIP`, strict): texts in the server's order.
#[must_use]
pub(crate) fn ip_wrongs(text: &str) -> Vec<&'static str> {
    let Some(ip) = parse_ip(text) else {
        return vec!["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];
    };
    if text.parse::<IpAddr>().is_err() {
        return vec!["must not have leading 0s"];
    }
    if is_mapped(ip) {
        return vec!["must not be an IPv4-mapped IPv6 address"];
    }
    Vec::new()
}

/// What is wrong with a CIDR (`parseCIDR`, strict).
#[must_use]
pub(crate) fn cidr_wrong(text: &str) -> Option<&'static str> {
    let Some((ip, bits)) = parse_cidr(text) else {
        return Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    };
    let (ip_text, bits_text) = text.split_once('/')?;
    let zeros = bits_text.len() > 1 && bits_text.starts_with('0');
    if zeros || ip_text.parse::<IpAddr>().is_err() {
        return Some("must not have leading 0s in IP or prefix length");
    }
    if is_mapped(ip) {
        return Some("must not have an IPv4-mapped IPv6 address");
    }
    (network(ip, bits) != ip).then_some("must not have bits set beyond the prefix length")
}

/// `ip` with the bits beyond the first `bits` cleared.
#[must_use]
pub(crate) fn network(ip: IpAddr, bits: u8) -> IpAddr {
    match ip {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

/// What forbids an address as an external IP (`ValidateNonSpecialIP`, pkg/apis/core/validation).
#[must_use]
pub(crate) fn special_wrongs(text: &str) -> Vec<String> {
    let Some(ip) = parse_ip(text) else {
        return vec!["must be a valid IP address".to_owned()];
    };
    // Go's net.IP methods look through an IPv4-mapped address.
    let ip = match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    let (local, multicast) = match ip {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            (first & 0xffc0 == 0xfe80, first & 0xff0f == 0xff02)
        }
    };
    let mut wrongs = Vec::new();
    if ip.is_unspecified() {
        wrongs.push(format!("may not be unspecified ({text})"));
    }
    if ip.is_loopback() {
        wrongs.push("may not be in the loopback range (127.0.0.0/8, ::1/128)".to_owned());
    }
    if local {
        wrongs.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)".to_owned());
    }
    if multicast {
        wrongs.push(
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".to_owned(),
        );
    }
    wrongs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_read_and_refused() {
        assert_eq!(parse_ip("010.0.0.001"), "10.0.0.1".parse().ok());
        assert_eq!(parse_ip("::ffff:010.0.0.1"), "::ffff:10.0.0.1".parse().ok());
        assert_eq!(ip_wrongs("010.0.0.1"), ["must not have leading 0s"]);
        assert_eq!(
            cidr_wrong("10.0.0.0/08"),
            Some("must not have leading 0s in IP or prefix length")
        );
    }

    #[test]
    fn what_is_no_address_is_told_so() {
        for bad in
            ["", "abc", "1.2.3", "1.2.3.4.5", "1.2.3.256", "fe80::1%eth0", " 1.2.3.4", "1.2.3.-4"]
        {
            assert_eq!(
                ip_wrongs(bad),
                ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"],
                "{bad}"
            );
        }
    }

    #[test]
    fn a_cidr_is_a_network() {
        assert_eq!(cidr_wrong("10.0.0.0/8"), None);
        assert_eq!(cidr_wrong("2001:db8::/32"), None);
        assert_eq!(cidr_wrong("0.0.0.0/0"), None);
        assert_eq!(
            cidr_wrong("10.0.0.1/8"),
            Some("must not have bits set beyond the prefix length")
        );
        assert_eq!(
            cidr_wrong("::ffff:10.0.0.0/104"),
            Some("must not have an IPv4-mapped IPv6 address")
        );
        for bad in ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "a/8"] {
            assert_eq!(
                cidr_wrong(bad),
                Some("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
                "{bad}"
            );
        }
    }

    #[test]
    fn addresses_of_the_node_itself_are_no_external_ips() {
        assert_eq!(special_wrongs("203.0.113.1"), Vec::<String>::new());
        assert_eq!(special_wrongs("0.0.0.0"), ["may not be unspecified (0.0.0.0)"]);
        assert_eq!(
            special_wrongs("127.8.0.1"),
            ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]
        );
        assert_eq!(
            special_wrongs("::1"),
            ["may not be in the loopback range (127.0.0.0/8, ::1/128)"]
        );
        assert_eq!(special_wrongs("fe80::1").len(), 1);
        assert_eq!(special_wrongs("169.254.169.254").len(), 1);
        assert_eq!(special_wrongs("224.0.0.1").len(), 1);
    }
}

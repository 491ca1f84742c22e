//! An object's addresses, held in the object itself: a look-up in a large cluster waits for
//! every further place in memory that it touches.

use std::fmt;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;

/// A few addresses, in order; used as a slice.
#[derive(Clone)]
pub struct Ips(Held);

#[derive(Clone)]
enum Held {
    /// As many of them as the number says: one a family is what objects have.
    Few([IpAddr; 2], u8),
    Many(Box<[IpAddr]>),
}

impl Deref for Ips {
    type Target = [IpAddr];

    fn deref(&self) -> &[IpAddr] {
        match &self.0 {
            Held::Few(ips, n) => ips.get(..usize::from(*n)).unwrap_or(ips),
            Held::Many(ips) => ips,
        }
    }
}

impl FromIterator<IpAddr> for Ips {
    fn from_iter<I: IntoIterator<Item = IpAddr>>(ips: I) -> Self {
        let mut rest = ips.into_iter();
        let mut few = [IpAddr::V4(Ipv4Addr::UNSPECIFIED); 2];
        let mut n = 0;
        for (slot, ip) in few.iter_mut().zip(rest.by_ref()) {
            *slot = ip;
            n += 1;
        }
        let Some(third) = rest.next() else { return Self(Held::Few(few, n)) };
        Self(Held::Many(few.into_iter().chain([third]).chain(rest).collect()))
    }
}

impl From<Vec<IpAddr>> for Ips {
    fn from(ips: Vec<IpAddr>) -> Self {
        ips.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a Ips {
    type Item = &'a IpAddr;
    type IntoIter = std::slice::Iter<'a, IpAddr>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Ips {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Ips {}

impl fmt::Debug for Ips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// An address as text, much quicker than through `Display`.
pub(super) fn push_ip(ip: IpAddr, out: &mut String) {
    let IpAddr::V4(ip) = ip else {
        // Writing to a String does not fail.
        let _ = write!(out, "{ip}");
        return;
    };
    for (idx, byte) in ip.octets().into_iter().enumerate() {
        out.push_str(if idx > 0 { "." } else { "" });
        let digits = [byte / 100, byte / 10 % 10, byte % 10];
        let n_zeros = digits.iter().take(2).take_while(|digit| **digit == 0).count();
        out.extend(digits.into_iter().skip(n_zeros).map(|digit| char::from(b'0' + digit)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_addresses_come_out_as_went_in_and_in_their_order() {
        for n in 0..6u8 {
            let ips: Vec<IpAddr> = (0..n).map(|i| IpAddr::from([10, 0, 0, i])).collect();
            assert_eq!(*Ips::from(ips.clone()), *ips);
        }
    }
}

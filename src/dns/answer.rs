//! What a DNS server answers.

use crate::source::sort;
use serde::Serialize;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Types of records that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// IPv4 address.
    A,
    /// IPv6 address.
    Aaaa,
    /// Another name.
    Cname,
    /// The name of a name server.
    Ns,
    /// The name of an address.
    Ptr,
    /// Start of a zone of authority.
    Soa,
    /// Priority, weight, port and target.
    Srv,
    /// Text.
    Txt,
    /// Any other type, by its name: CoreDNS has no such records here, and tells whether the
    /// name exists.
    Other(&'static str),
}

impl RecordType {
    /// Those that there are records of.
    const WITH_RECORDS: [Self; 8] =
        [Self::A, Self::Aaaa, Self::Cname, Self::Ns, Self::Ptr, Self::Soa, Self::Srv, Self::Txt];

    const fn text(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Ns => "NS",
            Self::Ptr => "PTR",
            Self::Soa => "SOA",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for RecordType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

/// Other types than those CoreDNS has records of.
const OTHERS: [&str; 6] = ["ANY", "MX", "CAA", "NAPTR", "HTTPS", "SVCB"];

impl FromStr for RecordType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let upper = text.to_ascii_uppercase();
        let other = || OTHERS.into_iter().find(|name| *name == upper).map(Self::Other);
        Self::WITH_RECORDS.into_iter().find(|t| t.text() == upper).or_else(other).ok_or_else(|| {
            format!("{text:?} is no record type (there are A, AAAA, CNAME, NS, PTR, SOA, SRV, TXT)")
        })
    }
}

/// How a query ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// The name exists; there may still be no record of the type asked for.
    NoError,
    /// The name does not exist.
    NxDomain,
    /// The server could not find out: a name outside that nobody knows.
    ServFail,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoError => "NOERROR",
            Self::NxDomain => "NXDOMAIN",
            Self::ServFail => "SERVFAIL",
        })
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Record {
    /// The name it belongs to, fully qualified.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: RecordType,
    /// An address, a name, or `PRIORITY WEIGHT PORT TARGET`.
    pub data: String,
}

/// A server's answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Answer {
    /// How it ended.
    pub status: Status,
    /// The records, by type, then data.
    pub answers: Vec<Record>,
}

impl Answer {
    pub(super) fn new(status: Status, mut answers: Vec<Record>) -> Self {
        sort::sort_by(&mut answers, |a, b| {
            (a.record_type.text(), &a.data, &a.name).cmp(&(b.record_type.text(), &b.data, &b.name))
        });
        Self { status, answers }
    }

    /// The addresses in it, in order.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.answers
            .iter()
            .filter(|r| matches!(r.record_type, RecordType::A | RecordType::Aaaa))
            .filter_map(|record| record.data.parse().ok())
    }
}

//! What images bring along.

/// A kind of image, by the programs in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kubectl) enum Image {
    /// busybox: wget, nc, nslookup; no curl.
    Busybox,
    /// busybox 1.28 and older, whose nslookup prints otherwise.
    OldBusybox,
    /// Alpine: busybox's programs.
    Alpine,
    /// An image nobody knows: a server, with busybox's programs at hand.
    Unknown,
    /// Alpine with curl.
    Curl,
    /// Everything to look at a network with.
    Netshoot,
    /// Debian with curl, such as nginx.
    DebianCurl,
    /// Debian without.
    Debian,
    /// Debian with dig and nslookup.
    DnsUtils,
    /// No shell and no programs.
    Distroless,
    /// A machine, not an image.
    Machine,
}

/// Images by the last part of their names.
const KNOWN: &[(&str, Image)] = &[
    ("busybox", Image::Busybox),
    ("alpine", Image::Alpine),
    ("curl", Image::Curl),
    ("netshoot", Image::Netshoot),
    ("network-multitool", Image::Netshoot),
    ("wbitt-network-multitool", Image::Netshoot),
    ("agnhost", Image::Netshoot),
    ("nginx", Image::DebianCurl),
    ("httpd", Image::Debian),
    ("postgres", Image::Debian),
    ("redis", Image::Debian),
    ("mysql", Image::Debian),
    ("mariadb", Image::Debian),
    ("mongo", Image::Debian),
    ("ubuntu", Image::Debian),
    ("debian", Image::Debian),
    ("python", Image::DebianCurl),
    ("node", Image::DebianCurl),
    ("dnsutils", Image::DnsUtils),
    ("jessie-dnsutils", Image::DnsUtils),
    ("pause", Image::Distroless),
    ("coredns", Image::Distroless),
    ("kube-proxy", Image::Distroless),
    ("static", Image::Distroless),
    ("base", Image::Distroless),
];

const BUSYBOX: &[&str] = &[
    "[",
    "ash",
    "awk",
    "base64",
    "basename",
    "cat",
    "chmod",
    "clear",
    "cp",
    "cut",
    "date",
    "diff",
    "dirname",
    "echo",
    "egrep",
    "env",
    "expr",
    "false",
    "fgrep",
    "find",
    "grep",
    "head",
    "hostname",
    "id",
    "ifconfig",
    "ip",
    "less",
    "ls",
    "mkdir",
    "more",
    "mv",
    "nc",
    "netstat",
    "nl",
    "nproc",
    "nslookup",
    "paste",
    "ping",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "realpath",
    "rev",
    "rm",
    "rmdir",
    "route",
    "sed",
    "seq",
    "sh",
    "sleep",
    "sort",
    "tac",
    "tail",
    "tee",
    "telnet",
    "test",
    "time",
    "timeout",
    "touch",
    "tr",
    "traceroute",
    "true",
    "tty",
    "uname",
    "uniq",
    "vi",
    "wc",
    "wget",
    "which",
    "whoami",
    "xargs",
    "yes",
];

const DEBIAN: &[&str] = &[
    "[", "arch", "awk", "base64", "basename", "bash", "cat", "chmod", "clear", "cp", "cut", "date",
    "diff", "dirname", "echo", "egrep", "env", "expr", "false", "fgrep", "find", "getent", "grep",
    "head", "hostname", "id", "ls", "mkdir", "more", "mv", "nl", "nproc", "paste", "printenv",
    "printf", "pwd", "readlink", "realpath", "rm", "rmdir", "sed", "seq", "sh", "sleep", "sort",
    "tail", "tee", "test", "tac", "timeout", "touch", "tr", "tty", "true", "uname", "uniq", "wc",
    "which", "whoami", "xargs", "yes",
];

/// What an image has as well, and what is not here for all that.
const NOT_HERE: &[&str] = &[
    "cksum",
    "cmp",
    "dd",
    "df",
    "du",
    "expand",
    "fold",
    "free",
    "ln",
    "md5sum",
    "mktemp",
    "mount",
    "od",
    "sha1sum",
    "sha256sum",
    "shuf",
    "split",
    "stat",
    "tar",
];
/// The same, where it is busybox.
const NOT_HERE_BUSYBOX: &[&str] = &[
    "arp", "bc", "dmesg", "ftpget", "gunzip", "gzip", "hexdump", "httpd", "kill", "killall",
    "pgrep", "pidof", "pkill", "strings", "top", "tree", "unzip", "uptime", "watch", "xxd",
];

impl Image {
    /// Whether the image has a program that is not here.
    pub(super) fn lacks(self, program: &str) -> bool {
        match self {
            Self::Distroless => false,
            Self::DebianCurl | Self::Debian | Self::DnsUtils => NOT_HERE.contains(&program),
            _ => NOT_HERE.contains(&program) || NOT_HERE_BUSYBOX.contains(&program),
        }
    }

    /// The folder that its programs lie in.
    pub(in crate::kubectl) fn folder(self) -> &'static str {
        match self {
            Self::DebianCurl | Self::Debian | Self::DnsUtils | Self::Machine => "/usr/bin",
            _ => "/bin",
        }
    }

    /// The kind of the image called `image`, tag and digest included.
    pub(super) fn of(image: &str) -> Self {
        let name = image.split('@').next().unwrap_or(image);
        let last = name.rsplit('/').next().unwrap_or(name);
        let (last, tag) = last.split_once(':').unwrap_or((last, "latest"));
        if name.contains("distroless") {
            return Self::Distroless;
        }
        let known = KNOWN.iter().find(|(known, _)| *known == last).map(|(_, kind)| *kind);
        match known {
            Some(Self::Busybox) if old(tag) => Self::OldBusybox,
            Some(Self::DebianCurl) if tag.contains("alpine") => Self::Curl,
            Some(Self::Debian) if tag.contains("alpine") => Self::Alpine,
            Some(kind) => kind,
            None => Self::Unknown,
        }
    }

    /// Whether the program is there.
    pub(super) fn has(self, program: &str) -> bool {
        let more: &[&str] = match self {
            Self::Curl => &["curl"],
            Self::Netshoot | Self::Machine => &["curl", "dig", "host", "bash", "ss", "getent"],
            Self::DebianCurl => &["curl"],
            Self::DnsUtils => &["dig", "host", "nslookup", "wget", "ping", "nc", "ip"],
            _ => &[],
        };
        let base = match self {
            Self::Distroless => return false,
            Self::DebianCurl | Self::Debian | Self::DnsUtils => DEBIAN,
            _ => BUSYBOX,
        };
        more.contains(&program) || base.contains(&program)
    }

    /// Whether all of its programs are known here: it brings none of its own.
    pub(super) fn is_bare(self) -> bool {
        matches!(self, Self::Busybox | Self::OldBusybox)
    }

    /// What it starts where nothing is asked for; none of a server or of nothing.
    pub(in crate::kubectl) fn starts(self) -> Option<&'static str> {
        match self {
            Self::Busybox | Self::OldBusybox | Self::Alpine | Self::Netshoot => Some("sh"),
            _ => None,
        }
    }

    /// Whether programs are busybox's.
    pub(in crate::kubectl) fn is_busybox(self) -> bool {
        matches!(self, Self::Busybox | Self::OldBusybox | Self::Alpine | Self::Unknown | Self::Curl)
    }
}

/// Of busybox 1.28 and older.
fn old(tag: &str) -> bool {
    let mut numbers = tag.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    matches!((numbers.next(), numbers.next()), (Some(1), Some(minor)) if minor <= 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_brings_what_it_brings() {
        for (image, kind) in [
            ("busybox", Image::Busybox),
            ("busybox:1.28", Image::OldBusybox),
            ("docker.io/library/busybox:1.37@sha256:00", Image::Busybox),
            ("nginx:1.27", Image::DebianCurl),
            ("nginx:1.27-alpine", Image::Curl),
            ("curlimages/curl:8.9.1", Image::Curl),
            ("localhost:5000/web", Image::Unknown),
            ("gcr.io/distroless/static", Image::Distroless),
        ] {
            assert_eq!(Image::of(image), kind, "{image}");
        }
        assert!(!Image::Busybox.has("curl") && Image::Busybox.has("wget"));
        assert!(Image::DebianCurl.has("curl") && !Image::DebianCurl.has("nslookup"));
        assert!(!Image::Distroless.has("sh"));
    }
}

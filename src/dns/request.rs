//! What is asked for in the cluster's domain (`parseRequest`, coredns
//! plugin/kubernetes/parse.go, 1.13).

/// A name below the cluster's domain, taken apart. Empty parts were not given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) pod: bool,
    pub(super) namespace: &'a str,
    pub(super) service: &'a str,
    pub(super) endpoint: &'a str,
    pub(super) port: &'a str,
    pub(super) protocol: &'a str,
}

/// What parsing gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed<'a> {
    /// The domain itself, `svc` or `pod` below it: there, and without records.
    Apex,
    /// No name that could be there.
    Invalid,
    /// A name to look up.
    Request(Request<'a>),
}

/// Takes `base` apart: a name without the cluster's domain and the dot before it.
pub(super) fn parse(base: &str) -> Parsed<'_> {
    if matches!(base, "" | "svc" | "pod") {
        return Parsed::Apex;
    }
    let mut labels = base.split('.').rev();
    let pod = match labels.next() {
        Some("svc") => false,
        Some("pod") => true,
        _ => return Parsed::Invalid,
    };
    let namespace = labels.next().unwrap_or_default();
    let service = labels.next().unwrap_or_default();
    let rest: Vec<&str> = labels.collect();
    let mut request = Request { pod, namespace, service, ..Request::default() };
    match rest[..] {
        [] => {}
        [endpoint] => request.endpoint = endpoint,
        // Rest is in reverse: the protocol stands nearer to the Service.
        [protocol, port] => {
            request.protocol = protocol.strip_prefix('_').unwrap_or(protocol);
            request.port = port.strip_prefix('_').unwrap_or(port);
        }
        _ => return Parsed::Invalid,
    }
    Parsed::Request(request)
}

//! What a choice was among, worded when somebody asks: of a Service with thousands of
//! endpoints one way is found without naming all of them.

use super::model::Socket;
use crate::cluster::{Endpoint, Endpoints};
use serde::{Serialize, Serializer};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Endpoints of one port that may be chosen, in the order of the rules.
#[derive(Debug, Clone, Default)]
pub(super) struct Usable<'a> {
    of: &'a [Endpoint],
    /// Indices into `of`; none where it is all of them.
    some: Option<Vec<usize>>,
}

impl<'a> Usable<'a> {
    pub(super) fn all(of: &'a [Endpoint]) -> Self {
        Self { of, some: None }
    }

    pub(super) fn those(of: &'a [Endpoint], fits: impl Fn(&Endpoint) -> bool) -> Self {
        let some = of.iter().enumerate().filter(|(_, e)| fits(e)).map(|(idx, _)| idx);
        Self { of, some: Some(some.collect()) }
    }

    pub(super) fn len(&self) -> usize {
        self.some.as_ref().map_or(self.of.len(), Vec::len)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn get(&self, idx: usize) -> Option<&'a Endpoint> {
        match &self.some {
            None => self.of.get(idx),
            Some(some) => self.of.get(*some.get(idx)?),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Endpoint> {
        (0..self.len()).filter_map(|idx| self.get(idx))
    }

    /// The port of `all`, the Service's endpoints, that these are of, where they are of one
    /// family.
    fn port_idx(&self, all: &Endpoints) -> Option<usize> {
        all.ports.iter().position(|port| std::ptr::eq(&*port.endpoints, self.of))
    }

    /// The Pod behind each of them is known. `all` are the Service's endpoints.
    pub(super) fn are_named(&self, all: &Endpoints) -> bool {
        let port = self.port_idx(all).and_then(|port_idx| all.ports.get(port_idx));
        port.is_some_and(|port| port.named) || self.iter().all(|endpoint| endpoint.pod.is_some())
    }

    /// What a trace says of the choice; `all` are the Service's endpoints that these are of.
    pub(super) fn options(&self, all: &Arc<Endpoints>) -> Options {
        let source = match self.port_idx(all) {
            Some(port_idx) => {
                Source::Endpoints { all: all.clone(), port_idx, some: self.some.clone() }
            }
            None => Source::Texts(self.iter().map(text_of).collect()),
        };
        Options(Arc::new(Inner { source, texts: OnceLock::new() }))
    }
}

/// All that could be chosen, as `POD IP:PORT`, in the order of the rules: a list of texts
/// that are put together when the first of them is looked at.
#[derive(Clone)]
pub struct Options(Arc<Inner>);

struct Inner {
    source: Source,
    texts: OnceLock<Box<[String]>>,
}

enum Source {
    Texts(Box<[String]>),
    Endpoints { all: Arc<Endpoints>, port_idx: usize, some: Option<Vec<usize>> },
}

fn text_of(endpoint: &Endpoint) -> String {
    let socket = Socket { ip: endpoint.ip, port: endpoint.port };
    match &endpoint.pod {
        Some(pod) => format!("{pod} {socket}"),
        None => socket.to_string(),
    }
}

impl Deref for Options {
    type Target = [String];

    fn deref(&self) -> &[String] {
        let (all, port_idx, some) = match &self.0.source {
            Source::Texts(texts) => return texts,
            Source::Endpoints { all, port_idx, some } => (all, *port_idx, some),
        };
        self.0.texts.get_or_init(|| {
            let of = all.ports.get(port_idx).map_or(&[][..], |port| &port.endpoints);
            match some {
                None => of.iter().map(text_of).collect(),
                Some(some) => some.iter().filter_map(|idx| of.get(*idx)).map(text_of).collect(),
            }
        })
    }
}

impl FromIterator<String> for Options {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        let source = Source::Texts(texts.into_iter().collect());
        Self(Arc::new(Inner { source, texts: OnceLock::new() }))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Options {}

impl Hash for Options {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

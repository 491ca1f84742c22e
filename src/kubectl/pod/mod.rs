//! What runs inside a Pod: the programs that its image brings, as far as they look at the
//! network. They resolve names and connect through `dns` and `trace`, and fail in the words of
//! the real ones (busybox 1.36, curl 8, glibc's tools).

mod busybox;
mod curl;
mod dig;
mod environment;
mod files;
mod given;
mod image;
mod ip;
mod life;
mod nc;
mod net;
mod nslookup;
pub(in crate::kubectl) mod of;
mod ping;
mod probe;
mod programs;
mod server;
pub(in crate::kubectl) mod session;
mod wget;

pub(in crate::kubectl) use environment::variables;
pub(in crate::kubectl) use files::files;
pub(in crate::kubectl) use image::Image;
pub(in crate::kubectl) use life::{Lives, log_before, pass};
pub(in crate::kubectl) use probe::prober;
pub(in crate::kubectl) use programs::{has, run};
pub(in crate::kubectl) use server::{Log, log};

use super::console::Console;
use crate::cluster::Pod;
use crate::trace::Client;
use serde_json::Value;
use std::sync::Arc;

/// Where a program runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) struct Inside {
    /// Who it is on the network.
    pub(in crate::kubectl) client: Client,
    /// The container's name; empty outside of Pods.
    pub(in crate::kubectl) container: String,
    /// What its image brings.
    pub(in crate::kubectl) image: Image,
    /// The host's name.
    pub(in crate::kubectl) hostname: String,
}

impl Inside {
    /// Inside a container of the Pod that the API server shows as `pod`; the first where
    /// `container` is empty.
    pub(in crate::kubectl) fn pod(pod: &Value, container: &str) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let containers = pod["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
        let found = given::container(pod, container).or(containers.first());
        let name = text(&pod["metadata"]["name"]);
        let hostname = pod["spec"]["hostname"].as_str().unwrap_or(&name).to_owned();
        Self {
            client: Client::Pod { namespace: text(&pod["metadata"]["namespace"]), name },
            container: found.map_or_else(String::new, |c| text(&c["name"])),
            image: Image::of(found.and_then(|c| c["image"].as_str()).unwrap_or("")),
            hostname,
        }
    }

    /// On a node itself.
    pub(in crate::kubectl) fn node(name: &str) -> Self {
        Self {
            client: Client::Node(name.to_owned()),
            container: String::new(),
            image: Image::Machine,
            hostname: name.to_owned(),
        }
    }

    /// On the client outside the cluster.
    pub(in crate::kubectl) fn outside() -> Self {
        Self {
            client: Client::External,
            container: String::new(),
            image: Image::Machine,
            hostname: "client".to_owned(),
        }
    }

    /// Its Pod, while it is there.
    fn of<'c>(&self, console: &'c Console) -> Option<&'c Arc<Pod>> {
        match &self.client {
            Client::Pod { namespace, name } => console.cluster.pod(namespace, name),
            Client::Node(_) | Client::External => None,
        }
    }
}

//! What was before a command that reads the keyboard: it runs again on what was typed, and must
//! find all as it was.

use crate::cluster::Cluster;
use crate::kubectl::console::{Config, Console, Files, Forward};
use crate::kubectl::shell::state::Scope;
use std::sync::Arc;

/// All that a command may have changed by the time that it asks for what it reads.
#[derive(Debug, Clone)]
pub(super) struct Before {
    cluster: Cluster,
    files: Files,
    config: Config,
    containers: Vec<(String, Files)>,
    forwards: Vec<Forward>,
    scope: Arc<Scope>,
    status: u8,
}

impl Before {
    /// As all is now.
    pub(super) fn of(console: &Console) -> Box<Self> {
        Box::new(Self {
            cluster: console.cluster.clone(),
            files: console.files.clone(),
            config: console.config.clone(),
            containers: console.containers.clone(),
            forwards: console.forwards.clone(),
            scope: console.shell.snapshot(),
            status: console.shell.status,
        })
    }

    /// Puts all back.
    pub(super) fn put_back(self, console: &mut Console) {
        console.cluster = self.cluster;
        console.files = self.files;
        console.config = self.config;
        console.containers = self.containers;
        console.forwards = self.forwards;
        console.shell.restore(self.scope);
        console.shell.status = self.status;
    }
}

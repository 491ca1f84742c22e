//! `kubectl get -w`: rows as the cluster changes.

use super::find;
use super::table_options;
use crate::cluster::{ChangeKind, Cluster, Shown};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::print::table::TablePrinter;
use crate::kubectl::print::tabs::Tabs;
use crate::kubectl::print::{GetPrinter, Printer};
use crate::kubectl::resources::{self, Resource};
use crate::kubectl::select::{Selection, Selectors};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// An object's namespace and name.
type Name = (String, String);

/// A watch on one resource.
#[derive(Debug, Clone)]
struct Watch {
    resource: &'static Resource,
    namespace: Option<String>,
    name: Option<String>,
    selection: Selection,
    how: How,
    with_events: bool,
    /// What was told since the watch began, as it was told last; nothing of what is gone.
    known: BTreeMap<Name, Option<Value>>,
    /// As the watch began.
    first: Cluster,
    /// Up to which version changes were told.
    version: u64,
}

#[derive(Debug, Clone)]
enum How {
    Table(Box<TablePrinter>, Tabs),
    Machine(Printer),
}

/// Starts a watch. Where stdout is no terminal nobody could end it: it ends by itself.
pub(super) fn start(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let wanted = resources::wanted(console, &call.args)?;
    let Some(first) = wanted.first() else {
        return Err(Failure::Client("you may only specify a single resource type".to_owned()));
    };
    if wanted.iter().any(|one| one.resource != first.resource) {
        return Err(Failure::Client("you may only specify a single resource type".to_owned()));
    }
    let found = find::find(console, call, io)?;
    found.warnings(io);
    if let Some(failure) = found.failure() {
        return Err(failure);
    }
    let resource = first.resource;
    let how = match GetPrinter::of(console, call)? {
        GetPrinter::Table { wide } => {
            let mut options = table_options(call, wide);
            options.with_namespace &= resource.namespaced;
            How::Table(Box::new(TablePrinter::new(resource, options)), Tabs::default())
        }
        GetPrinter::Machine(printer) => How::Machine(printer),
    };
    let scope = resources::scope(console, call, resource);
    let mut watch = Watch {
        resource,
        namespace: scope.filter(|_| resource.namespaced),
        name: first.name.clone(),
        selection: Selectors::of(call).read(resource)?,
        how,
        with_events: call.flags.bool("output-watch-events"),
        known: BTreeMap::new(),
        first: console.cluster.clone(),
        version: console.cluster.revision(),
    };
    let mut result = Ok(());
    for info in &found.infos {
        let places = 0..info.n_places(&console.cluster);
        let tells = !call.flags.bool("watch-only");
        if let (How::Machine(printer), true, false) = (&mut watch.how, tells, watch.with_events)
            && result.is_ok()
        {
            let info = std::slice::from_ref(info);
            result =
                find::listed(info, &console.cluster, |objects| printer.print_each(objects, io));
        } else if tells && result.is_ok() {
            info.each(&console.cluster, &places, None, &mut |object| {
                if result.is_ok() {
                    result = watch.tell(console, ChangeKind::Added, &object, io);
                }
            });
        }
        if watch.is_made() {
            info.each(&console.cluster, &places, None, &mut |object| {
                watch.known.insert(name_of(&object), Some(object.into_owned()));
            });
        }
    }
    result?;
    watch.told(io);
    if wanted.len() > 1 {
        let says = "you may only watch a single resource or type of resource at a time";
        return Err(Failure::Client(says.to_owned()));
    }
    if io.columns.is_none() && !io.timed {
        return Ok(Done::OK);
    }
    Ok(Done::Goes(Box::new(watch)))
}

fn name_of(object: &Value) -> Name {
    let text = |field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    (text("namespace"), text("name"))
}

impl Watch {
    /// Prints an object as what became of it; a table's row waits for [`Self::told`].
    fn tell(
        &mut self,
        console: &Console,
        kind: ChangeKind,
        object: &Shown<'_>,
        io: &mut Io,
    ) -> Result<(), Failure> {
        let event = match kind {
            ChangeKind::Added => "ADDED",
            ChangeKind::Modified => "MODIFIED",
            ChangeKind::Deleted => "DELETED",
        };
        match &mut self.how {
            How::Table(printer, tabs) => {
                let event = self.with_events.then_some(event);
                printer.row(object, event, console.now(), tabs);
                Ok(())
            }
            How::Machine(printer) if self.with_events => {
                printer.print_event(&json!({"object": **object, "type": event}), io)
            }
            How::Machine(printer) => printer.print(object, "", io),
        }
    }

    /// Prints the rows that wait.
    fn told(&mut self, io: &mut Io) {
        if let How::Table(_, tabs) = &mut self.how {
            io.out(tabs.take());
        }
    }

    /// The objects are only made when somebody asks.
    fn is_made(&self) -> bool {
        matches!(self.resource.kind, "Endpoints" | "Event")
    }

    /// An object as it was told last.
    fn known(&self, name: &Name) -> Option<Value> {
        match self.known.get(name) {
            Some(known) => known.clone(),
            None => {
                let object = self.first.get(self.resource.kind, &name.0, &name.1);
                object.filter(|object| self.is_watched(object))
            }
        }
    }

    fn is_watched(&self, object: &Value) -> bool {
        let (namespace, name) = name_of(object);
        self.namespace.as_ref().is_none_or(|wanted| *wanted == namespace)
            && self.name.as_ref().is_none_or(|wanted| *wanted == name)
            && self.selection.selects(object)
    }

    /// Changes since the last time: as the cluster noted them, or by what is there now for
    /// objects that are only made when somebody asks.
    fn changes(&mut self, console: &Console) -> Vec<(ChangeKind, Value)> {
        let cluster = &console.cluster;
        let mut seen: Vec<(ChangeKind, Value)> = Vec::new();
        match cluster.changes_since(self.version).filter(|_| !self.is_made()) {
            Some(changes) => {
                let own = changes.filter(|change| *change.key.kind == *self.resource.kind);
                seen.extend(own.map(|change| (change.kind, change.object())));
            }
            None => {
                let now = cluster.list(self.resource.kind, self.namespace.as_deref());
                let names: BTreeSet<Name> = now.iter().map(name_of).collect();
                let first = self.first.list(self.resource.kind, self.namespace.as_deref());
                let known = first.iter().map(name_of).chain(self.known.keys().cloned());
                let gone: BTreeSet<Name> = known.filter(|name| !names.contains(name)).collect();
                let gone = gone.iter().filter_map(|name| self.known(name));
                seen.extend(gone.map(|object| (ChangeKind::Deleted, object)));
                seen.extend(now.into_iter().map(|object| (ChangeKind::Modified, object)));
            }
        }
        self.version = cluster.revision();
        let mut told = Vec::new();
        for (kind, object) in seen {
            let name = name_of(&object);
            let before = self.known(&name);
            let is_there = kind != ChangeKind::Deleted && self.is_watched(&object);
            let kind = match (before, is_there) {
                (None, false) => continue,
                (None, true) => ChangeKind::Added,
                (Some(before), true) if before == object => continue,
                (Some(_), true) => ChangeKind::Modified,
                (Some(_), false) => ChangeKind::Deleted,
            };
            self.known.insert(name, is_there.then(|| object.clone()));
            told.push((kind, object));
        }
        told
    }
}

impl Job for Watch {
    fn wants(&self) -> Wants {
        Wants::Time
    }

    fn proceed(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        for (kind, object) in self.changes(console) {
            if let Err(failure) = self.tell(console, kind, &Cow::Borrowed(&object).into(), io) {
                io.err(failure.stderr());
                return Some(1);
            }
        }
        self.told(io);
        None
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

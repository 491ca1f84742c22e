//! Which objects a command line means: files, names, or what selectors pick
//! (`Builder`, k8s.io/cli-runtime/pkg/resource/builder.go, v1.36).

use super::files::{self, File};
use super::{Server, object};
use crate::cluster::{Cluster, Fields, Pod, Shown, Which};
use crate::kubectl::apply_read::{self, Info, Place};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::resources::{self, Resource, Wanted};
use crate::kubectl::select::{LabelSelector, Selection, Selectors};
use crate::manifest;
use crate::manifest::go::Quoted;
use crate::source::{halves, in_parts};
use crate::validate::Reason;
use serde_json::Value;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// What kubectl says where nothing is named.
pub(in crate::kubectl) fn missing_resource() -> Failure {
    Failure::Client("You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'".to_owned())
}

/// The object as the server has it. kubectl looks why it is not there: its namespace may not be
/// there either.
fn latest(
    server: &mut Server,
    console: &Console,
    io: &mut Io,
    (resource, namespace, name): (&'static Resource, &str, &str),
) -> Result<Value, Failure> {
    server.get(console, io, (resource, namespace, name)).map_err(|error| match error {
        Failure::Server(error) if error.reason == Reason::NotFound => {
            resources::not_found_in(console, resource, namespace, name)
        }
        error => error,
    })
}

/// An object that is meant.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Item {
    /// Of which resource.
    pub(in crate::kubectl) resource: &'static Resource,
    /// Its namespace; empty where it has none.
    pub(in crate::kubectl) namespace: String,
    /// Its name.
    pub(in crate::kubectl) name: String,
    /// The object: the file's, or the server's.
    pub(in crate::kubectl) object: Value,
    /// The file that it was read from.
    pub(in crate::kubectl) source: Option<String>,
}

impl Item {
    /// What the server is asked about.
    pub(in crate::kubectl) fn place(&self) -> (&'static Resource, &str, &str) {
        (self.resource, &self.namespace, &self.name)
    }
}

/// All that is meant, and what went wrong on the way.
#[derive(Debug, Default)]
pub(in crate::kubectl) struct Found {
    /// Objects, and why there are others not, in order.
    pub(in crate::kubectl) entries: Vec<Result<Item, Failure>>,
    /// One object is meant, and no list.
    pub(in crate::kubectl) is_single: bool,
    /// What selectors mean, where the verb looks at it itself.
    pub(in crate::kubectl) lists: Vec<List>,
}

/// The objects of a resource that selectors mean.
#[derive(Debug)]
pub(in crate::kubectl) struct List {
    /// Of which resource.
    pub(in crate::kubectl) resource: &'static Resource,
    /// Of which namespace, or of all.
    namespace: Option<String>,
    selection: Selection,
}

impl List {
    /// At how many places of the cluster's list its objects may stand.
    pub(in crate::kubectl) fn n_places(&self, cluster: &Cluster) -> usize {
        cluster.n_places(self.resource.kind, self.namespace.as_deref())
    }

    /// Shows those at some of these places to `see`.
    pub(in crate::kubectl) fn each(
        &self,
        cluster: &Cluster,
        places: &Range<usize>,
        see: &mut dyn FnMut(Shown<'_>),
    ) {
        let which = Which { places: Some(places), ..Which::within(self.namespace.as_deref()) };
        self.selection.each(cluster, self.resource.kind, which, see);
    }
}

/// Once for all verbs.
fn all_of<T>(
    entries: Vec<Result<T, Failure>>,
    does: &mut dyn FnMut(T) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let mut errors = Vec::new();
    let mut n_items = 0;
    for entry in entries {
        let done = entry.and_then(|item| {
            n_items += 1;
            does(item)
        });
        errors.extend(done.err());
    }
    one_of(errors, n_items)
}

/// The errors as one; what there was to do where there is none.
fn one_of(mut errors: Vec<Failure>, n_items: usize) -> Result<usize, Failure> {
    match errors.len() {
        0 => Ok(n_items),
        1 => Err(errors.remove(0)),
        _ => Err(Failure::Many(errors)),
    }
}

/// So many objects are looked at before anything is done about them: few enough for the first to be
/// told of at once, and enough to be worth a second thread.
pub(in crate::kubectl) const AT_ONCE: usize = 400;

impl Found {
    /// Does something with each object, and goes on after errors
    /// (`ContinueOnErrorVisitor`). Gives how many objects there were.
    ///
    /// # Errors
    /// All errors, in order.
    pub(in crate::kubectl) fn each(
        self,
        mut does: impl FnMut(Item) -> Result<(), Failure>,
    ) -> Result<usize, Failure> {
        all_of(self.entries, &mut does)
    }

    /// As [`Self::each`], of what is made of the objects: of some of them at once, in two halves,
    /// before anything is done about these.
    ///
    /// # Errors
    /// All errors, in order.
    pub(in crate::kubectl) fn each_ready<C: Sync, T: Send>(
        self,
        context: &mut C,
        ready: &(dyn Fn(&C, Item) -> T + Sync),
        does: &mut dyn FnMut(&mut C, T) -> Result<(), Failure>,
    ) -> Result<usize, Failure> {
        let mut entries = self.entries.into_iter();
        let mut made = VecDeque::new();
        let mut next = |context: &C| {
            if made.is_empty() {
                let some: Vec<_> = entries.by_ref().take(AT_ONCE).collect();
                made.extend(halves::map(some, |entry| entry.map(|item| ready(context, item))));
            }
            made.pop_front()
        };
        let mut errors = Vec::new();
        let mut n_items = 0;
        while let Some(entry) = next(context) {
            let done = entry.and_then(|made| {
                n_items += 1;
                does(context, made)
            });
            errors.extend(done.err());
        }
        one_of(errors, n_items)
    }

    /// The objects, where nothing is wrong.
    ///
    /// # Errors
    /// All that went wrong.
    pub(in crate::kubectl) fn all(self) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::new();
        self.each(|item| {
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }
}

/// The resource, and its Pods.
pub(in crate::kubectl) type AllPods = (&'static Resource, Vec<Arc<Pod>>);

/// How a verb looks for its objects.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::kubectl) struct Visit<'v> {
    /// Words that name resources and objects.
    pub(in crate::kubectl) args: &'v [String],
    /// Objects are fetched anew where files name them.
    pub(in crate::kubectl) latest: bool,
    /// Nothing is asked of the server.
    pub(in crate::kubectl) local: bool,
    /// A type alone means all of its objects.
    pub(in crate::kubectl) type_is_all: bool,
    /// Kind and apiVersion of what files hold are looked at first.
    pub(in crate::kubectl) validate: bool,
    /// `--selector` of the command means something else.
    pub(in crate::kubectl) no_selectors: bool,
    /// Objects are only named, not fetched.
    pub(in crate::kubectl) names_only: bool,
    /// The verb looks at the objects that a selector means itself: they are not fetched, since
    /// they may be very many. Of those that are not there nobody asks why.
    pub(in crate::kubectl) in_lists: bool,
    /// Of what a selector picks only these fields are fetched, or all.
    pub(in crate::kubectl) fields: Option<&'v Fields>,
    /// `managedFields` of what a selector picks are left out: the server keeps its own then.
    pub(in crate::kubectl) unmanaged: bool,
}

impl Visit<'_> {
    /// Finds what is meant.
    ///
    /// # Errors
    /// What kubectl says of a command line that means nothing.
    pub(in crate::kubectl) fn find(
        &self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        server: &mut Server,
    ) -> Result<Found, Failure> {
        let paths = call.flags.all("filename");
        let flag = |name: &str| {
            let text = call.flags.text(name).map_or("", str::trim);
            if self.no_selectors { "" } else { text }
        };
        let (selector, fields) = (flag("selector"), flag("field-selector"));
        let all = call.flags.bool("all");
        if all && !selector.is_empty() {
            let selector = Quoted(selector);
            return Err(Failure::Client(format!(
                "found non-empty label selector {selector:?} with previously set 'all' parameter. "
            )));
        }
        let mut wrong = Vec::new();
        let read = match files::files(console, io, paths, call.flags.bool("recursive")) {
            Ok(files) => files,
            Err(Failure::Many(errors)) => {
                wrong.extend(errors);
                Vec::new()
            }
            Err(error) => {
                wrong.push(error);
                Vec::new()
            }
        };
        let wanted = match self.wanted(console) {
            Ok(wanted) => wanted,
            Err(error) => {
                wrong.push(error);
                Vec::new()
            }
        };
        match wrong.len() {
            0 => {}
            1 => return Err(wrong.remove(0)),
            _ => return Err(Failure::Many(wrong)),
        }
        let named = wanted.iter().any(|wanted| wanted.name.is_some());
        let is_tuple = self.args.iter().any(|arg| arg.contains('/'));
        let client = |text: &str| Err(Failure::Client(text.to_owned()));
        if !paths.is_empty() {
            if is_tuple {
                return client(
                    "resource/name arguments cannot be provided when a path is specified",
                );
            }
            if !wanted.is_empty() {
                return client(
                    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
                );
            }
            return Ok(self.of_files(console, call, io, server, &read));
        }
        let type_is_all = self.type_is_all && !named && !wanted.is_empty();
        // But for delete, it stands for the names that are not given
        // (`ResourceTypeOrNameArgs`, k8s.io/cli-runtime/pkg/resource).
        let all = all && (!named || call.command.path == "delete");
        if all || !selector.is_empty() || !fields.is_empty() || type_is_all {
            if named && !is_tuple {
                return client("name cannot be provided when a selector is specified");
            }
            if named {
                return client(
                    "selectors and the all flag cannot be used when passing resource/name arguments",
                );
            }
            if wanted.is_empty() {
                return client("at least one resource must be specified to use a selector");
            }
            return self.selected(console, call, io, server, &wanted);
        }
        if named {
            return Ok(self.by_name(console, call, io, server, wanted));
        }
        if !wanted.is_empty() {
            return client("resource(s) were provided, but no name was specified");
        }
        Err(missing_resource())
    }

    /// All Pods that selectors mean, where nothing else is meant and they are very many.
    ///
    /// # Errors
    /// As [`Self::find`], of such a command line.
    pub(in crate::kubectl) fn all_pods(
        &self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        server: &mut Server,
    ) -> Result<Option<AllPods>, Failure> {
        let is_plain = call.flags.all("filename").is_empty() && server.is_asked_as_oneself();
        let set = |flag: &str| call.flags.text(flag).is_some_and(|text| !text.trim().is_empty());
        let selects = call.flags.bool("all") != (set("selector") || set("field-selector"));
        let is_wide = call.flags.bool("all-namespaces");
        if !is_plain || !selects || is_wide || !halves::are_many(console.cluster.pods().count()) {
            return Ok(None);
        }
        let wanted = self.wanted(console)?;
        let [Wanted { resource, name: None }] = wanted.as_slice() else { return Ok(None) };
        if resource.kind != "Pod" || self.args.iter().any(|arg| arg.contains('/')) {
            return Ok(None);
        }
        let selection = Selectors::of(call).read(resource)?;
        let scope = resources::scope(console, call, resource);
        server.asked(io, resource);
        let mut pods = Vec::new();
        let fields = Some(&Fields::default());
        let which = Which { fields, ..Which::within(scope.as_deref()) };
        selection.each(&console.cluster, resource.kind, which, &mut |object| {
            pods.extend(object.pod().cloned());
        });
        Ok(Some((resource, pods)))
    }

    fn wanted(&self, console: &Console) -> Result<Vec<Wanted>, Failure> {
        resources::wanted(console, self.args)
    }

    fn by_name(
        &self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        server: &mut Server,
        wanted: Vec<Wanted>,
    ) -> Found {
        let mut found = Found { is_single: wanted.len() == 1, ..Found::default() };
        for Wanted { resource, name } in wanted {
            let Some(name) = name else { continue };
            if resource.namespaced && call.flags.bool("all-namespaces") {
                let says = "a resource cannot be retrieved by name across all namespaces";
                found.entries.push(Err(Failure::Client(says.to_owned())));
                continue;
            }
            let namespace =
                if resource.namespaced { call.namespace(console) } else { String::new() };
            let object = if self.names_only {
                Ok(Value::Null)
            } else {
                latest(server, console, io, (resource, &namespace, &name))
            };
            found.entries.push(object.map(|object| Item {
                resource,
                namespace,
                name,
                object,
                source: None,
            }));
        }
        found
    }

    fn of_files(
        &self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        server: &mut Server,
        files: &[File],
    ) -> Found {
        // Without a server nobody knows which kinds have namespaces: what files say stays.
        let namespace = if self.local { String::new() } else { call.namespace(console) };
        let mut found = Found { is_single: files.len() == 1, ..Found::default() };
        let selector = match call.flags.text("selector").filter(|_| !self.no_selectors) {
            Some(text) => LabelSelector::read(text.trim()).unwrap_or_default(),
            None => LabelSelector::default(),
        };
        let meant = |info: &Info| selector.matches(&info.object["metadata"]["labels"]);
        for file in files {
            let place = Place {
                file: &file.name,
                namespace: &namespace,
                enforce: call.flags.is_set("namespace"),
                validate: self.validate,
                text: &file.text,
                documents: false,
            };
            let read = apply_read::read(manifest::read_values(&file.text), place);
            for info in read.infos.into_iter().filter(meant) {
                found.entries.push(self.of_info(console, io, server, info, &file.name));
            }
            found.entries.extend(read.error.map(Err));
        }
        found.is_single &= found.entries.len() == 1;
        found
    }

    fn of_info(
        &self,
        console: &Console,
        io: &mut Io,
        server: &mut Server,
        info: Info,
        file: &str,
    ) -> Result<Item, Failure> {
        let Some(resource) = object::resource_of(info.kind) else {
            let says = "the server could not find the requested resource";
            return Err(Failure::Client(says.to_owned()));
        };
        let mut object = info.object;
        if self.latest && !self.local {
            let place = (resource, &*info.namespace, &*info.name);
            object = match self.in_lists {
                true => server.get(console, io, place)?,
                false => latest(server, console, io, place)?,
            };
        }
        Ok(Item {
            resource,
            namespace: info.namespace,
            name: info.name,
            object,
            source: Some(file.to_owned()),
        })
    }

    fn selected(
        &self,
        console: &Console,
        call: &Call,
        io: &mut Io,
        server: &mut Server,
        wanted: &[Wanted],
    ) -> Result<Found, Failure> {
        let mut found = Found::default();
        let selectors = Selectors::of(call);
        let everywhere = call.flags.bool("all-namespaces");
        for Wanted { resource, .. } in wanted {
            let selection = selectors.read(resource)?;
            let scope = resources::scope(console, call, resource);
            let namespace = scope.as_deref();
            let may = server.may(console, ("list", resource), (namespace, ""));
            may.map_err(Failure::Server)?;
            server.asked(io, resource);
            if self.in_lists && !(everywhere && call.flags.is_set("namespace")) {
                found.lists.push(List { resource, namespace: scope, selection });
                continue;
            }
            let names = Fields::at(&["metadata.name", "metadata.namespace"]);
            let fields = if self.names_only { Some(&names) } else { self.fields };
            let take = |object: Shown<'_>| {
                let text = |field: &str| match (object.pod(), field) {
                    (Some(pod), "name") => pod.name.name.to_string(),
                    (Some(pod), _) => pod.name.namespace.to_string(),
                    (None, field) => object["metadata"][field].as_str().unwrap_or("").to_owned(),
                };
                let namespace = if resource.namespaced { text("namespace") } else { String::new() };
                if everywhere && !namespace.is_empty() && call.flags.is_set("namespace") {
                    return Err(Failure::Client(format!(
                        "the namespace from the provided object {:?} does not match the namespace \"\". You must pass '--namespace={namespace}' to perform this operation.",
                        Quoted(&namespace)
                    )));
                }
                let name = text("name");
                let object = match self.fields {
                    _ if self.names_only => Value::Null,
                    Some(fields) => fields.pick(&object),
                    None if self.unmanaged => object.into_unmanaged(),
                    None => object.into_owned(),
                };
                Ok(Item { resource, namespace, name, object, source: None })
            };
            let parts = in_parts(console.cluster.n_places(resource.kind, namespace), |places| {
                let which = Which { fields, places: Some(&places), ..Which::within(namespace) };
                let mut entries = Vec::new();
                selection.each(&console.cluster, resource.kind, which, &mut |object| {
                    entries.push(take(object));
                });
                entries
            });
            found.entries.extend(parts.into_iter().flatten());
        }
        Ok(found)
    }
}

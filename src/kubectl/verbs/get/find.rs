//! What a call of `get` means: the server's answers, one for each resource or name.

use crate::cluster::{Cluster, Fields, Shown, Which};
use crate::kubectl::access::{self, User};
use crate::kubectl::apply_read::{self, Place};
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::print::{self, Objects};
use crate::kubectl::resources::{self, Resource, Wanted};
use crate::kubectl::select::{Selection, Selectors};
use crate::kubectl::write::files::{File, files};
use crate::kubectl::write::server::named;
use crate::validate::{ApiError, Reason};
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;

/// An answer of the server.
#[derive(Debug, Clone)]
pub(super) struct Info {
    /// Of which resource.
    pub(super) resource: &'static Resource,
    /// What it holds.
    pub(super) holds: Holds,
}

/// What an answer holds.
#[derive(Debug, Clone)]
pub(super) enum Holds {
    /// The object that was asked for.
    One(Value),
    /// All objects of one namespace, where it is given, that are selected.
    All(Option<String>, Selection),
}

impl Info {
    fn one(resource: &'static Resource, object: Value) -> Self {
        Self { resource, holds: Holds::One(object) }
    }

    /// At how many places its objects stand.
    pub(super) fn n_places(&self, cluster: &Cluster) -> usize {
        match &self.holds {
            Holds::One(_) => 1,
            Holds::All(namespace, _) => cluster.n_places(self.resource.kind, namespace.as_deref()),
        }
    }

    /// Shows these fields, or all, of each of its objects at these places to `see`, in the
    /// server's order.
    pub(super) fn each(
        &self,
        cluster: &Cluster,
        places: &Range<usize>,
        fields: Option<&Fields>,
        see: &mut dyn FnMut(Shown<'_>),
    ) {
        match &self.holds {
            Holds::One(object) if places.contains(&0) => see(Cow::Borrowed(object).into()),
            Holds::One(_) => {}
            Holds::All(namespace, selection) => {
                let which =
                    Which { fields, places: Some(places), ..Which::within(namespace.as_deref()) };
                selection.each(cluster, self.resource.kind, which, see);
            }
        }
    }
}

/// What to print all objects of several answers needs: `print` is given them as one list.
pub(super) fn listed<T>(
    infos: &[Info],
    cluster: &Cluster,
    print: impl FnOnce(&Objects<'_>) -> T,
) -> T {
    let sizes: Vec<usize> = infos.iter().map(|info| info.n_places(cluster)).collect();
    let show = |places: &Range<usize>, fields: Option<&Fields>, see: &mut dyn FnMut(Shown<'_>)| {
        let mut before = 0;
        for (info, n) in infos.iter().zip(&sizes) {
            let of_info = |place: usize| place.saturating_sub(before).min(*n);
            let own = of_info(places.start)..of_info(places.end);
            if !own.is_empty() {
                info.each(cluster, &own, fields, see);
            }
            before += n;
        }
    };
    print(&Objects::new(&sizes, &show))
}

/// All answers, and what went wrong.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) infos: Vec<Info>,
    pub(super) errors: Vec<Failure>,
    /// Whether the call can mean one object only.
    pub(super) is_single: bool,
    asked: Vec<&'static Resource>,
}

impl Found {
    /// The server's warnings about the resources that were asked for, each once.
    pub(super) fn warnings(&self, io: &mut Io) {
        let mut said = Vec::new();
        for resource in &self.asked {
            if let Some(warning) = print::deprecation(resource)
                && !said.contains(&warning)
            {
                io.err(format_args!("Warning: {warning}\n"));
                said.push(warning);
            }
        }
    }

    /// Whether one object was asked for and is not there.
    pub(super) fn is_single_failure(&self) -> bool {
        self.is_single && !self.errors.is_empty()
    }

    /// All errors as one.
    pub(super) fn failure(&self) -> Option<Failure> {
        (!self.errors.is_empty()).then(|| Failure::Many(self.errors.clone()))
    }
}

fn client(why: &str) -> Failure {
    Failure::Client(why.to_owned())
}

/// The answers to a call.
///
/// # Errors
/// What `Builder.Do` says of a call that means nothing.
pub(super) fn find(console: &Console, call: &Call, io: &Io) -> Result<Found, Failure> {
    let mut found = if call.flags.all("filename").is_empty() {
        by_arguments(console, call)?
    } else {
        by_files(console, call, io)?
    };
    if call.flags.bool("ignore-not-found") {
        let is_missing =
            |error: &Failure| matches!(error, Failure::Server(e) if e.reason == Reason::NotFound);
        found.errors.retain(|error| !is_missing(error));
    }
    Ok(found)
}

fn by_arguments(console: &Console, call: &Call) -> Result<Found, Failure> {
    let wanted = resources::wanted(console, &call.args)?;
    let selectors = Selectors::of(call);
    let has_names = wanted.iter().any(|wanted| wanted.name.is_some());
    let in_pairs = call.args.iter().any(|arg| arg.contains('/'));
    if has_names && !selectors.is_empty() {
        return Err(client(if in_pairs {
            "selectors and the all flag cannot be used when passing resource/name arguments"
        } else {
            "name cannot be provided when a selector is specified"
        }));
    }
    if has_names && call.args.first().is_some_and(|arg| arg.split(',').any(|name| name == "all")) {
        return Err(client("you must specify only one resource"));
    }
    let all_namespaces = call.flags.bool("all-namespaces");
    if has_names && all_namespaces && wanted.iter().any(|wanted| wanted.resource.namespaced) {
        return Err(client("a resource cannot be retrieved by name across all namespaces"));
    }
    let subresource = call.flags.text("subresource").unwrap_or_default();
    if !has_names && !subresource.is_empty() {
        return Err(client("subresource cannot be used when bulk resources are specified"));
    }
    let mut found = Found { is_single: has_names && wanted.len() == 1, ..Found::default() };
    for Wanted { resource, name } in wanted {
        if name.is_none() && found.asked.contains(&resource) {
            continue;
        }
        found.asked.push(resource);
        let answer = match name {
            Some(name) => one(console, call, resource, &name, subresource),
            None => all(console, call, resource, &selectors),
        };
        match answer {
            Ok(info) => found.infos.push(info),
            Err(error) => found.errors.push(error),
        }
    }
    Ok(found)
}

fn one(
    console: &Console,
    call: &Call,
    resource: &'static Resource,
    name: &str,
    subresource: &str,
) -> Result<Info, Failure> {
    let namespace = resources::scope(console, call, resource).unwrap_or_default();
    named(name)?;
    let user = User::of(call);
    access::check(console, user.as_ref(), ("get", resource), (Some(&namespace), name))
        .map_err(Failure::Server)?;
    let has_status =
        || resource.fields().is_some_and(|kind| kind.schema().at(&["status"]).is_some());
    if subresource == "status" && !has_status() {
        return Err(no_subresource());
    }
    let object = console
        .cluster
        .get(resource.kind, &namespace, name)
        .ok_or_else(|| resources::not_found_in(console, resource, &namespace, name))?;
    match subresource {
        "" | "status" => Ok(Info::one(resource, object)),
        "scale"
            if matches!(
                resource.plural,
                "deployments" | "replicasets" | "statefulsets" | "replicationcontrollers"
            ) =>
        {
            Ok(Info::one(&resources::SCALE, scale(&object)))
        }
        _ => Err(no_subresource()),
    }
}

fn no_subresource() -> Failure {
    let says = "the server could not find the requested resource";
    Failure::Server(ApiError::new(Reason::NotFound, says))
}

/// A workload's `scale` subresource.
fn scale(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let mut kept = serde_json::Map::new();
    for field in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        if !metadata[field].is_null() {
            kept.insert(field.to_owned(), metadata[field].clone());
        }
    }
    let zero = || Value::from(0);
    let or_zero = |value: &Value| if value.is_null() { zero() } else { value.clone() };
    serde_json::json!({
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": kept,
        "spec": {"replicas": or_zero(&object["spec"]["replicas"])},
        "status": {
            "replicas": or_zero(&object["status"]["replicas"]),
            "selector": print::selector(&object["spec"]["selector"]),
        },
    })
}

fn all(
    console: &Console,
    call: &Call,
    resource: &'static Resource,
    selectors: &Selectors<'_>,
) -> Result<Info, Failure> {
    let selection = selectors.read(resource)?;
    let scope = resources::scope(console, call, resource);
    let namespace = scope.filter(|_| resource.namespaced);
    let user = User::of(call);
    access::check(console, user.as_ref(), ("list", resource), (namespace.as_deref(), ""))
        .map_err(Failure::Server)?;
    Ok(Info { resource, holds: Holds::All(namespace, selection) })
}

/// The objects that manifests name, as the cluster has them.
fn by_files(console: &Console, call: &Call, io: &Io) -> Result<Found, Failure> {
    let files = files(console, io, call.flags.all("filename"), call.flags.bool("recursive"))?;
    if call.args.iter().any(|arg| arg.contains('/')) {
        return Err(client("resource/name arguments cannot be provided when a path is specified"));
    }
    if !call.args.is_empty() {
        return Err(client(
            "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
        ));
    }
    let namespace = call.namespace(console);
    let user = User::of(call);
    let mut found = Found::default();
    for File { name: file, text } in &files {
        let reading = crate::manifest::read(text);
        let enforce = call.flags.is_set("namespace");
        let namespace = &namespace;
        let place = Place { file, namespace, enforce, validate: true, text, documents: false };
        let read = apply_read::read(reading, place);
        for info in read.infos {
            let kind = info.kind;
            let Some(resource) = resources::find(console, kind.kind) else { continue };
            found.asked.push(resource);
            let place = (Some(&*info.namespace), &*info.name);
            if let Err(error) = access::check(console, user.as_ref(), ("get", resource), place) {
                found.errors.push(Failure::Server(error));
                continue;
            }
            match console.cluster.get(resource.kind, &info.namespace, &info.name) {
                Some(object) => found.infos.push(Info::one(resource, object)),
                None => found.errors.push(resources::not_found_in(
                    console,
                    resource,
                    &info.namespace,
                    &info.name,
                )),
            }
        }
        found.errors.extend(read.error);
    }
    found.is_single = found.infos.len() + found.errors.len() == 1;
    Ok(found)
}

//! Requests to the API server, as kubectl's client makes them, and the warnings that come
//! back with the answers.

use super::visit::AT_ONCE;
use super::{Found, Item};
use crate::cluster::{
    self, Answer, Cascade, Cluster, Foreseen, How, PatchType, Pod, Reader, Removed, Shown,
};
use crate::kubectl::access::{self, User};
use crate::kubectl::apply_read;
use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::resources::Resource;
use crate::manifest::decode;
use crate::manifest::go::Quoted;
use crate::manifest::kinds::Kind;
use crate::manifest::schema::{Schema, Type};
use crate::source::halves;
use crate::validate::{Accepted, ApiError, Reason};
use serde_json::Value;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// What unknown fields come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::kubectl) enum Validation {
    /// They are refused.
    Strict,
    /// They are dropped, with a warning: what the server does unasked.
    #[default]
    Warn,
    /// They are dropped.
    Ignore,
}

impl Validation {
    /// `--validate` (`GetValidationDirective`, k8s.io/kubectl/pkg/cmd/util/helpers.go).
    ///
    /// # Errors
    /// What kubectl says of another value.
    pub(in crate::kubectl) fn of(call: &Call) -> Result<Self, Failure> {
        match call.flags.text("validate").unwrap_or("strict") {
            "strict" | "true" => Ok(Self::Strict),
            "warn" => Ok(Self::Warn),
            "ignore" | "false" => Ok(Self::Ignore),
            other => match other {
                "1" | "t" | "T" | "TRUE" | "True" => Ok(Self::Strict),
                "0" | "f" | "F" | "FALSE" | "False" => Ok(Self::Ignore),
                _ => {
                    let other = Quoted(other);
                    Err(Failure::Client(format!(
                        "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
                    )))
                }
            },
        }
    }
}

/// The server, as one command asks it.
#[derive(Debug, Clone, Default)]
pub(in crate::kubectl) struct Server {
    /// `--dry-run=server`: nothing is stored.
    pub(in crate::kubectl) dry_run: bool,
    /// What becomes of unknown fields.
    pub(in crate::kubectl) validation: Validation,
    /// Who asks.
    pub(in crate::kubectl) manager: String,
    /// Of what comes of a change no more than kind, version, namespace and name need to be told.
    pub(in crate::kubectl) heads: bool,
    /// In whose name, where that is another's.
    user: Option<User>,
    warned: HashSet<String>,
    /// What will come of a patch of objects, in order.
    foreseen: VecDeque<Foreseen>,
    /// Of which objects it is found out next.
    to_foresee: VecDeque<(&'static Resource, String, String)>,
    foreseen_patch: (PatchType, Value),
}

/// The kinds whose objects a PUT creates.
const PUT_CREATES: &[&str] = &[
    "ClusterRole",
    "ClusterRoleBinding",
    "Endpoints",
    "Event",
    "Lease",
    "LimitRange",
    "Role",
    "RoleBinding",
    "RuntimeClass",
    "Service",
];

/// What is asked about: a resource, and an object's namespace (empty where it has none) and
/// name.
pub(in crate::kubectl) type Place<'p> = (&'static Resource, &'p str, &'p str);

impl Server {
    /// Asked by `manager`, which `--field-manager` may name otherwise.
    pub(in crate::kubectl) fn new(call: &Call, manager: &str, dry_run: bool) -> Self {
        let manager = call.flags.text("field-manager").filter(|m| !m.is_empty()).unwrap_or(manager);
        let user = User::of(call);
        Self { dry_run, manager: manager.to_owned(), user, ..Self::default() }
    }

    /// Says a warning of the server, once.
    pub(in crate::kubectl) fn warn(&mut self, io: &mut Io, warning: &str) {
        if self.warned.insert(warning.to_owned()) {
            io.err(format_args!("Warning: {warning}\n"));
        }
    }

    /// Says what the server warns of with every answer about a resource.
    pub(super) fn asked(&mut self, io: &mut Io, resource: &Resource) {
        if resource.kind == "Endpoints" {
            self.warn(
                io,
                "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
            );
        } else if resource.kind == "ComponentStatus" {
            self.warn(io, "v1 ComponentStatus is deprecated in v1.19+");
        }
    }

    /// The object.
    ///
    /// # Errors
    /// The server's answer where there is none.
    pub(in crate::kubectl) fn get(
        &mut self,
        console: &Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
    ) -> Result<Value, Failure> {
        named(name)?;
        self.may(console, ("get", resource), (Some(namespace), name)).map_err(Failure::Server)?;
        self.asked(io, resource);
        console
            .cluster
            .get(resource.kind, namespace, name)
            .ok_or_else(|| Failure::Server(not_found(resource, name)))
    }

    /// As [`Self::get`], to look at and not to keep.
    ///
    /// # Errors
    /// The server's answer where there is none.
    pub(in crate::kubectl) fn look<'c>(
        &mut self,
        reader: &'c mut Reader<'_>,
        console: &Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
    ) -> Result<Shown<'c>, Failure> {
        named(name)?;
        self.may(console, ("get", resource), (Some(namespace), name)).map_err(Failure::Server)?;
        self.asked(io, resource);
        reader
            .get(resource.kind, namespace, name)
            .ok_or_else(|| Failure::Server(not_found(resource, name)))
    }

    /// Whether who asks may do it.
    ///
    /// # Errors
    /// The server's answer to who may not.
    pub(in crate::kubectl) fn may(
        &self,
        console: &Console,
        what: (&str, &Resource),
        place: (Option<&str>, &str),
    ) -> Result<(), Box<ApiError>> {
        access::check(console, self.user.as_ref(), what, place)
    }

    /// Creates an object in a namespace.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn create(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        place: (&'static Resource, &str),
        object: Value,
    ) -> Result<Value, Box<ApiError>> {
        self.create_foreseen(console, io, place, (object, None))
    }

    /// As [`Self::create`]; what comes of it may be foreseen.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn create_foreseen(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (resource, namespace): (&'static Resource, &str),
        (mut object, foreseen): (Value, Option<Foreseen>),
    ) -> Result<Value, Box<ApiError>> {
        self.may(console, ("create", resource), (Some(namespace), ""))?;
        self.asked(io, resource);
        let kind = kind_of(resource)?;
        let (how, asks) = (self.how(), (kind, &*self.manager));
        let carry_out =
            |foreseen: Foreseen| foreseen.carry_out(&mut console.cluster, asks, None, how);
        if let Some(done) = foreseen.and_then(carry_out) {
            return done.map(|accepted| self.accepted(io, accepted));
        }
        if resource.namespaced && !namespace.is_empty() {
            apply_read::set(&mut object, "namespace", namespace.into());
        }
        self.decode(io, kind, &mut object)?;
        let cluster = &mut console.cluster;
        let accepted = cluster::create_as(cluster, kind, object, &self.manager, self.how())?;
        Ok(self.accepted(io, accepted))
    }

    /// Puts an object in the place of what is there. Of some kinds it is created where there is
    /// none yet (`AllowCreateOnUpdate`, pkg/registry of the API server). What comes of it may be
    /// foreseen.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn replace(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
        (mut object, foreseen): (Value, Option<Foreseen>),
    ) -> Result<Value, Box<ApiError>> {
        self.may(console, ("update", resource), (Some(namespace), name))?;
        self.asked(io, resource);
        let kind = kind_of(resource)?;
        let how = self.how();
        let carry_out =
            |foreseen: Foreseen| foreseen.carry_out(&mut console.cluster, (kind, ""), None, how);
        if let Some(done) = foreseen.and_then(carry_out) {
            return done.map(|accepted| self.accepted(io, accepted));
        }
        let is_there = console.cluster.has(resource.kind, namespace, name);
        if !is_there && PUT_CREATES.contains(&resource.kind) {
            return self.create(console, io, (resource, namespace), object);
        }
        self.decode(io, kind, &mut object)?;
        let cluster = &mut console.cluster;
        let accepted = cluster::replace(cluster, kind, (namespace, name), object, self.how())?;
        Ok(self.accepted(io, accepted))
    }

    /// Patches an object.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn patch(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
        patch: (PatchType, &Value),
    ) -> Result<Value, Box<ApiError>> {
        self.may(console, ("patch", resource), (Some(namespace), name))?;
        self.asked(io, resource);
        let kind = kind_of(resource)?;
        let mut unknown = Vec::new();
        let mut dropped = (self.validation != Validation::Strict).then_some(&mut unknown);
        let place = (namespace, name);
        let foreseen = self.next_foreseen(&console.cluster, resource.kind, place, patch);
        let cluster = &mut console.cluster;
        let how = self.how();
        let done = foreseen.and_then(|foreseen| {
            foreseen.carry_out(cluster, (kind, &self.manager), dropped.as_deref_mut(), how)
        });
        let accepted = match done {
            Some(done) => done?,
            None => cluster::patch_leniently(cluster, kind, place, patch, dropped, how)?,
        };
        if self.validation == Validation::Warn {
            unknown.iter().for_each(|field| self.warn(io, field));
        }
        Ok(self.accepted(io, accepted))
    }

    /// From now on what will come of one patch of many objects is found out ahead, for
    /// [`Self::patch`] of each in order.
    pub(in crate::kubectl) fn foresee_patch(&mut self, found: &Found, patch: (PatchType, &Value)) {
        if !halves::are_many(found.entries.len()) {
            return;
        }
        let asked = |item: &Item| (item.resource, item.namespace.clone(), item.name.clone());
        self.to_foresee = found.entries.iter().flatten().map(asked).collect();
        self.foreseen_patch = (patch.0, patch.1.clone());
    }

    /// Patches labels and annotations of Pods that are there, one after the other: what the
    /// server warns of, or refuses, of each. Whoever asks does so in their own name.
    ///
    /// # Errors
    /// The server's answer where it serves no Pods.
    pub(in crate::kubectl) fn mark_pods(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        resource: &Resource,
        pods: &[Arc<Pod>],
        patch: &Value,
    ) -> Result<Vec<Answer>, Box<ApiError>> {
        self.asked(io, resource);
        let patch = (PatchType::Merge, patch);
        Ok(cluster::mark_pods(&mut console.cluster, kind_of(resource)?, pods, patch))
    }

    /// Whether it is asked in nobody else's name.
    pub(in crate::kubectl) fn is_asked_as_oneself(&self) -> bool {
        self.user.is_none()
    }

    /// What was foreseen of this patch of an object; what stands before it was not asked for.
    fn next_foreseen(
        &mut self,
        cluster: &Cluster,
        kind: &str,
        place: (&str, &str),
        patch: (PatchType, &Value),
    ) -> Option<Foreseen> {
        let (patch_type, known) = &self.foreseen_patch;
        if (*patch_type, known) != patch {
            return None;
        }
        loop {
            let at = self.foreseen.iter().position(|foreseen| foreseen.is_of(kind, place));
            if let Some(at) = at {
                self.foreseen.drain(..at);
                return self.foreseen.pop_front();
            }
            let n = AT_ONCE.min(self.to_foresee.len());
            if n == 0 {
                return None;
            }
            let flags = (self.validation != Validation::Strict, self.dry_run);
            let next = self.to_foresee.drain(..n).collect();
            let foreseen = halves::map(next, |(resource, namespace, name): (&Resource, _, _)| {
                let place: (&String, &String) = (&namespace, &name);
                Foreseen::of_patch(cluster, resource.fields()?, (place.0, place.1), patch, flags)
            });
            self.foreseen = foreseen.into_iter().flatten().collect();
        }
    }

    /// What will come of putting an object in the place of what is there, for
    /// [`Self::replace`]; none where it has to be waited for.
    pub(in crate::kubectl) fn foresee(
        &self,
        cluster: &Cluster,
        (resource, namespace, name): Place<'_>,
        object: &Value,
    ) -> Option<Foreseen> {
        let kind = resource.fields()?;
        decode::strict(kind, object).ok()?;
        let object = object.clone();
        Foreseen::of_replacing(cluster, kind, (namespace, name), object, self.dry_run)
    }

    /// What will come of creating an object, for [`Self::create_foreseen`]; none where it has
    /// to be waited for.
    pub(in crate::kubectl) fn foresee_creation(
        &self,
        cluster: &Cluster,
        (resource, namespace): (&Resource, &str),
        object: &Value,
    ) -> Option<Foreseen> {
        let kind = resource.fields()?;
        let is_there = !resource.namespaced || object["metadata"]["namespace"] == namespace;
        if !is_there || decode::strict(kind, object).is_err() {
            return None;
        }
        Foreseen::of_creation(cluster, kind, object, self.dry_run)
    }

    /// Patches an object's status alone.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn patch_status(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
        patch: (PatchType, &Value),
    ) -> Result<Value, Box<ApiError>> {
        self.may(console, ("patch", resource), (Some(namespace), name))?;
        self.asked(io, resource);
        let kind = kind_of(resource)?;
        let place = (namespace, name);
        let accepted =
            cluster::patch_status(&mut console.cluster, kind, place, patch, self.dry_run)?;
        Ok(self.accepted(io, accepted))
    }

    /// Deletes an object; whether it is gone by then.
    ///
    /// # Errors
    /// The server's answer where it refuses.
    pub(in crate::kubectl) fn delete(
        &mut self,
        console: &mut Console,
        io: &mut Io,
        (resource, namespace, name): Place<'_>,
        cascade: Cascade,
    ) -> Result<Removed, Failure> {
        named(name)?;
        self.may(console, ("delete", resource), (Some(namespace), name))
            .map_err(Failure::Server)?;
        self.asked(io, resource);
        let names = (resource.kind, &*resource.full_plural());
        let place = (namespace, name);
        cluster::remove(&mut console.cluster, names, place, cascade, self.dry_run)
            .map_err(Failure::Server)
    }

    fn how(&self) -> How {
        How { dry_run: self.dry_run, heads: self.heads }
    }

    fn accepted(&mut self, io: &mut Io, accepted: Accepted) -> Value {
        for warning in &accepted.warnings {
            self.warn(io, &warning.message);
        }
        accepted.object
    }

    /// Decodes a request's body; unknown fields are dropped where they are not refused.
    fn decode(
        &mut self,
        io: &mut Io,
        kind: &Kind,
        object: &mut Value,
    ) -> Result<(), Box<ApiError>> {
        let Err(error) = decode::strict(kind, object) else { return Ok(()) };
        if !error.strict || self.validation == Validation::Strict {
            let says = format!(
                "{} in version {:?} cannot be handled as a {}: {}",
                kind.kind,
                Quoted(kind.version),
                kind.kind,
                error.message()
            );
            return Err(ApiError::new(Reason::BadRequest, says));
        }
        if self.validation == Validation::Warn {
            error.problems.iter().for_each(|problem| self.warn(io, &problem.message));
        }
        drop_unknown_fields(kind, object);
        Ok(())
    }
}

/// What a resource's objects may hold; the server does not serve it where that is unknown.
fn kind_of(resource: &Resource) -> Result<&'static Kind, Box<ApiError>> {
    resource.fields().ok_or_else(|| {
        ApiError::new(Reason::NotFound, "the server could not find the requested resource")
    })
}

fn not_found(resource: &Resource, name: &str) -> Box<ApiError> {
    let says = format!("{} {:?} not found", resource.full_plural(), Quoted(name));
    ApiError::new(Reason::NotFound, says)
}

/// What a request's path can't hold (`Request.Name`, k8s.io/client-go/rest).
///
/// # Errors
/// What kubectl says of such a name.
pub(in crate::kubectl) fn named(name: &str) -> Result<(), Failure> {
    if name.is_empty() {
        return Err(Failure::Client("resource name may not be empty".to_owned()));
    }
    let problems = crate::kubectl::apply::segment(name);
    if problems.is_empty() {
        return Ok(());
    }
    let name = Quoted(name);
    Err(Failure::Client(format!("invalid resource name {name:?}: [{}]", problems.join(" "))))
}

/// Takes out what no object of the kind can hold.
pub(in crate::kubectl) fn drop_unknown_fields(kind: &Kind, object: &mut Value) {
    let schema = kind.schema();
    drop_unknown(schema, &Type::Struct(schema.root()), object);
}

fn drop_unknown(schema: &Schema, kind: &Type, value: &mut Value) {
    match (kind, value) {
        (Type::Struct(id), Value::Object(map)) => {
            let structure = schema.get(*id);
            map.retain(|key, _| structure.field(key).is_some());
            for (key, value) in map.iter_mut() {
                if let Some(field) = structure.field(key) {
                    drop_unknown(schema, &field.kind, value);
                }
            }
        }
        (Type::List(of), Value::Array(items)) => {
            items.iter_mut().for_each(|item| drop_unknown(schema, of, item));
        }
        (Type::Map(of, _), Value::Object(map)) => {
            map.values_mut().for_each(|item| drop_unknown(schema, of, item));
        }
        _ => {}
    }
}

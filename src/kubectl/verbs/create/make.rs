//! What all commands that create one object from flags have in common
//! (k8s.io/kubectl/pkg/cmd/create, v1.36).

use crate::kubectl::command::{Call, Flag};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::print;
use crate::kubectl::resources::{RESOURCES, Resource};
use crate::kubectl::write::{DryRun, Say, Server, Validation, flags, noted};
use serde_json::{Map, Value, json};

static OWN: &[Flag] = &[flags::manager("kubectl-create")];

/// Flags of all of them.
pub(super) const FLAGS: [&[Flag]; 5] =
    [OWN, flags::DRY_RUN, flags::SAVE_CONFIG, flags::VALIDATE, print::FLAGS];

/// `required flag(s) "image" not set`, as cobra checks before anything else.
///
/// # Errors
/// Where one of the flags is not given.
pub(in crate::kubectl::verbs) fn required(call: &Call, names: &[&str]) -> Result<(), Failure> {
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !call.flags.is_set(name))
        .map(|name| format!("\"{name}\""))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Client(format!("required flag(s) {} not set", missing.join(", "))))
}

/// `NameFromCommandArgs`: the one name.
///
/// # Errors
/// Where there is not exactly one.
pub(in crate::kubectl::verbs) fn name(call: &Call) -> Result<String, Failure> {
    let n_args = call.before_dash.unwrap_or(call.args.len());
    match call.args.first() {
        Some(name) if n_args == 1 => Ok(name.clone()),
        _ => Err(call.usage_error(format_args!("exactly one NAME is required, got {n_args}"))),
    }
}

/// The words behind `--`.
pub(in crate::kubectl::verbs) fn command_words(call: &Call) -> Vec<Value> {
    let from = call.before_dash.unwrap_or(call.args.len()).max(1);
    call.args.get(from..).unwrap_or_default().iter().map(|word| Value::from(&**word)).collect()
}

/// An object on its way.
#[derive(Debug)]
pub(super) struct Make {
    /// Its name.
    pub(super) name: String,
    resource: &'static Resource,
    dry_run: DryRun,
    say: Say,
}

impl Make {
    /// Of the resource with this plural, as the command is called.
    ///
    /// # Errors
    /// What kubectl says of a missing name, or of flags that every such command has.
    pub(super) fn new(
        console: &Console,
        call: &Call,
        io: &mut Io,
        plural: &str,
    ) -> Result<Self, Failure> {
        let name = name(call)?;
        let Some(resource) = RESOURCES.iter().find(|r| r.plural == plural) else {
            let says = format!("the server doesn't have a resource type \"{plural}\"");
            return Err(Failure::Client(says));
        };
        let dry_run = DryRun::of(call, io)?;
        Ok(Self { name, resource, dry_run, say: Say::new(console, call, dry_run)? })
    }

    /// `kind`, `apiVersion` and `metadata`, in the order of Go's fields.
    pub(super) fn object(&self, call: &Call) -> Map<String, Value> {
        let mut metadata = Map::new();
        metadata.insert("name".to_owned(), self.name.clone().into());
        if let Some(namespace) = call.flags.text("namespace").filter(|_| self.resource.namespaced) {
            metadata.insert("namespace".to_owned(), namespace.into());
        }
        let head = json!({"kind": self.resource.kind, "apiVersion": self.resource.api_version});
        let mut object = head.as_object().cloned().unwrap_or_default();
        object.insert("metadata".to_owned(), Value::Object(metadata));
        object
    }

    /// Creates the object, and says so. `failed` stands before what the server says where it
    /// refuses; without it, kubectl tells the server's answer as it is.
    ///
    /// # Errors
    /// What kubectl says of the server's refusal.
    pub(super) fn finish(
        mut self,
        console: &mut Console,
        call: &Call,
        io: &mut Io,
        object: Map<String, Value>,
        failed: Option<&str>,
    ) -> Result<Done, Failure> {
        let mut object = Value::Object(object);
        // A Service of flags never gets the note, whatever its flag says.
        if call.flags.bool("save-config") && self.resource.kind != "Service" {
            object = noted(object);
        }
        if self.dry_run == DryRun::Client {
            self.say.made(io, &object, "created")?;
        } else {
            let mut server = Server::new(call, "kubectl-create", self.dry_run == DryRun::Server);
            server.validation = Validation::of(call)?;
            let namespace =
                if self.resource.namespaced { call.namespace(console) } else { String::new() };
            object = server.create(console, io, (self.resource, &namespace), object).map_err(
                |error| match failed {
                    Some(failed) => Failure::Client(format!("{failed}{}", error.message)),
                    None => Failure::Server(error),
                },
            )?;
            self.say.object(io, &object, "created")?;
        }
        Ok(Done::OK)
    }
}

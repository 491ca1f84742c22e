//! What `label` and `annotate` have in common.

use crate::kubectl::command::Call;
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::write::{DryRun, Found, Say};
use serde_json::{Map, Value};

/// Keys to set, with their values, and keys to take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// By key.
    pub(super) pairs: Vec<(String, String)>,
    /// As they are named.
    pub(super) removed: Vec<String>,
}

impl Marks {
    /// Sets a key; of several values the last counts.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.pairs.retain(|(known, _)| known != key);
        self.pairs.push((key.to_owned(), value.to_owned()));
        self.pairs.sort();
    }

    /// Whether a key is set.
    pub(super) fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == key)
    }

    /// The object with the marks in `metadata.field`.
    pub(super) fn applied(&self, object: &Value, field: &str) -> Value {
        let mut object = object.clone();
        let mut map = object["metadata"][field].as_object().cloned().unwrap_or_default();
        for (key, value) in &self.pairs {
            map.insert(key.clone(), value.as_str().into());
        }
        self.removed.iter().for_each(|key| {
            map.shift_remove(key);
        });
        map.sort_keys();
        if map.is_empty() {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.shift_remove(field);
            }
        } else if object["metadata"].is_object() {
            object["metadata"][field] = Value::Object(map);
        }
        object
    }

    /// The merge patch for the field.
    pub(super) fn patch(&self) -> Value {
        let mut map = Map::new();
        for (key, value) in &self.pairs {
            map.insert(key.clone(), value.as_str().into());
        }
        for key in &self.removed {
            map.insert(key.clone(), Value::Null);
        }
        Value::Object(map)
    }
}

/// What both are called with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    what: &'static str,
    /// How far they go.
    pub(super) dry_run: DryRun,
    /// Nothing is asked of the server to change.
    pub(super) is_local: bool,
}

impl Common {
    pub(super) fn new(
        console: &Console,
        call: &Call,
        io: &mut Io,
        what: &'static str,
    ) -> Result<Self, Failure> {
        if call.flags.bool("list") && !call.flags.text("output").unwrap_or("").is_empty() {
            let says = "--list and --output may not be specified together";
            return Err(Failure::Client(says.to_owned()));
        }
        let dry_run = DryRun::of(call, io)?;
        Say::new(console, call, dry_run)?;
        let is_local = call.flags.bool("local") || dry_run == DryRun::Client;
        Ok(Self { what, dry_run, is_local })
    }

    /// Whether the server is only asked what would come of it.
    pub(super) fn asks_only(&self) -> bool {
        self.dry_run == DryRun::Server
    }

    /// `Validate`.
    ///
    /// # Errors
    /// What kubectl says of flags and words that do not go together.
    pub(super) fn check(
        &self,
        call: &Call,
        args: &[String],
        (marks, list): (&Marks, bool),
    ) -> Result<(), Failure> {
        let set = |flag: &str| !call.flags.text(flag).unwrap_or("").is_empty();
        let client = |says: String| Err(Failure::Client(says));
        if call.flags.bool("all") && set("selector") {
            return client("cannot set --all and --selector at the same time".to_owned());
        }
        if call.flags.bool("all") && set("field-selector") {
            return client("cannot set --all and --field-selector at the same time".to_owned());
        }
        if call.flags.bool("local") {
            if self.dry_run == DryRun::Server {
                return client(
                    "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"
                        .to_owned(),
                );
            }
            if !args.is_empty() {
                return client("can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set".to_owned());
            }
            if call.flags.all("filename").is_empty() {
                return client(
                    "one or more files must be specified as -f when --local=true is set".to_owned(),
                );
            }
        } else if args.is_empty() && call.flags.all("filename").is_empty() {
            return client(
                "one or more resources must be specified as <resource> <name> or <resource>/<name>"
                    .to_owned(),
            );
        }
        if marks.pairs.is_empty() && marks.removed.is_empty() && !list {
            return client(format!("at least one {} update is required", self.what));
        }
        Ok(())
    }

    /// A version can only be that of one object.
    ///
    /// # Errors
    /// Where there may be several.
    pub(super) fn one_only(&self, call: &Call, found: &Found) -> Result<(), Failure> {
        let version = call.flags.text("resource-version").unwrap_or("");
        if version.is_empty() || found.is_single {
            return Ok(());
        }
        let says = "--resource-version may only be used with a single resource";
        Err(Failure::Client(says.to_owned()))
    }
}

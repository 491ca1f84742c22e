//! `kubectl edit` (k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go, v1.36).

use crate::cluster::PatchType;
use crate::kubectl::command::{Call, Command, Flag, Runs, Takes};
use crate::kubectl::console::{Console, EditKeys, Io, Wants};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::{Done, Job};
use crate::kubectl::print::yaml::to_yaml;
use crate::kubectl::print::{self, Printer};
use crate::kubectl::shell::{self, Edited};
use crate::kubectl::write::{Item, Server, Validation, Visit, annotated, flags};
use crate::manifest;
use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use serde_json::{Value, json};

static FLAGS: &[Flag] = &[
    flags::manager("kubectl-edit"),
    Flag::new("output-patch", Takes::Bool, "false", "Print the patch where the resource is edited"),
    Flag::new("subresource", Takes::Text, "", "status: edit this part of the object alone"),
    Flag::new("windows-line-endings", Takes::Bool, "false", "Lines end as on Windows").missing(),
];

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "edit",
    aliases: &[],
    usage: "(RESOURCE/NAME | -f FILENAME) [options]",
    about: "Edit a resource on the server",
    flags: &[FLAGS, flags::FILES, flags::RECORD, flags::SAVE_CONFIG, flags::VALIDATE, print::FLAGS],
    runs: Runs::Verb(edit),
}];

const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";

fn client<T>(says: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Client(says.into()))
}

/// What is being edited.
#[derive(Debug, Clone)]
struct Editing {
    items: Vec<Item>,
    /// What the editor was given first, without comments.
    original: String,
    /// What it was given last.
    given: String,
    /// Why it was opened again: reasons for the head, and all that is told.
    failed: Option<Reasons>,
    server: Server,
    printer: Printer,
    is_json: bool,
    output_patch: bool,
    save_config: bool,
    does: Does,
    /// Whose keys the editor has.
    keys: EditKeys,
}

/// What becomes of what was edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Objects are changed.
    Patch,
    /// Their status alone is.
    PatchStatus,
    /// They are created.
    Create,
}

/// Why an edit could not be saved.
#[derive(Debug, Clone, Default)]
struct Reasons {
    head: Vec<String>,
}

fn edit(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let output = call.flags.text("output").unwrap_or("");
    let printer = Printer::of(console, call)?;
    if call.flags.bool("output-patch") && !output.is_empty() && output != "yaml" {
        return client("the edit mode doesn't support output the patch");
    }
    let does = match call.flags.text("subresource").unwrap_or("") {
        "" => Does::Patch,
        "status" => Does::PatchStatus,
        other => {
            return client(format!(
                "the subresource {other:?} can't be edited here: change its field in the object, or use kubectl scale"
            ));
        }
    };
    let mut server = Server::new(call, "kubectl-edit", false);
    server.validation = Validation::of(call)?;
    let visit = Visit { args: &call.args, latest: true, type_is_all: true, ..Visit::default() };
    let items = visit.find(console, call, io, &mut server)?.all()?;
    if items.is_empty() {
        return client("edit cancelled, no objects found");
    }
    begin(console, call, io, (items, does), (server, printer))
}

/// Opens the editor on `items`.
pub(super) fn begin(
    console: &mut Console,
    call: &Call,
    io: &mut Io,
    (items, does): (Vec<Item>, Does),
    (server, printer): (Server, Printer),
) -> Result<Done, Failure> {
    let is_json = call.flags.text("output") == Some("json");
    let objects: Vec<Value> = items.iter().map(|item| shown(&item.object)).collect();
    let whole = match objects.as_slice() {
        [one] => one.clone(),
        many => json!({"apiVersion": "v1", "kind": "List", "metadata": {}, "items": many}),
    };
    let original = if is_json { pretty(&whole) } else { to_yaml(&whole) };
    let given = with_head(&original, is_json, None);
    let mut editing = Editing {
        items,
        original,
        given,
        failed: None,
        server,
        printer,
        is_json,
        output_patch: call.flags.bool("output-patch"),
        save_config: call.flags.bool("save-config"),
        does,
        keys: EditKeys::AsSet,
    };
    match editing.open(console, io) {
        Some(exit) => Ok(Done::Exit(exit)),
        None => Ok(Done::Goes(Box::new(editing))),
    }
}

/// The object without what nobody edits.
fn shown(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(metadata) = object["metadata"].as_object_mut() {
        metadata.shift_remove("managedFields");
    }
    object
}

fn pretty(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    let mut out = Vec::new();
    let format = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut writer = serde_json::Serializer::with_formatter(&mut out, format);
    // Writing to memory does not fail.
    let _ = serde::Serialize::serialize(&value, &mut writer);
    String::from_utf8(out).unwrap_or_default() + "\n"
}

fn with_head(text: &str, is_json: bool, failed: Option<&Reasons>) -> String {
    // JSON has no comments.
    if is_json {
        return text.to_owned();
    }
    let mut out = HEADER.to_owned();
    if let Some(failed) = failed {
        for line in &failed.head {
            for part in line.split('\n') {
                out.push_str(&format!("# {part}\n"));
            }
        }
        out.push_str("#\n");
    }
    out + text
}

/// `manualStrip`: without comments, ends of lines as they are.
fn stripped(text: &str) -> String {
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.trim_start_matches(' ').starts_with('#')).collect();
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}

impl Editing {
    /// Opens the editor, and goes on as long as it needs no terminal.
    fn open(&mut self, console: &mut Console, io: &mut Io) -> Option<u8> {
        loop {
            match shell::edit(console, &self.given, io) {
                Edited::Asks(keys) => {
                    self.keys = keys;
                    return None;
                }
                Edited::Failed(why) => {
                    io.err(Failure::Client(why).stderr());
                    return Some(1);
                }
                Edited::Saved(text) => {
                    if let Some(exit) = self.saved(&text, console, io) {
                        return Some(exit);
                    }
                }
            }
        }
    }

    /// The editor has ended. None where it is opened again.
    fn saved(&mut self, text: &str, console: &mut Console, io: &mut Io) -> Option<u8> {
        let edited = stripped(text);
        if self.failed.is_some() && stripped(&self.given) == edited {
            return Some(self.give_up(text, console, io));
        }
        if self.failed.is_none() && edited == stripped(&self.original) {
            io.err("Edit cancelled, no changes made.\n");
            return Some(0);
        }
        let objects =
            match self.read(&edited) {
                Ok(objects) => objects,
                Err(why) => {
                    let (what, name) = self.first();
                    io.err(format_args!("error: {what} {:?} is invalid\n", Quoted(&name)));
                    return self.again(&edited, vec![
                    format!("{what} {:?} was not valid:", Quoted(&name)),
                    format!("* <nil>: Invalid value: \"The edited file failed validation\": {why}"),
                ]);
                }
            };
        match self.apply(&objects, console, io) {
            Ok(None) => Some(0),
            Ok(Some(head)) => self.again(&edited, head),
            Err(error) => {
                let path = self.store(text, console);
                io.err(format_args!(
                    "A copy of your changes has been stored to \"{path}\"\n{}",
                    error.stderr()
                ));
                Some(1)
            }
        }
    }

    fn again(&mut self, edited: &str, head: Vec<String>) -> Option<u8> {
        let reasons = Reasons { head };
        self.given = with_head(edited, self.is_json, Some(&reasons));
        self.failed = Some(reasons);
        None
    }

    fn give_up(&self, text: &str, console: &mut Console, io: &mut Io) -> u8 {
        let path = self.store(text, console);
        io.err(format_args!("A copy of your changes has been stored to \"{path}\"\nerror: Edit cancelled, no valid changes were saved.\n"));
        1
    }

    /// Keeps what was typed.
    fn store(&self, text: &str, console: &mut Console) -> String {
        let revision = console.cluster.revision();
        let extension = if self.is_json { "json" } else { "yaml" };
        let number = 1_000_000_000 + (revision * 48_271 + text.len() as u64) % 3_000_000_000;
        let path = format!("/tmp/kubectl-edit-{number}.{extension}");
        // Where there is no room, the text is lost as on a full disk.
        let _ = console.files.write(&path, text.as_bytes());
        path
    }

    fn first(&self) -> (String, String) {
        self.items
            .first()
            .map_or_else(Default::default, |item| (item.resource.full_plural(), item.name.clone()))
    }

    fn read(&self, edited: &str) -> Result<Vec<Value>, String> {
        let reading = manifest::read(edited);
        if let Some(error) = reading.error {
            let words = error.message;
            let own = words.strip_prefix("error converting YAML to JSON: ").map(str::to_owned);
            return Err(own.unwrap_or(words));
        }
        let mut objects = Vec::new();
        for document in &reading.documents {
            let json = (*document.json).clone();
            if !json.is_object() {
                return Err(format!(
                    "json: cannot unmarshal {} into Go value of type unstructured.detector",
                    manifest::decode::json_type(&json)
                ));
            }
            match json["items"].as_array() {
                Some(items) => objects.extend(items.iter().cloned()),
                None => objects.push(json),
            }
        }
        let problems: Vec<&str> = objects
            .iter()
            .flat_map(|object| {
                let is_text = |field: &str| object[field].as_str().is_some_and(|t| !t.is_empty());
                [("apiVersion", "apiVersion not set"), ("kind", "kind not set")]
                    .into_iter()
                    .filter(move |(field, _)| !is_text(field))
                    .map(|(_, says)| says)
            })
            .collect();
        match problems.as_slice() {
            [] if objects.is_empty() => Err("EOF".to_owned()),
            [] => Ok(objects),
            [one] => Err((*one).to_owned()),
            many => Err(format!("[{}]", many.join(", "))),
        }
    }

    /// Sends what was changed. Gives reasons where the server finds the object invalid.
    fn apply(
        &mut self,
        objects: &[Value],
        console: &mut Console,
        io: &mut Io,
    ) -> Result<Option<Vec<String>>, Failure> {
        let mut invalid: Vec<String> = Vec::new();
        for (idx, object) in objects.iter().enumerate() {
            let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
            let name = text(&object["metadata"]["name"]);
            let known = self.items.iter().find(|item| item.name == name);
            let Some(item) = known.or(self.items.get(idx)).cloned() else { continue };
            if self.does == Does::Create {
                let object =
                    if self.save_config { annotated(object.clone()) } else { object.clone() };
                let place = (item.resource, item.namespace.as_str());
                let created = self.server.create(console, io, place, object);
                self.printer.print(&created.map_err(Failure::Server)?, "created", io)?;
                continue;
            }
            let before = shown(&item.object);
            for field in ["apiVersion", "kind"] {
                if object[field] != before[field] {
                    if !is_served(&object["apiVersion"], &object["kind"]) {
                        return Ok(Some(Vec::new()));
                    }
                    return client("At least one of apiVersion, kind and name was changed");
                }
            }
            if name != item.name {
                return client("At least one of apiVersion, kind and name was changed");
            }
            if *object == before {
                self.printer.print(&item.object, "skipped", io)?;
                continue;
            }
            let mut wanted = object.clone();
            if self.save_config {
                wanted = annotated(wanted);
            }
            let kind = item.resource.kind;
            let patch = crate::cluster::three_way_patch(kind, Some(&before), &wanted, &before)
                .map_err(|why| Failure::Client(why.to_string()))?;
            if self.output_patch {
                io.line(format_args!("Patch: {}", manifest::go::json(&patch)));
            }
            let place = item.place();
            let patch = (PatchType::Strategic, &patch);
            let patched = match self.does {
                Does::PatchStatus => self.server.patch_status(console, io, place, patch),
                _ => self.server.patch(console, io, place, patch),
            };
            match patched {
                Ok(stored) => self.printer.print(&stored, "edited", io)?,
                Err(error) if error.reason == Reason::Invalid => {
                    let what = item.resource.full_plural();
                    io.err(format_args!("error: {what} {:?} is invalid\n", Quoted(&item.name)));
                    invalid.push(format!("{what} {:?} was not valid:", Quoted(&item.name)));
                    invalid.extend(causes(&error));
                }
                Err(error) => {
                    let what = item.resource.full_plural();
                    let says = format!(
                        "{what} {:?} could not be patched: {}",
                        Quoted(&item.name),
                        error.message
                    );
                    io.err(format_args!("error: {says}\nYou can run `kubectl replace -f FILE` to try this update again.\n"));
                    invalid.push(says);
                }
            }
        }
        Ok((!invalid.is_empty()).then_some(invalid))
    }
}

fn is_served(api_version: &Value, kind: &Value) -> bool {
    let api_version = api_version.as_str().unwrap_or("");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    manifest::kinds::find(group, version, kind.as_str().unwrap_or("")).is_some()
}

fn causes(error: &ApiError) -> Vec<String> {
    error.causes.iter().map(|cause| format!("* {}: {}", cause.field, cause.message)).collect()
}

impl Job for Editing {
    fn wants(&self) -> Wants {
        let extension = if self.is_json { "json" } else { "yaml" };
        Wants::Edit {
            name: format!("kubectl-edit.{extension}"),
            text: self.given.clone(),
            keys: self.keys,
        }
    }

    fn edited(&mut self, text: Option<String>, console: &mut Console, io: &mut Io) -> Option<u8> {
        // An editor that is left without saving leaves the file as it was.
        let text = text.unwrap_or_else(|| self.given.clone());
        if let Some(exit) = self.saved(&text, console, io) {
            return Some(exit);
        }
        self.open(console, io)
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

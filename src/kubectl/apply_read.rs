//! From a file to the objects that kubectl would send: what its resource builder does and
//! refuses (`StreamVisitor`, `FlattenListVisitor`, k8s.io/cli-runtime/pkg/resource, v1.36).

use super::apply_error::Failure;
use super::apply_find;
use super::apply_list;
use crate::manifest::decode::{self, DecodeError};
use crate::manifest::kinds::{self, Kind};
use crate::manifest::{Document, Reading, go};
use crate::source::Finding;
use serde_json::{Map, Value};

/// An object on its way to the server.
#[derive(Debug)]
pub(super) struct Info {
    /// Where it was read.
    pub(super) document: Document,
    pub(super) kind: &'static Kind,
    /// The kind as it is written; it may differ from `kind`'s in case.
    pub(super) written_kind: String,
    /// False where the manifest gives an empty apiVersion: kubectl finds the kind and asks
    /// for it under an address that does not exist.
    pub(super) has_version: bool,
    pub(super) name: String,
    /// Empty where the kind has none.
    pub(super) namespace: String,
    /// The manifest's object with its namespace set.
    pub(super) object: Value,
}

impl Info {
    /// Whether all of the server's rules for its kind are known here.
    pub(super) fn is_service(&self) -> bool {
        self.kind.kind == "Service" && self.kind.group.is_empty()
    }
}

/// What reading gave.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) infos: Vec<Info>,
    pub(super) error: Option<Failure>,
    pub(super) findings: Vec<Finding>,
}

/// What kubectl was called with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) namespace: &'a str,
    /// True with `-n`: other namespaces are refused.
    pub(super) enforce: bool,
    /// The file's text, which findings are about.
    pub(super) text: &'a str,
}

pub(super) fn read(reading: &Reading, place: Place<'_>) -> Read {
    let mut out = Read::default();
    // Errors of documents, and errors of what became of them, which kubectl tells first.
    let (mut of_stream, mut of_objects) = (Vec::new(), Vec::new());
    let mut ended = false;
    for document in &reading.documents {
        if let Err((path, problems)) = validate(&document.json) {
            of_stream.push(Failure::Client(format!(
                "error validating {:?}: error validating data: {}; if you choose to ignore these errors, turn validation off with --validate=false",
                place.file,
                Failure::Many(problems.iter().cloned().map(Failure::Client).collect()).text(),
            )));
            out.findings.extend(apply_find::not_an_object(document, &path, &problems, place.text));
            ended = true;
            break;
        }
        match infos(document.clone(), place, &mut out.findings) {
            Ok(list) => {
                for info in list {
                    match info {
                        Ok(info) => match with_namespace(info, place) {
                            Ok(info) => out.infos.push(info),
                            Err((failure, finding)) => {
                                out.findings.push(*finding);
                                of_objects.push(failure);
                            }
                        },
                        Err(failure) => of_stream.push(failure),
                    }
                }
            }
            Err(failure) => of_stream.push(failure),
        }
    }
    if let Some(error) = reading.error.as_ref().filter(|_| !ended) {
        of_stream.push(Failure::Client(format!("error parsing {}: {}", place.file, error.message)));
        out.findings.push(apply_find::syntax(error, place.text));
    }
    let stream = (!of_stream.is_empty()).then_some(Failure::Many(of_stream));
    of_objects.extend(stream);
    out.error = match of_objects.len() {
        0 => None,
        1 => of_objects.pop(),
        _ => Some(Failure::Many(of_objects)),
    };
    out
}

/// `paramVerifyingSchema.ValidateBytes` (k8s.io/kubectl/pkg/validation): the server checks
/// fields itself, so the client looks at kind and apiVersion alone; but into lists.
fn validate(json: &Value) -> Result<(), (String, Vec<String>)> {
    let gvk = object_kind(json)?;
    if gvk == (String::new(), "v1".to_owned(), "List".to_owned()) {
        return apply_list::validate(json);
    }
    Ok(())
}

/// `getObjectKind`: group, version and kind, or what is wrong with them.
pub(super) fn object_kind(json: &Value) -> Result<(String, String, String), (String, Vec<String>)> {
    let Some(fields) = json.as_object() else {
        return Err((String::new(), vec!["invalid object to validate".to_owned()]));
    };
    let mut errors = Vec::new();
    let mut path = "";
    let mut found = (String::new(), String::new());
    match fields.get("apiVersion") {
        None | Some(Value::Null) => errors.push("apiVersion not set".to_owned()),
        Some(Value::String(text)) => match parse_group_version(text) {
            Ok(parsed) => found = parsed,
            Err(error) => errors.push(error),
        },
        Some(_) => errors.push("apiVersion isn't string type".to_owned()),
    }
    if !errors.is_empty() {
        path = "apiVersion";
    }
    let kind = match fields.get("kind") {
        Some(Value::String(kind)) => kind.clone(),
        other => {
            let is_set = !matches!(other, None | Some(Value::Null));
            errors.push(if is_set { "kind isn't string type" } else { "kind not set" }.to_owned());
            if path.is_empty() {
                path = "kind";
            }
            String::new()
        }
    };
    if errors.is_empty() { Ok((found.0, found.1, kind)) } else { Err((path.to_owned(), errors)) }
}

/// `ParseGroupVersion`, apimachinery/pkg/runtime/schema.
fn parse_group_version(text: &str) -> Result<(String, String), String> {
    if text.is_empty() || text == "/" {
        return Ok((String::new(), String::new()));
    }
    match text.split('/').collect::<Vec<_>>().as_slice() {
        [version] => Ok((String::new(), (*version).to_owned())),
        [group, version] => Ok(((*group).to_owned(), (*version).to_owned())),
        _ => Err(format!("unexpected GroupVersion string: {text}")),
    }
}

type Infos = Vec<Result<Info, Failure>>;

/// The document as one object, or a list's items.
fn infos(
    document: Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Infos, Failure> {
    // kubectl takes everything with `items` for a list, whatever its kind.
    match document.json.get("items") {
        None | Some(Value::Null) => Ok(vec![info(document, place, findings)]),
        Some(Value::Array(items)) => {
            let n_items = items.len();
            // The list itself has to be of a kind that there is.
            let gvk = object_kind(&document.json).unwrap_or_default();
            if gvk.2 != "List" {
                lookup(&document, &gvk, place, findings)?;
            }
            let mut all = Vec::with_capacity(n_items);
            for i in 0..n_items {
                let Some(item) = document.item(i) else { continue };
                if item.json.get("items").is_some_and(Value::is_array) {
                    all.extend(infos(item, place, findings)?);
                } else {
                    all.push(info(item, place, findings));
                }
            }
            Ok(all)
        }
        Some(other) => {
            let found = match other {
                Value::Bool(_) => "bool",
                Value::Number(_) => "number",
                Value::String(_) => "string",
                _ => "object",
            };
            let message = format!(
                "json: cannot unmarshal {found} into Go struct field decodeList.items of type []json.RawMessage"
            );
            findings.push(apply_find::undecodable(&document, "items", &message));
            Err(Failure::Client(format!("unable to decode {:?}: {message}", place.file)))
        }
    }
}

/// `infoForData`.
fn info(
    document: Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Info, Failure> {
    let undecodable =
        |message: &str| Failure::Client(format!("unable to decode {:?}: {message}", place.file));
    let gvk = object_kind(&document.json).unwrap_or_default();
    if gvk.2.is_empty() {
        let message = format!("Object 'Kind' is missing in '{}'", go::json(&document.json));
        findings.push(apply_find::undecodable(&document, "kind", &message));
        return Err(undecodable(&message));
    }
    // Metadata is decoded before the kind is looked up: of an unknown kind too.
    let any_kind = || kinds::find("", "v1", "Service");
    if let Some(kind) = find_kind(&gvk).or_else(any_kind)
        && let Err(error) = decode::metadata(kind, &document.json)
    {
        findings.extend(apply_find::decode(&document, kind, &error, place.text));
        return Err(undecodable(&error.message()));
    }
    let kind = lookup(&document, &gvk, place, findings)?;
    let text = |field: &str| {
        let metadata = document.json.get("metadata");
        metadata.and_then(|m| m.get(field)).and_then(Value::as_str).unwrap_or("").to_owned()
    };
    Ok(Info {
        name: text("name"),
        namespace: text("namespace"),
        object: (*document.json).clone(),
        kind,
        has_version: !gvk.1.is_empty(),
        written_kind: gvk.2,
        document,
    })
}

/// kubectl's mapper knows each kind by its name and by its name in lower case
/// (`NewDiscoveryRESTMapper`, k8s.io/client-go/restmapper); without a version any will do.
fn find_kind(gvk: &(String, String, String)) -> Option<&'static Kind> {
    let (group, version, kind) = gvk;
    kinds::kinds().iter().find(|k| {
        k.group == group
            && (version.is_empty() || k.version == version)
            && (k.kind == kind || k.kind.to_lowercase() == *kind)
    })
}

fn lookup(
    document: &Document,
    gvk: &(String, String, String),
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<&'static Kind, Failure> {
    if let Some(kind) = find_kind(gvk) {
        return Ok(kind);
    }
    let metadata = document.json.get("metadata");
    let text =
        |field: &str| metadata.and_then(|m| m.get(field)).and_then(Value::as_str).unwrap_or("");
    // `GroupVersion.String` leaves no slash behind an empty group.
    let version = kinds::group_version(&gvk.0, &gvk.1);
    let message = format!("no matches for kind {:?} in version {version:?}", gvk.2);
    findings.push(apply_find::unknown_kind(document, gvk, &message));
    Err(Failure::Client(format!(
        "resource mapping not found for name: {:?} namespace: {:?} from {:?}: {message}\nensure CRDs are installed first",
        text("name"),
        text("namespace"),
        place.file
    )))
}

/// `RequireNamespace`, `SetNamespace`, `FilterNamespace`.
fn with_namespace(mut info: Info, place: Place<'_>) -> Result<Info, (Failure, Box<Finding>)> {
    if !info.kind.namespaced {
        info.namespace.clear();
        if let Some(metadata) = info.object.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.shift_remove("namespace");
        }
        return Ok(info);
    }
    if info.namespace.is_empty() {
        place.namespace.clone_into(&mut info.namespace);
        set(&mut info.object, "namespace", Value::from(place.namespace));
    } else if place.enforce && info.namespace != place.namespace {
        let message = format!(
            "the namespace from the provided object {0:?} does not match the namespace {1:?}. You must pass '--namespace={0}' to perform this operation.",
            info.namespace, place.namespace
        );
        let finding = apply_find::other_namespace(&info.document, &message);
        return Err((Failure::Client(message), Box::new(finding)));
    }
    Ok(info)
}

/// Sets `metadata.field`, keys kept sorted; nothing where metadata is no map
/// (`SetNestedField`).
pub(super) fn set(object: &mut Value, field: &str, value: Value) {
    let Some(object) = object.as_object_mut() else { return };
    if !object.contains_key("metadata") {
        object.insert("metadata".to_owned(), Value::Object(Map::new()));
        object.sort_keys();
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.insert(field.to_owned(), value);
        metadata.sort_keys();
    }
}

/// What the server says when it can't decode a request's body (`transformDecodeError`,
/// k8s.io/apiserver/pkg/endpoints/handlers/rest.go).
pub(super) fn decode_strictly(
    info: &Info,
    object: &Value,
) -> Result<(), (String, Option<DecodeError>)> {
    let prefix = format!(
        "{} in version {:?} cannot be handled as a {}: ",
        info.written_kind, info.kind.version, info.kind.kind
    );
    if info.written_kind != info.kind.kind {
        return Err((
            format!(
                "{prefix}no kind {:?} is registered for version {:?} in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                info.written_kind,
                info.kind.api_version()
            ),
            None,
        ));
    }
    decode::strict(info.kind, object).map_err(|error| (prefix + &error.message(), Some(error)))
}

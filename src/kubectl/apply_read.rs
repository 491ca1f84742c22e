//! From a file to the objects that kubectl would send: what its resource builder does and
//! refuses (`StreamVisitor`, `FlattenListVisitor`, k8s.io/cli-runtime/pkg/resource, v1.36).

use super::apply_find;
use super::apply_list;
use super::failure::Failure;
use crate::manifest::decode::{self, DecodeError};
use crate::manifest::go::{self, Quoted};
use crate::manifest::kinds::{self, Kind};
use crate::manifest::{Document, Reading};
use crate::source::Finding;
use serde_json::{Map, Value};
use std::sync::Arc;

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
    /// Whether kind and apiVersion are looked at before anything else.
    pub(super) validate: bool,
    /// The file's text, which findings are about.
    pub(super) text: &'a str,
    /// Whether documents are wanted beside their objects.
    pub(super) documents: bool,
}

pub(super) fn read(reading: Reading, place: Place<'_>) -> Read {
    let mut out = Read::default();
    // Errors of documents, and errors of what became of them, which kubectl tells first.
    let (mut of_stream, mut of_objects) = (Vec::new(), Vec::new());
    let mut ended = false;
    for document in reading.documents {
        if place.validate
            && let Err((path, problems)) = validate(&document.json)
        {
            of_stream.push(Failure::Client(format!(
                "error validating {:?}: error validating data: {}; if you choose to ignore these errors, turn validation off with --validate=false",
                Quoted(place.file),
                Failure::Many(problems.iter().cloned().map(Failure::Client).collect()).text(),
            )));
            out.findings.extend(apply_find::not_an_object(&document, &path, &problems, place.text));
            ended = true;
            break;
        }
        let is_list = document.json.get("items").is_some();
        match infos(document, place, &mut out.findings) {
            Ok(list) => {
                let mut of_items = Vec::new();
                for info in list {
                    match info {
                        Ok(info) => match with_namespace(info, place) {
                            Ok(info) => out.infos.push(info),
                            Err((failure, finding)) => {
                                out.findings.push(*finding);
                                of_objects.push(failure);
                            }
                        },
                        Err(failure) if is_list => of_items.push(failure),
                        Err(failure) => of_stream.push(failure),
                    }
                }
                if !of_items.is_empty() {
                    of_stream.push(Failure::Many(of_items));
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
    match list_of(&gvk) {
        Some(kind) => apply_list::validate_list_of(kind, json),
        None => Ok(()),
    }
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

/// The kind whose list this is: a `ServiceList` of v1.
fn list_of(gvk: &(String, String, String)) -> Option<&'static Kind> {
    let (group, version, kind) = gvk;
    kinds::find(group, version, kind.strip_suffix("List")?)
}

type Infos = Vec<Result<Info, Failure>>;

/// The document as one object, or a list's items (`FlattenListVisitor`). kubectl takes
/// everything with `items` for a list, whatever its kind.
fn infos(
    document: Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Infos, Failure> {
    let undecodable = |message: &str| {
        Failure::Client(format!("unable to decode {:?}: {message}", Quoted(place.file)))
    };
    let no_items = Vec::new();
    let items = match document.json.get("items") {
        None => return Ok(vec![info(document, place, findings)]),
        Some(Value::Null) => &no_items,
        Some(Value::Array(items)) => items,
        Some(other) => {
            let message = format!(
                "json: cannot unmarshal {} into Go struct field decodeList.items of type []json.RawMessage",
                decode::json_type(other)
            );
            findings.push(apply_find::undecodable(&document, "items", &message));
            return Err(undecodable(&message));
        }
    };
    let odd = items.iter().position(|item| !item.is_object() && !item.is_null());
    if let Some(i) = odd {
        let found = decode::json_type(&items[i]);
        let message = format!(
            "json: cannot unmarshal {found} into Go value of type map[string]interface {{}}"
        );
        findings.push(apply_find::undecodable(&document, &format!("items[{i}]"), &message));
        return Err(undecodable(&message));
    }
    let (list_kind, list_version) = type_of(&document.json);
    decodable(&document, place, findings)?;
    // The list itself has to be of a kind that there is; each group has a `List`.
    let gvk = object_kind(&document.json).unwrap_or_default();
    let is_list =
        gvk.2 == "List" && kinds::kinds().iter().any(|k| k.group == gvk.0 && k.version == gvk.1);
    if !is_list && list_of(&gvk).is_none() {
        lookup(&document, &gvk, place, findings)?;
    }
    if let Some(i) = items.iter().position(|i| i.get("items").is_some_and(Value::is_array)) {
        let message = "*unstructured.Unstructured is not a list: no Items field in this object";
        findings.push(apply_find::undecodable(&document, &format!("items[{i}]"), message));
        return Err(Failure::Client(message.to_owned()));
    }
    let mut all = Vec::with_capacity(items.len());
    let items = match place.documents {
        true => (0..items.len()).filter_map(|i| document.item(i)).collect(),
        false => document.into_items(),
    };
    for mut item in items {
        if type_of(&item.json) == (String::new(), String::new()) {
            // An item that says nothing is of the list's kind.
            let mut fields = item.json.as_object().cloned().unwrap_or_default();
            let kind = list_kind.strip_suffix("List").unwrap_or(&list_kind);
            fields.insert("apiVersion".to_owned(), Value::from(list_version.as_str()));
            fields.insert("kind".to_owned(), Value::from(kind));
            fields.sort_keys();
            item.json = Arc::new(Value::Object(fields));
        }
        all.push(item_info(item, place, findings));
    }
    Ok(all)
}

/// `kind` and `apiVersion` as texts; empty where they are none.
fn type_of(json: &Value) -> (String, String) {
    let text = |field: &str| json.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
    (text("kind"), text("apiVersion"))
}

/// `infoForObject`: an item of a list. Its metadata is not decoded by kubectl.
fn item_info(
    document: Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Info, Failure> {
    let (kind, version) = type_of(&document.json);
    let problem = if kind.is_empty() {
        Some(("kind", "Object 'Kind' is missing in 'object has no kind field '".to_owned()))
    } else if version.is_empty() {
        let says = "Object 'apiVersion' is missing in 'object has no apiVersion field'";
        Some(("apiVersion", says.to_owned()))
    } else {
        None
    };
    if let Some((field, problem)) = problem {
        findings.push(apply_find::undecodable(&document, field, &problem));
        return Err(Failure::Client(format!(
            "unable to get type info from the object \"*unstructured.Unstructured\": {problem}"
        )));
    }
    let (group, version) = parse_group_version(&version).unwrap_or_default();
    let gvk = (group, version, kind);
    match find_kind(&gvk) {
        Some(kind) => Ok(found(document, kind, gvk, place)),
        None => {
            let version = kinds::group_version(&gvk.0, &gvk.1);
            let message = format!(
                "no matches for kind {:?} in version {:?}",
                Quoted(&gvk.2),
                Quoted(&version)
            );
            findings.push(apply_find::unknown_kind(&document, &gvk, &message));
            Err(Failure::Client(format!("unable to recognize {message}")))
        }
    }
}

/// What every object of a file must have before kubectl looks further: a kind, and
/// metadata that can be decoded (`metadataValidatingDecoder`).
fn decodable(
    document: &Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let undecodable = |message: &str| {
        Failure::Client(format!("unable to decode {:?}: {message}", Quoted(place.file)))
    };
    let gvk = object_kind(&document.json).unwrap_or_default();
    if gvk.2.is_empty() {
        let message = format!("Object 'Kind' is missing in '{}'", go::json(&document.json));
        findings.push(apply_find::undecodable(document, "kind", &message));
        return Err(undecodable(&message));
    }
    // Of an unknown kind too, since the kind is looked up later.
    let any_kind = || kinds::find("", "v1", "Service");
    if let Some(kind) = find_kind(&gvk).or_else(any_kind)
        && let Err(error) = decode::metadata(kind, &document.json)
    {
        findings.extend(apply_find::decode(document, kind, &error, place.text));
        return Err(undecodable(&error.message()));
    }
    Ok(())
}

/// `infoForData`.
fn info(
    document: Document,
    place: Place<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Info, Failure> {
    decodable(&document, place, findings)?;
    let gvk = object_kind(&document.json).unwrap_or_default();
    let kind = lookup(&document, &gvk, place, findings)?;
    Ok(found(document, kind, gvk, place))
}

fn found(
    mut document: Document,
    kind: &'static Kind,
    gvk: (String, String, String),
    place: Place<'_>,
) -> Info {
    let text = |field: &str| {
        let metadata = document.json.get("metadata");
        metadata.and_then(|m| m.get(field)).and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let (name, namespace) = (text("name"), text("namespace"));
    let json = match place.documents {
        true => document.json.clone(),
        false => std::mem::take(&mut document.json),
    };
    Info {
        name,
        namespace,
        object: Arc::unwrap_or_clone(json),
        kind,
        has_version: !gvk.1.is_empty(),
        written_kind: gvk.2,
        document,
    }
}

/// kubectl's mapper knows each kind by its name and by its name in lower case
/// (`NewDiscoveryRESTMapper`, k8s.io/client-go/restmapper); without a version any will do.
fn find_kind(gvk: &(String, String, String)) -> Option<&'static Kind> {
    let (group, version, kind) = gvk;
    let is_lower = !kind.bytes().any(|b| b.is_ascii_uppercase());
    kinds::kinds().iter().find(|k| {
        k.group == group
            && (version.is_empty() || k.version == version)
            && (k.kind == kind || is_lower && k.kind.eq_ignore_ascii_case(kind))
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
    let message =
        format!("no matches for kind {:?} in version {:?}", Quoted(&gvk.2), Quoted(&version));
    findings.push(apply_find::unknown_kind(document, gvk, &message));
    Err(Failure::Client(format!(
        "resource mapping not found for name: {:?} namespace: {:?} from {:?}: {message}\nensure CRDs are installed first",
        Quoted(text("name")),
        Quoted(text("namespace")),
        Quoted(place.file)
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
    if place.namespace.is_empty() {
        return Ok(info);
    }
    if info.namespace.is_empty() {
        place.namespace.clone_into(&mut info.namespace);
        set(&mut info.object, "namespace", Value::from(place.namespace));
    } else if place.enforce && info.namespace != place.namespace {
        let message = format!(
            "the namespace from the provided object {:?} does not match the namespace {:?}. You must pass '--namespace={}' to perform this operation.",
            Quoted(&info.namespace),
            Quoted(place.namespace),
            info.namespace
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
                Quoted(&info.written_kind),
                info.kind.api_version()
            ),
            None,
        ));
    }
    decode::strict(info.kind, object).map_err(|error| (prefix + &error.message(), Some(error)))
}

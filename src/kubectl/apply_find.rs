//! Findings for what kubectl and the server's decoder refuse: place, plain words, fix.

use super::apply_fix;
use crate::manifest::decode::{self, DecodeError, Problem};
use crate::manifest::kinds::{self, Kind};
use crate::manifest::schema::Type;
use crate::manifest::{Document, Part, ReadError};
use crate::source::{Edit, Finding, Fix, Severity, Span};
use crate::validate::{self, ApiError, Issue, Mark, Reason, Remedy, closest};
use serde_json::Value;

fn finding(
    code: &'static str,
    path: &str,
    message: &str,
    explanation: String,
    span: Span,
) -> Finding {
    Finding {
        severity: Severity::Error,
        code,
        path: path.to_owned(),
        message: message.to_owned(),
        explanation,
        span,
        fix: None,
    }
}

/// Text that the YAML parser refuses.
pub(super) fn syntax(error: &ReadError, text: &str) -> Finding {
    let mut finding = error.finding();
    let is_tab = error.span.of(text) == "\t";
    finding.explanation = match syntax_explanation(&error.message) {
        _ if is_tab && error.message.contains("cannot start any token") => {
            "A tab stands here, and YAML is indented with spaces only. Put spaces in its place."
        }
        explanation => explanation,
    }
    .to_owned();
    if is_tab {
        finding.fix = apply_fix::tabs(text, error.span.start);
    }
    finding
}

fn syntax_explanation(message: &str) -> &'static str {
    let known: &[(&str, &str)] = &[
        (
            "found character that cannot start any token",
            "No value can begin with this character. Put the value in quotes.",
        ),
        (
            "could not find expected ':'",
            "This line should be `name: value`, but has no colon. Put a colon behind the name.",
        ),
        (
            "mapping values are not allowed in this context",
            "A colon stands where no new field can begin. Either this line is indented further than its neighbours, or a value that holds a colon needs quotes.",
        ),
        (
            "did not find expected key",
            "This line's indentation fits no line above it. Indent it as far as the fields it belongs with.",
        ),
        (
            "found unexpected end of stream",
            "A quotation mark is opened here and never closed. Close it on the same line.",
        ),
        (
            "did not find expected ',' or '}'",
            "A brace is opened here and not closed. Put `}` behind its last field.",
        ),
        (
            "did not find expected ',' or ']'",
            "A bracket is opened here and not closed. Put `]` behind its last item.",
        ),
        (
            "block sequence entries are not allowed in this context",
            "A dash begins a list's item and can't stand behind a name on the same line. Put it on a line of its own.",
        ),
        (
            "did not find expected '-' indicator",
            "This line stands inside a list but begins no item. Begin it with a dash, or indent it as far as the item's other fields.",
        ),
        (
            "did not find expected alphabetic or numeric character",
            "`*` and `&` begin an alias or an anchor in YAML. Put the value in quotes.",
        ),
        (
            "unknown anchor",
            "`*name` repeats what `&name` marked before, and nothing is marked so. Put the value in quotes if it is just text.",
        ),
        (
            "did not find expected node content",
            "A value or a field is expected here. Take away what stands here, or write the value.",
        ),
        (
            "control characters are not allowed",
            "The file holds a character that can't be seen and that YAML forbids. Delete it and type the line again.",
        ),
        (
            "did not find expected whitespace or line break",
            "`!` begins a tag in YAML, and something must follow it after a space. Put the value in quotes.",
        ),
        (
            "document contains excessive aliasing",
            "The file repeats itself through aliases until it is huge. Write out what you need.",
        ),
        (
            "value contains itself",
            "An alias stands inside what it repeats, without end. Take it out.",
        ),
        (
            "exceeded max depth",
            "Fields are nested deeper here than any object of Kubernetes. Look for brackets that were never closed.",
        ),
        ("invalid map key", "A field's name must be plain text. A list or a map can't be a name."),
        (
            "invalid Yaml document separator",
            "A line that begins with --- separates two objects and holds nothing else. Put what follows it on the next line.",
        ),
        (
            "unexpected EOF",
            "The file begins with a brace, so it is read as JSON, and it ends before every brace and bracket is closed.",
        ),
        (
            "invalid character",
            "The file begins with a brace, so it is read as JSON. There names and texts stand in double quotes, with a comma between fields.",
        ),
        (
            "map merge requires",
            "`<<` takes over the fields of a map, and this is none. Name an anchor of a map.",
        ),
    ];
    known.iter().find(|(text, _)| message.contains(text)).map_or(
        "This is no valid YAML. Look at the indentation, the colons and the quotes around here.",
        |(_, explanation)| explanation,
    )
}

/// What `getObjectKind` refuses: no object, no apiVersion, no kind; or a list's items.
pub(super) fn not_an_object(
    document: &Document,
    path: &str,
    problems: &[String],
    text: &str,
) -> Vec<Finding> {
    problems
        .iter()
        .map(|message| {
            let (field, explanation) = match message.as_str() {
                "invalid object to validate" => (
                    path,
                    "This is not an object of Kubernetes. One begins with apiVersion, kind and metadata.",
                ),
                m if m.starts_with("apiVersion") => (
                    "apiVersion",
                    "Every object says which version of the API it is written for, as text. A Service has `apiVersion: v1`.",
                ),
                m if m.starts_with("kind") => (
                    "kind",
                    "Every object says of what kind it is, as text. Write `kind: Service`.",
                ),
                m if m.starts_with("unexpected GroupVersion") => (
                    "apiVersion",
                    "An apiVersion is a version (`v1`) or a group and a version (`apps/v1`).",
                ),
                _ => (path, "Inside a List kubectl checks the fields itself. Correct this item."),
            };
            let span = document
                .span(field, Part::Value)
                .unwrap_or_else(|| document.missing(field));
            let mut finding = finding("not-an-object", field, message, explanation.to_owned(), span);
            if message == "apiVersion not set" {
                finding.fix = api_version(document, text);
            }
            finding
        })
        .collect()
}

/// The apiVersion of the document's kind, where there is such a kind.
fn api_version(document: &Document, text: &str) -> Option<Fix> {
    let written = document.json.get("kind")?.as_str()?;
    let kind = kinds::kinds().iter().find(|k| k.kind == written)?;
    let value = kind.api_version().into();
    let remedy = Remedy::Insert { parent: String::new(), key: "apiVersion", value };
    apply_fix::remedy(document, &remedy, text)
}

/// A decoding error of kubectl's that is no type error.
pub(super) fn undecodable(document: &Document, field: &str, message: &str) -> Finding {
    let explanation = if field == "kind" {
        "Every object says of what kind it is. Write `kind: Service`."
    } else {
        "`items` makes this a list of objects, so it must hold a list."
    };
    let span = document.span(field, Part::Value).unwrap_or_else(|| document.missing(field));
    finding("undecodable", field, message, explanation.to_owned(), span)
}

/// No such kind in that version.
pub(super) fn unknown_kind(
    document: &Document,
    gvk: &(String, String, String),
    message: &str,
) -> Finding {
    let (group, version, kind) = gvk;
    let elsewhere = kinds::kinds().iter().find(|k| k.kind == kind);
    let respelled = kinds::kinds()
        .iter()
        .find(|k| k.kind.eq_ignore_ascii_case(kind) || k.plural.eq_ignore_ascii_case(kind));
    let (field, right, explanation) = if let Some(known) = elsewhere {
        let right = known.api_version();
        let explanation = format!("A {kind} is in `apiVersion: {right}`.");
        ("apiVersion", Some(right), explanation)
    } else if let Some(known) = respelled.or_else(|| {
        let names: Vec<&str> = kinds::kinds().iter().map(|k| k.kind).collect();
        let name = closest(kind, &names)?;
        kinds::kinds().iter().find(|k| k.kind == name)
    }) {
        let right = known.kind.to_owned();
        let explanation = format!("There is no kind {kind:?}. Did you mean {right}?");
        ("kind", Some(right), explanation)
    } else {
        let where_ = kinds::group_version(group, version);
        let explanation = format!(
            "The cluster knows no kind {kind:?} in {where_:?}. Kinds are written as in `Service`; others come with an add-on that is not installed."
        );
        ("kind", None, explanation)
    };
    let span = document.span(field, Part::Value).unwrap_or_else(|| document.missing(field));
    let mut finding = finding("unknown-kind", field, message, explanation, span);
    let is_sure = field == "apiVersion" || respelled.is_some();
    finding.fix = right.filter(|_| is_sure).map(|right| Fix {
        title: format!("Write {right}."),
        edits: vec![Edit { span, text: right }],
    });
    finding
}

/// An object of another namespace than `-n` names.
pub(super) fn other_namespace(document: &Document, message: &str) -> Finding {
    let field = "metadata.namespace";
    let span = document.span(field, Part::Value).unwrap_or_else(|| document.missing(field));
    let explanation = "The manifest names one namespace and -n another. Take one of them away, or make them equal.";
    finding("other-namespace", field, message, explanation.to_owned(), span)
}

/// An object without a name, or with one that no address can hold.
pub(super) fn bad_name(document: &Document, field: &str, message: &str) -> Finding {
    let span = document.span(field, Part::Value).unwrap_or_else(|| document.missing(field));
    let explanation = if message.contains("generate name") {
        "kubectl apply needs to know which object you mean. Write metadata.name instead of generateName."
    } else if message.contains("may not be empty") {
        "Every object needs a name. Write it as `name:` under `metadata:`."
    } else {
        "A name becomes part of an address, so / and % can't stand in it. Use lower-case letters, digits and dashes."
    };
    finding("bad-name", field, message, explanation.to_owned(), span)
}

/// What the decoder says, one finding a problem.
pub(super) fn decode(
    document: &Document,
    kind: &Kind,
    error: &DecodeError,
    text: &str,
) -> Vec<Finding> {
    error.problems.iter().map(|problem| decode_one(document, kind, problem, text)).collect()
}

fn decode_one(document: &Document, kind: &Kind, problem: &Problem, text: &str) -> Finding {
    let part = if problem.code == "unknown-field" { Part::Key } else { Part::Value };
    let span =
        document.span(&problem.path, part).unwrap_or_else(|| document.missing(&problem.path));
    let mut finding = finding(problem.code, &problem.path, &problem.message, String::new(), span);
    if problem.code == "unknown-field" {
        unknown_field(&mut finding, kind);
    } else {
        wrong_type(&mut finding, document, problem, text);
    }
    finding
}

/// `spec.ports[0].port` as field names: `spec`, `ports`, `port`.
fn names(path: &str) -> Vec<&str> {
    path.split('.').map(|part| part.split('[').next().unwrap_or(part)).collect()
}

fn unknown_field(finding: &mut Finding, kind: &Kind) {
    let schema = kind.schema();
    let names = names(&finding.path);
    let (name, parents) = names.split_last().map_or(("", &[][..]), |(n, p)| (*n, p));
    let mut owner = schema.root();
    if let Some(found) = schema.at(parents) {
        let mut inner = found;
        while let Type::List(of) | Type::Map(of, _) = inner {
            inner = of;
        }
        if let Type::Struct(id) = inner {
            owner = *id;
        }
    }
    let fields: Vec<&str> = schema.get(owner).fields().iter().map(|f| f.name.as_str()).collect();
    let parent = parents.last().copied().unwrap_or(kind.kind);
    if let Some(right) = closest(name, &fields) {
        finding.explanation = format!("`{parent}` has no field `{name}`. Did you mean `{right}`?");
        finding.fix = Some(Fix {
            title: format!("Write {right}."),
            edits: vec![Edit { span: finding.span, text: right.to_owned() }],
        });
        return;
    }
    // A field in the wrong place: mostly a line that is indented too little or too much.
    let bare = name.strip_prefix('-');
    if let Some(bare) = bare {
        finding.explanation = format!(
            "Without a space the dash is part of the name. Write `- {bare}:` to begin a list's item."
        );
        return;
    }
    for field in schema.get(owner).fields() {
        let mut inner = &field.kind;
        while let Type::List(of) | Type::Map(of, _) = inner {
            inner = of;
        }
        if let Type::Struct(id) = inner
            && schema.get(*id).field(name).is_some()
        {
            finding.explanation = format!(
                "`{name}` belongs inside `{}`, not beside it. Indent it further.",
                field.name
            );
            return;
        }
    }
    let above = (0..parents.len()).rev().find(|n| {
        let at = if *n == 0 { None } else { schema.at(&parents[..*n]) };
        match at {
            None if *n == 0 => schema.get(schema.root()).field(name).is_some(),
            Some(Type::Struct(id)) => schema.get(*id).field(name).is_some(),
            _ => false,
        }
    });
    finding.explanation = match above {
        Some(0) => format!("`{name}` belongs to the {} itself. Indent it less.", kind.kind),
        Some(n) => format!("`{name}` belongs to `{}`. Indent it less.", parents[n - 1]),
        None => format!(
            "`{parent}` has no field `{name}`. Take it out, or look whether it is misspelt or indented wrongly."
        ),
    };
}

fn wrong_type(finding: &mut Finding, document: &Document, problem: &Problem, text: &str) {
    let names = names(&problem.path);
    let name = names.last().copied().unwrap_or("this");
    let written = finding.span.of(text);
    let is_list = problem.wanted.starts_with("[]");
    let is_map = problem.wanted.starts_with("map[");
    let is_integer = matches!(problem.wanted.as_str(), "int32" | "int64");
    let replace = |title: &str, text: String| {
        Some(Fix { title: title.to_owned(), edits: vec![Edit { span: finding.span, text }] })
    };
    let (explanation, fix) = match (problem.found, is_integer, is_list, is_map) {
        ("string", true, ..) => {
            let bare = written.trim_matches(['"', '\'']);
            if bare.parse::<i32>().is_ok() && bare != written {
                (
                    format!(
                        "`{name}` is a number, and quotes make it text. Write it without quotes."
                    ),
                    replace("Write the number without quotes.", bare.to_owned()),
                )
            } else {
                (format!("`{name}` is a whole number. Write digits only."), None)
            }
        }
        ("number", true, ..) => {
            (format!("`{name}` is a whole number, no larger than 2147483647."), None)
        }
        (_, true, ..) => (format!("`{name}` is a whole number, without quotes."), None),
        ("object", _, true, _) => (
            format!("`{name}` is a list. Begin each of its items with a dash."),
            apply_fix::dash(document, finding, text),
        ),
        (_, _, true, _) => {
            (format!("`{name}` is a list. Put each item on a line that begins with a dash."), None)
        }
        ("array", _, _, true) => {
            (format!("`{name}` holds `name: value` pairs, not a list. Take the dashes away."), None)
        }
        (_, _, _, true) => (
            format!("`{name}` holds pairs. Write each as `name: value` on a line of its own."),
            None,
        ),
        ("number" | "bool", ..)
            if problem.code == "wrong-type" && decode::is_text(&problem.wanted) =>
        {
            let what = if problem.found == "bool" { "true or false" } else { "a number" };
            let is_scalar = !written.is_empty() && !written.contains('\n');
            (
                format!("`{name}` is text, and YAML reads this as {what}. Put it in quotes."),
                if is_scalar && written != name {
                    replace("Put the value in quotes.", format!("{written:?}"))
                } else {
                    None
                },
            )
        }
        ("string", ..) if problem.wanted == "bool" => {
            let bare = written.trim_matches(['"', '\'']);
            let fix = matches!(bare, "true" | "false" if bare != written);
            (
                format!("`{name}` is true or false, without quotes."),
                if fix { replace("Write it without quotes.", bare.to_owned()) } else { None },
            )
        }
        _ if problem.wanted == "bool" => (format!("`{name}` is true or false."), None),
        _ if problem.wanted.ends_with("Time") => (
            format!(
                "`{name}` is a point in time, as in 2026-11-20T00:00:00Z. The server sets it; leave it out."
            ),
            None,
        ),
        _ if problem.wanted == "resource.Quantity" => {
            (format!("`{name}` is an amount, such as 500m, 2 or 128Mi."), None)
        }
        ("array" | "object", ..) if decode::is_text(&problem.wanted) => {
            (format!("`{name}` is a single piece of text."), None)
        }
        _ => (
            format!("`{name}` holds fields of its own. Write them on lines below it, indented."),
            None,
        ),
    };
    finding.explanation = explanation;
    finding.fix = fix;
}

/// What the server's rules say, at its place in the manifest, with the edits that help.
#[must_use]
pub fn placed(document: &Document, issue: &Issue, text: &str) -> Finding {
    let mut place = issue.place.as_str();
    // The server copies clusterIP into clusterIPs and speaks of the copy.
    if place.starts_with("spec.clusterIPs")
        && document.span("spec.clusterIPs", Part::Key).is_none()
        && document.span("spec.clusterIP", Part::Key).is_some()
    {
        place = "spec.clusterIP";
    }
    let span = match issue.mark {
        Mark::Value => document.span(place, Part::Value),
        Mark::Key => document.span(place, Part::Key),
        Mark::Parent => None,
    };
    let span = span.unwrap_or_else(|| document.missing(place));
    let fix = issue.remedy.as_ref().and_then(|remedy| apply_fix::remedy(document, remedy, text));
    Finding {
        severity: issue.severity,
        code: issue.code,
        path: issue.path.clone(),
        message: issue.message.clone(),
        explanation: issue.explanation.clone(),
        span,
        fix,
    }
}

/// The field that no patch can fit: the first that the decoder would not take.
pub(super) fn unfit_place(document: &Document, kind: &Kind) -> String {
    let problem = decode::strict(kind, &document.json).err();
    let problem = problem.and_then(|error| error.problems.into_iter().next());
    problem.map_or_else(|| "spec".to_owned(), |problem| problem.path)
}

/// Of most kinds the server checks more than Portolan does.
pub(super) fn checked_less(document: &Document, kind: &Kind) -> Finding {
    let message = format!("{} is checked less here than by the server", kind.kind);
    let explanation = "Fields, types and metadata are checked as the server does it, and of the kind's own rules at most those that matter to Services and their Pods. The server may refuse what is accepted here.";
    let span = document.span("kind", Part::Value).unwrap_or_else(|| document.missing("kind"));
    let finding = finding("kind-checked-less", "kind", &message, explanation.to_owned(), span);
    Finding { severity: Severity::Advice, ..finding }
}

/// No patch can be made of the live object and the manifest.
pub(super) fn no_patch(document: &Document, message: &str) -> Finding {
    let ports = document.json["spec"]["ports"].as_array().map_or(&[][..], Vec::as_slice);
    let lacks_key = |port: &Value| message.ends_with("key: port") && port.get("port").is_none();
    let path = match ports.iter().position(lacks_key) {
        Some(idx) => format!("spec.ports[{idx}]"),
        None if message.starts_with("precondition failed") => "kind".to_owned(),
        None => "spec".to_owned(),
    };
    let part = if path == "spec" { Part::Key } else { Part::Value };
    let span = document.span(&path, part).unwrap_or_else(|| document.missing(&path));
    if path == "kind" {
        let explanation =
            "An object keeps its kind, and kinds are written with capitals, as in Service.";
        return finding("no-patch", &path, message, explanation.to_owned(), span);
    }
    let explanation = "kubectl can't merge this manifest with what is in the cluster. Look for a list with an empty item.";
    finding("no-patch", &path, message, explanation.to_owned(), span)
}

/// The server's answer where it names no field.
pub(super) fn answer(document: &Document, error: &ApiError) -> Finding {
    let (code, path) = match error.reason {
        Reason::NotFound if error.message.starts_with("namespaces ") => {
            ("no-such-namespace", "metadata.namespace")
        }
        Reason::NotFound => ("no-such-resource", "apiVersion"),
        Reason::Forbidden => ("namespace-terminating", "metadata.namespace"),
        Reason::AlreadyExists | Reason::Conflict => ("object-changed-meanwhile", "metadata"),
        Reason::Unknown if error.message.contains("duplicate nodePort") => {
            ("node-port-duplicate", "spec.ports")
        }
        Reason::RequestEntityTooLarge => ("object-too-large", "metadata.name"),
        Reason::Unknown if error.message.contains("ParseUint") => {
            ("patch-refused", "metadata.resourceVersion")
        }
        Reason::Unknown => ("patch-refused", "spec"),
        Reason::InternalError if error.message.contains("nodePort") => {
            ("server-failed", "spec.ports")
        }
        Reason::BadRequest | Reason::Invalid | Reason::InternalError => ("server-failed", "kind"),
    };
    let explanation = validate::rule(code).map_or("", |rule| rule.explanation);
    let field = match code {
        "object-changed-meanwhile" => ["metadata.resourceVersion", "metadata.name"]
            .into_iter()
            .find(|field| document.span(field, Part::Value).is_some())
            .unwrap_or(path),
        _ => path,
    };
    let is_short = ["metadata", "spec"].contains(&field) || code == "server-failed";
    let part = if is_short && field != "kind" { Part::Key } else { Part::Value };
    let span = document.span(field, part).unwrap_or_else(|| document.missing(field));
    finding(code, field, &error.message, explanation.to_owned(), span)
}

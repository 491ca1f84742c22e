//! Whether a request is about the object that its address names, and about the version of it that
//! is there.

use crate::manifest::go::Quoted;
use crate::manifest::kinds::Kind;
use crate::validate::{ApiError, Reason};
use serde_json::Value;

/// A text of its metadata; empty where there is none.
pub(super) fn text<'o>(object: &'o Value, field: &str) -> &'o str {
    object["metadata"][field].as_str().unwrap_or("")
}

/// `services "web"`: how the server names an object in its answers.
pub(super) fn named(kind: &Kind, name: &str) -> String {
    let group = if kind.group.is_empty() { String::new() } else { format!(".{}", kind.group) };
    format!("{}{group} {:?}", kind.plural, Quoted(name))
}

/// What the request's address says counts (`EnsureObjectNamespaceMatchesRequestNamespace`
/// and `checkName`, apiserver/pkg/endpoints/handlers).
pub(super) fn same_place(object: &Value, live: &Value) -> Result<(), Box<ApiError>> {
    let (name, wanted) = (text(object, "name"), text(live, "name"));
    if name != wanted {
        let says = if name.is_empty() {
            format!(
                "the name of the object ({wanted} based on URL) was undeterminable: name must be provided"
            )
        } else {
            format!("the name of the object ({name}) does not match the name on the URL ({wanted})")
        };
        return Err(ApiError::new(Reason::BadRequest, says));
    }
    let (namespace, wanted) = (text(object, "namespace"), text(live, "namespace"));
    if !namespace.is_empty() && namespace != wanted {
        let says =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(ApiError::new(Reason::BadRequest, says));
    }
    Ok(())
}

/// Who names a version wants to change that one and no other (`Store.Update`,
/// apiserver/pkg/registry/generic/registry/store.go). 0 and none mean any.
pub(super) fn same_version(
    kind: &Kind,
    name: &str,
    object: &mut Value,
    live: &Value,
) -> Result<(), Box<ApiError>> {
    let wanted = text(object, "resourceVersion").to_owned();
    if wanted == text(live, "resourceVersion") {
        return Ok(());
    }
    match if wanted.is_empty() { Ok(0) } else { go_uint(&wanted) } {
        Ok(0) => {
            object["metadata"]["resourceVersion"] = text(live, "resourceVersion").into();
            Ok(())
        }
        Ok(_) => Err(ApiError::new(
            Reason::Conflict,
            format!(
                "Operation cannot be fulfilled on {}: the object has been modified; please apply your changes to the latest version and try again",
                named(kind, name)
            ),
        )),
        Err(why) => Err(ApiError::new(
            Reason::Unknown,
            format!("strconv.ParseUint: parsing {:?}: {why}", Quoted(&wanted)),
        )),
    }
}

/// `strconv.ParseUint(text, 10, 64)`, with Go's words for why not.
fn go_uint(text: &str) -> Result<u64, &'static str> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("invalid syntax");
    }
    text.parse().map_err(|_| "value out of range")
}

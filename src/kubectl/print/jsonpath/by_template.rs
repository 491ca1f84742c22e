//! What a template finds in Pods: looked for once where they share all that it comes to.

use super::JsonPath;
use super::parse::Node;
use crate::cluster::{Own, Pod, Shown};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What a template found in one object after the other.
#[derive(Default)]
pub(super) struct ByTemplate {
    /// By where lies what Pods share.
    known: HashMap<[usize; 4], Known>,
    own: Own,
}

struct Known {
    text: Option<String>,
    /// As long as it is held, nothing else lies where it lies.
    _pod: Arc<Pod>,
}

impl ByTemplate {
    /// What is found in an object, with spaces between; none where that is nothing.
    ///
    /// # Errors
    /// As [`JsonPath::find`].
    pub(super) fn text(
        &mut self,
        path: &JsonPath,
        object: &Shown<'_>,
    ) -> Result<Option<String>, String> {
        let pod = object.pod().filter(|_| path.nodes.iter().all(passes_own));
        let own = object.own(&mut self.own).unwrap_or_default();
        let Some(pod) = pod.filter(|_| own.iter().all(is_plain)) else {
            return Ok(found(path, object)?.0);
        };
        let place = pod.shared().map(|part| Arc::as_ptr(part).addr());
        if let Some(known) = self.known.get(&place) {
            return Ok(known.text.clone());
        }
        let (text, has_more) = found(path, object)?;
        if !has_more {
            let known = Known { text: text.clone(), _pod: pod.clone() };
            self.known.insert(place, known);
        }
        Ok(text)
    }
}

/// The text, and whether maps or lists are in it.
fn found(path: &JsonPath, object: &Value) -> Result<(Option<String>, bool), String> {
    let (mut text, mut has_more) = (None::<String>, false);
    for found in path.find(object, true)?.iter().flatten() {
        let text = match &mut text {
            Some(text) => {
                text.push(' ');
                text
            }
            none => none.insert(String::new()),
        };
        has_more |= found.with(|value| value.is_array() || value.is_object());
        found.write(text);
    }
    Ok((text, has_more))
}

/// Whether a path never leads to what a Pod has of its own, nor into it.
fn passes_own(node: &Node) -> bool {
    match node {
        Node::List(nodes) => nodes.iter().all(passes_own),
        Node::Recursive => true,
        Node::Field(name) => {
            let is_own = |part| Pod::own_at(part, name).is_some();
            // Also the names of volumes, and the addresses in lists of them.
            name != "ip"
                && name != "name"
                && !["metadata", "spec", "status"].into_iter().any(is_own)
        }
        _ => false,
    }
}

/// Whether a Pod's own value is what it usually is: a text, or a list of addresses.
fn is_plain(own: &Value) -> bool {
    let is_address = |item: &Value| {
        item.as_object().is_some_and(|map| map.len() == 1 && map.contains_key("ip"))
            && item["ip"].is_string()
    };
    match own {
        Value::Null | Value::String(_) => true,
        Value::Array(items) => items.iter().all(is_address),
        _ => false,
    }
}

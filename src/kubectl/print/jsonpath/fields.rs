//! Which fields of a List's items a template asks for: a long list is then made of those.

use super::JsonPath;
use super::parse::Node;
use std::collections::BTreeSet;

/// The field that holds a List's items.
const ITEMS: &str = "items";

impl JsonPath {
    /// The fields of a List's items that the template may look at; none where it may show an
    /// item whole.
    pub(in crate::kubectl::print) fn fields_of_items(&self) -> Option<BTreeSet<&str>> {
        let mut fields = BTreeSet::new();
        for node in &self.nodes {
            let Node::List(steps) = node else { continue };
            match steps.as_slice() {
                [Node::Identifier(word)] if word == "end" => {}
                // The items themselves: what is in the range says what it takes of them.
                [Node::Identifier(word), Node::Field(items), Node::Array(_)]
                    if word == "range" && items == ITEMS => {}
                [Node::Identifier(word), path @ ..] if word == "range" => {
                    add(path, &mut fields)?;
                }
                path => add(path, &mut fields)?,
            }
        }
        Some(fields)
    }
}

/// Adds the fields of a path that leads to some field, and not to a List or item itself.
fn add<'n>(path: &'n [Node], fields: &mut BTreeSet<&'n str>) -> Option<()> {
    let mut leads = false;
    for step in path {
        match step {
            Node::Field(name) if name == ITEMS => {}
            Node::Field(name) => {
                leads = true;
                fields.insert(name);
            }
            Node::Filter(left, operator, right) => {
                add(left, fields)?;
                if operator != "exists" && !is_constant(right) {
                    add(right, fields)?;
                }
            }
            Node::Union(paths) => {
                leads = true;
                paths.iter().try_for_each(|path| add(path, fields))?;
            }
            Node::List(steps) => {
                leads = true;
                add(steps, fields)?;
            }
            Node::Array(_) | Node::Made(_) | Node::Text(_) => {}
            Node::Wildcard | Node::Recursive | Node::Identifier(_) => return None,
        }
    }
    leads.then_some(())
}

fn is_constant(nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::List(nodes) => is_constant(nodes),
        node => matches!(node, Node::Made(_) | Node::Text(_)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_may_show_an_item_whole_is_given_it_whole() {
        for (text, fields) in [
            ("{.items[*].metadata.name}", Some("metadata name")),
            ("a{.kind}{'b'}", None),
            ("{range .items[*]}{.status.podIP}{\"\\n\"}{end}", None),
            (
                "{range .items[*]}{.status.podIP}{.metadata.name}{end}",
                Some("metadata name podIP status"),
            ),
            ("{range .items[*].spec.ports[*]}{.port}{end}", Some("port ports spec")),
            (
                "{.items[?(@.spec.nodeName==\"a\")].metadata.name}",
                Some("metadata name nodeName spec"),
            ),
            ("{.items[?(@.spec)]}", None),
            ("{.items[?(@==1)].spec}", None),
            ("{.items[*]['metadata.name','spec']}", Some("metadata name spec")),
            ("{.items[0]}", None),
            ("{.items}", None),
            ("{@}", None),
            ("{}", None),
            ("{..name}", None),
            ("{.items[*].*}", None),
            ("{range .items[*]}{@}{end}", None),
        ] {
            let path = JsonPath::read(text).unwrap();
            let found =
                path.fields_of_items().map(|all| all.into_iter().collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), fields, "{text}");
        }
    }
}

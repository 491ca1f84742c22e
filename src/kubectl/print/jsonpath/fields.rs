//! What a template asks of a List's items.

use super::JsonPath;
use super::parse::Node;
use crate::kubectl::print::wanted::{ITEMS, Wanted};

impl JsonPath {
    /// What the template may look at of a List's items; none where it may show an item whole.
    pub(in crate::kubectl::print) fn of_items(&self) -> Option<Wanted<'_>> {
        let mut wanted = Wanted::default();
        for node in &self.nodes {
            let Node::List(steps) = node else { continue };
            match steps.as_slice() {
                [Node::Identifier(word)] if word == "end" => {}
                // The items themselves: what is in the range says what it takes of them.
                [Node::Identifier(word), Node::Field(items), Node::Array(_)]
                    if word == "range" && items == ITEMS => {}
                [Node::Identifier(word), path @ ..] if word == "range" => {
                    add(path, &[], &mut wanted)?;
                }
                path => add(path, &[], &mut wanted)?,
            }
        }
        Some(wanted)
    }
}

/// Adds what a path asks for that begins behind the fields `from`: all that it ends at.
fn add<'n>(path: &'n [Node], from: &[&'n str], wanted: &mut Wanted<'n>) -> Option<()> {
    let Some((step, rest)) = path.split_first() else { return wanted.add(from) };
    match step {
        Node::Field(name) => add(rest, &[from, &[name]].concat(), wanted),
        Node::Array(_) => add(rest, from, wanted),
        Node::Filter(left, operator, right) => {
            add(left, from, wanted)?;
            if operator != "exists" && !is_constant(right) {
                add(right, from, wanted)?;
            }
            add(rest, from, wanted)
        }
        Node::List(steps) if rest.is_empty() => add(steps, from, wanted),
        Node::Union(paths) if rest.is_empty() => {
            paths.iter().try_for_each(|path| add(path, from, wanted))
        }
        Node::Text(_) if rest.is_empty() && from.is_empty() => Some(()),
        Node::List(_) | Node::Union(_) | Node::Wildcard | Node::Recursive => wanted.add(from),
        Node::Made(_) | Node::Text(_) | Node::Identifier(_) => None,
    }
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
        for (text, wanted) in [
            ("{.items[*].metadata.name}", Some("items{metadata{name}} metadata{name}")),
            ("a{.kind}{'b'}", Some("kind")),
            ("{range .items[*]}{.status.podIP}{\"\\n\"}{end}", Some("status{podIP}")),
            (
                "{range .items[*]}{.status.podIP}{.metadata.name}{end}",
                Some("metadata{name} status{podIP}"),
            ),
            (
                "{range .items[*].spec.ports[*]}{.port}{end}",
                Some("items{spec{ports}} port spec{ports}"),
            ),
            (
                "{.items[?(@.spec.nodeName==\"a\")].metadata.name}",
                Some("items{metadata{name} spec{nodeName}} metadata{name} spec{nodeName}"),
            ),
            (
                "{range .items[*]}{.spec.ports[?(@.port==.targetPort)].name}{end}",
                Some("spec{ports{name port targetPort}}"),
            ),
            ("{range .items[*]}{.spec.ports[?(@==1)].name}{end}", Some("spec{ports}")),
            ("{.items[?(@.spec)]}", None),
            ("{.items[?(@==1)].spec}", None),
            ("{range .items[*]}{['metadata.name','spec']}{end}", Some("metadata{name} spec")),
            ("{.items[*]['metadata','spec'].name}", None),
            ("{range .items[*]}{.metadata.*}{.spec..port}{end}", Some("metadata spec")),
            ("{.items[*].items}", None),
            ("{.items[0]}", None),
            ("{.items}", None),
            ("{@}", None),
            ("{}", None),
            ("{..name}", None),
            ("{.items[*].*}", None),
            ("{range .items[*]}{@}{end}", None),
        ] {
            let path = JsonPath::read(text).unwrap();
            let found = path.of_items().map(|wanted| wanted.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}

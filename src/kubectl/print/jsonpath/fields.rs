//! What a template asks of a List's items.

use super::JsonPath;
use super::parse::{Node, Slice};
use crate::cluster::Fields;
use crate::kubectl::print::wanted::{self, ITEMS};

impl JsonPath {
    /// What the template may look at of a List's items; none where it may show an item whole.
    pub(in crate::kubectl::print) fn of_items(&self) -> Option<Fields> {
        let mut wanted = Fields::default();
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

    /// The place of the one item that the template looks at, where it looks at one only.
    pub(in crate::kubectl::print) fn only_item(&self) -> Option<usize> {
        let mut only = None;
        for node in &self.nodes {
            let Node::List(steps) = node else { continue };
            match steps.as_slice() {
                [Node::Field(items), Node::Array(slice), ..]
                    if items == ITEMS && slice.is_index =>
                {
                    let place = usize::try_from(slice.from?).ok()?;
                    if only.replace(place).is_some_and(|other| other != place) {
                        return None;
                    }
                }
                steps if is_constant(steps) => {}
                _ => return None,
            }
        }
        only
    }

    /// Whether what the template finds in a List is what it finds in each item: fields of a name
    /// that no List has, wherever they are.
    pub(super) fn is_of_each(&self) -> bool {
        const OF_LISTS: [&str; 5] = ["apiVersion", ITEMS, "kind", "metadata", "resourceVersion"];
        let [Node::List(steps)] = self.nodes.as_slice() else { return false };
        let [Node::Recursive, fields @ ..] = steps.as_slice() else { return false };
        let is_inside =
            |field: &Node| matches!(field, Node::Field(name) if !OF_LISTS.contains(&name.as_str()));
        !fields.is_empty() && fields.iter().all(is_inside)
    }

    /// Whether the template is a range over the items and nothing else: what it shows of some and
    /// what it shows of the others is what it shows of all.
    pub(in crate::kubectl::print) fn is_range_of_items(&self) -> bool {
        fn steps(node: &Node) -> &[Node] {
            match node {
                Node::List(steps) => steps,
                _ => &[],
            }
        }
        let begins =
            |node: &Node| matches!(steps(node), [Node::Identifier(word), ..] if word == "range");
        let ends = |node: &Node| matches!(steps(node), [Node::Identifier(word)] if word == "end");
        let [first, inside @ .., last] = self.nodes.as_slice() else { return false };
        let all = match steps(first) {
            [_, Node::Field(items), Node::Wildcard] => items == ITEMS,
            [_, Node::Field(items), Node::Array(all)] => items == ITEMS && *all == Slice::default(),
            _ => false,
        };
        let mut n_open = 0;
        let is_inside = |node: &Node| {
            n_open += i32::from(begins(node)) - i32::from(ends(node));
            n_open >= 0
        };
        begins(first) && all && ends(last) && inside.iter().all(is_inside) && n_open == 0
    }

    /// Whether the template shows the items and nothing else: as a list, or one by one.
    pub(in crate::kubectl::print) fn shows_items(&self) -> Option<Items> {
        let [Node::List(steps)] = self.nodes.as_slice() else { return None };
        match steps.as_slice() {
            [Node::Field(items)] if items == ITEMS => Some(Items::List),
            [Node::Field(items), Node::Wildcard] if items == ITEMS => Some(Items::Each),
            [Node::Field(items), Node::Array(all)]
                if items == ITEMS && *all == Slice::default() =>
            {
                Some(Items::Each)
            }
            _ => None,
        }
    }
}

/// How a template shows all items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kubectl::print) enum Items {
    /// `{.items}`
    List,
    /// `{.items[*]}`
    Each,
}

/// Adds what a path asks for that begins behind the fields `from`: all that it ends at.
fn add<'n>(path: &'n [Node], from: &[&'n str], wanted: &mut Fields) -> Option<()> {
    let Some((step, rest)) = path.split_first() else { return wanted::add(wanted, from) };
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
        Node::List(_) | Node::Union(_) | Node::Wildcard | Node::Recursive => {
            wanted::add(wanted, from)
        }
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

    #[test]
    fn a_template_that_looks_at_one_item_is_given_that_one() {
        for (text, place) in [
            ("{.items[0]}", Some(0)),
            ("{.items[2].spec.ports[?(@.port==1)]}{\"\\n\"}x{.items[2].kind}", Some(2)),
            ("{.items[0]}{.items[1]}", None),
            ("{.items[0]}{.kind}", None),
            ("{.items[-1]}", None),
            ("{.items[0:1]}", None),
            ("{.items[*]}", None),
            ("{range .items[0]}{.kind}{end}", None),
            ("x", None),
        ] {
            assert_eq!(JsonPath::read(text).unwrap().only_item(), place, "{text}");
        }
    }

    #[test]
    fn a_template_may_show_the_items_and_nothing_else() {
        for (text, shows) in [
            ("{.items}", Some(Items::List)),
            ("{.items[*]}", Some(Items::Each)),
            ("{.items.*}", Some(Items::Each)),
            ("{.items[:2]}", None),
            ("{.items[0]}", None),
            ("{.items}{\"\\n\"}", None),
            ("{.items[*].kind}", None),
        ] {
            assert_eq!(JsonPath::read(text).unwrap().shows_items(), shows, "{text}");
        }
    }
}

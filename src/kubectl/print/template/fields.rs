//! What a template asks of a List's items.

use super::Template;
use super::parse::{Arg, Branch, Node, Pipe, What};
use crate::cluster::Fields;
use crate::kubectl::print::wanted::{self, ITEMS};

impl Template {
    /// What the template may look at of a List's items; none where it may show an item whole.
    pub(in crate::kubectl::print) fn of_items(&self) -> Option<Fields> {
        let mut wanted = Fields::default();
        nodes(&self.tree.root, &mut wanted)?;
        self.tree.defined.values().try_for_each(|all| nodes(all, &mut wanted))?;
        Some(wanted)
    }

    /// Whether the template is a range over the items and nothing else: what it shows of some and
    /// what it shows of the others is what it shows of all.
    pub(in crate::kubectl::print) fn is_range_of_items(&self) -> bool {
        match self.tree.root.as_slice() {
            [Node::Range(Branch { pipe, then, otherwise })] => {
                is_items(pipe)
                    && pipe.variables.is_empty()
                    && otherwise.is_empty()
                    && is_of_item(then)
            }
            _ => false,
        }
    }
}

/// Whether nothing in a range looks beyond the item, nor ends the range.
fn is_of_item(all: &[Node]) -> bool {
    let of_branch =
        |b: &Branch| knows_item_only(&b.pipe) && is_of_item(&b.then) && is_of_item(&b.otherwise);
    all.iter().all(|node| match node {
        Node::Text(_) | Node::Continue => true,
        Node::Break => false,
        Node::Action(pipe) => knows_item_only(pipe),
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => of_branch(branch),
        Node::Template { pipe, .. } => pipe.as_ref().is_none_or(knows_item_only),
    })
}

fn knows_item_only(pipe: &Pipe) -> bool {
    let mut args = pipe.commands.iter().flat_map(|command| &command.args);
    args.all(|arg| match &arg.what {
        What::Variable(name, _) => name != "$",
        What::Pipe(inner) => knows_item_only(inner),
        What::Chain(..) => false,
        _ => true,
    })
}

fn nodes(all: &[Node], wanted: &mut Fields) -> Option<()> {
    all.iter().try_for_each(|node| match node {
        Node::Text(_) | Node::Break | Node::Continue => Some(()),
        Node::Action(pipe) => self::pipe(pipe, wanted),
        Node::If(branch) | Node::With(branch) => self::branch(branch, wanted),
        Node::Range(branch) if is_items(&branch.pipe) => bodies(branch, wanted),
        Node::Range(branch) => self::branch(branch, wanted),
        Node::Template { pipe, .. } => {
            pipe.as_ref().map_or(Some(()), |pipe| self::pipe(pipe, wanted))
        }
    })
}

fn branch(branch: &Branch, wanted: &mut Fields) -> Option<()> {
    pipe(&branch.pipe, wanted)?;
    bodies(branch, wanted)
}

fn bodies(branch: &Branch, wanted: &mut Fields) -> Option<()> {
    nodes(&branch.then, wanted)?;
    nodes(&branch.otherwise, wanted)
}

/// `.items`: what is in the range says what it takes of them.
fn is_items(pipe: &Pipe) -> bool {
    let [command] = pipe.commands.as_slice() else { return false };
    matches!(command.args.as_slice(), [Arg { what: What::Field(names), .. }] if *names == [ITEMS])
}

fn pipe(pipe: &Pipe, wanted: &mut Fields) -> Option<()> {
    pipe.commands.iter().try_for_each(|command| match command.args.as_slice() {
        // How many there are says nothing of them.
        [Arg { what: What::Function(len), .. }, Arg { what: What::Field(names), .. }]
            if len == "len" && *names == [ITEMS] =>
        {
            Some(())
        }
        args => args.iter().try_for_each(|arg| self::arg(arg, wanted)),
    })
}

fn arg(arg: &Arg, wanted: &mut Fields) -> Option<()> {
    match &arg.what {
        What::Dot => None,
        What::Field(names) | What::Variable(_, names) => {
            wanted::add(wanted, &names.iter().map(String::as_str).collect::<Vec<_>>())
        }
        What::Pipe(inner) => pipe(inner, wanted),
        // Behind what is wanted whole.
        What::Chain(inner, _) => self::arg(inner, wanted),
        What::Nil | What::Bool(_) | What::Number(..) | What::String(..) | What::Function(_) => {
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_may_show_an_item_whole_is_given_it_whole() {
        for (text, wanted) in [
            ("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", Some("metadata{name}")),
            ("{{range $i, $p := .items}}{{$p.spec.nodeName}}{{end}}", Some("spec{nodeName}")),
            ("{{range .items}}{{with .metadata}}{{.name}}{{end}}{{end}}", Some("metadata name")),
            ("{{(index .items 0).metadata.name}}", None),
            (
                "{{range .items}}{{if eq .kind \"Pod\"}}{{len .spec.containers}}{{end}}{{end}}",
                Some("kind spec{containers}"),
            ),
            ("{{range .items}}{{$.kind}}{{end}}", Some("kind")),
            ("{{len .items}}", Some("")),
            ("{{.}}", None),
            ("{{range .items}}{{.}}{{end}}", None),
            ("{{range $p := .items}}{{$p}}{{end}}", None),
            (
                "{{define \"t\"}}{{.}}{{end}}{{range .items}}{{template \"t\" .metadata}}{{end}}",
                None,
            ),
        ] {
            let template = Template::read(text).unwrap();
            let found = template.of_items().map(|wanted| wanted.to_string());
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}

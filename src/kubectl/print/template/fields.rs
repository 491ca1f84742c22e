//! Which fields of a List's items a template asks for: a long list is then made of those.

use super::Template;
use super::parse::{Arg, Branch, Node, Pipe, What};
use std::collections::BTreeSet;

type Fields<'t> = BTreeSet<&'t str>;

impl Template {
    /// The fields of a List's items that the template may look at; none where it may show an
    /// item whole.
    pub(in crate::kubectl::print) fn fields_of_items(&self) -> Option<Fields<'_>> {
        let mut fields = Fields::new();
        nodes(&self.tree.root, &mut fields)?;
        self.tree.defined.values().try_for_each(|all| nodes(all, &mut fields))?;
        Some(fields)
    }
}

fn nodes<'t>(all: &'t [Node], fields: &mut Fields<'t>) -> Option<()> {
    all.iter().try_for_each(|node| match node {
        Node::Text(_) | Node::Break | Node::Continue => Some(()),
        Node::Action(pipe) => self::pipe(pipe, fields),
        Node::If(branch) | Node::With(branch) => self::branch(branch, fields),
        Node::Range(branch) if is_items(&branch.pipe) => bodies(branch, fields),
        Node::Range(branch) => self::branch(branch, fields),
        Node::Template { pipe, .. } => {
            pipe.as_ref().map_or(Some(()), |pipe| self::pipe(pipe, fields))
        }
    })
}

fn branch<'t>(branch: &'t Branch, fields: &mut Fields<'t>) -> Option<()> {
    pipe(&branch.pipe, fields)?;
    bodies(branch, fields)
}

fn bodies<'t>(branch: &'t Branch, fields: &mut Fields<'t>) -> Option<()> {
    nodes(&branch.then, fields)?;
    nodes(&branch.otherwise, fields)
}

/// `.items`: what is in the range says what it takes of them.
fn is_items(pipe: &Pipe) -> bool {
    let [command] = pipe.commands.as_slice() else { return false };
    matches!(command.args.as_slice(), [Arg { what: What::Field(names), .. }] if *names == ["items"])
}

fn pipe<'t>(pipe: &'t Pipe, fields: &mut Fields<'t>) -> Option<()> {
    let mut args = pipe.commands.iter().flat_map(|command| &command.args);
    args.try_for_each(|arg| self::arg(arg, fields))
}

fn arg<'t>(arg: &'t Arg, fields: &mut Fields<'t>) -> Option<()> {
    match &arg.what {
        What::Dot => None,
        What::Field(names) | What::Variable(_, names) => {
            let wanted: Vec<&str> =
                names.iter().map(String::as_str).filter(|name| *name != "items").collect();
            fields.extend(&wanted);
            (!wanted.is_empty()).then_some(())
        }
        What::Pipe(inner) => pipe(inner, fields),
        What::Chain(inner, names) => {
            fields.extend(names.iter().map(String::as_str));
            self::arg(inner, fields)
        }
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
        for (text, fields) in [
            ("{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", Some("metadata name")),
            ("{{range $i, $p := .items}}{{$p.spec.nodeName}}{{end}}", Some("nodeName spec")),
            ("{{range .items}}{{with .metadata}}{{.name}}{{end}}{{end}}", Some("metadata name")),
            ("{{(index .items 0).metadata.name}}", None),
            (
                "{{range .items}}{{if eq .kind \"Pod\"}}{{len .spec.containers}}{{end}}{{end}}",
                Some("containers kind spec"),
            ),
            ("{{range .items}}{{$.kind}}{{end}}", Some("kind")),
            ("{{len .items}}", None),
            ("{{.}}", None),
            ("{{range .items}}{{.}}{{end}}", None),
            ("{{range $p := .items}}{{$p}}{{end}}", None),
            (
                "{{define \"t\"}}{{.}}{{end}}{{range .items}}{{template \"t\" .metadata}}{{end}}",
                None,
            ),
        ] {
            let template = Template::read(text).unwrap();
            let found = template.fields_of_items();
            let found = found.map(|all| all.into_iter().collect::<Vec<_>>().join(" "));
            assert_eq!(found.as_deref(), fields, "{text}");
        }
    }
}

//! Carrying out a template (`text/template/exec.go`).

use super::Template;
use super::funcs;
use super::parse::{Arg, Branch, Command, Constant, Node, Pipe, What};
use super::value::{Is, Val};
use crate::kubectl::print::json::{Keys, entries};
use crate::manifest::go::quote;
use serde_json::Value;
use std::borrow::Cow;

/// The most that is done for one template.
const MAX_STEPS: usize = 1_000_000;
/// The most that one template writes.
const MAX_OUT: usize = 16 << 20;
/// Templates in templates, deeper than this.
const MAX_DEPTH: usize = 60;

struct Exec<'v> {
    template: &'v Template,
    allow_missing: bool,
    out: String,
    steps: usize,
    depth: usize,
    /// The name of the template that runs.
    name: String,
    variables: Vec<(String, Val<'v>)>,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// Runs a template.
pub(super) fn run(
    template: &Template,
    object: &Value,
    allow_missing: bool,
) -> (String, Result<(), String>) {
    let dot = Val::of(object);
    let mut exec = Exec {
        template,
        allow_missing,
        out: String::new(),
        steps: 0,
        depth: 0,
        name: "output".to_owned(),
        variables: vec![("$".to_owned(), dot.clone())],
    };
    let result = exec.list(&template.tree.root, &dot);
    (exec.out, result.map(|_| ()))
}

type Result2<T> = Result<T, String>;

impl<'v> Exec<'v> {
    /// `template: output:1:2: executing "output" at <node>: why`.
    fn error(&self, pos: usize, node: &dyn std::fmt::Display, why: &str) -> String {
        let before = self.template.text.get(..pos).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let column = pos - before.rfind('\n').map_or(0, |at| at + 1);
        let name = quote(&self.name);
        format!("template: output:{line}:{column}: executing {name} at <{node}>: {why}")
    }

    fn step(&mut self) -> Result2<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.out.len() > MAX_OUT {
            return Err("template: output: the template takes too many steps".to_owned());
        }
        Ok(())
    }

    fn list(&mut self, nodes: &'v [Node], dot: &Val<'v>) -> Result2<Flow> {
        for node in nodes {
            self.step()?;
            let flow = self.node(node, dot)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'v Node, dot: &Val<'v>) -> Result2<Flow> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipe) => {
                let value = self.pipe(pipe, dot)?;
                if pipe.variables.is_empty() {
                    match value.is() {
                        Is::Nil => self.out.push_str("<no value>"),
                        _ => self.out.push_str(&value.plain()),
                    }
                }
            }
            Node::If(branch) | Node::With(branch) => {
                let n_variables = self.variables.len();
                let value = self.pipe(&branch.pipe, dot)?;
                let is_with = matches!(node, Node::With(_));
                let flow = match value.is_true() {
                    true => self.list(&branch.then, if is_with { &value } else { dot }),
                    false => self.list(&branch.otherwise, dot),
                }?;
                self.variables.truncate(n_variables);
                return Ok(flow);
            }
            Node::Range(branch) => return self.range(branch, dot),
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
            Node::Template { name, pipe, pos } => self.call(name, pipe.as_ref(), *pos, dot)?,
        }
        Ok(Flow::On)
    }

    fn call(
        &mut self,
        name: &'v str,
        pipe: Option<&'v Pipe>,
        pos: usize,
        dot: &Val<'v>,
    ) -> Result2<()> {
        let shown = match pipe {
            Some(pipe) => format!("{{{{template {} {pipe}}}}}", quote(name)),
            None => format!("{{{{template {}}}}}", quote(name)),
        };
        let template: &'v Template = self.template;
        let Some(nodes) = template.tree.defined.get(name) else {
            let why = format!("template {} not defined", quote(name));
            return Err(self.error(pos, &shown, &why));
        };
        if self.depth >= MAX_DEPTH {
            let why = "exceeded maximum template depth (100000)";
            return Err(self.error(pos, &shown, why));
        }
        let dot = match pipe {
            Some(pipe) => self.pipe(pipe, dot)?,
            None => Val::Nil,
        };
        let own = vec![("$".to_owned(), dot.clone())];
        let variables = std::mem::replace(&mut self.variables, own);
        let caller = std::mem::replace(&mut self.name, name.to_owned());
        self.depth += 1;
        self.list(nodes, &dot)?;
        self.depth -= 1;
        self.name = caller;
        self.variables = variables;
        Ok(())
    }

    fn range(&mut self, branch: &'v Branch, dot: &Val<'v>) -> Result2<Flow> {
        let n_variables = self.variables.len();
        let value = self.pipe(&branch.pipe, dot)?;
        let names = &branch.pipe.variables;
        // The variables that the pipeline declared are given anew in each round.
        self.variables.truncate(n_variables);
        let n = match value.is() {
            Is::Nil => 0,
            Is::List(items) => items.len(),
            Is::Map(map) => map.len(),
            Is::Int(n) => usize::try_from(n).unwrap_or(0),
            _ => {
                let first = branch.pipe.commands.first();
                let pos = first
                    .map_or(0, |command| command.args.first().map_or(command.pos, |arg| arg.pos));
                let why = format!("range can't iterate over {}", value.plain());
                return Err(self.error(pos, &branch.pipe, &why));
            }
        };
        let keys: Vec<String> = match value.is() {
            Is::Map(map) => {
                entries(map, Keys::Sorted).into_iter().map(|(key, _)| key.clone()).collect()
            }
            _ => Vec::new(),
        };
        for idx in 0..n {
            self.step()?;
            let place = Val::Int(i64::try_from(idx).unwrap_or(i64::MAX));
            let (key, item) = match value.is() {
                Is::Map(_) => {
                    let key = keys.get(idx).cloned().unwrap_or_default();
                    let item = value.entry(&key).unwrap_or(Val::Nil);
                    (Val::text(key), item)
                }
                Is::List(_) => (place, value.item(idx).unwrap_or(Val::Nil)),
                _ => (place.clone(), place),
            };
            match &**names {
                [one] => self.give(one, item.clone(), branch.pipe.assigns),
                [first, second] => {
                    self.give(first, key, branch.pipe.assigns);
                    self.give(second, item.clone(), branch.pipe.assigns);
                }
                _ => {}
            }
            let flow = self.list(&branch.then, &item)?;
            self.variables.truncate(n_variables);
            if flow == Flow::Break {
                break;
            }
        }
        if n == 0 {
            return self.list(&branch.otherwise, dot);
        }
        Ok(Flow::On)
    }

    fn give(&mut self, name: &str, value: Val<'v>, assigns: bool) {
        if !assigns {
            self.variables.push((name.to_owned(), value));
        } else if let Some((_, slot)) = self.variables.iter_mut().rev().find(|(n, _)| n == name) {
            *slot = value;
        }
    }

    /// What a pipeline comes to; its variables get it.
    fn pipe(&mut self, pipe: &'v Pipe, dot: &Val<'v>) -> Result2<Val<'v>> {
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(command, dot, last)?);
        }
        let value = last.unwrap_or(Val::Nil);
        for name in &pipe.variables {
            if pipe.assigns && !self.variables.iter().any(|(known, _)| known == name) {
                let pos = pipe.commands.first().map_or(0, |command| command.pos);
                let node = pipe.commands.first().map(ToString::to_string).unwrap_or_default();
                return Err(self.error(pos, &node, &format!("undefined variable: {name}")));
            }
            self.give(name, value.clone(), pipe.assigns);
        }
        Ok(value)
    }

    fn command(
        &mut self,
        command: &'v Command,
        dot: &Val<'v>,
        last: Option<Val<'v>>,
    ) -> Result2<Val<'v>> {
        self.step()?;
        let Some((first, args)) = command.args.split_first() else { return Ok(Val::Nil) };
        if let What::Function(name) = &first.what {
            return self.function(name, first, command, args, dot, last);
        }
        let has_args = !args.is_empty() || last.is_some();
        if has_args {
            let named = |names: &[String]| names.last().cloned();
            let field = match &first.what {
                What::Field(names) | What::Chain(_, names) => named(names),
                What::Variable(_, names) => named(names),
                _ => None,
            };
            let why = match field {
                Some(field) => {
                    // A field that can't be had is said first.
                    self.arg(first, dot)?;
                    format!("{field} is not a method but has arguments")
                }
                None => format!("can't give argument to non-function {first}"),
            };
            return Err(self.error(first.pos, first, &why));
        }
        if matches!(first.what, What::Nil) {
            return Err(self.error(first.pos, first, "nil is not a command"));
        }
        self.arg(first, dot)
    }

    /// A value's own value.
    fn arg(&mut self, arg: &'v Arg, dot: &Val<'v>) -> Result2<Val<'v>> {
        Ok(match &arg.what {
            What::Dot => dot.clone(),
            What::Nil => Val::Nil,
            What::Bool(yes) => Val::Bool(*yes),
            What::Number(Constant::Int(number), _) => Val::Int(*number),
            What::Number(Constant::Float(number), _) => Val::Float(*number),
            What::Number(Constant::Big, text) => {
                return Err(self.error(arg.pos, arg, &format!("{text} overflows int")));
            }
            What::String(text, _) => Val::Text(Cow::Borrowed(text)),
            What::Field(names) => self.fields(dot.clone(), names, arg)?,
            What::Variable(name, names) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = found.map_or(Val::Nil, |(_, value)| value.clone());
                self.fields(value, names, arg)?
            }
            What::Pipe(pipe) => self.pipe(pipe, dot)?,
            What::Chain(inner, names) => {
                let value = self.arg(inner, dot)?;
                self.fields(value, names, arg)?
            }
            What::Function(name) => self.function(name, arg, arg, &[], dot, None)?,
        })
    }

    fn fields(&self, mut value: Val<'v>, names: &[String], arg: &Arg) -> Result2<Val<'v>> {
        for name in names {
            value = match value.is() {
                Is::Nil => Val::Nil,
                Is::Map(_) => match value.entry(name) {
                    Some(value) => value,
                    None if self.allow_missing => Val::Nil,
                    None => {
                        let why = format!("map has no entry for key {}", quote(name));
                        return Err(self.error(arg.pos, arg, &why));
                    }
                },
                _ => {
                    let of = value.outer_type();
                    let why = format!("can't evaluate field {name} in type {of}");
                    return Err(self.error(arg.pos, arg, &why));
                }
            };
        }
        Ok(value)
    }

    fn function(
        &mut self,
        name: &str,
        first: &Arg,
        whole: &dyn std::fmt::Display,
        args: &'v [Arg],
        dot: &Val<'v>,
        last: Option<Val<'v>>,
    ) -> Result2<Val<'v>> {
        let n = args.len() + usize::from(last.is_some());
        let (least, most) = funcs::counts(name);
        if n < least || n > most {
            let want = if least == most { least.to_string() } else { format!("at least {least}") };
            let why = format!("wrong number of args for {name}: want {want} got {n}");
            return Err(self.error(first.pos, first, &why));
        }
        if matches!(name, "and" | "or") {
            let mut value = Val::Nil;
            for arg in args {
                value = self.arg(arg, dot)?;
                if value.is_true() == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut values = Vec::with_capacity(n);
        for arg in args {
            values.push(self.arg(arg, dot)?);
        }
        values.extend(last);
        self.steps += values.len();
        // What a function takes as a string is looked at before it is called.
        if let ("base64decode" | "printf", Some(value)) = (name, values.first())
            && !matches!(value.is(), Is::Text(_))
        {
            let why = match value.is() {
                Is::Nil => "invalid value; expected string".to_owned(),
                _ => format!("wrong type for value; expected string; got {}", value.type_name()),
            };
            let at = args.first().unwrap_or(first);
            return Err(self.error(at.pos, at, &why));
        }
        if let ("call", Some(value)) = (name, values.first()) {
            let what = args.first().map_or_else(|| value.plain(), Arg::to_string);
            let why = match value.is() {
                Is::Nil => "call of nil".to_owned(),
                _ => format!("non-function {what} of type {}", value.type_name()),
            };
            return Err(self.error(first.pos, whole, &format!("error calling call: {why}")));
        }
        funcs::call(name, values).map_err(|why| {
            let why = format!("error calling {name}: {why}");
            self.error(first.pos, whole, &why)
        })
    }
}

//! Functions of the program's own.

use super::{Done, Flow, Run};
use crate::kubectl::shell::tools::awk::parse::Expr;
use crate::kubectl::shell::tools::awk::value::Value;
use std::collections::HashMap;

/// How deep functions call each other.
const MAX_CALLS: usize = 50;

/// What a function that runs has of its own.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Its parameters' values.
    pub(super) values: HashMap<String, Value>,
    /// The arrays that they stand for.
    arrays: HashMap<String, String>,
}

impl Run<'_> {
    /// A variable's value: the function's own, or everybody's.
    pub(super) fn var(&self, name: &str) -> Value {
        let own = self.calls.last().and_then(|frame| frame.values.get(name));
        own.or_else(|| self.vars.get(name)).cloned().unwrap_or(Value::Nothing)
    }

    /// What an array is called that a name stands for here.
    pub(super) fn array_name(&self, name: &str) -> String {
        let own = self.calls.last().and_then(|frame| frame.arrays.get(name));
        own.cloned().unwrap_or_else(|| name.to_owned())
    }

    pub(super) fn call_own(&mut self, name: &str, args: &[Expr]) -> Done<Value> {
        let program = self.program;
        let Some(function) = program.functions.get(name) else {
            return Err(format!("function `{name}' is not defined"));
        };
        if args.len() > function.params.len() {
            return Err(format!("function `{name}' called with more arguments than declared"));
        }
        let depth = self.calls.len() + 1;
        if depth > MAX_CALLS {
            return Err(format!("functions call each other more than {MAX_CALLS} deep"));
        }
        let mut frame = Frame::default();
        for (n, param) in function.params.iter().enumerate() {
            let arg = args.get(n);
            let value = match arg {
                Some(arg) => self.eval(arg)?,
                None => Value::Nothing,
            };
            // A name that holds no value yet may become an array of the caller's.
            let array = match (arg, &value) {
                (Some(Expr::Var(name)), Value::Nothing) => self.array_name(name),
                _ => format!("{depth}:{param}"),
            };
            frame.values.insert(param.clone(), value);
            frame.arrays.insert(param.clone(), array);
        }
        self.calls.push(frame);
        self.returned = Value::Nothing;
        let flow = self.block(&function.body);
        let own = self.calls.pop().unwrap_or_default();
        let mark = format!("{depth}:");
        for array in own.arrays.values().filter(|array| array.starts_with(&mark)) {
            if let Some(items) = self.arrays.remove(array) {
                self.n_items -= items.len();
            }
        }
        if matches!(flow?, Flow::Exit) {
            self.exits = true;
            return Err(String::new());
        }
        Ok(std::mem::replace(&mut self.returned, Value::Nothing))
    }
}

//! The one key table: behaviour, hint line, help screen and the README's table
//! all come from it.

mod action;
mod context;
mod table;

use super::key::Key;

pub use action::Action;
pub use context::{Context, Stack, stacks};
pub use table::TABLE;

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// What it does.
    pub action: Action,
    /// Any of these.
    pub keys: &'static [Key],
    /// A word or two for the hint line; empty where it is not shown there.
    pub hint: &'static str,
    /// A short sentence for the help screen.
    pub help: &'static str,
}

/// What `key` does where `stack` holds. A second value of true means that Shift
/// was held with a move: it selects.
#[must_use]
pub fn action(stack: &[Context], key: Key) -> Option<(Action, bool)> {
    let find = |key: Key| {
        stack.iter().find_map(|context| {
            TABLE.iter().find(|b| b.context == *context && b.keys.contains(&key)).map(|b| b.action)
        })
    };
    if let Some(action) = find(key) {
        return Some((action, false));
    }
    let without = Key { shift: false, ..key };
    match find(without) {
        Some(action @ Action::Move(_)) if key.shift => Some((action, true)),
        _ => None,
    }
}

/// The bindings that hold where `stack` holds, the innermost context first.
pub fn bindings(stack: &[Context]) -> impl Iterator<Item = &'static Binding> {
    stack.iter().flat_map(|context| TABLE.iter().filter(move |b| b.context == *context))
}

/// vim's keys for help and docs: where, keys, what. Keys that do the same stand together.
#[must_use]
pub fn vim_rows() -> Vec<(&'static str, String, &'static str)> {
    let mut out: Vec<(&'static str, String, &'static str)> = Vec::new();
    for row in super::editor::vim::TABLE {
        match out.last_mut() {
            Some((_, keys, _)) if row.help.is_empty() => {
                *keys += "  ";
                *keys += &row.names();
            }
            _ => out.push((row.title(), row.names(), row.help)),
        }
    }
    out
}

/// The whole table as Markdown, for docs/keys.md.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from("| where | keys | what |\n|---|---|---|\n");
    for context in Context::ALL {
        for binding in TABLE.iter().filter(|b| b.context == context) {
            let keys: Vec<String> = binding.keys.iter().map(|k| format!("`{k}`")).collect();
            out += &format!("| {} | {} | {} |\n", context.title(), keys.join(" "), binding.help);
        }
        if context == Context::Vim {
            for (title, keys, help) in vim_rows() {
                let keys = keys.replace('|', "\\|").replace('`', "` `");
                out += &format!("| {title} | `{keys}` | {} |\n", help.replace('|', "\\|"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::editor::Motion;
    use crate::app::key::Code;

    #[test]
    fn no_key_has_two_actions_where_both_would_hold() {
        for stack in stacks::ALL {
            let all: Vec<(Key, Action, Context)> = bindings(stack)
                .flat_map(|b| b.keys.iter().map(|key| (*key, b.action, b.context)))
                .collect();
            for (i, (key, action, context)) in all.iter().enumerate() {
                for (other, other_action, other_context) in &all[i + 1..] {
                    assert!(
                        key != other,
                        "{key} is {action:?} in {context:?} and {other_action:?} in {other_context:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_context_is_in_help_and_in_a_stack_and_every_binding_is_told() {
        for binding in TABLE {
            assert!(Context::ALL.contains(&binding.context), "{binding:?}");
            assert!(stacks::ALL.iter().any(|s| s.contains(&binding.context)), "{binding:?}");
            assert!(!binding.keys.is_empty() && binding.help.ends_with('.'), "{binding:?}");
        }
    }

    #[test]
    fn while_typing_no_letter_is_a_command() {
        let console = [stacks::CONSOLE, stacks::CONSOLE_EXERCISE, stacks::HISTORY];
        let file = [stacks::PAGER_FIND, stacks::FILE, stacks::FILE_VIM];
        let others = [stacks::EDITOR, stacks::VIM, stacks::FIND, stacks::MENU];
        let words = [stacks::ANSWERING, stacks::LOOK_UP];
        for stack in console.into_iter().chain(file).chain(others).chain(words) {
            for c in ' '..='~' {
                assert_eq!(action(stack, Key::char(c)), None, "{c:?}");
            }
        }
    }

    #[test]
    fn shift_with_a_move_selects() {
        let key = Key { shift: true, ..Key::ctrl_key(Code::Left) };
        assert_eq!(action(stacks::EDITOR, key), Some((Action::Move(Motion::WordLeft), true)));
        let key = Key::shift_key(Code::Tab);
        assert_eq!(action(stacks::EDITOR, key), None);
    }
}

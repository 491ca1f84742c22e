//! A file of the console in the workshop's editor.

use super::screen;
use crate::app::bench::Bench;
use crate::app::editor::Ask as EditorAsk;
use crate::app::keys::{Action, Stack, stacks};
use crate::app::page::{Ask, Dialog};
use crate::app::settings::EditorMode;
use crate::app::{Effect, Model, workshop};
use crate::kubectl::{Console, EditKeys};

/// A file that is edited.
#[derive(Debug, Clone)]
pub struct Editing {
    /// Its name.
    pub name: String,
    /// The text, and what the server would say to it.
    pub bench: Bench,
    /// What was saved last; none where nothing was.
    saved: Option<String>,
    /// What it held at first.
    first: String,
    /// Whose keys it was opened with.
    keys: EditKeys,
}

impl Editing {
    pub(super) fn new(console: &Console, name: &str, text: &str, keys: EditKeys) -> Self {
        let mut bench = Bench::new(console.cluster.clone(), text);
        let yaml = [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
        bench.is_manifest = yaml;
        Self { name: name.to_owned(), bench, saved: None, first: text.to_owned(), keys }
    }

    /// Gives it the keys of the editor that was named, or those that are `set`.
    pub(super) fn set_mode(&mut self, set: EditorMode) {
        self.bench.set_mode(match self.keys {
            EditKeys::AsSet => set,
            EditKeys::Plain => EditorMode::Plain,
        });
    }

    /// The text has changed since it was saved.
    fn is_changed(&self) -> bool {
        self.bench.editor.text() != self.saved.as_ref().unwrap_or(&self.first)
    }

    fn save(&mut self) {
        let mut text = self.bench.editor.text().to_owned();
        // A file's last line is ended, as every editor has it.
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.saved = Some(text);
    }

    /// Takes what vi would leave or save with out of the text, where it was typed at the start of
    /// a line: whoever calls an editor `vim` has such lines in the fingers, whatever keys are set,
    /// and no file begins a line like that.
    pub(super) fn take_command(&mut self) -> Option<String> {
        let editor = &mut self.bench.editor;
        let is_vi = self.keys == EditKeys::AsSet && editor.vim_mode().is_none();
        if !is_vi || editor.prompt().is_some() || editor.selection().is_some() {
            return None;
        }
        let (text, end) = (editor.text(), editor.cursor());
        let start = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let command = &text[start..end];
        if !matches!(command, ":w" | ":q" | ":q!" | ":wq" | ":wq!" | ":x") {
            return None;
        }
        let command = command.to_owned();
        // A line of its own goes with it.
        let rest = text[end..].strip_prefix('\n').filter(|_| start > 0).unwrap_or(&text[end..]);
        let text = format!("{}{rest}", &text[..start]);
        editor.set(&text);
        Some(command)
    }

    pub(super) fn contexts(&self) -> Stack {
        match (self.bench.editor.menu(), self.bench.editor.prompt()) {
            (Some(_), _) => stacks::MENU,
            _ if self.bench.editor.vim_mode().is_some() => stacks::FILE_VIM,
            (_, Some(_)) => stacks::FIND,
            _ => stacks::FILE,
        }
    }
}

/// Does what an action asks of the file that is edited.
pub(super) fn act(model: &mut Model, action: Action, select: bool, effects: &mut Vec<Effect>) {
    match action {
        Action::Explain => return workshop::explain(model),
        Action::Fix => return workshop::fix(model, effects),
        Action::OwnEditor => return workshop::own_editor(model, effects),
        Action::NextFinding => {
            if let Some(editing) = screen::editing(model) {
                editing.bench.settle_now(&[]);
                if !editing.bench.next_finding() {
                    model.notice = Some("Nothing is found fault with.".to_owned());
                }
            }
            return;
        }
        _ => {}
    }
    let Some(editing) = screen::editing(model) else { return };
    let typed = if action == Action::NewLine { editing.take_command() } else { None };
    if let Some(command) = &typed {
        if command.contains(['w', 'x']) {
            editing.save();
        }
        match command.as_str() {
            ":w" => {}
            ":q" if editing.is_changed() => return act(model, Action::Back, false, effects),
            _ => finish(model, effects),
        }
        let say = "That was vi's. Its other keys are there when the settings say so.";
        model.notice = Some(say.to_owned());
        return;
    }
    match action {
        Action::SaveFile => {
            editing.save();
            finish(model, effects);
        }
        Action::Back if editing.bench.editor.prompt().is_some() => {
            editing.bench.editor.close_prompt();
        }
        Action::Back if editing.is_changed() => {
            let say = format!("Leave {} without saving what was changed?", editing.name);
            model.dialog = Some(Dialog { say, ask: Ask::DropFile });
        }
        Action::Back => finish(model, effects),
        _ => {
            if let Some(Err(say)) = editing.bench.act(action, select) {
                model.notice = Some(say);
            }
            after(model, effects);
        }
    }
}

/// Back to the console, with what was saved.
pub(in crate::app) fn finish(model: &mut Model, effects: &mut Vec<Effect>) {
    if let Some(pane) = screen::pane(model)
        && let Some(editing) = pane.edit.take()
    {
        pane.edited(editing.saved);
    }
    screen::after(model, effects);
}

/// What the editor asks for. True where a file of the console is edited.
pub(in crate::app) fn after(model: &mut Model, effects: &mut Vec<Effect>) -> bool {
    let Some(editing) = screen::editing(model) else { return false };
    let long = editing.bench.editor.message().filter(|message| message.text.len() > 32);
    let say = long.map(|message| message.text.clone());
    let asks = editing.bench.editor.take_asks();
    if say.is_some() {
        model.notice = say;
    }
    for ask in asks {
        match ask {
            EditorAsk::Write => {
                if let Some(editing) = screen::editing(model) {
                    editing.save();
                }
            }
            EditorAsk::Leave => finish(model, effects),
            other => workshop::carry_out(model, other, effects),
        }
    }
    true
}

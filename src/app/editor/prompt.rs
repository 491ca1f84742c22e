//! The line typed at the editor's foot: what to look for, or a command of vim's.

use super::{Editor, vim};
use crate::app::key::{Code, Key};

/// What the line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// Ctrl-F of the plain keys.
    Find,
    /// vim's `/`.
    Forward,
    /// vim's `?`.
    Backward,
    /// vim's `:`.
    Command,
}

/// The line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// What was typed so far.
    pub text: String,
    /// Where the cursor stood before.
    pub(super) origin: usize,
    /// How many lines back in what was typed here before; none: this one.
    pub(super) back: Option<usize>,
}

impl PromptKind {
    /// What stands before the typed text.
    #[must_use]
    pub fn lead(self) -> &'static str {
        match self {
            Self::Find => "Find: ",
            Self::Forward => "/",
            Self::Backward => "?",
            Self::Command => ":",
        }
    }
}

impl Editor {
    /// Opens the line; what is selected is looked for at once, in the plain mode.
    pub fn open_prompt(&mut self, kind: PromptKind) {
        let mut text = String::new();
        if kind == PromptKind::Find
            && let Some((start, end)) = self.selection()
            && !self.text()[start..end].contains('\n')
        {
            text = self.text()[start..end].to_owned();
        }
        let origin = self.selection().map_or(self.cursor, |(start, _)| start);
        let origin = if kind == PromptKind::Find { origin } else { self.cursor };
        self.typing = None;
        self.menu = None;
        self.prompt = Some(Prompt { kind, text, origin, back: None });
        self.incremental();
    }

    /// Types into the line.
    pub(super) fn prompt_text(&mut self, text: &str) {
        if let Some(prompt) = &mut self.prompt
            && prompt.text.len() + text.len() <= 1000
        {
            prompt.text.push_str(text);
            prompt.back = None;
        }
        self.incremental();
    }

    /// Shows the first match while it is being typed.
    fn incremental(&mut self) {
        let Some(prompt) = self.prompt.clone() else { return };
        match prompt.kind {
            PromptKind::Find => {
                if !self.find_plain(&prompt.text, prompt.origin, false) {
                    self.cursor = self.buffer.boundary(prompt.origin);
                    self.anchor = None;
                    if !prompt.text.is_empty() {
                        self.fail("Not found.");
                    }
                }
            }
            PromptKind::Forward | PromptKind::Backward => {
                self.vim_incremental(&prompt.text, prompt.origin, prompt.kind);
            }
            PromptKind::Command => {}
        }
    }

    /// A key while vim's line is open. False for what is no key of it: that does what it does
    /// elsewhere.
    pub(super) fn prompt_key(&mut self, key: Key) -> bool {
        let Some(prompt) = &mut self.prompt else { return false };
        let Key { code, ctrl, alt, .. } = key;
        match code {
            Code::Char(c) if !ctrl && !alt => self.prompt_text(c.encode_utf8(&mut [0; 4])),
            Code::Backspace if prompt.text.is_empty() => self.close_prompt(),
            Code::Backspace => self.prompt_delete(ctrl),
            Code::Char('w') if ctrl => self.prompt_delete(true),
            Code::Char('h') if ctrl => self.prompt_delete(false),
            Code::Char('u') if ctrl => {
                prompt.text.clear();
                self.incremental();
            }
            Code::Esc => self.close_prompt(),
            Code::Char('c' | '[') if ctrl => self.close_prompt(),
            Code::Enter => {
                let Some(prompt) = self.prompt.take() else { return true };
                self.vim_prompt(&prompt);
            }
            Code::Char('m' | 'j') if ctrl => {
                let Some(prompt) = self.prompt.take() else { return true };
                self.vim_prompt(&prompt);
            }
            Code::Up => self.prompt_history(true),
            Code::Down => self.prompt_history(false),
            // Everything else waits until the line is closed, other than F-keys and Ctrl-Q.
            Code::F(_) => return false,
            Code::Char('q' | 'z' | 's') if ctrl => return false,
            _ => {}
        }
        true
    }

    /// Deletes the last character typed into the line, or the last word.
    pub fn prompt_delete(&mut self, word: bool) {
        let Some(prompt) = &mut self.prompt else { return };
        if word {
            let kept = prompt.text.trim_end();
            let body = kept.trim_end_matches(super::is_word);
            let keep = if body.len() == kept.len() {
                super::boundary_of(kept, kept.len().saturating_sub(1))
            } else {
                body.len()
            };
            prompt.text.truncate(keep);
        } else {
            prompt.text.pop();
        }
        self.incremental();
    }

    /// Closes the line: what was found stays selected, in vim the cursor goes back.
    pub fn close_prompt(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        if prompt.kind == PromptKind::Find {
            self.search.quiet = true;
        } else {
            self.cursor = self.buffer.boundary(prompt.origin);
            self.vim_prompt_closed();
        }
    }

    /// The next match of the line's text.
    pub fn find_again(&mut self, backward: bool) {
        let Some(prompt) = self.prompt.clone() else { return };
        if prompt.text.is_empty() {
            return;
        }
        let from = match (self.anchor, backward) {
            (Some(anchor), true) => anchor,
            _ => self.cursor,
        };
        let before = self.anchor;
        if self.find_plain(&prompt.text, from, backward) {
            let start = self.anchor.unwrap_or(0);
            if let Some(before) = before {
                if before == start {
                    self.say("This is the only one.");
                } else if backward && start > before {
                    self.say("Around the start.");
                } else if !backward && start < before {
                    self.say("Around the end.");
                }
            }
        } else {
            self.fail("Not found.");
        }
    }

    fn prompt_history(&mut self, up: bool) {
        let Some(prompt) = &self.prompt else { return };
        let back = match (prompt.back, up) {
            (None, true) => Some(0),
            (Some(n), true) => Some(n + 1),
            (Some(0) | None, false) => None,
            (Some(n), false) => Some(n - 1),
        };
        let text = match back {
            None => Some(String::new()),
            Some(n) => vim::history(self, prompt.kind, n),
        };
        if let (Some(text), Some(prompt)) = (text, &mut self.prompt) {
            prompt.text = text;
            prompt.back = back;
            self.incremental();
        }
    }
}

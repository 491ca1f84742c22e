//! The exercise's editor: keys and pastes into it, what it asks for outside, the learner's own
//! editor, and texts kept while other screens are shown.

use super::bench::{Bench, FILE_NAME};
use super::editor::{Ask, Editor};
use super::exercise;
use super::exercise::{bench, screen};
use super::key::{Code, Key};
use super::keys::{self, Action, stacks};
use super::page::{Page, Then};
use super::{Effect, Model, Pane, Scroll};

/// The most that goes into the system's clipboard: terminals take no more than about this.
pub const MAX_CLIP: usize = 74_994;
/// Texts that are kept with all that can be taken back in them.
const KEPT: usize = 4;

/// What came back from the learner's own editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// The text.
    Text(String),
    /// Why the text stays as it was: a sentence or two.
    Kept(String),
}

/// A key while the text is typed in. False when it is none of the editor's own: then it does
/// what the key table says.
pub(super) fn key(model: &mut Model, key: Key, effects: &mut Vec<Effect>) -> bool {
    if super::console::screen::shown(model).is_some()
        && super::console::screen::editing(model).is_none()
    {
        return false;
    }
    let Some(bench) = bench(model).filter(|bench| bench.typing) else { return false };
    let is_vim = bench.editor.vim_mode().is_some();
    if bench.editor.menu().is_some() {
        match keys::action(stacks::MENU, key) {
            Some((Action::Back, _)) => {
                bench.editor.menu_close();
                // As in vim: Esc leaves insert mode too.
                if !(is_vim && key.code == Code::Esc) {
                    return true;
                }
            }
            Some((action, _)) => {
                let taken = bench.act(action, false).is_some();
                if taken {
                    after(model, effects);
                }
                return taken;
            }
            None => {
                let typed = matches!(key.code, Code::Char(_) | Code::Backspace);
                if !typed || key.ctrl || key.alt {
                    bench.editor.menu_close();
                }
                if !is_vim {
                    if let Some((action, select)) = keys::action(model.contexts(), key) {
                        super::act(model, action, select, effects);
                        return true;
                    }
                    return false;
                }
            }
        }
    }
    let Some(bench) = self::bench(model) else { return false };
    let taken = bench.editor.key(key);
    if taken {
        after(model, effects);
    }
    taken
}

/// A character is typed.
pub(super) fn typed(model: &mut Model, c: char, effects: &mut Vec<Effect>) {
    let Some(bench) = bench(model).filter(|bench| bench.typing) else { return };
    if let Err(say) = bench.typed(c) {
        model.notice = Some(say);
    }
    after(model, effects);
}

/// Text comes in one piece.
pub(super) fn pasted(model: &mut Model, text: &str, effects: &mut Vec<Effect>) {
    let Some(bench) = bench(model).filter(|bench| bench.typing) else { return };
    if let Err(say) = bench.pasted(text) {
        model.notice = Some(say);
    }
    after(model, effects);
}

/// The text may have changed, the editor may have asked for something.
pub(super) fn after(model: &mut Model, effects: &mut Vec<Effect>) {
    if super::console::edit::after(model, effects) {
        return;
    }
    let Some(screen) = screen(model) else { return };
    let Ok(bench) = &mut screen.bench else { return };
    let asks = bench.editor.take_asks();
    if screen.saw != bench.editor.version() {
        screen.saw = bench.editor.version();
        screen.unsaved = true;
        effects.push(Effect::SaveSoon);
    }
    // Where the mode is shown there is little room: longer words have the line below.
    let long = bench.editor.message().filter(|message| message.text.len() > 32);
    if let Some(message) = long {
        model.notice = Some(message.text.clone());
    }
    for ask in asks {
        carry_out(model, ask, effects);
    }
}

pub(super) fn carry_out(model: &mut Model, ask: Ask, effects: &mut Vec<Effect>) {
    match ask {
        Ask::Write => exercise::save(model, effects),
        Ask::Leave => {
            if let Some(bench) = bench(model) {
                leave(bench);
            }
        }
        Ask::Clip(text) if text.len() > MAX_CLIP => {
            model.notice = Some(format!(
                "Copied here only: the terminal's clipboard takes {} KB at most.",
                MAX_CLIP / 1000
            ));
        }
        Ask::Clip(text) => effects.push(Effect::Clip(text)),
        Ask::Say(say) => model.notice = Some(say),
        Ask::Explain => {
            let help = bench(model).and_then(|bench| bench.editor.field_help());
            match help {
                None => model.notice = Some(no_field()),
                Some(help) => {
                    model.page = Some(Page::Text {
                        title: help.path.clone(),
                        body: help.markdown(),
                        then: Then::Close,
                    });
                    effects.push(Effect::Scroll(Pane::Page, Scroll::Top));
                }
            }
        }
    }
}

fn no_field() -> String {
    "The API knows no field here; its kind stands in `kind` and `apiVersion`.".to_owned()
}

/// Out of the editor; the text stays.
pub(super) fn leave(bench: &mut Bench) {
    if bench.editor.prompt().is_some() {
        bench.editor.close_prompt();
        return;
    }
    bench.editor.vim_normal();
    bench.editor.menu_close();
    bench.typing = false;
}

/// Shows what the API says about the field at the cursor beside the text, or no longer.
pub(super) fn explain(model: &mut Model) {
    let Some(bench) = bench(model) else { return };
    bench.field_shown = !bench.field_shown;
    if bench.field_shown && bench.editor.field_help().is_none() {
        model.notice = Some(no_field());
    }
}

/// Makes the change that a finding offers.
pub(super) fn fix(model: &mut Model, effects: &mut Vec<Effect>) {
    exercise::settle_now(model);
    let Some(bench) = bench(model) else { return };
    model.notice = Some(match bench.fix() {
        Ok(done) => format!("{done} Undo takes it back."),
        Err(say) => say,
    });
    after(model, effects);
}

/// Gives the text to the learner's own editor.
pub(super) fn own_editor(model: &mut Model, effects: &mut Vec<Effect>) {
    exercise::save(model, effects);
    let Some(bench) = bench(model) else { return };
    bench.editor.vim_normal();
    let text = bench.editor.text().to_owned();
    let file = super::console::screen::editing(model).map(|editing| editing.name.clone());
    effects.push(Effect::OwnEditor { name: file.unwrap_or(FILE_NAME.to_owned()), text });
}

/// The learner's own editor has ended.
pub(super) fn edited(model: &mut Model, edited: Edited, effects: &mut Vec<Effect>) {
    match edited {
        Edited::Kept(why) => model.notice = Some(why),
        Edited::Text(text) => {
            let Some(bench) = bench(model) else { return };
            if bench.editor.text() == text {
                model.notice = Some("The text is as it was.".to_owned());
            } else if bench.set(&text) {
                bench.chart_shown = false;
                model.notice = Some("Taken over. Undo brings the old text back.".to_owned());
            } else {
                model.notice = Some("That is too much text: it stays as it was here.".to_owned());
            }
            after(model, effects);
            exercise::save(model, effects);
        }
    }
}

/// The text with all that can be taken back, as it was left, if it still is the one recorded.
pub(super) fn take_kept(model: &mut Model, key: &str, text: &str) -> Option<Editor> {
    let at = model.editors.iter().position(|(of, _)| of == key)?;
    let (_, editor) = model.editors.remove(at);
    (editor.text() == text).then_some(editor)
}

/// Keeps the text of the exercise shown, for when it is opened again.
pub(super) fn keep(model: &mut Model) {
    let Some(screen) = screen(model) else { return };
    let Ok(bench) = &mut screen.bench else { return };
    bench.editor.vim_normal();
    let kept = (screen.key.clone(), std::mem::take(&mut bench.editor));
    // Nothing is looked at any more: the screen is about to go.
    screen.unsaved = false;
    model.editors.retain(|(of, _)| *of != kept.0);
    if model.editors.len() >= KEPT {
        model.editors.remove(0);
    }
    model.editors.push(kept);
}

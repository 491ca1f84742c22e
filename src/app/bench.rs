//! A text, what the cluster makes of it, and how far it reaches the goals: the workbench of
//! an exercise and of a question that is answered by YAML.

use super::editor::{Editor, Motion};
use super::keys::Action;
use super::watch::{Packet, Watch};
use crate::cluster::Cluster;
use crate::content::Goal;
use crate::grade::{self, Grade};

/// The text's name in kubectl's words.
pub const FILE_NAME: &str = "service.yaml";
/// Lines that a page of the editor moves.
const PAGE: usize = 12;

/// The workbench.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The text.
    pub editor: Editor,
    /// Keys go into the text.
    pub typing: bool,
    /// The chart is shown in place of the editor, where there is no room for both.
    pub chart_shown: bool,
    /// What the text leads to.
    pub grade: Option<Grade>,
    /// The packets of the last text that was accepted.
    pub watch: Watch,
    /// The text is refused now: the packets are those of an older one.
    pub stale: bool,
    base: Cluster,
    /// The text has changed since it was graded.
    changed: bool,
}

impl Bench {
    /// A bench with `text`, on `base`: the cluster before the text.
    #[must_use]
    pub fn new(base: Cluster, text: &str) -> Self {
        Self {
            editor: Editor::new(text),
            typing: true,
            chart_shown: false,
            grade: None,
            watch: Watch::default(),
            stale: false,
            base,
            changed: true,
        }
    }

    /// Grades the text if it has changed.
    pub fn settle(&mut self, goals: &[Goal]) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let text = self.editor.text();
        // Before anything is written, the cluster is shown as it is found: where the fault is
        // in the cluster, that is where the search begins.
        let grade = if text.trim().is_empty() {
            grade::as_found(&self.base, goals)
        } else {
            grade::grade(&self.base, goals, FILE_NAME, text)
        };
        if grade.applied.is_accepted() {
            let mut packets = Vec::new();
            let mut best = None;
            for (of, goal) in grade.goals.iter().enumerate() {
                let Some(sent) = goal.evidence.as_ref().and_then(|e| e.packets.as_ref()) else {
                    continue;
                };
                let (shown, way_idx) = sent.shown;
                for (idx, trace) in sent.traces.iter().enumerate() {
                    // The first goal that is not reached is what the learner is after.
                    if idx == shown && !goal.met && best.is_none() {
                        best = Some(packets.len());
                    }
                    let way_idx = if idx == shown { way_idx } else { 0 };
                    packets.push(Packet::new(of, trace.clone(), way_idx, &grade.cluster));
                }
            }
            self.watch.update(packets, best.unwrap_or(0), &grade.cluster);
            self.stale = false;
        } else {
            self.stale = true;
        }
        self.grade = Some(grade);
    }

    /// Does what an action asks of the text. None where it is none of its actions; else
    /// whether the text changed, or a sentence why not.
    pub fn act(&mut self, action: Action, select: bool) -> Option<Result<bool, String>> {
        let editor = &mut self.editor;
        let mut fits = true;
        match action {
            Action::Move(motion) => {
                editor.move_to(motion, select, PAGE);
                return Some(Ok(false));
            }
            Action::SelectAll => {
                editor.select_all();
                return Some(Ok(false));
            }
            Action::Copy => {
                let copied = editor.copy();
                let say = "Nothing is selected: Shift with the arrow keys selects. Ctrl-Q leaves Portolan.";
                return Some(if copied { Ok(false) } else { Err(say.to_owned()) });
            }
            Action::NewLine => fits = editor.new_line(),
            Action::Indent => fits = editor.indent(),
            Action::Outdent => fits = editor.outdent(),
            Action::DeleteBack => editor.delete_back(),
            Action::DeleteForward => editor.delete_forward(),
            Action::DeleteWord => editor.delete_word(),
            Action::DeleteLine => editor.delete_line(),
            Action::Cut => editor.cut(),
            Action::Paste => fits = editor.paste(),
            Action::Undo if !editor.undo() => return Some(Err("Nothing to take back.".to_owned())),
            Action::Redo if !editor.redo() => {
                return Some(Err("Nothing to make again.".to_owned()));
            }
            Action::Undo | Action::Redo => {}
            _ => return None,
        }
        self.changed = true;
        Some(if fits { Ok(true) } else { Err(too_much()) })
    }

    /// Types text.
    ///
    /// # Errors
    /// A sentence, when it is too much.
    pub fn typed(&mut self, text: &str) -> Result<(), String> {
        self.changed = true;
        if self.editor.insert(text) { Ok(()) } else { Err(too_much()) }
    }

    /// Replaces the text; undo brings the old one back.
    pub fn set(&mut self, text: &str) {
        self.editor.set(text);
        self.changed = true;
    }

    /// Puts the cursor at the next finding after it, or the first; false without findings.
    pub fn next_finding(&mut self) -> bool {
        let Some(grade) = &self.grade else { return false };
        let mut starts: Vec<usize> =
            grade.applied.findings.iter().map(|finding| finding.span.start).collect();
        starts.sort_unstable();
        let cursor = self.editor.cursor();
        let next = starts.iter().find(|start| **start > cursor).or(starts.first());
        let Some(&start) = next else { return false };
        self.editor.place(start, false);
        true
    }

    /// Puts the cursor into a line (from 0) at a column in cells.
    pub fn place(&mut self, line: usize, column: usize, select: bool) {
        use unicode_segmentation::UnicodeSegmentation;
        use unicode_width::UnicodeWidthStr;
        let text = self.editor.text();
        let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        let rest = text[start..].split('\n').next().unwrap_or("");
        let mut used = 0;
        let mut offset = start;
        for grapheme in rest.graphemes(true) {
            used += UnicodeWidthStr::width(grapheme).max(1);
            if used > column {
                break;
            }
            offset += grapheme.len();
        }
        self.editor.place(offset, select);
    }

    /// Moves the cursor as the wheel does.
    pub fn move_to(&mut self, motion: Motion) {
        self.editor.move_to(motion, false, PAGE);
    }
}

fn too_much() -> String {
    format!("That is too much text: {} MiB at most.", super::editor::MAX_BYTES >> 20)
}

//! A text, what the cluster makes of it, and how far it reaches the goals: the workbench of
//! an exercise and of a question that is answered by YAML.

use super::console::ConsolePane;
use super::editor::{Editor, EditorMode, FieldHelp, PromptKind};
use super::keys::Action;
use super::watch::{Packet, Watch};
use crate::cluster::Cluster;
use crate::content::Goal;
use crate::grade::{self, Grade, Work};
use crate::kubectl::Files;
use crate::manifest::colours::Colours;
use crate::source::{Finding, Span};

/// The text's name in kubectl's words.
pub const FILE_NAME: &str = "service.yaml";
/// Lines that a page of the editor moves.
const PAGE: usize = 18;
/// A line that is being typed is taken for finished after a pause of so many frames.
const PAUSE: u32 = 24;
/// A text longer than this, in bytes, is graded in pauses only.
const LARGE: usize = 4 << 10;
/// The pause that such a text is graded in where no line is being typed, in frames.
const SHORT_PAUSE: u32 = 6;

/// The workbench.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The text.
    pub editor: Editor,
    /// Keys go into the text.
    pub typing: bool,
    /// The chart is shown in place of the editor, where there is no room for both.
    pub chart_shown: bool,
    /// The field at the cursor is told about beside the text.
    pub field_shown: bool,
    /// What the text leads to: the last one that was finished.
    pub grade: Option<Grade>,
    /// The packets of the last text that was accepted.
    pub watch: Watch,
    /// The text is refused now: the packets are those of an older one.
    pub stale: bool,
    /// The text is a manifest: it is coloured and graded.
    pub is_manifest: bool,
    /// The goals shown are those that the console's cluster reaches without the text.
    pub by_console: bool,
    base: Cluster,
    /// What the console has made of the cluster, and its files.
    now: Option<Now>,
    /// The editor's version that was graded last, shown or not.
    graded: Option<u64>,
    /// The text that `grade` is of.
    shown: String,
    /// The findings of `grade`, at their places in the text as it is now.
    findings: Vec<Finding>,
    /// A grade of an unfinished line that is not shown yet; or the text was not graded at all.
    held: Option<Option<Grade>>,
    /// Frames since the last change.
    quiet: u32,
    colours: Colours,
    /// The editor's version that was coloured last, and whether that was in a hurry.
    coloured: Option<(u64, bool)>,
    field: Option<FieldHelp>,
}

/// What a console has made.
#[derive(Debug, Clone)]
struct Now {
    version: u64,
    cluster: Cluster,
    files: Files,
}

impl Bench {
    /// A bench with `text`, on `base`: the cluster before the text.
    #[must_use]
    pub fn new(base: Cluster, text: &str) -> Self {
        Self {
            editor: Editor::new(text),
            typing: true,
            chart_shown: false,
            field_shown: false,
            grade: None,
            watch: Watch::default(),
            stale: false,
            is_manifest: true,
            by_console: false,
            base,
            now: None,
            graded: None,
            shown: String::new(),
            findings: Vec::new(),
            held: None,
            quiet: 0,
            colours: Colours::default(),
            coloured: None,
            field: None,
        }
    }

    /// Goals look at the cluster and the files of this console from now on.
    pub fn set_now(&mut self, pane: Option<&ConsolePane>) {
        let version = self.now.as_ref().map(|now| now.version);
        if version == pane.map(ConsolePane::version) {
            return;
        }
        self.now = pane.map(|pane| Now {
            version: pane.version(),
            cluster: pane.console().cluster.clone(),
            files: pane.console().files.clone(),
        });
        // What is held back is of the cluster as it was.
        self.held = None;
        self.graded = None;
    }

    /// The findings, at their places in the text as it is now.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The text's parts for colours.
    #[must_use]
    pub fn colours(&self) -> &Colours {
        &self.colours
    }

    /// What is told about the field at the cursor, or about the completion that is chosen.
    #[must_use]
    pub fn field(&self) -> Option<&FieldHelp> {
        self.field.as_ref()
    }

    /// The line being typed is not finished: nothing is found fault with in it yet. In a large
    /// text no change is: grading it takes longer than a key may.
    fn holds(&self) -> bool {
        if !self.typing {
            return false;
        }
        if self.editor.is_typing() {
            self.quiet < PAUSE
        } else {
            self.is_large() && self.quiet < SHORT_PAUSE
        }
    }

    fn is_large(&self) -> bool {
        self.editor.buffer().len() > LARGE
    }

    /// A pause is waited for.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.held.is_some() && self.holds()
    }

    /// Frames have passed.
    pub fn tick(&mut self, n_frames: u32) {
        self.quiet = self.quiet.saturating_add(n_frames);
        self.watch.tick(n_frames);
    }

    /// Grades the text if it has changed. What is found fault with in a line that is still
    /// being typed is held back until the line is left, or a pause.
    pub fn settle(&mut self, goals: &[Goal]) {
        self.settled(goals, false);
    }

    fn settled(&mut self, goals: &[Goal], now: bool) {
        let version = self.editor.version();
        let changed = self.graded != Some(version);
        if changed {
            self.quiet = 0;
        }
        self.colour();
        self.look_up();
        if changed {
            let first = self.graded.replace(version).is_none();
            if !first && !now && self.holds() {
                if self.is_large() {
                    self.held = Some(None);
                    return self.keep_places();
                }
                let grade = self.grade_now(goals);
                if self.finds_new(&grade) {
                    self.held = Some(Some(grade));
                    return self.keep_places();
                }
                return self.show(grade);
            }
            let grade = self.grade_now(goals);
            return self.show(grade);
        }
        if (now || !self.holds())
            && let Some(held) = self.held.take()
        {
            let grade = held.unwrap_or_else(|| self.grade_now(goals));
            self.show(grade);
        }
    }

    /// Grades the text and shows what comes of it, finished or not.
    pub fn settle_now(&mut self, goals: &[Goal]) {
        self.editor.rest();
        self.settled(goals, true);
    }

    /// The text counts on the cluster as the console has left it; where that cluster reaches
    /// more alone, it counts alone.
    fn grade_now(&self, goals: &[Goal]) -> Grade {
        let text = self.editor.text();
        let none = Files::default();
        let (cluster, files) =
            self.now.as_ref().map_or((&self.base, &none), |now| (&now.cluster, &now.files));
        let work = Work { before: &self.base, cluster, files };
        // Before anything is written, the cluster is shown as it is found: where the fault is
        // in the cluster, that is where the search begins.
        if text.trim().is_empty() || !self.is_manifest {
            return grade::as_it_is(&work, goals);
        }
        let grade = grade::grade_text(&work, goals, FILE_NAME, text);
        if self.now.is_some() {
            let alone = grade::as_it_is(&work, goals);
            if alone.points > grade.points || (alone.passed && !grade.passed) {
                return Grade { applied: grade.applied, without_text: true, ..alone };
            }
        }
        grade
    }

    /// Is there a finding that is not shown yet?
    fn finds_new(&self, grade: &Grade) -> bool {
        let same = |a: &Finding, b: &Finding| {
            a.code == b.code && a.path == b.path && a.message == b.message
        };
        grade.applied.findings.iter().any(|new| !self.findings.iter().any(|old| same(old, new)))
            || (!grade.applied.is_accepted()
                && self.grade.as_ref().is_some_and(|old| old.applied.is_accepted()))
    }

    fn show(&mut self, grade: Grade) {
        self.held = None;
        self.by_console =
            grade.without_text || (self.now.is_some() && self.editor.text().trim().is_empty());
        if grade.applied.is_accepted() || grade.without_text {
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
        self.findings.clone_from(&grade.applied.findings);
        self.shown = self.editor.text().to_owned();
        self.grade = Some(grade);
    }

    /// Moves the findings shown along with what was typed before them.
    fn keep_places(&mut self) {
        let Some(grade) = &self.grade else { return };
        let (old, new) = (self.shown.as_bytes(), self.editor.text().as_bytes());
        let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let most = old.len().min(new.len()) - head;
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
        let tail = tail.min(most);
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let moved = |at: usize| {
            if at <= head {
                at
            } else if at >= old_end {
                at - old_end + new_end
            } else {
                at.min(new_end)
            }
        };
        self.findings = grade
            .applied
            .findings
            .iter()
            .map(|finding| Finding {
                span: Span::new(moved(finding.span.start), moved(finding.span.end)),
                fix: None,
                ..finding.clone()
            })
            .collect();
    }

    fn colour(&mut self) {
        let version = self.editor.version();
        let rough = self.is_large() && self.holds();
        if self.coloured == Some((version, false)) || self.coloured == Some((version, rough)) {
            return;
        }
        self.coloured = Some((version, rough));
        if !self.is_manifest {
            return;
        }
        if rough {
            self.colours.sketch(self.editor.text());
        } else {
            self.colours.update(self.editor.text());
        }
    }

    fn look_up(&mut self) {
        self.field = match self.editor.menu().and_then(|menu| menu.choice()) {
            Some(choice) => Some(choice.help.clone()),
            None if self.field_shown => self.editor.field_help(),
            None => None,
        };
    }

    /// Does what an action asks of the text. None where it is none of its actions; else
    /// whether the text may have changed, or a sentence why not.
    pub fn act(&mut self, action: Action, select: bool) -> Option<Result<bool, String>> {
        let editor = &mut self.editor;
        let mut fits = true;
        let finding = editor.prompt().is_some();
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
            Action::Find => editor.open_prompt(PromptKind::Find),
            Action::FindNext => editor.find_again(false),
            Action::FindPrevious => editor.find_again(true),
            Action::DeleteBack if finding => editor.prompt_delete(false),
            Action::DeleteWord if finding => editor.prompt_delete(true),
            Action::Complete => editor.complete(),
            Action::MenuNext => editor.menu_move(1),
            Action::MenuPrevious => editor.menu_move(-1),
            Action::MenuTake => editor.menu_take(),
            Action::NewLine => fits = editor.new_line(),
            Action::Indent => fits = editor.indent(),
            Action::Outdent => fits = editor.outdent(),
            Action::ToggleComment => fits = editor.toggle_comment(),
            Action::LinesUp | Action::LinesDown => {
                if !editor.move_lines(action == Action::LinesUp) {
                    return Some(Err("There is no line to move it over.".to_owned()));
                }
            }
            Action::Duplicate => fits = editor.duplicate_lines(),
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
        Some(if fits { Ok(true) } else { Err(too_much()) })
    }

    /// Types a character.
    ///
    /// # Errors
    /// A sentence, when it is too much.
    pub fn typed(&mut self, c: char) -> Result<(), String> {
        if self.editor.type_char(c) { Ok(()) } else { Err(too_much()) }
    }

    /// Takes in text in one piece: a paste.
    ///
    /// # Errors
    /// A sentence, when it is too much.
    pub fn pasted(&mut self, text: &str) -> Result<(), String> {
        if self.editor.paste_text(text) { Ok(()) } else { Err(too_much()) }
    }

    /// Replaces the text; undo brings the old one back. False when it is too much.
    pub fn set(&mut self, text: &str) -> bool {
        self.editor.set(text)
    }

    /// Changes whose keys the editor knows.
    pub fn set_mode(&mut self, mode: EditorMode) {
        self.editor.set_mode(mode);
    }

    /// Makes the change that a finding offers: one at the cursor's line, or else the next.
    /// What was done, as a sentence.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn fix(&mut self) -> Result<String, String> {
        let findings = self.grade.as_ref().map_or(&[][..], |grade| &grade.applied.findings);
        let cursor = self.editor.cursor();
        let here = self.editor.line();
        let buffer = self.editor.buffer();
        let best = findings
            .iter()
            .filter_map(|finding| finding.fix.as_ref().map(|fix| (finding, fix)))
            .min_by_key(|(finding, _)| {
                let line = buffer.line_of(finding.span.start.min(buffer.len()));
                (line != here, finding.span.start < cursor && line != here, finding.span.start)
            });
        let Some((_, fix)) = best else {
            return Err(match findings.len() {
                0 => "Nothing is found fault with.".to_owned(),
                _ => "No finding here has a change that is sure to help.".to_owned(),
            });
        };
        let fix = fix.clone();
        if self.editor.apply(&fix.edits) { Ok(fix.title) } else { Err(too_much()) }
    }

    /// Puts the cursor at the next finding after it, or the first; false without findings.
    pub fn next_finding(&mut self) -> bool {
        let mut starts: Vec<usize> =
            self.findings.iter().map(|finding| finding.span.start).collect();
        starts.sort_unstable();
        let cursor = self.editor.cursor();
        let next = starts.iter().find(|start| **start > cursor).or(starts.first());
        let Some(&start) = next else { return false };
        self.editor.place(start, false);
        true
    }

    /// Puts the cursor into a line (from 0) at a column in cells.
    pub fn place(&mut self, line: usize, column: usize, select: bool) {
        let offset = self.editor.offset_at_cell(line, column);
        self.editor.place(offset, select);
    }
}

fn too_much() -> String {
    format!("That is too much text: {} MiB at most.", super::editor::MAX_BYTES >> 20)
}

#[cfg(test)]
mod tests;

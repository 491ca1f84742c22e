//! A quiz: one question at a time, marked at once, and a result at the end.

use super::console::screen as console;
use super::editor::Editor;
use super::home::At;
use super::keys::{Action, Stack, stacks};
use super::lesson::{self, StepScreen};
use super::{Effect, Model, Pane, Screen, Scroll, scrolled};
use crate::content::{Pack, Question, QuestionKind, Quiz};
use crate::progress::Event;
use crate::review::{Answer, Mark, mark, mark_done, shown_order, task};

/// The most that a typed answer may hold, in bytes.
const MAX_TYPED: usize = 500;
/// What is recorded of what was done, in bytes.
const MAX_KEPT: usize = 16 << 10;

/// A quiz on the screen.
#[derive(Debug, Clone)]
pub struct QuizScreen {
    /// The quiz's id within its pack.
    pub quiz_id: String,
    /// Decides the order in which options are shown.
    pub seed: u64,
    /// The questions of this run, as indexes into the quiz.
    pub asked: Vec<usize>,
    /// Which of `asked` is shown; past the end: the result.
    pub at: usize,
    /// The answer so far.
    pub draft: Draft,
    /// How it was marked.
    pub mark: Option<Mark>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Choosing,
    Ordering,
    Answering,
    Doing,
    Result,
}

/// An answer being made.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The row with the focus.
    pub row: usize,
    /// The pack's indexes in the order in which they are shown.
    pub shown: Vec<usize>,
    /// Options marked, by the pack's index.
    pub chosen: Vec<usize>,
    /// For each left side of a match the right side joined to it, by the pack's index.
    pub joined: Vec<Option<usize>>,
    /// What was typed.
    pub typed: Editor,
}

impl QuizScreen {
    /// The contexts in which keys are looked up.
    #[must_use]
    pub fn contexts(&self) -> Stack {
        match self.kind {
            Kind::Result => stacks::RESULT,
            _ if self.mark.is_some() => stacks::MARKED,
            Kind::Choosing => stacks::CHOOSING,
            Kind::Ordering => stacks::ORDERING,
            Kind::Answering => stacks::ANSWERING,
            Kind::Doing => stacks::DOING,
        }
    }

    /// The question shown; none at the result.
    #[must_use]
    pub fn question<'q>(&self, quiz: &'q Quiz) -> Option<&'q Question> {
        quiz.questions.get(*self.asked.get(self.at)?)
    }

    fn show(&mut self, quiz: &Quiz, at: usize) {
        self.at = at;
        self.mark = None;
        self.draft = Draft::default();
        self.kind = Kind::Result;
        let Some(question) = self.question(quiz) else { return };
        self.draft.shown = shown_order(question, self.seed);
        self.kind = match &question.kind {
            QuestionKind::Short { .. } => Kind::Answering,
            QuestionKind::Order { .. } => Kind::Ordering,
            QuestionKind::Command(_) | QuestionKind::Manifest(_) => Kind::Doing,
            _ => Kind::Choosing,
        };
        if let QuestionKind::Match { pairs } = &question.kind {
            self.draft.joined = vec![None; pairs.len()];
        }
    }
}

/// The question shown, where a quiz is.
#[must_use]
pub fn question<'p>(pack: &'p Pack, step: &StepScreen) -> Option<&'p Question> {
    let StepScreen::Quiz(screen) = step else { return None };
    screen.question(pack.quizzes.get(&screen.quiz_id)?)
}

/// How many rows a question has to move among.
#[must_use]
pub fn n_rows(question: &Question) -> usize {
    match &question.kind {
        QuestionKind::Single { options } | QuestionKind::Multiple { options } => options.len(),
        QuestionKind::Order { items } => items.len(),
        QuestionKind::Match { pairs } => pairs.len(),
        QuestionKind::Fix { manifest, .. } => manifest.trim_end().lines().count(),
        _ => 0,
    }
}

/// Opens a quiz: goes on in a round that was begun, or begins one.
pub(super) fn open(
    model: &mut Model,
    at: At,
    quiz_id: &str,
    effects: &mut Vec<Effect>,
) -> StepScreen {
    let key =
        model.pack(at.pack_idx).map(|pack| format!("{}/{quiz_id}", pack.id)).unwrap_or_default();
    if model.state.quizzes.get(&key).is_none_or(|quiz| quiz.n_rounds == 0) {
        begin(model, &key, effects);
    }
    let state = model.state.quizzes.get(&key);
    let seed = state.map_or(0, |state| state.seed);
    let answered =
        |question: &Question| state.is_some_and(|s| s.answers.contains_key(&question.id));
    let mut screen = QuizScreen {
        quiz_id: quiz_id.to_owned(),
        seed,
        asked: Vec::new(),
        at: 0,
        draft: Draft::default(),
        mark: None,
        kind: Kind::Result,
    };
    if let Some(quiz) = model.pack(at.pack_idx).and_then(|pack| pack.quizzes.get(quiz_id)) {
        screen.asked = asked(quiz, |_| true);
        let open = screen.asked.iter().position(|idx| !answered(&quiz.questions[*idx]));
        let n_asked = screen.asked.len();
        screen.show(quiz, open.unwrap_or(n_asked));
    }
    StepScreen::Quiz(Box::new(screen))
}

fn asked(quiz: &Quiz, wanted: impl Fn(&Question) -> bool) -> Vec<usize> {
    (0..quiz.questions.len()).filter(|idx| wanted(&quiz.questions[*idx])).collect()
}

fn begin(model: &mut Model, key: &str, effects: &mut Vec<Effect>) {
    // Any number does, as long as rounds differ.
    let seed = model.now.as_microsecond().unsigned_abs();
    model.record(Event::QuizStarted { quiz: key.to_owned(), seed }, effects);
}

fn parts(model: &mut Model) -> Option<(&mut QuizScreen, &Pack, &Quiz)> {
    let Screen::Lesson(screen) = &mut model.screen else { return None };
    let pack = model.packs.get(screen.at.pack_idx)?;
    let StepScreen::Quiz(quiz_screen) = &mut screen.step else { return None };
    let quiz = pack.quizzes.get(&quiz_screen.quiz_id)?;
    Some((quiz_screen, pack, quiz))
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Some((screen, _, quiz)) = parts(model) else { return };
    let Some(question) = screen.question(quiz) else {
        match action {
            Action::Open => lesson::act(model, Action::NextStep, false, effects),
            Action::Retry => retry(model, effects),
            _ => effects.extend(scrolled(Pane::Body, action)),
        }
        return;
    };
    if screen.mark.is_some() {
        match action {
            Action::Submit => {
                let at = screen.at + 1;
                screen.show(quiz, at);
                console::forget(model);
                effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
            }
            Action::ReadAgain => read_again(model, effects),
            _ => effects.extend(scrolled(Pane::Body, action)),
        }
        return;
    }
    if task(question).is_some() {
        return match action {
            Action::HandIn => hand_in(model, effects),
            Action::Submit => console::toggle(model, effects),
            _ => effects.extend(scrolled(Pane::Body, action)),
        };
    }
    let last = n_rows(question).saturating_sub(1);
    let draft = &mut screen.draft;
    match action {
        Action::Up => draft.row = draft.row.saturating_sub(1),
        Action::Down => draft.row = (draft.row + 1).min(last),
        Action::Toggle => toggle(draft, question),
        Action::ItemUp if draft.row > 0 => {
            draft.shown.swap(draft.row, draft.row - 1);
            draft.row -= 1;
        }
        Action::ItemDown if draft.row < last => {
            draft.shown.swap(draft.row, draft.row + 1);
            draft.row += 1;
        }
        Action::DeleteBack => draft.typed.delete_back(),
        Action::DeleteForward => draft.typed.delete_forward(),
        Action::DeleteWord => draft.typed.delete_word(),
        Action::Move(motion) => draft.typed.move_to(motion, false, 1),
        Action::Submit => submit(model, effects),
        _ => {}
    }
}

fn toggle(draft: &mut Draft, question: &Question) {
    match &question.kind {
        QuestionKind::Multiple { .. } => {
            let Some(&option) = draft.shown.get(draft.row) else { return };
            match draft.chosen.iter().position(|chosen| *chosen == option) {
                Some(at) => drop(draft.chosen.remove(at)),
                None => draft.chosen.push(option),
            }
        }
        QuestionKind::Match { .. } => {
            // The next partner in the order shown; after the last, none.
            let Some(joined) = draft.joined.get_mut(draft.row) else { return };
            let next =
                joined.map_or(0, |j| draft.shown.iter().position(|s| *s == j).map_or(0, |p| p + 1));
            *joined = draft.shown.get(next).copied();
        }
        _ => {}
    }
}

/// The answer as it stands; none while it is not whole.
fn answer(draft: &Draft, question: &Question) -> Option<Answer> {
    match &question.kind {
        QuestionKind::Single { .. } => Some(Answer::Single(*draft.shown.get(draft.row)?)),
        QuestionKind::Multiple { .. } => {
            (!draft.chosen.is_empty()).then(|| Answer::Multiple(draft.chosen.clone()))
        }
        QuestionKind::Short { .. } => {
            let typed = draft.typed.text().trim();
            (!typed.is_empty()).then(|| Answer::Short(typed.to_owned()))
        }
        QuestionKind::Order { .. } => Some(Answer::Order(draft.shown.clone())),
        QuestionKind::Match { .. } => {
            draft.joined.iter().copied().collect::<Option<Vec<usize>>>().map(Answer::Match)
        }
        QuestionKind::Fix { .. } => Some(Answer::Fix(draft.row + 1)),
        QuestionKind::Command(_) | QuestionKind::Manifest(_) => None,
    }
}

fn submit(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((screen, pack, quiz)) = parts(model) else { return };
    let Some(question) = screen.question(quiz) else { return };
    let Some(answer) = answer(&screen.draft, question) else {
        let say = match question.kind {
            QuestionKind::Multiple { .. } => "Mark at least one option with Space.",
            QuestionKind::Match { .. } => "Give every row a partner first: Space, or its number.",
            _ => "Type an answer first.",
        };
        model.notice = Some(say.to_owned());
        return;
    };
    let Some(marked) = mark(question, &answer) else { return };
    let right = marked.right;
    let key = format!("{}/{}/{}", pack.id, quiz.id, question.id);
    screen.mark = Some(marked);
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    model.record(
        Event::Answered { question: key, answer: Some(answer), text: String::new(), right },
        effects,
    );
}

/// What was done in the question's console is looked at.
fn hand_in(model: &mut Model, effects: &mut Vec<Effect>) {
    let Screen::Lesson(lesson) = &model.screen else { return };
    let Some(pane) = &lesson.console else {
        model.notice = Some("Enter opens the console: answer it there first.".to_owned());
        return;
    };
    let done = pane.console().clone();
    let typed = pane.history.typed();
    let Some((screen, pack, quiz)) = parts(model) else { return };
    let Some(question) = screen.question(quiz) else { return };
    let Some((marked, manifest)) = mark_done(pack, question, &done.cluster, &done.files) else {
        return;
    };
    let mut text = manifest.unwrap_or(typed);
    let right = marked.right;
    let key = format!("{}/{}/{}", pack.id, quiz.id, question.id);
    screen.mark = Some(marked);
    console::hide(model);
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
    text.truncate(text.floor_char_boundary(MAX_KEPT));
    model.record(Event::Answered { question: key, answer: None, text, right }, effects);
}

/// The questions that went wrong once more; where none did, all of them in a new round.
fn retry(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some((screen, pack, quiz)) = parts(model) else { return };
    let key = format!("{}/{}", pack.id, quiz.id);
    let quiz_id = screen.quiz_id.clone();
    let missed: Vec<String> = model
        .state
        .quizzes
        .get(&key)
        .map(|state| {
            state.answers.iter().filter(|(_, g)| !g.right).map(|(id, _)| id.clone()).collect()
        })
        .unwrap_or_default();
    if missed.is_empty() {
        begin(model, &key, effects);
        let Screen::Lesson(screen) = &model.screen else { return };
        let step = open(model, screen.at, &quiz_id, effects);
        if let Screen::Lesson(screen) = &mut model.screen {
            screen.step = step;
        }
    } else if let Some((screen, _, quiz)) = parts(model) {
        screen.asked = asked(quiz, |question| missed.contains(&question.id));
        // Another order than before, or the place of the right option is remembered.
        screen.seed = screen.seed.wrapping_add(1);
        screen.show(quiz, 0);
    }
    effects.push(Effect::Scroll(Pane::Body, Scroll::Top));
}

/// To the step that the question names, of any lesson of the pack.
fn read_again(model: &mut Model, effects: &mut Vec<Effect>) {
    let Screen::Lesson(lesson_screen) = &model.screen else { return };
    let pack_idx = lesson_screen.at.pack_idx;
    let Some((screen, pack, quiz)) = parts(model) else { return };
    let target = screen.question(quiz).and_then(|question| {
        let (lesson_id, step_id) = question.see.split_once('/')?;
        let lesson_idx = pack.lessons.iter().position(|lesson| lesson.id == lesson_id)?;
        let step_idx = pack.lessons[lesson_idx].steps.iter().position(|s| s.id == step_id)?;
        Some(At { pack_idx, lesson_idx, step_idx })
    });
    match target {
        Some(at) => lesson::follow(model, at, effects),
        None => model.notice = Some("This question names no step to read again.".to_owned()),
    }
}

/// Letters: into a typed answer; a digit chooses a row or a partner.
pub(super) fn typed(model: &mut Model, text: &str) {
    let Some((screen, _, quiz)) = parts(model) else { return };
    let Some(question) = screen.question(quiz) else { return };
    if screen.mark.is_some() {
        return;
    }
    let draft = &mut screen.draft;
    if let QuestionKind::Short { .. } = question.kind {
        let line: String = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
        if draft.typed.text().len() + line.len() <= MAX_TYPED {
            draft.typed.insert(&line);
        }
        return;
    }
    let digit = text.parse::<usize>().ok().filter(|n| (1..=9).contains(n)).map(|n| n - 1);
    let Some(digit) = digit.filter(|digit| *digit < n_rows(question)) else { return };
    match question.kind {
        QuestionKind::Match { .. } => {
            if let (Some(joined), Some(to)) =
                (draft.joined.get_mut(draft.row), draft.shown.get(digit))
            {
                *joined = Some(*to);
            }
            draft.row = (draft.row + 1).min(n_rows(question).saturating_sub(1));
        }
        QuestionKind::Multiple { .. } => {
            draft.row = digit;
            toggle(draft, question);
        }
        _ => draft.row = digit,
    }
}

/// A click chooses a row, and marks it where several may be.
pub(super) fn click(model: &mut Model, row: usize) {
    let Some((screen, _, quiz)) = parts(model) else { return };
    let Some(question) = screen.question(quiz).filter(|q| row < n_rows(q)) else { return };
    if screen.mark.is_some() {
        return;
    }
    screen.draft.row = row;
    if matches!(question.kind, QuestionKind::Multiple { .. } | QuestionKind::Match { .. }) {
        toggle(&mut screen.draft, question);
    }
}

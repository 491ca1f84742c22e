//! `portolan quiz`: a quiz in lines of text, without the tutor.

mod ask;
mod line;

use super::packs::{LoadedPack, PackArgs};
use super::{Exit, Output, Streams};
use crate::content::{Pack, Question, Quiz};
use crate::progress::{Entry, Event, State};
use crate::review::{Answer, Mark, Verdict};
use crate::runtime::journal::{self, Journal, JournalError};
use crate::runtime::paths;
use crate::source::clean_line;
use anyhow::bail;
use jiff::Timestamp;
use line::Lines;
use serde_json::{Value, json};

/// What is recorded of what was done, in bytes.
const MAX_KEPT: usize = 16 << 10;

/// Ask a quiz's questions in lines of text
///
/// A question at a time, without the tutor: for screen readers, and for programs. Answers are
/// read from standard input, a line each. Each is marked at once and kept in your progress.
/// A round that was begun goes on; Ctrl-D leaves it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  portolan quiz nodeport\n  portolan quiz nodeport --seed 1 --output \
                  json < answers.txt\n\nExit codes: 0 all of the round are right, 1 some are \
                  wrong, 2 some are not answered."
)]
pub(super) struct QuizCommand {
    /// QUIZ or PACK/QUIZ
    quiz: String,
    /// Begin a new round; the same number shows the options in the same order
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    packs: PackArgs,
    /// json: one object a line for each answer; the questions go to standard error
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
}

impl QuizCommand {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let packs = self.packs.load(streams)?;
        let (pack, quiz) = find_quiz(&packs, &self.quiz)?;
        let mut keeper = Keeper::open(streams)?;
        let key = format!("{}/{}", pack.id, quiz.id);
        let begun = keeper.state.quizzes.get(&key).filter(|_| self.seed.is_none());
        let is_open = |question: &&Question| {
            begun.is_none_or(|round| !round.answers.contains_key(&question.id))
        };
        let open: Vec<&Question> = quiz.questions.iter().filter(is_open).collect();
        let goes_on = !open.is_empty() && open.len() < quiz.questions.len();
        let seed = match begun.filter(|round| goes_on || round.answers.is_empty()) {
            Some(round) if round.n_rounds > 0 => round.seed,
            _ => {
                let now = Timestamp::now().as_microsecond().unsigned_abs();
                let seed = self.seed.unwrap_or(now);
                keeper.keep(Event::QuizStarted { quiz: key.clone(), seed });
                seed
            }
        };
        let asked: Vec<&Question> = if goes_on { open } else { quiz.questions.iter().collect() };
        let Streams { input, out, err } = streams;
        let mut lines = Lines::new(&mut **input);
        let round = Round { pack, quiz, seed };
        // Talk and data are one thing for people; programs get data alone.
        let is_human = self.output == Output::Human;
        let said = round.title(asked.len());
        if is_human {
            write!(out, "{said}")?
        } else {
            write!(err, "{said}")?
        }
        let again = self.packs.again();
        for question in asked {
            let talk = if is_human { &mut **out } else { &mut **err };
            let Some(given) = round.ask(question, &mut lines, talk)? else { break };
            if is_human {
                write!(out, "{}", told(question, &given.mark, &again))?;
            } else {
                writeln!(out, "{}", as_json(&key, question, &given))?;
            }
            out.flush()?;
            let mut text = if given.answer.is_none() { given.text } else { String::new() };
            text.truncate(text.floor_char_boundary(MAX_KEPT));
            let question = format!("{key}/{}", question.id);
            let right = given.mark.right;
            keeper.keep(Event::Answered { question, answer: given.answer, text, right });
        }
        let progress = keeper.state.quiz_progress(pack, quiz);
        let (n, n_right) = (progress.n_questions, progress.n_right);
        let said = match n - progress.n_answered {
            0 => format!("\n{n_right} of {n} right.\n"),
            left => format!("\n{n_right} of {n} right, {left} not answered.\n"),
        };
        if is_human {
            write!(out, "{said}")?
        } else {
            write!(err, "{said}")?
        }
        writeln!(err, "{}", keeper.says())?;
        Ok(match (progress.n_answered == n, n_right == n) {
            (false, _) => Exit::Unknown,
            (true, true) => Exit::Yes,
            (true, false) => Exit::No,
        })
    }
}

/// The quiz called `QUIZ` or `PACK/QUIZ`.
fn find_quiz<'p>(packs: &'p [LoadedPack], name: &str) -> anyhow::Result<(&'p Pack, &'p Quiz)> {
    let (pack_id, quiz_id) = match name.split_once('/') {
        Some((pack, quiz)) => (Some(pack), quiz),
        None => (None, name),
    };
    let of_pack =
        || packs.iter().map(AsRef::as_ref).filter(|p| pack_id.is_none_or(|id| p.id == id));
    if let Some(found) = of_pack().find_map(|pack| Some((pack, pack.quizzes.get(quiz_id)?))) {
        return Ok(found);
    }
    let Some(pack_id) = pack_id.filter(|_| of_pack().next().is_none()) else {
        let there: Vec<&str> =
            of_pack().flat_map(|pack| pack.quizzes.keys()).map(String::as_str).collect();
        bail!("there is no quiz `{}`; there are: {}", clean_line(quiz_id), there.join(", "));
    };
    let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
    bail!("there is no pack `{}`; there are: {}", clean_line(pack_id), ids.join(", "));
}

/// A round of a quiz.
struct Round<'p> {
    pack: &'p Pack,
    quiz: &'p Quiz,
    seed: u64,
}

/// An answer, marked.
struct Given {
    /// The answer; none where it was done.
    answer: Option<Answer>,
    /// What was typed.
    text: String,
    mark: Mark,
}

/// What became of each part, in a word.
const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "right",
        Verdict::Wrong => "wrong",
        Verdict::Missed => "missed",
        Verdict::LeftOut => "left out",
    }
}

/// A mark for people. `flags` are those that the command told needs, too.
fn told(question: &Question, mark: &Mark, flags: &str) -> String {
    let mut out = String::from(if mark.right { "\nRight.\n" } else { "\nWrong.\n" });
    for part in &mark.parts {
        let what = if part.text == "Why" { "Why".to_owned() } else { ask::shown(&part.text) };
        let head = match part.verdict {
            Verdict::LeftOut if part.text == "Why" => String::from("- "),
            verdict => format!("- {}: ", word(verdict)),
        };
        let because = ask::shown(&part.because);
        let text = if because.is_empty() { what } else { format!("{what}\n{because}") };
        out += &super::plain::wrapped(&text, &head, 2);
    }
    if !mark.right
        && let Some((lesson, step)) = question.see.split_once('/')
    {
        out += &format!("To read again: portolan read {lesson}{flags}, the step {step}.\n");
    }
    out
}

/// A mark for programs. `quiz` is `PACK/QUIZ`.
fn as_json(quiz: &str, question: &Question, given: &Given) -> Value {
    let parts: Vec<Value> = given
        .mark
        .parts
        .iter()
        .map(|part| {
            json!({
                "text": part.text,
                "verdict": word(part.verdict),
                "because": part.because,
            })
        })
        .collect();
    json!({
        "quiz": quiz,
        "question": question.id,
        "kind": ask::kind(question),
        "competency": question.competency,
        "difficulty": question.difficulty,
        "ask": question.ask,
        "given": given.text,
        "answer": given.answer,
        "right": given.mark.right,
        "parts": parts,
        "see": question.see,
    })
}

/// The learner's progress, where it can be kept.
struct Keeper {
    state: State,
    journal: Option<Journal>,
    /// Why it is not kept.
    why_not: Option<String>,
}

impl Keeper {
    fn open(streams: &mut Streams<'_>) -> anyhow::Result<Self> {
        let not = |state, why: String| Self { state, journal: None, why_not: Some(why) };
        let Ok(dir) = paths::data_dir() else {
            return Ok(not(State::default(), "there is no home folder to keep it in".to_owned()));
        };
        match Journal::open(&dir) {
            Ok((journal, contents)) => {
                for note in &contents.notes {
                    writeln!(streams.err, "note: {note}")?;
                }
                Ok(Self { state: contents.state, journal: Some(journal), why_not: None })
            }
            Err(error) => {
                let state = journal::read(&dir).map(|contents| contents.state).unwrap_or_default();
                let why = match error {
                    JournalError::Locked { .. } => "another Portolan is open and keeps it".into(),
                    error => error.to_string(),
                };
                Ok(not(state, why))
            }
        }
    }

    fn keep(&mut self, event: Event) {
        let entry = Entry::new(Timestamp::now(), event);
        self.state.apply(&entry);
        if let Some(Err(error)) = self.journal.as_mut().map(|journal| journal.append(&entry)) {
            self.why_not = Some(error.to_string());
        }
    }

    fn says(&self) -> String {
        match &self.why_not {
            None => "Your answers are in your progress.".to_owned(),
            Some(why) => format!("note: your answers are not in your progress: {why}."),
        }
    }
}

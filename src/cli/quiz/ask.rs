//! A question in lines of text, and its answer from a line.

use super::line::Lines;
use super::{Given, Round};
use crate::cli::plain::{plain, wrapped};
use crate::content::{Question, QuestionKind};
use crate::kubectl::{Console, Outcome, Wants};
use crate::review::{self, ANSWER_FILE, Answer, mark, shown_order};
use crate::source::clean;
use anyhow::{Context, anyhow};
use std::fs::File;
use std::io::{Read, Write};

/// Bytes of a manifest at most.
const MAX_FILE: u64 = 3 << 20;

/// A kind of question, as packs call it.
pub(super) const fn kind(question: &Question) -> &'static str {
    match question.kind {
        QuestionKind::Single { .. } => "single",
        QuestionKind::Multiple { .. } => "multiple",
        QuestionKind::Short { .. } => "short",
        QuestionKind::Order { .. } => "order",
        QuestionKind::Match { .. } => "match",
        QuestionKind::Fix { .. } => "fix",
        QuestionKind::Command(_) => "command",
        QuestionKind::Manifest(_) => "manifest",
    }
}

/// A pack's text as it may be printed.
pub(super) fn shown(text: &str) -> String {
    clean(text).trim().to_owned()
}

/// `a`, `b` and so on, for what is joined to numbers.
fn letter(idx: usize) -> char {
    u8::try_from(idx).ok().filter(|idx| *idx < 26).map_or('?', |idx| char::from(b'a' + idx))
}

impl Round<'_> {
    /// What stands at the top.
    pub(super) fn title(&self, n_asked: usize) -> String {
        let n = self.quiz.questions.len();
        let title = shown(&self.quiz.title);
        let questions = if n == 1 { "1 question".to_owned() } else { format!("{n} questions") };
        if n_asked < n {
            let done = n - n_asked;
            return format!("{title}: {questions}. {done} answered before; the round goes on.\n");
        }
        format!("{title}: {questions}.\n")
    }

    /// Asks one question until there is an answer; none where the input ends.
    pub(super) fn ask(
        &self,
        question: &Question,
        lines: &mut Lines<'_>,
        talk: &mut dyn Write,
    ) -> anyhow::Result<Option<Given>> {
        let order = shown_order(question, self.seed);
        let at = self.quiz.questions.iter().position(|q| q.id == question.id).unwrap_or(0);
        writeln!(talk, "\nQuestion {} of {}:", at + 1, self.quiz.questions.len())?;
        write!(talk, "{}{}", plain(&question.ask), choices(question, &order))?;
        match &question.kind {
            QuestionKind::Command(_) => return self.in_console(question, lines, talk),
            QuestionKind::Manifest(_) => return self.in_file(question, lines, talk),
            _ => {}
        }
        loop {
            write!(talk, "> ")?;
            talk.flush()?;
            let Some(line) = lines.next()? else {
                writeln!(talk)?;
                return Ok(None);
            };
            let said = match answer(question, &order, &line) {
                Ok(answer) => match mark(question, &answer) {
                    Some(mark) => {
                        let text = line.trim().to_owned();
                        return Ok(Some(Given { answer: Some(answer), text, mark }));
                    }
                    None => "That is no answer to this question.".to_owned(),
                },
                Err(said) => said,
            };
            writeln!(talk, "{said}")?;
        }
    }

    /// Commands until a line that says `done`.
    fn in_console(
        &self,
        question: &Question,
        lines: &mut Lines<'_>,
        talk: &mut dyn Write,
    ) -> anyhow::Result<Option<Given>> {
        let begun = review::begun(self.pack, question).context("nothing is to be done")?;
        let (cluster, files) =
            begun.map_err(|error| anyhow!("the question can't be set up: {error}"))?;
        let mut console = Console::new(cluster, files);
        let mut typed = Vec::new();
        let mut wants = Wants::Line;
        loop {
            let prompt = match &wants {
                Wants::More => "> ",
                Wants::Inside(prompt) => prompt,
                _ => "$ ",
            };
            write!(talk, "{prompt}")?;
            talk.flush()?;
            let Some(line) = lines.next()? else {
                writeln!(talk)?;
                return Ok(None);
            };
            if wants == Wants::Line && line.trim() == "done" {
                break;
            }
            let mut outcome = console.line(&line);
            typed.push(line);
            say(&outcome, talk)?;
            // Without a screen nothing is edited, and nobody can end what goes on by itself.
            while let Wants::Edit { .. } | Wants::Time | Wants::Turn = outcome.wants {
                outcome = match outcome.wants {
                    Wants::Edit { .. } => {
                        writeln!(
                            talk,
                            "There is no editor here: write files with `cat > FILE <<END`."
                        )?;
                        console.edited(None)
                    }
                    _ => console.interrupt(),
                };
                say(&outcome, talk)?;
            }
            wants = outcome.wants;
            if wants == Wants::Close {
                break;
            }
        }
        let marked = review::mark_done(self.pack, question, &console.cluster, &console.files);
        let (mark, _) = marked.context("the question can't be marked")?;
        Ok(Some(Given { answer: None, text: typed.join("\n"), mark }))
    }

    /// The name of a file with a manifest.
    fn in_file(
        &self,
        question: &Question,
        lines: &mut Lines<'_>,
        talk: &mut dyn Write,
    ) -> anyhow::Result<Option<Given>> {
        let begun = review::begun(self.pack, question).context("nothing is to be done")?;
        let (cluster, mut files) =
            begun.map_err(|error| anyhow!("the question can't be set up: {error}"))?;
        loop {
            write!(talk, "> ")?;
            talk.flush()?;
            let Some(line) = lines.next()? else {
                writeln!(talk)?;
                return Ok(None);
            };
            let name = line.trim();
            let mut bytes = Vec::new();
            let read = File::open(name)
                .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
                .map_err(|error| error.to_string())
                .and_then(|_| files.write(ANSWER_FILE, &bytes).map_err(|error| error.to_string()));
            if let Err(error) = read {
                writeln!(talk, "{}: {error}. Give the name of another file.", shown(name))?;
                continue;
            }
            let marked = review::mark_done(self.pack, question, &cluster, &files);
            let (mark, manifest) = marked.context("the question can't be marked")?;
            let text = manifest.unwrap_or_default();
            return Ok(Some(Given { answer: None, text, mark }));
        }
    }
}

fn say(outcome: &Outcome, talk: &mut dyn Write) -> std::io::Result<()> {
    outcome.said.iter().try_for_each(|(_, text)| write!(talk, "{}", clean(text)))
}

/// What there is to choose from, and how an answer is written.
fn choices(question: &Question, order: &[usize]) -> String {
    let mut out = String::from("\n");
    let mut list = |texts: &mut dyn Iterator<Item = &str>, letters: bool| {
        for (idx, text) in texts.enumerate() {
            let mark =
                if letters { format!("{}. ", letter(idx)) } else { format!("{}. ", idx + 1) };
            out.push_str(&wrapped(&clean(text), &mark, mark.len()));
        }
        out.push('\n');
    };
    let how = match &question.kind {
        QuestionKind::Single { options } => {
            list(&mut order.iter().filter_map(|idx| Some(options.get(*idx)?.text.as_str())), false);
            "The number of the right one."
        }
        QuestionKind::Multiple { options } => {
            list(&mut order.iter().filter_map(|idx| Some(options.get(*idx)?.text.as_str())), false);
            "The numbers of all that are right, such as 1 3."
        }
        QuestionKind::Short { .. } => "In a few words.",
        QuestionKind::Order { items } => {
            list(&mut order.iter().filter_map(|idx| Some(items.get(*idx)?.text.as_str())), false);
            "All numbers in the right order, such as 2 1 3."
        }
        QuestionKind::Match { pairs } => {
            list(&mut pairs.iter().map(|pair| pair.left.as_str()), false);
            list(&mut order.iter().filter_map(|idx| Some(pairs.get(*idx)?.right.as_str())), true);
            "For each number its letter, in order, such as b a c."
        }
        QuestionKind::Fix { manifest, .. } => {
            for (idx, line) in clean(manifest).trim_end().lines().enumerate() {
                out.push_str(format!("{:>4}  {line}", idx + 1).trim_end());
                out.push('\n');
            }
            out.push('\n');
            "The number of the line at fault."
        }
        QuestionKind::Command(_) => "With commands, a line each; `done` hands it in.",
        QuestionKind::Manifest(task) => {
            if !task.starter.trim().is_empty() {
                out.push_str("Start with:\n\n");
                for line in clean(&task.starter).trim_matches('\n').lines() {
                    out.push_str(format!("    {line}").trim_end());
                    out.push('\n');
                }
                out.push('\n');
            }
            "Write a manifest to a file, then give its name."
        }
    };
    out.push_str(how);
    out.push('\n');
    out
}

/// The answer that a line gives, or what is wrong with the line.
fn answer(question: &Question, order: &[usize], line: &str) -> Result<Answer, String> {
    let line = line.trim();
    let words: Vec<&str> =
        line.split([' ', ',', ';', '\t']).filter(|word| !word.is_empty()).collect();
    let number = |word: &str, most: usize| match word.parse::<usize>() {
        Ok(n) if (1..=most).contains(&n) => Ok(n - 1),
        _ => Err(format!("Give a number from 1 to {most}.")),
    };
    let chosen = |word: &str| Ok(order.get(number(word, order.len())?).copied().unwrap_or(0));
    match &question.kind {
        QuestionKind::Single { .. } => match words.as_slice() {
            [word] => Ok(Answer::Single(chosen(word)?)),
            _ => Err(format!("Give one number from 1 to {}.", order.len())),
        },
        QuestionKind::Multiple { .. } => {
            let mut all = Vec::new();
            for word in words {
                let idx = chosen(word)?;
                if !all.contains(&idx) {
                    all.push(idx);
                }
            }
            if all.is_empty() {
                return Err(format!("Give at least one number from 1 to {}.", order.len()));
            }
            Ok(Answer::Multiple(all))
        }
        QuestionKind::Order { .. } => {
            let all = words.into_iter().map(chosen).collect::<Result<Vec<usize>, String>>()?;
            if all.len() != order.len() || order.iter().any(|idx| !all.contains(idx)) {
                return Err(format!("Give each number from 1 to {} once.", order.len()));
            }
            Ok(Answer::Order(all))
        }
        QuestionKind::Match { pairs } => {
            let last = letter(pairs.len().saturating_sub(1));
            let wanted = format!("Give {} letters from a to {last}.", pairs.len());
            let joined = words.into_iter().map(|word| {
                let mut chars = word.chars();
                let idx = (0..order.len()).find(|idx| {
                    chars.clone().next().is_some_and(|c| c.to_ascii_lowercase() == letter(*idx))
                })?;
                chars.next();
                chars.next().is_none().then(|| order.get(idx).copied())?
            });
            let joined = joined.collect::<Option<Vec<usize>>>().ok_or_else(|| wanted.clone())?;
            if joined.len() != pairs.len() {
                return Err(wanted);
            }
            Ok(Answer::Match(joined))
        }
        QuestionKind::Fix { manifest, .. } => {
            let n_lines = manifest.trim_end().lines().count();
            match words.as_slice() {
                [word] => Ok(Answer::Fix(number(word, n_lines)? + 1)),
                _ => Err(format!("Give one number from 1 to {n_lines}.")),
            }
        }
        QuestionKind::Short { .. } if line.is_empty() => Err("Type an answer.".to_owned()),
        QuestionKind::Short { .. } => Ok(Answer::Short(line.to_owned())),
        QuestionKind::Command(_) | QuestionKind::Manifest(_) => {
            Err("This question is answered by doing.".to_owned())
        }
    }
}

//! `select NAME in WORDS; do …; done`: a menu, and a number that is typed.

use super::machine::{Frame, Machine};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::{Done, Job};
use crate::kubectl::shell::syntax::For;
use crate::kubectl::shell::tools;
use std::sync::Arc;

/// A `select` that is in hand.
#[derive(Debug, Clone)]
pub(super) struct Select {
    the_for: Arc<For>,
    values: Arc<[String]>,
    stage: Stage,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The menu, and the question.
    Menu,
    /// The question.
    Ask,
    /// An answer is in `REPLY`.
    Answered,
}

impl Machine {
    pub(super) fn select(&mut self, console: &mut Console, the_for: &Arc<For>, io: &mut Io) {
        let values = Self::values(console, the_for, io).filter(|values| !values.is_empty());
        if let Some(values) = values {
            let (the_for, values) = (the_for.clone(), values.into());
            self.frames.push(Frame::Select(Select { the_for, values, stage: Stage::Menu }));
        }
    }

    /// The next step of a `select` that was taken from the frames.
    pub(super) fn choose(
        &mut self,
        console: &mut Console,
        select: &mut Select,
        io: &mut Io,
    ) -> Option<Box<dyn Job>> {
        if select.stage == Stage::Answered {
            if console.shell.status != 0 {
                io.out("\n");
                return None;
            }
            let reply = console.shell.var("REPLY").unwrap_or_default().trim().to_owned();
            select.stage = if reply.is_empty() { Stage::Menu } else { Stage::Ask };
            self.frames.push(Frame::Select(select.clone()));
            if !reply.is_empty() {
                let number = reply.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                let chosen = number.and_then(|n| select.values.get(n)).cloned();
                console.shell.set(&select.the_for.name, chosen.unwrap_or_default());
                self.frames.push(Frame::script(select.the_for.body.clone()));
            }
            return None;
        }
        if select.stage == Stage::Menu {
            let text = menu(&select.values);
            console.shell.spend(text.len() as u64);
            io.err(text);
        }
        select.stage = Stage::Answered;
        self.frames.push(Frame::Select(select.clone()));
        let prompt = console.shell.var("PS3").unwrap_or("#? ").to_owned();
        let typed = io.keyboard && io.input.is_none() && console.shell.depth == 0;
        if !typed {
            io.err(&prompt);
        }
        match tools::read_line(console, &["-r".to_owned(), "-p".to_owned(), prompt], io) {
            Done::Exit(status) => {
                console.shell.status = status;
                None
            }
            Done::Goes(job) => Some(job),
        }
    }
}

/// The values with their numbers, in columns of a screen of 80 as bash sets them.
fn menu(values: &[String]) -> String {
    let digits = |n: usize| n.to_string().len();
    let widest = values.iter().map(|value| value.chars().count()).max().unwrap_or(0);
    let n = values.len();
    let width = widest + digits(n) + 4;
    let columns = (80 / width).max(1);
    let rows = n.div_ceil(columns);
    let rows = if rows == 1 { n } else { rows };
    let mut out = String::new();
    for row in 0..rows {
        let mut at = 0;
        for (column, place) in (row..n).step_by(rows).enumerate() {
            // The gap is made of tabs where there is room for them.
            let start = column * width;
            while at < start {
                let tab = at - at % 8 + 8;
                let (sign, to) = if tab <= start { ('\t', tab) } else { (' ', at + 1) };
                out.push(sign);
                at = to;
            }
            let digits = if column == 0 { digits(rows) } else { digits(n) };
            let value = values.get(place).map_or("", String::as_str);
            out.push_str(&format!("{:digits$}) {value}", place + 1));
            at += digits + 2 + value.chars().count();
        }
        out.push('\n');
    }
    out
}

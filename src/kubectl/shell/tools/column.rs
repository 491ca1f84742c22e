//! `column`, `paste`: lines side by side.

use super::{exit, inputs, lines, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use unicode_width::UnicodeWidthStr;

/// The most columns of a table.
const MAX_COLUMNS: usize = 1_000;

/// `column -t`: words of lines in columns. Without `-t`, lines as they are: one a row.
pub(super) fn column(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("table", 't'), ("separator", 's'), ("output-separator", 'o')];
    let given = match options::read("column", "ts:o:", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let (inputs, ok) = inputs(console, "column", &given.rest, io);
    let separators = given.value('s');
    let between = given.value('o').unwrap_or("  ");
    let mut rows: Vec<Vec<String>> = Vec::new();
    for input in &inputs {
        for line in lines(&input.text()).filter(|line| !line.trim().is_empty()) {
            let cells: Vec<String> = match separators {
                _ if !given.has('t') => vec![line.to_owned()],
                Some(set) => {
                    line.split(|c| set.contains(c)).take(MAX_COLUMNS).map(str::to_owned).collect()
                }
                None => line.split_whitespace().take(MAX_COLUMNS).map(str::to_owned).collect(),
            };
            rows.push(cells);
        }
    }
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|c| c.width()).max();
    let widths: Vec<usize> = (0..n_columns).map(|at| width(at).unwrap_or(0)).collect();
    let cells: usize = widths.iter().sum::<usize>() + n_columns * between.len();
    if !console.shell.spend((cells * rows.len()) as u64) {
        return Done::Exit(137);
    }
    let mut out = String::new();
    for row in &rows {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            out.push_str(cell);
            if at + 1 < row.len() {
                out.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
                out.push_str(between);
            }
        }
        out.push('\n');
    }
    io.out(out);
    exit(ok)
}

/// `paste [-s] [-d C] FILE...`: lines of files side by side, or those of each in one.
pub(super) fn paste(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("serial", 's'), ("delimiters", 'd')];
    let given = match options::read("paste", "sd:", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let between = super::unescape(given.value('d').unwrap_or("\t"));
    let between: Vec<char> = between.chars().collect();
    let of = |n: usize| between.get(n % between.len().max(1));
    let (inputs, ok) = inputs(console, "paste", &given.rest, io);
    let texts: Vec<_> = inputs.iter().map(super::Input::text).collect();
    let mut out = String::new();
    if given.has('s') {
        for text in &texts {
            for (n, line) in lines(text).enumerate() {
                if n > 0 {
                    out.extend(of(n - 1));
                }
                out.push_str(line);
            }
            out.push('\n');
        }
    } else {
        let mut all: Vec<_> = texts.iter().map(|text| lines(text)).collect();
        loop {
            let row: Vec<Option<&str>> = all.iter_mut().map(Iterator::next).collect();
            if row.iter().all(Option::is_none) {
                break;
            }
            for (n, line) in row.into_iter().enumerate() {
                if n > 0 {
                    out.extend(of(n - 1));
                }
                out.push_str(line.unwrap_or_default());
            }
            out.push('\n');
        }
    }
    io.out(out);
    exit(ok)
}

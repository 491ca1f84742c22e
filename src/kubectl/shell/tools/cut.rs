//! `cut`.

use super::{exit, inputs, lines, options, parts};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use std::borrow::Cow;

/// `cut -d, -f1,3-`, `cut -c1-5`
pub(super) fn cut(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("delimiter", 'd'),
        ("fields", 'f'),
        ("characters", 'c'),
        ("bytes", 'b'),
        ("only-delimited", 's'),
        ("complement", 'C'),
        ("output-delimiter", 'O'),
    ];
    let given = match options::read("cut", "d:f:c:b:sCO:n", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let wrong = |io: &mut Io, why: &str| {
        io.err(format_args!("cut: {why}\nTry 'cut --help' for more information.\n"));
        Done::Exit(1)
    };
    let fields = given.value('f');
    let Some(list) = fields.or(given.value('c')).or(given.value('b')) else {
        return wrong(io, "you must specify a list of bytes, characters, or fields");
    };
    let Some(ranges) = ranges(list) else {
        let what = if fields.is_some() { "field" } else { "byte/character" };
        let why = match list.split(',').any(|part| part == "0") {
            true if fields.is_some() => "fields are numbered from 1".to_owned(),
            true => "byte/character positions are numbered from 1".to_owned(),
            false => format!("invalid {what} range"),
        };
        return wrong(io, &why);
    };
    let delimiter = given.value('d').unwrap_or("\t");
    if delimiter.chars().count() != 1 {
        return wrong(io, "the delimiter must be a single character");
    }
    let takes = |n: usize| ranges.iter().any(|(a, b)| (*a..=*b).contains(&n)) != given.has('C');
    let between = given.value('O').unwrap_or(delimiter);
    let (inputs, ok) = inputs(console, "cut", &given.rest, io);
    let work: u64 = inputs.iter().map(|i| i.n_bytes() as u64).sum();
    if !console.shell.spend(work.saturating_mul(1 + ranges.len() as u64 / 4)) {
        return Done::Exit(137);
    }
    let cuts = |part: &Cow<'_, [u8]>| {
        let mut out = String::new();
        for line in lines(&parts::text(part)) {
            if fields.is_none() {
                out.extend(line.chars().enumerate().filter(|(n, _)| takes(n + 1)).map(|(_, c)| c));
            } else if line.contains(delimiter) {
                let all = line.split(delimiter).enumerate();
                let kept: Vec<&str> = all.filter(|(n, _)| takes(n + 1)).map(|(_, f)| f).collect();
                out.push_str(&kept.join(between));
            } else if given.has('s') {
                continue;
            } else {
                out.push_str(line);
            }
            out.push('\n');
        }
        out
    };
    for input in &inputs {
        io.give_all(parts::each(&parts::of_lines(&input.pieces), cuts));
    }
    exit(ok)
}

fn ranges(list: &str) -> Option<Vec<(usize, usize)>> {
    let one = |part: &str| {
        let number = |text: &str| text.parse::<usize>().ok().filter(|n| *n > 0);
        match part.split_once('-') {
            None => number(part).map(|n| (n, n)),
            Some(("", "")) => None,
            Some(("", to)) => Some((1, number(to)?)),
            Some((from, "")) => Some((number(from)?, usize::MAX)),
            Some((from, to)) => Some((number(from)?, number(to)?)).filter(|(a, b)| a <= b),
        }
    };
    list.split(',').map(one).collect()
}

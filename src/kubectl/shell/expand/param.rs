//! `$NAME` and `${NAME…}`.

use super::pattern::Search;
use super::{Piece, Stop, as_pattern, one, stop, sum};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::shell::arrays::Key;
use crate::kubectl::shell::run;
use crate::kubectl::shell::syntax::{Index, Param, ParamOp, Word, is_name};
use crate::kubectl::shell::tools;

/// A parameter's value; none where it is not set.
fn value(console: &mut Console, name: &str) -> Option<String> {
    if name == "RANDOM" {
        return Some((console.shell.random() & 0x7fff).to_string());
    }
    let shell = &console.shell;
    match name {
        "?" => Some(shell.status.to_string()),
        "#" => Some(shell.args.len().to_string()),
        "@" | "*" => (!shell.args.is_empty()).then(|| joined(console, &shell.args)),
        "$" => Some("1".to_owned()),
        "!" => shell.last_job.map(|number| (run::FIRST_ID + number).to_string()),
        "-" => Some("hB".to_owned()),
        "0" => Some(shell.script.as_deref().unwrap_or("bash").to_owned()),
        "LINENO" => Some(shell.line.to_string()),
        "UID" | "EUID" => Some("0".to_owned()),
        "BASH_VERSION" => Some("5.2.21(1)-release".to_owned()),
        "FUNCNAME" => shell.calls.last().cloned(),
        "PWD" => Some(console.files.working()),
        name => match name.parse::<usize>() {
            Ok(n) => shell.args.get(n.wrapping_sub(1)).cloned(),
            Err(_) => shell.var(name).map(str::to_owned),
        },
    }
}

/// Values in one text, with the first separator between them.
fn joined(console: &Console, values: &[String]) -> String {
    let between = match console.shell.var("IFS") {
        None => Some(' '),
        Some(separators) => separators.chars().next(),
    };
    values.join(&*between.map(String::from).unwrap_or_default())
}

/// Values as words of their own.
fn each(values: Vec<String>, pieces: &mut Vec<Piece>) {
    for (n, value) in values.into_iter().enumerate() {
        if n > 0 {
            pieces.push(Piece::Break);
        }
        pieces.push(Piece::Text(value, true));
    }
}

/// Whether busybox's shell knows it too.
fn is_plain(param: &Param) -> bool {
    let own = matches!(
        param.op,
        ParamOp::Capitals { .. } | ParamOp::Named | ParamOp::Keys | ParamOp::Turned(_)
    );
    param.index.is_none() && !own
}

/// What stands in an array's brackets.
pub(in crate::kubectl::shell) fn key(
    console: &mut Console,
    name: &str,
    word: &Word,
    io: &mut Io,
) -> Result<Key, Stop> {
    let text = one(console, word, io)?;
    if console.shell.is_named(name) {
        return Ok(Key::Name(text));
    }
    sum(console, &text).map(Key::Number).map_err(|why| stop(console, io, why))
}

fn capitals(text: &str, up: bool, all: bool) -> String {
    let turn = |c: char| -> String {
        if up { c.to_uppercase().collect() } else { c.to_lowercase().collect() }
    };
    let of = |(n, c): (usize, char)| if all || n == 0 { turn(c) } else { c.to_string() };
    text.chars().enumerate().map(of).collect()
}

fn slice(text: &str, from: i64, length: Option<i64>) -> Option<String> {
    let n = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let from = if from < 0 { n + from } else { from };
    if from < 0 || from > n {
        return Some(String::new());
    }
    let to = match length {
        None => n,
        Some(length) if length < 0 => n + length,
        Some(length) => from.saturating_add(length).min(n),
    };
    let take = usize::try_from(to - from).ok()?;
    Some(text.chars().skip(usize::try_from(from).ok()?).take(take).collect())
}

/// `${NAME@Q}` and its like.
fn turned(text: &str, how: char) -> String {
    match how {
        'Q' => format!("'{}'", text.replace('\'', "'\\''")),
        'U' => capitals(text, true, true),
        'u' => capitals(text, true, false),
        'L' => capitals(text, false, true),
        _ => tools::unescape(text),
    }
}

/// A value as `op` changes it, where it does so for each of several values alike.
fn changed(
    console: &mut Console,
    op: &ParamOp,
    value: String,
    io: &mut Io,
) -> Result<String, Stop> {
    let too_long = "the value is too long for a pattern here";
    Ok(match op {
        ParamOp::Capitals { up, all } => capitals(&value, *up, *all),
        ParamOp::Turned(how) => turned(&value, *how),
        ParamOp::Trim { at_end, longest, pattern } => {
            let pattern = as_pattern(console, pattern, io)?;
            let mut search = Search::new(&pattern, &value);
            let text = search.without(*at_end, *longest);
            console.shell.spend(search.work.saturating_mul(8));
            text.map_err(|()| stop(console, io, too_long))?
        }
        ParamOp::Replace { all, pattern, with } => {
            let pattern = as_pattern(console, pattern, io)?;
            let with = one(console, with, io)?;
            let (pattern, at_start, at_end) = match pattern.chars().next() {
                Some('#') if !all => (pattern.get(1..).unwrap_or(""), true, false),
                Some('%') if !all => (pattern.get(1..).unwrap_or(""), false, true),
                _ => (&*pattern, false, false),
            };
            let mut search = Search::new(pattern, &value);
            let text = match (pattern.is_empty(), at_end) {
                (true, _) => Ok(value.clone()),
                (_, false) => search.replaced(&with, *all, at_start),
                (_, true) => {
                    search.without(true, true).map(|kept| match kept.len() == value.len() {
                        true => kept,
                        false => kept + &with,
                    })
                }
            };
            console.shell.spend(search.work.saturating_mul(8));
            text.map_err(|()| stop(console, io, too_long))?
        }
        _ => value,
    })
}

/// Where a slice begins, and how long it is.
fn bounds(
    console: &mut Console,
    from: &Word,
    length: Option<&Word>,
    io: &mut Io,
) -> Result<(i64, Option<i64>), Stop> {
    let mut number = |word: &Word| {
        let text = one(console, word, io)?;
        sum(console, &text).map_err(|why| stop(console, io, why))
    };
    Ok((number(from)?, length.map(&mut number).transpose()?))
}

/// Several values, as `op` makes them; none where it is for all of them in one.
fn list(console: &mut Console, param: &Param, io: &mut Io) -> Result<Option<Vec<String>>, Stop> {
    let name = param.name.as_str();
    let is_args = param.index.is_none() && matches!(name, "@" | "*");
    if !is_args && !matches!(param.index, Some(Index::Each | Index::All)) {
        return Ok(None);
    }
    let mut items = match param.op {
        ParamOp::Keys => console.shell.keys(name),
        _ if is_args => console.shell.args.clone(),
        _ => console.shell.items(name),
    };
    match &param.op {
        ParamOp::Plain | ParamOp::Keys => {}
        ParamOp::Slice(from, length) => {
            let (from, length) = bounds(console, from, length.as_ref(), io)?;
            if is_args {
                // `$0` stands before them.
                items.insert(0, value(console, "0").unwrap_or_default());
            }
            let n = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let from = if from < 0 { n.saturating_add(from) } else { from };
            let skip = usize::try_from(from).unwrap_or(usize::MAX);
            let take = length.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(0));
            items = items.into_iter().skip(skip).take(take).collect();
            if is_args && skip > 0 && items.is_empty() {
                return Ok(Some(items));
            }
        }
        ParamOp::Trim { .. }
        | ParamOp::Replace { .. }
        | ParamOp::Capitals { .. }
        | ParamOp::Turned(_) => {
            for item in &mut items {
                *item = changed(console, &param.op, std::mem::take(item), io)?;
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(items))
}

/// Puts what a parameter stands for into `pieces`.
pub(super) fn expand(
    console: &mut Console,
    param: &Param,
    quoted: bool,
    io: &mut Io,
    pieces: &mut Vec<Piece>,
) -> Result<(), Stop> {
    let name = param.name.as_str();
    if console.shell.is_ash() && !is_plain(param) {
        let typed = format!("${{{name}}}: bad substitution");
        return Err(stop(console, io, typed));
    }
    if let Some(items) = list(console, param, io)? {
        let size: usize = items.iter().map(|item| item.len() + 8).sum();
        if !console.shell.spend(size as u64) {
            return Err(Stop(137));
        }
        let is_each = matches!(param.index, Some(Index::Each)) || name == "@";
        if quoted && is_each {
            each(items, pieces);
        } else {
            let text = joined(console, &items);
            pieces.push(if quoted { Piece::Text(text, true) } else { Piece::Value(text) });
        }
        return Ok(());
    }
    let value = match &param.index {
        None => value(console, name),
        Some(Index::At(word)) => {
            let key = key(console, name, word, io)?;
            console.shell.item(name, &key)
        }
        Some(_) => {
            let items = console.shell.items(name);
            match &param.op {
                ParamOp::Length => Some(items.len().to_string()),
                _ => (!items.is_empty()).then(|| joined(console, &items)),
            }
        }
    };
    let value = match param.op {
        ParamOp::Named => {
            let value = value.filter(|name| is_name(name)).ok_or_else(|| {
                stop(console, io, format_args!("{name}: invalid indirect expansion"))
            })?;
            self::value(console, &value)
        }
        _ => value,
    };
    let is_safe = matches!(name, "@" | "*" | "!")
        || matches!(param.op, ParamOp::Default(..))
        || matches!(param.index, Some(Index::Each | Index::All));
    if value.is_none() && console.shell.options.nounset && !is_safe {
        let stopped = stop(console, io, format_args!("{name}: unbound variable"));
        console.shell.closes |= console.shell.script.is_some();
        return Err(stopped);
    }
    let text = match &param.op {
        ParamOp::Plain | ParamOp::Named | ParamOp::Keys => value.unwrap_or_default(),
        ParamOp::Length if matches!(param.index, Some(Index::Each | Index::All)) => {
            value.unwrap_or_default()
        }
        ParamOp::Length if matches!(name, "@" | "*") => console.shell.args.len().to_string(),
        ParamOp::Length => value.unwrap_or_default().chars().count().to_string(),
        ParamOp::Bad(typed) => {
            return Err(stop(console, io, format_args!("{typed}: bad substitution")));
        }
        ParamOp::Default(also_empty, kind, word) => {
            let is_there = value.as_ref().is_some_and(|v| !(*also_empty && v.is_empty()));
            match kind {
                '+' if is_there => one(console, word, io)?,
                '+' => String::new(),
                _ if is_there => value.unwrap_or_default(),
                '?' => {
                    let why = one(console, word, io)?;
                    let why = match (why.is_empty(), also_empty) {
                        (true, true) => "parameter null or not set".to_owned(),
                        (true, false) => "parameter not set".to_owned(),
                        (false, _) => why,
                    };
                    let Stop(_) = stop(console, io, format_args!("{name}: {why}"));
                    let exits = !console.shell.is_terminal || console.shell.script.is_some();
                    console.shell.closes |= console.shell.script.is_some();
                    let code = if console.shell.is_ash() { 2 } else { 127 };
                    return Err(Stop(if exits { code } else { 1 }));
                }
                kind => {
                    let text = one(console, word, io)?;
                    if *kind == '=' {
                        console.shell.set(name, text.clone());
                    }
                    text
                }
            }
        }
        ParamOp::Trim { .. }
        | ParamOp::Replace { .. }
        | ParamOp::Capitals { .. }
        | ParamOp::Turned(_) => changed(console, &param.op, value.unwrap_or_default(), io)?,
        ParamOp::Slice(from, length) => {
            let (from, length) = bounds(console, from, length.as_ref(), io)?;
            match slice(&value.unwrap_or_default(), from, length) {
                Some(text) => text,
                None => {
                    let length = length.unwrap_or(0);
                    return Err(stop(
                        console,
                        io,
                        format_args!("{length}: substring expression < 0"),
                    ));
                }
            }
        }
    };
    if !console.shell.spend(text.len() as u64) {
        return Err(Stop(137));
    }
    pieces.push(if quoted { Piece::Text(text, true) } else { Piece::Value(text) });
    Ok(())
}

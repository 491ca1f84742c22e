//! `mapfile`, `readarray`: the lines of the input into an array.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::arrays::Key;
use crate::kubectl::shell::expand;
use crate::kubectl::shell::syntax::is_name;

/// `mapfile [-t] [-n COUNT] [-s SKIP] [-O FIRST] [-d DELIMITER] [ARRAY]`
pub(super) fn mapfile(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut cuts = false;
    let (mut count, mut skip, mut first) = (0_usize, 0_usize, None);
    let mut delimiter = b'\n';
    let mut name = None;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(letters) = arg.strip_prefix('-').filter(|_| name.is_none()) else {
            name.get_or_insert(arg.clone());
            continue;
        };
        let mut rest = letters.chars();
        while let Some(letter) = rest.next() {
            if letter == 't' {
                cuts = true;
                continue;
            }
            if !"nsOdu".contains(letter) {
                expand::stop(console, io, format_args!("mapfile: -{letter}: invalid option"));
                io.err("mapfile: usage: mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]\n");
                return Done::Exit(2);
            }
            let value = match rest.as_str() {
                "" => args.next().cloned().unwrap_or_default(),
                rest => rest.to_owned(),
            };
            if letter == 'd' {
                delimiter = value.bytes().next().unwrap_or(0);
                break;
            }
            let Ok(number) = value.parse::<usize>() else {
                let what = if letter == 'O' { "array origin" } else { "line count" };
                let why = format_args!("mapfile: {value}: invalid {what}");
                return Done::Exit(expand::stop(console, io, why).0);
            };
            match letter {
                'n' => count = number,
                's' => skip = number,
                'O' => first = i64::try_from(number).ok(),
                _ => {}
            }
            break;
        }
    }
    let name = name.unwrap_or_else(|| "MAPFILE".to_owned());
    if !is_name(&name) {
        let why = format_args!("mapfile: `{name}': not a valid identifier");
        return Done::Exit(expand::stop(console, io, why).0);
    }
    let input = io.take_input();
    if !console.shell.spend(input.len() as u64) {
        return Done::Exit(137);
    }
    let mut read = 0;
    let mut next = first.unwrap_or(0);
    if first.is_none() {
        console.shell.new_array(&name, false);
    }
    let count = if count == 0 { usize::MAX } else { count };
    for line in input.split_inclusive(|b| *b == delimiter).take(skip.saturating_add(count)) {
        read += line.len();
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let kept = match line.strip_suffix(&[delimiter]) {
            Some(whole) if cuts => whole,
            _ => line,
        };
        let value = String::from_utf8_lossy(kept).replace('\0', "");
        console.shell.set_item(&name, Some(Key::Number(next)), value, false);
        next += 1;
        if !console.shell.spend(1_000) {
            return Done::Exit(137);
        }
    }
    io.input = input.get(read..).map(|rest| vec![rest.to_vec()]);
    Done::OK
}

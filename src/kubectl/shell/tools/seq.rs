//! `seq`, `yes`.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// The most that either says.
const MAX_SAID: usize = 8 << 20;

/// `seq [-w] [-s TEXT] [FIRST [STEP]] LAST`
pub(super) fn seq(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let mut words = Vec::new();
    let (mut separator, mut same_width) = ("\n".to_owned(), false);
    let mut form: Option<String> = None;
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "-w" => same_width = true,
            "-s" => separator = rest.next().cloned().unwrap_or_default(),
            "-f" => form = rest.next().cloned(),
            arg if arg.starts_with("-s") => separator = arg.get(2..).unwrap_or("").to_owned(),
            arg if arg.starts_with("-f") => form = arg.get(2..).map(str::to_owned),
            _ => words.push(arg),
        }
    }
    let number = |text: &String| text.parse::<f64>().ok().filter(|n| n.is_finite());
    let numbers: Option<Vec<f64>> = words.iter().map(|word| number(word)).collect();
    let Some(numbers) = numbers else {
        let wrong = words.iter().find(|word| number(word).is_none()).map_or("", |w| w.as_str());
        io.err(format_args!(
            "seq: invalid floating point argument: '{wrong}'\nTry 'seq --help' for more information.\n"
        ));
        return Done::Exit(1);
    };
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1.0, 1.0, *last),
        [first, last] => (*first, 1.0, *last),
        [first, step, last] => (*first, *step, *last),
        [] => {
            io.err("seq: missing operand\nTry 'seq --help' for more information.\n");
            return Done::Exit(1);
        }
        _ => {
            let extra = words.get(3).map_or("", |word| word.as_str());
            io.err(format_args!(
                "seq: extra operand '{extra}'\nTry 'seq --help' for more information.\n"
            ));
            return Done::Exit(1);
        }
    };
    if step == 0.0 {
        let zero = words.get(1).map_or("", |word| word.as_str());
        io.err(format_args!(
            "seq: invalid Zero increment value: '{zero}'\nTry 'seq --help' for more information.\n"
        ));
        return Done::Exit(1);
    }
    let decimals = words
        .iter()
        .filter_map(|word| word.split_once('.').map(|(_, digits)| digits.len()))
        .max()
        .unwrap_or(0)
        .min(20);
    let width = match same_width {
        true => format!("{first:.decimals$}").len().max(format!("{last:.decimals$}").len()),
        false => 0,
    };
    let mut out = String::new();
    let mut n = 0.0;
    loop {
        let value = first + n * step;
        if (step > 0.0 && value > last + step.abs() * 1e-9)
            || (step < 0.0 && value < last - step.abs() * 1e-9)
        {
            break;
        }
        if n > 0.0 {
            out.push_str(&separator);
        }
        let text = format!("{value:0width$.decimals$}");
        match &form {
            None => out.push_str(&text),
            Some(form) => match super::echo::once(form, std::slice::from_ref(&text), &mut out) {
                Ok(_) => {}
                Err((why, _)) => {
                    io.err(format_args!("seq: {why}\n"));
                    return Done::Exit(1);
                }
            },
        }
        if out.len() > MAX_SAID {
            return stopped(console, "seq", out, io);
        }
        n += 1.0;
    }
    if n > 0.0 {
        out.push('\n');
    }
    io.out(out);
    Done::OK
}

/// `yes [TEXT]`
pub(super) fn yes(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let text = if args.is_empty() { "y".to_owned() } else { args.join(" ") };
    let n = (1 << 20) / (text.len() + 1) + 1;
    let out = format!("{text}\n").repeat(n);
    stopped(console, "yes", out, io)
}

/// What would go on is cut; who reads only the first lines of it does not notice.
fn stopped(console: &mut Console, tool: &str, out: String, io: &mut Io) -> Done {
    console.shell.spend(out.len() as u64);
    let size = out.len() >> 20;
    let end = out.rfind('\n').map_or(out.len(), |n| n + 1);
    io.out(out.get(..end).unwrap_or(""));
    if console.shell.piped_to.as_deref() == Some("head") {
        return Done::Exit(141);
    }
    io.err(format_args!("{tool}: stopped after {size} MB: no more is kept here\n"));
    Done::Exit(1)
}

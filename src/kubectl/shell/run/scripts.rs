//! Scripts of the learner's own: `bash FILE`, `sh -c TEXT`, `./FILE`. No process is started: they
//! run in a subshell that has what such a process would get.

use super::machine::{Frame, Machine};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::shell::state::{Options, Shell};
use crate::kubectl::shell::syntax::parse;
use crate::kubectl::shell::{expand, line};

/// What a script is worth in work, however little it does.
const SCRIPT: u64 = 20_000;

/// What makes a script.
struct Given {
    name: String,
    text: String,
    args: Vec<String>,
    options: Options,
}

/// Whether these words run a script here.
pub(super) fn is_script(console: &Console, words: &[String]) -> bool {
    if console.shell.place().is_some() {
        return false;
    }
    let Some(name) = words.first() else { return false };
    let plain = name.rsplit_once('/').filter(|(path, _)| matches!(*path, "/bin" | "/usr/bin"));
    let is_shell = matches!(plain.map_or(&**name, |(_, plain)| plain), "bash" | "sh");
    is_shell || (name.contains('/') && console.files.is_executable(name))
}

/// What a machine has in hand when it runs the script.
///
/// # Errors
/// The exit code, where there is no script; it is said.
pub(super) fn begin(
    console: &mut Console,
    words: &[String],
    io: &mut Io,
) -> Result<Vec<Frame>, u8> {
    if !console.shell.spend(SCRIPT) {
        return Err(137);
    }
    let given = given(console, words, io)?;
    let frame = Frame::sub(console);
    become_script(&mut console.shell, &given);
    let aliases = console.shell.aliases_now();
    match parse(&given.text, &aliases, true) {
        Ok((script, _)) => Ok(vec![frame, Frame::script(script)]),
        Err(wrong) => {
            let exit = line::say(console, &wrong, &given.text, io);
            Machine::of_frames(vec![frame]).abandon(console);
            Err(exit)
        }
    }
}

/// Runs the script to its end; gives the exit code.
pub(in crate::kubectl::shell) fn run(console: &mut Console, words: &[String], io: &mut Io) -> u8 {
    if console.shell.depth >= super::MAX_DEPTH {
        expand::stop(console, io, "scripts run too deep in each other");
        return 254;
    }
    match begin(console, words, io) {
        Ok(frames) => {
            console.shell.depth += 1;
            Machine::of_frames(frames).finish(console, io);
            console.shell.depth -= 1;
            console.shell.status
        }
        Err(exit) => exit,
    }
}

/// A process of its own: only exported variables come along.
fn become_script(shell: &mut Shell, given: &Given) {
    let scope = shell.scope_mut();
    scope.vars.retain(|_, (_, exported)| *exported);
    scope.functions.clear();
    scope.aliases.clear();
    scope.arrays.clear();
    scope.fixed.clear();
    scope.args.clone_from(&given.args);
    scope.options = given.options;
    scope.script = Some(given.name.as_str().into());
}

fn given(console: &mut Console, words: &[String], io: &mut Io) -> Result<Given, u8> {
    let (first, rest) = words.split_first().ok_or(127)?;
    let mut options = Options::default();
    if !matches!(first.rsplit('/').next(), Some("bash" | "sh"))
        || console.files.is_executable(first)
    {
        let text = text_of(console, first, first, io)?;
        return Ok(Given { name: first.clone(), text, args: rest.to_vec(), options });
    }
    let mut rest = rest.iter().cloned();
    let mut is_text = false;
    let mut next = rest.next();
    while let Some(flags) = next.as_deref().and_then(|arg| arg.strip_prefix('-')) {
        if matches!(flags, "" | "-") {
            next = rest.next();
            break;
        }
        for letter in flags.chars() {
            match letter {
                'c' => is_text = true,
                'e' => options.errexit = true,
                'u' => options.nounset = true,
                'x' => options.xtrace = true,
                'o' => options.pipefail |= rest.next().as_deref() == Some("pipefail"),
                'l' | 'i' | 's' => {}
                letter => {
                    io.err(format_args!("{first}: -{letter}: not an option here\n"));
                    return Err(2);
                }
            }
        }
        next = rest.next();
    }
    match next {
        Some(text) if is_text => {
            let name = rest.next().unwrap_or_else(|| first.clone());
            Ok(Given { name, text, args: rest.collect(), options })
        }
        None if is_text => {
            io.err(format_args!("{first}: -c: option requires an argument\n"));
            Err(2)
        }
        Some(path) => {
            let text = text_of(console, &path, first, io)?;
            Ok(Given { name: path, text, args: rest.collect(), options })
        }
        None if io.keyboard && io.input.is_none() => {
            io.err(format_args!("{first}: this is a shell already; {first} FILE runs a script\n"));
            Err(1)
        }
        None => {
            let text = String::from_utf8_lossy(&io.take_input()).into_owned();
            Ok(Given { name: first.clone(), text, args: Vec::new(), options })
        }
    }
}

/// What a script's file holds.
fn text_of(console: &mut Console, path: &str, shell: &str, io: &mut Io) -> Result<String, u8> {
    let Some(bytes) = console.files.read(path) else {
        let (why, exit) = match console.files.is_folder(path) {
            true => ("Is a directory", 126),
            false => ("No such file or directory", 127),
        };
        io.err(format_args!("{shell}: {path}: {why}\n"));
        return Err(exit);
    };
    let text = String::from_utf8_lossy(bytes).into_owned();
    let head = text.lines().next().unwrap_or_default();
    if text.contains('\0') {
        io.err(format_args!("{path}: {path}: cannot execute binary file\n"));
        return Err(126);
    }
    match head.strip_prefix("#!") {
        Some(program) if shell == path && !program.trim().ends_with("sh") => {
            io.err(format_args!("{path}: no programs are started here: {}\n", program.trim()));
            Err(126)
        }
        _ => Ok(text),
    }
}

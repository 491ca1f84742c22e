//! `cp`, `mv`.

use super::{exit, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `cp`
pub(super) fn cp(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    copy(console, "cp", args, io)
}

/// `mv`
pub(super) fn mv(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    copy(console, "mv", args, io)
}

fn copy(console: &mut Console, tool: &str, args: &[String], io: &mut Io) -> Done {
    let long = [("recursive", 'r'), ("force", 'f'), ("verbose", 'v'), ("no-clobber", 'n')];
    let given = match options::read(tool, "rRafvnipu", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let (target, sources) = match given.rest.as_slice() {
        [] => {
            io.err(format_args!(
                "{tool}: missing file operand\nTry '{tool} --help' for more information.\n"
            ));
            return Done::Exit(1);
        }
        [one] => {
            io.err(format_args!(
                "{tool}: missing destination file operand after '{one}'\nTry '{tool} --help' for more information.\n"
            ));
            return Done::Exit(1);
        }
        [sources @ .., target] => (target, sources),
    };
    let into = console.files.is_folder(target);
    if sources.len() > 1 && !into {
        io.err(format_args!("{tool}: target '{target}': No such file or directory\n"));
        return Done::Exit(1);
    }
    let deep = tool == "mv" || given.has('r') || given.has('R') || given.has('a');
    let mut ok = true;
    for source in sources {
        let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
        let to =
            if into { format!("{}/{name}", target.trim_end_matches('/')) } else { target.clone() };
        if given.has('n') && console.files.read(&to).is_some() {
            continue;
        }
        if let Err(why) = one(console, tool, source, &to, deep) {
            io.err(format_args!("{tool}: {why}\n"));
            ok = false;
        } else if given.has('v') {
            let renamed = if tool == "mv" { "renamed " } else { "" };
            io.line(format_args!("{renamed}'{source}' -> '{to}'"));
        }
    }
    exit(ok)
}

fn one(
    console: &mut Console,
    tool: &str,
    source: &str,
    to: &str,
    deep: bool,
) -> Result<(), String> {
    let from = console.files.resolve(source);
    let same = from.is_some() && from == console.files.resolve(to);
    if same {
        return Err(format!("'{source}' and '{to}' are the same file"));
    }
    if let Some(bytes) = console.files.read(source).map(<[u8]>::to_vec) {
        let verb = if tool == "mv" { "cannot move" } else { "cannot create regular file" };
        console.files.write_in_place(to, &bytes).map_err(|why| match tool {
            "mv" => format!("{verb} '{source}' to '{to}': {why}"),
            _ => format!("{verb} '{to}': {why}"),
        })?;
        let runs = console.files.is_executable(source);
        console.files.set_executable(to, runs);
        if tool == "mv" {
            console.files.remove(source);
        }
        return if console.shell.spend(bytes.len() as u64) {
            Ok(())
        } else {
            Err("Cannot allocate memory".to_owned())
        };
    }
    if !console.files.is_folder(source) {
        return Err(format!("cannot stat '{source}': No such file or directory"));
    }
    if !deep {
        return Err(format!("-r not specified; omitting directory '{source}'"));
    }
    let (from, target) = (from.unwrap_or_default(), console.files.resolve(to).unwrap_or_default());
    if target.starts_with(&format!("{from}/")) || from.is_empty() {
        return Err(format!("cannot copy a directory, '{source}', into itself, '{to}'"));
    }
    console.files.make_folder(to);
    for (name, is_folder) in console.files.list(source).unwrap_or_default() {
        let (inner, outer) = (format!("{source}/{name}"), format!("{to}/{name}"));
        match is_folder {
            true => one(console, "cp", &inner, &outer, true)?,
            false => one(console, "cp", &inner, &outer, false)?,
        }
    }
    if tool == "mv" {
        console.files.remove_folder(source);
    }
    Ok(())
}

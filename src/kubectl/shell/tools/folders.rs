//! Folders: `cd`, `pwd`, `mkdir`, `rmdir`, `touch`, `basename`, `dirname`.

use super::{exit, options, save};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;

/// `cd [FOLDER]`
pub(super) fn cd(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.len() > 1 {
        return Done::Exit(expand::stop(console, io, "cd: too many arguments").0);
    }
    let before = console.files.working();
    let target = match args.first().map(String::as_str) {
        None | Some("") => "/root".to_owned(),
        Some("-") => console.shell.var("OLDPWD").unwrap_or("/root").to_owned(),
        Some(path) => path.to_owned(),
    };
    if !console.files.go(&target) {
        let why = match (console.files.resolve(&target), console.files.read(&target)) {
            (None, _) => "Permission denied",
            (_, Some(_)) => "Not a directory",
            (_, None) => "No such file or directory",
        };
        if console.shell.is_ash() {
            // Only who types knows the line.
            let line = if console.shell.is_terminal { "" } else { "line 0: " };
            expand::stop(console, io, format_args!("cd: {line}can't cd to {target}: {why}"));
            return Done::Exit(2);
        }
        return Done::Exit(expand::stop(console, io, format_args!("cd: {target}: {why}")).0);
    }
    if args.first().is_some_and(|arg| arg == "-") {
        io.line(console.files.working());
    }
    let now = console.files.working();
    console.shell.set("OLDPWD", before);
    console.shell.set("PWD", now);
    Done::OK
}

/// `pwd`
pub(super) fn pwd(console: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.line(console.files.working());
    Done::OK
}

fn missing(tool: &str, io: &mut Io) -> Done {
    io.err(format_args!("{tool}: missing operand\nTry '{tool} --help' for more information.\n"));
    Done::Exit(1)
}

/// `mkdir [-p] FOLDER...`
pub(super) fn mkdir(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let given = match options::read("mkdir", "pvm:", &[("parents", 'p')], args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    if given.rest.is_empty() {
        return missing("mkdir", io);
    }
    let mut ok = true;
    for path in &given.rest {
        if given.has('p') {
            let mut whole = String::new();
            for part in path.split_inclusive('/') {
                whole.push_str(part);
                if !console.files.is_folder(&whole) && !console.files.make_folder(&whole) {
                    let shown = whole.trim_end_matches('/');
                    io.err(format_args!(
                        "mkdir: cannot create directory '{shown}': Not a directory\n"
                    ));
                    ok = false;
                    break;
                }
            }
            continue;
        }
        if !console.files.make_folder(path) {
            let is_there = console.files.is_folder(path) || console.files.read(path).is_some();
            let why = if is_there { "File exists" } else { "No such file or directory" };
            io.err(format_args!("mkdir: cannot create directory '{path}': {why}\n"));
            ok = false;
        }
    }
    exit(ok)
}

/// `chmod MODE FILE...`: only whether a file may be run means something here.
pub(super) fn chmod(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let words: Vec<&String> = args.iter().filter(|arg| !matches!(&***arg, "-R" | "-v")).collect();
    let Some((mode, files)) = words.split_first().filter(|(_, files)| !files.is_empty()) else {
        let why = match words.first() {
            Some(mode) => format!("missing operand after '{mode}'"),
            None => "missing operand".to_owned(),
        };
        io.err(format_args!("chmod: {why}\nTry 'chmod --help' for more information.\n"));
        return Done::Exit(1);
    };
    let octal = u32::from_str_radix(mode, 8).ok().filter(|mode| *mode <= 0o7777);
    let by_letters = || mode.rsplit_once(['+', '-', '=']).map(|(who, what)| (who.len(), what));
    let runs = match (octal, by_letters()) {
        (Some(mode), _) => Some(mode & 0o111 != 0),
        (None, Some((at, what))) if what.chars().all(|c| "rwxXst".contains(c)) => {
            let takes = mode.get(at..).is_some_and(|rest| rest.starts_with('-'));
            what.contains('x').then_some(!takes)
        }
        _ => {
            io.err(format_args!(
                "chmod: invalid mode: '{mode}'\nTry 'chmod --help' for more information.\n"
            ));
            return Done::Exit(1);
        }
    };
    let mut ok = true;
    for file in files {
        let is_there = match runs {
            Some(runs) => console.files.set_executable(file, runs),
            None => console.files.read(file).is_some(),
        };
        if !is_there && !console.files.is_folder(file) {
            io.err(format_args!("chmod: cannot access '{file}': No such file or directory\n"));
            ok = false;
        }
    }
    exit(ok)
}

/// `rmdir FOLDER...`
pub(super) fn rmdir(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if args.is_empty() {
        return missing("rmdir", io);
    }
    let mut ok = true;
    for path in args {
        let why = match console.files.list(path) {
            Some(inside) if !inside.is_empty() => "Directory not empty",
            Some(_) if console.files.remove_folder(path) => continue,
            Some(_) => "Device or resource busy",
            None if console.files.read(path).is_some() => "Not a directory",
            None => "No such file or directory",
        };
        io.err(format_args!("rmdir: failed to remove '{path}': {why}\n"));
        ok = false;
    }
    exit(ok)
}

/// `touch FILE...`
pub(super) fn touch(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let paths: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if paths.is_empty() {
        io.err("touch: missing file operand\nTry 'touch --help' for more information.\n");
        return Done::Exit(1);
    }
    let mut ok = true;
    for path in paths {
        if console.files.read(path).is_none() && !console.files.is_folder(path) {
            let mut inner = Io::new(None, None);
            if !save(console, "touch", path, b"", &mut inner) {
                let resolved = console.files.resolve(path);
                let why = match resolved {
                    None => "Permission denied",
                    Some(_) => "No such file or directory",
                };
                io.err(format_args!("touch: cannot touch '{path}': {why}\n"));
                ok = false;
            }
        }
    }
    exit(ok)
}

/// `basename PATH [SUFFIX]`
pub(super) fn basename(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let Some(path) = args.first() else { return missing("basename", io) };
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
    let name = if name.is_empty() && path.starts_with('/') { "/" } else { name };
    let suffix = args.get(1).map_or("", String::as_str);
    let short = name.strip_suffix(suffix).filter(|short| !short.is_empty());
    io.line(short.unwrap_or(name));
    Done::OK
}

/// `dirname PATH`
pub(super) fn dirname(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let Some(path) = args.first() else { return missing("dirname", io) };
    io.line(match path.trim_end_matches('/').rsplit_once('/') {
        Some(("", _)) => "/",
        Some((folder, _)) => folder,
        None if path.starts_with('/') => "/",
        None => ".",
    });
    Done::OK
}

//! What a machine says of itself: `id`, `uname`, `nproc`, `arch`, `tty`; `realpath`, `readlink`.

use super::{exit, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `id [-u|-g] [-n]`
pub(super) fn id(_: &mut Console, args: &[String], io: &mut Io) -> Done {
    let given = match options::read("id", "ugGn", &[], args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let one = given.has('u') || given.has('g') || given.has('G');
    io.line(match (one, given.has('n')) {
        (true, true) => "root",
        (true, false) => "0",
        (false, _) => "uid=0(root) gid=0(root) groups=0(root)",
    });
    Done::OK
}

/// `uname [-asnrm]`
pub(super) fn uname(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let given = match options::read("uname", "asnrvmpio", &[("all", 'a')], args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let name = console.shell.var("HOSTNAME").unwrap_or("portolan").to_owned();
    // The kernel that the world's nodes tell of.
    let release = "6.8.0";
    let parts = [
        ('s', "Linux"),
        ('n', name.as_str()),
        ('r', release),
        ('v', "#1 SMP"),
        ('m', "x86_64"),
        ('o', "GNU/Linux"),
    ];
    let none = given.options.is_empty();
    let all = given.has('a');
    let words: Vec<&str> = parts
        .into_iter()
        .filter(|(letter, _)| all || given.has(*letter) || (none && *letter == 's'))
        .map(|(_, word)| word)
        .collect();
    io.line(words.join(" "));
    Done::OK
}

/// `arch`
pub(super) fn arch(_: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.line("x86_64");
    Done::OK
}

/// `nproc`
pub(super) fn nproc(_: &mut Console, _: &[String], io: &mut Io) -> Done {
    io.line(2);
    Done::OK
}

/// `tty`
pub(super) fn tty(console: &mut Console, _: &[String], io: &mut Io) -> Done {
    if console.shell.is_terminal {
        io.line("/dev/pts/0");
        return Done::OK;
    }
    io.line("not a tty");
    Done::Exit(1)
}

/// `realpath PATH...`
pub(super) fn realpath(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    absolute(console, "realpath", args, io)
}

/// `readlink -f PATH...`: nothing here is a link.
pub(super) fn readlink(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    if !args.iter().any(|arg| matches!(&**arg, "-f" | "-e" | "-m")) {
        return Done::Exit(1);
    }
    absolute(console, "readlink", args, io)
}

fn absolute(console: &Console, tool: &str, args: &[String], io: &mut Io) -> Done {
    let paths: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    if paths.is_empty() {
        io.err(format_args!(
            "{tool}: missing operand\nTry '{tool} --help' for more information.\n"
        ));
        return Done::Exit(1);
    }
    let mut ok = true;
    for path in paths {
        let resolved = console.files.resolve(path).filter(|resolved| {
            let folder = match resolved.rsplit_once('/') {
                Some((folder, _)) if resolved.starts_with('/') => folder.to_owned(),
                Some((folder, _)) => format!("/root/{folder}"),
                None => "/root".to_owned(),
            };
            folder.is_empty() || console.files.is_folder(&folder)
        });
        match resolved {
            Some(path) if path.starts_with('/') => io.line(path),
            Some(path) if path.is_empty() => io.line("/root"),
            Some(path) => io.line(format_args!("/root/{path}")),
            None => {
                if tool == "realpath" {
                    io.err(format_args!("{tool}: {path}: No such file or directory\n"));
                }
                ok = false;
            }
        }
    }
    exit(ok)
}

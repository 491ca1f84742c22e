//! `rm`.

use super::{exit, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;

/// `rm [-f] [-r] FILE...`
pub(super) fn rm(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("force", 'f'), ("recursive", 'r'), ("verbose", 'v'), ("dir", 'd')];
    let given = match options::read("rm", "frRvdiI", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let (force, deep) = (given.has('f'), given.has('r') || given.has('R'));
    if given.rest.is_empty() && !force {
        io.err("rm: missing operand\nTry 'rm --help' for more information.\n");
        return Done::Exit(1);
    }
    let mut ok = true;
    for path in &given.rest {
        let why = if console.files.is_folder(path) {
            let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
            if !deep {
                format!("cannot remove '{path}': Is a directory")
            } else if matches!(last, "." | "..") {
                format!("refusing to remove '.' or '..' directory: skipping '{path}'")
            } else if path.trim_end_matches('/').is_empty() {
                "it is dangerous to operate recursively on '/'".to_owned()
            } else if console.files.remove_folder(path) {
                continue;
            } else {
                format!("cannot remove '{path}': Device or resource busy")
            }
        } else if console.files.remove(path) {
            if given.has('v') {
                io.line(format_args!("removed '{path}'"));
            }
            continue;
        } else if force {
            continue;
        } else {
            format!("cannot remove '{path}': No such file or directory")
        };
        io.err(format_args!("rm: {why}\n"));
        ok = false;
    }
    exit(ok)
}

//! `history`.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::expand;

/// `history [N]`, `history -c`
pub(super) fn history(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let all = &console.shell.history;
    let n = match args.first().map(String::as_str) {
        None => all.len(),
        Some("-c") => {
            console.shell.history.clear();
            return Done::OK;
        }
        Some(arg) => match arg.parse::<usize>() {
            Ok(n) => n,
            Err(_) => {
                let why = format_args!("history: {arg}: numeric argument required");
                return Done::Exit(expand::stop(console, io, why).0);
            }
        },
    };
    let from = all.len().saturating_sub(n);
    let lines = all.iter().enumerate().skip(from);
    let text: String = lines.map(|(n, line)| format!("{:5}  {line}\n", n + 1)).collect();
    io.out(text);
    Done::OK
}

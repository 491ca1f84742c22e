//! The `portolan` program: arguments, then one call.

use std::io::{BufWriter, stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = BufWriter::new(stdout());
    let mut streams =
        portolan::cli::Streams { input: &mut stdin(), out: &mut out, err: &mut stderr() };
    let exit = portolan::cli::run(std::env::args_os(), &mut streams);
    ExitCode::from(exit.code())
}

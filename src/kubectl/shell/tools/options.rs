//! Options of the machine's tools, with the words that GNU's have for wrong ones.

use crate::kubectl::getopt::{Given, Options, Wrong};

/// Reads `args`: `letters` as for getopt (`n:` takes a value), long names for some of them.
///
/// # Errors
/// What the tool says, its whole lines.
pub(super) fn read(
    tool: &str,
    letters: &str,
    long: &[(&str, char)],
    args: &[String],
) -> Result<Given, String> {
    let options = Options { letters, long, shortens: true, mixes: true };
    options.read(args).map_err(|wrong| said(tool, &wrong))
}

/// The same, up to the first word that is no option.
///
/// # Errors
/// As [`read`].
pub(super) fn read_first(
    tool: &str,
    letters: &str,
    long: &[(&str, char)],
    args: &[String],
) -> Result<Given, String> {
    let options = Options { letters, long, shortens: true, mixes: false };
    options.read(args).map_err(|wrong| said(tool, &wrong))
}

fn said(tool: &str, wrong: &Wrong) -> String {
    let why = match wrong {
        Wrong::Unknown(option) => format!("unrecognized option '{option}'"),
        Wrong::UnknownLetter(letter) => format!("invalid option -- '{letter}'"),
        Wrong::Bare(option) => format!("option '{option}' requires an argument"),
        Wrong::BareLetter(letter) => format!("option requires an argument -- '{letter}'"),
    };
    format!("{tool}: {why}\nTry '{tool} --help' for more information.\n")
}

//! Options as `getopt_long` reads them.

/// Options as they were given, and the other words.
pub(super) struct Given {
    pub(super) options: Vec<(char, String)>,
    pub(super) rest: Vec<String>,
}

impl Given {
    /// Whether an option was given.
    pub(super) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(c, _)| *c == letter)
    }

    /// An option's value, as it was given last.
    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|(c, _)| *c == letter).map(|(_, value)| value.as_str())
    }
}

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
    scan(tool, letters, long, args, true)
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
    scan(tool, letters, long, args, false)
}

fn scan(
    tool: &str,
    letters: &str,
    long: &[(&str, char)],
    args: &[String],
    all: bool,
) -> Result<Given, String> {
    let wrong = |why: String| format!("{tool}: {why}\nTry '{tool} --help' for more information.\n");
    let takes = |c: char| -> Option<bool> {
        let at = letters.find(c).filter(|_| c != ':')?;
        Some(letters.get(at + c.len_utf8()..)?.starts_with(':'))
    };
    let mut given = Given { options: Vec::new(), rest: Vec::new() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            break;
        }
        if let Some(name) = arg.strip_prefix("--") {
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let exact = long.iter().find(|(long, _)| *long == name);
            let mut begin = long.iter().filter(|(long, _)| long.starts_with(name));
            let found = exact.or_else(|| begin.next());
            let Some((_, letter)) = found else {
                return Err(wrong(format!("unrecognized option '{arg}'")));
            };
            let value = match (takes(*letter), value) {
                (Some(true), Some(value)) => value,
                (Some(true), None) => match args.next() {
                    Some(value) => value.clone(),
                    None => return Err(wrong(format!("option '{arg}' requires an argument"))),
                },
                (_, value) => value.unwrap_or_default(),
            };
            given.options.push((*letter, value));
            continue;
        }
        let Some(group) = arg.strip_prefix('-').filter(|group| !group.is_empty()) else {
            given.rest.push(arg.clone());
            if all {
                continue;
            }
            break;
        };
        let mut rest = group.chars();
        while let Some(letter) = rest.next() {
            match takes(letter) {
                None => return Err(wrong(format!("invalid option -- '{letter}'"))),
                Some(false) => given.options.push((letter, String::new())),
                Some(true) => {
                    let value = match rest.as_str() {
                        "" => match args.next() {
                            Some(value) => value.clone(),
                            None => {
                                let why = format!("option requires an argument -- '{letter}'");
                                return Err(wrong(why));
                            }
                        },
                        value => value.to_owned(),
                    };
                    given.options.push((letter, value));
                    break;
                }
            }
        }
    }
    given.rest.extend(args.cloned());
    Ok(given)
}

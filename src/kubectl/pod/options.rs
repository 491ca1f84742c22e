//! Options as `getopt` reads them.

/// Options as they were given, and the other words.
pub(super) struct Given {
    options: Vec<(char, String)>,
    pub(super) rest: Vec<String>,
}

impl Given {
    pub(super) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(c, _)| *c == letter)
    }

    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|(c, _)| *c == letter).map(|(_, value)| value.as_str())
    }
}

/// Reads `args`: `letters` as for getopt (`n:` takes a value), long names for some of them.
///
/// # Errors
/// What is unknown or lacks its value.
pub(super) fn read(letters: &str, long: &[(&str, char)], args: &[String]) -> Result<Given, String> {
    let takes = |c: char| -> Option<bool> {
        let at = letters.find(c).filter(|_| c != ':')?;
        Some(letters.get(at + c.len_utf8()..)?.starts_with(':'))
    };
    let mut given = Given { options: Vec::new(), rest: Vec::new() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            given.rest.extend(args.by_ref().cloned());
        } else if let Some(name) = arg.strip_prefix("--") {
            let (name, value) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            let Some((_, letter)) = long.iter().find(|(long, _)| *long == name) else {
                return Err(format!("unrecognized option '--{name}'"));
            };
            let value = match (takes(*letter), value) {
                (Some(true), None) => match args.next() {
                    Some(value) => value.clone(),
                    None => return Err(format!("option '--{name}' requires an argument")),
                },
                (_, value) => value.unwrap_or_default(),
            };
            given.options.push((*letter, value));
        } else if let Some(group) = arg.strip_prefix('-').filter(|group| !group.is_empty()) {
            let mut rest = group.chars();
            while let Some(letter) = rest.next() {
                match takes(letter) {
                    None => return Err(format!("unrecognized option: {letter}")),
                    Some(false) => given.options.push((letter, String::new())),
                    Some(true) => {
                        let value = match rest.as_str() {
                            "" => match args.next() {
                                Some(value) => value.clone(),
                                None => {
                                    return Err(format!("option requires an argument: {letter}"));
                                }
                            },
                            value => value.to_owned(),
                        };
                        given.options.push((letter, value));
                        break;
                    }
                }
            }
        } else {
            given.rest.push(arg.clone());
        }
    }
    Ok(given)
}

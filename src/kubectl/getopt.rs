//! Options of programs, as `getopt_long` reads them: on the machine and inside Pods.

use std::fmt;

/// What a program takes.
#[derive(Clone, Copy)]
pub(super) struct Options<'a> {
    /// As for getopt: `n:` takes a value.
    pub(super) letters: &'a str,
    /// Long names, and the letter each stands for.
    pub(super) long: &'a [(&'a str, char)],
    /// The beginning of a long name stands for it.
    pub(super) shortens: bool,
    /// Options may stand behind other words, too.
    pub(super) mixes: bool,
}

/// Options as they were given, and the other words.
pub(super) struct Given {
    /// By letter, in their order; what takes no value has an empty one.
    pub(super) options: Vec<(char, String)>,
    /// The other words.
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

/// What is wrong with an option. Each library has words of its own for it; as text it is in
/// busybox's (musl's).
#[derive(Debug)]
pub(super) enum Wrong {
    /// There is no such long option: as it was written, dashes and value included.
    Unknown(String),
    /// There is no such letter.
    UnknownLetter(char),
    /// A long option has no value: its whole name, with its dashes.
    Bare(String),
    /// A letter has no value.
    BareLetter(char),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(option) => {
                let name = option.split('=').next().unwrap_or_default();
                write!(f, "unrecognized option '{name}'")
            }
            Self::UnknownLetter(letter) => write!(f, "unrecognized option: {letter}"),
            Self::Bare(option) => write!(f, "option '{option}' requires an argument"),
            Self::BareLetter(letter) => write!(f, "option requires an argument: {letter}"),
        }
    }
}

impl Options<'_> {
    /// Whether a letter takes a value; nothing where there is no such letter.
    fn takes(&self, letter: char) -> Option<bool> {
        let at = self.letters.find(letter).filter(|_| letter != ':')?;
        Some(self.letters.get(at + letter.len_utf8()..)?.starts_with(':'))
    }

    /// What a long name, or its beginning, stands for: the whole name and its letter.
    fn long(&self, name: &str) -> Option<(&str, char)> {
        let exact = self.long.iter().find(|(long, _)| *long == name);
        let mut begin =
            self.long.iter().filter(|(long, _)| self.shortens && long.starts_with(name));
        exact.or_else(|| begin.next()).copied()
    }

    /// Reads a program's words.
    ///
    /// # Errors
    /// The first option that is unknown or lacks its value.
    pub(super) fn read(&self, args: &[String]) -> Result<Given, Wrong> {
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
                let (name, letter) = self.long(name).ok_or_else(|| Wrong::Unknown(arg.clone()))?;
                let value = match (self.takes(letter), value) {
                    (Some(true), None) => {
                        args.next().cloned().ok_or_else(|| Wrong::Bare(format!("--{name}")))?
                    }
                    (_, value) => value.unwrap_or_default(),
                };
                given.options.push((letter, value));
            } else if let Some(group) = arg.strip_prefix('-').filter(|group| !group.is_empty()) {
                let mut rest = group.chars();
                while let Some(letter) = rest.next() {
                    let takes = self.takes(letter).ok_or(Wrong::UnknownLetter(letter))?;
                    let value = match (takes, rest.as_str()) {
                        (false, _) => String::new(),
                        (true, "") => args.next().cloned().ok_or(Wrong::BareLetter(letter))?,
                        (true, value) => value.to_owned(),
                    };
                    given.options.push((letter, value));
                    if takes {
                        break;
                    }
                }
            } else {
                given.rest.push(arg.clone());
                if !self.mixes {
                    break;
                }
            }
        }
        given.rest.extend(args.cloned());
        Ok(given)
    }
}

//! `find`: files by name, kind and depth.

use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::kubectl::shell::{expand, run};

/// How deep brackets may be.
const MAX_DEPTH: usize = 50;
/// How many commands `-exec` runs.
const MAX_RUNS: usize = 1_000;

/// What is asked of a path.
enum Test {
    Name(String, bool),
    Path(String),
    Kind(char),
    Empty,
    Print(char),
    Delete,
    /// The command, and whether it takes all paths at once.
    Exec(Vec<String>, bool),
    Not(Box<Test>),
    All(Vec<Test>),
    Any(Vec<Test>),
    True,
    Prune,
}

/// What was found, and what comes of it.
struct Walk {
    min: usize,
    max: usize,
    test: Test,
    /// What `-exec … +` gets.
    gathered: Vec<String>,
    n_runs: usize,
    prunes: bool,
    exit: u8,
}

/// `find [PATH...] [TESTS]`
pub(super) fn find(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let begins =
        |arg: &&String| (arg.starts_with('-') && arg.len() > 1) || matches!(&***arg, "(" | "!");
    let n_paths = args.iter().take_while(|arg| !begins(arg)).count();
    let (paths, tests) = args.split_at(n_paths);
    let mut reader = Reader { words: tests, at: 0, min: 0, max: usize::MAX, acts: false, depth: 0 };
    let test = match reader.any() {
        Ok(test) if reader.at == tests.len() => test,
        Ok(_) => {
            let word = tests.get(reader.at).map_or("", String::as_str);
            io.err(format_args!("find: paths must precede expression: `{word}'\n"));
            return Done::Exit(1);
        }
        Err(why) => {
            io.err(format_args!("find: {why}\n"));
            return Done::Exit(1);
        }
    };
    let test = match reader.acts {
        true => test,
        false => Test::All(vec![test, Test::Print('\n')]),
    };
    let (min, max) = (reader.min, reader.max);
    let mut walk = Walk { min, max, test, gathered: Vec::new(), n_runs: 0, prunes: false, exit: 0 };
    let here = [".".to_owned()];
    for path in if paths.is_empty() { &here[..] } else { paths } {
        if console.files.read(path).is_none() && !console.files.is_folder(path) {
            io.err(format_args!("find: '{path}': No such file or directory\n"));
            walk.exit = 1;
            continue;
        }
        if !walk.go(console, path, 0, io) {
            return Done::Exit(137);
        }
    }
    if !walk.gathered.is_empty()
        && let Some(command) = gathers(&walk.test)
    {
        let words: Vec<String> = command.iter().cloned().chain(walk.gathered).collect();
        if execute(console, &words, io) != 0 {
            walk.exit = 1;
        }
    }
    Done::Exit(walk.exit)
}

impl Walk {
    /// A path and all below it; false where it is too much.
    fn go(&mut self, console: &mut Console, path: &str, depth: usize, io: &mut Io) -> bool {
        if !console.shell.spend(200 + path.len() as u64) {
            return false;
        }
        // What is deleted goes behind what lies in it.
        let last = deletes(&self.test);
        if !last {
            self.one(console, path, depth, io);
        }
        let pruned = std::mem::take(&mut self.prunes);
        if depth < self.max && !pruned && console.files.is_folder(path) {
            for (name, _) in console.files.list(path).unwrap_or_default() {
                let inner = match path.ends_with('/') {
                    true => format!("{path}{name}"),
                    false => format!("{path}/{name}"),
                };
                if !self.go(console, &inner, depth + 1, io) {
                    return false;
                }
            }
        }
        if last {
            self.one(console, path, depth, io);
        }
        true
    }

    fn one(&mut self, console: &mut Console, path: &str, depth: usize, io: &mut Io) {
        if depth < self.min {
            return;
        }
        let test = std::mem::replace(&mut self.test, Test::True);
        self.holds(console, &test, path, io);
        self.test = test;
    }

    fn holds(&mut self, console: &mut Console, test: &Test, path: &str, io: &mut Io) -> bool {
        let name = match path.trim_end_matches('/') {
            "" => "/",
            path => path.rsplit('/').next().unwrap_or(path),
        };
        match test {
            Test::True => true,
            Test::Prune => {
                self.prunes = true;
                true
            }
            Test::Name(pattern, true) => {
                expand::matches(&pattern.to_lowercase(), &name.to_lowercase())
            }
            Test::Name(pattern, false) => expand::matches(pattern, name),
            Test::Path(pattern) => expand::matches(pattern, path),
            Test::Kind(kind) => {
                (*kind == 'd') == console.files.is_folder(path) && "df".contains(*kind)
            }
            Test::Empty => match console.files.read(path) {
                Some(bytes) => bytes.is_empty(),
                None => console.files.list(path).is_some_and(|list| list.is_empty()),
            },
            Test::Print(end) => {
                io.out(format_args!("{path}{end}"));
                true
            }
            Test::Delete => {
                let gone = match console.files.is_folder(path) {
                    true if console.files.list(path).is_some_and(|list| list.is_empty()) => {
                        console.files.remove_folder(path)
                    }
                    true => false,
                    false => console.files.remove(path),
                };
                if !gone && name != "." {
                    io.err(format_args!("find: cannot delete '{path}': Directory not empty\n"));
                    self.exit = 1;
                }
                gone
            }
            Test::Exec(_, true) => {
                if self.gathered.len() < 10_000 {
                    self.gathered.push(path.to_owned());
                }
                true
            }
            Test::Exec(command, false) => {
                self.n_runs += 1;
                if self.n_runs > MAX_RUNS {
                    self.exit = 1;
                    return false;
                }
                let words: Vec<String> =
                    command.iter().map(|word| word.replace("{}", path)).collect();
                execute(console, &words, io) == 0
            }
            Test::Not(inner) => !self.holds(console, inner, path, io),
            Test::All(tests) => tests.iter().all(|test| self.holds(console, test, path, io)),
            Test::Any(tests) => tests.iter().any(|test| self.holds(console, test, path, io)),
        }
    }
}

fn execute(console: &mut Console, words: &[String], io: &mut Io) -> u8 {
    if words.first().is_some_and(|name| name == "find") || !console.shell.spend(20_000) {
        io.err("find: it does not run itself here\n");
        return 126;
    }
    match run::command(console, words, io) {
        Done::Exit(exit) => exit,
        Done::Goes(job) => run::drive(console, job, io),
    }
}

/// Whether anything of it deletes.
fn deletes(test: &Test) -> bool {
    match test {
        Test::Delete => true,
        Test::Not(inner) => deletes(inner),
        Test::All(tests) | Test::Any(tests) => tests.iter().any(deletes),
        _ => false,
    }
}

/// The command that takes all paths at once.
fn gathers(test: &Test) -> Option<&[String]> {
    match test {
        Test::Exec(command, true) => Some(command),
        Test::Not(inner) => gathers(inner),
        Test::All(tests) | Test::Any(tests) => tests.iter().find_map(gathers),
        _ => None,
    }
}

struct Reader<'a> {
    words: &'a [String],
    at: usize,
    min: usize,
    max: usize,
    acts: bool,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn any(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.all()?];
        while matches!(self.peek(), Some("-o" | "-or")) {
            self.at += 1;
            tests.push(self.all()?);
        }
        Ok(Test::Any(tests))
    }

    fn all(&mut self) -> Result<Test, String> {
        let mut tests = Vec::new();
        loop {
            match self.peek() {
                None | Some(")" | "-o" | "-or") => return Ok(Test::All(tests)),
                Some("-a" | "-and") => self.at += 1,
                Some(word) if !word.starts_with('-') && !matches!(word, "(" | "!") => {
                    return Ok(Test::All(tests));
                }
                Some(_) => tests.push(self.one()?),
            }
        }
    }

    fn value(&mut self, flag: &str) -> Result<String, String> {
        let value = self.words.get(self.at).cloned();
        self.at += 1;
        value.ok_or_else(|| format!("missing argument to `{flag}'"))
    }

    fn one(&mut self) -> Result<Test, String> {
        let Some(word) = self.words.get(self.at).cloned() else { return Ok(Test::True) };
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH * 20 {
            return Err("the expression is too long".to_owned());
        }
        Ok(match word.as_str() {
            "(" => {
                if self.words.iter().filter(|word| *word == "(").count() > MAX_DEPTH {
                    return Err("the expression is too deep".to_owned());
                }
                let inner = self.any()?;
                if self.peek() != Some(")") {
                    return Err("invalid expression; I was expecting to find a ')' somewhere but did not see one.".to_owned());
                }
                self.at += 1;
                inner
            }
            "!" | "-not" => Test::Not(Box::new(self.one()?)),
            "-name" => Test::Name(self.value(&word)?, false),
            "-iname" => Test::Name(self.value(&word)?, true),
            "-path" | "-wholename" => Test::Path(self.value(&word)?),
            "-type" => {
                let kind = self.value(&word)?;
                match kind.chars().next() {
                    Some(kind @ ('f' | 'd' | 'l' | 'p' | 's' | 'b' | 'c')) => Test::Kind(kind),
                    _ => return Err(format!("Unknown argument to -type: {kind}")),
                }
            }
            "-empty" => Test::Empty,
            "-true" => Test::True,
            "-prune" => Test::Prune,
            "-print" | "-print0" => {
                self.acts = true;
                Test::Print(if word == "-print0" { '\0' } else { '\n' })
            }
            "-delete" => {
                self.acts = true;
                Test::Delete
            }
            "-exec" | "-ok" => {
                self.acts = true;
                let mut command = Vec::new();
                loop {
                    match self.words.get(self.at).map(String::as_str) {
                        Some(";") => {
                            self.at += 1;
                            break Test::Exec(command, false);
                        }
                        Some("+") if command.last().is_some_and(|word| word == "{}") => {
                            self.at += 1;
                            command.pop();
                            break Test::Exec(command, true);
                        }
                        Some(word) => {
                            command.push(word.to_owned());
                            self.at += 1;
                        }
                        None => return Err(format!("missing argument to `{word}'")),
                    }
                }
            }
            "-maxdepth" | "-mindepth" => {
                let value = self.value(&word)?;
                let Ok(n) = value.parse() else {
                    return Err(format!(
                        "Expected a positive decimal integer argument to {word}, but got '{value}'"
                    ));
                };
                if word == "-maxdepth" {
                    self.max = n;
                } else {
                    self.min = n;
                }
                Test::True
            }
            "-mtime" | "-mmin" | "-newer" | "-size" | "-perm" | "-user" | "-regex" | "-printf" => {
                return Err(format!("{word} is not here: -name, -type, -exec and grep are"));
            }
            word => return Err(format!("unknown predicate `{word}'")),
        })
    }
}

//! The commands beside kubectl, as coreutils has them: one file each, a table of all.

mod options;
mod parts;

mod awk;
mod base64;
mod cat;
mod column;
mod copy;
mod cut;
mod date;
mod declare;
mod diff;
mod echo;
mod elsewhere;
mod environment;
mod expr;
mod find;
mod folders;
mod grep;
mod head;
mod help;
mod history;
mod jobs;
mod lines;
mod ls;
mod machine;
mod mapfile;
mod pattern;
mod read;
mod rm;
mod sed;
mod seq;
mod sort;
mod tee;
pub(super) mod test;
mod tr;
mod trap;
mod uniq;
mod vim;
mod watch;
mod wc;
mod which;
mod xargs;

pub(super) use echo::{quoted, unescape};
pub(super) use read::{next_line, read as read_line};

use crate::kubectl::console::{Console, Io, whole};
use crate::kubectl::job::Done;
use std::borrow::Cow;

/// How a tool runs: its arguments without its name.
type Run = fn(&mut Console, &[String], &mut Io) -> Done;

/// A tool.
pub(super) struct Tool {
    /// Its name.
    pub(super) name: &'static str,
    /// How it runs.
    run: Run,
    /// What it does, and how it is called, in a line.
    pub(super) about: &'static str,
    /// Whether it is bash's own.
    pub(super) builtin: bool,
}

impl Tool {
    /// How it is called, and what it does.
    pub(super) fn usage(&self) -> String {
        match self.about.starts_with(self.name) {
            true => self.about.to_owned(),
            false => format!("{}: {}", self.name, self.about),
        }
    }
}

const fn tool(name: &'static str, run: Run, about: &'static str) -> Tool {
    Tool { name, run, about, builtin: false }
}

const fn builtin(name: &'static str, run: Run, about: &'static str) -> Tool {
    Tool { name, run, about, builtin: true }
}

/// All tools, by name.
pub(super) static TOOLS: &[Tool] = &[
    builtin(":", echo::nothing, "does nothing"),
    builtin("[", test::single, "test, with ] at its end"),
    builtin("alias", environment::alias, "alias NAME=TEXT: another name for a command"),
    tool("arch", machine::arch, "arch: what the processor is"),
    tool("awk", awk::awk, "awk [-F C] '/PATTERN/ {print $1, $NF}' [FILE...]: fields of lines"),
    tool("base64", base64::base64, "base64 [-d] [FILE]: encode, or decode"),
    tool("basename", folders::basename, "basename PATH: its last part"),
    tool("cat", cat::cat, "cat [-n] [FILE...]: what files hold"),
    builtin("cd", folders::cd, "cd [FOLDER]: go to a folder"),
    tool("chmod", folders::chmod, "chmod +x FILE...: let files be run"),
    tool("clear", help::clear, "clear the screen"),
    tool("column", column::column, "column -t [-s C] [FILE...]: words in columns"),
    builtin("command", which::a_command, "command [-v] NAME...: run it, or say where it is"),
    builtin("compgen", which::compgen, "compgen -W WORDS [START]: the words that begin so"),
    builtin("complete", echo::nothing, "complete ...: Tab completes without it"),
    tool("cp", copy::cp, "cp [-r] FROM... TO: copy files"),
    tool("cut", cut::cut, "cut -d, -f1,3 | -c1-5 [FILE...]: parts of lines"),
    tool("date", date::date, "date [+FORMAT]: the world's clock"),
    builtin("declare", declare::declare, "declare [-x] [-r] [-a] NAME=VALUE: a variable"),
    tool("diff", diff::diff, "diff [-u] FILE FILE: what differs"),
    tool("dirname", folders::dirname, "dirname PATH: all but its last part"),
    builtin("echo", echo::echo, "echo [-n] [-e] TEXT...: say it"),
    tool("egrep", grep::egrep, "grep -E"),
    tool("env", environment::env, "env [NAME=VALUE...] [COMMAND]: variables that commands get"),
    builtin("export", declare::export, "export NAME=VALUE: a variable for commands"),
    tool("expr", expr::expr, "expr A + B: sums"),
    builtin("false", echo::no, "exit code 1"),
    tool("fgrep", grep::fgrep, "grep -F"),
    builtin(
        "fc",
        history::fc,
        "fc -l [FIRST [LAST]] | fc -s [OLD=NEW] [COMMAND]: lines typed before",
    ),
    builtin("fg", jobs::fg, "fg [%N]: a job from the background to the front"),
    tool("find", find::find, "find [PATH] [-name P] [-type f] [-exec COMMAND {} \\;]: files"),
    tool("grep", grep::grep, "grep [-ivncoEFwlrqABC] PATTERN [FILE...]: lines that match"),
    tool("head", head::head, "head [-n N] [FILE...]: first lines"),
    builtin("hash", echo::nothing, "does nothing here: commands are found at once"),
    builtin("help", help::help, "this page"),
    builtin("history", history::history, "history [N]: what was typed"),
    tool("hostname", help::hostname, "this machine's name"),
    tool("id", machine::id, "id: who you are"),
    builtin("jobs", jobs::jobs, "jobs: what runs in the background (COMMAND &)"),
    builtin("kill", jobs::kill, "kill %N: end what runs in the background"),
    tool("less", cat::less, "what files hold"),
    builtin("let", test::a_let, "let EXPRESSION: sums"),
    builtin("local", declare::local, "local NAME=VALUE: a variable"),
    tool("ls", ls::ls, "ls [-l] [-a] [-1] [PATH...]: files"),
    tool("man", help::man, "man COMMAND: a line about it"),
    builtin(
        "mapfile",
        mapfile::mapfile,
        "mapfile [-t] [-n N] [-s N] [NAME]: lines of input into an array",
    ),
    tool("mkdir", folders::mkdir, "mkdir [-p] FOLDER...: make folders"),
    tool("more", cat::less, "what files hold"),
    tool("mv", copy::mv, "mv FROM... TO: move files"),
    tool("nano", vim::nano, "nano FILE: edit it"),
    tool("nl", cat::nl, "nl [FILE...]: lines with numbers"),
    tool("nohup", xargs::nohup, "nohup COMMAND: run it"),
    tool("nproc", machine::nproc, "nproc: how many processors"),
    tool("paste", column::paste, "paste [-s] [-d C] [FILE...]: lines side by side"),
    tool("printenv", environment::printenv, "printenv [NAME...]: variables that commands get"),
    builtin("printf", echo::printf, "printf FORMAT [ARGUMENT...]: say it in a form"),
    builtin("pwd", folders::pwd, "the folder that this is"),
    builtin("read", read::read, "read NAME...: a line of input into variables"),
    builtin("readarray", mapfile::mapfile, "mapfile"),
    tool("readlink", machine::readlink, "readlink -f PATH: the whole path"),
    builtin("readonly", declare::readonly, "readonly NAME=VALUE: a variable that stays so"),
    tool("realpath", machine::realpath, "realpath PATH: the whole path"),
    tool("rev", lines::rev, "rev [FILE...]: each line backwards"),
    tool("rm", rm::rm, "rm [-f] [-r] FILE...: take files away"),
    tool("rmdir", folders::rmdir, "rmdir FOLDER...: take empty folders away"),
    tool("sed", sed::sed, "sed [-n] [-i] [-E] SCRIPT [FILE...]: change lines"),
    tool("seq", seq::seq, "seq [FIRST [STEP]] LAST: numbers"),
    builtin("set", environment::set, "set: all variables; set -- WORDS: $1, $2, ..."),
    builtin("shift", environment::shift, "shift [N]: drop $1"),
    builtin("shopt", echo::nothing, "shopt -s NAME: does nothing here"),
    tool("sleep", date::sleep, "sleep SECONDS: the world's clock goes on"),
    tool("sort", sort::sort, "sort [-rnuhk -t] [FILE...]: lines in order"),
    tool("sudo", xargs::sudo, "sudo COMMAND: run it: you are root already"),
    tool("tac", lines::tac, "tac [FILE...]: the last line first"),
    tool("tail", head::tail, "tail [-n N | -n +N] [FILE...]: last lines"),
    tool("tee", tee::tee, "tee [-a] FILE...: input into files and on"),
    builtin("test", test::test, "test EXPRESSION: whether it holds"),
    tool("timeout", xargs::timeout, "timeout SECONDS COMMAND: run it"),
    tool("touch", folders::touch, "touch FILE...: make empty files"),
    tool("tr", tr::tr, "tr [-d] [-s] [-c] SET [SET]: change characters"),
    builtin("true", echo::nothing, "exit code 0"),
    builtin("trap", trap::trap, "trap TEXT EXIT|ERR|INT: what is run then"),
    tool("tty", machine::tty, "tty: the terminal"),
    builtin("type", which::a_type, "type NAME...: what a name means"),
    builtin("typeset", declare::declare, "declare"),
    builtin("unalias", environment::unalias, "unalias NAME...: forget an alias"),
    builtin("unset", declare::unset, "unset NAME...: forget a variable"),
    tool("uname", machine::uname, "uname [-a]: what system this is"),
    tool("uniq", uniq::uniq, "uniq [-c] [-d] [-u] [FILE]: equal lines that follow each other"),
    tool("vi", vim::vim, "vi FILE: edit it"),
    tool("view", vim::vim, "view FILE: look at it"),
    tool("vim", vim::vim, "vim FILE: edit it"),
    builtin("wait", jobs::wait, "wait: until what runs in the background has ended"),
    tool("watch", watch::watch, "watch [-n SECONDS] COMMAND: run it again and again"),
    tool("wc", wc::wc, "wc [-l] [-w] [-c] [FILE...]: how many lines, words, bytes"),
    tool("which", which::which, "which NAME...: where a command is"),
    tool("whoami", help::whoami, "who you are"),
    tool("xargs", xargs::xargs, "xargs [-n N] [-I X] COMMAND: input as its arguments"),
    tool("yes", seq::yes, "yes [TEXT]: it, again and again"),
];

/// The tool of this name.
pub(super) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// Runs a command that works on text and files, or that a shell has built in; none where
/// `name` is neither. What talks to the cluster or to the learner is not among them.
pub(in crate::kubectl) fn text_tool(
    console: &mut Console,
    name: &str,
    args: &[String],
    io: &mut Io,
) -> Option<Done> {
    let tool = find(name).filter(|tool| !matches!(tool.name, "vim" | "vi" | "view" | "nano"))?;
    Some((tool.run)(console, args, io))
}

/// Whether a shell has `name` built in.
pub(in crate::kubectl) fn is_builtin(name: &str) -> bool {
    find(name).is_some_and(|tool| tool.builtin)
}

/// Runs the command `name`, which is not kubectl.
pub(super) fn run(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> Done {
    let size: usize = args.iter().map(String::len).sum();
    let before = io.n_input();
    let done = run_unbounded(console, name, args, io);
    match console.shell.spend((size + before.saturating_sub(io.n_input())) as u64) {
        true => done,
        false => Done::Exit(137),
    }
}

fn run_unbounded(console: &mut Console, name: &str, args: &[String], io: &mut Io) -> Done {
    let path = name.strip_prefix("/usr/bin/").or_else(|| name.strip_prefix("/bin/"));
    let plain = path.or_else(|| name.strip_prefix("/usr/local/bin/")).unwrap_or(name);
    if plain == "kubectl" {
        return crate::kubectl::command::run(console, args, io);
    }
    if let Some(tool) = find(plain) {
        // Words that are said or weighed are no options.
        let says = matches!(tool.name, "echo" | "[" | "test" | "expr" | ":" | "true" | "false");
        if !says && matches!(args, [flag] if flag == "--help") {
            io.line(format_args!("Usage: {}", tool.usage()));
            return Done::OK;
        }
        return (tool.run)(console, args, io);
    }
    if let Some(done) = elsewhere::run(console, plain, args, io) {
        return done;
    }
    let prefix = console.shell.prefix();
    if name.contains('/') {
        let (why, exit) = if console.files.is_folder(name) {
            ("Is a directory", 126)
        } else if console.files.read(name).is_some() {
            ("Permission denied", 126)
        } else {
            ("No such file or directory", 127)
        };
        io.err(format_args!("{prefix}{name}: {why}\n"));
        return Done::Exit(exit);
    }
    io.err(format_args!("{prefix}{name}: command not found\n"));
    Done::Exit(127)
}

/// An input: its name as it was given, and what it holds.
struct Input {
    name: String,
    pieces: Vec<Vec<u8>>,
}

impl Input {
    /// How many bytes it has.
    fn n_bytes(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }

    /// In one piece.
    fn whole(&self) -> Cow<'_, [u8]> {
        match &*self.pieces {
            [piece] => piece.into(),
            pieces => pieces.concat().into(),
        }
    }

    /// As text; what is none is replaced.
    fn text(&self) -> Cow<'_, str> {
        match self.whole() {
            Cow::Borrowed(bytes) => parts::text(bytes),
            Cow::Owned(bytes) => text_of(bytes).into(),
        }
    }
}

/// What `paths` hold, or stdin where there are none. What is missing is said, and `ok` is
/// false then.
fn inputs(console: &mut Console, tool: &str, paths: &[String], io: &mut Io) -> (Vec<Input>, bool) {
    let mut found = Vec::new();
    let mut ok = true;
    if paths.is_empty() {
        found.push(Input { name: String::new(), pieces: io.take_pieces() });
    }
    for path in paths {
        match pieces_of(console, path, io) {
            Ok(pieces) => found.push(Input { name: path.clone(), pieces }),
            Err(why) => {
                io.err(format_args!("{tool}: {path}: {why}\n"));
                ok = false;
            }
        }
    }
    (found, ok)
}

fn bytes_of(console: &mut Console, path: &str, io: &mut Io) -> Result<Vec<u8>, &'static str> {
    pieces_of(console, path, io).map(whole)
}

/// The same in pieces, which may end anywhere.
fn pieces_of(console: &mut Console, path: &str, io: &mut Io) -> Result<Vec<Vec<u8>>, &'static str> {
    if path == "-" || path == "/dev/stdin" {
        return Ok(io.take_pieces());
    }
    if path == "/dev/null" {
        return Ok(Vec::new());
    }
    let bytes = match console.files.read(path) {
        Some(bytes) if !path.ends_with('/') => bytes.to_vec(),
        Some(_) => return Err("Not a directory"),
        None if console.files.is_folder(path) => return Err("Is a directory"),
        None => return Err("No such file or directory"),
    };
    if !console.shell.spend(bytes.len() as u64) {
        return Err("Cannot allocate memory");
    }
    Ok(vec![bytes])
}

/// Bytes as text, in the same memory; what is none is replaced.
fn text_of(bytes: Vec<u8>) -> String {
    let lossy =
        |why: std::string::FromUtf8Error| String::from_utf8_lossy(why.as_bytes()).into_owned();
    String::from_utf8(bytes).unwrap_or_else(lossy)
}

/// Lines without their ends.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix('\n').map_or((text, text.is_empty()), |t| (t, false));
    let (text, none) = text;
    text.split('\n').take(if none { 0 } else { usize::MAX })
}

/// Writes a file, and says why where that fails.
fn save(console: &mut Console, tool: &str, path: &str, bytes: &[u8], io: &mut Io) -> bool {
    if matches!(path, "/dev/null") {
        return true;
    }
    match console.files.write_in_place(path, bytes) {
        Ok(()) => console.shell.spend(bytes.len() as u64),
        Err(why) => {
            io.err(format_args!("{tool}: {path}: {why}\n"));
            false
        }
    }
}

fn exit(ok: bool) -> Done {
    Done::Exit(u8::from(!ok))
}

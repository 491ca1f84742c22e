//! From words to a call of a command.

use super::flags::{self, Flag, Takes};
use super::{Call, Command, Runs, client, help};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::verbs;

/// Flags that every command has (`kubectl options`).
pub(in crate::kubectl) static GLOBAL: &[Flag] = &[
    Flag::new("namespace", Takes::Text, "", "The namespace that this request is about").short('n'),
    Flag::new("help", Takes::Bool, "false", "Help for this command").short('h'),
    Flag::new("context", Takes::Text, "", "The kubeconfig context to use"),
    Flag::new("request-timeout", Takes::Text, "0", "How long to wait for one answer"),
    Flag::new("as", Takes::Text, "", "The user to act as").missing(),
    Flag::new("as-group", Takes::Array, "[]", "The group to act as").missing(),
    Flag::new("as-uid", Takes::Text, "", "The uid to act as").missing(),
    Flag::new("as-user-extra", Takes::Array, "[]", "More about the user to act as").missing(),
    Flag::new("cache-dir", Takes::Text, "", "Where kubectl keeps its cache").missing(),
    Flag::new("certificate-authority", Takes::Text, "", "A file with the authority's certificate")
        .missing(),
    Flag::new("client-certificate", Takes::Text, "", "A file with a client certificate").missing(),
    Flag::new("client-key", Takes::Text, "", "A file with a client key").missing(),
    Flag::new("cluster", Takes::Text, "", "The kubeconfig cluster to use"),
    Flag::new("disable-compression", Takes::Bool, "false", "Ask for answers as they are").missing(),
    Flag::new(
        "insecure-skip-tls-verify",
        Takes::Bool,
        "false",
        "Do not check the server's certificate",
    )
    .missing(),
    Flag::new("kubeconfig", Takes::Text, "", "The kubeconfig file to use").missing(),
    Flag::new("kuberc", Takes::Text, "", "The preferences file to use").missing(),
    Flag::new("log-flush-frequency", Takes::Duration, "5s", "How often the log is written")
        .missing(),
    Flag::new("match-server-version", Takes::Bool, "false", "Want a server of the same version")
        .missing(),
    Flag::new("password", Takes::Text, "", "A password").missing(),
    Flag::new("profile", Takes::Text, "none", "What to profile").missing(),
    Flag::new("profile-output", Takes::Text, "profile.pprof", "Where the profile goes").missing(),
    Flag::new("server", Takes::Text, "", "The API server's address").short('s').missing(),
    Flag::new("storage-driver-buffer-duration", Takes::Duration, "1m0s", "").missing(),
    Flag::new("tls-server-name", Takes::Text, "", "The name in the server's certificate").missing(),
    Flag::new("token", Takes::Text, "", "A bearer token").missing(),
    Flag::new("user", Takes::Text, "", "The kubeconfig user to use"),
    Flag::new("username", Takes::Text, "", "A user name").missing(),
    Flag::new("v", Takes::Int, "0", "How much kubectl logs").short('v'),
    Flag::new("vmodule", Takes::Text, "", "How much parts of kubectl log").missing(),
    Flag::new("warnings-as-errors", Takes::Bool, "false", "Take warnings as errors").missing(),
];

/// The command that the first of `words` name, and how many of them do.
pub(in crate::kubectl) fn find(words: &[String]) -> Option<(&'static Command, usize)> {
    let mut found: Option<(&'static Command, usize)> = None;
    for (n, word) in words.iter().enumerate() {
        let under = found.map_or("", |(command, _)| command.path);
        let next = verbs::commands().find(|command| {
            let (parent, name) = command.path.rsplit_once(' ').unwrap_or(("", command.path));
            parent == under && (name == word || command.aliases.contains(&word.as_str()))
        });
        match next {
            Some(command) => found = Some((command, n + 1)),
            None => break,
        }
        if !matches!(found, Some((Command { runs: Runs::Group, .. }, _))) && !has_children(found) {
            break;
        }
    }
    found
}

fn has_children(found: Option<(&'static Command, usize)>) -> bool {
    found.is_some_and(|(command, _)| children(command.path).next().is_some())
}

/// The commands right under `path`.
pub(in crate::kubectl) fn children(path: &str) -> impl Iterator<Item = &'static Command> {
    verbs::commands().filter(move |command| match command.path.rsplit_once(' ') {
        Some((parent, _)) => parent == path,
        None => path.is_empty(),
    })
}

/// The flag of `command` with this name.
pub(in crate::kubectl) fn flag(
    command: &'static Command,
    is: impl Fn(&Flag) -> bool,
) -> Option<&'static Flag> {
    command.flags.iter().copied().chain([GLOBAL]).flatten().find(|flag| is(flag))
}

/// Runs `kubectl` with `words` behind it.
pub(in crate::kubectl) fn run(console: &mut Console, words: &[String], io: &mut Io) -> Done {
    match call(console, words, io) {
        Ok(done) => done,
        Err(failure) => {
            io.err(failure.stderr());
            Done::Exit(1)
        }
    }
}

/// Flags may stand before the verb: `kubectl -n shop get svc`. They are put behind it.
fn verb_first(words: &[String]) -> Vec<String> {
    let mut before = Vec::new();
    let mut rest = words.iter().peekable();
    while let Some(word) = rest.next_if(|word| word.starts_with('-') && word.as_str() != "--") {
        before.push(word.clone());
        let name = word.trim_start_matches('-');
        let flag = GLOBAL.iter().find(|flag| {
            if word.starts_with("--") {
                flag.name == name
            } else {
                flag.short.is_some_and(|s| name == s.to_string())
            }
        });
        if flag.is_some_and(|flag| !matches!(flag.takes, Takes::Bool | Takes::Optional(_)))
            && let Some(value) = rest.next()
        {
            before.push(value.clone());
        }
    }
    let mut words: Vec<String> = rest.cloned().collect();
    let n_path = find(&words).map_or(words.len().min(1), |(_, n)| n);
    words.splice(n_path..n_path, before);
    words
}

/// Flags stand before a word that is no command: kubectl takes it for a plugin
/// (`HandlePluginCommand`, k8s.io/kubectl/pkg/cmd). A flag that is not known takes the next
/// word, as far as this goes (`stripFlags`, github.com/spf13/cobra).
fn before_plugin(words: &[String]) -> Option<&String> {
    let first = words.first().filter(|word| word.starts_with('-') && word.as_str() != "--")?;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let takes_none = |is: &dyn Fn(&Flag) -> bool| {
            let flag = GLOBAL.iter().find(|flag| is(flag));
            flag.is_some_and(|flag| matches!(flag.takes, Takes::Bool | Takes::Optional(_)))
        };
        let takes_next = match word.strip_prefix("--") {
            Some(name) => !name.contains('=') && !takes_none(&|flag| flag.name == name),
            None => match word.strip_prefix('-') {
                Some(letter) => {
                    letter.chars().count() == 1
                        && !takes_none(&|flag| flag.short == letter.chars().next())
                }
                None => {
                    let is = |command: &Command| {
                        command.path == word || command.aliases.contains(&&**word)
                    };
                    let known = word == "help" || children("").any(is);
                    return (!known).then_some(first);
                }
            },
        };
        if takes_next {
            rest.next();
        }
    }
    None
}

fn read_flags(command: &'static Command, rest: &[String]) -> Result<flags::Parsed, String> {
    flags::parse(rest, &|name| flag(command, |flag| flag.name == name), &|letter| {
        flag(command, |flag| flag.short == Some(letter))
    })
}

/// The command that `words` call by its path, its flags and what stands beside them; none where
/// they call none as they should.
pub(in crate::kubectl) fn read_call(
    words: &[String],
) -> Option<(&'static str, flags::Flags, Vec<String>)> {
    if before_plugin(words).is_some() {
        return None;
    }
    let words = verb_first(words);
    let (command, n_path) = find(&words)?;
    let (flags, args, _) = read_flags(command, words.get(n_path..)?).ok()?;
    Some((command.path, flags, args))
}

fn call(console: &mut Console, words: &[String], io: &mut Io) -> Result<Done, Failure> {
    if let Some(flag) = before_plugin(words) {
        return Err(Failure::Plain(format!(
            "Error: flags cannot be placed before plugin name: {flag}\n"
        )));
    }
    let words = verb_first(words);
    let Some((command, n_path)) = find(&words) else {
        return help::no_command(&words, io);
    };
    let rest = words.get(n_path..).unwrap_or_default();
    if let Runs::Elsewhere(where_) = command.runs {
        return Err(Failure::Client(format!(
            "kubectl {} is not part of Portolan's kubectl. {where_}",
            command.path
        )));
    }
    let (flags, args, before_dash) = read_flags(command, rest).map_err(|why| {
        Failure::Client(format!("{why}\nSee 'kubectl {} --help' for usage.", command.path))
    })?;
    let all = command.flags.iter().copied().chain([GLOBAL]).flatten();
    for flag in all.filter(|f| !f.deprecated.is_empty() && flags.is_set(f.name)) {
        io.err(format_args!("Flag --{} has been deprecated, {}\n", flag.name, flag.deprecated));
    }
    let time = console.cluster.settings().now.to_string();
    let call = Call { command, flags, args, before_dash, time };
    if call.flags.bool("help") {
        io.out(help::of(command));
        return Ok(Done::OK);
    }
    // A command's own flag stands before the one of that name that all have.
    let is_own = |flag: &Flag| command.flags.iter().copied().flatten().any(|own| own == flag);
    let shadowed = |of: &Flag| !is_own(of) && flag(command, |f| f.name == of.name) != Some(of);
    let acts = |f: &Flag| matches!(f.name, "as" | "as-group") && client::acts_as(&call);
    let misses = |f: &Flag| !f.has && call.flags.is_set(f.name) && !shadowed(f) && !acts(f);
    if let Some(missing) = flag(command, misses) {
        return Err(Failure::Client(format!(
            "--{} of kubectl {} is not part of Portolan's kubectl. A real kubectl has it",
            missing.name, command.path
        )));
    }
    if matches!(command.runs, Runs::Verb(_)) {
        client::check(console, &call)?;
        client::short_names(&call, io);
    }
    match command.runs {
        Runs::Verb(verb) => verb(console, &call, io),
        Runs::Group | Runs::Elsewhere(_) => help::no_subcommand(&call, io),
    }
}

//! Editors as `kubectl edit` starts them: an in-memory file goes through a command line.

use super::expand::Stop;
use super::run::{self, Machine};
use super::syntax::parse;
use crate::kubectl::console::{Console, EditKeys, Io};

/// What came of an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) enum Edited {
    /// It ended well, and the file holds this.
    Saved(String),
    /// It ended badly: what kubectl says, without `error: `.
    Failed(String),
    /// It is one for a terminal: the file is to be edited there (`Wants::Edit`).
    Asks(EditKeys),
}

/// Runs `$KUBE_EDITOR`, `$EDITOR` or vi on a file that holds `text`
/// (`k8s.io/kubectl/pkg/cmd/util/editor`, v1.36). What the editor says goes to `io`.
pub(in crate::kubectl) fn edit(console: &mut Console, text: &str, io: &mut Io) -> Edited {
    let set = |name: &str| console.shell.var(name).filter(|value| !value.is_empty());
    let editor = set("KUBE_EDITOR").or_else(|| set("EDITOR")).unwrap_or("vi").to_owned();
    let first = editor.split_whitespace().next().unwrap_or("");
    let name = first.rsplit('/').next().unwrap_or(first).to_owned();
    let path = format!("/tmp/kubectl-edit-{}.yaml", console.shell.random() % 10_000_000_000);
    if matches!(&*name, "vi" | "vim" | "nano" | "view" | "nvim" | "emacs" | "code") {
        if console.shell.is_terminal && io.columns.is_some() {
            return Edited::Asks(EditKeys::of(&name));
        }
        io.err(format_args!("{name}: there is no terminal to edit in; EDITOR=\"sed -i s/OLD/NEW/\" edits from a line\n"));
        return Edited::Failed(format!("there was a problem with the editor {editor:?}"));
    }
    if console.files.write(&path, text.as_bytes()).is_err() {
        return Edited::Failed("No space left on device".to_owned());
    }
    // Words at blanks, or the shell's where there are quotes.
    let quoted = editor.contains(['"', '\'', '\\']);
    let status = if quoted {
        let line = format!("{editor} {path}");
        match parse(&line, &console.shell.aliases, true) {
            Ok((script, _)) => {
                let outer = console.shell.status;
                let mut inner = Io::new(None, None);
                Machine::new(script).finish(console, &mut inner);
                inner.into_said().into_iter().for_each(|(stream, bytes)| io.say(stream, &bytes));
                std::mem::replace(&mut console.shell.status, outer)
            }
            Err(_) => Stop(2).0,
        }
    } else {
        let mut words: Vec<String> =
            editor.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        words.push(path.clone());
        let is_known = words
            .first()
            .is_some_and(|name| name == "kubectl" || super::tools::find(name).is_some());
        if !is_known {
            console.files.remove(&path);
            return Edited::Failed(format!("unable to launch the editor {editor:?}"));
        }
        let mut inner = Io::new(None, None);
        let status = match run::command(console, &words, &mut inner) {
            crate::kubectl::job::Done::Exit(status) => status,
            crate::kubectl::job::Done::Goes(job) => run::drive(console, job, &mut inner),
        };
        inner.into_said().into_iter().for_each(|(stream, bytes)| io.say(stream, &bytes));
        status
    };
    let saved = console.files.read(&path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    console.files.remove(&path);
    match saved {
        Some(text) if status == 0 => Edited::Saved(text),
        _ => {
            let through = if quoted { "/bin/bash -c " } else { "" };
            let says = format!("{through}{editor}");
            Edited::Failed(format!("there was a problem with the editor {says:?}"))
        }
    }
}

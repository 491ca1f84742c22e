//! The house keeps its walls: a module uses what stands above it in `src/lib.rs`,
//! and the pure ones know no terminal, no files, no clock and no environment.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which `src/lib.rs` declares them, and whether each is pure.
fn modules() -> Vec<(String, bool)> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let mut pure = true;
    let mut found = Vec::new();
    for line in lib.lines() {
        if line.starts_with("// Shell:") {
            pure = false;
        }
        if let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            found.push((name.to_owned(), pure));
        }
    }
    found
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// The module path of a file: `src/ui/chart/svg.rs` is `ui, chart, svg`.
fn module_path(file: &Path) -> Vec<String> {
    let inner = file.strip_prefix("src").unwrap().with_extension("");
    let mut parts: Vec<String> =
        inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// Every path in a file's tokens as its segments: from the crate's root where it starts with
/// `crate`, `portolan`, `self` or `super`, else as it stands. It finds them in expressions,
/// types, `use` trees and macros alike.
struct Paths {
    inside: Vec<String>,
    found: Vec<Vec<String>>,
}

impl Paths {
    fn walk(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut i = 0;
        while i < tokens.len() {
            match &tokens[i] {
                TokenTree::Group(group) => {
                    let module = inline_module(&tokens, i);
                    if let Some(name) = &module {
                        self.inside.push(name.clone());
                    }
                    self.walk(group.stream());
                    if module.is_some() {
                        self.inside.pop();
                    }
                    i += 1;
                }
                TokenTree::Ident(_) => {
                    let mut prefix = Vec::new();
                    i = self.path(&tokens, i, &mut prefix);
                }
                _ => i += 1,
            }
        }
    }

    /// Reads one path from `i`, with a braced tree at its end; returns where it stops.
    fn path(&mut self, tokens: &[TokenTree], mut i: usize, prefix: &mut Vec<String>) -> usize {
        while let Some(TokenTree::Ident(ident)) = tokens.get(i) {
            prefix.push(ident.to_string());
            i += 1;
            if !is_colons(tokens, i) {
                break;
            }
            i += 2;
            if let Some(TokenTree::Group(group)) = tokens.get(i)
                && group.delimiter() == Delimiter::Brace
            {
                self.tree(group.stream(), prefix);
                return i + 1;
            }
        }
        self.keep(prefix);
        i
    }

    /// The branches of a `use` tree's braces.
    fn tree(&mut self, branches: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = branches.into_iter().collect();
        let is_comma =
            |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ',');
        for branch in tokens.split(is_comma) {
            let mut whole = prefix.to_vec();
            self.path(branch, 0, &mut whole);
        }
    }

    fn keep(&mut self, path: &[String]) {
        let mut at = self.inside.clone();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate" | "portolan") => {
                at.clear();
                rest = &path[1..];
            }
            Some("super" | "self") => {
                while let Some(first) = rest.first() {
                    match first.as_str() {
                        "super" => drop(at.pop()),
                        "self" => {}
                        _ => break,
                    }
                    rest = &rest[1..];
                }
            }
            _ => {
                if path.len() > 1 {
                    self.found.push(path.to_vec());
                }
                return;
            }
        }
        at.extend(rest.iter().cloned());
        at.insert(0, "crate".to_owned());
        self.found.push(at);
    }
}

fn is_colons(tokens: &[TokenTree], i: usize) -> bool {
    let colon =
        |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(i) && colon(i + 1)
}

fn inline_module(tokens: &[TokenTree], group: usize) -> Option<String> {
    let (TokenTree::Ident(keyword), TokenTree::Ident(name)) =
        (tokens.get(group.checked_sub(2)?)?, tokens.get(group - 1)?)
    else {
        return None;
    };
    (keyword == "mod").then(|| name.to_string())
}

fn paths_in(text: &str, inside: Vec<String>) -> Result<Vec<Vec<String>>, proc_macro2::LexError> {
    let mut paths = Paths { inside, found: Vec::new() };
    paths.walk(text.parse()?);
    Ok(paths.found)
}

/// Each file of `src` with its module path and the paths that it names.
fn house() -> Vec<(PathBuf, Vec<String>, Vec<Vec<String>>)> {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let inside = module_path(&file);
            let paths = paths_in(&text, inside.clone())
                .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            (file, inside, paths)
        })
        .collect()
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let order: BTreeMap<String, usize> =
        modules().into_iter().enumerate().map(|(i, (name, _))| (name, i)).collect();
    let mut wrong = BTreeSet::new();
    let mut n_arrows = 0;
    for (file, inside, paths) in house() {
        let Some((from, from_idx)) = inside.first().and_then(|name| order.get_key_value(name))
        else {
            continue; // lib.rs and main.rs hold the house together
        };
        for path in paths.iter().filter(|path| path[0] == "crate") {
            let Some((to, to_idx)) = path.get(1).and_then(|name| order.get_key_value(name)) else {
                continue;
            };
            n_arrows += usize::from(to != from);
            if to_idx > from_idx {
                wrong
                    .insert(format!("{}: {from} uses {to}, which stands below it", file.display()));
            }
        }
    }
    assert!(n_arrows > 0, "no arrow found: the reader of paths is broken");
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_folder_of_src_is_declared_in_the_map() {
    let declared: BTreeSet<String> = modules().into_iter().map(|(name, _)| name).collect();
    let folders: BTreeSet<String> = fs::read_dir("src")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(declared, folders);
}

/// What a pure module may not name, as the start of a path.
const IMPURE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["std", "net", "TcpStream"],
    &["std", "net", "UdpSocket"],
    &["fs"],
    &["env"],
    &["Instant"],
    &["SystemTime"],
    &["jiff", "Timestamp", "now"],
    &["Timestamp", "now"],
    &["Zoned", "now"],
    &["crossterm"],
    &["ratatui"],
    &["signal_hook"],
    &["directories"],
    &["clap"],
    &["annotate_snippets"],
];

/// Where work is done in two halves at once, or beside something else: what comes of it is the same
/// on any machine.
const TWO_THREADS: [&str; 2] = ["src/source/halves.rs", "src/source/aside.rs"];

#[test]
fn pure_modules_touch_no_terminal_file_clock_or_environment() {
    let pure: BTreeSet<String> =
        modules().into_iter().filter(|(_, pure)| *pure).map(|(name, _)| name).collect();
    assert!(pure.contains("app") && !pure.contains("ui"), "the map's two halves: {pure:?}");
    let mut wrong = BTreeSet::new();
    for (file, inside, paths) in house() {
        if !inside.first().is_some_and(|module| pure.contains(module)) {
            continue;
        }
        for path in paths {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            if path.starts_with(&["std", "thread"])
                && TWO_THREADS.iter().any(|it| file == Path::new(it))
            {
                continue;
            }
            if IMPURE.iter().any(|impure| path.starts_with(impure)) {
                wrong.insert(format!("{}: {}", file.display(), path.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_reader_of_paths_sees_use_trees_supers_macros_and_inline_modules() {
    let text = "use crate::{ui::Theme, trace as t};\nuse super::super::cli;\n\
                fn f() { println!(\"{}\", crate::app::X); let _ = std::fs::read(\"\"); }\n\
                mod tests { use super::super::scene::Y; }\n";
    let found = paths_in(text, vec!["chart".into(), "scene".into()]).unwrap();
    let joined: Vec<String> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(
        joined,
        [
            "crate::ui::Theme",
            "crate::trace",
            "crate::cli",
            "crate::app::X",
            "std::fs::read",
            "crate::chart::scene::Y",
        ]
    );
}

//! Which files `-f` means (`Builder.Path`, `Builder.Stdin`,
//! k8s.io/cli-runtime/pkg/resource/builder.go, v1.36).

use crate::kubectl::console::{Console, Files, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::shell::glob;

/// A manifest's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kubectl) struct File {
    /// As messages name it.
    pub(in crate::kubectl) name: String,
    /// What it holds.
    pub(in crate::kubectl) text: String,
}

/// The names of a folder's files that are read without being asked for one by one.
const EXTENSIONS: &[&str] = &[".json", ".yaml", ".yml"];

/// The files that `paths` name, in order.
///
/// # Errors
/// What kubectl says of paths that are not there.
pub(in crate::kubectl) fn files(
    console: &Console,
    io: &Io,
    paths: &[String],
    recursive: bool,
) -> Result<Vec<File>, Failure> {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        if path == "-" {
            if io.asks() {
                // Nothing may happen before it is typed.
                return Err(Failure::Client("nothing is typed yet".to_owned()));
            }
            let text = match &io.input {
                Some(pieces) => match &**pieces {
                    [piece] => crate::manifest::decode_bytes(piece),
                    pieces => crate::manifest::decode_bytes(&pieces.concat()),
                },
                None => String::new(),
            };
            found.push(File { name: "STDIN".to_owned(), text });
        } else if path.starts_with("http://") || path.starts_with("https://") {
            wrong.push(Failure::Client(format!(
                "{path} lies outside of this world: copy the manifest into a file here"
            )));
        } else {
            match at(&console.files, path, recursive) {
                Some(files) => found.extend(files),
                // A name that is no file's is a pattern (`expandIfFilePattern`).
                None if !glob(&console.files, path).is_empty() => {
                    for path in glob(&console.files, path) {
                        found.extend(at(&console.files, &path, recursive).unwrap_or_default());
                    }
                }
                None => {
                    wrong.push(Failure::Client(format!("the path \"{path}\" does not exist")));
                }
            }
        }
    }
    match wrong.len() {
        0 => Ok(found),
        1 => Err(wrong.remove(0)),
        _ => Err(Failure::Many(wrong)),
    }
}

fn at(files: &Files, path: &str, recursive: bool) -> Option<Vec<File>> {
    if let Some(bytes) = files.read(path) {
        let text = crate::manifest::decode_bytes(bytes);
        return Some(vec![File { name: path.to_owned(), text }]);
    }
    if !files.is_folder(path) {
        return None;
    }
    let root = Files::path(path);
    let mut found = Vec::new();
    for name in files.paths() {
        let inside = match &root {
            None if name.starts_with('/') => continue,
            None => name,
            Some(root) => match name.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')) {
                Some(inside) => inside,
                None => continue,
            },
        };
        let is_manifest = EXTENSIONS.iter().any(|extension| inside.ends_with(extension));
        if !is_manifest || (!recursive && inside.contains('/')) {
            continue;
        }
        // `filepath.Walk` joins what it was given with what it finds.
        let given = path.trim_end_matches('/');
        let shown = if root.is_none() && matches!(given, "." | "") {
            inside.to_owned()
        } else {
            format!("{}/{inside}", given.strip_prefix("./").unwrap_or(given))
        };
        if let Some(bytes) = files.read(name) {
            found.push(File { name: shown, text: crate::manifest::decode_bytes(bytes) });
        }
    }
    Some(found)
}

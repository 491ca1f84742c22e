//! Data of a ConfigMap or Secret from literals, files and files of variables
//! (k8s.io/kubectl/pkg/cmd/create and util/create_config_map helpers, v1.36).

use crate::kubectl::command::{Call, Flag, Takes};
use crate::kubectl::console::{Console, Files};
use crate::kubectl::failure::Failure;
use crate::manifest::go::{self, Quoted};
use serde_json::{Map, Value, json};

pub(super) const APPEND_HASH: Flag =
    Flag::new("append-hash", Takes::Bool, "false", "Append a hash to the name");

/// `--append-hash`: a ConfigMap's or Secret's name gets a hash of what is in it
/// (k8s.io/kubectl/pkg/util/hash, v1.36).
pub(super) fn append_hash(call: &Call, object: &mut Map<String, Value>) {
    if !call.flags.bool("append-hash") {
        return;
    }
    let name = object.get("metadata").and_then(|metadata| metadata["name"].as_str());
    let name = name.unwrap_or_default().to_owned();
    let field = |field: &str| object.get(field).cloned();
    let mut hashed = json!({"kind": field("kind"), "name": name, "data": field("data").unwrap_or_else(|| json!({}))});
    if let Some(binary) = field("binaryData") {
        hashed["binaryData"] = binary;
    }
    if field("kind").is_some_and(|kind| kind == "Secret") {
        hashed["type"] = field("type").unwrap_or_else(|| "".into());
    }
    hashed.sort_all_objects();
    let hash = hmac_sha256::Hash::hash(go::json(&hashed).as_bytes());
    let hex = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect::<String>();
    // No vowels, and no digits that look like letters.
    let safe = hex.chars().map(|letter| match letter {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    });
    let name = format!("{name}-{}", safe.collect::<String>());
    if let Some(metadata) = object.get_mut("metadata") {
        metadata["name"] = name.into();
    }
}

/// `--from-…`.
pub(super) static FLAGS: &[Flag] = &[
    APPEND_HASH,
    Flag::new("from-env-file", Takes::List, "[]", "A file of lines of key=val pairs"),
    Flag::new("from-file", Takes::List, "[]", "A file or folder, with or without a key"),
    Flag::new("from-literal", Takes::Array, "[]", "A key and its value (mykey=somevalue)"),
];

/// The pairs, in order, whose values are bytes.
///
/// # Errors
/// What kubectl says of sources that it can't read; `kind` names what they are for, `name`
/// the object.
pub(super) fn pairs(
    console: &Console,
    call: &Call,
    kind: &str,
    name: &str,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let (env, from_file) = (call.flags.all("from-env-file"), call.flags.all("from-file"));
    let literals = call.flags.all("from-literal");
    let mut data = Data { kind, name, pairs: Vec::new() };
    if !env.is_empty() && (!from_file.is_empty() || !literals.is_empty()) {
        let says = "from-env-file cannot be combined with from-file or from-literal";
        return Err(Failure::Client(says.to_owned()));
    }
    let read = data.of(&console.files, literals, from_file, env);
    read.map_err(Failure::Client)?;
    Ok(data.pairs)
}

struct Data<'d> {
    kind: &'d str,
    name: &'d str,
    pairs: Vec<(String, Vec<u8>)>,
}

impl Data<'_> {
    fn of(
        &mut self,
        files: &Files,
        literals: &[String],
        from_file: &[String],
        env: &[String],
    ) -> Result<(), String> {
        for source in from_file {
            self.file(files, source)?;
        }
        for literal in literals {
            let (key, value) = literal
                .split_once('=')
                .filter(|(key, _)| !key.is_empty())
                .ok_or_else(|| format!("invalid literal source {literal}, expected key=value"))?;
            let value = unquoted(value);
            self.add(key, value.as_bytes().to_vec())?;
        }
        for path in env {
            let bytes = read(files, path)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for line in text.trim_start_matches('\u{feff}').lines() {
                let line = line.trim_start();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                let problems = env_name(key);
                if !problems.is_empty() {
                    let key = Quoted(key);
                    return Err(format!("{key:?} is not a valid key name: {}", problems.join(";")));
                }
                self.add(key, value.as_bytes().to_vec())?;
            }
        }
        Ok(())
    }

    /// `path` or `key=path` (`ParseFileSource`).
    fn file(&mut self, files: &Files, source: &str) -> Result<(), String> {
        let n = source.matches('=').count();
        let (key, path) = match source.split_once('=') {
            None => (base(source), source),
            Some(("", path)) if n == 1 => {
                return Err(format!("key name for file path {path} missing"));
            }
            Some((key, "")) if n == 1 => {
                return Err(format!("file path for key name {key} missing"));
            }
            Some(_) if n > 1 => {
                return Err("key names or file paths cannot contain '='".to_owned());
            }
            Some((key, path)) => (key, path),
        };
        if files.read(path).is_none() && files.is_folder(path) {
            if n > 0 {
                return Err("cannot give a key name for a directory path".to_owned());
            }
            let folder = Files::path(path).map(|path| path + "/").unwrap_or_default();
            for name in files.paths().filter_map(|name| name.strip_prefix(&*folder)) {
                // Folders within it are passed over, and so are files that can be no key.
                if !name.contains('/') && key_name(name).is_empty() {
                    self.add(name, read(files, &format!("{folder}{name}"))?)?;
                }
            }
            return Ok(());
        }
        self.add(key, read(files, path)?)
    }

    fn add(&mut self, key: &str, value: Vec<u8>) -> Result<(), String> {
        let problems = key_name(key);
        if !problems.is_empty() {
            let quoted = Quoted(key);
            return Err(format!(
                "{quoted:?} is not a valid key name for a {}: {}",
                self.kind,
                problems.join(",")
            ));
        }
        if self.pairs.iter().any(|(had, _)| had == key) {
            let key = Quoted(key);
            return Err(if self.kind == "Secret" {
                format!("cannot add key {key:?}, another key by that name already exists")
            } else {
                format!(
                    "cannot add key {key:?}, another key by that name already exists in Data for {} {:?}",
                    self.kind,
                    Quoted(self.name)
                )
            });
        }
        self.pairs.push((key.to_owned(), value));
        Ok(())
    }
}

fn base(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn read(files: &Files, path: &str) -> Result<Vec<u8>, String> {
    let bytes = files.read(path).map(<[u8]>::to_vec);
    bytes.ok_or_else(|| format!("error reading {path}: no such file or directory"))
}

/// A literal in one pair of quotes loses them.
fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

/// `IsConfigMapKey`.
fn key_name(key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if key.len() > 253 {
        wrong.push("must be no more than 253 characters".to_owned());
    }
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if key.is_empty() || !key.bytes().all(is_part) {
        wrong.push("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')".to_owned());
    }
    if key == "." {
        wrong.push("must not be '.'".to_owned());
    } else if key.starts_with("..") {
        wrong.push("must not start with '..'".to_owned());
    }
    wrong
}

/// `IsEnvVarName`.
pub(in crate::kubectl::verbs) fn env_name(key: &str) -> Vec<String> {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let starts_well = key.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    if starts_well && key.bytes().all(is_part) {
        return Vec::new();
    }
    vec!["a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')".to_owned()]
}

/// Standard base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| chunk.get(i).copied().map_or(0, usize::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * i) & 63];
            text.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_base64() {
        for (bytes, text) in
            [("", ""), ("1", "MQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("hello", "aGVsbG8=")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xff, 0xfe, 0xfd]), "//79");
    }
}

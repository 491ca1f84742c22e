//! The pack built into the binary: the one at the repository's root.

use super::{Pack, PackProblem, load};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static LESSONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static QUIZZES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/quizzes");
static WORLDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/worlds");
/// The files right in the pack's folder: [`super::ROOT_FILES`].
static ROOT: [(&str, &[u8]); 3] = [
    ("pack.toml", include_bytes!("../../pack.toml")),
    ("glossary.toml", include_bytes!("../../glossary.toml")),
    ("guide.toml", include_bytes!("../../guide.toml")),
];

static LOADED: LazyLock<(Pack, Vec<PackProblem>)> = LazyLock::new(|| {
    let mut files: BTreeMap<String, Vec<u8>> =
        ROOT.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    for (folder, dir) in [("lessons", &LESSONS), ("quizzes", &QUIZZES), ("worlds", &WORLDS)] {
        for file in dir.files() {
            // `/` on every platform, as `load` wants it.
            let path = format!("{folder}/{}", file.path().to_string_lossy());
            files.insert(path, file.contents().to_vec());
        }
    }
    let (pack, problems) = load(&files);
    (pack.unwrap_or_default(), problems)
});

/// The built-in pack, read when it is first asked for.
#[must_use]
pub fn builtin() -> &'static Pack {
    &LOADED.0
}

/// What is wrong in the built-in pack: nothing, and a test says so.
#[must_use]
pub fn builtin_problems() -> &'static [PackProblem] {
    &LOADED.1
}

//! The pack built into the binary: the one at the repository's root.

use super::load::load_sound;
use super::{Pack, PackProblem, load};
use include_dir::{Dir, include_dir};
use std::borrow::Cow;
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

/// Path and bytes of every file.
fn files() -> Vec<(Cow<'static, str>, &'static [u8])> {
    let mut files: Vec<(Cow<'_, str>, &[u8])> =
        ROOT.iter().map(|(path, bytes)| (Cow::Borrowed(*path), *bytes)).collect();
    for (folder, dir) in [("lessons", &LESSONS), ("quizzes", &QUIZZES), ("worlds", &WORLDS)] {
        for file in dir.files() {
            // `/` on every platform, as `load` wants it.
            let path = format!("{folder}/{}", file.path().to_string_lossy());
            files.push((Cow::Owned(path), file.contents()));
        }
    }
    files
}

static LOADED: LazyLock<Pack> = LazyLock::new(|| {
    let files: Vec<(Cow<'_, str>, &str)> = files()
        .into_iter()
        .filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
        .collect();
    load_sound(&files).unwrap_or_default()
});

/// The built-in pack, read when it is first asked for.
#[must_use]
pub fn builtin() -> &'static Pack {
    &LOADED
}

/// What is wrong in the built-in pack: nothing, and a test says so. That is why nobody looks
/// for it when the pack is read.
#[must_use]
pub fn builtin_problems() -> Vec<PackProblem> {
    load(&files().into_iter().map(|(path, bytes)| (path.into_owned(), bytes.to_vec())).collect()).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_is_the_same_as_with_its_problems_looked_for() {
        let files = files().into_iter().map(|(path, bytes)| (path.into_owned(), bytes.to_vec()));
        let (looked_at, _) = load(&files.collect());
        assert_eq!(format!("{:?}", Some(builtin())), format!("{:?}", looked_at.as_ref()));
    }
}

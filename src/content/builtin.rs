//! The pack built into the binary: the one at the repository's root, as `build.rs` packs it.

use super::load::load_sound;
use super::{Pack, PackProblem, load};
use flate2::bufread::DeflateDecoder;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/pack.rs"));
static DEFLATED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.deflate"));

/// The texts of all files, one after the other.
fn texts() -> String {
    let mut texts = String::with_capacity(FILES.iter().map(|(_, len)| len).sum());
    let inflated = DeflateDecoder::new(DEFLATED).read_to_string(&mut texts);
    debug_assert!(inflated.is_ok());
    texts
}

/// Path and text of every file.
fn files(texts: &str) -> Vec<(Cow<'static, str>, &str)> {
    let mut from = 0;
    let file = |(path, len): &(&'static str, usize)| {
        let text = texts.get(from..from + len).unwrap_or_default();
        from += len;
        (Cow::Borrowed(*path), text)
    };
    FILES.iter().map(file).collect()
}

/// The same, each on its own.
fn owned() -> BTreeMap<String, Vec<u8>> {
    let texts = texts();
    let own = |(path, text): (Cow<'_, str>, &str)| (path.into_owned(), text.into());
    files(&texts).into_iter().map(own).collect()
}

static LOADED: LazyLock<Pack> = LazyLock::new(|| load_sound(&files(&texts())).unwrap_or_default());

/// The built-in pack, read when it is first asked for.
#[must_use]
pub fn builtin() -> &'static Pack {
    &LOADED
}

/// What is wrong in the built-in pack: nothing, and a test says so. That is why nobody looks
/// for it when the pack is read.
#[must_use]
pub fn builtin_problems() -> Vec<PackProblem> {
    load(&owned()).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pack_is_the_same_as_with_its_problems_looked_for() {
        let (looked_at, _) = load(&owned());
        assert_eq!(format!("{:?}", Some(builtin())), format!("{:?}", looked_at.as_ref()));
    }
}

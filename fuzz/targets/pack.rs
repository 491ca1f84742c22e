//! Any bytes as a pack's files: every problem is told, nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

fuzz_target!(|bytes: &[u8]| {
    for name in [
        "pack.toml",
        "glossary.toml",
        "guide.toml",
        "lessons/a.toml",
        "quizzes/a.toml",
        "worlds/a.yaml",
    ] {
        let mut files = BTreeMap::new();
        files.insert(
            "pack.toml".to_owned(),
            b"format = 1\nid = \"p\"\nversion = \"1\"\ntitle = \"P\"\nkubernetes = \"1.36\"\nlanguages = [\"en\"]\nauthors = []\nlicence = \"CC-BY-4.0\"\nneeds = []\nlessons = [\"a\"]\n".to_vec(),
        );
        files.insert(name.to_owned(), bytes.to_vec());
        let _ = portolan::content::load(&files);
    }
});

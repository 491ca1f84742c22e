//! Any bytes as a pack's archive: files with right names, or a reason.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::content::{ROOT_FILES, load};
use portolan::runtime::packs::{MAX_BYTES, MAX_FILES, archive};

fuzz_target!(|bytes: &[u8]| {
    let Ok(files) = archive::read(bytes) else { return };
    assert!(files.contains_key("pack.toml") && files.len() <= MAX_FILES);
    assert!(files.values().map(Vec::len).sum::<usize>() <= MAX_BYTES);
    for name in files.keys() {
        let folder = name.split('/').next().unwrap_or_default();
        assert!(
            ROOT_FILES.contains(&name.as_str())
                || ["lessons", "quizzes", "worlds"].contains(&folder)
        );
        assert!(
            name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\\')
        );
    }
    let _ = load(&files);
});

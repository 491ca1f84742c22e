//! settings.toml on disk: read at the start, written as a whole when a setting changes.

use super::paths;
use crate::app::settings::Settings;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Its name in the folder.
pub const FILE_NAME: &str = "settings.toml";

/// Where settings are kept. None where there is no home folder.
#[must_use]
pub fn path() -> Option<PathBuf> {
    paths::config_dir().map(|dir| dir.join(FILE_NAME))
}

/// Reads the file. An absent one is empty. What is wrong with it is told, one sentence each,
/// and the rest holds; the file stays as it is.
#[must_use]
pub fn read(path: &Path) -> (Settings, Vec<String>) {
    let told = |problem: &str| format!("{}: {problem}.", path.display());
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Settings::default(), Vec::new()),
        Err(error) => (Settings::default(), vec![told(&error.to_string())]),
        Ok(bytes) => match String::from_utf8(bytes) {
            Err(_) => (Settings::default(), vec![told("this is no UTF-8 text")]),
            Ok(text) => {
                let (settings, problems) = Settings::read(&text);
                (settings, problems.iter().map(|problem| told(problem)).collect())
            }
        },
    }
}

/// Writes the settings into the file, whose comments and unknown keys stay. One that is no
/// TOML is kept beside it first, and where it lies is given back. A crash at any time leaves
/// either the old file or the new one.
///
/// # Errors
/// When the disk refuses; the file is then as it was.
pub fn write(path: &Path, settings: &Settings) -> io::Result<Option<PathBuf>> {
    // A link (to a folder of dotfiles, say) stays a link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let written = std::str::from_utf8(&bytes).ok().and_then(|text| settings.written_into(text));
    let (text, kept) = match written {
        Some(text) => (text, None),
        None => (settings.to_text(), Some(keep(&path, &bytes)?)),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Another Portolan that writes at the same time writes into a file of its own.
    let new = path.with_extension(format!("toml.{}.new", std::process::id()));
    let done = write_whole(&new, text.as_bytes()).and_then(|()| fs::rename(&new, &path));
    if done.is_err() {
        let _ = fs::remove_file(&new);
    }
    done.map(|()| kept)
}

/// Keeps `bytes` in a file beside `path` that did not exist: `settings.toml.broken`, or with
/// a number where there is one already.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let ending = if number == 1 { String::new() } else { format!("-{number}") };
        let kept = path.with_extension(format!("toml.broken{ending}"));
        match File::create_new(&kept) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(kept);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::{Setting, ThemeChoice};

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_written_is_read_again_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er").join(FILE_NAME);
        let mut settings = Settings::default();
        assert_eq!(read(&path), (settings, Vec::new()));
        settings.set(Setting::Theme, "light");
        assert_eq!(write(&path, &settings).unwrap(), None);
        assert_eq!(read(&path), (settings, Vec::new()));
        settings.set(Setting::Theme, "dark");
        assert_eq!(write(&path, &settings).unwrap(), None);
        assert_eq!(read(&path), (settings, Vec::new()));
        assert_eq!(names(path.parent().unwrap()), [FILE_NAME]);
    }

    #[test]
    fn a_broken_file_is_told_and_kept_beside_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        for (n, broken) in
            [&b"theme = \"light\"\nspeed = = 1\n"[..], b"\xff\xfe"].iter().enumerate()
        {
            fs::write(&path, broken).unwrap();
            let (mut settings, problems) = read(&path);
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].starts_with(&path.display().to_string()), "{problems:?}");
            assert_eq!(settings.theme == ThemeChoice::Light, n == 0);
            settings.set(Setting::Glyphs, "ascii");
            let kept = write(&path, &settings).unwrap().unwrap();
            assert_eq!(fs::read(kept).unwrap(), *broken);
            assert_eq!(read(&path), (settings, Vec::new()));
        }
        assert_eq!(
            names(folder.path()),
            ["settings.toml", "settings.toml.broken", "settings.toml.broken-2"]
        );
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, path) = (folder.path().join("real.toml"), folder.path().join(FILE_NAME));
        fs::write(&real, "# mine\ntheme = \"dark\"\n").unwrap();
        std::os::unix::fs::symlink(&real, &path).unwrap();
        let mut settings = read(&path).0;
        settings.set(Setting::Theme, "light");
        write(&path, &settings).unwrap();
        assert!(path.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "# mine\ntheme = \"light\"\n");
    }
}

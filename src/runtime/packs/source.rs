//! Where a pack comes from: a folder, an archive, a git repository.

use super::archive::{self, MAX_ARCHIVE};
use super::{Refused, folder, git};
use crate::content::{Files, PackProblem};
use crate::source::clean_line;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where a pack comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder, or a file that is an archive.
    Path(PathBuf),
    /// A git repository.
    Git {
        /// What git is asked for.
        url: String,
        /// A branch, a tag or a commit; the repository's own choice unless given.
        at: Option<String>,
    },
}

/// A pack as it was fetched.
#[derive(Debug, Clone, Default)]
pub struct Fetched {
    /// The pack's files.
    pub files: Files,
    /// What could not be read of them.
    pub problems: Vec<PackProblem>,
    /// The commit that it is, where it is a repository's.
    pub commit: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Git { url, at: None } => f.write_str(url),
            Self::Git { url, at: Some(at) } => write!(f, "{url}#{at}"),
        }
    }
}

/// The scheme of a URL.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once("://")?;
    let is_scheme = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-:".contains(c));
    (is_scheme && !scheme.is_empty()).then_some(scheme)
}

/// `git@example.org:class/pack.git`, as ssh has it.
fn is_ssh_place(text: &str) -> bool {
    let Some((host, path)) = text.split_once(':') else { return false };
    let Some((user, host)) = host.split_once('@') else { return false };
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.starts_with('-')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    is_word(user) && is_word(host) && !path.is_empty() && !path.starts_with(':')
}

impl Source {
    /// What a user wrote: a path, or a URL for git, perhaps with `#BRANCH`, `#TAG` or `#COMMIT`.
    ///
    /// # Errors
    /// A URL that is none of https, ssh and file, or that holds a password.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let shown = clean_line(text);
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(Refused::new("This is no path and no URL."));
        }
        let is_there = Path::new(text).exists();
        let scheme = scheme(text);
        if scheme.is_none() && (is_there || !is_ssh_place(text)) {
            // `ext::sh -c …` and its like would have git run a program.
            if !is_there && text.contains("::") {
                return Err(Refused::new(format!("{shown}: {ONLY}")));
            }
            return Ok(Self::Path(PathBuf::from(text)));
        }
        if scheme.is_some_and(|scheme| !matches!(scheme, "https" | "ssh" | "file")) {
            return Err(Refused::new(format!("{shown}: {ONLY}")));
        }
        let (url, at) = match text.split_once('#') {
            Some((url, at)) => (url, Some(at)),
            None => (text, None),
        };
        if let Some(at) = at
            && !is_revision(at)
        {
            return Err(Refused::new(format!(
                "{shown}: what follows `#` is no branch, tag or commit."
            )));
        }
        let place = url.split_once("://").map_or(url, |(_, place)| place);
        let user = place.split('/').next().and_then(|host| host.rsplit_once('@'));
        if scheme.is_some() && user.is_some_and(|(user, _)| user.contains(':')) {
            return Err(Refused::new(
                "The URL holds a password, which would be written down with it. Let git's own \
                 credential helper keep it.",
            ));
        }
        let is_archive = [".zip", ".tgz", ".tar", ".tar.gz"].iter().any(|end| url.ends_with(end));
        if is_archive && scheme == Some("https") {
            return Err(Refused::new(format!(
                "{shown}: archives are not downloaded. Download it yourself and install the file; \
                 a URL leads to a git repository."
            )));
        }
        Ok(Self::Git { url: url.to_owned(), at: at.map(str::to_owned) })
    }

    /// The same with a path that does not hang on the working folder; as it is written down.
    ///
    /// # Errors
    /// When there is no such file or folder, or its name can't be written down.
    pub fn absolute(&self) -> Result<Self, Refused> {
        let Self::Path(path) = self else { return Ok(self.clone()) };
        let whole = path.canonicalize().map_err(|_| not_there(path))?;
        if whole.to_str().is_none_or(|text| text.chars().any(char::is_control)) {
            return Err(Refused::new(format!(
                "{}: a path like this can't be written down. Rename it, or copy the pack elsewhere.",
                clean_line(&whole.display().to_string())
            )));
        }
        Ok(Self::Path(whole))
    }

    /// Fetches the pack's files. `scratch` is a folder that is not there yet, for a
    /// repository; it is gone afterwards.
    ///
    /// # Errors
    /// When there is nothing, or nothing that can be a pack.
    pub fn fetch(&self, scratch: &Path) -> Result<Fetched, Refused> {
        let path = match self {
            Self::Git { url, at } => {
                let (tar, commit) = git::fetch(url, at.as_deref(), scratch)?;
                let files = archive::read(&tar)?;
                return Ok(Fetched { files, commit: Some(commit), ..Fetched::default() });
            }
            Self::Path(path) => path,
        };
        let shown = path.display().to_string();
        let shown = clean_line(&shown);
        let unreadable =
            |error: &dyn fmt::Display| Refused::new(format!("{shown} can't be read: {error}."));
        let metadata = fs::metadata(path).map_err(|_| not_there(path))?;
        if metadata.is_dir() {
            let (files, problems) =
                folder::read_folder(path).map_err(|error| unreadable(&error))?;
            if !files.contains_key("pack.toml") && problems.is_empty() {
                return Err(Refused::new(format!("{shown} holds no pack: there is no pack.toml.")));
            }
            return Ok(Fetched { files, problems, commit: None });
        }
        if !metadata.is_file() {
            return Err(Refused::new(format!("{shown} is neither a folder nor a file.")));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_ARCHIVE as u64 + 1).read_to_end(&mut bytes))
            .map_err(|error| unreadable(&error))?;
        let files = archive::read(&bytes).map_err(|why| Refused::new(format!("{shown}: {why}")))?;
        Ok(Fetched { files, ..Fetched::default() })
    }
}

const ONLY: &str = "Packs are fetched through git by https, ssh or file only.";

fn not_there(path: &Path) -> Refused {
    let shown = path.display().to_string();
    Refused::new(format!("There is no file or folder {}.", clean_line(&shown)))
}

/// A name of a branch, tag or commit that is no option and no expression.
fn is_revision(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '/', '.'])
        && !text.contains("..")
        && text.len() <= 200
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._/+-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_path_or_a_repository_and_is_written_as_it_was_read() {
        let git = |url: &str, at: Option<&str>| Source::Git {
            url: url.to_owned(),
            at: at.map(str::to_owned),
        };
        let path = |text: &str| Source::Path(PathBuf::from(text));
        for (text, wanted) in [
            ("my-pack", path("my-pack")),
            ("./a:b", path("./a:b")),
            ("C:\\packs\\mine.zip", path("C:\\packs\\mine.zip")),
            ("https://example.org/p.git", git("https://example.org/p.git", None)),
            ("https://example.org/p#v1.2", git("https://example.org/p", Some("v1.2"))),
            ("ssh://git@example.org/p", git("ssh://git@example.org/p", None)),
            ("file:///srv/p#feature/x", git("file:///srv/p", Some("feature/x"))),
            ("git@example.org:class/p.git", git("git@example.org:class/p.git", None)),
        ] {
            let source = Source::parse(text).unwrap();
            assert_eq!(source, wanted, "{text}");
            assert_eq!(source.to_string(), text);
        }
    }

    #[test]
    fn what_git_could_be_made_to_run_or_keep_is_refused() {
        let why = |text: &str| Source::parse(text).unwrap_err().to_string();
        for text in [
            "ext::sh -c touch% /tmp/x",
            "fd::17",
            "http://example.org/p",
            "git://example.org/p",
            "ftp://example.org/p",
            "ext::https://example.org",
        ] {
            assert_eq!(why(text), format!("{text}: {ONLY}"));
        }
        assert!(why("https://me:secret@example.org/p").starts_with("The URL holds a password"));
        assert!(!why("https://me:secret@example.org/p").contains("secret"));
        for at in ["", "-u", "--upload-pack=x", "a..b", "a b", "HEAD^{/x}", "@{1}"] {
            assert!(why(&format!("https://example.org/p#{at}")).contains("is no branch"), "{at}");
        }
        assert!(why("https://example.org/p.tar.gz").contains("Download it yourself"));
        assert_eq!(why("a\nb"), "This is no path and no URL.");
    }
}

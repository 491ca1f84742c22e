//! Packs from git repositories: what git is asked, and what it is never asked.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder to work in, with a data folder of its own and a git that knows no user.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// None on a machine without git, where none of this can be seen.
    fn with_git() -> Option<Self> {
        let there = Command::new("git").arg("--version").output().is_ok();
        there.then(Self::new)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn program(&self, name: &str, text: &str) {
        let path = self.write(name, text);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn git(&self, folder: &str, args: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
            .args(args)
            .current_dir(self.path(folder))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A small pack of that version in `repo`.
    fn write_pack(&self, version: &str) {
        let head = format!(
            "format = 1\nid = \"mine\"\nversion = \"{version}\"\ntitle = \"Mine\"\nlessons = [\"a\"]\n"
        );
        self.write("repo/pack.toml", &head);
        self.write(
            "repo/lessons/a.toml",
            "format = 1\nid = \"a\"\ntitle = \"A\"\n[[steps]]\nid = \"s\"\n[steps.text]\nbody = \"b\"\n",
        );
    }

    /// A repository `repo` with a small pack of that version in it, committed.
    fn commit(&self, version: &str) -> String {
        self.write_pack(version);
        if !self.path("repo/.git").exists() {
            self.git("repo", &["init", "--quiet"]);
        }
        self.git("repo", &["add", "--all"]);
        self.git("repo", &["commit", "--quiet", "--message", version]);
        self.git("repo", &["rev-parse", "HEAD"])
    }

    fn url(&self) -> String {
        format!("file://{}", self.path("repo").canonicalize().unwrap().display())
    }

    fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .args(args)
            .current_dir(self.0.path())
            .env("PORTOLAN_DATA_DIR", self.path("data"))
            .env("GIT_CONFIG_GLOBAL", self.path("gitconfig"))
            .envs(env.iter().copied())
            .output()
            .unwrap();
        let text = format!(
            "{}\n{}{}",
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        text.replace(&self.url_or_nothing(), "URL")
    }

    fn url_or_nothing(&self) -> String {
        if self.path("repo").exists() { self.url() } else { "no repository".to_owned() }
    }

    fn run(&self, args: &[&str]) -> String {
        self.run_with(args, &[])
    }

    fn is_empty(&self) -> bool {
        let left: Vec<_> = fs::read_dir(self.path("data/packs")).unwrap().collect();
        left.len() == 1 && left[0].as_ref().unwrap().file_name() == ".lock"
    }
}

#[test]
fn a_pack_comes_from_a_branch_a_tag_or_a_commit_and_is_updated_from_its_branch() {
    let Some(home) = Home::with_git() else { return };
    let first = home.commit("1.0.0");
    home.git("repo", &["tag", "v1"]);
    home.commit("1.1.0");
    let url = home.url();
    let installed = "0\nInstalled mine 1.1.0, \"Mine\": 1 lesson, 0 questions.\n";
    assert_eq!(home.run(&["pack", "install", &url]), installed);
    let last = home.commit("1.2.0");
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nUpdated mine from 1.1.0 to 1.2.0:\n  Nothing that a learner sees.\n"
    );
    home.run(&["pack", "lock"]);
    let lock = fs::read_to_string(home.path("portolan.lock")).unwrap();
    assert!(lock.contains(&format!("source = \"{url}\"\ncommit = \"{last}\"\n")), "{lock}");
    assert_eq!(
        home.run(&["pack", "install", &format!("{url}#v1")]),
        "0\nTook mine back from 1.2.0 to 1.0.0:\n  Nothing that a learner sees.\n"
    );
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nmine 1.0.0 is there already; nothing has changed.\n"
    );
    // The branch goes on; the lock keeps its commit.
    home.commit("2.0.0");
    assert_eq!(
        home.run(&["pack", "install", "--locked", "portolan.lock"]),
        "0\nUpdated mine from 1.0.0 to 1.2.0:\n  Nothing that a learner sees.\n"
    );
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nUpdated mine from 1.2.0 to 2.0.0:\n  Nothing that a learner sees.\n"
    );
    let by_commit = home.run(&["pack", "install", &format!("{url}#{first}")]);
    assert!(by_commit.starts_with("0\nTook mine back from 2.0.0 to 1.0.0:\n"), "{by_commit}");
    let missing = home.run(&["pack", "install", &format!("{url}#nothing")]);
    assert_eq!(
        missing,
        "2\nerror: git can't fetch URL. git says: fatal: couldn't find remote ref nothing\n"
    );
}

#[test]
fn no_hook_filter_or_submodule_of_anybody_is_run() {
    let Some(home) = Home::with_git() else { return };
    // A repository that would run something wherever it is checked out.
    fs::create_dir_all(home.path("other")).unwrap();
    home.git("other", &["init", "--quiet"]);
    home.write("other/x", "x");
    home.git("other", &["add", "--all"]);
    home.git("other", &["commit", "--quiet", "--message", "x"]);
    home.commit("1.0.0");
    home.write("repo/.gitattributes", "*.toml filter=bad\n");
    let other = home.path("other").display().to_string();
    home.git("repo", &["submodule", "--quiet", "add", &other, "worlds"]);
    home.commit("1.0.1");
    // And a user whose own settings would, too.
    let marks = ["hook", "filter", "pager", "watch"];
    let mut config = String::new();
    for (mark, setting) in marks.iter().zip([
        "[core]\n\thooksPath = ",
        "[filter \"bad\"]\n\trequired = true\n\tsmudge = ",
        "[core]\n\tpager = ",
        "[core]\n\tfsmonitor = ",
    ]) {
        let program = format!("bin/{mark}");
        let touched = home.path(&format!("ran-{mark}")).display().to_string();
        let path = if *mark == "hook" { "hooks/reference-transaction".to_owned() } else { program };
        home.program(&path, &format!("#!/bin/sh\ntouch {touched}\ncat\n"));
        let value = if *mark == "hook" { home.path("hooks") } else { home.path(&path) };
        config.push_str(&format!("{setting}{}\n", value.display()));
    }
    home.write("gitconfig", &config);
    assert_eq!(
        home.run(&["pack", "install", &home.url()]),
        "0\nInstalled mine 1.0.1, \"Mine\": 1 lesson, 0 questions.\n"
    );
    for mark in marks {
        assert!(!home.path(&format!("ran-{mark}")).exists(), "{mark} was run");
    }
    assert!(!home.path("data/packs/mine/worlds/x").exists());
}

#[test]
fn a_link_in_a_repository_is_refused() {
    let Some(home) = Home::with_git() else { return };
    home.commit("1.0.0");
    symlink("/etc/passwd", home.path("repo/lessons/b.toml")).unwrap();
    home.commit("1.0.1");
    assert_eq!(
        home.run(&["pack", "install", &home.url()]),
        "2\nerror: The archive's `lessons/b.toml` is a link: a pack holds files and folders only.\n"
    );
    assert!(home.is_empty());
}

#[test]
fn other_ways_than_https_ssh_and_file_are_refused_without_asking_git() {
    let Some(home) = Home::with_git() else { return };
    home.program("bin/git", "#!/bin/sh\ntouch ran-git\nexit 1\n");
    let bin = home.path("bin").display().to_string();
    for url in ["http://127.0.0.1:1/p", "git://127.0.0.1:1/p", "ext::sh -c true", "fd::3"] {
        assert_eq!(
            home.run_with(&["pack", "install", url], &[("PATH", &bin)]),
            format!("2\nerror: {url}: Packs are fetched through git by https, ssh or file only.\n")
        );
    }
    assert!(!home.path("ran-git").exists());
    // A user's own settings do not open another way.
    home.write("gitconfig", "[url \"ext::touch ran-ext \"]\n\tinsteadOf = https://example.org/\n");
    let told = home.run(&["pack", "install", "https://example.org/p"]);
    assert!(told.contains("transport 'ext' not allowed"), "{told}");
    assert!(!home.path("ran-ext").exists() && home.is_empty());
}

#[test]
fn without_git_the_rest_works_and_says_what_is_missing() {
    let home = Home::new();
    home.write_pack("1.0.0");
    let empty = home.path("empty").display().to_string();
    fs::create_dir_all(&empty).unwrap();
    let none = [("PATH", empty.as_str())];
    assert_eq!(
        home.run_with(&["pack", "install", &home.url()], &none),
        "2\nerror: There is no git on this computer, which packs from a URL are fetched by. Install \
         git, or download the pack as an archive and install that.\n"
    );
    assert!(home.is_empty());
    assert_eq!(
        home.run_with(&["pack", "install", "repo"], &none),
        "0\nInstalled mine 1.0.0, \"Mine\": 1 lesson, 0 questions.\n"
    );
}

#[test]
fn ssh_and_git_are_told_never_to_ask_for_a_password() {
    let Some(home) = Home::with_git() else { return };
    home.program(
        "bin/ssh",
        "#!/bin/sh\necho \"$@\" >> \"$PORTOLAN_DATA_DIR/../asked\"\necho no entry >&2\nexit 255\n",
    );
    let path = format!("{}:{}", home.path("bin").display(), std::env::var("PATH").unwrap());
    for url in ["ssh://git@example.org/p.git", "git@example.org:p.git"] {
        let told = home.run_with(&["pack", "install", url], &[("PATH", &path)]);
        assert!(
            told.starts_with(&format!("2\nerror: git can't fetch {url}. git says: no entry / ")),
            "{told}"
        );
    }
    let asked = fs::read_to_string(home.path("asked")).unwrap();
    assert_eq!(asked.lines().count(), 2);
    for line in asked.lines() {
        assert!(line.contains("-o BatchMode=yes") && line.contains("git@example.org"), "{line}");
    }
    // What git itself is started with.
    home.program("bin/git", "#!/bin/sh\nenv >> \"$PORTOLAN_DATA_DIR/../env\"\nexit 1\n");
    let more =
        [("PATH", path.as_str()), ("GIT_ASKPASS", "ask"), ("SSH_ASKPASS", "ask"), ("GIT_DIR", "x")];
    home.run_with(&["pack", "install", "https://example.org/p"], &more);
    let env = fs::read_to_string(home.path("env")).unwrap();
    let has = |line: &str| env.lines().any(|other| other == line);
    assert!(has("GIT_TERMINAL_PROMPT=0") && has("GIT_ALLOW_PROTOCOL=https:ssh:file"), "{env}");
    for name in ["GIT_ASKPASS=", "SSH_ASKPASS=", "GIT_DIR="] {
        assert!(!env.lines().any(|line| line.starts_with(name)), "{env}");
    }
    assert!(home.is_empty());
    assert!(!Path::new("x").exists());
}

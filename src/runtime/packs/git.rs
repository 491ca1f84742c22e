//! A pack in a git repository, fetched by the system's git.
//!
//! Git is asked for one commit, into a bare repository that is gone afterwards, and for its
//! files as a tar. So nothing of the repository is checked out: no hook, no filter and no
//! submodule of it is ever looked at, and a link in it stays an entry that is refused.

use super::Refused;
use super::folder::MAX_BYTES;
use crate::source::clean_line;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running git is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long git may take, however slow the network is.
const PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of what git stores at most, while it fetches.
const MAX_STORED: u64 = 256 * 1024 * 1024;
/// Bytes of the tar at most.
const MAX_TAR: u64 = 2 * MAX_BYTES as u64;
/// Lines of git's own words that are told at most.
const TOLD: usize = 6;

/// The files of a repository's commit as a tar, and the commit. `scratch` is a folder that is
/// not there yet.
pub(super) fn fetch(
    url: &str,
    at: Option<&str>,
    scratch: &Path,
) -> Result<(Vec<u8>, String), Refused> {
    let fetched = fetch_into(url, at, scratch);
    // Best effort: what stays is swept away the next time.
    let _ = fs::remove_dir_all(scratch);
    fetched
}

fn fetch_into(url: &str, at: Option<&str>, scratch: &Path) -> Result<(Vec<u8>, String), Refused> {
    let shown = clean_line(url);
    let mut init = git(None);
    init.args(["init", "--quiet", "--bare", "--template="]).arg(scratch);
    let made = run(init, scratch)?;
    told_by_git(&made, "git can't make a place to fetch into")?;
    let mut fetch = git(Some(scratch));
    fetch.args(["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules"]);
    fetch.args(["--no-write-commit-graph", "--", url, at.unwrap_or("HEAD")]);
    let fetched = run(fetch, scratch)?;
    told_by_git(&fetched, &format!("git can't fetch {shown}"))?;
    let mut parse = git(Some(scratch));
    parse.args(["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"]);
    let parsed = run(parse, scratch)?;
    let commit = String::from_utf8_lossy(&parsed.stdout).trim().to_owned();
    let is_hash = commit.len() >= 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
    if !parsed.status.success() || !is_hash {
        return Err(Refused::new(format!("{shown}: what was fetched is no commit.")));
    }
    let mut archive = git(Some(scratch));
    // Only the pack's own settings may say what its files are, not this machine's.
    archive.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", NOTHING);
    archive.args(["archive", "--format=tar", "--", &commit]);
    let tar = run(archive, scratch)?;
    told_by_git(&tar, &format!("git can't list the files of {shown}"))?;
    Ok((tar.stdout, commit))
}

#[cfg(windows)]
const NOTHING: &str = "NUL";
#[cfg(not(windows))]
const NOTHING: &str = "/dev/null";

/// A git that asks nothing, runs nothing of anybody's, and speaks https, ssh and file only.
fn git(dir: Option<&Path>) -> Command {
    let mut command = Command::new("git");
    // A hook that runs us would have git look elsewhere.
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
    ] {
        command.env_remove(name);
    }
    command
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GCM_INTERACTIVE", "never")
        .env("GIT_ALLOW_PROTOCOL", "https:ssh:file")
        .env("LC_ALL", "C")
        // A server that sends nothing is given up.
        .env("GIT_HTTP_LOW_SPEED_LIMIT", "1")
        .env("GIT_HTTP_LOW_SPEED_TIME", "30");
    if std::env::var_os("GIT_SSH_COMMAND").is_none() && std::env::var_os("GIT_SSH").is_none() {
        let ssh = "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15";
        command.env("GIT_SSH_COMMAND", ssh);
    }
    for setting in [
        format!("core.hooksPath={NOTHING}"),
        "core.askPass=".to_owned(),
        "core.fsmonitor=false".to_owned(),
        "gc.auto=0".to_owned(),
        "maintenance.auto=false".to_owned(),
        "advice.detachedHead=false".to_owned(),
    ] {
        command.args(["-c", &setting]);
    }
    if let Some(dir) = dir {
        command.arg("--git-dir").arg(dir);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end, and ends it where it takes too long or too much room.
fn run(mut command: Command, scratch: &Path) -> Result<Output, Refused> {
    let mut child = command.spawn().map_err(|error| {
        Refused::new(if error.kind() == io::ErrorKind::NotFound {
            "There is no git on this computer, which packs from a URL are fetched by. Install \
             git, or download the pack as an archive and install that."
                .to_owned()
        } else {
            format!("git can't be run: {error}.")
        })
    })?;
    let stdout = listen(child.stdout.take(), MAX_TAR + 1);
    let stderr = listen(child.stderr.take(), 64 * 1024);
    let status = wait(&mut child, scratch);
    if status.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    let status = status?;
    let stdout = stdout.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let stderr = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if stdout.len() as u64 > MAX_TAR {
        return Err(Refused::new(format!(
            "The repository's files are more than {} MiB, which no pack needs.",
            MAX_TAR >> 20
        )));
    }
    Ok(Output { status, stdout, stderr })
}

/// Reads a pipe in a thread of its own, so that neither waits for the other.
fn listen<R: Read + Send + 'static>(
    pipe: Option<R>,
    most: u64,
) -> Option<thread::JoinHandle<Vec<u8>>> {
    let mut pipe = pipe?;
    Some(thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.by_ref().take(most).read_to_end(&mut bytes);
        // Dropped here: a git that goes on writing ends.
        bytes
    }))
}

fn wait(child: &mut Child, scratch: &Path) -> Result<std::process::ExitStatus, Refused> {
    let start = Instant::now();
    let mut n_looks = 0_u32;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(Refused::new(format!("git can't be waited for: {error}."))),
        }
        if start.elapsed() > PATIENCE {
            let minutes = PATIENCE.as_secs() / 60;
            return Err(Refused::new(format!("git took more than {minutes} minutes: given up.")));
        }
        n_looks = n_looks.wrapping_add(1);
        if n_looks.is_multiple_of(10) && stored(scratch) > MAX_STORED {
            return Err(Refused::new(format!(
                "The repository is larger than {} MiB, which no pack needs.",
                MAX_STORED >> 20
            )));
        }
        thread::sleep(LOOK);
    }
}

/// Bytes of all files in a folder.
fn stored(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => stored(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// An error with git's own words where it failed.
fn told_by_git(output: &Output, what: &str) -> Result<(), Refused> {
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<String> = words
        .lines()
        .map(|line| clean_line(line.trim()).into_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let said = if lines.is_empty() {
        "nothing".to_owned()
    } else {
        lines[..lines.len().min(TOLD)].join(" / ")
    };
    Err(Refused::new(format!("{what}. git says: {said}")))
}

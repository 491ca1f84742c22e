//! The commands of README.md and docs/packs.md are run as they stand there, on the files
//! that the same page tells to save.

#[path = "readme/charts.rs"]
mod charts;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A fenced block: its language, its lines, and the file that the line before tells to save it as.
struct Block {
    language: String,
    file: Option<String>,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut file = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: String = lines
                .by_ref()
                .take_while(|line| *line != "```")
                .map(|l| format!("{l}\n"))
                .collect();
            blocks.push(Block { language: language.to_owned(), file: file.take(), text });
        } else if line.starts_with("Save this as `") {
            file = line.split('`').nth(1).map(str::to_owned);
        }
    }
    blocks
}

/// Runs `command` in `folder` and gives its exit code, or why it can't be run here.
fn run(command: &str, folder: &Path) -> Result<i32, String> {
    let (command, wanted_exit) = match command.split_once("  # exits ") {
        Some((command, code)) => (command, code.trim().parse().map_err(|e| format!("{e}"))?),
        None => (command, 0),
    };
    let mut words = command.split_whitespace();
    let program = match words.next() {
        Some("portolan") => env!("CARGO_BIN_EXE_portolan"),
        Some("tar") => "tar",
        _ => return Err("neither `portolan ...` nor one that tests/readme.rs knows".to_owned()),
    };
    let output = Command::new(program)
        .args(words)
        .current_dir(folder)
        .env("PORTOLAN_DATA_DIR", folder.join("data"))
        .stdin(Stdio::null())
        .output()
        .map_err(|e| e.to_string())?;
    let code = output.status.code().unwrap_or(-1);
    if code == wanted_exit {
        Ok(code)
    } else {
        Err(format!(
            "exits {code}, not {wanted_exit}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// What other tests run: the tutor in a pseudo-terminal (tests/e2e.rs, tests/pack_watch.rs), this very suite, and
/// what needs a network or installs something.
const RUN_ELSEWHERE: &[&str] = &[
    "cargo run --release",
    "cargo test",
    "cargo install --path .",
    "bash .ci/run",
    "portolan",
    "portolan --pack class-pack",
    // tests/pack_watch.rs
    "portolan pack check class-pack --watch=hello",
];

fn run_page(page: &str) {
    let text = fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for block in blocks(&text) {
        if let Some(file) = &block.file {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &block.text).unwrap();
        }
        if block.language != "sh" {
            continue;
        }
        for command in block.text.lines().filter(|line| !line.is_empty()) {
            seen.insert(command.to_owned());
            if RUN_ELSEWHERE.contains(&command) {
                continue;
            }
            if let Err(why) = run(command, folder.path()) {
                wrong.push(format!("{command}\n    {why}"));
            }
        }
    }
    assert!(!seen.is_empty(), "{page} shows no command");
    assert!(wrong.is_empty(), "{page}:\n{}", wrong.join("\n"));
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    run_page("README.md");
}

#[test]
fn every_command_of_the_guide_to_packs_does_what_it_says() {
    run_page("docs/packs.md");
}

#[test]
fn the_readme_gives_the_two_commands_near_its_top_and_ci_calls_the_test_command() {
    let readme = fs::read_to_string("README.md").unwrap();
    let top: Vec<&str> = readme.lines().take(60).collect();
    assert!(top.contains(&"cargo run --release"), "{top:#?}");
    assert!(top.contains(&"cargo test"), "{top:#?}");
    assert!(fs::read_to_string(".ci/run").unwrap().contains("step cargo test\n"));
}

#[test]
fn the_readmes_picture_is_what_the_program_draws_now() {
    let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(["trace", "--world", "assets/chart.yaml", "--from", "external"])
        .args(["--to", "node3:30080", "--output", "svg"])
        .output()
        .unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write("assets/chart.svg", &output.stdout).unwrap();
    }
    let picture = fs::read_to_string("assets/chart.svg").unwrap();
    // Too long to print whole where it differs.
    assert!(
        String::from_utf8_lossy(&output.stdout) == picture,
        "assets/chart.svg is stale: UPDATE_DOCS=1 cargo test --test readme"
    );
}

#[test]
fn the_page_of_keys_is_the_key_table() {
    let page = format!(
        "# Keys\n\n<!-- Made from src/app/keys/table.rs; `UPDATE_DOCS=1 cargo test --test readme` writes it anew. -->\n\n{}",
        portolan::app::keys::markdown()
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write("docs/keys.md", &page).unwrap();
    }
    assert_eq!(fs::read_to_string("docs/keys.md").unwrap(), page);
}

/// Files and folders that links of the page point to.
fn local_links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    for (at, _) in page.match_indices("](") {
        let target: String = page[at + 2..].chars().take_while(|c| *c != ')').collect();
        if !target.contains("://") && !target.starts_with('#') {
            links.push(target.split('#').next().unwrap_or_default().to_owned());
        }
    }
    links
}

#[test]
fn every_local_link_of_the_docs_leads_somewhere() {
    let mut dead = Vec::new();
    let mut pages: Vec<_> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "fuzz/README.md"]
            .map(std::path::PathBuf::from)
            .to_vec();
    let docs = fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in local_links(&text) {
            if !page.parent().unwrap().join(&link).exists() {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

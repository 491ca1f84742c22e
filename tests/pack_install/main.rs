//! `pack install`, `list`, `update`, `remove`, `lock`: whole outputs of the real binary, and what
//! is in the data folder afterwards.

mod archives;
mod interrupted;

use archives::{entry, tar_of};
use portolan::progress::{Entry, Event};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to work in, with a data folder of its own.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.args(args).current_dir(self.0.path());
        command.env("PORTOLAN_DATA_DIR", self.path("data"));
        command
    }

    /// Exit code, stdout and stderr in one text, with this folder called HOME.
    fn run(&self, args: &[&str]) -> String {
        self.told(&self.command(args).output().unwrap())
    }

    fn told(&self, output: &Output) -> String {
        let text = format!(
            "{}\n{}{}",
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let home = self.0.path().canonicalize().unwrap();
        let text = text.replace(&home.display().to_string(), "HOME");
        text.replace(&self.0.path().display().to_string(), "HOME")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn write_pack(&self, folder: &str, files: &[(String, String)]) {
        let _ = fs::remove_dir_all(self.path(folder));
        for (name, text) in files {
            self.write(&format!("{folder}/{name}"), text);
        }
    }

    /// Everything in the folder of packs, with sizes left out: nothing may be left behind.
    fn packs(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            let Ok(entries) = fs::read_dir(folder) else { return };
            for path in entries.map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    walk(&path, root, out);
                }
                out.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
        let root = self.path("data/packs");
        let mut out = Vec::new();
        walk(&root, &root, &mut out);
        out.sort();
        out
    }
}

const LESSON: &str = "[[steps]]\nid = \"read\"\n[steps.text]\nbody = \"Words.\"\n";

/// A lesson's file.
fn lesson(id: &str, steps: &str) -> (String, String) {
    let text = format!("format = 1\nid = \"{id}\"\ntitle = \"Of {id}\"\n{steps}");
    (format!("lessons/{id}.toml"), text)
}

/// A pack of these lessons; `more` is put into its pack.toml.
fn pack(
    id: &str,
    version: &str,
    more: &str,
    lessons: &[(String, String)],
) -> Vec<(String, String)> {
    let ids: Vec<String> = lessons
        .iter()
        .map(|(name, _)| name.replace("lessons/", "\"").replace(".toml", "\""))
        .collect();
    let head = format!(
        "format = 1\nid = \"{id}\"\nversion = \"{version}\"\ntitle = \"About {id}\"\n{more}\n\
         lessons = [{}]\n",
        ids.join(", ")
    );
    [("pack.toml".to_owned(), head)].into_iter().chain(lessons.iter().cloned()).collect()
}

fn small(id: &str, version: &str) -> Vec<(String, String)> {
    pack(id, version, "", &[lesson("a", LESSON)])
}

const HINT: &str =
    " Packs that need each other can be installed at once: portolan pack install A B";

#[test]
fn an_update_tells_what_changed_and_progress_follows_the_ids() {
    let home = Home::new();
    let steps = "[[steps]]\nid = \"read\"\n[steps.text]\nbody = \"Old words.\"\n\
                 [[steps]]\nid = \"ask\"\n[steps.quiz]\nquiz = \"q\"\n";
    let quiz = |ids: &[&str]| {
        let questions = ids.iter().map(|id| {
            format!(
                "[[questions]]\nid = \"{id}\"\nask = \"Which?\"\n[questions.short]\n\
                 accept = [\"x\"]\nbecause = \"So it is.\"\n"
            )
        });
        let text = questions.collect::<String>();
        ("quizzes/q.toml".to_owned(), format!("format = 1\nid = \"q\"\ntitle = \"Q\"\n{text}"))
    };
    let with_quiz = |mut files: Vec<(String, String)>, ids: &[&str]| {
        files.push(quiz(ids));
        files
    };
    let old = with_quiz(
        pack("mine", "1.0.0", "", &[lesson("a", steps), lesson("gone", LESSON)]),
        &["one", "two"],
    );
    home.write_pack("mine", &old);
    home.run(&["pack", "install", "mine"]);
    let done = |step: &str| {
        let at = "2026-11-20T08:00:00Z".parse().unwrap();
        Entry::new(at, Event::Read { step: format!("mine/{step}") }).to_line()
    };
    let journal = [done("a/read"), done("gone/read")].concat();
    home.write("data/journal.jsonl", &journal);
    let progress = |home: &Home| {
        let shown = home.run(&["progress", "show"]);
        shown.split_once("About mine: ").map_or(shown.clone(), |(_, of_mine)| of_mine.to_owned())
    };
    assert_eq!(
        progress(&home),
        "2/3 steps, 0/0 points\n  a     1/2 steps  0/0 points\n  gone  1/1 steps  0/0 points\nNext: \
         a/ask, Of a\n"
    );
    let steps = steps.replace("Old", "New");
    let new = with_quiz(
        pack("mine", "1.1.0", "", &[lesson("a", &steps), lesson("b", LESSON)]),
        &["two", "three"],
    );
    home.write_pack("mine", &new);
    assert_eq!(
        home.run(&["pack", "update", "mine"]),
        "0\nUpdated mine from 1.0.0 to 1.1.0:\n  lessons: 1 added (b), 1 removed (gone)\n  steps: \
         1 changed (a/read)\n  questions: 1 added (q/three), 1 removed (q/one)\n  What was done in \
         parts that are gone is kept, and counts again if they come back.\n"
    );
    assert_eq!(
        progress(&home),
        "1/3 steps, 0/0 points\n  a  1/2 steps  0/0 points\n  b  0/1 steps  0/0 points\nNext: a/ask, \
         Of a\n"
    );
    // The version says less than the text.
    let third = with_quiz(pack("mine", "1.1.0", "", &[lesson("a", &steps)]), &["two", "three"]);
    home.write_pack("mine", &third);
    let told = home.run(&["pack", "update"]);
    assert!(
        told.starts_with(
            "0\nChanged mine 1.1.0; its version is the same:\n  lessons: 1 removed (b)\n"
        ),
        "{told}"
    );
    let mut third = third;
    third[1].1.push_str("# A comment.\n");
    home.write_pack("mine", &third);
    assert_eq!(
        home.run(&["pack", "update"]),
        "0\nChanged mine 1.1.0; its version is the same:\n  Nothing that a learner sees.\n"
    );
    home.write_pack("mine", &old);
    let told = home.run(&["pack", "install", "mine"]);
    assert!(told.starts_with("0\nTook mine back from 1.1.0 to 1.0.0:\n"), "{told}");
    assert!(progress(&home).starts_with("2/3 steps"), "{}", progress(&home));
    // Removed and installed again: the same.
    home.run(&["pack", "remove", "mine"]);
    home.run(&["pack", "install", "mine"]);
    assert!(progress(&home).starts_with("2/3 steps"), "{}", progress(&home));
    assert_eq!(fs::read_to_string(home.path("data/journal.jsonl")).unwrap(), journal);
}

#[test]
fn packs_that_need_each_other_are_installed_together_and_stay_together() {
    let home = Home::new();
    let of = |id: &str, version: &str, needs: &str| {
        pack(id, version, &format!("needs = [{needs}]"), &[lesson("a", LESSON)])
    };
    home.write_pack("base", &of("base", "1.0.0", "\"services >=0.1\""));
    home.write_pack("more", &of("more", "1.0.0", "\"base >=1.2\""));
    assert_eq!(
        home.run(&["pack", "install", "more"]),
        format!("2\nerror: more needs base >=1.2, which is not there.{HINT}\n")
    );
    assert_eq!(
        home.run(&["pack", "install", "more", "base"]),
        format!("2\nerror: more needs base >=1.2, and base is version 1.0.0.{HINT}\n")
    );
    assert_eq!(home.packs(), [".lock"]);
    home.write_pack("base", &of("base", "1.2.0", "\"services >=0.1\""));
    assert_eq!(
        home.run(&["pack", "install", "more", "base"]),
        "0\nInstalled more 1.0.0, \"About more\": 1 lesson, 0 questions.\nInstalled base 1.2.0, \
         \"About base\": 1 lesson, 0 questions.\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "base"]),
        "2\nerror: more needs base. Remove both: portolan pack remove more base\n"
    );
    // An older base would leave the other without what it needs.
    home.write_pack("base", &of("base", "1.0.0", ""));
    assert_eq!(
        home.run(&["pack", "update", "base"]),
        format!("2\nerror: more needs base >=1.2, and base is version 1.0.0.{HINT}\n")
    );
    assert_eq!(
        home.run(&["pack", "list"]),
        format!(
            "0\nservices  {}  {} lessons, built in\nbase      1.2.0  1 lesson, HOME/base\nmore      \
             1.0.0  1 lesson, HOME/more\n",
            portolan::content::builtin().version,
            portolan::content::builtin().lessons.len()
        )
    );
    let removed = "What was done in it is kept, and counts again if you install it.";
    assert_eq!(
        home.run(&["pack", "remove", "more", "base"]),
        format!("0\nRemoved more. {removed}\nRemoved base. {removed}\n")
    );
    assert_eq!(home.packs(), [".lock"]);
}

#[test]
fn what_does_not_fit_is_refused_with_what_to_do() {
    let home = Home::new();
    let about = |version: &str| {
        pack("old", "1.0.0", &format!("kubernetes = \"{version}\""), &[lesson("a", LESSON)])
    };
    home.write_pack("old", &about("1.20 - 1.30"));
    assert_eq!(
        home.run(&["pack", "install", "old"]),
        "2\nerror: old 1.0.0 is about Kubernetes 1.20 - 1.30, and Portolan behaves as 1.36: some of \
         what it says would be untrue here. --any-kubernetes installs it all the same.\n"
    );
    let all_the_same = home.run(&["pack", "install", "old", "--any-kubernetes"]);
    assert!(all_the_same.starts_with("0\nInstalled old 1.0.0"), "{all_the_same}");
    home.write_pack("old", &about(">=1.34 <1.40"));
    let fits = home.run(&["pack", "install", "old"]);
    assert!(fits.starts_with("0\nChanged old 1.0.0"), "{fits}");
    home.write_pack("services", &small("services", "9.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "services"]),
        "2\nerror: HOME/services has the built-in pack's id, `services`. Give it another in \
         pack.toml.\n"
    );
    let mut broken = small("broken", "1.0.0");
    broken[1].1.push_str("tilte = 1\n");
    broken.push(("lessons/run.sh".to_owned(), "#!/bin/sh\n".to_owned()));
    home.write_pack("broken", &broken);
    assert_eq!(
        home.run(&["pack", "install", "broken"]),
        "2\nerror: HOME/broken is not right, so it is not installed:\n  lessons/a.toml:8:1: `tilte` is \
         not a key of a text step. There are: body.\n  lessons/run.sh: This file does not belong in \
         lessons/. Only files called NAME.toml do; move or remove it.\n"
    );
    assert_eq!(
        home.run(&["pack", "install", "nowhere"]),
        "2\nerror: There is no file or folder nowhere.\n"
    );
    home.write("empty/readme", "");
    assert_eq!(
        home.run(&["pack", "install", "empty"]),
        "2\nerror: HOME/empty holds no pack: there is no pack.toml.\n"
    );
    home.write_pack("twin", &small("old", "2.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "old", "twin"]),
        "2\nerror: two of these packs have the id `old`. Install one of them.\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "nothing"]),
        "2\nerror: the pack `nothing` is not installed; there are: old\n"
    );
    assert_eq!(
        home.run(&["pack", "remove", "services"]),
        "2\nerror: `services` is built in: it comes and goes with Portolan\n"
    );
}

#[test]
fn of_two_packs_of_one_id_one_is_used_and_the_other_is_told() {
    let home = Home::new();
    home.write_pack("data/packs/first", &small("mine", "1.0.0"));
    home.write_pack("data/packs/second", &small("mine", "2.0.0"));
    home.write_pack("data/packs/third", &small("services", "9.0.0"));
    let told = home.run(&["lessons"]);
    let notes: Vec<&str> = told.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(
        notes,
        [
            "note: HOME/data/packs/second is not used: HOME/data/packs/first has the id mine, too. \
             Give one of them another, or remove it.",
            "note: HOME/data/packs/third is not used: the built-in pack has the id services, too. \
             Give one of them another, or remove it.",
        ]
    );
    assert_eq!(told.matches("About mine").count(), 1, "{told}");
    let listed = home.run(&["pack", "list"]);
    assert_eq!(
        listed.matches("  Not used: a pack before it has the same id.\n").count(),
        2,
        "{listed}"
    );
    home.write_pack("mine", &small("mine", "3.0.0"));
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "2\nerror: HOME/data/packs/first holds a pack of the id `mine` that was put there by hand. \
         Take it away first: portolan pack remove mine\n"
    );
    home.run(&["pack", "remove", "mine"]);
    assert_eq!(
        home.run(&["pack", "install", "mine"]),
        "0\nInstalled mine 3.0.0, \"About mine\": 1 lesson, 0 questions.\n"
    );
}

#[test]
fn a_class_gets_the_same_by_a_lock_file() {
    let home = Home::new();
    home.write_pack("class/packs/mine", &small("mine", "1.0.0"));
    home.write("class/packs/other.tar", {
        let files = small("other", "2.0.0");
        let entries: Vec<Vec<u8>> =
            files.iter().map(|(name, text)| entry(name, b'0', "", text.as_bytes())).collect();
        tar_of(&entries)
    });
    home.run(&["pack", "install", "class/packs/mine", "class/packs/other.tar"]);
    assert_eq!(
        home.run(&["pack", "lock", "-o", "class/portolan.lock"]),
        "0\nclass/portolan.lock: 2 packs locked.\n"
    );
    let lock = fs::read_to_string(home.path("class/portolan.lock")).unwrap();
    let hash = |id: &str| {
        let listed = home.run(&["pack", "list", "--output", "json"]);
        let line = listed.lines().find(|line| line.contains(&format!("\"id\":\"{id}\""))).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["sha256"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        lock,
        format!(
            "# The packs of a class. `portolan pack install --locked FILE` gives everybody the \
             same;\n# `portolan pack lock` writes it anew.\nformat = 1\n\n[[packs]]\nid = \
             \"mine\"\nversion = \"1.0.0\"\nsource = \"packs/mine\"\nsha256 = \"{}\"\n\n[[packs]]\nid = \
             \"other\"\nversion = \"2.0.0\"\nsource = \"packs/other.tar\"\nsha256 = \"{}\"\n",
            hash("mine"),
            hash("other")
        )
    );
    // A learner gets the folder, wherever it is put.
    let learner = Home::new();
    fs::rename(home.path("class"), learner.path("from-teacher")).unwrap();
    assert_eq!(
        learner.run(&["pack", "install", "--locked", "from-teacher/portolan.lock"]),
        "0\nInstalled mine 1.0.0, \"About mine\": 1 lesson, 0 questions.\nInstalled other 2.0.0, \
         \"About other\": 1 lesson, 0 questions.\n"
    );
    assert_eq!(
        learner.run(&["pack", "install", "--locked", "from-teacher/portolan.lock"]),
        "0\nmine 1.0.0 is there already, as locked.\nother 2.0.0 is there already, as locked.\n"
    );
    // One that is not what was locked: nothing is installed, the other one neither.
    let late = Home::new();
    fs::rename(learner.path("from-teacher"), late.path("c")).unwrap();
    late.write_pack("c/packs/mine", &small("mine", "1.0.1"));
    let told = late.run(&["pack", "install", "--locked", "c/portolan.lock"]);
    assert!(
        told.starts_with(
            "2\nerror: mine at HOME/c/packs/mine is not what the lock names: it is version 1.0.1 \
             with the hash "
        ),
        "{told}"
    );
    assert_eq!(late.packs(), [".lock"]);
    for (text, why) in [
        (
            "format = 1\n[[packs]]\nid = \"a\"\n",
            "c/x.lock: line 2: missing field `version`. Ask for the file anew; `portolan pack lock` writes it.",
        ),
        (
            "format = 2\n",
            "c/x.lock: format 2 is not one that this Portolan reads. Use a newer Portolan.",
        ),
        (
            "hello\n",
            "c/x.lock: line 1: key with no value, expected `=`. Ask for the file anew; `portolan pack lock` writes it.",
        ),
        (
            "format = 1\n[[packs]]\nid = \"../a\"\nversion = \"1\"\nsource = \".\"\nsha256 = \"\"\n",
            "c/x.lock: `../a` is no pack's id.",
        ),
    ] {
        late.write("c/x.lock", text);
        assert_eq!(
            late.run(&["pack", "install", "--locked", "c/x.lock"]),
            format!("2\nerror: {why}\n")
        );
    }
    assert_eq!(
        late.run(&["pack", "lock"]),
        "2\nerror: no pack is installed that could be locked\n"
    );
}

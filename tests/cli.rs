//! The command line: whole outputs of the real binary.

use portolan::progress::{Entry, Event};
use portolan::review::Answer;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a run gave: exit code, stdout, stderr, for a snapshot.
struct Run {
    exit: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn shown(&self) -> String {
        let mut shown = format!("exit {}\n", self.exit);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                shown.push_str(&format!("--- {name}\n{text}"));
            }
        }
        shown
    }
}

/// A data folder of its own, so that no learner's progress is read or written.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With a journal of `events`, a minute apart.
    fn with(events: Vec<Event>) -> Self {
        let home = Self::new();
        let lines: String = events
            .into_iter()
            .enumerate()
            .map(|(minute, event)| {
                let at = format!("2026-11-20T08:{minute:02}:00Z").parse().unwrap();
                Entry::new(at, event).to_line()
            })
            .collect();
        fs::write(home.0.path().join("journal.jsonl"), lines).unwrap();
        home
    }

    fn run(&self, args: &[&str]) -> Run {
        self.run_with_input(args, "")
    }

    fn run_with_input(&self, args: &[&str], input: &str) -> Run {
        let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .args(args)
            .env("PORTOLAN_DATA_DIR", self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run {
            exit: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

const WHOLE: [&str; 2] = ["--pack", "tests/packs/whole"];

fn run(args: &[&str]) -> String {
    Home::new().run(args).shown()
}

fn run_whole(args: &[&str]) -> String {
    run(&[args, &WHOLE].concat())
}

fn worked_a_while() -> Vec<Event> {
    let step = |id: &str| format!("whole/all-steps/{id}");
    let question = |id: &str| format!("whole/all-kinds/{id}");
    vec![
        Event::At { step: step("words"), part: 0 },
        Event::Read { step: step("words") },
        Event::Watched { step: step("packets"), probe: 0, of: 2 },
        Event::Draft { step: step("write-it"), text: "kind: Service\n".into() },
        Event::Hint { step: step("write-it"), taken: 1 },
        Event::Graded {
            step: step("write-it"),
            points: 4.5,
            max: 6,
            passed: true,
            text: String::new(),
        },
        Event::QuizStarted { quiz: "whole/all-kinds".into(), seed: 1 },
        Event::Answered {
            question: question("one"),
            answer: Some(Answer::Single(0)),
            text: String::new(),
            right: true,
        },
        Event::Answered {
            question: question("words"),
            answer: Some(Answer::Short("NodePort".into())),
            text: String::new(),
            right: false,
        },
    ]
}

#[test]
fn lessons_are_listed_with_progress() {
    let home = Home::with(worked_a_while());
    insta::assert_snapshot!(home.run(&[&["lessons"], &WHOLE[..]].concat()).shown(),);
}

#[test]
fn lessons_are_listed_as_json() {
    let home = Home::with(worked_a_while());
    let args = [&["lessons", "--output", "json"], &WHOLE[..]].concat();
    insta::assert_snapshot!(home.run(&args).shown());
}

#[test]
fn progress_is_shown_for_people_and_programs() {
    let home = Home::with(worked_a_while());
    let human = home.run(&[&["progress", "show"], &WHOLE[..]].concat()).shown();
    let json = home.run(&[&["progress", "show", "--output", "json"], &WHOLE[..]].concat()).shown();
    insta::assert_snapshot!(format!("{human}\n{json}"));
}

#[test]
fn a_journal_with_broken_lines_is_told_and_the_rest_is_shown() {
    let home = Home::with(worked_a_while());
    let path = home.0.path().join("journal.jsonl");
    let mut bytes = b"\x1b[2J\n".to_vec();
    bytes.extend(fs::read(&path).unwrap());
    bytes.extend(b"{\"v\":1,");
    fs::write(&path, &bytes).unwrap();
    insta::assert_snapshot!(home.run(&[&["progress", "show"], &WHOLE[..]].concat()).shown());
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_lesson_is_read_as_plain_text() {
    insta::assert_snapshot!(run_whole(&["read", "all-steps"]));
}

#[test]
fn every_built_in_lesson_can_be_read_without_a_control_character() {
    for lesson in &portolan::content::builtin().lessons {
        let run = Home::new().run(&["read", &lesson.id]);
        assert_eq!((run.exit, run.stderr.as_str()), (0, ""), "{}", lesson.id);
        assert!(!run.stdout.contains(|c: char| c.is_control() && c != '\n'), "{}", lesson.id);
        for line in run.stdout.lines().filter(|line| !line.starts_with("    ")) {
            let long_word = !line.trim_start().trim_start_matches("- ").contains(' ');
            assert!(line.chars().count() <= 80 || long_word, "{line}");
        }
    }
}

#[test]
fn what_does_not_exist_is_told_with_what_does() {
    let outputs: Vec<String> = [
        vec!["read", "nodeprot"],
        vec!["read", "nopack/nodeport"],
        vec!["grade", "all-steps", "x.yaml"],
        vec!["grade", "all-steps/words", "x.yaml"],
        vec!["grade", "all-steps/write-it", "tests/no-such-file.yaml"],
        vec!["grade", "all-steps/write-it", "--all", "tests/no-such-folder"],
        vec!["grade", "all-steps/write-it", "--all", "tests/packs/whole/lessons"],
    ]
    .iter()
    .map(|args| format!("$ portolan {}\n{}\n", args.join(" "), run_whole(args)))
    .collect();
    insta::assert_snapshot!(outputs.concat());
}

const RIGHT: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 80, targetPort: 8080}]\n";

fn submissions() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("ada/service.yaml", RIGHT);
    write("bob/service.yml", &RIGHT.replace("app: web", "app: wbe"));
    write("=cmd,\"x\".yaml", &RIGHT.replace("8080", "\"8080\""));
    write("empty.yaml", "");
    write("notes.txt", "no manifest");
    write(".hidden.yaml", RIGHT);
    dir
}

#[test]
fn submissions_are_graded_for_people() {
    let dir = submissions();
    let all = dir.path().to_str().unwrap();
    insta::assert_snapshot!(run_whole(&["grade", "all-steps/write-it", "--all", all]));
}

#[test]
fn submissions_are_graded_as_csv() {
    let dir = submissions();
    let all = dir.path().to_str().unwrap();
    let args = ["grade", "whole/all-steps/write-it", "--all", all, "--output", "csv"];
    insta::assert_snapshot!(run_whole(&args));
}

#[test]
fn submissions_are_graded_as_json() {
    let dir = submissions();
    let all = dir.path().to_str().unwrap();
    let args = ["grade", "all-steps/write-it", "--all", all, "--output", "json"];
    insta::assert_snapshot!(run_whole(&args));
}

#[test]
fn a_submission_that_cannot_be_read_has_its_line_and_the_rest_is_graded() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.yaml"), RIGHT).unwrap();
    fs::write(dir.path().join("huge.yaml"), "#".repeat(3 * 1024 * 1024 + 1)).unwrap();
    let all = dir.path().to_str().unwrap();
    let graded = |output: &str| {
        let args =
            ["grade", "all-steps/write-it", "--all", all, "--output", output, WHOLE[0], WHOLE[1]];
        Home::new().run(&args)
    };
    let why = "it has more than 3145728 bytes, which the API server would refuse";
    for output in ["human", "json", "csv"] {
        let run = graded(output);
        assert_eq!((run.exit, run.stderr), (2, format!("error: huge.yaml: {why}\n")), "{output}");
    }
    let run = graded("json");
    let lines: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["file"], &lines[0]["passed"]), (&"a.yaml".into(), &true.into()));
    assert_eq!(
        lines[1],
        serde_json::json!({
            "file": "huge.yaml", "exercise": "whole/all-steps/write-it", "points": 0, "max": 6,
            "passed": false, "goals": [], "exit": null, "stdout": "", "stderr": "", "score": 0.0,
            "mended": null, "diagnostics": [], "error": why,
        })
    );
    let run = graded("csv");
    let rows: Vec<&str> = run.stdout.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "a.yaml,whole/all-steps/write-it,6,6,true,3,1,1,1",
            "huge.yaml,whole/all-steps/write-it,0,6,false,0,0,0,0",
        ]
    );
}

#[test]
fn a_right_manifest_from_standard_input_passes() {
    let args = [&["grade", "all-steps/write-it", "-"], &WHOLE[..]].concat();
    let run = Home::new().run_with_input(&args, RIGHT);
    assert_eq!(
        run.shown(),
        "exit 0\n--- stdout\n-: passed, 6 of 6 points\n  yes  3/3  the client gets an answer \
         from web-a\n  yes  1/1  there is a Service web\n  yes  1/1  its port 80 leads to a port \
         of the Pod\n  yes  1/1  it has one port\n"
    );
}

#[test]
fn a_right_pack_passes_its_check() {
    insta::assert_snapshot!(run(&["pack", "check", "tests/packs/whole"]));
}

#[test]
fn claims_that_do_not_hold_are_told_with_their_place() {
    let human = run(&["pack", "check", "tests/packs/broken-claims"]);
    let json = run(&["pack", "check", "tests/packs/broken-claims", "--output", "json"]);
    insta::assert_snapshot!(format!("{human}\n{json}"));
}

#[test]
fn a_folder_that_is_no_pack_is_told() {
    let empty = tempfile::tempdir().unwrap();
    let shown = run(&["pack", "check", empty.path().to_str().unwrap()]);
    let nowhere = run(&["pack", "check", "tests/packs/nowhere"]);
    insta::assert_snapshot!(format!("{shown}\n{nowhere}"));
}

#[test]
fn of_many_problems_of_a_pack_the_first_are_told() {
    let home = Home::new();
    let dir = home.0.path().join("wrong");
    fs::create_dir(&dir).unwrap();
    let keys: String = (0..60).map(|n| format!("wrong-{n} = {n}\n")).collect();
    let head = "format = 1\nid = \"wrong\"\nversion = \"1.0.0\"\ntitle = \"Wrong\"\nlessons = []\n";
    fs::write(dir.join("pack.toml"), format!("{head}{keys}")).unwrap();
    let run = home.run(&["lessons", "--pack", dir.to_str().unwrap()]);
    let told: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(told.len(), 51, "{}", run.stderr);
    let dir = dir.display();
    let note = format!("note: 11 more in {dir}: `portolan pack check {dir}` tells all");
    assert_eq!(told[50], note);
}

#[test]
fn installed_packs_are_found_and_broken_ones_do_not_stop_the_rest() {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &to);
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let home = Home::new();
    let packs = home.0.path().join("packs");
    copy(Path::new("tests/packs/whole"), &packs.join("b-whole"));
    copy(Path::new("tests/packs/broken-references"), &packs.join("c-references"));
    fs::create_dir_all(packs.join("a-nothing")).unwrap();
    let run = home.run(&["read", "whole/all-steps"]);
    assert_eq!(run.exit, 0);
    let data = home.0.path().display().to_string();
    insta::assert_snapshot!(run.stderr.replace(&data, "DATA"));
    let listed = home.run(&["lessons", "--output", "json"]).stdout;
    let ids: Vec<String> = listed
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            format!("{}/{}", line["pack"].as_str().unwrap(), line["id"].as_str().unwrap())
        })
        .collect();
    assert!(ids.contains(&"services/nodeport".to_owned()), "{ids:?}");
    assert_eq!(ids[ids.len() - 2..], ["whole/all-steps", "broken-references/first"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(["read", "nodeport"])
        .env("PORTOLAN_DATA_DIR", tempfile::tempdir().unwrap().path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody reads: the first write fails, whenever it comes.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn every_command_has_a_help_with_an_example() {
    let home = Home::new();
    let help = home.run(&["--help"]).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert!(commands.contains(&"grade"), "{help}");
    for command in commands {
        let run = home.run(&[command, "--help"]);
        assert_eq!((run.exit, run.stderr.as_str()), (0, ""), "{command}");
        let example = format!("portolan {command}");
        let after = run.stdout.split_once("Example").map_or("", |(_, after)| after);
        assert!(after.contains(&example), "{command}:\n{}", run.stdout);
    }
}

#[test]
fn the_help_is_plain() {
    let texts: Vec<String> = [
        vec!["lessons", "--help"],
        vec!["read", "--help"],
        vec!["grade", "--help"],
        vec!["pack", "check", "--help"],
        vec!["progress", "show", "--help"],
        vec!["nonsense"],
        vec!["--pack", "tests/packs/whole", "lessons"],
    ]
    .iter()
    .map(|args| format!("$ portolan {}\n{}\n", args.join(" "), run(args)))
    .collect();
    insta::assert_snapshot!(texts.concat());
}

/// Texts that no manifest or world should be, by what they are.
fn hostile_texts() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("binary", (0..=255).cycle().take(100_000).collect()),
        ("long", b"a: b\n".repeat(2_000_000)),
        ("deep-flow", b"[".repeat(10_000)),
        (
            "deep-block",
            (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>().into(),
        ),
        ("controls", b"kind: \x1b[2J\x07\x00\x9b\n".to_vec()),
        ("aliases", b"a: &a [x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\nd: *nobody\n".to_vec()),
    ]
}

/// The first line of each file's verdict, and the first of what is said about it.
fn first_lines(text: &str) -> String {
    let clip = |line: &str| line.chars().take(200).collect::<String>();
    text.lines().map(|line| clip(line) + "\n").collect()
}

#[test]
fn hostile_manifests_are_refused_and_harm_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in hostile_texts() {
        fs::write(dir.path().join(format!("{name}.yaml")), bytes).unwrap();
    }
    let all = dir.path().to_str().unwrap();
    let run =
        Home::new().run(&[&["grade", "all-steps/write-it", "--all", all], &WHOLE[..]].concat());
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    insta::assert_snapshot!(first_lines(&run.shown()));
}

/// What long commands say as they go is, put together, what they say in one piece.
#[test]
fn a_script_says_as_it_goes_what_comes_of_it() {
    let home = Home::new();
    let path = home.0.path().join("world.yaml");
    let path = path.to_str().unwrap();
    let services = (0..600).map(|n| {
        format!("- {{apiVersion: v1, kind: Service, metadata: {{name: s{n}, labels: {{n: '{}'}}}}, spec: {{ports: [{{port: 80}}]}}}}\n", n % 7)
    });
    fs::write(path, std::iter::once("objects:\n".to_owned()).chain(services).collect::<String>())
        .unwrap();
    let script = "kubectl label svc --all n=3\n\
        kubectl label svc --all n=4 --overwrite; echo $?\n\
        kubectl get svc -o json | sed 's/: 80,/: 81,/' > all.json; kubectl apply -f all.json 2>&1 | wc -l\n\
        kubectl delete svc -l n=4 | tail -1\n\
        kubectl get svc\n";
    let said = home.run_with_input(&["shell", "--world", path], script);
    let told = home.run_with_input(&["shell", "--world", path, "--output", "json"], script);
    let told: Vec<serde_json::Value> =
        told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let joined = |stream: &str| -> String {
        told.iter().map(|told| told[stream].as_str().unwrap()).collect()
    };
    assert_eq!(told.len(), 5);
    assert!(said.stdout.lines().count() > 600, "{}", said.stdout);
    assert_eq!(said.stdout, joined("stdout"));
    assert!(said.stderr.ends_with(&joined("stderr")), "{}", said.stderr);
    assert_eq!(said.exit, 0);
}

#[test]
fn of_very_many_oddities_of_a_world_not_all_are_told() {
    let home = Home::new();
    let path = home.0.path().join("world.yaml");
    let path = path.to_str().unwrap();
    for (n, lines) in [(20, 20), (21, 21), (25, 21)] {
        let pods = (0..n).map(|n| {
            format!("- {{apiVersion: v1, kind: Pod, metadata: {{name: p{n:02}}}, spec: {{nodeName: true, containers: [{{name: c, image: nginx}}]}}}}\n")
        });
        let node = "objects:\n- {kind: Node, metadata: {name: node1}}\n".to_owned();
        fs::write(path, [node].into_iter().chain(pods).collect::<String>()).unwrap();
        let run = home.run(&["trace", "--world", path, "--from", "external", "--to", "10.0.0.1:1"]);
        let told = run.stderr.replace(path, "world.yaml");
        let odd: Vec<&str> = told.lines().filter(|line| line.starts_with("world.yaml: ")).collect();
        assert_eq!(odd.len(), lines, "{told}");
        assert_eq!(
            odd[19],
            "world.yaml: pod/p19: It is left out: spec.nodeName: is a boolean, not a string."
        );
        let rest = (n > 20).then(|| format!("world.yaml: and {} more", n - 20));
        assert_eq!(odd.get(20).copied(), rest.as_deref());
    }
}

#[test]
fn hostile_worlds_are_told_and_harm_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write("pack.toml", include_bytes!("packs/broken-claims/pack.toml"));
    write(
        "lessons/claims.toml",
        b"format = 1\nid = \"claims\"\ntitle = \"C\"\n[[steps]]\nid = \"s\"\n[steps.text]\nbody = \"b\"\n",
    );
    for (name, bytes) in hostile_texts() {
        write(&format!("worlds/{name}.yaml"), &bytes);
    }
    let run = Home::new().run(&["pack", "check", dir.path().to_str().unwrap()]);
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    insta::assert_snapshot!(first_lines(&run.shown()));
}
#[test]
fn the_built_in_pack_passes_its_check() {
    let run = Home::new().run(&["pack", "check", "."]);
    assert_eq!((run.exit, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn an_error_quotes_a_file_without_its_control_characters() {
    let home = Home::new();
    let path = home.0.path().join("world.yaml");
    fs::write(&path, "\"\\e[2Jno\": 1\n").unwrap();
    let path = path.to_str().unwrap();
    let run = home.run(&["trace", "--world", path, "--from", "external", "--to", "service/a:1"]);
    assert_eq!((run.exit, run.stdout.as_str()), (2, ""));
    let told = run.stderr.replace(path, "world.yaml");
    let start = "error: world.yaml is no world: the world's settings are wrong: \u{fffd}[2Jno: no such \
                 key in a world (there are ";
    assert!(told.starts_with(start), "{told}");
    assert!(!told.trim_end().contains(char::is_control), "{told}");
}

#[test]
fn a_saved_world_goes_on_where_the_last_command_left_it() {
    let home = Home::new();
    let path = home.0.path().join("w.json");
    let state = path.display().to_string();
    let kubectl = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let run = home.run(&[&["kubectl", "--state", &state], &*words].concat());
        assert_eq!(run.exit, 0, "{line}: {}", run.stderr);
        run.stdout
    };
    kubectl("create deployment web --image=nginx --replicas=3 --port=80");
    // `--` may stand there, and words of kubectl that look like ours are kubectl's.
    kubectl("-- expose deployment web --port=80 --name=front");
    kubectl("config set-context --current --namespace=default");
    kubectl("annotate service front note=a\\\"\u{e9}");
    let looks = [
        "get pods,services,endpointslices,events -o wide",
        "get all -A -o yaml",
        "get deployment web -o json --show-managed-fields",
        "describe deployment web",
        "config view",
    ];
    let before = fs::read_to_string(&path).unwrap();
    let clock = |text: &str| text.split("\"now\":\"").nth(1).unwrap()[..20].to_owned();
    let now = clock(&before);
    let seen = looks.map(|line| {
        fs::write(&path, &before).unwrap();
        let said = kubectl(line);
        // Nothing but the clock moves on.
        let after = fs::read_to_string(&path).unwrap();
        assert_eq!(after.replacen(&clock(&after), &now, 1), before, "{line}");
        said
    });
    // However it is laid out.
    let documents = serde_json::Deserializer::from_str(&before).into_iter::<serde_json::Value>();
    let laid_out: Vec<String> =
        documents.map(|one| serde_json::to_string_pretty(&one.unwrap()).unwrap()).collect();
    assert!(laid_out.len() > 4);
    // In whatever order a part of it says what it holds.
    let turned = laid_out.iter().map(|text| match serde_json::from_str(text).unwrap() {
        serde_json::Value::Object(map) => {
            serde_json::Value::Object(map.into_iter().rev().collect()).to_string()
        }
        other => other.to_string(),
    });
    let turned: Vec<String> = turned.collect();
    for (line, said) in looks.iter().zip(&seen) {
        for texts in [&laid_out, &turned] {
            fs::write(&path, texts.join("\n\n")).unwrap();
            assert_eq!(&kubectl(line), said);
        }
    }
    insta::assert_snapshot!("saved_world", seen.join("---\n"));
    // Flags may stand before the verb.
    assert_eq!(
        kubectl("-n kube-system get svc -o name"),
        kubectl("get svc -o name -n kube-system")
    );
}

#[test]
fn a_command_that_reads_a_part_of_a_saved_world_answers_as_with_all_of_it() {
    let home = Home::new();
    let [path, other] = ["w.json", "other.json"].map(|name| home.0.path().join(name));
    let run = |path: &Path, line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let state = path.display().to_string();
        home.run(&[&["kubectl", "--state", &state], &*words].concat()).shown()
    };
    for line in [
        "create deployment web --image=nginx --replicas=3 --port=80",
        "expose deployment web --port=80 --name=front",
        "run alone --image=nginx --labels=app=alone",
        "create namespace shop",
        "create configmap c --from-literal=a=b -n shop",
        "config set-context --current --namespace=default",
    ] {
        run(&path, line);
    }
    let saved = fs::read_to_string(&path).unwrap();
    assert!(saved.contains(r#""rests":true"#));
    let looks = [
        "get svc",
        "get svc front -o wide",
        "get svc,deploy,rs,po -A --show-labels",
        "get pods -l app=web -o wide",
        "get pods --field-selector spec.nodeName=node1 --sort-by=.metadata.name",
        "get po/alone svc/front svc/none",
        "get nodes -o wide",
        "get ns",
        "get cm -n shop -o yaml",
        "get cm -A",
        "get sts",
        "get svc -n none",
        "get deploy web -o yaml",
        "get pods -o jsonpath={.items[*].status.podIP}",
        "get endpoints,endpointslices,events",
        "describe svc front",
        "explain pod.spec",
    ];
    // Told to be restless, it is read whole.
    let restless = saved.replacen(r#""rests":true"#, r#""rests":false"#, 1);
    for line in looks {
        let said = [(&path, &saved), (&other, &restless)].map(|(path, text)| {
            fs::write(path, text).unwrap();
            let said = run(path, line);
            (
                said,
                fs::read_to_string(path).unwrap().replacen("\"rests\":false", "\"rests\":true", 1),
            )
        });
        let [(part, after_part), (whole, after_whole)] = said;
        assert_eq!(part, whole, "{line}");
        assert!(after_part == after_whole, "{line}");
        assert!(after_part != saved, "{line}: the clock goes on");
    }
    // Of what changes something the lines are written anew that are others, to the same end.
    let (before, sum) = saved.split_once("\"sum\":").unwrap();
    let unknown = format!("{before}\"sum\":1{}", &sum[sum.find(',').unwrap()..]);
    for line in [
        "label svc front a=b",
        "create configmap d --from-literal=a=b",
        "delete configmap c -n shop",
        "scale deployment web --replicas=5",
        "delete pod alone",
        "create namespace other",
        "config set-context --current --namespace=shop",
        "get svc --nonsense",
    ] {
        let [known, unknown] = [(&path, &saved), (&other, &unknown)].map(|(path, text)| {
            fs::write(path, text).unwrap();
            (run(path, line), fs::read_to_string(path).unwrap())
        });
        assert!(known == unknown, "{line}");
        assert!(known.1 != saved, "{line}");
    }
    // A text that somebody changed is read whole, and one that is damaged is left as it is.
    let changed = saved.replace("\"alone\"", "\"lonely\"");
    fs::write(&path, &changed).unwrap();
    assert!(run(&path, "get pods").contains("lonely"));
    assert!(fs::read_to_string(&path).unwrap() != changed);
    for (damaged, why) in [
        (saved[..saved.len() - 9].to_owned(), "it is not JSON: EOF"),
        (saved.replacen("\"pods\"", "\"gods\"", 1), "missing field `pods`"),
    ] {
        fs::write(&path, &damaged).unwrap();
        let said = run(&path, "get svc front");
        assert!(said.contains(&format!("cannot be used: {why}")), "{said}");
        assert!(fs::read_to_string(&path).unwrap() == damaged);
    }
    // What happens by itself goes on, whatever is looked at.
    fs::write(&path, &saved).unwrap();
    run(&path, "run sleeps --image=busybox --restart=Never -- sleep 3");
    let rests = || fs::read_to_string(&path).unwrap().contains(r#""rests":true"#);
    assert!(!rests());
    let phases = [(); 5].map(|()| run(&path, "get pod sleeps -o jsonpath={.status.phase}"));
    assert!(phases[0].contains("Running") && phases[4].contains("Succeeded"), "{phases:?}");
    let waits = r#"{"spec":{"containers":[{"name":"w","image":"nginx","envFrom":[{"configMapRef":{"name":"late"}}]}]}}"#;
    run(&path, &format!("run waits --image=nginx --overrides={waits}"));
    run(&path, "get svc");
    assert!(!rests());
    run(&path, "create configmap late --from-literal=a=b");
    let phases = [(); 5].map(|()| run(&path, "get pod waits -o jsonpath={.status.phase}"));
    assert!(phases[4].contains("Running") && rests(), "{phases:?}");
}

#[test]
fn what_is_no_saved_world_is_told_and_left_as_it_is() {
    let home = Home::new();
    let path = home.0.path().join("w.json");
    let world = r#"{"settings": {}, "objects": []}"#;
    let head = format!(
        r#"{{"portolanState": 3, "contexts": [], "currentContext": "c", "world": {world}}}"#
    );
    let none = r#"{"parts": [], "templates": [], "pods": []}"#;
    let first = r#"{"portolanState": 4, "now": "2026-11-20T00:00:00Z", "rests": true, "kinds": ["Service"]}"#;
    let console =
        r#"{"portolanState": 4, "contexts": [], "currentContext": "c", "world": {"settings": {}}}"#;
    let said: String = [
        "",
        "{",
        "[]",
        "{}",
        r#"{"portolanState": 5}"#,
        r#"{"portolanState": 2, "contexts": []}"#,
        r#"{"portolanState": 2, "contexts": 1, "currentContext": "c", "world": {}}"#,
        r#"{"portolanState": 2, "contexts": [], "currentContext": "c", "world": {"settings": {"now": 1}, "objects": []}}"#,
        r#"{"portolanState": 2, "contexts": [], "currentContext": "c", "world": {"settings": {}, "objects": [{"kind": "Pod"}]}}"#,
        r#"{"portolanState": 2, "contexts": [], "currentContext": "c", "world": {"settings": {}, "objects": [], "pods": {"parts": [], "templates": [[0, 1, 2, 3]], "pods": []}}}"#,
        r#"{"portolanState": 2, "contexts": [], "currentContext": "c", "world": {"settings": {}, "objects": [], "pods": {"parts": [], "templates": [], "pods": [[0, "a", "b", null, [], [[]]]]}}}"#,
        // The Pods are in a line of their own.
        &head,
        &format!("{head}\n[]\n"),
        &format!("{head}\n{{\"parts\": [], \"templates\": [[0, 1, 2, 3]], \"pods\": []}}\n"),
        &format!("{head}\n{none}\n{none}\n"),
        &format!("{head}\n{none}\n"),
        // In the fourth form, all that is no Pod is in lines of its own, too.
        r#"{"portolanState": 4}"#,
        &format!("{first}\n{console}\n{{}}\n[{{}}]\n{none}\n"),
        &format!("{first}\n{console}\n{{}}\n[]\n"),
        &format!("{first}\n{console}\n{{}}\n[]\n{none}\n[]\n"),
        &format!("{first}\n{console}\n{{}}\n[]\n{none}\n"),
        // One of the first form is read.
        &format!(r#"{{"portolanState": 1, "contexts": [], "currentContext": "c", "world": {world}}}"#),
    ]
    .iter()
    .map(|text| {
        fs::write(&path, text).unwrap();
        let run = home.run(&["kubectl", "--state", &path.display().to_string(), "get", "ns"]);
        let same = fs::read_to_string(&path).unwrap() == *text;
        let shown = run.shown().replace(&path.display().to_string(), "w.json");
        format!("{text}\n{shown}{}\n", if same { "" } else { "(written)\n" })
    })
    .collect();
    insta::assert_snapshot!("no_saved_world", said);
}

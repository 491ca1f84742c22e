//! Packs: what is read, and what a wrong one is told.

use portolan::content::{self, Files, PackProblem, QuestionKind, StepKind};
use portolan::runtime::packs;
use proptest::prelude::*;
use std::path::Path;

fn told(problems: &[PackProblem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

fn problems_of(pack: &str) -> String {
    told(&packs::open(&Path::new("tests/packs").join(pack)).unwrap().1)
}

/// A right pack of one lesson, with `path` replaced.
fn small_pack_with(path: &str, bytes: impl Into<Vec<u8>>) -> Files {
    let mut files: Files = [
        ("pack.toml", "format = 1\nid = \"p\"\nversion = \"1\"\ntitle = \"P\"\nlessons = [\"a\"]\n"),
        (
            "lessons/a.toml",
            "format = 1\nid = \"a\"\ntitle = \"A\"\n[[steps]]\nid = \"s\"\n[steps.text]\nbody = \"b\"\n",
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .into();
    files.insert(path.to_owned(), bytes.into());
    files
}

#[test]
fn the_built_in_pack_has_no_problem() {
    assert_eq!(told(&content::builtin_problems()), "");
    let pack = content::builtin();
    let lesson = pack.lesson("nodeport").expect("the pack has a lesson nodeport");
    assert!(lesson.steps.iter().any(|step| matches!(step.kind, StepKind::Exercise(_))));
}

#[test]
fn a_pack_with_one_of_everything_is_read_whole() {
    let (pack, problems) = packs::open(Path::new("tests/packs/whole")).unwrap();
    assert_eq!(told(&problems), "");
    insta::assert_debug_snapshot!(pack.unwrap());
}

#[test]
fn every_wrong_field_is_told_with_its_place() {
    insta::assert_snapshot!(problems_of("broken-fields"));
}

#[test]
fn what_is_no_toml_is_told_with_what_else_is_wrong() {
    insta::assert_snapshot!(problems_of("broken-toml"));
}

#[test]
fn references_that_lead_nowhere_and_stray_files_are_told() {
    insta::assert_snapshot!(problems_of("broken-references"));
}

#[test]
fn what_is_wrong_falls_out_and_the_rest_of_the_pack_is_there() {
    let (pack, _) = packs::open(Path::new("tests/packs/broken-fields")).unwrap();
    // Without a title there is no pack.
    assert!(pack.is_none());
    let (pack, _) = packs::open(Path::new("tests/packs/broken-references")).unwrap();
    let pack = pack.unwrap();
    let lessons: Vec<&str> = pack.lessons.iter().map(|lesson| lesson.id.as_str()).collect();
    assert_eq!(lessons, ["first"]);
    assert_eq!(pack.quizzes["quiz"].questions.len(), 4);
    assert!(matches!(pack.quizzes["quiz"].questions[3].kind, QuestionKind::Manifest(_)));
}

#[test]
fn a_folder_without_pack_toml_is_no_pack() {
    let (pack, problems) = content::load(&Files::new());
    assert!(pack.is_none());
    assert_eq!(
        told(&problems),
        "pack.toml: The pack has no pack.toml. Make one with format, id, version, title and \
         lessons.\n"
    );
}

#[test]
fn hostile_files_are_told_in_one_line_each_and_the_rest_is_read() {
    let deep = |open: &str, close: &str| {
        format!("format = 1\nid = {}{}\n", open.repeat(10_000), close.repeat(10_000))
    };
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("blank", b" \n\t\n".to_vec()),
        ("binary", (0..=255).cycle().take(100_000).collect()),
        ("10 MB of letters", vec![b'x'; 10_000_000]),
        ("1 MB of letters", vec![b'x'; 1_000_000]),
        ("1 MB of quotes", vec![b'"'; 1_000_000]),
        ("1 MB of brackets", vec![b'['; 1_000_000]),
        ("1 MB of lines", b"=\n".repeat(500_000)),
        ("1 MB of keys", (0..80_000).map(|i| format!("k{i} = {i}\n")).collect::<String>().into()),
        ("1 MB of dots", format!("a{} = 1", ".a".repeat(500_000)).into()),
        ("deep lists", deep("[", "]").into()),
        ("deep tables", deep("{a=", "}").into()),
        ("deep headers", format!("[a{}]\n", ".a".repeat(10_000)).into()),
        ("control characters", b"\x00\x01\x07\x1b[2J\x7f".repeat(100).to_vec()),
        ("a mark of byte order", b"\xef\xbb\xbfformat = 1\n".to_vec()),
    ];
    let mut out = String::new();
    for (name, bytes) in cases {
        let (pack, problems) = content::load(&small_pack_with("lessons/a.toml", bytes));
        assert!(pack.is_some_and(|pack| pack.lessons.is_empty()), "{name}");
        out.push_str(&format!("{name}: {} problems\n", problems.len()));
        for problem in problems.iter().take(3) {
            let line = problem.to_string();
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            out.push_str(&format!("  {line}\n"));
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn line_ends_of_windows_make_no_difference() {
    let text = "format = 1\r\nid = \"a\"\r\ntitle = \"A\"\r\n[[steps]]\r\nid = \"s\"\r\n\
                [steps.text]\r\nbody = '''\r\none\r\ntwo'''\r\n";
    let (pack, problems) = content::load(&small_pack_with("lessons/a.toml", text));
    assert_eq!(told(&problems), "");
    let StepKind::Text { body } = &pack.unwrap().lessons[0].steps[0].kind else {
        panic!("not a text")
    };
    assert_eq!(body, "one\ntwo");
}

/// A lesson whose first step says `body`.
fn lesson_saying(body: &str) -> String {
    format!(
        "format = 1\nid = \"a\"\ntitle = \"A\"\n[[steps]]\nid = \"s\"\n[steps.text]\nbody = \
         '''\n{body}\n'''\n"
    )
}

fn problems_of_body(body: &str) -> String {
    told(&content::load(&small_pack_with("lessons/a.toml", lesson_saying(body))).1)
}

#[test]
fn links_of_a_text_lead_to_lessons_steps_words_or_the_web() {
    let mut files = small_pack_with(
        "glossary.toml",
        "format = 1\n[[terms]]\nid = \"port\"\nterm = \"port\"\ntext = \"A number.\"\n",
    );
    let body = "[a](a) [b](a/s) [c](term:port) [d](https://example.org/x.html#y)\n\n- in a list: \
                [e](b)\n- [f](a/nowhere) and ![a picture](x)\n\n[g](term:prot) [h](../a.toml)\n\
                [i](javascript:x) [j](#here) [k]()\n\n`[l](no-link)`";
    files.insert("lessons/a.toml".to_owned(), lesson_saying(body).into_bytes());
    let what = "Link to a lesson (`clusterip`), a step (`clusterip/idea`), a word of the glossary \
                (`term:port`) or an https address.";
    assert_eq!(
        told(&content::load(&files).1),
        format!(
            "lessons/a.toml:10:1: There is no lesson `b`. Did you mean `a`?\n\
             lessons/a.toml:11:1: The lesson `a` has no step `nowhere`. There are: s.\n\
             lessons/a.toml:13:1: A link in `body` leads to `../a.toml`. {what}\n\
             lessons/a.toml:13:1: The glossary has no term `prot`. Did you mean `port`?\n\
             lessons/a.toml:14:1: A link in `body` leads nowhere. {what}\n\
             lessons/a.toml:14:1: A link in `body` leads to `#here`. {what}\n\
             lessons/a.toml:14:1: A link in `body` leads to `javascript:x`. {what}\n"
        )
    );
}

#[test]
fn names_may_have_253_letters() {
    let told_of = |goal: &str, n: usize| {
        let goal = goal.replace("NAME", &"a".repeat(n));
        let lesson = format!(
            "format = 1\nid = \"a\"\ntitle = \"A\"\n[[steps]]\nid = \"s\"\n[steps.exercise]\n\
             difficulty = 1\nprompt = \"p\"\nsolution = \"s\"\n[[steps.exercise.goals]]\nsay = \
             \"g\"\npoints = 1\n{goal}\n"
        );
        let (_, problems) = content::load(&small_pack_with("lessons/a.toml", lesson));
        let told = told(&problems);
        told.split_once("…`, ").map_or(told.clone(), |(_, what)| what.to_owned())
    };
    let object = "which is not an object. Write it like `service/web`.\n";
    let file = "which is not a file's name. Write it like `answer.txt`.\n";
    let host = "which is not a name. Write it like `web.shop`.\n";
    for (goal, most, what) in [
        ("object = \"service/NAME\"", 253, object),
        ("object = \"service/NAME/web\"", 253, object),
        ("file = { name = \"NAME\", exists = true }", 253, file),
        ("file = { name = \"d/NAME\", exists = true }", 251, file),
        ("name = { ask = \"NAME.\", from = \"external\", expect = [\"service/web\"] }", 253, host),
    ] {
        assert_eq!(told_of(goal, most), "", "{goal}");
        assert_eq!(told_of(goal, most + 1), what, "{goal}");
    }
}

#[test]
fn what_breaks_where_the_terminal_has_80_columns_is_told_with_its_line() {
    let long = |n: usize| "x".repeat(n);
    let body = format!(
        "Words.\n\n```\n{}\n{}\n```\n\n- a list\n\n  ```yaml\n  {}\n  ```\n\n{}\n\n| a | b |\n|---|---|\n\
         | {} | {} |\n",
        long(71),
        long(72),
        long(70),
        long(74),
        long(40),
        long(31)
    );
    let clipped = "x".repeat(60);
    let told = problems_of_body(&body);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[0],
        "lessons/a.toml:12:1: A line of code in `body` takes 72 columns; where the terminal has 80, 71 \
         are shown. Break the line, or shorten it."
    );
    assert_eq!(
        lines[1],
        "lessons/a.toml:18:1: A line of code in `body` takes 70 columns; where the terminal has 80, 69 \
         are shown. Break the line, or shorten it."
    );
    assert!(
        lines[2].starts_with(&format!(
            "lessons/a.toml:21:1: A word in `body` takes 74 columns, `{}",
            &clipped[..20]
        )),
        "{told}"
    );
    assert!(
        lines[3].starts_with(
            "lessons/a.toml:23:1: A table in `body` does not fit where the terminal has 80 columns: it \
             breaks `xxxx"
        ),
        "{told}"
    );
    assert_eq!(lines.len(), 4);
}

#[test]
fn a_text_is_told_to_break_exactly_where_the_tutor_breaks_it() {
    use portolan::content::SCREEN_COLUMNS;
    use portolan::ui::{Theme, markdown};
    for lead in ["", "- x\n\n  ", "1. x\n\n   ", "> ", "- x\n  - y\n\n    "] {
        let indent = " ".repeat(lead.rsplit('\n').next().unwrap_or("").len());
        let next = if lead == "> " { "> ".to_owned() } else { indent };
        for n in 55..80 {
            // Another letter at the end: what is cut lacks it.
            let line = format!("{}z", "x".repeat(n));
            let body = format!("{lead}```\n{next}{line}\n{next}```\n");
            let drawn = markdown::lines(&body, SCREEN_COLUMNS, &Theme::default());
            let is_whole = drawn.iter().any(|drawn| drawn.to_string().contains(&line));
            assert_eq!(problems_of_body(&body).is_empty(), is_whole, "{body}");
            let body = format!("{lead}{line}\n");
            let drawn = markdown::lines(&body, SCREEN_COLUMNS, &Theme::default());
            let is_whole = drawn.iter().any(|drawn| drawn.to_string().contains(&line));
            assert_eq!(problems_of_body(&body).is_empty(), is_whole, "{body}");
            let body = format!("| a | b |\n|---|---|\n| {line} | {} |\n", "y ".repeat(9));
            let drawn = markdown::lines(&body, SCREEN_COLUMNS, &Theme::default());
            let is_whole = drawn.iter().any(|drawn| drawn.to_string().contains(&line));
            assert_eq!(problems_of_body(&body).is_empty(), is_whole, "{body}");
        }
    }
}

#[test]
fn a_thousand_errors_are_all_told_in_the_order_of_their_lines() {
    let mut text = "format = 1\nid = \"a\"\ntitle = \"A\"\n".to_owned();
    for n in 0..500 {
        text.push_str(&format!("= {n}\nwrong-{n} = {n}\n"));
    }
    text.push_str("[[steps]]\nid = \"s\"\n[steps.text]\nbody = \"b\"\n");
    let (_, problems) = content::load(&small_pack_with("lessons/a.toml", text));
    let mut places: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert!(places.is_sorted());
    places.dedup();
    assert!(places.into_iter().eq(4..1_004));
    for n in 0..500 {
        let wrong = format!("`wrong-{n}` is not a key");
        assert!(problems.iter().any(|problem| problem.message.starts_with(&wrong)), "{wrong}");
    }
    assert!(problems.len() >= 1_000);
}

#[test]
fn what_is_wrong_in_a_list_is_told_though_the_list_is_too_long() {
    let mut text = "format = 1\nid = \"a\"\ntitle = \"A\"\n".to_owned();
    for n in 0..1_000 {
        text.push_str(&format!(
            "[[steps]]\nid = \"s{n}\"\nwrong-{n} = 1\n[steps.text]\nbody = \"b\"\n"
        ));
    }
    let (_, problems) = content::load(&small_pack_with("lessons/a.toml", text));
    let too_many = |problem: &&PackProblem| problem.message == "`steps` has 1000 entries.";
    assert_eq!(problems.iter().filter(too_many).count(), 1);
    for n in 0..1_000 {
        let wrong = format!("`wrong-{n}` is not a key");
        assert!(problems.iter().any(|problem| problem.message.starts_with(&wrong)), "{wrong}");
    }
    assert!(problems.iter().all(|problem| !problem.remedy.is_empty()));
}

#[test]
fn every_reason_and_outcome_of_a_trace_can_be_expected() {
    use portolan::trace::{Outcome, ReasonCode};
    let reasons = [
        ReasonCode::Delivered,
        ReasonCode::NoSuchName,
        ReasonCode::NoEndpoints,
        ReasonCode::EndpointsNotReady,
        ReasonCode::NamedPortMissing,
        ReasonCode::NothingListens,
        ReasonCode::NoSuchPort,
        ReasonCode::LocalPolicyNoLocalEndpoint,
        ReasonCode::SourceRange,
        ReasonCode::NoRoute,
        ReasonCode::PendingBalancer,
        ReasonCode::NetworkPolicy,
        ReasonCode::ReplyLost,
        ReasonCode::NoSuchObject,
    ];
    let outcomes = [Outcome::Ok, Outcome::Refused, Outcome::Timeout, Outcome::Unresolved];
    let text = format!(
        "format = 1\nid = \"a\"\ntitle = \"A\"\n[[steps]]\nid = \"s\"\n[steps.flow]\n\
         [[steps.flow.probes]]\nfrom = \"external\"\nto = \"node1:80\"\nsay = \"s\"\n\
         expect = {{ reasons = {}, outcomes = {} }}\n",
        serde_json::to_string(&reasons).unwrap(),
        serde_json::to_string(&outcomes).unwrap(),
    );
    let (pack, problems) = content::load(&small_pack_with("lessons/a.toml", text));
    assert_eq!(told(&problems), "");
    let StepKind::Flow(flow) = &pack.unwrap().lessons[0].steps[0].kind else {
        panic!("not a flow")
    };
    assert_eq!(flow.probes[0].expect.reasons.as_ref().map(Vec::len), Some(reasons.len()));
    assert_eq!(flow.probes[0].expect.outcomes.as_deref(), Some(&outcomes[..]));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for path in ["pack.toml", "lessons/a.toml", "quizzes/q.toml", "worlds/w.yaml"] {
            let _ = content::load(&small_pack_with(path, bytes.clone()));
        }
    }

    #[test]
    fn no_change_of_a_right_file_makes_the_reader_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, "[\\[\\]{}=\"'.,#a1\n -]{0,6}"), 1..6),
        quiz in any::<bool>(),
    ) {
        let (path, mut text) = if quiz {
            ("quizzes/q.toml", include_str!("packs/whole/quizzes/all-kinds.toml").to_owned())
        } else {
            ("lessons/a.toml", include_str!("packs/whole/lessons/all-steps.toml").to_owned())
        };
        for (at, n, put) in cuts {
            // The fixtures are ASCII, so any offset is a boundary.
            let start = at.index(text.len());
            let end = (start + n).min(text.len());
            text.replace_range(start..end, &put);
        }
        for problem in content::load(&small_pack_with(path, text)).1 {
            prop_assert!(!problem.message.is_empty());
        }
    }
}

//! `portolan check`: whole outputs for what learners write first and get wrong first.

use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::source::{Edit, LineIndex};
use std::path::PathBuf;
use std::process::{Command, Stdio};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn portolan(args: &[&str], stdin: &[u8], folder: &std::path::Path) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let written = std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), stdin);
    // It stops reading a file that is too long.
    assert!(written.is_ok() || stdin.len() > 4 << 20, "it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `check` on one file of this text and gives everything it said.
fn check(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("service.yaml"), text).expect("written");
    let ran = portolan(&["check", "service.yaml"], b"", folder.path());
    assert_eq!(ran.err, "");
    format!("{}exit {}\n", ran.out, ran.code.unwrap_or(-1))
}

/// A Service with `spec` below `spec:`.
fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n{spec}")
}

/// The twelve everyday mistakes, by name.
fn mistakes() -> Vec<(&'static str, String)> {
    vec![
        (
            "wrong range",
            service("  type: NodePort\n  ports:\n  - port: 80\n    nodePort: 8080\n"),
        ),
        ("string port", service("  ports:\n  - port: \"80\"\n")),
        ("typo in a field", service("  selektor:\n    app: web\n  ports:\n  - port: 80\n")),
        ("tab", service("\tports:\n\t- port: 80\n")),
        ("missing dash", service("  ports:\n    port: 80\n    targetPort: 8080\n")),
        ("unnamed ports", service("  ports:\n  - port: 80\n  - port: 443\n")),
        ("lower-case type", service("  type: nodeport\n  ports:\n  - port: 80\n")),
        ("selector as list", service("  selector:\n  - app: web\n  ports:\n  - port: 80\n")),
        ("missing ports", service("  selector:\n    app: web\n")),
        (
            "upper-case name",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: Web\nspec:\n  ports:\n  - port: 80\n"
                .to_owned(),
        ),
        (
            "duplicate port",
            service("  ports:\n  - name: a\n    port: 80\n  - name: b\n    port: 80\n"),
        ),
        (
            "nodePort on ClusterIP",
            service("  type: ClusterIP\n  ports:\n  - port: 80\n    nodePort: 30080\n"),
        ),
    ]
}

#[test]
fn everyday_mistakes_are_told_with_their_place_and_what_to_do() {
    let mut all = String::new();
    for (name, text) in mistakes() {
        all.push_str(&format!("## {name}\n{}\n", check(&text)));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn first_manifests_get_the_verdict_and_defaults_of_the_real_server() {
    let manifests = [
        ("ClusterIP", service("  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 8080\n")),
        ("NodePort", service("  type: NodePort\n  selector:\n    app: web\n  ports:\n  - port: 80\n    nodePort: 30080\n")),
        (
            "LoadBalancer",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    example.com/speed: fast\nspec:\n  type: LoadBalancer\n  loadBalancerSourceRanges:\n  - 203.0.113.0/24\n  selector:\n    app: web\n  ports:\n  - port: 443\n    targetPort: https\n    nodePort: 30443\n".to_owned(),
        ),
        ("ExternalName", service("  type: ExternalName\n  externalName: api.example.com\n")),
        ("headless", service("  clusterIP: None\n  selector:\n    app: db\n  ports:\n  - port: 5432\n")),
        (
            "two ports",
            service("  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n  - name: https\n    port: 443\n"),
        ),
    ];
    let mut all = String::new();
    for (name, text) in manifests {
        let applied =
            apply(&mut Cluster::default(), "service.yaml", &text, &ApplyOptions::default());
        all.push_str(&format!(
            "## {name}\n{}{}{}\n\n",
            applied.stdout,
            applied.stderr,
            serde_json::to_string_pretty(&applied.objects).expect("JSON")
        ));
    }
    insta::assert_snapshot!(all);
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut out = text.to_owned();
    for edit in edits.iter().rev() {
        out.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    out
}

#[test]
fn a_fix_takes_its_finding_away() {
    let mut n_fixes = 0;
    let mut more = mistakes();
    more.push(("other kind", "apiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n".to_owned()));
    more.push(("bool as text", service("  selector:\n    app: yes\n  ports:\n  - port: 80\n")));
    more.push((
        "text as bool",
        service("  publishNotReadyAddresses: \"true\"\n  ports:\n  - port: 80\n"),
    ));
    more.push(("number as text", service("  ports:\n  - port: 80\n    name: 80\n")));
    for (name, text) in [
        ("a port without a name among braces", service("  ports: [{port: 80, name: a}, {port: 81}]\n")),
        ("a spec of nothing", service("").replace("spec:", "spec: {}")),
        ("ports of nothing", service("  ports:\n")),
        ("an empty list of ports", service("  ports: [] # later\n")),
        ("JSON", "{\"kind\": \"Service\", \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"type\": \"NodePort\"}}".to_owned()),
        ("no apiVersion", "kind: Deployment\nmetadata:\n  name: a\n".to_owned()),
        ("tabs at every depth", "apiVersion: v1\nkind: Service\nmetadata:\n\tname: web\nspec:\n\tports:\n\t- port: 80\n\t\tname: a\n".to_owned()),
        ("four spaces to a tab", "apiVersion: v1\nkind: Service\nmetadata:\n\tlabels:\n\t\ta: b\n    name: web\nspec:\n\tports:\n\t- port: 80\n".to_owned()),
    ] {
        more.push((name, text));
    }
    let mut unfixed = Vec::new();
    for (name, text) in more {
        let said = |text: &str| {
            apply(&mut Cluster::default(), "f", text, &ApplyOptions::default()).findings
        };
        for finding in said(&text) {
            if finding.severity == portolan::source::Severity::Advice {
                continue;
            }
            let Some(fix) = &finding.fix else {
                unfixed.push(format!("{name}: {}", finding.code));
                continue;
            };
            n_fixes += 1;
            let after = edited(&text, &fix.edits);
            assert!(
                said(&after).iter().all(|f| f.code != finding.code || f.path != finding.path),
                "{name}: {} is still there in\n{after}",
                finding.message
            );
        }
    }
    assert!(n_fixes >= 16, "{n_fixes} fixes");
    // Only where nobody can know what was meant.
    assert_eq!(
        unfixed,
        [
            "wrong range: node-port-out-of-range",
            "selector as list: wrong-type",
            "duplicate port: port-duplicate",
        ]
    );
}

#[test]
fn json_says_places_as_people_count_and_kubectl_says_what_kubectl_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = service("  ports:\n  - port: \"80\"\n");
    std::fs::write(folder.path().join("é.yaml"), &text).expect("written");
    let ran = portolan(&["check", "--output", "json", "é.yaml", "-"], b"a: [", folder.path());
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(ran.out);
    let ran =
        portolan(&["check", "--output", "kubectl", "é.yaml", "-", "gone.yaml"], b"", folder.path());
    assert_eq!(ran.code, Some(1));
    insta::assert_snapshot!(format!("{}---\n{}", ran.out, ran.err));
}

#[test]
fn flags_change_what_is_applied_and_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write(
        "first.yaml",
        &service("  type: NodePort\n  ports:\n  - port: 80\n    nodePort: 30080\n"),
    );
    write(
        "second.yaml",
        &service("  type: NodePort\n  ports:\n  - port: 80\n    nodePort: 30090\n"),
    );
    write(
        "other.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: [{port: 1}]}\n",
    );
    write("world.yaml", "objects: [{apiVersion: v1, kind: Namespace, metadata: {name: b}}]\n");
    let mut all = String::new();
    for args in [
        &["check", "second.yaml", "--after", "first.yaml", "--output", "kubectl"][..],
        &["check", "first.yaml", "--after", "first.yaml", "--output", "kubectl"],
        &["check", "first.yaml", "--dry-run", "--output", "kubectl"],
        &["check", "other.yaml", "--output", "kubectl"],
        &["check", "other.yaml", "--world", "world.yaml", "--output", "kubectl"],
        &["check", "other.yaml", "-n", "default", "--output", "kubectl"],
        &["check", "first.yaml", "--after", "other.yaml"],
        &["check", "gone.yaml"],
        &["check", "."],
        &["check", "first.yaml", "--world", "gone.yaml"],
    ] {
        let ran = portolan(args, b"", folder.path());
        all.push_str(&format!(
            "$ {}\n{}{}exit {:?}\n\n",
            args.join(" "),
            ran.out,
            ran.err,
            ran.code
        ));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn hostile_files_get_a_clear_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = String::new();
    let big = format!("# {}\n{}", "x".repeat(10_000_000), service("  ports:\n  - port: 80\n"));
    let files: [(&str, Vec<u8>); 8] = [
        ("empty", Vec::new()),
        ("binary", (0..=255).collect()),
        ("deep", "[".repeat(10_000).into_bytes()),
        ("escapes", service("  type: \"\u{1b}[2J\"\n").into_bytes()),
        ("raw-escapes", service("  type: a\u{1b}[2Jb\u{9b}\u{202e}\n").into_bytes()),
        ("panic", b"a: [!, x]\n".to_vec()),
        ("big", big.into_bytes()),
        ("long", format!("a: {}\n", "[x,".repeat(30_000)).into_bytes()),
    ];
    for (name, bytes) in &files {
        let ran = portolan(&["check", "-"], bytes, folder.path());
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{name}");
        all.push_str(&format!("## {name}\n{}{}exit {:?}\n\n", ran.out, ran.err, ran.code));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn every_recorded_finding_has_a_place_and_an_explanation() {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/service-create.jsonl");
    let text = std::fs::read_to_string(path).expect("the recording is part of the repository");
    let options = ApplyOptions { dry_run: true, ..ApplyOptions::default() };
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("one case a line");
        let manifest = case["manifest"].as_str().expect("a manifest");
        let applied = apply(&mut Cluster::default(), "service.yaml", manifest, &options);
        let n_errors = applied
            .findings
            .iter()
            .filter(|f| f.severity == portolan::source::Severity::Error)
            .count();
        assert_eq!(n_errors > 0, applied.exit != 0, "{}", case["id"]);
        let index = LineIndex::new(manifest);
        for finding in &applied.findings {
            assert!(!finding.explanation.is_empty(), "{}: {}", case["id"], finding.message);
            assert!(finding.span.end <= manifest.len(), "{}: {}", case["id"], finding.message);
            let at = index.position(manifest, finding.span.start);
            assert!(at.line <= index.n_lines(), "{}: {}", case["id"], finding.message);
        }
    }
}

/// What kubectl says of a text, whole, on the empty cluster.
fn kubectl(text: &str) -> String {
    let applied = apply(&mut Cluster::default(), "f.yaml", text, &ApplyOptions::default());
    format!("{}{}exit {}\n", applied.stdout, applied.stderr, applied.exit)
}

#[test]
fn documents_lists_and_other_kinds_are_judged_in_order() {
    let good = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n";
    let bad = "apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {ports: []}\n";
    let unknown = "apiVersion: v1\nkind: Widget\nmetadata: {name: c}\n";
    let list = |items: &str| format!("apiVersion: v1\nkind: List\nitems:\n{items}");
    let mut all = String::new();
    for (name, text) in [
        ("good, bad, unknown", format!("{good}---\n{bad}---\n{unknown}")),
        ("two unknown, then YAML that is none", format!("{unknown}---\n{unknown}---\na: [")),
        ("unknown, then no kind", format!("{unknown}---\na: 1\n")),
        ("comments only", "# nothing\n---\n# here\n".to_owned()),
        ("a list of a good and a bad one", list("- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: []}}\n")),
        ("a list with a typo", list("- {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {port: [{prot: 1}], ports: [{name: 1, nodePort: \"a\"}]}}\n")),
        ("a list of no list", "apiVersion: v1\nkind: List\nitems: a\n".to_owned()),
        ("an empty list", "apiVersion: v1\nkind: List\nitems: []\n".to_owned()),
        ("a Deployment", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n      containers:\n      - {name: c, image: nginx, ports: [{containerPort: 80}]}\n".to_owned()),
        ("a Deployment with a typo and a string replica", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: \"2\"\n  selectr: {}\n".to_owned()),
        ("a Pod with bad quantities", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, resources: {limits: {cpu: lots}}}]}\n".to_owned()),
        ("a Namespace and a Service in it", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 80}]}\n".to_owned()),
        ("an Ingress with an old version", "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: i}\n".to_owned()),
    ] {
        all.push_str(&format!("## {name}\n{}\n", kubectl(&text)));
    }
    insta::assert_snapshot!(all);
}

/// Other kinds are accepted with a word of what was not looked at; kubectl says nothing of it.
#[test]
fn advice_says_where_less_is_checked_and_fails_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: a}}]}}\n---\n{}",
        service("  ports:\n  - port: 80\n")
    );
    std::fs::write(folder.path().join("both.yaml"), text).expect("written");
    let mut all = String::new();
    for output in ["human", "json", "kubectl"] {
        let ran = portolan(&["check", "--output", output, "both.yaml"], b"", folder.path());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        let shown = match serde_json::from_str::<serde_json::Value>(&ran.out) {
            Ok(json) => format!("{:#}\n", json["diagnostics"]),
            Err(_) => ran.out,
        };
        all.push_str(&format!("## {output}\n{shown}\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_wrong_field_among_very_many_is_marked_in_its_place() {
    let labels: String =
        (0..2000).map(|i| format!("    n{i}: {}\n", if i == 1234 { "a b" } else { "a" })).collect();
    let text =
        service("  ports:\n  - port: 80\n").replace("spec:", &format!("  labels:\n{labels}spec:"));
    let applied = apply(&mut Cluster::default(), "f", &text, &ApplyOptions::default());
    let [finding] = applied.findings.as_slice() else { panic!("{:?}", applied.findings) };
    let at = LineIndex::new(&text).position(&text, finding.span.start);
    assert_eq!((finding.span.of(&text), at.line, at.column), ("a b", 1240, 12));
}

proptest::proptest! {
    #[test]
    fn no_half_typed_manifest_panics(cut in 0usize..400, insert in "[\\PC\n\t]{0,6}", at in 0usize..400) {
        let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: {a: b}\nspec:\n  type: NodePort\n  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n    targetPort: web\n    nodePort: 30080\n  - {name: b, port: 81}\n";
        let mut text: String = text.chars().take(cut).collect();
        let at = at.min(text.len());
        text.insert_str(at, &insert);
        for dry_run in [true, false] {
            let options = ApplyOptions { dry_run, ..ApplyOptions::default() };
            let applied = apply(&mut Cluster::default(), "f", &text, &options);
            for finding in &applied.findings {
                proptest::prop_assert!(text.get(finding.span.start..finding.span.end).is_some());
            }
        }
    }
}

#[test]
fn a_folder_is_its_manifests_on_one_cluster_as_kubectl_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("ok/1-shop.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
    let in_shop = service("  ports:\n  - port: 80\n").replace("web\n", "web\n  namespace: shop\n");
    write("ok/2-web.yml", &in_shop);
    write("ok/3-list.json", r#"{"apiVersion":"v1","kind":"List","items":[]}"#);
    write("ok/4-notes.yaml", "# nothing\n");
    write("ok/readme.md", "no manifest\n");
    write("ok/deeper/a.yaml", "no manifest of ours\n");
    write("bad/1.yaml", "kind: Service\n");
    write("bad/2.yaml", &in_shop);
    write("bad/3.yaml", &service("  ports:\n  - port: 80\n"));
    write("bad/4.yaml", &service("  ports:\n  - port: 0\n").replace("web", "api"));
    write("empty/readme.md", "no manifest\n");
    write("nothing/1.yaml", "# nothing\n");
    let mut all = String::new();
    for args in [
        &["check", "--output", "kubectl", "ok"][..],
        &["check", "--output", "kubectl", "./bad/"],
        &["check", "--output", "kubectl", "empty"],
        &["check", "--output", "kubectl", "nothing"],
        &["check", "ok"],
        &["check", "empty"],
        &["check", "--output", "json", "nothing"],
    ] {
        let ran = portolan(args, b"", folder.path());
        let command = args.join(" ");
        all.push_str(&format!("$ {command}\n{}{}exit {:?}\n\n", ran.out, ran.err, ran.code));
    }
    insta::assert_snapshot!(all);
}

/// The text of many files comes in their order, whatever core judged them.
#[test]
fn many_files_are_told_in_their_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..300).map(|n| format!("{n}.yaml")).collect();
    let mut expected = String::new();
    for (n, name) in names.iter().enumerate() {
        let wrong = if n % 7 == 0 { "0" } else { "80" };
        let text = service(&format!("  ports:\n  - port: {wrong}\n"));
        std::fs::write(folder.path().join(name), &text).expect("written");
        let applied = apply(&mut Cluster::default(), name, &text, &ApplyOptions::default());
        expected.push_str(&applied.stdout);
        expected.push_str(&applied.stderr);
    }
    let mut args = vec!["check", "--output", "kubectl"];
    args.extend(names.iter().map(String::as_str));
    let ran = portolan(&args, b"", folder.path());
    let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    let (mut said, mut wanted) = (lines(&(ran.out.clone() + &ran.err)), lines(&expected));
    assert_eq!(lines(&ran.out), vec!["service/web created"; 257]);
    said.sort();
    wanted.sort();
    assert_eq!(said, wanted);
    let json = portolan(&[&["check", "--output", "json"], &args[3..]].concat(), b"", folder.path());
    let files: Vec<String> = lines(&json.out)
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|answer| answer["file"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(files, names);
    assert_eq!(json.code, Some(1));
}

/// What the server does not read whole it does not look into.
#[test]
fn an_object_of_more_than_three_megabytes_is_refused_as_the_server_does() {
    let note = |n: usize| {
        let annotations = format!("web\n  annotations:\n    note: {}\n", "x".repeat(n));
        service("  ports:\n  - port: 0\n").replace("web\n", &annotations)
    };
    let folder = tempfile::tempdir().expect("a folder");
    // The object is sent with itself as text in an annotation: 3,145,728 bytes and one more.
    // Beside the two notes of equal length these are the bytes of the rest.
    let others = {
        let text = note(0).replace("note: \n", "note: \"\"\n");
        let applied = apply(&mut Cluster::default(), "a", &text, &ApplyOptions::default());
        assert_eq!(applied.exit, 1);
        let object = "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"Service\\\",\\\"metadata\\\":{\\\"annotations\\\":{\\\"note\\\":\\\"\\\"},\\\"name\\\":\\\"web\\\",\\\"namespace\\\":\\\"default\\\"},\\\"spec\\\":{\\\"ports\\\":[{\\\"port\\\":0}]}}\\n\",\"note\":\"\"},\"name\":\"web\",\"namespace\":\"default\"},\"spec\":{\"ports\":[{\"port\":0}]}}\n";
        object.len()
    };
    let fits = (3_145_728 - others) / 2;
    let ran = |text: String| {
        portolan(&["check", "--output", "kubectl", "-"], text.as_bytes(), folder.path())
    };
    assert_eq!(
        ran(note(fits)).err,
        "The Service \"web\" is invalid: \n* metadata.annotations: Too long: may not be more than 262144 bytes\n* spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n* spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive\n"
    );
    assert_eq!(
        ran(note(fits + 1)).err,
        "Error from server (RequestEntityTooLarge): error when creating \"STDIN\": Request entity too large: limit is 3145728\n"
    );
}

use super::*;
use proptest::prelude::*;

/// kubectl's words, then the place: line:column-line:column.
fn error(text: &str) -> String {
    let error = read(text).error.expect("an error");
    let index = LineIndex::new(text);
    let (from, to) = (index.position(text, error.span.start), index.position(text, error.span.end));
    format!("{} @ {}:{}-{}:{}", error.message, from.line, from.column, to.line, to.column)
}

fn json(text: &str) -> String {
    to_json(text).map_or_else(|e| e.to_string(), |docs| go::json(&Value::Array(docs)))
}

fn spanned<'t>(text: &'t str, path: &str, part: Part) -> &'t str {
    read(text).documents[0].span(path, part).map_or("(nowhere)", |span| span.of(text))
}

#[test]
fn syntax_errors_have_kubectls_words_and_the_true_place() {
    assert_eq!(
        error("apiVersion: v1\nmetadata:\n\tname: web\n"),
        "error converting YAML to JSON: yaml: line 3: found character that cannot start any token @ 3:1-3:2"
    );
    assert_eq!(
        error("a: 1\n---\nb:\n  c: 1\n   d: 1\n"),
        "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context @ 5:5-5:6"
    );
    assert_eq!(
        error("...\n"),
        "error converting YAML to JSON: yaml: did not find expected node content @ 1:1-1:2"
    );
    assert_eq!(
        error("a:\n  b: *l\n"),
        "error converting YAML to JSON: yaml: unknown anchor 'l' referenced @ 2:6-2:8"
    );
    assert_eq!(
        error("a: b\u{1}\n"),
        "error converting YAML to JSON: yaml: control characters are not allowed @ 1:5-1:6"
    );
}

#[test]
fn a_scanner_panic_is_an_error_like_any_other() {
    assert_eq!(
        error("a: 1\nb: [!, x]\n"),
        "error converting YAML to JSON: yaml: line 2: did not find expected whitespace or line break @ 2:5-2:6"
    );
}

#[test]
fn json_is_read_as_a_stream_and_falls_back_to_yaml() {
    assert_eq!(json("{\"a\": 1}{\"b\": 2}\n{\"c\": 3}"), r#"[{"a":1},{"b":2},{"c":3}]"#);
    assert_eq!(json("{a: 1}\n---\nb: 2\n"), r#"[{"a":1},{"b":2}]"#);
    assert_eq!(json("{\"a\": 1}\n---\n{\"b\": 2}\n"), r#"[{"a":1},{"b":2}]"#);
    assert_eq!(
        error("{\"a\": [1}"),
        "json: offset 9: invalid character '}' after array element @ 1:9-1:10"
    );
    assert_eq!(error("\u{feff}{\"a\": 1\n"), "unexpected EOF @ 1:9-1:9");
    assert_eq!(
        error("{\"a\":1}{\"b\":2}x"),
        "json: offset 15: invalid character 'x' looking for beginning of value @ 1:15-1:16"
    );
    let text = "{\"spec\": {\"ports\": [{\"port\": \"80\"}]}}";
    assert_eq!(spanned(text, "spec.ports[0].port", Part::Value), "\"80\"");
    assert!(error(&"{\"a\":".repeat(10_000)).contains("exceeded max depth"));
}

#[test]
fn bytes_become_the_text_that_kubectl_reads() {
    assert_eq!(decode_bytes(b"\xff\xfea\x00\xe9\x00"), "aé");
    assert_eq!(decode_bytes(b"\xfe\xff\x00a\x00"), "a\u{fffd}");
    assert_eq!(decode_bytes(b"a\xe2\x82b"), "a\u{fffd}\u{fffd}b");
}

#[test]
fn keys_are_strings_sorted_and_the_last_of_two_wins() {
    assert_eq!(json("b: 1\na: 2\nb: 3\n"), r#"[{"a":2,"b":3}]"#);
    assert_eq!(json("yes: 1\n1.5: 2\n010: 3\n"), r#"[{"1.5":2,"8":3,"true":1}]"#);
    assert_eq!(
        json("? [a, b]\n: c\n"),
        r#"line 1, column 3: error converting YAML to JSON: yaml: invalid map key: []interface {}{"a", "b"}"#
    );
    assert_eq!(
        json("~: c\n"),
        r#"line 1, column 1: error converting YAML to JSON: unsupported map key of type: %!s(<nil>), key: <nil>, value: "c""#
    );
}

#[test]
fn merge_keys_and_aliases_are_followed() {
    assert_eq!(
        json("a: &a {x: 1, q: 2}\nb: {x: 0, <<: *a, q: 3}\nc: {<<: [{z: 1}, {z: 2, w: 3}]}\n"),
        r#"[{"a":{"q":2,"x":1},"b":{"q":3,"x":1},"c":{"w":3,"z":1}}]"#
    );
    assert_eq!(
        json("a: &a [*a]\n"),
        "line 1, column 8: error converting YAML to JSON: yaml: anchor 'a' value contains itself"
    );
    assert_eq!(
        json("<<: 1\n"),
        "line 1, column 5: error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the value"
    );
}

#[test]
fn alias_bombs_and_depth_are_bounded() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let alias = format!("*a{}, ", i - 1);
        bomb.push_str(&format!("a{i}: &a{i} [{}]\n", alias.repeat(10)));
    }
    assert!(error(&bomb).contains("yaml: document contains excessive aliasing"));
    let words = "yaml: exceeded max depth of 256";
    assert!(error(&"[".repeat(10_000)).contains(words));
    assert!(error(&"- ".repeat(10_000)).contains(words));
    assert!(error(&format!("x: {}", "{a: ".repeat(10_000))).contains(words));
    let ladder: String = (0..10_000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert!(error(&ladder).contains(words));
}

#[test]
fn carriage_returns_and_byte_order_mark_shift_no_span() {
    let text = "\u{feff}apiVersion: v1\r\nspec:\r\n  type: é\r\n  ports:\r\n  - port: 80\r\n";
    assert_eq!(spanned(text, "spec.type", Part::Value), "é");
    assert_eq!(spanned(text, "apiVersion", Part::Key), "apiVersion");
    assert_eq!(spanned(text, "spec.ports[0].port", Part::Value), "80");
    assert_eq!(spanned(text, "spec.ports[0]", Part::Value), "port: 80");
}

#[test]
fn paths_find_keys_with_dots_merged_fields_and_the_last_of_two() {
    let text = "metadata:\n  labels: &l\n    a.b/c: one\n    x: |\n      two\n      lines\n\
                spec:\n  selector:\n    <<: *l\n  type: A\n  type: B\n  empty:\n";
    assert_eq!(spanned(text, "metadata.labels.a.b/c", Part::Value), "one");
    assert_eq!(spanned(text, "metadata.labels[a.b/c]", Part::Key), "a.b/c");
    assert_eq!(spanned(text, "metadata.labels[x]", Part::Value), "|\n      two\n      lines");
    assert_eq!(spanned(text, "spec.selector.a.b/c", Part::Value), "one");
    assert_eq!(spanned(text, "spec.type", Part::Value), "B");
    assert_eq!(spanned(text, "spec.empty", Part::Value), "empty");
    assert_eq!(spanned(text, "spec.none", Part::Value), "(nowhere)");
    let document = &read(text).documents[0];
    assert_eq!(document.missing("spec.ports[0].port").of(text), "spec");
    assert_eq!(document.missing("status").of(text), "metadata");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = read(&text);
    }

    #[test]
    fn no_heap_of_yaml_tokens_panics(
        tokens in proptest::collection::vec(proptest::sample::select(vec![
            "- ", ": ", "? ", "[", "]", "{", "}", ", ", "!", "!!int ", "&a ", "*a ", "<<: ", "|", ">-",
            "\n", "\n  ", "\n    ", "---\n", "...\n", "\"", "'", "#", "%TAG ! a\n", "a", "80", "\t", "\r\n",
            "\u{feff}", "\\x4", "%", "@", "`", "~", "é",
        ]), 0..40)
    ) {
        let text = tokens.concat();
        for document in read(&text).documents {
            let _ = document.span("a.a[0]", Part::Value);
            let _ = document.missing("a.a[0].b");
        }
    }
}

/// A large map is looked up by an index, a small one is searched: both mean the same.
#[test]
fn names_in_large_maps_stand_where_they_stand_in_small_ones() {
    let text = |n_more: usize| {
        let more: String = (0..n_more).map(|i| format!("  l{i}: x\n")).collect();
        format!(
            "a: &a {{one: 1, two: 1}}\nb: &b {{one: 2, three: 2}}\nm:\n  <<: [*b, *a]\n  two: 3\n  k: 1\n  k: 2\n  &x y: *a\n  *x : 5\n{more}"
        )
    };
    let places = |text: &str| -> Vec<Option<String>> {
        let reading = read(text);
        assert_eq!(reading.error, None);
        let document = &reading.documents[0];
        ["m.one", "m.two", "m.three", "m.k", "m.y", "m.y.two", "m.none"]
            .iter()
            .map(|path| {
                let key = document.span(path, Part::Key)?;
                let value = document.span(path, Part::Value)?;
                let line = text[..key.start].matches('\n').count();
                Some(format!("{line} {} {}", key.of(text), value.of(text)))
            })
            .collect()
    };
    let small = places(&text(0));
    assert_eq!(small[0].as_deref(), Some("1 one 2"), "the first of a list wins");
    assert_eq!(small[1].as_deref(), Some("4 two 3"));
    assert_eq!(small[3].as_deref(), Some("6 k 2"), "the last of several wins");
    assert_eq!(small[6], None);
    assert_eq!(places(&text(100)), small);
}

/// A path that could be read in very many ways is given up, not followed without end.
#[test]
fn paths_full_of_dots_end() {
    let key = "a.".repeat(50_000) + "b";
    let text = format!("{{\"m\": {{\"{key}\": 1}}}}");
    let document = &read(&text).documents[0];
    let path = format!("m.{key}");
    assert_eq!(document.span(&path, Part::Value).map(|s| s.of(&text)), Some("1"));
    assert_eq!(document.span(&format!("{path}.c"), Part::Value), None);
    // {a: {a: …}, a.a: {…}}: each dot can end a name or stand in it.
    let mut nested = "{}".to_owned();
    for _ in 0..100 {
        nested = format!("{{a: {nested}, a.a: {{}}}}");
    }
    let document = &read(&nested).documents[0];
    let parent = vec!["a"; 99].join(".");
    let path = format!("{parent}.none");
    assert_eq!(document.span(&path, Part::Value), None);
    assert_eq!(Some(document.missing(&path)), document.span(&parent, Part::Key));
}

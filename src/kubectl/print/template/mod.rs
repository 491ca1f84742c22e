//! Go's text templates as kubectl uses them (`text/template`, Go 1.26;
//! k8s.io/cli-runtime/pkg/printers/template.go, v1.36).

mod exec;
mod fields;
mod funcs;
mod lex;
mod parse;
mod printf;
mod value;

use parse::Tree;
use serde_json::Value;

/// A template that was read.
#[derive(Debug, Clone)]
pub(in crate::kubectl) struct Template {
    text: String,
    tree: Tree,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Go's words: `template: output:1: unclosed action`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let tree = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), tree })
    }

    /// The template's text, as it was read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Carries it out on an object. What was written before an error stays.
    pub(super) fn run(&self, object: &Value, allow_missing: bool) -> (String, Result<(), String>) {
        exec::run(self, object, allow_missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(text: &str) -> Result<String, String> {
        let object = json!({
            "kind": "Service",
            "metadata": {"name": "web", "labels": {"b": "2", "a": "1"}},
            "spec": {"ports": [{"port": 80, "name": "http"}, {"port": 443}], "none": null},
            "big": 1_500_000,
        });
        let (out, result) = Template::read(text)?.run(&object, true);
        result.map(|()| out)
    }

    #[test]
    fn actions_pipes_and_functions_do_what_go_does() {
        for (text, out) in [
            ("a {{- .kind -}} b", "aServiceb"),
            ("{{range .spec.ports}}{{.port}} {{end}}", "80 443 "),
            ("{{range $i, $p := .spec.ports}}{{$i}}={{$p.port}};{{end}}", "0=80;1=443;"),
            ("{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}", "a=1;b=2;"),
            ("{{range .nope}}x{{else}}none{{end}}", "none"),
            ("{{range .spec.ports}}{{if .name}}{{break}}{{end}}x{{end}}", ""),
            ("{{if eq .kind \"Pod\"}}a{{else if .spec}}b{{else}}c{{end}}", "b"),
            ("{{with .nope}}a{{else with .kind}}{{.}}{{end}}", "Service"),
            ("{{(index .spec.ports 1).port}}", "443"),
            ("{{index .metadata.labels \"a\"}}", "1"),
            ("{{.nope}} {{.nope.x}} {{print .nope}}", "<no value> <no value> <nil>"),
            ("{{len .spec.ports}} {{.kind | len | printf \"%03d\"}}", "2 007"),
            ("{{printf \"%s-%v %q\" .kind 5 .metadata.name}}", "Service-5 \"web\""),
            ("{{printf \"%d\" .big}}", "%!d(float64=1.5e+06)"),
            ("{{print 1 2 \"a\" 3 4}}", "1 2a3 4"),
            ("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2"),
            ("{{and 1 .nope}} {{or \"\" .kind}} {{not .kind}}", "<no value> Service false"),
            ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .kind}}", "<Service>"),
            ("{{base64decode \"aGk=\"}}", "hi"),
            ("{{.metadata.labels}}", "map[a:1 b:2]"),
            ("{{eq .kind \"x\" \"Service\"}} {{lt 1 2}} {{ne 1 1}}", "true true false"),
            ("{{range 3}}{{.}}{{end}}", "012"),
            ("{{html .nope .kind}} {{urlquery .nope}}", "&lt;no value&gt;Service %3Cno+value%3E"),
            ("{{slice .kind 0 3}} {{html \"<a>\"}}", "Ser &lt;a&gt;"),
            ("{{/* nothing */}}{{`raw`}}{{\"\\t\"}}{{'a'}}", "raw\t97"),
        ] {
            assert_eq!(run(text).as_deref(), Ok(out), "{text}");
        }
    }

    #[test]
    fn errors_are_in_gos_words() {
        for (text, says) in [
            ("{{.kind", "template: output:1: unclosed action"),
            ("{{foo}}", "template: output:1: function \"foo\" not defined"),
            ("a\n{{end}}", "template: output:2: unexpected {{end}}"),
            ("{{if .x}}", "template: output:1: unexpected EOF"),
            ("{{$y}}", "template: output:1: undefined variable \"$y\""),
            ("{{1 | 2}}", "template: output:1: non executable command in pipeline stage 2"),
            (
                "{{.kind.x}}",
                "template: output:1:7: executing \"output\" at <.kind.x>: can't evaluate field x in type interface {}",
            ),
            (
                "{{index .spec.ports 5}}",
                "template: output:1:2: executing \"output\" at <index .spec.ports 5>: error calling index: index out of range: 5",
            ),
            (
                "{{eq 1 1.0}}",
                "template: output:1:2: executing \"output\" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64",
            ),
            (
                "{{base64decode .nope}}",
                "template: output:1:15: executing \"output\" at <.nope>: invalid value; expected string",
            ),
            (
                "{{.spec | printf}}",
                "template: output:1:10: executing \"output\" at <printf>: wrong type for value; expected string; got map[string]interface {}",
            ),
            (
                "{{call .kind}}",
                "template: output:1:2: executing \"output\" at <call .kind>: error calling call: non-function .kind of type string",
            ),
            (
                "{{.kind | call}}",
                "template: output:1:10: executing \"output\" at <call>: error calling call: non-function Service of type string",
            ),
            (
                "{{len .nope}}",
                "template: output:1:2: executing \"output\" at <len .nope>: error calling len: reflect: call of reflect.Value.Type on zero Value",
            ),
            (
                "{{range .kind}}x{{end}}",
                "template: output:1:8: executing \"output\" at <.kind>: range can't iterate over Service",
            ),
        ] {
            assert_eq!(run(text).unwrap_err(), says, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "(\\{\\{-? ?(if|range|with|end|else|define|template|printf|index|slice|len|break|[a-z.$|()'\"0-9 :=,%*-]){0,8} ?-?\\}\\}|[a{} ]){0,8}") {
            let _ = run(&text);
        }
    }

    #[test]
    fn no_template_runs_for_ever() {
        let round = "{{define \"t\"}}{{template \"t\" .}}{{end}}{{template \"t\" .}}";
        assert!(run(round).unwrap_err().contains("exceeded maximum template depth"));
        let long = "{{range 99999}}{{range 99999}}x{{end}}{{end}}";
        assert!(run(long).unwrap_err().contains("too many steps"));
        let deep = format!("{{{{{}1{}}}}}", "(".repeat(9_999), ")".repeat(9_999));
        assert!(run(&deep).unwrap_err().contains("max expression depth exceeded"));
        let wide = "{{printf \"%999999999d\" 1}}";
        assert!(run(wide).is_ok_and(|out| out.len() < 100));
    }
}

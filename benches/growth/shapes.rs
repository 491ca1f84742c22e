//! Manifests of any size, made of one thing that there can be much of.

use std::fmt::Write as _;

/// One thing that a file can be full of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    // Accepted.
    Documents,
    ListOfServices,
    JsonDocuments,
    Comments,
    EmptyDocuments,
    // Accepted up to 256 KB of one object, as the server has it.
    Ports,
    Labels,
    Annotations,
    LongAnnotation,
    QuotedAnnotation,
    BlockAnnotation,
    SourceRanges,
    Aliases,
    Merges,
    // Refused.
    RefusedDocuments,
    DocumentsOfUnknownKind,
    UnknownFields,
    WrongTypes,
    WrongLabels,
    PortsWithoutName,
    PortsOfOneName,
    PortsOutOfRange,
    UnknownProtocols,
    WrongSourceRanges,
    WrongListItems,
    FlowOnOneLine,
    JsonOnOneLine,
    DeepLists,
    DeepMaps,
    OpenBrackets,
    Dashes,
    DuplicateKeys,
    Tabs,
    ErrorAtTheEnd,
    Bangs,
    AliasBomb,
    Nul,
    LongWord,
    Emoji,
    DottedKey,
    LargeMerge,
    OwnerReferences,
}

use Shape as S;

pub(crate) const SHAPES: &[Shape] = &[
    S::Documents,
    S::ListOfServices,
    S::JsonDocuments,
    S::Comments,
    S::EmptyDocuments,
    S::Ports,
    S::Labels,
    S::Annotations,
    S::LongAnnotation,
    S::QuotedAnnotation,
    S::BlockAnnotation,
    S::SourceRanges,
    S::Aliases,
    S::Merges,
    S::RefusedDocuments,
    S::DocumentsOfUnknownKind,
    S::UnknownFields,
    S::WrongTypes,
    S::WrongLabels,
    S::PortsWithoutName,
    S::PortsOfOneName,
    S::PortsOutOfRange,
    S::UnknownProtocols,
    S::WrongSourceRanges,
    S::WrongListItems,
    S::FlowOnOneLine,
    S::JsonOnOneLine,
    S::DeepLists,
    S::DeepMaps,
    S::OpenBrackets,
    S::Dashes,
    S::DuplicateKeys,
    S::Tabs,
    S::ErrorAtTheEnd,
    S::Bangs,
    S::AliasBomb,
    S::Nul,
    S::LongWord,
    S::Emoji,
    S::DottedKey,
    S::LargeMerge,
    S::OwnerReferences,
];

pub(crate) fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n    targetPort: 8080\n"
    )
}

const NAMED: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";
const WITH_PORT: &str = "spec:\n  ports:\n  - port: 80\n";

impl Shape {
    /// A file of about `n_bytes` bytes.
    pub(crate) fn text(self, n_bytes: usize) -> String {
        let port = |i: usize| i % 65_535 + 1;
        let labels = "  labels:\n";
        let annotations = "  annotations:\n";
        let ports = "spec:\n  ports:\n";
        match self {
            S::Documents => full("", n_bytes, "", |i| service(&format!("web-{i}")) + "---\n"),
            S::ListOfServices => full("apiVersion: v1\nkind: List\nitems:\n", n_bytes, "", |i| {
                let item = service(&format!("web-{i}")).replace('\n', "\n  ");
                format!("- {}\n", item.trim_end())
            }),
            S::JsonDocuments => full("", n_bytes, "", |i| {
                format!(
                    "{{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{{\"name\":\"web-{i}\"}},\"spec\":{{\"ports\":[{{\"port\":80}}]}}}}\n"
                )
            }),
            S::Comments => full(&service("web"), n_bytes, "", |i| format!("# comment {i}\n")),
            S::EmptyDocuments => full("", n_bytes, &service("web"), |_| "---\n\n".to_owned()),
            S::Ports => full(&format!("{NAMED}{ports}"), n_bytes, "", |i| {
                let protocol = ["TCP", "UDP", "SCTP"][i / 65_535 % 3];
                format!("  - {{name: p{i}, port: {}, protocol: {protocol}}}\n", port(i))
            }),
            S::Labels => full(&format!("{NAMED}{labels}"), n_bytes, WITH_PORT, |i| {
                format!("    label-{i}: value\n")
            }),
            S::Annotations => full(&format!("{NAMED}{annotations}"), n_bytes, WITH_PORT, |i| {
                format!("    example.com/note-{i}: some words\n")
            }),
            S::LongAnnotation => {
                let end = format!("\n{WITH_PORT}");
                full(&format!("{NAMED}{annotations}    a:"), n_bytes, &end, |_| " word".to_owned())
            }
            S::QuotedAnnotation => {
                let end = format!("\"\n{WITH_PORT}");
                full(&format!("{NAMED}{annotations}    a: \""), n_bytes, &end, |_| {
                    "\\tword \\u00e9".to_owned()
                })
            }
            S::BlockAnnotation => {
                full(&format!("{NAMED}{annotations}    a: |\n"), n_bytes, WITH_PORT, |i| {
                    format!("      line {i}\n")
                })
            }
            S::SourceRanges => {
                let start = format!(
                    "{NAMED}{WITH_PORT}  type: LoadBalancer\n  loadBalancerSourceRanges:\n"
                );
                full(&start, n_bytes, "", |i| {
                    format!("  - 10.{}.{}.{}/32\n", i / 65536 % 256, i / 256 % 256, i % 256)
                })
            }
            S::Aliases => {
                let start = format!("{NAMED}{annotations}    a: &a word\n");
                full(&start, n_bytes, WITH_PORT, |i| format!("    note-{i}: *a\n"))
            }
            S::Merges => full("", n_bytes, "", |i| {
                format!("{NAMED}-{i}\nspec:\n  selector: &a {{app: web}}\n  ports: [{{port: 80}}]\nstatus: {{<<: *a}}\n---\n")
                    .replace("web\n-", "web-")
                    .replace("status: {<<: *a}\n", "")
                    .replace("ports: [{port: 80}]", "ports: [&p {port: 80, name: a}, {<<: *p, port: 81, name: b}]")
            }),
            S::RefusedDocuments => full("", n_bytes, "", |i| {
                service(&format!("web-{i}")).replace("port: 80", "port: 0") + "---\n"
            }),
            S::DocumentsOfUnknownKind => full("", n_bytes, "", |i| {
                service(&format!("web-{i}")).replace("kind: Service", "kind: Servise") + "---\n"
            }),
            S::UnknownFields => {
                full(&service("web"), n_bytes, "", |i| format!("  unknown-{i}: value\n"))
            }
            S::WrongTypes => {
                full(&format!("{NAMED}{ports}"), n_bytes, "", |i| format!("  - port: \"{i}\"\n"))
            }
            S::WrongLabels => full(&format!("{NAMED}{labels}"), n_bytes, WITH_PORT, |i| {
                format!("    label-{i}: not valid!\n")
            }),
            S::PortsWithoutName => full(&format!("{NAMED}{ports}"), n_bytes, "", |i| {
                format!("  - port: {}\n", port(i))
            }),
            S::PortsOfOneName => full(&format!("{NAMED}{ports}"), n_bytes, "", |i| {
                format!("  - {{port: {}, name: web}}\n", port(i))
            }),
            S::PortsOutOfRange => full(&format!("{NAMED}{ports}"), n_bytes, "", |i| {
                format!("  - {{port: {}, name: p{i}}}\n", 70_000 + i)
            }),
            S::UnknownProtocols => full(&format!("{NAMED}{ports}"), n_bytes, "", |i| {
                format!("  - {{port: {}, name: p{i}, protocol: tpc}}\n", port(i))
            }),
            S::WrongSourceRanges => {
                let start = format!(
                    "{NAMED}{WITH_PORT}  type: LoadBalancer\n  loadBalancerSourceRanges:\n"
                );
                full(&start, n_bytes, "", |i| format!("  - 10.0.0.{i}\n"))
            }
            S::WrongListItems => full("apiVersion: v1\nkind: List\nitems:\n", n_bytes, "", |i| {
                format!(
                    "- {{apiVersion: v1, kind: Service, metadata: {{name: web-{i}}}, spec: {{ports: 80, typo: x}}}}\n"
                )
            }),
            S::FlowOnOneLine => {
                let start = format!("{NAMED}{}", "spec: {ports: [");
                full(&start, n_bytes, "]}\n", |i| format!("{{port: {}, name: é}}, ", 70_000 + i))
            }
            S::JsonOnOneLine => full(
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"ports\":[",
                n_bytes,
                "{}]}}",
                |i| format!("{{\"port\":{},\"name\":\"é\"}},", 70_000 + i),
            ),
            S::DeepLists => full(&format!("{NAMED}a:\n"), n_bytes, "", |_| {
                format!("- {}{}\n", "[".repeat(200), "]".repeat(200))
            }),
            S::DeepMaps => full(NAMED, n_bytes, "", |i| {
                format!("a{i}: {}b{}\n", "{a: ".repeat(200), "}".repeat(200))
            }),
            S::OpenBrackets => "[".repeat(n_bytes),
            S::Dashes => "- ".repeat(n_bytes / 2),
            S::DuplicateKeys => full(NAMED, n_bytes, WITH_PORT, |_| "kind: Service\n".to_owned()),
            S::Tabs => full(&format!("{NAMED}spec:\n"), n_bytes, "", |i| format!("\ta{i}: b\n")),
            S::ErrorAtTheEnd => {
                full(&service("web"), n_bytes, "  }: -\n", |i| format!("  field-{i}: value\n"))
            }
            S::Bangs => full("", n_bytes, "", |_| "[!, x]\n---\n".to_owned()),
            S::AliasBomb => {
                let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
                full(bomb, n_bytes, "", |i| format!("h{i}: *g\n"))
            }
            S::Nul => "\0".repeat(n_bytes),
            S::LongWord => "x".repeat(n_bytes),
            S::Emoji => "\u{1f6a2}".repeat(n_bytes / 4),
            S::DottedKey => {
                full(&format!("{NAMED}{labels}    ? "), n_bytes, "\n    : x y\n", |_| {
                    "a.".to_owned()
                })
            }
            S::LargeMerge => {
                let start =
                    format!("{NAMED}{annotations}    a: &a b\n  labels:\n    <<: {{x: y}}\n");
                full(&start, n_bytes, WITH_PORT, |i| format!("    label-{i}: not valid!\n"))
            }
            S::OwnerReferences => {
                full(&format!("{NAMED}  ownerReferences:\n"), n_bytes, WITH_PORT, |i| {
                    format!(
                        "  - {{apiVersion: v1, kind: Pod, name: p{i}, uid: u{i}, controller: true}}\n"
                    )
                })
            }
        }
    }
}

fn full(start: &str, n_bytes: usize, end: &str, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(n_bytes + 1000);
    text.push_str(start);
    for part_idx in 0.. {
        if text.len() + end.len() >= n_bytes {
            break;
        }
        let _ = write!(text, "{}", part(part_idx));
    }
    text + end
}

//! worlds/*.yaml. They are read with the cluster (`Cluster::from_world`); what is declared here
//! is for the guide's table and the JSON Schema, and a test compares it with that reader.

use super::json::{described, of_file, of_kind};
use super::{Kind, Text};
use serde_json::{Map, Value, json};

/// A key of a world.
pub struct Setting {
    /// The key.
    pub name: &'static str,
    /// What holds where it is not given, as YAML; empty where there is nothing then.
    pub default: &'static str,
    /// One short sentence for people who write worlds.
    pub doc: &'static str,
    kind: Shape,
}

/// What can stand behind a key of a world.
enum Shape {
    /// A text, or what else fields of packs can be.
    Plain(Kind),
    /// A text of that pattern, with an example.
    Pattern(&'static str, &'static str),
    /// A table with keys of its own: name, whether it must be given, shape, description.
    Table(&'static [(&'static str, bool, Shape, &'static str)]),
    /// Any keys, all with that behind them.
    Map(&'static Shape),
    /// A list.
    List(&'static Shape),
    /// A port: a number, or a text such as `80/TCP`.
    Port,
    /// A Kubernetes object.
    Object,
}

const TEXT: Shape =
    Shape::Plain(Kind::Text(Text { max: 1_000, lines: false, empty: true, columns: 0 }));
const ADDRESS: Shape = Shape::Pattern("^\\s*[0-9A-Fa-f:.]+\\s*$", "172.18.0.100");
const RANGE: Shape = Shape::Pattern("^[0-9A-Fa-f:.]+/[0-9]+$", "10.244.0.0/16");
const RANGES: Shape = Shape::Pattern(
    "^\\s*[0-9A-Fa-f:.]+/[0-9]+\\s*(,\\s*[0-9A-Fa-f:.]+/[0-9]+\\s*)*$",
    "10.96.0.0/12",
);
const PORTS_BY_NAME: Shape = Shape::Map(&Shape::List(&Shape::Port));

/// The keys of a world.
pub static WORLD: &[Setting] = &[
    Setting {
        name: "objects",
        default: "",
        doc: "Nodes, Pods, Services and so on",
        kind: Shape::List(&Shape::Object),
    },
    Setting {
        name: "proxyMode",
        default: "iptables",
        doc: "how kube-proxy works: iptables or nftables",
        kind: Shape::Plain(Kind::Word(&["iptables", "nftables"])),
    },
    Setting {
        name: "clusterCIDR",
        default: "10.244.0.0/16",
        doc: "addresses of Pods",
        kind: RANGE,
    },
    Setting {
        name: "serviceCIDR",
        default: "10.96.0.0/12",
        doc: "addresses of Services; with a comma between, one range for each family",
        kind: RANGES,
    },
    Setting {
        name: "nodePorts",
        default: "30000-32767",
        doc: "node ports that Services can have",
        kind: Shape::Pattern("^\\s*\\+?[0-9]+\\s*-\\s*\\+?[0-9]+\\s*$", "30000-32767"),
    },
    Setting {
        name: "clusterDomain",
        default: "cluster.local",
        doc: "where the names of Services end",
        kind: Shape::Pattern("[^.]", "cluster.local"),
    },
    Setting {
        name: "external",
        default: "{ip: 172.18.0.100, loadBalancerGateway: node1}",
        doc: "the client outside, and the node to which the network routes balancers' addresses",
        kind: Shape::Table(&[
            ("ip", false, ADDRESS, "the client's address"),
            ("loadBalancerGateway", false, TEXT, "the node that gets what goes to a balancer"),
        ]),
    },
    Setting {
        name: "loadBalancer",
        default: "",
        doc: "`{pool: 203.0.113.0/24}`: a controller that gives addresses; without it they stay \
              pending",
        kind: Shape::Table(&[("pool", true, RANGE, "the addresses that it gives")]),
    },
    Setting {
        name: "upstream",
        default: "",
        doc: "`{api.example.com.: 203.0.113.80}`: names known outside; mind the dot at the end",
        kind: Shape::Map(&ADDRESS),
    },
    Setting {
        name: "listening",
        default: "",
        doc: "`{web-a: [8080/TCP]}`: on what a Pod really listens; what its containers declare \
              unless given, and 80 for an nginx that declares nothing",
        kind: PORTS_BY_NAME,
    },
    Setting {
        name: "images",
        default: "",
        doc: "`{nginx: [80/TCP]}`: the same for all containers of an image",
        kind: PORTS_BY_NAME,
    },
    Setting {
        name: "kubernetes",
        default: "v1.36.2",
        doc: "the version that the cluster speaks as",
        kind: TEXT,
    },
    Setting { name: "context", default: "c", doc: "the kubeconfig's context", kind: TEXT },
    Setting {
        name: "now",
        default: "2026-11-20T00:00:00Z",
        doc: "the cluster's clock",
        kind: TEXT,
    },
];

/// The JSON Schema of a world. Keys that only recordings have are not in it.
#[must_use]
pub fn world_schema() -> Value {
    let properties: Map<String, Value> = WORLD
        .iter()
        .map(|setting| {
            let mut doc = setting.doc.to_owned();
            if !setting.default.is_empty() {
                doc.push_str(&format!("; {} unless given", setting.default));
            }
            // `upstream:` with nothing behind it is as if it were not there.
            (setting.name.to_owned(), described(&doc, or_nothing(of_shape(&setting.kind))))
        })
        .collect();
    of_file("a world", "Network settings and Kubernetes objects: worlds/*.yaml.", properties)
}

fn of_shape(shape: &Shape) -> Value {
    match shape {
        Shape::Plain(kind) => of_kind(kind),
        Shape::Pattern(pattern, example) => {
            json!({"type": "string", "pattern": pattern, "examples": [example]})
        }
        Shape::Table(fields) => {
            let properties: Map<String, Value> = fields
                .iter()
                .map(|(name, _, shape, doc)| ((*name).to_owned(), described(doc, of_shape(shape))))
                .collect();
            let required: Vec<&str> =
                fields.iter().filter(|(_, must, ..)| *must).map(|(name, ..)| *name).collect();
            json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            })
        }
        Shape::Map(of) => json!({"type": "object", "additionalProperties": of_shape(of)}),
        Shape::List(of) => json!({"type": "array", "items": of_shape(of)}),
        Shape::Port => json!({
            "type": ["integer", "string"],
            "minimum": 1,
            "maximum": 65_535,
            "pattern": "^\\+?[0-9]+(/(TCP|UDP|SCTP))?$",
            "examples": ["80/TCP"],
        }),
        Shape::Object => json!({
            "description": "A Kubernetes object.",
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string", "examples": ["v1"]},
                "kind": {"type": "string", "examples": ["Pod"]},
                "metadata": {"type": "object"},
            },
            "required": ["apiVersion", "kind"],
        }),
    }
}

/// `schema` that lets `null` pass too.
fn or_nothing(mut schema: Value) -> Value {
    if let Some(of_type) = schema.get_mut("type") {
        *of_type = json!([of_type.take(), "null"]);
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

/// The keys of a world as the table of docs/packs.md.
#[must_use]
pub fn world_markdown() -> String {
    let mut table = "| key | default | |\n|---|---|---|\n".to_owned();
    for Setting { name, default, doc, .. } in WORLD {
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        table.push_str(&format!("| `{name}` | {default} | {doc} |\n"));
    }
    table
}

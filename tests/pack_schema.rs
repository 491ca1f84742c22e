//! `pack schema` and the loader: what the loader accepts no schema refuses, and what is
//! declared both refuse.

use jsonschema::Validator;
use portolan::cluster::{Cluster, Settings};
use portolan::content::schema::{
    GLOSSARY, GUIDE, LESSON, PACK, QUIZ, WORLD, json_schema, world_markdown, world_schema,
};
use portolan::content::{self, Files};
use portolan::manifest;
use portolan::runtime::packs;
use std::path::Path;

struct Schemas([(&'static str, Validator); 6]);

impl Schemas {
    fn new() -> Self {
        let made = |schema| {
            jsonschema::draft202012::meta::validate(&schema).expect("a schema is one");
            jsonschema::draft202012::new(&schema).expect("a schema can be used")
        };
        Self([
            ("pack.toml", made(json_schema(&PACK))),
            ("lessons/", made(json_schema(&LESSON))),
            ("quizzes/", made(json_schema(&QUIZ))),
            ("worlds/", made(world_schema())),
            ("glossary.toml", made(json_schema(&GLOSSARY))),
            ("guide.toml", made(json_schema(&GUIDE))),
        ])
    }

    /// What the schema of the file at `path` says against `value`.
    fn against(&self, path: &str, value: &serde_json::Value) -> Vec<String> {
        let (_, schema) = self.0.iter().find(|(start, _)| path.starts_with(start)).unwrap();
        schema.iter_errors(value).map(|e| format!("{path}{}: {e}", e.instance_path())).collect()
    }
}

fn json_of(path: &str, bytes: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(bytes).unwrap();
    if path.ends_with(".toml") {
        serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap()
    } else {
        manifest::to_json(text).unwrap().remove(0)
    }
}

fn files(folder: &str) -> Files {
    let (files, _) = packs::read_folder(Path::new(folder)).unwrap();
    let of_a_pack = |path: &str| {
        let known = ["pack.toml", "glossary.toml", "guide.toml", "lessons/", "quizzes/", "worlds/"];
        known.iter().any(|start| path.starts_with(start))
    };
    files.into_iter().filter(|(path, _)| of_a_pack(path)).collect()
}

#[test]
fn the_schemas_accept_all_that_is_shipped() {
    let schemas = Schemas::new();
    for folder in [".", "tests/packs/whole"] {
        let files = files(folder);
        assert!(files.len() > 3);
        for (path, bytes) in &files {
            assert_eq!(schemas.against(path, &json_of(path, bytes)), Vec::<String>::new());
        }
    }
}

#[test]
fn the_schemas_refuse_the_broken_samples() {
    let schemas = Schemas::new();
    for path in ["pack.toml", "lessons/steps.toml", "quizzes/q.toml"] {
        let files = files("tests/packs/broken-fields");
        let told = schemas.against(path, &json_of(path, &files[path])).join("\n");
        let wanted: &[&str] = match path {
            "pack.toml" => &[
                "\"title\" is",
                "tittle",
                "/format",
                "/id",
                "/version",
                "/languages",
                "/authors/1",
                "/licence",
                "/lessons",
            ],
            "lessons/steps.toml" => &[
                "/title",
                "/competency",
                "/minutes",
                "colour",
                "/steps/0:",
                "/steps/1:",
                "/steps/2/text/body",
                "/steps/3:",
                "/steps/3/text/body",
                "/steps/4/flow/probes",
                "/probes/0/from",
                "/probes/0/to",
                "/expect/outcomes/0",
                "/expect/pods",
                "/pod_ports/0",
                "/reasons/0",
                "/difficulty",
                "/goals/0:",
                "/goals/0/points",
                "/field/path",
                "/goals/1/field:",
                "/goals/2/id",
                "/goals/2/partial",
                "/name/ask",
                "/name/from",
                "/name/type",
                "expects",
                "/goals/5/field/of",
                "/steps/8/exercise/goals",
            ],
            _ => &[
                "\"ask\" is",
                "/difficulty",
                "\"because\" is",
                "/right",
                "/questions/3/single/options",
            ],
        };
        for part in wanted {
            assert!(told.contains(part), "{path}: nothing about {part}:\n{told}");
        }
    }
    let odd = serde_json::json!({
        "proxyMode": "ipvs", "nodePorts": "many", "external": {"ip": "x", "gateway": "node1"},
        "listening": {"web": ["80/tcp"]}, "color": 1, "objects": [{"kind": "Pod"}],
        "loadBalancer": {}, "upstream": null,
    });
    assert_eq!(schemas.against("worlds/odd.yaml", &odd).len(), 8);
    assert!(Cluster::from_world(&odd.to_string()).is_err());
}

/// Each value of `root` replaced by one of another type, and each table with a strange key: the
/// path of the change, whether any declared schema must refuse it, and the whole.
fn changes(root: &toml::Value) -> Vec<(String, bool, toml::Value)> {
    fn walk(
        at: &toml::Value,
        path: &str,
        put: &dyn Fn(Option<toml::Value>) -> Option<toml::Value>,
        out: &mut Vec<(String, bool, toml::Value)>,
    ) {
        use toml::Value;
        let is_any = path.contains("/equals") || path.contains("/one_of/");
        let other = match at {
            Value::String(_) => Value::Integer(7),
            Value::Array(_) | Value::Table(_) => Value::Boolean(true),
            _ => Value::String("x".to_owned()),
        };
        out.extend(put(Some(other)).map(|whole| (format!("{path}: other type"), !is_any, whole)));
        out.extend(put(None).map(|whole| (format!("{path}: removed"), false, whole)));
        match at {
            Value::Table(table) => {
                let mut more = table.clone();
                more.insert("strange".to_owned(), Value::Boolean(true));
                out.extend(
                    put(Some(Value::Table(more)))
                        .map(|whole| (format!("{path}: strange key"), true, whole)),
                );
                for (key, value) in table {
                    walk(
                        value,
                        &format!("{path}/{key}"),
                        &|new| {
                            let mut table = table.clone();
                            match new {
                                Some(new) => table.insert(key.clone(), new),
                                None => table.remove(key),
                            };
                            put(Some(Value::Table(table)))
                        },
                        out,
                    );
                }
            }
            Value::Array(list) => {
                for (idx, value) in list.iter().enumerate() {
                    walk(
                        value,
                        &format!("{path}/{idx}"),
                        &|new| {
                            let mut list = list.clone();
                            match new {
                                Some(new) => list[idx] = new,
                                None => drop(list.remove(idx)),
                            }
                            put(Some(Value::Array(list)))
                        },
                        out,
                    );
                }
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(root, "", &|new| new.filter(toml::Value::is_table), &mut out);
    out
}

#[test]
fn schema_and_loader_agree_on_each_change_of_a_pack_with_one_of_everything() {
    let schemas = Schemas::new();
    let files = files("tests/packs/whole");
    let mut n_changes = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        let root = toml::from_str(std::str::from_utf8(bytes).unwrap()).unwrap();
        for (change, must_refuse, whole) in changes(&root) {
            let mut files = files.clone();
            files.insert(path.clone(), toml::to_string(&whole).unwrap().into_bytes());
            let (_, problems) = content::load(&files);
            let loader_refuses = problems.iter().any(|problem| problem.file == *path);
            let refusals = schemas.against(path, &serde_json::to_value(&whole).unwrap());
            n_changes += 1;
            assert!(
                loader_refuses || refusals.is_empty(),
                "{path} {change}: only the schema refuses: {refusals:?}"
            );
            if must_refuse {
                assert!(loader_refuses, "{path} {change}: the loader accepts it");
                assert!(!refusals.is_empty(), "{path} {change}: the schema accepts it");
            }
        }
    }
    assert!(n_changes > 500, "{n_changes}");
}

#[test]
fn the_declared_world_is_the_one_that_is_read() {
    let defaults: String = WORLD
        .iter()
        .filter(|setting| !setting.default.is_empty())
        .map(|setting| format!("{}: {}\n", setting.name, setting.default))
        .collect();
    let (cluster, _) = Cluster::from_world(&defaults).unwrap();
    assert_eq!(*cluster.settings(), Settings::default());
    let empty: String = WORLD.iter().map(|setting| format!("{}:\n", setting.name)).collect();
    assert!(Cluster::from_world(&empty).is_ok());
    assert_eq!(
        Schemas::new().against("worlds/w.yaml", &json_of("w.yaml", empty.as_bytes())),
        Vec::<String>::new()
    );
    let error = Cluster::from_world("strange: 1\n").unwrap_err().to_string();
    for setting in WORLD {
        assert!(error.contains(setting.name), "{error} does not name {}", setting.name);
    }
    let guide = std::fs::read_to_string("docs/packs.md").unwrap();
    assert!(guide.contains(&world_markdown()), "docs/packs.md:\n{}", world_markdown());
}

//! Makes the schemas of the API's kinds from k8s-openapi, so that the program carries them as
//! data: as code, which would run once at most, they take four times the room. Their shapes are
//! plain JSON, for every check needs them; what the API says of each field is five times as much
//! and seldom asked for, and is deflated.
//!
//! And it packs the built-in pack, deflated too.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use k8s_openapi::api;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1 as aggregator;
use k8s_openapi::schemars::{JsonSchema, SchemaGenerator};
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let (files, texts) = pack();
    write("pack.rs", files.as_bytes());
    write("pack.deflate", &texts);
    let (tables, definitions) = generated();
    write("kinds.rs", tables.as_bytes());
    write("definitions.deflate", &definitions);
}

/// The built-in pack: a table of its files' paths and lengths in bytes, and their texts one after
/// the other, deflated.
fn pack() -> (String, Vec<u8>) {
    let mut paths = vec!["pack.toml".to_owned(), "glossary.toml".into(), "guide.toml".into()];
    for folder in ["lessons", "quizzes", "worlds"] {
        println!("cargo::rerun-if-changed={folder}");
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<String> = names.map(|name| format!("{folder}/{name}")).collect();
        files.sort();
        paths.append(&mut files);
    }
    let mut table = format!("static FILES: [(&str, usize); {}] = [\n", paths.len());
    let mut texts = DeflateEncoder::new(Vec::new(), Compression::best());
    for path in paths {
        println!("cargo::rerun-if-changed={path}");
        let text = fs::read(&path).unwrap();
        writeln!(table, "    ({path:?}, {}),", text.len()).unwrap();
        texts.write_all(&text).unwrap();
    }
    table.push_str("];\n");
    (table, texts.finish().unwrap())
}

/// Writes a file for the program to include, only where it differs: what includes it is not
/// built again for nothing.
fn write(name: &str, content: &[u8]) {
    let path = Path::new(&env::var("OUT_DIR").unwrap()).join(name);
    if fs::read(&path).ok().as_deref() != Some(content) {
        fs::write(path, content).unwrap();
    }
}

trait Scope {
    const NAMESPACED: bool;
}

impl Scope for NamespaceResourceScope {
    const NAMESPACED: bool = true;
}

impl Scope for ClusterResourceScope {
    const NAMESPACED: bool = false;
}

/// The tables that `src/manifest/kinds.rs` includes.
#[derive(Default)]
struct Tables {
    /// Entries of `KINDS`, each up to the definitions that it is made of, and those.
    kinds: Vec<(String, Vec<String>)>,
    /// JSON Schemas by definition.
    definitions: BTreeMap<String, Value>,
}

impl Tables {
    /// A schema of `T` with all that it is made of: the name of its definition, and those of
    /// the others in the order in which they are met.
    fn schema<T: JsonSchema>(&mut self) -> (String, Vec<String>) {
        let mut generator = SchemaGenerator::default();
        let root = T::json_schema(&mut generator);
        let name = T::schema_name().into_owned();
        let mut names = Vec::new();
        for (name, schema) in generator.definitions() {
            names.push(name.clone());
            self.define(name, schema.clone());
        }
        self.define(&name, root.as_value().clone());
        (name, names)
    }

    fn define(&mut self, name: &str, schema: Value) {
        let known = self.definitions.entry(name.to_owned()).or_insert_with(|| schema.clone());
        assert_eq!(*known, schema, "{name} has two schemas");
    }

    fn kind<T>(&mut self)
    where
        T: Resource + JsonSchema,
        T::Scope: Scope,
    {
        let (root, names) = self.schema::<T>();
        let (group, version, kind) = (T::GROUP, T::VERSION, T::KIND);
        let (plural, namespaced) = (T::URL_PATH_SEGMENT, T::Scope::NAMESPACED);
        let head = format!(
            "Kind::new({group:?}, {version:?}, {kind:?}, {plural:?}, {namespaced}, &Source {{ root: {root:?}, others: &"
        );
        self.kinds.push((head, names));
    }
}

/// A schema without what it says in words.
fn shape(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let is_text = |name: &str, value: &Value| name == "description" && value.is_string();
            let kept = fields.iter().filter(|(name, value)| !is_text(name, value));
            Value::Object(kept.map(|(name, value)| (name.clone(), shape(value))).collect())
        }
        Value::Array(items) => items.iter().map(shape).collect(),
        other => other.clone(),
    }
}

/// The tables as Rust, and the whole definitions, deflated: a line each, in the order of the
/// table of shapes.
fn generated() -> (String, Vec<u8>) {
    let mut tables = Tables::default();
    tables.kind::<api::core::v1::Service>();
    tables.kind::<api::core::v1::Pod>();
    tables.kind::<api::core::v1::Namespace>();
    tables.kind::<api::core::v1::Node>();
    tables.kind::<api::core::v1::ConfigMap>();
    tables.kind::<api::core::v1::Secret>();
    tables.kind::<api::core::v1::ServiceAccount>();
    tables.kind::<api::core::v1::Endpoints>();
    tables.kind::<api::core::v1::Event>();
    tables.kind::<api::core::v1::LimitRange>();
    tables.kind::<api::core::v1::PersistentVolume>();
    tables.kind::<api::core::v1::PersistentVolumeClaim>();
    tables.kind::<api::core::v1::PodTemplate>();
    tables.kind::<api::core::v1::ReplicationController>();
    tables.kind::<api::core::v1::ResourceQuota>();
    tables.kind::<api::apps::v1::ControllerRevision>();
    tables.kind::<api::apps::v1::DaemonSet>();
    tables.kind::<api::apps::v1::Deployment>();
    tables.kind::<api::apps::v1::ReplicaSet>();
    tables.kind::<api::apps::v1::StatefulSet>();
    tables.kind::<api::autoscaling::v1::HorizontalPodAutoscaler>();
    tables.kind::<api::autoscaling::v2::HorizontalPodAutoscaler>();
    tables.kind::<api::batch::v1::CronJob>();
    tables.kind::<api::batch::v1::Job>();
    tables.kind::<api::coordination::v1::Lease>();
    tables.kind::<api::discovery::v1::EndpointSlice>();
    tables.kind::<api::networking::v1::Ingress>();
    tables.kind::<api::networking::v1::IngressClass>();
    tables.kind::<api::networking::v1::IPAddress>();
    tables.kind::<api::networking::v1::NetworkPolicy>();
    tables.kind::<api::networking::v1::ServiceCIDR>();
    tables.kind::<api::node::v1::RuntimeClass>();
    tables.kind::<api::policy::v1::PodDisruptionBudget>();
    tables.kind::<api::rbac::v1::ClusterRole>();
    tables.kind::<api::rbac::v1::ClusterRoleBinding>();
    tables.kind::<api::rbac::v1::Role>();
    tables.kind::<api::rbac::v1::RoleBinding>();
    tables.kind::<api::scheduling::v1::PriorityClass>();
    tables.kind::<api::storage::v1::CSIDriver>();
    tables.kind::<api::storage::v1::StorageClass>();
    tables.kind::<api::admissionregistration::v1::MutatingAdmissionPolicy>();
    tables.kind::<api::admissionregistration::v1::MutatingAdmissionPolicyBinding>();
    tables.kind::<api::admissionregistration::v1::MutatingWebhookConfiguration>();
    tables.kind::<api::admissionregistration::v1::ValidatingAdmissionPolicy>();
    tables.kind::<api::admissionregistration::v1::ValidatingAdmissionPolicyBinding>();
    tables.kind::<api::admissionregistration::v1::ValidatingWebhookConfiguration>();
    tables.kind::<apiextensions::CustomResourceDefinition>();
    tables.kind::<aggregator::APIService>();
    tables.kind::<api::certificates::v1::CertificateSigningRequest>();
    tables.kind::<api::events::v1::Event>();
    tables.kind::<api::flowcontrol::v1::FlowSchema>();
    tables.kind::<api::flowcontrol::v1::PriorityLevelConfiguration>();
    tables.kind::<api::resource::v1::DeviceClass>();
    tables.kind::<api::resource::v1::ResourceClaim>();
    tables.kind::<api::resource::v1::ResourceClaimTemplate>();
    tables.kind::<api::resource::v1::ResourceSlice>();
    tables.kind::<api::storage::v1::CSINode>();
    tables.kind::<api::storage::v1::CSIStorageCapacity>();
    tables.kind::<api::storage::v1::VolumeAttachment>();
    tables.kind::<api::storage::v1::VolumeAttributesClass>();
    let (root, names) = tables.schema::<k8s_openapi::apimachinery::pkg::apis::meta::v1::ListMeta>();
    let Tables { kinds, definitions } = tables;
    // Names would take twenty times the room.
    let places = |names: &[String]| -> Vec<usize> {
        let place = |name| definitions.keys().position(|known| known == name);
        names.iter().filter_map(place).collect()
    };
    let mut out = format!("static KINDS: [Kind; {}] = [\n", kinds.len());
    for (head, names) in kinds {
        writeln!(out, "    {head}{:?} }}),", places(&names)).unwrap();
    }
    let others = places(&names);
    out.push_str("];\n\n");
    writeln!(out, "static LIST_META: Source = Source {{ root: {root:?}, others: &{others:?} }};\n")
        .unwrap();
    let n = definitions.len();
    let mut lines = DeflateEncoder::new(Vec::new(), Compression::best());
    writeln!(out, "/// By name.\nstatic SHAPES: [(&str, &str); {n}] = [").unwrap();
    for (name, schema) in definitions {
        writeln!(out, "    ({name:?}, {:?}),", shape(&schema).to_string()).unwrap();
        lines.write_all(format!("{schema}\n").as_bytes()).unwrap();
    }
    out.push_str("];\n");
    (out, lines.finish().unwrap())
}

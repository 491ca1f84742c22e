//! What a check costs: of one Service in process, whole and in parts; of 10,000 files in one
//! call. `cargo bench --bench validator`; run it on a quiet machine. How the time grows with
//! a file's size shows `cargo bench --bench growth`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use portolan::cluster::{self, Cluster};
use portolan::kubectl::{ApplyOptions, apply, apply_reading};
use portolan::manifest::kinds::{self, Kind};
use portolan::manifest::{self, decode};
use portolan::validate::{RecordedCluster, create_service};
use serde_json::Value;
use std::process::{Command, Stdio};

fn main() {
    divan::main();
}

/// A Service as learners write them.
const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  type: NodePort
  selector:
    app: web
  ports:
  - name: http
    port: 80
    targetPort: 8080
    nodePort: 30080
  - name: metrics
    port: 9090
    targetPort: metrics
";

fn kind() -> &'static Kind {
    kinds::find("", "v1", "Service").unwrap()
}

/// The object as it comes to the server.
fn object() -> Value {
    let mut object = (*manifest::read(SERVICE).documents[0].json).clone();
    object["metadata"]["namespace"] = "default".into();
    object
}

/// From YAML to what the server then holds, with findings.
#[divan::bench]
fn whole(bencher: Bencher<'_, '_>) {
    let world = Cluster::default();
    bencher.bench_local(|| {
        apply(&mut world.clone(), "web.yaml", black_box(SERVICE), &ApplyOptions::default())
    });
}

/// The first part: text to tree to JSON.
#[divan::bench]
fn part_1_read_yaml(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| manifest::read(black_box(SERVICE)));
}

/// All that follows reading: kubectl's part and the server's.
#[divan::bench]
fn part_2_apply_what_was_read(bencher: Bencher<'_, '_>) {
    let world = Cluster::default();
    let reading = manifest::read(SERVICE);
    bencher.bench_local(|| {
        let file = ("web.yaml", SERVICE);
        apply_reading(&mut world.clone(), file, black_box(&reading), &ApplyOptions::default())
    });
}

/// Of that: strict decoding against the schema.
#[divan::bench]
fn part_2a_decode(bencher: Bencher<'_, '_>) {
    let object = object();
    bencher.bench_local(|| decode::strict(kind(), black_box(&object)));
}

/// Of that: defaults, allocation, all rules, all warnings, the object as it is held. Budget:
/// 50 us.
#[divan::bench]
fn part_2b_validate(bencher: Bencher<'_, '_>) {
    let object = object();
    let around = RecordedCluster::default();
    bencher.bench_local(|| create_service(black_box(&object), &around, false).unwrap());
}

/// The same of a Service that breaks three rules.
#[divan::bench]
fn part_2b_validate_and_refuse(bencher: Bencher<'_, '_>) {
    let mut object = object();
    object["metadata"]["name"] = "Web".into();
    object["spec"]["type"] = "nodeport".into();
    object["spec"]["ports"][0]["port"] = 0.into();
    let around = RecordedCluster::default();
    bencher.bench_local(|| create_service(black_box(&object), &around, false).unwrap_err());
}

/// That and what storing adds: managed fields, the store's indexes, EndpointSlices.
#[divan::bench]
fn part_2b_and_c_validate_and_store(bencher: Bencher<'_, '_>) {
    let world = Cluster::default();
    let object = object();
    bencher.with_inputs(|| (world.clone(), object.clone())).bench_local_values(
        |(mut world, object)| cluster::create(&mut world, kind(), object, false).unwrap(),
    );
}

/// Budget: 2 s on two cores. The whole process.
#[divan::bench(args = ["human", "kubectl", "json"], sample_count = 3)]
fn ten_thousand_files_in_one_call(bencher: Bencher<'_, '_>, output: &str) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<String> = (0..10_000)
        .map(|file_idx| {
            let name = format!("{file_idx}.yaml");
            std::fs::write(folder.path().join(&name), SERVICE).unwrap();
            name
        })
        .collect();
    bencher.counter(ItemsCount::new(files.len())).bench_local(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .args(["check", "--output", output])
            .args(&files)
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
    });
}

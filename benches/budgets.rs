//! The budgets of the design that are kept inside the process: what a keystroke, a frame, a
//! check and a packet cost. `cargo bench --bench budgets`.

use divan::{Bencher, black_box};
use portolan::chart::{self, Scene, Size, Stage};
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::trace::{Client, Target, Trace, trace, way};
use portolan::ui::chart::{ChartStyle, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() {
    divan::main();
}

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata:
  name: bench
spec:
  type: NodePort
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
      nodePort: 30082
";

fn lesson_world() -> Cluster {
    let pack = portolan::content::builtin();
    let (mut cluster, _) = Cluster::from_world(&pack.worlds["three-nodes"]).unwrap();
    assert_eq!(apply(&mut cluster, "web.yaml", SERVICE, &ApplyOptions::default()).exit, 0);
    cluster
}

fn probe() -> (Client, Target) {
    ("external".parse().unwrap(), "node3:30082".parse().unwrap())
}

fn scene_of(cluster: &Cluster, trace: &Trace, width: u16, height: u16) -> Scene {
    let stage = Stage::from_cluster(cluster, trace);
    chart::scene(&stage, trace, 0, Size { width, height })
}

/// Budget: 50 µs. YAML to the object as the server holds it, with findings.
#[divan::bench]
fn check_of_one_service(bencher: Bencher<'_, '_>) {
    let cluster = Cluster::default();
    bencher.bench_local(|| {
        let mut world = cluster.clone();
        apply(&mut world, "web.yaml", black_box(SERVICE), &ApplyOptions::default())
    });
}

/// The same with a wrong value: an error is worded and placed.
#[divan::bench]
fn check_of_one_refused_service(bencher: Bencher<'_, '_>) {
    let cluster = Cluster::default();
    let text = SERVICE.replace("30082", "82");
    bencher.bench_local(|| {
        let mut world = cluster.clone();
        apply(&mut world, "web.yaml", black_box(&text), &ApplyOptions::default())
    });
}

/// Budget: 2 µs a way for all ways at scale; here a lesson's world.
#[divan::bench]
fn all_ways_of_a_packet(bencher: Bencher<'_, '_>) {
    let cluster = lesson_world();
    let (client, target) = probe();
    bencher.bench_local(|| trace(black_box(&cluster), &client, &target).unwrap());
}

/// Budget: 20 µs at scale.
#[divan::bench]
fn one_seeded_way_of_a_packet(bencher: Bencher<'_, '_>) {
    let cluster = lesson_world();
    let (client, target) = probe();
    bencher.bench_local(|| way(black_box(&cluster), &client, &target, 7).unwrap());
}

/// Layout of a lesson's chart.
#[divan::bench(args = [(76, 14), (120, 40)])]
fn layout_of_a_chart(bencher: Bencher<'_, '_>, (width, height): (u16, u16)) {
    let cluster = lesson_world();
    let (client, target) = probe();
    let trace = trace(&cluster, &client, &target).unwrap();
    bencher.bench_local(|| scene_of(black_box(&cluster), &trace, width, height));
}

/// Six nodes with 200 Pods, 40 of them endpoints.
fn large_world() -> Cluster {
    let mut objects = String::from("objects:\n");
    for n in 1..=6 {
        objects += &format!(
            "- {{apiVersion: v1, kind: Node, metadata: {{name: node{n}}}, spec: {{podCIDR: \
             10.244.{n}.0/24}}, status: {{addresses: [{{type: InternalIP, address: 172.18.0.1{n}}}], \
             conditions: [{{type: Ready, status: \"True\"}}]}}}}\n"
        );
    }
    for p in 0..200 {
        let (node, app) = (p % 6 + 1, if p % 5 == 0 { "web" } else { "other" });
        objects += &format!(
            "- {{apiVersion: v1, kind: Pod, metadata: {{name: {app}-{p}, namespace: default, labels: \
             {{app: {app}}}}}, spec: {{nodeName: node{node}, containers: [{{name: c, image: c, \
             ports: [{{containerPort: 8080}}]}}]}}, status: {{phase: Running, podIP: \
             10.244.{node}.{ip}, podIPs: [{{ip: 10.244.{node}.{ip}}}], conditions: [{{type: Ready, \
             status: \"True\"}}]}}}}\n",
            ip = p / 6 + 10
        );
    }
    let (mut cluster, findings) = Cluster::from_world(&objects).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(apply(&mut cluster, "web.yaml", SERVICE, &ApplyOptions::default()).exit, 0);
    cluster
}

/// Budget: 1 ms. From the cluster and the trace to the scene.
#[divan::bench(args = [(78, 17), (118, 33), (198, 53)])]
fn layout_of_six_nodes_and_200_pods(bencher: Bencher<'_, '_>, (width, height): (u16, u16)) {
    let cluster = large_world();
    let (client, target) = probe();
    let trace = trace(&cluster, &client, &target).unwrap();
    assert_eq!(trace.ways.len(), 40);
    bencher.bench_local(|| scene_of(black_box(&cluster), &trace, width, height));
}

/// Budget: 5 % of a core at 30 frames a second is 1.6 ms a frame, everything included.
#[divan::bench(args = [(76, 14), (120, 40)])]
fn draw_of_one_chart_frame(bencher: Bencher<'_, '_>, (width, height): (u16, u16)) {
    let cluster = lesson_world();
    let (client, target) = probe();
    let trace = trace(&cluster, &client, &target).unwrap();
    let scene = scene_of(&cluster, &trace, width, height);
    let moment = chart::moment(&scene, scene.n_ticks() / 2);
    let style = ChartStyle::default();
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    bencher.bench_local(|| {
        draw(black_box(&scene), &moment, &style, false, area, &mut buffer);
    });
}

/// The built-in pack's files read into lessons and quizzes.
#[divan::bench]
fn load_of_the_built_in_pack(bencher: Bencher<'_, '_>) {
    let mut files = std::collections::BTreeMap::new();
    for folder in ["lessons", "quizzes", "worlds"] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            files.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    files.insert("pack.toml".to_owned(), std::fs::read("pack.toml").unwrap());
    bencher.bench_local(|| portolan::content::load(black_box(&files)));
}

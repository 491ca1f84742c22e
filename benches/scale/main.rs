//! The design's budgets at scale: `cargo bench --bench scale`. Times are minimum, median and
//! maximum over rounds, and time on the processor where the system counts it, so that a busy
//! machine disturbs them less. Building runs in processes of its own, because their memory is
//! measured.

mod world;

use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::trace::{Client, Target, outcomes, way};
use std::hint::black_box;
use std::time::Instant;
use world::{LARGE, SMALL, Size};

/// The argument by which this program asks itself to build a world.
const BUILD: &str = "--build-from";
/// The arguments that leave all out but the ways in one world: for a profiler.
const ONE_WORLD: [(&str, Size); 2] = [("--small", SMALL), ("--large", LARGE)];
const N_ROUNDS: usize = 9;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|arg| arg == BUILD) {
        return build_and_tell(args.get(at + 1).map_or("", String::as_str));
    }
    if let Some((_, size)) = ONE_WORLD.iter().find(|(name, _)| args.iter().any(|arg| arg == name)) {
        let (cluster, packets) = (from_objects(*size), Packets::of(*size));
        tell("one seeded way, clusterIP, µs", &seeded(&cluster, &packets.to_cluster_ips));
        tell("one seeded way, Pod by name, µs", &seeded(&cluster, &packets.by_name));
        return tell("all ways, µs a way", &all_ways(&cluster, &packets.to_cluster_ips));
    }
    for from in ["objects", "text"] {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args([BUILD, from])
            .status()
            .unwrap();
        assert!(status.success());
    }
    let large = from_objects(LARGE);
    let small = from_objects(SMALL);
    let many = Packets::of(LARGE);
    let few = Packets::of(SMALL);
    let (one_of_few, one_of_many) = (seeded(&small, &few.one), seeded(&large, &many.one));
    tell("one seeded way, one packet again and again, 10 Services, µs", &one_of_few);
    tell("the same, 10,000 Services, µs (budget 20)", &one_of_many);
    println!(
        "  ratio of the medians (budget 1.5): {:.2}",
        median(&one_of_many) / median(&one_of_few)
    );
    for (what, few, many) in [
        ("clusterIP", &few.to_cluster_ips, &many.to_cluster_ips),
        ("node port or balancer", &few.from_outside, &many.from_outside),
        ("Pod by name", &few.by_name, &many.by_name),
    ] {
        let (few, many) = (seeded(&small, few), seeded(&large, many));
        tell(&format!("one seeded way, {what}, every packet another, 10 Services, µs"), &few);
        tell("the same, 10,000 Services, µs (budget 20)", &many);
        println!("  ratio of the medians (budget 1.5): {:.2}", median(&many) / median(&few));
    }
    tell("all ways, µs a way, 10 Services", &all_ways(&small, &few.to_cluster_ips));
    tell("all ways, µs a way, 10,000 Services (budget 2)", &all_ways(&large, &many.to_cluster_ips));
    tell("one Service put in place of another, µs (budget 1000)", &put_one(&large));
    tell("kubectl apply of one changed Service, µs (budget 1000)", &apply_one(&large));
    tell("one Pod put in place of another, µs", &put_pod(&large));
    tell("a clone of the cluster and its drop, µs", &clone_and_drop(&large));
    for n_deployments in [1_000, 2_000] {
        let what = format!("{n_deployments} Deployments with one selector, put and settled, ms");
        tell(&what, &one_selector(n_deployments));
    }
}

fn from_objects(size: Size) -> Cluster {
    let (mut cluster, _) =
        Cluster::from_world(&format!("{{{}, \"objects\": []}}", world::SETTINGS)).unwrap();
    for put in cluster.put_all(world::objects(size)) {
        put.unwrap();
    }
    cluster
}

/// Builds the large world and tells what it took, memory included: the objects are made one
/// by one, or come as a file's text.
fn build_and_tell(from: &str) {
    let size = LARGE;
    let (cluster, elapsed) = if from == "text" {
        let text = world::text(size);
        println!("the world as text: {} MiB", text.len() >> 20);
        let start = Watch::start();
        let (cluster, findings) = Cluster::from_world(&text).unwrap();
        assert_eq!(findings, []);
        (cluster, start.seconds())
    } else {
        let start = Watch::start();
        world::objects(size).for_each(|object| {
            black_box(object);
        });
        println!("making the objects alone: {:.2} s", start.seconds());
        let start = Watch::start();
        (from_objects(size), start.seconds())
    };
    let services = cluster.services().count();
    let n_endpoints: usize = cluster
        .services()
        .filter_map(|service| cluster.endpoints(&service.name))
        .flat_map(|endpoints| endpoints.ports.iter().map(|port| port.endpoints.len()))
        .sum();
    println!(
        "built from {from}: {} nodes, {n_endpoints} endpoints, {services} Services in {:.2} s (budget 5); \
         {} MiB resident, {} MiB at most (budget 1024)",
        cluster.nodes().count(),
        elapsed,
        memory("VmRSS:"),
        memory("VmHWM:"),
    );
}

/// A line of /proc/self/status, in MiB; 0 where there is none.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}

type Packet = (Client, Target);

/// Packets to send, in an order in which no two neighbours have anything in common.
struct Packets {
    one: Vec<Packet>,
    to_cluster_ips: Vec<Packet>,
    from_outside: Vec<Packet>,
    by_name: Vec<Packet>,
}

impl Packets {
    fn of(size: Size) -> Self {
        // 7919 is prime: a walk over all Services that jumps about.
        let services: Vec<usize> = (0..2_000).map(|i| i * 7_919 % size.n_services).collect();
        let sender = |idx: usize| -> Client {
            let other = (idx * 31 + 17) % size.n_services;
            let (namespace, name) = world::service_name(other);
            format!("pod:{namespace}/{name}-{}", idx % size.n_endpoints).parse().unwrap()
        };
        let target = |text: String| -> Target { text.parse().unwrap() };
        let to = |idx: usize| {
            let (namespace, name) = world::service_name(idx);
            target(format!("service/{namespace}/{name}:80"))
        };
        let outside = |idx: usize| match idx % 10 {
            9 => {
                let (namespace, name) = world::service_name(idx);
                target(format!("lb/{namespace}/{name}:80"))
            }
            kind => {
                let port = 30_000 + idx / 10 * 2 + kind - 7;
                target(format!("node-{:05}:{port}", idx % size.n_nodes))
            }
        };
        let is_outer = |idx: &&usize| matches!(**idx % 10, 7..=9) && **idx < 10_000;
        Self {
            one: vec![(sender(3), to(1))],
            to_cluster_ips: services.iter().map(|idx| (sender(*idx), to(*idx))).collect(),
            from_outside: services
                .iter()
                .filter(is_outer)
                .map(|idx| (Client::External, outside(*idx)))
                .collect(),
            by_name: services
                .iter()
                .map(|idx| {
                    let (namespace, name) = world::service_name(*idx);
                    (sender(*idx), target(format!("{name}.{namespace}:80")))
                })
                .collect(),
        }
    }
}

/// Microseconds of one packet's seeded way, in rounds of 20,000: Linux counts a thread's time
/// in steps of milliseconds.
fn seeded(cluster: &Cluster, packets: &[Packet]) -> Vec<f64> {
    let mut seed = 0;
    rounds(|| {
        let start = Watch::start();
        for (client, target) in packets.iter().cycle().take(20_000) {
            seed += 1;
            black_box(way(black_box(cluster), client, target, seed).unwrap());
        }
        start.micros() / 20_000.0
    })
}

/// Microseconds of one way of `outcomes`.
fn all_ways(cluster: &Cluster, packets: &[Packet]) -> Vec<f64> {
    rounds(|| {
        let start = Watch::start();
        let n_ways: usize = packets
            .iter()
            .cycle()
            .take(10_000)
            .map(|(client, target)| outcomes(black_box(cluster), client, target).unwrap().len())
            .sum();
        start.micros() / n_ways as f64
    })
}

/// One Service's selector changed, and changed back, each time on a fresh copy.
fn put_one(cluster: &Cluster) -> Vec<f64> {
    let (namespace, name) = world::service_name(4_321);
    let mut service = cluster.get("service", &namespace, &name).unwrap();
    service["spec"]["selector"] = serde_json::json!({"app": "svc-04322"});
    rounds(|| {
        let mut copy = cluster.clone();
        let start = Watch::start();
        copy.put(service.clone()).unwrap();
        let elapsed = start.micros();
        let view = copy.endpoints(&copy.service(&namespace, &name).unwrap().name).unwrap();
        assert!(view.ports[0].endpoints[0].pod.as_ref().unwrap().name.starts_with("svc-04322-"));
        elapsed
    })
}

fn apply_one(cluster: &Cluster) -> Vec<f64> {
    let (namespace, name) = world::service_name(4_321);
    let text = format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: {namespace}\nspec:\n  \
         selector:\n    app: svc-04322\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n"
    );
    rounds(|| {
        let mut copy = cluster.clone();
        let start = Watch::start();
        let applied = apply(&mut copy, "web.yaml", &text, &ApplyOptions::default());
        let elapsed = start.micros();
        assert_eq!(applied.exit, 0, "{}", applied.stderr);
        elapsed
    })
}

fn put_pod(cluster: &Cluster) -> Vec<f64> {
    let (namespace, name) = world::service_name(4_321);
    let mut pod = cluster.get("pod", &namespace, &format!("{name}-3")).unwrap();
    pod["status"]["conditions"][0]["status"] = "False".into();
    rounds(|| {
        let mut copy = cluster.clone();
        let start = Watch::start();
        copy.put(pod.clone()).unwrap();
        start.micros()
    })
}

fn clone_and_drop(cluster: &Cluster) -> Vec<f64> {
    rounds(|| {
        let start = Watch::start();
        for _ in 0..100 {
            drop(black_box(black_box(cluster).clone()));
        }
        start.micros() / 100.0
    })
}

/// Milliseconds until each of `n_deployments` has its Pod: all in one namespace, of one
/// selector, and a Service over all of their Pods.
fn one_selector(n_deployments: usize) -> Vec<f64> {
    let objects = world::one_selector(n_deployments);
    (0..3)
        .map(|_| {
            let (mut cluster, _) =
                Cluster::from_world(&format!("{{{}, \"objects\": []}}", world::SETTINGS)).unwrap();
            let start = Watch::start();
            assert!(cluster.put_all(objects.clone()).iter().all(Result::is_ok));
            let elapsed = start.micros() / 1_000.0;
            assert_eq!(cluster.pods().count(), n_deployments);
            assert_eq!(cluster.unsettled().count(), 0);
            elapsed
        })
        .collect()
}

fn rounds(mut round: impl FnMut() -> f64) -> Vec<f64> {
    (0..N_ROUNDS).map(|_| round()).collect()
}

/// A stopwatch that counts time on the processor, of this one thread.
struct Watch {
    start: Instant,
    on_cpu: Option<u64>,
}

impl Watch {
    fn start() -> Self {
        Self { on_cpu: on_cpu(), start: Instant::now() }
    }

    fn seconds(&self) -> f64 {
        match (self.on_cpu, on_cpu()) {
            (Some(before), Some(after)) if after > before => (after - before) as f64 / 1e9,
            _ => self.start.elapsed().as_secs_f64(),
        }
    }

    fn micros(&self) -> f64 {
        self.seconds() * 1e6
    }
}

/// Nanoseconds that this thread was on the processor, where Linux tells.
fn on_cpu() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn tell(what: &str, samples: &[f64]) {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(0.0, f64::max);
    println!("{what}: {least:.2} / {:.2} / {most:.2}", median(samples));
}

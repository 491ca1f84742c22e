//! Six nodes with 200 Pods: what matters is kept, the rest is counted.

use crate::text_of;
use portolan::chart::{Size, Stage, moment, scene};
use portolan::cluster::Cluster;
use portolan::trace::trace;
use portolan::ui::chart::ChartStyle;

#[test]
fn of_six_nodes_and_200_pods_those_that_matter_are_kept_and_the_others_counted() {
    let (cluster, findings) = Cluster::from_world(include_str!("large.yaml")).unwrap();
    assert_eq!(findings, []);
    let (client, target) = ("external".parse().unwrap(), "node3:30080".parse().unwrap());
    let trace = trace(&cluster, &client, &target).unwrap();
    let stage = Stage::from_cluster(&cluster, &trace);
    let mut told = String::new();
    for way_idx in [0, trace.ways.len() - 1] {
        for (width, height) in [(78, 17), (118, 33), (198, 53)] {
            let scene = scene(&stage, &trace, way_idx, Size { width, height });
            let text = text_of(&scene, &moment(&scene, scene.n_ticks()), &ChartStyle::dark());
            let pod = trace.ways[way_idx].pod.as_ref().unwrap();
            let map = scene.map().unwrap();
            // All nodes are there where they have room, and the Pod that answers always.
            let n_shown = map.nodes.len();
            assert!(n_shown == 6 || height == 17 && text.contains("and 1 more node"), "{text}");
            let shown = map.nodes.iter().flat_map(|node| &node.pods);
            assert!(shown.into_iter().any(|shown| shown.pod.name == *pod), "{text}");
            told += &format!("{width}x{height}\n{text}");
        }
    }
    insta::assert_snapshot!("large", told);
}

/// The ways that are listed on a large screen, of a Service with that many ready Pods.
fn listed(n_pods: usize) -> Vec<(bool, String)> {
    let mut world = "objects:\n- {apiVersion: v1, kind: Node, metadata: {name: node1}, status: \
                     {addresses: [{type: InternalIP, address: 172.18.0.11}]}}\n- {apiVersion: v1, \
                     kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: \
                     [{port: 80}]}}\n"
        .to_owned();
    for n in 0..n_pods {
        world += &format!(
            "- {{apiVersion: v1, kind: Pod, metadata: {{name: web-{n}, labels: {{app: web}}}}, \
             spec: {{nodeName: node1, containers: [{{name: c, image: nginx}}]}}}}\n"
        );
    }
    let (cluster, findings) = Cluster::from_world(&world).unwrap();
    assert_eq!(findings, []);
    let client = "node:node1".parse().unwrap();
    let trace = trace(&cluster, &client, &"service/web:80".parse().unwrap()).unwrap();
    let stage = Stage::from_cluster(&cluster, &trace);
    let scene = scene(&stage, &trace, n_pods - 1, Size { width: 198, height: 53 });
    let ways = scene.facts().iter().filter(|one| one.title == "all ways");
    ways.flat_map(|ways| &ways.rows).map(|row| (row.current, row.value.clone())).collect()
}

#[test]
fn ways_are_listed_as_far_as_eight_go_and_the_others_counted() {
    let way = |n: usize, current: bool| (current, format!("web-{n}, sees node1"));
    assert_eq!(listed(1), []);
    assert_eq!(listed(2), [way(0, false), way(1, true)]);
    let eight: Vec<_> = (0..8).map(|n| way(n, n == 7)).collect();
    assert_eq!(listed(8), eight);
    let mut of_nine: Vec<_> = (1..9).map(|n| way(n, n == 8)).collect();
    of_nine.push((false, "and 1 more".to_owned()));
    assert_eq!(listed(9), of_nine);
}

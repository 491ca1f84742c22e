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

//! Comparisons and the ladder: what is otherwise, and that it is what the traces say.

use portolan::chart::{comparisons, difference, ladder};
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::trace::{Outcome, Trace, trace};

fn cluster() -> Cluster {
    Cluster::from_world(include_str!("../../assets/chart.yaml")).unwrap().0
}

fn sent(cluster: &Cluster, from: &str, to: &str) -> Trace {
    trace(cluster, &from.parse().unwrap(), &to.parse().unwrap()).unwrap()
}

#[test]
fn each_field_that_decides_is_compared_and_the_own_value_is_marked() {
    let cluster = cluster();
    let packet = sent(&cluster, "external", "node3:30080");
    let mut told = String::new();
    for comparison in comparisons(&cluster, &packet) {
        let [a, b] = &comparison.sides;
        let traces = [a, b].map(|side| sent(&side.cluster, "external", "node3:30080"));
        told += &format!("{}: {} or {}\n", comparison.title, a.label, b.label);
        // The side that is the world's own sends the packet as the world does.
        for (side, trace) in [a, b].into_iter().zip(&traces) {
            assert!(!side.is_own || *trace == packet, "{told}");
        }
        for said in difference(&traces[0], &traces[1], [&a.label, &b.label]) {
            told += &format!("  {said}\n");
        }
    }
    insta::assert_snapshot!("comparisons", told);
}

#[test]
fn a_service_without_an_address_is_compared_by_mode_only_and_stands_on_no_rung() {
    let mut cluster = cluster();
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: none}\nspec: {clusterIP: None, \
                selector: {app: web}, ports: [{port: 80}]}\n";
    let applied = apply(&mut cluster, "none.yaml", text, &ApplyOptions::default());
    assert!(applied.is_accepted(), "{}", applied.stderr);
    let packet = sent(&cluster, "pod:web-a", "none:80");
    let titles: Vec<String> =
        comparisons(&cluster, &packet).into_iter().map(|comparison| comparison.title).collect();
    assert_eq!(titles, ["kube-proxy's mode"]);
    assert!(ladder(&cluster, &packet).is_none());
}

#[test]
fn each_rung_of_the_ladder_has_the_doors_of_the_one_below_and_adds_one() {
    let cluster = cluster();
    for to in ["node3:30080", "service/web:80"] {
        let packet = sent(&cluster, "external", to);
        let ladder = ladder(&cluster, &packet).unwrap();
        let mut told = String::new();
        for rung in &ladder.rungs {
            told += &format!("{}: {}\n", rung.kind, rung.adds);
            for (door, knock) in ladder.doors.iter().zip(&rung.knocks) {
                let new = if knock.is_new { ", new" } else { "" };
                told += &format!("  {}: {}{new}\n", door.label, knock.say);
            }
        }
        let open = |rung: usize| -> Vec<bool> {
            ladder.rungs[rung].knocks.iter().map(|k| k.outcome == Some(Outcome::Ok)).collect()
        };
        for rung in 1..3 {
            let (below, here) = (open(rung - 1), open(rung));
            assert!(below.iter().zip(&here).all(|(below, here)| !below || *here), "{told}");
            assert!(ladder.rungs[rung].knocks.iter().any(|knock| knock.is_new), "{told}");
        }
        insta::assert_snapshot!(format!("ladder-{}", to.replace(['/', ':'], "-")), told);
    }
}

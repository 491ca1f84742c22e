//! Bursts: many connections at once, and how they spread.

use crate::fixtures;
use portolan::chart::{BURST, Size, Spread, Stage, burst, burst_stops, pick};
use portolan::cluster::Cluster;
use portolan::trace::{Outcome, Trace, trace};
use portolan::ui::chart::{ChartStyle, draw_burst};
use ratatui::{buffer::Buffer, layout::Rect};

/// node3, where no Pod runs, is asked from outside: two ways, half of the connections each.
fn two_ways() -> (Stage, Trace) {
    let text = include_str!("../../assets/chart.yaml");
    let (cluster, _) = Cluster::from_world(text).unwrap();
    let (client, target) = ("external".parse().unwrap(), "node3:30080".parse().unwrap());
    let trace = trace(&cluster, &client, &target).unwrap();
    (Stage::from_cluster(&cluster, &trace), trace)
}

fn text_at(stage: &Stage, trace: &Trace, tick: u32) -> String {
    let mut text = String::new();
    for (width, height) in [(78, 17), (38, 18)] {
        let scene = burst(stage, trace, 0, BURST, Size { width, height });
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        draw_burst(&scene, tick, &ChartStyle::dark(), false, area, &mut buf);
        for row in buf.content.chunks(width.into()) {
            let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            text.push_str(row.trim_end());
            text.push('\n');
        }
    }
    text
}

#[test]
fn connections_spread_as_the_probabilities_of_the_ways_say() {
    let (_, mut trace) = two_ways();
    (trace.ways[0].p, trace.ways[1].p) = (0.75, 0.25);
    let n = (0..1000).filter(|&seed| pick(&trace, seed) == 0).count();
    assert!((700..800).contains(&n), "{n}");
}

#[test]
fn a_dozen_connections_spread_and_are_counted_where_they_end() {
    let (stage, trace) = two_ways();
    let stops = burst_stops(&stage, &trace, 0, BURST);
    assert_eq!(stops.len(), BURST);
    let scene = burst(&stage, &trace, 0, BURST, Size { width: 78, height: 17 });
    assert_eq!(scene.spread(), Spread::EachAnew);
    assert_eq!(scene.tally(0).iter().map(|end| end.n).sum::<usize>(), 0);
    let at_end = scene.tally(stops[BURST - 1]);
    assert_eq!(at_end.iter().map(|end| end.n).sum::<usize>(), BURST);
    assert!(at_end.iter().all(|end| end.n > 0 && end.outcome == Outcome::Ok), "{at_end:?}");
    let shots = [40, 90, stops[BURST - 1]].map(|tick| text_at(&stage, &trace, tick));
    insta::assert_snapshot!("burst", shots.join("\n"));
}

#[test]
fn affinity_shows_itself_by_not_spreading() {
    let (mut stage, trace) = two_ways();
    stage.service.as_mut().unwrap().sticky = true;
    for seed in 0..20 {
        let scene = burst(&stage, &trace, seed, BURST, Size { width: 78, height: 17 });
        assert_eq!(scene.spread(), Spread::Sticky);
        let mut n: Vec<usize> = scene.tally(u32::MAX).iter().map(|end| end.n).collect();
        n.sort_unstable();
        assert_eq!(n, [0, BURST]);
    }
    insta::assert_snapshot!("burst-sticky", text_at(&stage, &trace, u32::MAX));
}

#[test]
fn what_fails_is_counted_with_its_reason() {
    let (stage, trace) = fixtures::no_endpoints();
    let scene = burst(&stage, &trace, 3, BURST, Size { width: 78, height: 17 });
    let tally = scene.tally(u32::MAX);
    assert_eq!((tally[0].label.as_str(), tally[0].n), ("refused, no endpoints", BURST));
    insta::assert_snapshot!("burst-refused", text_at(&stage, &trace, u32::MAX));
}

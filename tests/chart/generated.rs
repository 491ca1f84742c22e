//! Whatever the world, the way and the size: no panic, no cell out of its box.

use crate::fixtures::{Walk, trace};
use portolan::chart::{
    Area, BURST, Scene, Size, Stage, StageBalancer, StageNode, StagePod, StageService, bare_scene,
    burst, burst_stops, moment, scene,
};
use portolan::trace::{Action, Client, Outcome, Place, ReasonCode, SeenSource, Trace};
use portolan::ui::chart::{ChartStyle, class_map_size, draw, draw_burst, draw_for_class};
use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,12}",
        1 => "[a-z0-9-]{200,253}",
        1 => "(日|本|é|e\u{301}|👩\u{200d}👩\u{200d}👧|\u{202e}|\t|\u{1b}){1,40}",
    ]
}

fn stage() -> impl Strategy<Value = Stage> {
    (
        prop::collection::vec(name(), 0..7),
        prop::collection::vec((name(), 0..8usize, any::<bool>(), any::<bool>()), 0..60),
        any::<bool>(),
        prop::option::of((name(), name(), any::<bool>())),
    )
        .prop_map(|(nodes, pods, balancer, service)| Stage {
            pods: pods
                .into_iter()
                .map(|(name, node, ready, endpoint)| StagePod {
                    namespace: if ready { "default".into() } else { "other".into() },
                    name,
                    node: nodes.get(node).cloned(),
                    ip: "10.244.1.1".parse().ok(),
                    ready,
                    ports: vec!["8080/TCP".into(), "53/UDP".into()],
                    endpoint,
                    labels: "app=web".into(),
                })
                .collect(),
            nodes: nodes
                .into_iter()
                .map(|name| StageNode { name, ip: "fd00::1".parse().ok(), n_more_pods: 3 })
                .collect(),
            external: "172.18.0.100".parse().ok(),
            balancer: balancer.then(StageBalancer::default),
            service: service.map(|(name, value, sticky)| StageService {
                ports: vec![format!("80 → {name}"), value.clone()],
                facts: vec![("selector".into(), value), (name.clone(), name.clone())],
                name,
                kind: "NodePort".into(),
                cluster_ip: "fd00::10".parse().ok(),
                sticky,
            }),
            proxy_mode: "iptables".into(),
        })
}

/// A way over places of the stage, and over some that it does not hold.
fn way_over(stage: &Stage, hops: &[(u8, u8)], turn: usize) -> Trace {
    let mut walk = Walk::new("172.18.0.100:51544", "[fd00::1234:5678]:30080");
    for (i, &(kind, which)) in hops.iter().enumerate() {
        let which = usize::from(which);
        let at = match kind % 8 {
            0 => Place::Outside,
            1 => Place::Network,
            2 => Place::Balancer,
            3 => Place::Dns,
            4 | 5 => Place::Node {
                name: stage.nodes.get(which % 8).map_or("nowhere".into(), |node| node.name.clone()),
            },
            _ => {
                let pod = stage.pods.get(which % 64);
                Place::Pod {
                    namespace: pod.map_or("x".into(), |pod| pod.namespace.clone()),
                    name: pod.map_or("nobody".into(), |pod| pod.name.clone()),
                }
            }
        };
        if i == turn {
            walk = walk.turn();
        }
        walk = match which % 6 {
            0 => walk.dnat(at, "10.244.1.1:8080", Some("172.18.0.11:4"), "Rewritten 日本 here."),
            1 => walk.hop(at, Action::Send, "Sent."),
            2 => walk.hop(at, Action::Deliver, ""),
            3 => walk.undo(at, "10.96.0.1:80", None, &"long ".repeat(80)),
            4 => walk.hop(at, Action::Resolve, "Asked."),
            _ => walk.hop(at, Action::Forward, "Passed on."),
        };
        if which % 5 == 0 {
            let of: Vec<String> =
                stage.pods.iter().take(9).map(|pod| format!("{} 10.0.0.1:80", pod.name)).collect();
            let of: Vec<&str> = of.iter().map(String::as_str).collect();
            walk = walk.choice(&of, which % 9, "why");
        }
    }
    let client = match stage.pods.first() {
        Some(pod) if turn.is_multiple_of(2) => {
            Client::Pod { namespace: pod.namespace.clone(), name: pod.name.clone() }
        }
        _ => Client::Node(stage.nodes.first().map_or(String::new(), |node| node.name.clone())),
    };
    let way = match turn % 3 {
        0 => walk.ok("web", SeenSource::External, 1.0),
        1 => walk.fails(Outcome::Refused, ReasonCode::NothingListens, "Refused.", None),
        _ => walk.fails(Outcome::Timeout, ReasonCode::NoRoute, "Lost.", None),
    };
    trace(client, "web:80", vec![way])
}

fn within(inner: Area, outer: Area) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

fn boxes_are_in_their_boxes(scene: &Scene) {
    let Some(map) = scene.map() else { return };
    for zone in &map.zones {
        assert!(within(zone.area, map.area) && zone.area.right() <= map.gutter.0, "{zone:?}");
    }
    let mut bottom = map.area.y;
    for node in &map.nodes {
        assert!(within(node.area, map.area) && node.area.x >= map.gutter.1, "{node:?}");
        assert!(node.area.y >= bottom, "nodes share a border at most: {node:?}");
        bottom = node.area.bottom() - 1;
        assert!(within(node.proxy.area, node.area.inner()), "{node:?}");
        for pod in &node.pods {
            assert!(within(pod.area, node.area.inner()), "{pod:?}");
            assert!(pod.area.x > node.proxy.area.right(), "{pod:?}");
            assert!(pod.area.contains(pod.rest), "{pod:?}");
        }
    }
    for leg in &map.legs {
        assert!(leg.path.cells().iter().all(|cell| map.area.contains(*cell)), "{leg:?}");
    }
    for pair in map.legs.windows(2) {
        assert_eq!(pair[0].path.last(), pair[1].path.cells()[0], "a leg starts where one ends");
    }
}

fn draws(scene: &Scene, size: Size, style: &ChartStyle) {
    let n_ticks = scene.n_ticks();
    for tick in [0, n_ticks / 5, n_ticks / 3, n_ticks / 2, n_ticks * 4 / 5, n_ticks] {
        stays_within(size, style, |area, buf| {
            draw(scene, &moment(scene, tick), style, tick % 2 == 0, area, buf);
        });
    }
}

/// Draws into an area with a frame around it that must not be touched.
fn stays_within(size: Size, style: &ChartStyle, drawing: impl Fn(Rect, &mut Buffer)) {
    let whole = Rect::new(0, 0, size.width + 4, size.height + 4);
    let area = Rect::new(2, 2, size.width, size.height);
    let mut buf = Buffer::filled(whole, ratatui::buffer::Cell::new("#"));
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buf[(x, y)].reset();
        }
    }
    drawing(area, &mut buf);
    for y in 0..whole.height {
        for x in 0..whole.width {
            let cell = &buf[(x, y)];
            if area.contains((x, y).into()) {
                let end = usize::from(x) + cell.symbol().width();
                assert!(end <= usize::from(area.right()), "{:?} leaves the area", cell.symbol());
                assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
                assert!(!style.glyphs.ascii || cell.symbol().is_ascii(), "{:?}", cell.symbol());
            } else {
                assert_eq!(cell.symbol(), "#", "({x}, {y}) lies outside");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_world_and_way_fits_any_size(
        stage in stage(),
        hops in prop::collection::vec(any::<(u8, u8)>(), 0..60),
        turn in 0..60usize,
        width in 20..=300u16,
        height in 5..=100u16,
        ascii in any::<bool>(),
    ) {
        let trace = way_over(&stage, &hops, turn);
        let size = Size { width, height };
        let scene = scene(&stage, &trace, 0, size);
        boxes_are_in_their_boxes(&scene);
        let style = if ascii { ChartStyle::mono().with_ascii() } else { ChartStyle::dark() };
        draws(&scene, size, &style);
        for one in scene.facts() {
            assert!(one.area.bottom() <= scene.panel().y && one.area.right() <= width, "{one:?}");
        }
        let map_size = class_map_size(size, ascii);
        let bare = bare_scene(&stage, &trace, 0, map_size);
        boxes_are_in_their_boxes(&bare);
        for tick in [0, bare.n_ticks() / 2, bare.n_ticks()] {
            stays_within(size, &style, |area, buf| {
                draw_for_class(&bare, &moment(&bare, tick), &style, area, buf);
            });
        }
        let many = burst(&stage, &trace, 5, BURST, size);
        let stops = burst_stops(&stage, &trace, 5, BURST);
        for tick in [0, 40, stops[BURST / 2], stops[BURST - 1], u32::MAX] {
            stays_within(size, &style, |area, buf| draw_burst(&many, tick, &style, tick == 40, area, buf));
        }
        let n: usize = many.tally(stops[BURST - 1]).iter().map(|end| end.n).sum();
        prop_assert_eq!(n, BURST);
    }
}

#[test]
fn every_fixture_draws_at_every_size_and_tick() {
    for (name, make) in crate::fixtures::ALL {
        let (stage, trace) = make();
        for (width, height) in [(1, 1), (20, 5), (38, 18), (60, 11), (76, 16), (116, 30)] {
            let size = Size { width, height };
            let scene = scene(&stage, &trace, 0, size);
            boxes_are_in_their_boxes(&scene);
            assert!(scene.n_ticks() > 0, "{name}");
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(area);
            for tick in 0..=scene.n_ticks() {
                draw(&scene, &moment(&scene, tick), &ChartStyle::dark(), false, area, &mut buf);
            }
        }
        // A trace without ways, and an area smaller than the scene's.
        let nothing = Trace { ways: Vec::new(), ..trace.clone() };
        let scene = scene(&stage, &nothing, 3, Size { width: 76, height: 16 });
        let area = Rect::new(0, 0, 30, 9);
        let mut buf = Buffer::empty(area);
        draw(&scene, &moment(&scene, 9), &ChartStyle::dark(), false, area, &mut buf);
    }
}

//! Whole charts as text.

use crate::{fixtures, laid_out, text_of};
use portolan::chart::moment;
use portolan::ui::chart::ChartStyle;
use std::fmt::Write as _;

const SIZES: [(u16, u16); 3] = [(76, 16), (116, 30), (38, 18)];

/// Three moments of the way, at each size: on its way, half the hops done, the end.
fn shots(make: fixtures::Make, sizes: &[(u16, u16)], style: &ChartStyle) -> String {
    let stage_and_trace = make();
    let mut out = String::new();
    for &(width, height) in sizes {
        let scene = laid_out(&stage_and_trace, width, height);
        let timeline = scene.timeline();
        let n_hops = timeline.beats().len();
        let on_its_way = timeline.beats().iter().find(|beat| beat.arrive > beat.start);
        let ticks = [
            on_its_way.map_or(0, |beat| (beat.start + beat.arrive) / 2),
            timeline.done_tick(n_hops / 2),
            timeline.n_ticks(),
        ];
        for tick in ticks {
            let _ = writeln!(out, "{width}x{height} tick {tick}");
            out.push_str(&text_of(&scene, &moment(&scene, tick), style));
        }
    }
    out
}

#[test]
fn every_type_of_service_is_charted_at_every_size() {
    for name in ["clusterip", "nodeport", "loadbalancer", "headless", "externalname"] {
        let make = fixtures::by_name(name);
        insta::assert_snapshot!(name, shots(make, &SIZES, &ChartStyle::dark()));
    }
}

#[test]
fn ascii_says_the_same_without_another_character() {
    for name in ["clusterip", "nodeport", "loadbalancer", "headless", "externalname"] {
        let text = shots(fixtures::by_name(name), &SIZES, &ChartStyle::mono().with_ascii());
        assert!(text.is_ascii(), "{name}: {text}");
        insta::assert_snapshot!(format!("{name}-ascii"), text);
    }
}

#[test]
fn every_ending_is_charted_with_its_reason_and_the_field_to_look_at() {
    for (name, make) in &fixtures::ALL[5..] {
        insta::assert_snapshot!(*name, shots(*make, &[(76, 16), (38, 18)], &ChartStyle::dark()));
    }
}

#[test]
fn the_story_tells_the_whole_way_as_text() {
    let (_, trace) = fixtures::node_port();
    insta::assert_snapshot!("nodeport-story", portolan::chart::story(&trace, 0).join("\n"));
    let (_, trace) = fixtures::no_endpoints();
    insta::assert_snapshot!("no-endpoints-story", portolan::chart::story(&trace, 0).join("\n"));
}

#[test]
fn a_broken_manifest_greys_the_last_good_chart_and_says_so() {
    use ratatui::{buffer::Buffer, layout::Rect};
    let scene = laid_out(&fixtures::node_port(), 76, 16);
    let area = Rect::new(0, 0, 76, 16);
    let mut buf = Buffer::empty(area);
    let style = ChartStyle::dark();
    portolan::ui::chart::draw(&scene, &moment(&scene, 40), &style, true, area, &mut buf);
    assert!(buf.content().iter().all(|cell| Some(cell.fg) == style.stale.fg));
    let text: String = buf.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("the last good chart"), "{text}");
}

#[test]
fn a_picture_is_one_well_formed_file_whatever_the_names() {
    use portolan::ui::chart::svg::{Paper, Picture};
    let (mut stage, mut trace) = fixtures::node_port();
    let hostile = "<script>&\"\u{1b}";
    stage.pods[1].name = hostile.into();
    trace.target = hostile.into();
    let scene = laid_out(&(stage, trace.clone()), 96, 24);
    let story = portolan::chart::story(&trace, 0);
    let picture = Picture::of(&scene, &story);
    let moving = picture.animated(Paper::Auto);
    for svg in [picture.still(60, Paper::Dark), moving.clone()] {
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains('\u{1b}'), "{svg}");
        assert!(svg.contains("&lt;script&gt;&amp;"), "{svg}");
        for name in ["svg", "g", "text", "title", "desc"] {
            let opened = svg.matches(&format!("<{name} ")).count()
                + svg.matches(&format!("<{name}>")).count();
            assert_eq!(opened, svg.matches(&format!("</{name}>")).count(), "{name}");
        }
    }
    assert!(moving.contains("step-end infinite"));
}

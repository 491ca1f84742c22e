//! The boxes at the map's left: what lies outside the nodes.

use super::Stage;
use super::geometry::{Area, at};
use super::map::Zone;
use crate::trace::{Client, Hop, Place, Trace, Way};

/// The boxes that the world and the ways give, one under the other in `area`.
pub(super) fn zones(stage: &Stage, trace: &Trace, ways: &[&Way], area: Area) -> Vec<Zone> {
    let hops = || ways.iter().flat_map(|way| &way.hops);
    let on_way = |place: &Place| hops().any(|hop| hop.at == *place);
    let mut all: Vec<(Place, &str, Vec<String>, bool)> = Vec::new();
    all.push((
        Place::Outside,
        "outside",
        outside_lines(stage, trace, ways),
        on_way(&Place::Outside),
    ));
    if stage.balancer.is_some() || on_way(&Place::Balancer) {
        let ip = stage.balancer.as_ref().and_then(|balancer| balancer.ip);
        let mut lines = vec![ip.map_or("<pending>".to_owned(), |ip| ip.to_string())];
        lines.extend(stage.service.as_ref().map(|service| format!("for {}", service.name)));
        all.push((Place::Balancer, "load balancer", lines, on_way(&Place::Balancer)));
    }
    if on_way(&Place::Network) {
        let to = hops().find(|hop| hop.at == Place::Network);
        let lines = to.map_or(Vec::new(), |hop| vec!["to".into(), hop.to.ip.to_string()]);
        all.push((Place::Network, "network", lines, true));
    }
    if on_way(&Place::Dns) {
        all.push((Place::Dns, "DNS", vec!["CoreDNS".into(), String::new()], true));
    }
    // Rows inside: as many as there is room for, with a gap between the boxes.
    let rows = |all: &[(Place, &str, Vec<String>, bool)], max: u16| -> u16 {
        all.iter().map(|zone| (zone.2.len() as u16).clamp(1, max) + 2).fold(0, u16::saturating_add)
    };
    let max = (1..=3).rev().find(|&max| rows(&all, max) <= area.height).unwrap_or(1);
    while rows(&all, max) > area.height {
        // A box that the packet does not come to goes first.
        let Some(i) = all.iter().rposition(|zone| !zone.3) else { break };
        all.remove(i);
    }
    let n = all.len() as u16;
    let used: u16 = all.iter().map(|zone| (zone.2.len() as u16).clamp(1, max) + 2).sum();
    let gap = if n > 1 { (area.height.saturating_sub(used) / n).min(3) } else { 0 };
    let mut y = area.y;
    let mut zones = Vec::with_capacity(all.len());
    for (place, title, lines, _) in all {
        let height = (lines.len() as u16).clamp(1, max) + 2;
        if y + height > area.bottom() {
            break;
        }
        let area = Area::new(area.x, y, area.width, height);
        let rest = at(area.right().saturating_sub(2), y + 1);
        zones.push(Zone { place, area, title: title.to_owned(), lines, rest });
        y += height + gap;
    }
    zones
}

fn outside_lines(stage: &Stage, trace: &Trace, ways: &[&Way]) -> Vec<String> {
    if trace.client == Client::External {
        let ip =
            ways.first().and_then(|way| way.hops.first()).map(|hop| hop.from.ip).or(stage.external);
        let mut lines = vec!["client".to_owned()];
        lines.extend(ip.map(|ip| ip.to_string()));
        return lines;
    }
    let there =
        |hop: &&Hop| hop.at == Place::Outside && hop.direction == crate::trace::Direction::Request;
    match ways.iter().flat_map(|way| &way.hops).find(there) {
        Some(hop) => vec!["answers at".to_owned(), hop.to.ip.to_string()],
        None => {
            let mut lines = vec!["clients".to_owned()];
            lines.extend(stage.external.map(|ip| ip.to_string()));
            lines
        }
    }
}

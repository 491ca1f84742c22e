//! The packet's way over the map, one leg a hop.

use super::geometry::{Path, Point, at};
use super::map::{Leg, Map, Spot};
use crate::trace::{Direction, Place, Trace, Way};

/// On which side of kube-proxy the packet came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

struct Router<'a> {
    map: &'a Map,
    /// Columns of the network, the common one first.
    lanes: Vec<u16>,
    /// Stretches of the network in use: lane, first row, last row.
    used: Vec<(usize, u16, u16)>,
}

/// One leg a hop: the first rests at its place.
pub(super) fn legs(map: &Map, trace: &Trace, way: &Way) -> Vec<Leg> {
    let (from, to) = map.gutter;
    let lanes: Vec<u16> = (from + 1..to).step_by(2).collect();
    let mut router = Router { map, lanes, used: Vec::new() };
    let mut legs: Vec<Leg> = Vec::with_capacity(way.hops.len());
    let mut side = Side::Left;
    let mut direction = Direction::Request;
    for (i, hop) in way.hops.iter().enumerate() {
        if hop.direction != direction {
            direction = hop.direction;
            router.used.clear();
        }
        let before = legs.last().map(|leg| leg.spot);
        let spot = match (map.spot(hop).or(before).unwrap_or(Spot::Zone(0)), before) {
            // What its kube-proxy has decided, a node only carries out.
            (Spot::Door(n), Some(Spot::Proxy(m))) if n == m => Spot::Proxy(m),
            (spot, _) => spot,
        };
        let leg = match before {
            None => {
                let asks = map.client(trace).filter(|&client| client != spot);
                let leg = asks.filter(|_| hop.at == Place::Dns).map(|client| {
                    let path = router.path(client, router.rest(client, side), side, spot);
                    let arrow = arrow(map, &path, spot);
                    Leg { path, arrow, undoes: None, spot }
                });
                if let Some(leg) = leg {
                    legs.push(leg);
                    continue;
                }
                let rest = router.rest(spot, side);
                Leg { path: Path::through(&[rest]), arrow: None, undoes: None, spot }
            }
            Some(before) if before == spot => {
                let here = legs[legs.len() - 1].path.last();
                Leg { path: Path::through(&[here]), arrow: None, undoes: None, spot }
            }
            Some(before) => {
                let here = legs[legs.len() - 1].path.last();
                // The reply takes the same way back where there is one, and so does
                // the answer of the DNS.
                let asked = matches!(way.hops[i - 1].at, Place::Dns);
                let undoes = (direction == Direction::Reply || asked)
                    .then(|| back(map, trace, &legs, &way.hops[..i], spot, before, here))
                    .flatten();
                let path = match undoes {
                    Some(leg) => legs[leg].path.reversed(),
                    None => router.path(before, here, side, spot),
                };
                let arrow = arrow(map, &path, spot);
                Leg { path, arrow, undoes, spot }
            }
        };
        if let Spot::Proxy(n) | Spot::Door(n) = spot
            && before != Some(spot)
        {
            let middle = map.nodes[n].proxy.area;
            let last = leg.path.last().x;
            side = if last < middle.x + middle.width / 2 { Side::Left } else { Side::Right };
        }
        legs.push(leg);
    }
    legs
}

fn back(
    map: &Map,
    trace: &Trace,
    legs: &[Leg],
    hops: &[crate::trace::Hop],
    to: Spot,
    from: Spot,
    here: Point,
) -> Option<usize> {
    (0..legs.len())
        .rev()
        .filter(|&i| hops[i].direction == Direction::Request)
        .filter(|&i| legs[i].spot == from && legs[i].path.last() == here)
        .find(|&i| match i.checked_sub(1) {
            Some(before) => legs[before].spot == to,
            None => map.client(trace) == Some(to),
        })
}

/// The last cell before it comes to the box where it ends.
fn arrow(map: &Map, path: &Path, spot: Spot) -> Option<usize> {
    let target = match spot {
        // Nothing is decided where a node only passes it on.
        Spot::Door(_) => return None,
        Spot::Zone(i) => map.zones.get(i)?.area,
        Spot::Proxy(n) => map.nodes[n].proxy.area,
        Spot::Pod(n, p) => map.nodes[n].pods[p].area,
    };
    let outside = path.cells().iter().rposition(|&cell| !target.contains(cell))?;
    (outside > 0).then_some(outside)
}

impl Router<'_> {
    /// Where the packet rests at a station, coming from a side.
    fn rest(&self, spot: Spot, side: Side) -> Point {
        match spot {
            Spot::Zone(i) => self.map.zones.get(i).map_or(at(0, 0), |zone| zone.rest),
            Spot::Proxy(n) => {
                let (area, y) = (self.map.nodes[n].proxy.area, self.map.nodes[n].wires[0]);
                match side {
                    Side::Left => at(area.x + 1, y),
                    Side::Right => at(area.right().saturating_sub(2), y),
                }
            }
            Spot::Door(n) => {
                let (node, y) = (&self.map.nodes[n], self.map.nodes[n].wires[0]);
                match side {
                    Side::Left => at(node.area.x + 1, y),
                    Side::Right => at(node.lanes[0], y),
                }
            }
            Spot::Pod(n, p) => self.map.nodes[n].pods[p].rest,
        }
    }

    fn path(&mut self, from: Spot, here: Point, side: Side, to: Spot) -> Path {
        if let Some(corners) = self.within_node(from, here, side, to) {
            return Path::through(&corners);
        }
        let mut corners = self.out(from, here, side);
        let way_in = self.way_in(to);
        let (a, b) = (corners[corners.len() - 1].y, way_in[0].y);
        let lane = self.lane(a.min(b), a.max(b));
        corners.push(at(lane, a));
        corners.push(at(lane, b));
        corners.extend(way_in);
        Path::through(&corners)
    }

    fn within_node(&self, from: Spot, here: Point, side: Side, to: Spot) -> Option<Vec<Point>> {
        match (from, to) {
            (Spot::Pod(n, _), Spot::Proxy(m) | Spot::Door(m)) if n == m => {
                let node = &self.map.nodes[n];
                let rest = self.rest(to, Side::Right);
                Some(vec![here, at(node.lanes[0], here.y), at(node.lanes[0], rest.y), rest])
            }
            // From a node's routing to its kube-proxy.
            (Spot::Door(n), Spot::Proxy(m)) if n == m => Some(vec![here, self.rest(to, side)]),
            (Spot::Proxy(n) | Spot::Door(n), Spot::Pod(m, p)) if n == m => {
                let node = &self.map.nodes[n];
                let pod = node.pods[p].rest;
                if here.x == node.lanes[0] {
                    return Some(vec![here, at(here.x, pod.y), pod]);
                }
                // Back out on the side it came from: on the row and the lane for that.
                let (row, lane) = match side {
                    Side::Left => (here.y, node.lanes[0]),
                    Side::Right => (node.wires[1], node.lanes[1]),
                };
                Some(vec![here, at(here.x, row), at(lane, row), at(lane, pod.y), pod])
            }
            (Spot::Pod(n, _), Spot::Pod(m, p)) if n == m => {
                let (lane, pod) = (self.map.nodes[n].lanes[0], self.map.nodes[n].pods[p].rest);
                Some(vec![here, at(lane, here.y), at(lane, pod.y), pod])
            }
            _ => None,
        }
    }

    /// From `here` to the edge of the network.
    fn out(&self, from: Spot, here: Point, side: Side) -> Vec<Point> {
        let edge = self.map.gutter.1.saturating_sub(1);
        match from {
            Spot::Zone(_) => vec![here, at(self.map.gutter.0, here.y)],
            Spot::Proxy(n) | Spot::Door(n) => {
                let row = match side {
                    Side::Left => self.map.nodes[n].wires[1],
                    Side::Right => here.y,
                };
                vec![here, at(here.x, row), at(edge, row)]
            }
            Spot::Pod(n, _) => {
                let node = &self.map.nodes[n];
                let (lane, row) = (node.lanes[0], node.wires[0]);
                vec![here, at(lane, here.y), at(lane, row), at(edge, row)]
            }
        }
    }

    /// From the edge of the network to where the packet rests.
    fn way_in(&self, to: Spot) -> Vec<Point> {
        let rest = self.rest(to, Side::Left);
        let mut corners = self.out(to, rest, Side::Right);
        corners.reverse();
        corners
    }

    /// A column of the network that is free between these rows, or the last one.
    fn lane(&mut self, first: u16, last: u16) -> u16 {
        let free = |lane: usize| {
            self.used.iter().all(|&(l, from, to)| l != lane || last < from || first > to)
        };
        let lane = (0..self.lanes.len()).find(|&lane| free(lane));
        let lane = lane.unwrap_or(self.lanes.len().saturating_sub(1));
        self.used.push((lane, first, last));
        self.lanes.get(lane).copied().unwrap_or(self.map.gutter.0)
    }
}

//! The map: zones at the left, nodes at the right, the network between them.

use super::cast::{CastNode, CastPod};
use super::geometry::{Area, Path, Point, at};
use super::{Stage, cast};
use crate::trace::{Action, Client, Hop, Place, Trace, Way};

/// A box at the left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Which place it is.
    pub place: Place,
    /// Its box.
    pub area: Area,
    /// Title in the border.
    pub title: String,
    /// Text lines, the first beside the packet's cell.
    pub lines: Vec<String>,
    /// Where the packet rests.
    pub rest: Point,
}

/// A Pod on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodBox {
    /// The Pod.
    pub pod: CastPod,
    /// Its box, or its row.
    pub area: Area,
    /// Drawn as a box.
    pub boxed: bool,
    /// Where the packet rests.
    pub rest: Point,
}

/// kube-proxy's rules of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyBox {
    /// Its box; without `boxed` only its side bars are drawn.
    pub area: Area,
    /// With top and bottom.
    pub boxed: bool,
    /// The rules for the Service stand in its last rows.
    pub with_rules: bool,
}

/// A node on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeBox {
    /// Name.
    pub name: String,
    /// Title in the border: name and address.
    pub title: String,
    /// Its box; neighbours may share a border.
    pub area: Area,
    /// Its kube-proxy.
    pub proxy: ProxyBox,
    /// The Pods shown.
    pub pods: Vec<PodBox>,
    /// Says what is folded: `and 37 more`; where it stands.
    pub note: Option<(Point, String)>,
    /// The other Pods, one a row, where there is room for them.
    pub others: Vec<(Point, String, bool)>,
    /// Columns from `others`' start that they may take.
    pub others_width: u16,
    /// Rows at which wires enter and leave: in, and back out on the same side.
    pub wires: [u16; 2],
    /// Columns of the wires between kube-proxy and the Pods: in, and back out.
    pub lanes: [u16; 2],
}

/// The packet's way from the place before to a hop's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The cells it passes.
    pub path: Path,
    /// Index of the cell that shows an arrowhead, where there is room for one.
    pub arrow: Option<usize>,
    /// Index of the leg whose way it goes back.
    pub undoes: Option<usize>,
    /// Where it ends.
    pub spot: Spot,
}

/// A station of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A zone, by index.
    Zone(usize),
    /// A node's kube-proxy, by index.
    Proxy(usize),
    /// A node's own routing, by index: its edge.
    Door(usize),
    /// A Pod of a node, by indexes.
    Pod(usize, usize),
}

/// Everything on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// The area laid out.
    pub area: Area,
    /// The line about the Service; where it stands, how wide.
    pub service: Option<(Point, u16, String)>,
    /// Boxes at the left.
    pub zones: Vec<Zone>,
    /// Nodes, in the world's order.
    pub nodes: Vec<NodeBox>,
    /// What is said of nodes that are not shown, and where.
    pub more_nodes: Option<(Point, String)>,
    /// Links between the zones and nodes.
    pub links: Vec<Path>,
    /// One a hop.
    pub legs: Vec<Leg>,
    /// Columns of the network between zones and nodes: the first, and the one after the last.
    pub gutter: (u16, u16),
    /// `iptables` or `nftables`.
    pub proxy_mode: String,
    /// The rules for the Service, the same on every node: its address, and the
    /// endpoints that can be chosen.
    pub rules: Vec<String>,
}

/// How much is shown of a Pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// One row.
    Row,
    /// A box of three rows: name, and address and ports.
    Box,
    /// As `Box`, and kube-proxy's rules for the Service.
    Rules,
    /// As `Rules`, and the Pods' labels.
    Labels,
}

impl Detail {
    /// Rows of a Pod.
    fn pod_rows(self) -> u16 {
        match self {
            Self::Row => 1,
            Self::Box | Self::Rules => 3,
            Self::Labels => 4,
        }
    }

    fn with_rules(self) -> bool {
        matches!(self, Self::Rules | Self::Labels)
    }
}

struct Widths {
    zones: u16,
    gutter: u16,
    proxy: u16,
    lanes: u16,
    pods: u16,
    others: u16,
}

impl Widths {
    /// Shares of `total` columns (60 at least).
    fn of(total: u16) -> Self {
        let zones = match total {
            ..90 => 17,
            90..130 => 20,
            _ => 24,
        };
        let gutter = match total {
            ..90 => 5,
            90..130 => 7,
            _ => 11,
        };
        // Of a node: borders, three columns of wire, kube-proxy, wires, Pods.
        let inner = total.saturating_sub(zones + gutter + 2 + 3);
        let lanes = if total < 90 { 5 } else { 7 };
        let proxy = (inner * 48 / 100).clamp(12, 34).min(inner.saturating_sub(lanes));
        let proxy = if total < 90 { 26.min(inner.saturating_sub(lanes + 8)) } else { proxy };
        let rest = inner.saturating_sub(proxy + lanes);
        let pods = if rest > 47 { 30 } else { rest };
        Self { zones, gutter, proxy, lanes, pods, others: rest - pods }
    }
}

/// Lays out the map in `area`, which is at least 60 columns and 5 rows. What any of `ways`
/// comes to is shown; the legs are the first's. `notes` says how many notes each of its hops
/// leaves.
pub(super) fn map(stage: &Stage, trace: &Trace, ways: &[&Way], notes: &[usize], area: Area) -> Map {
    // The line about the Service is the first to go where there are many nodes.
    let n_nodes = stage.nodes.len().min(6) as u16;
    let spare = area.height >= (2 * n_nodes + 2).max(12);
    let service = spare.then(|| service_line(stage)).flatten();
    let widths = Widths::of(area.width);
    let zones_end = area.x + widths.zones;
    let nodes_x = zones_end + widths.gutter;
    let nodes_width = area.right().saturating_sub(nodes_x);
    let mut body = area;
    let mut service_at = None;
    if let Some(line) = service {
        // Over the nodes, or over everything where it is too long for that.
        let over =
            if super::text::width(&line) > usize::from(nodes_width) { area.x } else { nodes_x };
        service_at = Some((at(over, area.y), area.right().saturating_sub(over), line));
        body.y += 1;
        body.height -= 1;
    }
    // A node takes two rows at least, and the last one a border.
    let max = usize::from(body.height.saturating_sub(1) / 2).max(1);
    let (shown, n_more) = cast::cast(stage, trace, ways, notes, max);
    let nodes_area = Area::new(nodes_x, body.y, nodes_width, body.height);
    // In the last node's lower border.
    let mut more_nodes = (n_more > 0).then(|| {
        let text = match n_more {
            1 => " and 1 more node ".to_owned(),
            n => format!(" and {n} more nodes "),
        };
        (at(nodes_x + 2, nodes_area.bottom()), text)
    });
    let rules = ways.first().map_or(Vec::new(), |way| rules(stage, way));
    let nodes = nodes(shown, nodes_area, &widths, rules.len() as u16);
    if let (Some((point, _)), Some(last)) = (&mut more_nodes, nodes.last()) {
        point.y = last.area.bottom().saturating_sub(1);
    }
    let zones = super::zones::zones(
        stage,
        trace,
        ways,
        Area::new(area.x, body.y, widths.zones, body.height),
    );
    let gutter = (zones_end, nodes_x);
    let mut map = Map {
        area,
        service: service_at,
        zones,
        nodes,
        more_nodes,
        links: Vec::new(),
        legs: Vec::new(),
        gutter,
        proxy_mode: stage.proxy_mode.clone(),
        rules,
    };
    map.links = links(&map);
    map.legs = ways.first().map_or(Vec::new(), |way| super::route::legs(&map, trace, way));
    map
}

fn service_line(stage: &Stage) -> Option<String> {
    let service = stage.service.as_ref()?;
    let mut parts = vec![format!("service/{}", service.name), service.kind.clone()];
    parts.extend(service.cluster_ip.map(|ip| ip.to_string()));
    parts.extend(service.ports.iter().cloned());
    Some(parts.join("  "))
}

/// Most rows that the rules take.
const MAX_RULES: usize = 5;

fn rules(stage: &Stage, way: &Way) -> Vec<String> {
    let Some(service) = &stage.service else { return Vec::new() };
    let rewriting = way.hops.iter().find(|hop| matches!(hop.action, Action::Dnat { .. }));
    let Some(choice) = rewriting.and_then(|hop| hop.choice.as_ref()) else { return Vec::new() };
    let mut rules = vec![format!("rules for {}:", service.name)];
    let address = |one: &String| one.split_whitespace().last().unwrap_or(one).to_owned();
    let n = if choice.of.len() > MAX_RULES - 1 { MAX_RULES - 2 } else { choice.of.len() };
    rules.extend(choice.of.iter().take(n).map(|one| format!("  {}", address(one))));
    if choice.of.len() > n {
        rules.push(format!("  and {} more", choice.of.len() - n));
    }
    rules
}

// ---- nodes ----

/// Rows inside a node that show all its Pods, at a detail.
fn wanted_rows(node: &CastNode, detail: Detail, others_beside: bool, n_rules: u16) -> u16 {
    let n_pods = node.pods.len().min(64) as u16;
    let note = u16::from(node.n_others > 0 && !others_beside);
    let notes = node.n_notes.min(3) as u16;
    match detail {
        Detail::Row => (n_pods + note).max(1 + notes).max(if node.on_way { 2 } else { 1 }),
        Detail::Box => (n_pods * 3 + note).max(2 + notes.max(2)),
        Detail::Rules | Detail::Labels => {
            (n_pods * detail.pod_rows() + note).max(2 + notes.max(2) + n_rules)
        }
    }
}

fn nodes(shown: Vec<CastNode>, area: Area, widths: &Widths, n_rules: u16) -> Vec<NodeBox> {
    let n = shown.len() as u16;
    if n == 0 || area.height < 3 {
        return Vec::new();
    }
    let others_beside = widths.others >= 16;
    let rows = |detail| -> Vec<u16> {
        shown.iter().map(|node| wanted_rows(node, detail, others_beside, n_rules)).collect()
    };
    let sum = |rows: &[u16]| rows.iter().fold(0u16, |sum, r| sum.saturating_add(*r));
    let fits = |detail: &Detail| sum(&rows(*detail)).saturating_add(2 * n) <= area.height;
    let detail =
        [Detail::Labels, Detail::Rules, Detail::Box].into_iter().find(fits).unwrap_or(Detail::Row);
    let mut rows = rows(detail);
    // Where all fits with borders of their own, each node has them; else they share.
    let apart = sum(&rows).saturating_add(2 * n) <= area.height;
    let borders = if apart { 2 * n } else { n + 1 };
    let room = area.height.saturating_sub(borders);
    while sum(&rows) > room {
        // Take from the tallest, first from those the packet does not come to.
        let Some(i) = (0..rows.len())
            .filter(|&i| rows[i] > if shown[i].on_way { 2 } else { 1 })
            .max_by_key(|&i| (!shown[i].on_way, rows[i], i))
            .or_else(|| (0..rows.len()).filter(|&i| rows[i] > 1).max_by_key(|&i| (rows[i], i)))
        else {
            break;
        };
        rows[i] -= 1;
    }
    let spare = room.saturating_sub(sum(&rows));
    let gap = if apart && n > 1 { (spare / n).min(5) } else { 0 };
    let mut y = area.y;
    let mut boxes = Vec::with_capacity(shown.len());
    for (i, node) in shown.into_iter().enumerate() {
        let height = rows[i] + 2;
        if y + height > area.bottom() {
            break;
        }
        let area = Area::new(area.x, y, area.width, height);
        boxes.push(node_box(node, area, detail, widths, n_rules));
        y += if apart { height + gap } else { height - 1 };
    }
    boxes
}

fn node_box(node: CastNode, area: Area, detail: Detail, widths: &Widths, n_rules: u16) -> NodeBox {
    let inner = area.inner();
    let boxed = detail != Detail::Row;
    let notes = node.n_notes.clamp(2, 3) as u16;
    let proxy_height = match detail {
        Detail::Row => inner.height.min(1 + node.n_notes.clamp(1, 3) as u16),
        Detail::Box => inner.height.min(2 + notes),
        Detail::Rules | Detail::Labels => inner.height.min(2 + notes + n_rules),
    };
    let proxy = Area::new(inner.x + 3, inner.y, widths.proxy, proxy_height);
    let in_row = if boxed { proxy.y + 1 } else { proxy.y };
    let back_row =
        if proxy.height >= 2 && in_row + 1 < proxy.bottom() { in_row + 1 } else { in_row };
    let pods_x = proxy.right() + widths.lanes;
    let lanes = [pods_x.saturating_sub(3), proxy.right() + 1];
    let others_beside = widths.others >= 16;
    let unit = detail.pod_rows();
    let n_all = node.pods.len();
    let mut n_fit = usize::from(inner.height / unit).min(n_all);
    let folds = |n_fit: usize| n_all > n_fit || node.n_others > 0 && !others_beside;
    // A row for what is folded, unless that costs a Pod the packet comes to.
    if folds(n_fit) && usize::from(inner.height) < n_fit * usize::from(unit) + 1 && n_fit > 0 {
        let spare = node.pods[n_fit - 1].role == cast::Role::Endpoint && n_fit > 1;
        n_fit -= usize::from(spare);
    }
    let n_hidden = n_all - n_fit;
    let n_folded = n_hidden + if others_beside { 0 } else { node.n_others };
    let mut pods = Vec::with_capacity(n_fit);
    let mut y = inner.y;
    for pod in node.pods.into_iter().take(n_fit) {
        let area = Area::new(pods_x, y, widths.pods.saturating_sub(1), unit);
        let rest = if boxed { at(area.x + 1, y + 1) } else { at(area.x, y) };
        pods.push(PodBox { pod, area, boxed, rest });
        y += unit;
    }
    let note = (n_folded > 0 && y < inner.bottom()).then(|| {
        let text = match (n_folded, pods.is_empty()) {
            (1, true) => "1 other Pod".to_owned(),
            (n, true) => format!("{n} other Pods"),
            (n, false) => format!("and {n} more"),
        };
        (at(pods_x + 2, y), text)
    });
    let mut others = Vec::new();
    if others_beside {
        let x = pods_x + widths.pods + 1;
        let rows = usize::from(inner.height);
        let n = if node.n_others > rows { rows.saturating_sub(1) } else { node.n_others };
        for (i, (name, ready)) in node.others.iter().take(n).enumerate() {
            others.push((at(x, inner.y + i as u16), name.clone(), *ready));
        }
        if node.n_others > others.len() {
            let n = node.n_others - others.len();
            let text = format!("and {n} more");
            others.push((at(x, inner.y + others.len() as u16), text, true));
        }
    }
    let mut title = match node.ip {
        Some(ip) => format!("{} {ip}", node.name),
        None => node.name.clone(),
    };
    // Without a row of its own, what is folded is said in the border.
    if n_folded > 0 && note.is_none() {
        let pods = if n_folded == 1 { "Pod" } else { "Pods" };
        title.push_str(&format!(" · {n_folded} more {pods}"));
    }
    NodeBox {
        name: node.name,
        title,
        area,
        proxy: ProxyBox { area: proxy, boxed, with_rules: detail.with_rules() },
        pods,
        note,
        others,
        others_width: widths.others.saturating_sub(2),
        wires: [in_row, back_row],
        lanes,
    }
}

// ---- links ----

fn links(map: &Map) -> Vec<Path> {
    let lane = map.gutter.0 + 1;
    let mut links = Vec::new();
    let (mut top, mut bottom) = (u16::MAX, 0);
    for zone in &map.zones {
        let y = zone.rest.y;
        links.push(Path::through(&[at(zone.area.right().saturating_sub(1), y), at(lane, y)]));
        (top, bottom) = (top.min(y), bottom.max(y));
    }
    for node in &map.nodes {
        let y = node.wires[0];
        links.push(Path::through(&[at(lane, y), at(node.proxy.area.x, y)]));
        (top, bottom) = (top.min(y), bottom.max(y));
        let right = node.proxy.area.right().saturating_sub(1);
        for pod in &node.pods {
            let edge = if pod.boxed { pod.area.x } else { pod.rest.x.saturating_sub(1) };
            links.push(Path::through(&[
                at(right, y),
                at(node.lanes[0], y),
                at(node.lanes[0], pod.rest.y),
                at(edge, pod.rest.y),
            ]));
        }
    }
    if top < bottom {
        links.push(Path::through(&[at(lane, top), at(lane, bottom)]));
    }
    links
}

impl Map {
    /// The station where a hop takes place; none where the map does not show it.
    #[must_use]
    pub(super) fn spot(&self, hop: &Hop) -> Option<Spot> {
        match &hop.at {
            Place::Node { name } => {
                let i = self.nodes.iter().position(|node| node.name == *name)?;
                let process = self.nodes[i].pods.iter().position(|pod| pod.pod.process);
                match process {
                    Some(pod) if cast::is_process(hop) => Some(Spot::Pod(i, pod)),
                    _ if hop.action == Action::Forward => Some(Spot::Door(i)),
                    _ => Some(Spot::Proxy(i)),
                }
            }
            Place::Pod { namespace, name } => {
                self.nodes.iter().enumerate().find_map(|(i, node)| {
                    let is = |pod: &PodBox| {
                        pod.pod.bare_name == *name
                            && pod.pod.namespace == *namespace
                            && !pod.pod.process
                    };
                    node.pods.iter().position(is).map(|pod| Spot::Pod(i, pod))
                })
            }
            place => self.zones.iter().position(|zone| zone.place == *place).map(Spot::Zone),
        }
    }

    /// The station of the client; none where the map does not show it.
    pub(super) fn client(&self, trace: &Trace) -> Option<Spot> {
        let is_client = |pod: &PodBox| pod.pod.role == cast::Role::Client;
        match &trace.client {
            Client::External => {
                self.zones.iter().position(|zone| zone.place == Place::Outside).map(Spot::Zone)
            }
            _ => self.nodes.iter().enumerate().find_map(|(i, node)| {
                node.pods.iter().position(is_client).map(|pod| Spot::Pod(i, pod))
            }),
        }
    }

    /// The Pods of a choice that are shown, as (index among those that can be
    /// chosen, node, Pod).
    #[must_use]
    pub fn candidates(&self, of: &[String]) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for (i, node) in self.nodes.iter().enumerate() {
            for (p, pod) in node.pods.iter().enumerate() {
                let is = |name: &String| *name == pod.pod.bare_name || *name == pod.pod.name;
                if !pod.pod.process
                    && let Some(c) = of.iter().position(is)
                {
                    found.push((c, i, p));
                }
            }
        }
        crate::source::sort::sort_by(&mut found, Ord::cmp);
        found
    }
}

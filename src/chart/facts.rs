//! What a large terminal has room for besides the map: the Service, all ways, and what
//! the nodes remember of the connection.

use super::caption::{ending_label, percent};
use super::geometry::Area;
use super::{Stage, text};
use crate::trace::{Action, Direction, Outcome, Place, SeenSource, Trace, Way};

/// One row: a mark, a label and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRow {
    /// Stands before: how a way ends.
    pub outcome: Option<Outcome>,
    /// It is the one shown.
    pub current: bool,
    /// What it is about.
    pub label: String,
    /// What is said of it.
    pub value: String,
    /// It is so from this hop on; always where there is none.
    pub from_hop: Option<usize>,
}

/// A few rows under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactBox {
    /// The heading.
    pub title: String,
    /// The rows that fit.
    pub rows: Vec<FactRow>,
    /// Where it is.
    pub area: Area,
}

/// Most ways that are listed.
const MAX_WAYS: usize = 8;
/// Columns that addresses want.
const ADDRESSES: u16 = 46;

fn row(label: impl Into<String>, value: impl Into<String>) -> FactRow {
    FactRow {
        outcome: None,
        current: false,
        label: label.into(),
        value: value.into(),
        from_hop: None,
    }
}

/// The boxes for an area of that width, the most important first, not placed yet.
pub(super) fn facts(stage: &Stage, trace: &Trace, way_idx: usize, width: u16) -> Vec<FactBox> {
    let boxed = |title: &str, rows: Vec<FactRow>| FactBox {
        title: title.to_owned(),
        rows,
        area: Area::default(),
    };
    let mut all = Vec::new();
    if trace.ways.len() > 1 {
        all.push(boxed("all ways", ways(trace, way_idx)));
    }
    if let Some(way) = trace.ways.get(way_idx).filter(|_| width >= ADDRESSES) {
        let rows = conntrack(way);
        if !rows.is_empty() {
            all.push(boxed("what the nodes remember (conntrack)", rows));
        }
    }
    if let Some(service) = stage.service.as_ref().filter(|_| width >= 40) {
        let mut rows = vec![row("type", service.kind.clone())];
        rows.extend(service.cluster_ip.map(|ip| row("clusterIP", ip.to_string())));
        rows.extend(service.ports.iter().take(4).map(|port| row("port", port.clone())));
        rows.extend(service.facts.iter().map(|(field, value)| row(field, value)));
        let of = || stage.pods.iter().filter(|pod| pod.endpoint);
        let (n, n_ready) = (of().count(), of().filter(|pod| pod.ready).count());
        rows.push(row("endpoints", format!("{n_ready} of {n} ready")));
        all.push(boxed(&format!("service/{}", service.name), rows));
    }
    all
}

/// Puts as many boxes as fit one under the other into `area`, a row apart.
pub(super) fn place(boxes: Vec<FactBox>, area: Area) -> Vec<FactBox> {
    let mut y = area.y;
    let mut placed = Vec::new();
    for mut one in boxes {
        let room = area.bottom().saturating_sub(y);
        // A heading and a row at least.
        if room < 2 {
            break;
        }
        let height = (one.rows.len() as u16 + 1).min(room);
        one.rows.truncate(usize::from(height - 1));
        one.area = Area::new(area.x, y, area.width, height);
        y += height + 1;
        placed.push(one);
    }
    placed
}

/// Rows that the boxes want, with those between.
pub(super) fn n_rows(boxes: &[FactBox]) -> u16 {
    boxes.iter().fold(0u16, |sum, one| sum.saturating_add(one.rows.len() as u16 + 2))
}

fn ways(trace: &Trace, way_idx: usize) -> Vec<FactRow> {
    // Of very many those around the one shown.
    let first = way_idx.saturating_sub(MAX_WAYS / 2);
    let first = first.min(trace.ways.len().saturating_sub(MAX_WAYS));
    let shown = trace.ways.iter().enumerate().skip(first).take(MAX_WAYS);
    let mut rows: Vec<FactRow> = shown
        .map(|(i, way)| {
            let seen = match &way.source {
                Some(SeenSource::External) => ", sees the client".to_owned(),
                Some(source) => format!(", sees {source}"),
                None => String::new(),
            };
            FactRow {
                outcome: Some(way.outcome),
                current: i == way_idx,
                ..row(percent(way.p), format!("{}{seen}", ending_label(way)))
            }
        })
        .collect();
    if trace.ways.len() > rows.len() {
        rows.push(row("", format!("and {} more", trace.ways.len() - rows.len())));
    }
    rows
}

/// What each node that rewrote the packet remembers: the packet as it came, and the reply
/// that it waits for.
fn conntrack(way: &Way) -> Vec<FactRow> {
    let mut rows = Vec::new();
    for (i, hop) in way.hops.iter().enumerate() {
        let (Place::Node { name }, Action::Dnat { .. }, Direction::Request) =
            (&hop.at, hop.action, hop.direction)
        else {
            continue;
        };
        let there = format!("{} → {}", hop.from, hop.to);
        let back = format!("{} → {}", hop.to_after, hop.from_after);
        for (label, value) in [(name.clone(), there), ("  reply".to_owned(), back)] {
            rows.push(FactRow { from_hop: Some(i), ..row(label, value) });
        }
    }
    rows
}

impl FactBox {
    /// Columns of its labels.
    #[must_use]
    pub fn label_columns(&self) -> usize {
        self.rows.iter().map(|row| text::width(&row.label)).max().unwrap_or(0)
    }
}

//! The line: the way's places one under the other, for narrow areas and beside
//! a map.

use super::caption::{Caption, pod_name};
use super::geometry::Area;
use crate::trace::{Action, Client, Direction, Hop, Place, Trace, Way};

/// A place of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    /// What it is called.
    pub label: String,
    /// The hops that take place here, in order; those of the reply after those
    /// of the packet.
    pub hops: Vec<usize>,
    /// What was done here: index of the hop, text.
    pub notes: Vec<(usize, String)>,
    /// Its first row, from the top of the whole line.
    pub y: u16,
    /// Rows it takes, with the wire to the next.
    pub height: u16,
}

/// The whole line; taller than its area where it must be scrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it is drawn.
    pub area: Area,
    /// Its places from the client to the end.
    pub stations: Vec<Station>,
    /// The station of each hop.
    pub station_of: Vec<usize>,
    /// Rows of the whole.
    pub n_rows: u16,
    /// Notes are shown under the places.
    pub with_notes: bool,
    /// The hops on the way there; the others are the reply's.
    pub n_requests: usize,
}

/// Stands for the client's own place before its first hop.
static NOWHERE: Place = Place::Node { name: String::new() };

fn client_name(trace: &Trace) -> String {
    match &trace.client {
        Client::Pod { namespace, name } => format!("Pod {}", pod_name(namespace, name)),
        Client::Node(name) => name.clone(),
        Client::External => "outside".to_owned(),
    }
}

/// Lays out the line in `area`.
pub(super) fn line(trace: &Trace, way: &Way, captions: &[Caption], area: Area) -> Line {
    let mut stations: Vec<Station> = Vec::new();
    let mut places: Vec<&Place> = Vec::new();
    let mut station_of = Vec::with_capacity(way.hops.len());
    let mut n_requests = 0;
    // A question to the DNS comes from the client, whose hop comes after it.
    if way.hops.first().is_some_and(|hop| hop.at == Place::Dns) {
        places.push(&NOWHERE);
        let label = format!("{} (client)", client_name(trace));
        stations.push(Station { label, hops: Vec::new(), notes: Vec::new(), y: 0, height: 1 });
    }
    for (i, hop) in way.hops.iter().enumerate() {
        let known = match hop.direction {
            // On its way there a packet may come to a place twice: two stations.
            Direction::Request => {
                n_requests = i + 1;
                places.last().filter(|&&last| *last == hop.at).map(|_| places.len() - 1)
            }
            Direction::Reply => places.iter().rposition(|&place| *place == hop.at),
        };
        let s = known.unwrap_or_else(|| {
            places.push(&hop.at);
            stations.push(Station {
                label: label(hop, i == 0),
                hops: Vec::new(),
                notes: Vec::new(),
                y: 0,
                height: 1,
            });
            stations.len() - 1
        });
        stations[s].hops.push(i);
        if let Some(caption) = captions.get(i) {
            if let Some(choice) = &caption.choice
                && let Some(picked) = choice.of.get(choice.picked)
                && choice.n_of > 1
            {
                stations[s].notes.push((i, format!("{picked}, one of {}", choice.n_of)));
            }
            stations[s].notes.extend(caption.notes.iter().map(|note| (i, note.clone())));
        }
        station_of.push(s);
    }
    // Notes and wires while they fit, then notes, then wires, then neither.
    let height = |wire: u16, notes: bool| -> u16 {
        let rows = stations.iter().fold(0u16, |sum, station| {
            let notes = if notes { station.notes.len() as u16 } else { 0 };
            sum.saturating_add(1 + notes.max(wire))
        });
        rows.saturating_sub(wire)
    };
    let (wire, with_notes) = [(2, true), (1, true), (0, true), (1, false), (0, false)]
        .into_iter()
        .find(|&(wire, notes)| height(wire, notes) <= area.height)
        .unwrap_or((0, false));
    let n = stations.len();
    let mut y = 0u16;
    for (i, station) in stations.iter_mut().enumerate() {
        let notes = if with_notes { station.notes.len() as u16 } else { 0 };
        let wire = if i + 1 == n { 0 } else { wire };
        station.y = y;
        station.height = 1 + notes.max(wire);
        y = y.saturating_add(station.height);
    }
    Line { area, stations, station_of, n_rows: y, with_notes, n_requests }
}

fn label(hop: &Hop, first: bool) -> String {
    let name = match &hop.at {
        Place::Outside if first => format!("client outside {}", hop.from.ip),
        Place::Outside => format!("outside {}", hop.to.ip),
        Place::Network => "network between the nodes".to_owned(),
        Place::Balancer => "load balancer".to_owned(),
        Place::Dns => "DNS".to_owned(),
        Place::Node { name } => {
            if super::cast::is_process(hop) || hop.action == Action::Forward {
                name.clone()
            } else {
                format!("{name} kube-proxy")
            }
        }
        Place::Pod { namespace, name } => format!("Pod {}", pod_name(namespace, name)),
    };
    match &hop.at {
        Place::Pod { .. } | Place::Node { .. } if first => format!("{name} (client)"),
        _ => name,
    }
}

impl Line {
    /// Rows scrolled away at the top when hop `hop_idx` is current.
    #[must_use]
    pub fn scroll(&self, hop_idx: usize) -> u16 {
        let spare = self.n_rows.saturating_sub(self.area.height);
        let Some(station) = self.station_of.get(hop_idx).and_then(|&s| self.stations.get(s)) else {
            return 0;
        };
        station.y.saturating_sub(self.area.height / 2).min(spare)
    }
}

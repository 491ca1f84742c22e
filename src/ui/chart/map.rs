//! The map in cells.

use super::brush::Brush;
use super::canvas::{Canvas, Weight};
use super::style::ChartStyle;
use crate::chart::{
    Area, Heading, Leg, Map, Moment, NodeBox, Phase, PodBox, Point, Role, Scene, Spot, Zone, text,
};
use crate::trace::{Outcome, Place};
use ratatui::style::{Color, Style};
use std::collections::HashSet;

pub(super) fn draw(scene: &Scene, map: &Map, moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let here = scene.here(moment);
    let mut canvas = Canvas::new(map.area);
    let lit = match moment.ended {
        true => ending_style(&style, scene.ending().outcome),
        false => style.border_here,
    };
    boxes(map, here, lit, &style, &mut canvas);
    ways(scene, map, moment, &style, &mut canvas);
    canvas.draw(&style.glyphs, brush.clip, brush.buf);
    if let Some((p, columns, line)) = &map.service {
        brush.put(*p, line, *columns, style.title);
    }
    for (i, zone) in map.zones.iter().enumerate() {
        let visited = map.legs.iter().take(moment.hop_idx + 1);
        let visited = visited.into_iter().any(|leg| leg.spot == Spot::Zone(i));
        let notes = note_at(scene, moment, |spot| spot == Spot::Zone(i));
        draw_zone(zone, visited, notes, brush);
    }
    for (n, node) in map.nodes.iter().enumerate() {
        let notes = note_at(scene, moment, |spot| spot == Spot::Proxy(n));
        let look = notes_look(scene, map, n, moment, &style);
        draw_node(map, n, node, here, notes.map(|notes| (notes, look)), brush);
        for (p, pod) in node.pods.iter().enumerate() {
            let here = (here == Some(Spot::Pod(n, p))).then(|| match moment.ended {
                true => ending_style(&style, scene.ending().outcome),
                false => style.text.patch(style.border_here),
            });
            draw_pod(pod, here, brush);
        }
    }
    rest(map, brush);
    choice(scene, map, moment, brush);
    marks(scene, map, moment, brush);
    packet(scene, map, moment, brush);
}

/// What is not shown.
pub(super) fn rest(map: &Map, brush: &mut Brush<'_>) {
    let dim = brush.style.dim;
    if let Some((p, text)) = &map.more_nodes {
        brush.put(*p, text, map.area.right().saturating_sub(p.x), dim);
    }
    if map.nodes.is_empty() && map.area.height > 1 {
        let p = Point { x: map.gutter.1 + 2, y: map.area.y + map.area.height / 2 };
        brush.put(p, "no nodes in this world", map.area.right().saturating_sub(p.x), dim);
    }
}

/// How the notes at a node's kube-proxy look.
fn notes_look(scene: &Scene, map: &Map, n: usize, moment: &Moment, style: &ChartStyle) -> Style {
    let at_proxy = scene.here(moment) == Some(Spot::Proxy(n));
    let fresh = at_proxy && moment.rewritten;
    let stopped = map.legs.iter().zip(scene.captions()).any(|(leg, caption)| {
        leg.spot == Spot::Proxy(n) && matches!(caption.action, "refuse" | "drop")
    });
    match (stopped && (moment.rewritten || !at_proxy), fresh) {
        (true, _) => ending_style(style, scene.ending().outcome),
        (_, true) => style.rewritten,
        _ => style.text,
    }
}

/// Boxes and links; `here`'s boxes look `lit`.
pub(super) fn boxes(
    map: &Map,
    here: Option<Spot>,
    lit: Style,
    style: &ChartStyle,
    canvas: &mut Canvas,
) {
    let look = |is_lit: bool| if is_lit { lit } else { style.border };
    for path in &map.links {
        canvas.path(path.cells(), Weight::Light, style.border);
    }
    for (i, zone) in map.zones.iter().enumerate() {
        canvas.rectangle(zone.area, look(here == Some(Spot::Zone(i))));
    }
    let mut node_here = None;
    for (n, node) in map.nodes.iter().enumerate() {
        canvas.rectangle(node.area, style.border);
        let proxy = node.proxy.area;
        let at_proxy = look(here == Some(Spot::Proxy(n)));
        if node.proxy.boxed {
            canvas.rectangle(proxy, at_proxy);
        } else {
            canvas.bar(proxy.x, proxy.y, proxy.bottom(), at_proxy);
            canvas.bar(proxy.right().saturating_sub(1), proxy.y, proxy.bottom(), at_proxy);
        }
        for (p, pod) in node.pods.iter().enumerate().filter(|(_, pod)| pod.boxed) {
            canvas.rectangle(pod.area, look(here == Some(Spot::Pod(n, p))));
        }
        if matches!(here, Some(Spot::Proxy(i) | Spot::Door(i) | Spot::Pod(i, _)) if i == n) {
            node_here = Some(node.area);
        }
    }
    // Last, so that a border shared with a neighbour is lit too.
    if let Some(area) = node_here {
        canvas.rectangle(area, style.border_here);
    }
}

/// The ways already gone. kube-proxy's inside is left free for its text. Where the reply
/// takes the packet's way back, both colours stay: they take turns along the line.
fn ways(scene: &Scene, map: &Map, moment: &Moment, style: &ChartStyle, canvas: &mut Canvas) {
    let packet = scene.packet(moment);
    let gone = |i: usize, leg: &Leg| match packet {
        Some(packet) if packet.leg == i => packet.along.round() as usize,
        _ => leg.path.n_steps(),
    };
    let mut there: HashSet<Point> = HashSet::new();
    for (i, leg) in map.legs.iter().enumerate().take(moment.hop_idx + 1) {
        let reply = i >= scene.n_requests();
        let (weight, look) =
            if reply { (Weight::Double, style.reply) } else { (Weight::Heavy, style.way) };
        let cells = &leg.path.cells()[..=gone(i, leg).min(leg.path.n_steps())];
        for pair in cells.windows(2) {
            if !in_proxy(map, pair[0]) && !in_proxy(map, pair[1]) {
                canvas.step(pair[0], pair[1], weight, look);
            }
        }
        if !reply {
            there.extend(cells);
            continue;
        }
        for cell in cells.iter().filter(|cell| there.contains(cell)) {
            if (cell.x / 2 + cell.y).is_multiple_of(2) && !in_proxy(map, *cell) {
                canvas.tint(*cell, style.way);
            }
        }
    }
}

/// Is the cell one of those between a kube-proxy's side bars?
pub(super) fn in_proxy(map: &Map, p: Point) -> bool {
    map.nodes.iter().any(|node| {
        let area = node.proxy.area;
        area.contains(p) && p.x > area.x && p.x + 1 < area.right()
    })
}

fn title(brush: &mut Brush<'_>, area: Area, text: &str, style: Style) {
    let text = format!(" {text} ");
    brush.put(Point { x: area.x + 1, y: area.y }, &text, area.width.saturating_sub(2), style);
}

pub(super) fn draw_zone(
    zone: &Zone,
    visited: bool,
    notes: Option<&[String]>,
    brush: &mut Brush<'_>,
) {
    let style = *brush.style;
    title(brush, zone.area, &zone.title, style.title);
    let inner = zone.area.inner();
    let mut lines = zone.lines.clone();
    if let Some(notes) = notes
        && let Some(note) = notes.first()
    {
        let last = usize::from(inner.height).min(lines.len()).saturating_sub(1);
        match lines.get_mut(last) {
            Some(line) if last > 0 || zone.place == Place::Network => line.clone_from(note),
            _ => lines.push(note.clone()),
        }
    }
    for (i, line) in lines.iter().take(inner.height.into()).enumerate() {
        let p = Point { x: inner.x + 1, y: inner.y + i as u16 };
        // The packet's cell, and one before it, stay free in its row.
        let free = if p.y == zone.rest.y { 3 } else { 1 };
        let text = if visited { style.text } else { style.dim };
        brush.put(p, line, inner.width.saturating_sub(free), text);
    }
}

/// Notes of the latest hop that is done at a station.
fn note_at<'a>(
    scene: &'a Scene,
    moment: &Moment,
    is: impl Fn(Spot) -> bool,
) -> Option<&'a [String]> {
    let map = scene.map()?;
    let done = moment.hop_idx + usize::from(moment.rewritten);
    let mut with_notes = (0..done.min(map.legs.len()))
        .rev()
        .filter(|&i| is(map.legs[i].spot) && !scene.captions()[i].notes.is_empty());
    // What was done on the way there says more than its undoing, once that is past.
    let latest = with_notes.next()?;
    let shown = if latest < scene.n_requests() || latest == moment.hop_idx && !moment.ended {
        latest
    } else {
        with_notes.find(|&i| i < scene.n_requests()).unwrap_or(latest)
    };
    Some(&scene.captions()[shown].notes)
}

pub(super) fn draw_node(
    map: &Map,
    n: usize,
    node: &NodeBox,
    here: Option<Spot>,
    notes: Option<(&[String], Style)>,
    brush: &mut Brush<'_>,
) {
    let style = *brush.style;
    let lit = matches!(here, Some(Spot::Proxy(i) | Spot::Door(i) | Spot::Pod(i, _)) if i == n);
    title(brush, node.area, &node.title, if lit { style.text } else { style.title });
    let proxy = node.proxy.area;
    let columns = proxy.width.saturating_sub(4);
    let mut p = Point { x: proxy.x + 3, y: proxy.y };
    let at_proxy = here == Some(Spot::Proxy(n));
    if node.proxy.boxed {
        title(brush, proxy, "kube-proxy", if at_proxy { style.text } else { style.title });
        p.y += 1;
    } else {
        brush.put(p, "kube-proxy", columns, if at_proxy { style.text } else { style.dim });
        p.y += 1;
    }
    let rows = (proxy.bottom() - u16::from(node.proxy.boxed)).saturating_sub(p.y);
    match notes {
        Some((notes, look)) if rows > 0 => {
            for (i, note) in notes.iter().take(rows.into()).enumerate() {
                brush.put(Point { x: p.x, y: p.y + i as u16 }, note, columns, look);
            }
        }
        None if node.proxy.boxed && rows > 0 => {
            brush.put(p, &map.proxy_mode, columns, style.dim);
        }
        _ => {}
    }
    if node.proxy.with_rules {
        let first = proxy.bottom().saturating_sub(1 + map.rules.len() as u16);
        for (i, rule) in map.rules.iter().enumerate() {
            brush.put(Point { x: p.x, y: first + i as u16 }, rule, columns, style.dim);
        }
    }
    let right = node.area.right().saturating_sub(1);
    if let Some((p, text)) = &node.note {
        brush.put(*p, text, right.saturating_sub(p.x), style.dim);
    }
    for (p, name, ready) in &node.others {
        let glyph = if *ready { ' ' } else { style.glyphs.lost };
        brush.glyph(*p, glyph, style.dim);
        let columns = node.others_width.min(right.saturating_sub(p.x + 2));
        brush.put(Point { x: p.x + 2, y: p.y }, name, columns, style.dim);
    }
}

/// A Pod; `here` is the look of its name while the packet is there.
pub(super) fn draw_pod(pod: &PodBox, here: Option<Style>, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let glyphs = style.glyphs;
    let who = &pod.pod;
    let name_style = match who.role {
        _ if here.is_some() => here.unwrap_or(style.text),
        Role::Client | Role::OnWay | Role::Endpoint => style.text,
        Role::Other => style.dim,
    };
    let columns = usize::from(pod.area.right().saturating_sub(pod.rest.x + 2));
    let wordy = text::width(&who.name) + 12 <= columns;
    let (state, state_style) = if who.process || who.ready && who.role == Role::Client {
        (String::new(), style.dim)
    } else if who.ready {
        (format!(" {}", glyphs.ok), style.ok)
    } else {
        (format!(" {}{}", glyphs.lost, if wordy { " not ready" } else { "" }), style.lost)
    };
    if pod.boxed {
        let columns = pod.area.width.saturating_sub(4);
        let name = text::fit(
            &who.name,
            usize::from(columns).saturating_sub(text::width(&state)),
            glyphs.cut,
        );
        let p = Point { x: pod.area.x + 1, y: pod.area.y };
        let parts = [
            (" ", style.text),
            (name.as_str(), name_style),
            (state.as_str(), state_style),
            (" ", style.text),
        ];
        brush.row(p, columns + 2, &parts);
        let p = Point { x: pod.area.x + 3, y: pod.area.y + 1 };
        let ip = who.ip.map_or(String::new(), |ip| ip.to_string());
        // Where not both fit, the ports are what a learner looks for.
        let first = who.ports.first().map_or(0, |port| port.len() + 1);
        let ip = if ip.len() + first <= usize::from(columns) { ip.as_str() } else { "" };
        let ports = ports_in(&who.ports, usize::from(columns).saturating_sub(ip.len()));
        let ports = if ip.is_empty() { ports.trim_start() } else { &ports };
        brush.row(p, columns, &[(ip, style.dim), (ports, style.text)]);
        if pod.area.height > 3 {
            brush.put(Point { x: p.x, y: p.y + 1 }, &who.labels, columns, style.field);
        }
        return;
    }
    let p = Point { x: pod.rest.x + 2, y: pod.rest.y };
    let columns = pod.area.right().saturating_sub(p.x);
    let first = who.ports.first().map_or(0, |port| port.len() + 1);
    let tail = text::width(&state) + first;
    // The name keeps at least half, whatever else there is.
    let name_columns = usize::from(columns).saturating_sub(tail).max(usize::from(columns) / 2);
    let name = text::fit(&who.name, name_columns, glyphs.cut);
    let room = usize::from(columns).saturating_sub(text::width(&name) + text::width(&state));
    let ports = ports_in(&who.ports, room);
    let tail = text::width(&state) + ports.len();
    let ip = who.ip.map_or(String::new(), |ip| format!(" {ip}"));
    let has_room = text::width(&name) + tail + ip.len() <= usize::from(columns);
    let parts = [
        (name.as_str(), name_style),
        (state.as_str(), state_style),
        (if has_room { ip.as_str() } else { "" }, style.dim),
        (ports.as_str(), style.text),
    ];
    brush.row(p, columns, &parts);
}

/// As many ports as fit, a space before each.
fn ports_in(ports: &[String], columns: usize) -> String {
    let mut out = String::new();
    for port in ports {
        if out.len() + port.len() + 1 > columns {
            break;
        }
        out.push(' ');
        out.push_str(port);
    }
    out
}

pub(super) fn ending_style(style: &ChartStyle, outcome: Outcome) -> Style {
    match outcome {
        Outcome::Ok => style.ok,
        Outcome::Refused => style.refused,
        Outcome::Timeout => style.lost,
        Outcome::Unresolved => style.unresolved,
    }
}

pub(super) fn ending_glyph(style: &ChartStyle, outcome: Outcome) -> char {
    match outcome {
        Outcome::Ok => style.glyphs.ok,
        Outcome::Refused => style.glyphs.refused,
        Outcome::Timeout => style.glyphs.lost,
        Outcome::Unresolved => style.glyphs.unresolved,
    }
}

/// The endpoints that can be chosen, while one is.
fn choice(scene: &Scene, map: &Map, moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let Some(caption) = scene.captions().get(moment.hop_idx) else { return };
    let Some(choice) = &caption.choice else { return };
    let Some(lit) = scene.lit(moment) else { return };
    for (candidate, n, p) in map.candidates(&choice.of) {
        let pod = &map.nodes[n].pods[p];
        let chosen = candidate == lit;
        let glyph = if chosen { style.glyphs.chosen } else { style.glyphs.candidate };
        brush.glyph(pod.rest, glyph, style.choice);
        if chosen {
            let x = if pod.boxed { pod.area.x + 2 } else { pod.rest.x + 2 };
            let y = if pod.boxed { pod.area.y } else { pod.rest.y };
            let columns =
                text::width(&pod.pod.name).min(usize::from(pod.area.right().saturating_sub(x)));
            for x in x..x + columns as u16 {
                brush.restyle(Point { x, y }, style.choice);
            }
        }
    }
}

/// Marks that stay where the packet has been.
fn marks(scene: &Scene, map: &Map, moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let glyphs = style.glyphs;
    for (i, leg) in map.legs.iter().enumerate().take(moment.hop_idx + 1) {
        let arrived = i < moment.hop_idx || !matches!(moment.phase, Phase::Moving { .. });
        if !arrived {
            break;
        }
        let reply = i >= scene.n_requests();
        let look = if reply { style.reply } else { style.way };
        let cells = leg.path.cells();
        // Back over the same cells: both heads stay where there is room for both.
        let undone = |leg: &Leg| leg.undoes == Some(i) && leg.path.n_steps() < 4;
        let overdrawn = map.legs.iter().take(moment.hop_idx + 1).any(undone);
        if let Some(cell) = leg.arrow.filter(|&cell| !overdrawn && !in_proxy(map, cells[cell])) {
            let heading = Heading::between(cells[cell], cells[cell + 1]);
            if let Some(heading) = heading {
                brush.glyph(cells[cell], head(&style, heading), look);
            }
        }
        let caption = &scene.captions()[i];
        // Passing on and answering leave the mark of what happened there before.
        let stays = i.checked_sub(1).is_some_and(|before| map.legs[before].spot == leg.spot);
        let passes = matches!(leg.spot, Spot::Door(_)) || stays;
        if passes && matches!(caption.action, "forward" | "answer") && i < moment.hop_idx {
            continue;
        }
        let (glyph, look) = match caption.action {
            "deliver" if !reply && scene.ending().outcome == Outcome::Ok => (glyphs.ok, style.ok),
            // Where it was refused stays marked when word of that goes back.
            "refuse" | "drop" => {
                let outcome = scene.ending().outcome;
                (ending_glyph(&style, outcome), ending_style(&style, outcome))
            }
            "DNAT" | "SNAT" | "DNAT and SNAT" => (glyphs.chosen, look),
            _ => (glyphs.packet, look),
        };
        brush.glyph(leg.path.last(), glyph, look);
    }
}

pub(super) fn head(style: &ChartStyle, heading: Heading) -> char {
    use Heading::{Down, Left, Right, Up};
    style.glyphs.heads[match heading {
        Right => 0,
        Down => 1,
        Left => 2,
        Up => 3,
    }]
}

/// The packet's destination (of a reply: its sender), which goes along with it on the
/// network's upright stretches, where no box is in the way.
fn label(scene: &Scene, map: &Map, p: Point, brush: &mut Brush<'_>, hop_idx: usize) {
    let Some(caption) = scene.captions().get(hop_idx) else { return };
    let address = &caption.header[usize::from(caption.reply)].before;
    let left = map.gutter.0;
    let in_zone = map.zones.iter().any(|zone| p.y >= zone.area.y && p.y < zone.area.bottom());
    let columns = text::width(address) as u16;
    if in_zone || columns > left.saturating_sub(map.area.x) {
        return;
    }
    let style = if caption.reply { brush.style.reply } else { brush.style.packet };
    brush.put(Point { x: left - columns, y: p.y }, address, columns, style);
}

fn packet(scene: &Scene, map: &Map, moment: &Moment, brush: &mut Brush<'_>) {
    let style = *brush.style;
    let Some(packet) = scene.packet(moment) else { return };
    let leg = &map.legs[packet.leg];
    let cells = leg.path.cells();
    let at = (packet.along.round() as usize).min(leg.path.n_steps());
    if packet.heading.is_some() {
        // The trail's colour flows with the packet's place between two cells.
        for back in 1..=style.trail.len() {
            let Some(i) = at.checked_sub(back) else { break };
            let distance = (packet.along - i as f32).max(1.0) - 1.0;
            if !in_proxy(map, cells[i]) {
                brush.restyle(cells[i], trail(&style, distance));
            }
        }
    }
    let p = cells[at];
    let upright = matches!(packet.heading, Some(Heading::Up | Heading::Down));
    if upright && p.x >= map.gutter.0 && p.x < map.gutter.1 {
        label(scene, map, p, brush, packet.leg);
    }
    match moment.phase {
        Phase::Ended { done } => {
            let outcome = scene.ending().outcome;
            let look = ending_style(&style, outcome);
            let (glyph, look) = match outcome {
                // A pulse or two, then it stays.
                Outcome::Ok if (done * 6.0) as u32 % 2 == 1 => (style.glyphs.packet, look),
                Outcome::Timeout if done < 0.3 => (style.glyphs.packet, look),
                outcome => (ending_glyph(&style, outcome), look),
            };
            brush.glyph(leg.path.last(), ending_glyph(&style, outcome), look);
            brush.glyph(p, glyph, look);
        }
        Phase::Resting { .. } if delivered_now(scene, moment) => {
            brush.glyph(p, style.glyphs.ok, style.ok);
        }
        _ => {
            let glyph = packet.heading.map_or(style.glyphs.packet, |heading| head(&style, heading));
            brush.glyph(p, glyph, style.packet);
        }
    }
}

/// Is the current hop the one where the packet is answered?
pub(super) fn delivered_now(scene: &Scene, moment: &Moment) -> bool {
    moment.hop_idx < scene.n_requests()
        && scene.ending().outcome == Outcome::Ok
        && scene.captions().get(moment.hop_idx).is_some_and(|c| c.action == "deliver")
}

/// The trail's style `distance` cells behind the packet's neighbour.
fn trail(style: &ChartStyle, distance: f32) -> Style {
    let i = (distance as usize).min(style.trail.len() - 1);
    let next = (i + 1).min(style.trail.len() - 1);
    match (style.trail[i].fg, style.trail[next].fg) {
        (Some(Color::Rgb(r, g, b)), Some(Color::Rgb(r2, g2, b2))) => {
            let share = distance.fract();
            let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share) as u8;
            style.trail[i].fg(Color::Rgb(mix(r, r2), mix(g, g2), mix(b, b2)))
        }
        _ => style.trail[i],
    }
}

//! The chart as a learner sees it: whole screens of every Service type, each kind of
//! ending and each policy, at three sizes, in colour and in ASCII, at three moments.

use super::{Msg, Tutor};
use portolan::app::key::Code;
use portolan::content::{self, Pack};
use portolan::ui::{Depth, Theme, Tone};
use ratatui::style::Style;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One chart: its name, the Service's spec, who sends, to where.
struct Case(&'static str, &'static str, &'static str, &'static str);

const WEB: &str = "selector: {app: web}, ports: [{port: 80, targetPort: 8080";

/// A Pod's packet to another node's port under Local goes on unmasqueraded: the answer
/// comes back by another way, and nobody waits for it there.
const SLICE: &str = "\
{type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: '', port: 8080, protocol: TCP}]
endpoints: [{addresses: [10.244.2.10]}]";

const NETWORK: &str = "\
{WEB}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]";

/// Types, then endings, then policies. `WEB` stands for the selector and the port.
const CASES: [Case; 20] = [
    Case("type-clusterip", "{WEB}]}", "pod:client", "web:80"),
    Case("type-nodeport", "{type: NodePort, WEB, nodePort: 30080}]}", "external", "node3:30080"),
    Case("type-loadbalancer", "{type: LoadBalancer, WEB}]}", "external", "lb/web:80"),
    Case("type-headless", "{clusterIP: None, WEB}]}", "pod:client", "web:8080"),
    Case(
        "type-externalname",
        "{type: ExternalName, externalName: api.example.com}",
        "pod:client",
        "web:443",
    ),
    Case(
        "end-refused",
        "{selector: {app: wbe}, ports: [{port: 80}]}",
        "pod:client",
        "service/web:80",
    ),
    Case(
        "end-refused-by-pod",
        "{selector: {app: web}, ports: [{port: 80, targetPort: 9090}]}",
        "pod:client",
        "service/web:80",
    ),
    Case("end-lost", "{WEB}]}", "external", "service/web:80"),
    Case("end-no-such-name", "{WEB}]}", "pod:client", "wbe:80"),
    Case("end-no-such-port", "{WEB}]}", "pod:client", "service/web:81"),
    Case(
        "end-pending",
        "{type: LoadBalancer, loadBalancerClass: example.com/none, WEB}]}",
        "external",
        "lb/web:80",
    ),
    Case("end-reply-lost", SLICE, "pod:client", "node1:30080"),
    Case(
        "end-named-port-missing",
        "{selector: {app: web}, ports: [{port: 80, targetPort: grpc}]}",
        "pod:client",
        "service/web:80",
    ),
    Case("policy-network", NETWORK, "pod:client", "service/web:80"),
    Case(
        "policy-session-affinity",
        "{sessionAffinity: ClientIP, WEB}]}",
        "pod:client",
        "service/web:80",
    ),
    Case(
        "policy-traffic-distribution",
        "{trafficDistribution: PreferSameNode, WEB}]}",
        "pod:web-a",
        "service/web:80",
    ),
    Case(
        "policy-external-local",
        "{type: NodePort, externalTrafficPolicy: Local, WEB, nodePort: 30080}]}",
        "external",
        "node1:30080",
    ),
    Case(
        "policy-external-local-elsewhere",
        "{type: NodePort, externalTrafficPolicy: Local, WEB, nodePort: 30080}]}",
        "external",
        "node3:30080",
    ),
    Case(
        "policy-internal-local",
        "{internalTrafficPolicy: Local, WEB}]}",
        "pod:client",
        "service/web:80",
    ),
    Case(
        "policy-source-ranges",
        "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], WEB}]}",
        "external",
        "lb/web:80",
    ),
];

fn pack(Case(_, spec, from, to): &Case) -> Pack {
    let world = content::builtin().worlds["load-balancer"].replacen(
        "objects:",
        "upstream: {api.example.com.: 198.51.100.80}\nobjects:",
        1,
    );
    let spec = spec.replace("WEB", WEB);
    let lesson = format!(
        "format = 1\nid = \"chart\"\ntitle = \"The chart\"\ncompetency = \
         \"services-networking/service-types\"\nworld = \"w\"\n[[steps]]\nid = \"watch\"\ntitle = \
         \"Watch\"\n[steps.flow]\nmanifest = \"\"\"\napiVersion: v1\nkind: Service\nmetadata: \
         {{name: web}}\nspec: {spec}\n\"\"\"\n[[steps.flow.probes]]\nfrom = \"{from}\"\nto = \
         \"{to}\"\nsay = \"What becomes of it?\"\nexpect = {{ outcomes = [\"ok\"] }}\n"
    );
    let pack = "format = 1\nid = \"test\"\nversion = \"1.0.0\"\ntitle = \"Charts\"\nkubernetes = \
                \"1.36\"\nlanguages = [\"en\"]\nauthors = [\"the tests\"]\nlicence = \
                \"CC0-1.0\"\nneeds = []\nlessons = [\"chart\"]\n";
    let files: BTreeMap<String, Vec<u8>> =
        [("pack.toml", pack.to_owned()), ("lessons/chart.toml", lesson), ("worlds/w.yaml", world)]
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text.into_bytes()))
            .collect();
    let (pack, problems) = content::load(&files);
    assert!(problems.is_empty(), "{problems:#?}");
    pack.unwrap()
}

/// The screens of three moments: under way, half way, at the end.
fn moments(case: &Case, theme: Theme, columns: u16, rows: u16) -> [Tutor; 3] {
    ["under way", "half way", "at the end"].map(|moment| {
        let mut tutor = Tutor::with(vec![Cow::Owned(pack(case))], columns, rows);
        tutor.theme = theme;
        tutor.press(Code::Enter);
        let hops = || {
            let mut probe = Tutor::with(vec![Cow::Owned(pack(case))], 80, 24);
            probe.press(Code::Enter);
            let mut n = 0;
            while !probe.screen().contains("ended") {
                probe.press(Code::Right);
                n += 1;
            }
            n
        };
        match moment {
            "under way" => {
                tutor.press(Code::Right).typed(" ");
                tutor.tell(Msg::Tick(13));
                tutor.typed(" ");
            }
            "half way" => (0..hops() / 2).for_each(|_| {
                tutor.press(Code::Right);
            }),
            _ => (0..hops()).for_each(|_| {
                tutor.press(Code::Right);
            }),
        }
        tutor.draw();
        tutor
    })
}

/// The styles of a screen, row by row: a letter a style, with how many cells it takes.
fn styles(tutor: &Tutor, legend: &mut Vec<Style>) -> String {
    let buffer = tutor.terminal.backend().buffer();
    let mut out = String::new();
    let mut before = String::new();
    for row in buffer.content.chunks(buffer.area.width.into()) {
        let mut line = String::new();
        for run in row.chunk_by(|a, b| a.style() == b.style()) {
            let style = run[0].style();
            let i = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            let letter = char::from_u32(u32::from('a') + i as u32).unwrap();
            let _ = write!(line, "{}{letter}", run.len());
        }
        // A row that looks as the one above it is not told twice.
        out += if line == before { "\"" } else { &line };
        out.push('\n');
        before = line;
    }
    out
}

fn shots(case: &Case) -> String {
    let mut out = String::new();
    let mut legend = Vec::new();
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let dark = Theme::new(Depth::True, Tone::Dark, false);
        for mut tutor in moments(case, dark, columns, rows) {
            let _ = writeln!(out, "── {columns}×{rows}\n{}", tutor.screen());
            let _ = writeln!(out, "── styles\n{}", styles(&tutor, &mut legend));
        }
        let plain = Theme::new(Depth::None, Tone::Dark, true);
        for mut tutor in moments(case, plain, columns, rows) {
            let screen = tutor.screen();
            assert!(screen.is_ascii(), "{screen}");
            assert!(tutor.terminal.backend().buffer().content.iter().all(|cell| {
                let style = cell.style();
                [style.fg, style.bg]
                    .iter()
                    .all(|c| matches!(c, None | Some(ratatui::style::Color::Reset)))
            }));
            let _ = writeln!(out, "── {columns}×{rows}, ASCII without colour\n{screen}");
        }
    }
    for (i, style) in legend.iter().enumerate() {
        let letter = char::from_u32(u32::from('a') + i as u32).unwrap();
        let _ = writeln!(out, "{letter} {:?} on {:?} {:?}", style.fg, style.bg, style.add_modifier);
    }
    out
}

#[test]
fn every_type_of_service_has_its_screens() {
    for case in CASES.iter().filter(|case| case.0.starts_with("type-")) {
        insta::assert_snapshot!(format!("chart-{}", case.0), shots(case));
    }
}

#[test]
fn each_kind_of_ending_has_its_screens() {
    for case in CASES.iter().filter(|case| case.0.starts_with("end-")) {
        insta::assert_snapshot!(format!("chart-{}", case.0), shots(case));
    }
}

#[test]
fn each_policy_has_its_screens() {
    for case in CASES.iter().filter(|case| case.0.starts_with("policy-")) {
        insta::assert_snapshot!(format!("chart-{}", case.0), shots(case));
    }
}

/// The glyphs and words are the same however many colours there are; what colours tell
/// apart, they tell apart at each depth.
#[test]
fn every_depth_of_colour_says_the_same() {
    let case = &CASES[1];
    let mut told = String::new();
    let mut screens = Vec::new();
    for (depth, tone) in [
        (Depth::True, Tone::Dark),
        (Depth::True, Tone::Light),
        (Depth::Indexed, Tone::Dark),
        (Depth::Indexed, Tone::Light),
        (Depth::Sixteen, Tone::Dark),
        (Depth::None, Tone::Dark),
    ] {
        let [_, _, mut tutor] = moments(case, Theme::new(depth, tone, false), 80, 24);
        screens.push(tutor.screen());
        let mut legend = Vec::new();
        let rows = styles(&tutor, &mut legend);
        let _ = writeln!(told, "── {depth:?} {tone:?}\n{rows}");
        for (i, style) in legend.iter().enumerate() {
            let letter = char::from_u32(u32::from('a') + i as u32).unwrap();
            let _ = writeln!(told, "{letter} {:?} {:?}", style.fg, style.add_modifier);
        }
    }
    assert!(screens.windows(2).all(|pair| pair[0] == pair[1]), "{screens:#?}");
    insta::assert_snapshot!("chart-depths", format!("{}\n{told}", screens[0]));
}

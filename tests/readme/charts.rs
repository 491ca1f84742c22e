//! docs/charts.md: a picture of each thing that a chart can show, made by the program, with
//! the command that makes it. `UPDATE_DOCS=1 cargo test --test readme` makes all anew.

use portolan::cli::{self, Streams};
use portolan::trace::ReasonCode;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

const WORLD: &str = "assets/charts/world.yaml";
const NO_DNS: &str = "assets/charts/no-dns.yaml";

/// A picture: its file's name, its heading, what is to be seen in it, and what `trace` is
/// asked besides the world.
struct Shot(&'static str, &'static str, &'static str, &'static str);

struct Section {
    title: &'static str,
    say: &'static str,
    world: &'static str,
    shots: &'static [Shot],
}

const SECTIONS: &[Section] = &[
    Section {
        title: "Types of Services",
        say: "Each type adds to the one before it: a NodePort has a clusterIP too, a LoadBalancer also has a node port.",
        world: WORLD,
        shots: &[
            Shot(
                "clusterip",
                "ClusterIP",
                "A name leads to the clusterIP, and kube-proxy on the client's own node puts a Pod's address in its place.",
                "--from pod:client --to inside:80",
            ),
            Shot(
                "nodeport",
                "NodePort",
                "Any node takes the packet, also one that runs no Pod of the Service.",
                "--from external --to node3:30080",
            ),
            Shot(
                "loadbalancer",
                "LoadBalancer",
                "The network brings packets for the balancer's address to a node.",
                "--from external --to lb/front:80",
            ),
            Shot(
                "headless",
                "Headless",
                "The name leads to the Pods' own addresses. No kube-proxy takes part.",
                "--from pod:client --to each:8080",
            ),
            Shot(
                "externalname",
                "ExternalName",
                "The name leads to another name, outside the cluster.",
                "--from pod:client --to away:443",
            ),
        ],
    },
    Section {
        title: "A way, hop by hop",
        say: "`--hop` draws a still of one hop. These are those of the picture of the NodePort above.",
        world: WORLD,
        shots: &[
            Shot(
                "hop-choice",
                "Where the choice is made",
                "Both rewrites, the endpoint chosen and those it was chosen from, the rule and the field behind it.",
                "--from external --to node3:30080 --hop 2",
            ),
            Shot(
                "hop-delivered",
                "Where it is delivered",
                "The Pod sees a node's address, not the client's.",
                "--from external --to node3:30080 --hop 5",
            ),
            Shot(
                "hop-undo",
                "Where the answer is changed back",
                "The node that rewrote the packet undoes it.",
                "--from external --to node3:30080 --hop 8",
            ),
        ],
    },
    Section {
        title: "Policies",
        say: "What changes which endpoints are chosen, or who may come in.",
        world: WORLD,
        shots: &[
            Shot(
                "external-cluster",
                "externalTrafficPolicy: Cluster",
                "Every node answers, and Pods anywhere are chosen. A dozen connections show how they spread.",
                "--from external --to node1:30080 --burst",
            ),
            Shot(
                "external-local",
                "externalTrafficPolicy: Local",
                "Only Pods on the node asked are chosen, and they see the client's own address.",
                "--from external --to node1:30082",
            ),
            Shot(
                "external-local-none",
                "externalTrafficPolicy: Local, and no Pod there",
                "A node without a Pod of the Service drops the packet.",
                "--from external --to node3:30082",
            ),
            Shot(
                "internal-local",
                "internalTrafficPolicy: Local",
                "The same for clients inside the cluster.",
                "--from pod:client --to own-node:80",
            ),
            Shot(
                "internal-local-none",
                "internalTrafficPolicy: Local, and no Pod there",
                "A client whose node has no Pod of the Service gets no answer.",
                "--from pod:far --to own-node:80",
            ),
            Shot(
                "affinity-none",
                "sessionAffinity: None",
                "Each connection is a new choice.",
                "--from pod:client --to inside:80 --burst",
            ),
            Shot(
                "affinity",
                "sessionAffinity: ClientIP",
                "The first choice is kept: nothing spreads.",
                "--from pod:client --to faithful:80 --burst",
            ),
            Shot(
                "same-node",
                "trafficDistribution: PreferSameNode",
                "The Pod on the client's node, where there is one.",
                "--from pod:client --to same-node:80 --burst",
            ),
            Shot(
                "same-zone",
                "trafficDistribution: PreferSameZone",
                "The Pods in the client's zone, where there are any.",
                "--from pod:client --to same-zone:80 --burst",
            ),
            Shot(
                "not-ready-published",
                "publishNotReadyAddresses: true",
                "A Pod that is not ready is sent to all the same.",
                "--from pod:client --to early:80",
            ),
        ],
    },
    Section {
        title: "Endings",
        say: "Where a packet ends without an answer, the chart says why in one sentence and names the field to look at. Delivered, the first kind of ending, is in every picture above that has a green mark.",
        world: WORLD,
        shots: &[
            Shot(
                "no-endpoints",
                "Refused: the Service selects nothing",
                "A wrong label in the selector.",
                "--from pod:client --to typo:80",
            ),
            Shot(
                "endpoints-not-ready",
                "Refused: no endpoint is ready",
                "Pods are selected, and none passes its readiness probe.",
                "--from pod:client --to not-ready:80",
            ),
            Shot(
                "named-port-missing",
                "Refused: no container port of that name",
                "targetPort is a name that no Pod gives to a port.",
                "--from pod:client --to no-such-name:80",
            ),
            Shot(
                "nothing-listens",
                "Refused: nothing listens",
                "The packet gets to the Pod, and nothing listens on the targetPort.",
                "--from pod:client --to deaf:80",
            ),
            Shot(
                "no-such-port",
                "Lost: the Service has no such port",
                "The address is right, the port is not.",
                "--from pod:client --to inside:81",
            ),
            Shot(
                "cluster-ip-outside",
                "Lost: a clusterIP from outside",
                "Only nodes and Pods know what to do with a clusterIP.",
                "--from external --to 10.96.0.22:80",
            ),
            Shot(
                "source-range",
                "Lost: not in loadBalancerSourceRanges",
                "The client's address is in none of the ranges that are let in.",
                "--from external --to lb/guests-only:80",
            ),
            Shot(
                "network-policy",
                "Lost: a NetworkPolicy",
                "The Pod is isolated, and no rule lets the client in.",
                "--from pod:client --to db:5432",
            ),
            Shot(
                "not-proxied",
                "Lost: left to another proxy",
                "A label takes the Service away from kube-proxy.",
                "--from pod:client --to other-proxy:80",
            ),
            Shot(
                "reply-lost",
                "Lost: the answer comes another way",
                "A Pod asks another node's port under a Local policy. The answer goes straight back, and nobody changes its address back.",
                "--from pod:client --to node2:30082",
            ),
            Shot(
                "pending",
                "Not sent: the balancer has no address",
                "No controller takes the Service, and its address stays pending.",
                "--from external --to lb/nobodys:80",
            ),
            Shot(
                "no-such-name",
                "Not sent: no such name",
                "The DNS knows none of the names that it may be short for.",
                "--from pod:client --to nothing:80",
            ),
            Shot(
                "no-such-object",
                "Not sent: no such Service",
                "What was asked for does not exist.",
                "--from pod:client --to service/nothing:80",
            ),
        ],
    },
    Section {
        title: "A cluster without DNS",
        say: "",
        world: NO_DNS,
        shots: &[Shot(
            "dns-silent",
            "Not sent: the DNS is silent",
            "The Service kube-dns has lost its Pods.",
            "--from pod:client --to web:80",
        )],
    },
];

/// What follows `portolan` in a shot's command.
fn words(world: &str, shot: &Shot) -> Vec<String> {
    let still = if shot.3.contains("--hop") { "" } else { " --still" };
    let line = format!("trace --world {world} {} --output svg{still}", shot.3);
    line.split_whitespace().map(str::to_owned).collect()
}

fn run(words: &[String]) -> String {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { input: &mut std::io::empty(), out: &mut out, err: &mut err };
    cli::run(std::iter::once("portolan".to_owned()).chain(words.iter().cloned()), &mut streams);
    assert!(err.is_empty(), "{words:?}: {}", String::from_utf8_lossy(&err));
    String::from_utf8(out).unwrap()
}

fn page() -> String {
    let mut page = String::from(
        "# Charts\n\n\
         <!-- Made by tests/readme/charts.rs; `UPDATE_DOCS=1 cargo test --test readme` writes it and its pictures anew. -->\n\n\
         Every picture here is drawn by Portolan from a small cluster, [world.yaml](../assets/charts/world.yaml), by the command under it. \
         Nothing in them is drawn by hand: change the cluster, and the picture changes.\n\n\
         The tutor draws the same charts in cells, and plays them: `Space` plays, the arrow keys go hop by hop, `t` tells the same as text ([all keys](keys.md)). \
         Without `--still` or `--hop` the picture is an animation, as that in the [README](../README.md). \
         `--theme dark` and `--theme light` are for pages of one kind; without them a picture follows what its reader prefers. \
         `portolan record` makes an asciinema recording of a lesson's chart.\n",
    );
    for section in SECTIONS {
        let _ = write!(page, "\n## {}\n", section.title);
        if !section.say.is_empty() {
            let _ = writeln!(page, "{}", section.say);
        }
        for shot in section.shots {
            let Shot(name, title, say, _) = shot;
            let _ = write!(
                page,
                "\n### {title}\n{say}\n\n![{say}](../assets/charts/{name}.svg)\n```sh\nportolan {} > {name}.svg\n```\n",
                words(section.world, shot).join(" ")
            );
        }
    }
    page
}

#[test]
fn the_page_of_charts_and_its_pictures_are_what_the_program_makes_now() {
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut stale = Vec::new();
    let mut check = |path: String, made: String| {
        if update {
            fs::write(&path, &made).unwrap();
        }
        // Too long to print whole where it differs.
        if fs::read_to_string(&path).ok() != Some(made) {
            stale.push(path);
        }
    };
    check("docs/charts.md".to_owned(), page());
    let mut known = BTreeSet::new();
    for section in SECTIONS {
        for shot in section.shots {
            known.insert(format!("{}.svg", shot.0));
            let svg = run(&words(section.world, shot));
            assert!(svg.len() < 20_000, "{}: {} bytes", shot.0, svg.len());
            check(format!("assets/charts/{}.svg", shot.0), svg);
        }
    }
    let there: BTreeSet<String> = fs::read_dir("assets/charts")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".svg"))
        .collect();
    assert_eq!(there, known);
    assert!(stale.is_empty(), "stale: {stale:#?}\nUPDATE_DOCS=1 cargo test --test readme");
}

#[test]
fn the_page_of_charts_shows_every_kind_of_ending() {
    let mut shown = BTreeSet::new();
    for section in SECTIONS {
        for shot in section.shots {
            let asked = shot.3.split(" --").filter(|flag| !flag.starts_with("hop"));
            let asked: Vec<&str> = asked.filter(|flag| *flag != "burst").collect();
            let line =
                format!("trace --world {} {} --output json", section.world, asked.join(" --"));
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            let found: Value = serde_json::from_str(&run(&words)).unwrap();
            shown.insert(found["ways"][0]["reason"]["code"].as_str().unwrap().to_owned());
        }
    }
    let all: BTreeSet<String> = ReasonCode::ALL
        .iter()
        .map(|code| serde_json::to_value(code).unwrap().as_str().unwrap().to_owned())
        .collect();
    assert_eq!(shown, all);
}

/// The picture of a thing that can't be told from its file alone.
#[test]
fn a_picture_needs_nothing_else_and_names_both_grounds() {
    let words = |more: &str| -> Vec<String> {
        let line =
            format!("trace --world {WORLD} --from external --to node3:30080 --output svg {more}");
        line.split_whitespace().map(str::to_owned).collect()
    };
    for (more, dark, light) in [
        ("", true, true),
        ("--theme dark --still", true, false),
        ("--theme light --hop 2", false, true),
    ] {
        let svg = run(&words(more));
        for outside in
            ["<script", "href", "url(", "@import", "@font-face", "<image", "<foreignObject"]
        {
            assert!(!svg.contains(outside), "{more}: {outside}");
        }
        assert_eq!(svg.matches("://").count(), 1, "{more}: the namespace only");
        assert_eq!(svg.contains("#12161c"), dark, "{more}");
        assert_eq!(svg.contains("#ffffff"), light, "{more}");
        assert_eq!(svg.contains("prefers-color-scheme"), dark && light, "{more}");
        assert_eq!(svg.contains("@keyframes"), more.is_empty(), "{more}");
        assert_eq!(svg.contains("prefers-reduced-motion"), more.is_empty(), "{more}");
        assert!(svg.len() < 200_000, "{more}: {} bytes", svg.len());
    }
}

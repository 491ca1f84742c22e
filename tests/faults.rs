//! Every classic fault has an exercise: its start is diagnosed at the right place, and at
//! least two different right answers pass it.

use portolan::cluster::Cluster;
use portolan::content::{self, Exercise, StepKind};
use portolan::grade::{self, Grade};
use portolan::trace::{Direction, Place, ReasonCode};
use std::collections::BTreeSet;

/// How the start of an exercise is diagnosed.
enum Start {
    /// The packet of the goal with that id ends at that place, for that reason, and the chart
    /// names that field.
    Packet { goal: &'static str, at: &'static str, reason: ReasonCode, field: &'static str },
    /// kubectl or the server refuses it, and the finding stands at the marked text of that line
    /// (from 1).
    Finding { code: &'static str, path: &'static str, line: usize, marked: &'static str },
}

use ReasonCode as R;
use Start::{Finding, Packet};

const fn packet(goal: &'static str, at: &'static str, reason: R, field: &'static str) -> Start {
    Packet { goal, at, reason, field }
}

const fn finding(
    code: &'static str,
    path: &'static str,
    line: usize,
    marked: &'static str,
) -> Start {
    Finding { code, path, line, marked }
}

/// Fault, exercise, start.
const FAULTS: &[(&str, &str, Start)] = &[
    (
        "selector typo",
        "troubleshooting/selector-typo",
        packet("answered", "node node3", R::NoEndpoints, "spec.selector of service/web"),
    ),
    (
        "label on the Deployment but not on the Pod template",
        "troubleshooting/deployment-label",
        packet("answered", "node node3", R::NoEndpoints, "spec.selector of service/orders"),
    ),
    (
        "targetPort wrong",
        "troubleshooting/target-port",
        packet(
            "answered",
            "Pod web-a",
            R::NothingListens,
            "spec.ports[0].targetPort of service/web",
        ),
    ),
    (
        "named targetPort missing",
        "troubleshooting/named-port",
        packet(
            "answered",
            "node node3",
            R::NamedPortMissing,
            "spec.ports[0].targetPort of service/api",
        ),
    ),
    (
        "app listens on another port",
        "troubleshooting-pods/listens-elsewhere",
        packet(
            "answered",
            "Pod metrics",
            R::NothingListens,
            "spec.ports[0].targetPort of service/metrics",
        ),
    ),
    (
        "Pod not ready",
        "troubleshooting-pods/not-ready",
        packet("answered", "node node3", R::EndpointsNotReady, "status.conditions of pod/stock-v2"),
    ),
    (
        "Service in another namespace than thought",
        "troubleshooting-pods/other-namespace",
        packet("answered", "DNS", R::NoSuchName, ""),
    ),
    (
        "LoadBalancer pending mistaken for a fault",
        "troubleshooting-ways/pending",
        packet("pending", "nowhere", R::PendingBalancer, "status.loadBalancer of service/web"),
    ),
    (
        "Local policy and a node without Pods",
        "troubleshooting-ways/local-policy",
        packet(
            "every-node",
            "node node3",
            R::LocalPolicyNoLocalEndpoint,
            "spec.externalTrafficPolicy of service/web",
        ),
    ),
    (
        "source ranges that shut the client out",
        "loadbalancer/one-customer",
        packet(
            "goal-1",
            "node node1",
            R::SourceRange,
            "spec.loadBalancerSourceRanges of service/web",
        ),
    ),
    (
        "headless Service expected to translate ports",
        "headless/port-80",
        packet("goal-1", "Pod cache", R::NothingListens, "spec.clusterIP of service/cache"),
    ),
    (
        "ExternalName to an IP",
        "troubleshooting-ways/external-ip",
        packet("answered", "DNS", R::NoSuchName, "spec.externalName of service/rates"),
    ),
    (
        "UDP Service declared TCP",
        "troubleshooting-ways/udp",
        packet("answered", "the network", R::NoSuchPort, "spec.ports of service/syslog"),
    ),
    (
        "one endpoint of two does not listen",
        "troubleshooting-pods/every-other",
        packet("always", "Pod pay-b", R::NothingListens, "spec.ports[0].targetPort of service/pay"),
    ),
    (
        "`create service` selects app=NAME and nothing matches",
        "troubleshooting-pods/create-service",
        packet("answered", "node node3", R::NoEndpoints, "spec.selector of service/shop-front"),
    ),
    (
        "nodePort out of range",
        "refused-manifests/out-of-range",
        finding("node-port-out-of-range", "spec.ports[0].nodePort", 12, "29999"),
    ),
    (
        "nodePort taken",
        "refused-manifests/taken",
        finding("node-port-taken", "spec.ports[0].nodePort", 12, "30080"),
    ),
    (
        "port given as a string",
        "refused-manifests/port-in-quotes",
        finding("wrong-type", "spec.ports[0].port", 9, "\"80\""),
    ),
    (
        "targetPort given as a quoted number",
        "refused-manifests/target-in-quotes",
        finding("target-port-name-invalid", "spec.ports[0].targetPort", 10, "\"8080\""),
    ),
    (
        "`selector` under `metadata`",
        "refused-shapes/selector-place",
        finding("unknown-field", "metadata.selector", 5, "selector"),
    ),
    (
        "`matchLabels` in a Service selector",
        "refused-shapes/match-labels",
        finding("wrong-type", "spec.selector.matchLabels", 8, "app: web"),
    ),
    (
        "two ports without names",
        "refused-shapes/two-ports",
        finding("port-name-missing", "spec.ports[0].name", 9, "port"),
    ),
    (
        "type misspelt",
        "refused-manifests/type-misspelt",
        finding("type-unknown", "spec.type", 6, "Nodeport"),
    ),
    (
        "clusterIP changed in place",
        "refused-manifests/cluster-ip-changed",
        finding("cluster-ip-changed", "spec.clusterIPs[0]", 6, "10.96.0.30"),
    ),
    ("tabs", "refused-shapes/tabs", finding("yaml-syntax", "", 7, "\t")),
    (
        "wrong indentation",
        "refused-shapes/indentation",
        finding("unknown-field", "ports", 8, "ports"),
    ),
    (
        "missing dash",
        "refused-shapes/missing-dash",
        finding("wrong-type", "spec.ports", 9, "port: 80\n    targetPort: 8080"),
    ),
];

fn exercise(name: &str) -> (&'static Exercise, Cluster) {
    let (lesson_id, step_id) = name.split_once('/').unwrap();
    let pack = content::builtin();
    let lesson = pack.lesson(lesson_id).unwrap_or_else(|| panic!("no lesson {lesson_id}"));
    let step = lesson.steps.iter().find(|step| step.id == step_id);
    let step = step.unwrap_or_else(|| panic!("no step {name}"));
    let StepKind::Exercise(exercise) = &step.kind else { panic!("{name} is no exercise") };
    (exercise, grade::setup(pack, &lesson.world, &exercise.existing).unwrap())
}

fn at(place: &Place) -> String {
    match place {
        Place::Outside => "outside".to_owned(),
        Place::Network => "the network".to_owned(),
        Place::Balancer => "the balancer".to_owned(),
        Place::Dns => "DNS".to_owned(),
        Place::Node { name } => format!("node {name}"),
        Place::Pod { name, .. } => format!("Pod {name}"),
    }
}

/// What the learner is told at the start, in the form of the table.
fn told(start: &Start, exercise: &Exercise, base: &Cluster) -> (String, String) {
    let starter = &exercise.starter;
    let graded = if starter.is_empty() {
        grade::as_found(base, &exercise.goals)
    } else {
        grade::grade(base, &exercise.goals, "service.yaml", starter)
    };
    assert!(!graded.passed);
    match start {
        Packet { goal, at: place, reason, field } => {
            assert!(graded.applied.is_accepted(), "{}", graded.applied.stderr);
            let result = graded.goals.iter().find(|result| result.id == *goal).unwrap();
            let packets = result.evidence.as_ref().unwrap().packets.as_ref().unwrap();
            let way = packets.way();
            let look_at = way.reason.look_at.as_ref();
            let look_at = look_at.map_or(String::new(), |f| format!("{} of {}", f.field, f.object));
            // The reply's hops come after the one where the packet ends.
            let there = way.hops.iter().rfind(|hop| hop.direction == Direction::Request);
            let end = there.map_or_else(|| "nowhere".to_owned(), |hop| at(&hop.at));
            (
                format!("{place} {reason:?} {field}"),
                format!("{end} {:?} {look_at}", way.reason.code),
            )
        }
        Finding { code, path, line, marked } => {
            let finding = graded.applied.findings.first().expect("a finding");
            let at = starter[..finding.span.start].matches('\n').count() + 1;
            (
                format!("{code} {path} {line} {marked:?}"),
                format!("{} {} {at} {:?}", finding.code, finding.path, finding.span.of(starter)),
            )
        }
    }
}

#[test]
fn the_start_of_every_classic_fault_is_diagnosed_at_the_right_place() {
    let mut wrong = Vec::new();
    for (fault, name, start) in FAULTS {
        let (exercise, base) = exercise(name);
        let (expected, found) = told(start, exercise, &base);
        if expected != found {
            wrong.push(format!("{fault} ({name})\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All objects as the server holds them: answers that lead to the same are one answer.
fn held(graded: &Grade) -> String {
    let kinds = ["Service", "Pod", "EndpointSlice", "Deployment"];
    let objects = kinds.iter().flat_map(|kind| graded.cluster.list(kind, None));
    let plain = objects.map(|mut object| {
        for key in ["uid", "resourceVersion", "creationTimestamp", "annotations"] {
            object["metadata"].as_object_mut().map(|metadata| metadata.shift_remove(key));
        }
        object.to_string()
    });
    plain.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_classic_fault_is_mended_by_two_different_right_answers() {
    for (fault, name, _) in FAULTS {
        let (exercise, base) = exercise(name);
        let answers = std::iter::once(&exercise.solution).chain(&exercise.other_solutions);
        let different: BTreeSet<String> = answers
            .map(|answer| {
                let graded = grade::grade(&base, &exercise.goals, "service.yaml", answer);
                assert!(graded.passed, "{fault} ({name}): {}\n{answer}", graded.applied.stderr);
                assert_eq!(graded.points, graded.max);
                held(&graded)
            })
            .collect();
        assert!(different.len() >= 2, "{fault} ({name}) has one answer only");
    }
}

#[test]
fn every_broken_world_and_refused_manifest_of_the_lessons_is_in_the_table() {
    let told: BTreeSet<&str> = FAULTS.iter().map(|(_, name, _)| *name).collect();
    for lesson_id in [
        "troubleshooting",
        "troubleshooting-pods",
        "troubleshooting-ways",
        "refused-manifests",
        "refused-shapes",
    ] {
        for step in &content::builtin().lesson(lesson_id).unwrap().steps {
            let name = format!("{lesson_id}/{}", step.id);
            // What is answered by commands looks at a fault, and mends none.
            let mends = match &step.kind {
                StepKind::Exercise(exercise) => !exercise.solution.is_empty(),
                _ => false,
            };
            assert!(!mends || told.contains(name.as_str()), "{name} is not in the table");
        }
    }
}

mod any_text {
    use super::*;
    use proptest::prelude::*;

    /// A right answer with a stretch of it replaced.
    fn broken(answer: &str, at: usize, n: usize, with: &str) -> String {
        let chars: Vec<char> = answer.chars().collect();
        let start = at % (chars.len() + 1);
        let end = (start + n).min(chars.len());
        chars[..start]
            .iter()
            .chain(&with.chars().collect::<Vec<_>>())
            .chain(&chars[end..])
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn is_graded_without_a_panic_and_within_the_points(
            which in 0..FAULTS.len(),
            (at, n) in (0_usize..600, 0_usize..40),
            with in "[a-z0-9:{}\\[\\]\"'\\-#|>&*! \n\t]{0,12}",
        ) {
            let (exercise, base) = exercise(FAULTS[which].1);
            let text = broken(&exercise.solution, at, n, &with);
            let graded = grade::grade(&base, &exercise.goals, "service.yaml", &text);
            prop_assert!(graded.points <= graded.max);
            prop_assert_eq!(graded.passed, graded.points == graded.max);
            for goal in &graded.goals {
                prop_assert!((0.0..=1.0).contains(&goal.share));
                prop_assert_eq!(goal.met, goal.earned == goal.points);
            }
            if !graded.applied.is_accepted() {
                prop_assert_eq!(graded.points, 0);
                let mended = grade::mend(&base, &exercise.goals, &text, &[&exercise.solution]);
                prop_assert!(mended.is_none_or(|mended| mended.points <= mended.max));
            }
        }
    }
}

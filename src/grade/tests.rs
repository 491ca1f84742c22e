//! Goals on small clusters.

use super::Work;
use super::{Evidence, Grade, check_goals, grade, mend, setup};
use crate::cluster::Cluster;
use crate::content::{
    Expect, FieldGoal, FieldTest, Goal, GoalKind, Hint, NameGoal, Pack, Probe, Unbroken,
};
use crate::dns::RecordType;
use crate::kubectl::Files;
use crate::trace::{Outcome, ReasonCode};
use serde_json::json;

const WORLD: &str = include_str!("../../tests/packs/whole/worlds/two-nodes.yaml");

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  \
                       type: NodePort\n  selector: {app: web}\n  ports:\n  - {name: http, \
                       port: 80, targetPort: 8080, nodePort: 30080}\n";

fn cluster() -> Cluster {
    Cluster::from_world(WORLD).unwrap().0
}

fn goal(points: u32, kind: GoalKind) -> Goal {
    Goal { id: "goal-1".into(), say: "wanted".into(), points, partial: false, kind }
}

fn probe(from: &str, to: &str, expect: Expect) -> Goal {
    let (from, to) = (from.to_owned(), to.to_owned());
    goal(2, GoalKind::Probe(Probe { from, to, say: String::new(), expect }))
}

fn answered_by(pods: &[&str]) -> Expect {
    let pods = pods.iter().map(|pod| (*pod).to_owned()).collect();
    Expect { outcomes: Some(vec![Outcome::Ok]), pods: Some(pods), ..Expect::default() }
}

fn graded(text: &str, goals: &[Goal]) -> Grade {
    grade(&cluster(), goals, "service.yaml", text)
}

fn evidence(text: &str, goal: Goal) -> (bool, Evidence) {
    let mut grade = graded(text, &[goal]);
    let result = grade.goals.remove(0);
    (result.met, result.evidence.unwrap())
}

#[test]
fn a_packet_that_does_not_arrive_shows_the_way_on_which_it_ends() {
    let wrong = SERVICE.replace("app: web", "app: wbe");
    let (met, evidence) =
        evidence(&wrong, probe("pod:client", "service/web:80", answered_by(&["web-a"])));
    assert!(!met);
    assert_eq!((evidence.wanted.as_str(), evidence.found.as_str()), ("answered", "refused"));
    let packets = evidence.packets.unwrap();
    assert_eq!(packets.way().reason.code, ReasonCode::NoEndpoints);
    assert_eq!(
        evidence.say,
        format!(
            "From pod:client to service/web:80, the packet is refused; it should be answered. {}",
            packets.way().reason.say
        )
    );
}

#[test]
fn the_first_expectation_that_fails_is_the_one_that_is_told() {
    let (met, evidence) =
        evidence(SERVICE, probe("pod:client", "service/web:80", answered_by(&["web-a", "web-b"])));
    assert!(!met);
    assert_eq!(evidence.wanted, "answered by web-a, web-b");
    assert_eq!(evidence.found, "answered by web-a");
}

#[test]
fn a_packet_to_each_node_is_judged_over_all_of_them() {
    let to_all = |expect| probe("external", "node*:30080", expect);
    let (met, found) = evidence(SERVICE, to_all(answered_by(&["web-a"])));
    assert!(met, "{}", found.say);
    assert_eq!(found.packets.unwrap().traces.len(), 2);
    // Only node1 runs the Pod: under policy Local node2 keeps silent.
    let local = SERVICE.replace("  selector", "  externalTrafficPolicy: Local\n  selector");
    let (met, found) = evidence(&local, to_all(answered_by(&["web-a"])));
    assert!(!met);
    assert_eq!(found.found, "answered, left without an answer");
    assert_eq!(found.packets.unwrap().way().reason.code, ReasonCode::LocalPolicyNoLocalEndpoint);
    let both = Expect {
        outcomes: Some(vec![Outcome::Timeout, Outcome::Ok]),
        sources: Some(vec!["external".into()]),
        ..Expect::default()
    };
    assert!(evidence_met(&local, to_all(both)));
}

fn evidence_met(text: &str, goal: Goal) -> bool {
    evidence(text, goal).0
}

#[test]
fn a_client_that_is_not_there_is_told_and_earns_nothing() {
    let (met, evidence) =
        evidence(SERVICE, probe("pod:nobody", "service/web:80", Expect::default()));
    assert!(!met);
    assert_eq!(evidence.say, "There is no Pod nobody to send from.");
    assert_eq!(evidence.packets, None);
}

#[test]
fn fields_are_looked_at_as_the_server_holds_them() {
    let cases = [
        ("spec.type", FieldTest::Equals(json!("NodePort")), true, "NodePort"),
        ("spec.ports[0].protocol", FieldTest::Equals(json!("TCP")), true, "TCP"),
        ("spec.ports[name=http].port", FieldTest::Equals(json!(80.0)), true, "80"),
        ("spec.ports[0].port", FieldTest::Equals(json!("80")), false, "80"),
        ("spec.ports[0].port", FieldTest::OneOf(vec![json!(8080), json!(80)]), true, "80"),
        ("spec.selector", FieldTest::Equals(json!({"app": "web"})), true, "{\"app\":\"web\"}"),
        ("spec.externalName", FieldTest::Absent, true, "not set"),
        ("spec.type", FieldTest::Absent, false, "NodePort"),
        ("spec.clusterIP", FieldTest::Exists, true, ""),
        ("spec.loadBalancerClass", FieldTest::Exists, false, "not set"),
        ("spec.clusterIP", FieldTest::Matches("10.*".into()), true, ""),
        ("metadata.name", FieldTest::Matches("api-*".into()), false, "web"),
        ("spec.ports", FieldTest::Count(1), true, "1 entry"),
        ("spec.selector", FieldTest::Count(2), false, "1 entry"),
        ("spec.type", FieldTest::Count(1), false, "NodePort"),
    ];
    for (path, test, expected, found) in cases {
        let field = FieldGoal { of: "svc/web".into(), path: path.into(), test };
        let shown = format!("{field:?}");
        let (met, evidence) = evidence(SERVICE, goal(1, GoalKind::Field(field)));
        assert_eq!(met, expected, "{shown}: {}", evidence.say);
        if !found.is_empty() {
            assert_eq!(evidence.found, found, "{shown}");
        }
    }
}

#[test]
fn an_object_in_another_namespace_is_told() {
    let object = |name: &str| goal(1, GoalKind::Object(name.into()));
    assert!(evidence_met(SERVICE, object("service/web")));
    assert!(evidence_met(SERVICE, object("svc/default/web")));
    let (met, evidence) = evidence(SERVICE, object("service/shop/web"));
    assert!(!met);
    assert_eq!(
        evidence.say,
        "There is no Service web in namespace shop; there is one in namespace default."
    );
}

#[test]
fn points_are_given_goal_by_goal() {
    let goals = [
        goal(3, GoalKind::Object("service/web".into())),
        goal(4, GoalKind::Object("service/api".into())),
    ];
    let grade = graded(SERVICE, &goals);
    assert_eq!((grade.points, grade.max, grade.passed), (3, 7, false));
}

#[test]
fn a_manifest_that_is_refused_earns_nothing_and_says_kubectls_words() {
    let refused = SERVICE.replace("30080", "80");
    let grade = graded(&refused, &[goal(3, GoalKind::Object("service/kubernetes".into()))]);
    assert_eq!((grade.points, grade.passed), (0, false));
    assert_eq!(grade.goals[0].evidence, None);
    assert_eq!(
        grade.applied.stderr,
        "The Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port \
         is not in the valid range. The range of valid ports is 30000-32767\n"
    );
}

#[test]
fn hints_cost_their_share_of_the_points_earned() {
    let grade = graded(SERVICE, &[goal(5, GoalKind::Object("service/web".into()))]);
    let hint = |cost| Hint { text: "h".into(), cost };
    let hints = [hint(0.0), hint(0.25), hint(0.1)];
    let paid: Vec<f64> = (0..=4).map(|n| grade.after_hints(&hints, n)).collect();
    assert_eq!(paid, [5.0, 5.0, 3.75, 3.25, 3.25]);
}

#[test]
fn grading_leaves_the_cluster_before_it_as_it_was() {
    let before = cluster();
    let goals = [goal(1, GoalKind::Object("service/web".into()))];
    assert!(grade(&before, &goals, "service.yaml", SERVICE).passed);
    let work = Work { before: &before, cluster: &before, files: &Files::default() };
    assert!(!check_goals(&work, &goals)[0].met);
}

#[test]
fn a_pack_that_is_wrong_says_why_nothing_can_be_set_up() {
    let mut pack = Pack::default();
    pack.worlds.insert("nodes".into(), WORLD.into());
    pack.worlds.insert("list".into(), "- 1\n".into());
    let why =
        |world: &str, existing: &str| setup(&pack, world, existing).err().map(|e| e.to_string());
    assert_eq!(why("nodes", SERVICE), None);
    assert_eq!(why("", ""), None);
    assert_eq!(why("nowhere", ""), Some("the pack has no world `nowhere`".into()));
    assert_eq!(
        why("list", ""),
        Some(
            "the world `list` can't be used: the world is not one mapping of settings and objects"
                .into()
        )
    );
    assert_eq!(
        why("nodes", "kind: Service\n"),
        Some(
            "what should already be in the cluster is refused: error: error validating \
             \"existing.yaml\": error validating data: apiVersion not set; if you choose to \
             ignore these errors, turn validation off with --validate=false"
                .into()
        )
    );
}

#[test]
fn a_goal_reached_in_part_gives_that_part_of_its_points_where_the_pack_says_so() {
    let local = SERVICE.replace("  selector", "  externalTrafficPolicy: Local\n  selector");
    let to_all = |points, partial| {
        let expect = answered_by(&["web-a"]);
        Goal { points, partial, ..probe("external", "node*:30080", expect) }
    };
    // One node of two answers.
    let earned = |goal: Goal| {
        let result = graded(&local, &[goal]).goals.remove(0);
        (result.earned, result.met, result.share)
    };
    assert_eq!(earned(to_all(4, true)), (2, false, 0.5));
    assert_eq!(earned(to_all(5, true)), (2, false, 0.5));
    assert_eq!(earned(to_all(1, true)), (0, false, 0.5));
    assert_eq!(earned(to_all(4, false)), (0, false, 0.5));
}

#[test]
fn a_star_stands_for_every_pod_that_it_matches_and_for_one_at_least() {
    let answered = |pods: &[&str]| {
        evidence_met(SERVICE, probe("pod:client", "service/web:80", answered_by(pods)))
    };
    assert!(answered(&["web-*"]));
    assert!(!answered(&["web-*", "api-*"]));
    assert!(!answered(&["api-*"]));
}

fn name(ask: &str, from: &str, record_type: RecordType, expect: &[&str]) -> Goal {
    let expect = expect.iter().map(|entry| (*entry).to_owned()).collect();
    let (ask, from) = (ask.to_owned(), from.to_owned());
    goal(1, GoalKind::Name(NameGoal { ask, from, record_type, expect }))
}

#[test]
fn a_name_must_lead_to_exactly_what_is_expected() {
    let headless =
        SERVICE.replace("type: NodePort", "clusterIP: None").replace(", nodePort: 30080", "");
    let alias = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, \
                 externalName: db.example.com}\n";
    let cases = [
        (SERVICE, name("web", "pod:client", RecordType::A, &["service/web"]), true),
        (SERVICE, name("web.default", "pod:client", RecordType::A, &["service/web"]), true),
        (SERVICE, name("web", "pod:client", RecordType::A, &["pod/web-a"]), false),
        (SERVICE, name("api", "pod:client", RecordType::A, &[]), true),
        (SERVICE, name("web", "pod:client", RecordType::A, &[]), false),
        (SERVICE, name("web", "pod:client", RecordType::A, &["service/api"]), false),
        (headless.as_str(), name("web", "pod:client", RecordType::A, &["pod/web-a"]), true),
        (alias, name("web", "pod:client", RecordType::Cname, &["db.example.com."]), true),
    ];
    for (text, goal, expected) in cases {
        let shown = format!("{goal:?}");
        let (met, evidence) = evidence(text, goal);
        assert_eq!(met, expected, "{shown}: {}", evidence.say);
    }
    let (_, told) = evidence(SERVICE, name("api", "pod:client", RecordType::A, &["service/web"]));
    assert_eq!(
        told.say,
        "Asked by pod:client, api gives no such name; it should give service/web."
    );
}

#[test]
fn what_must_be_gone_is_told_while_it_is_there() {
    let gone = |object: &str| goal(1, GoalKind::Gone(object.into()));
    assert!(evidence_met(SERVICE, gone("service/api")));
    let (met, evidence) = evidence(SERVICE, gone("service/web"));
    assert!(!met);
    assert_eq!(evidence.say, "There is still a Service web.");
}

/// The cluster with the Service in it.
fn with_service() -> Cluster {
    let mut pack = Pack::default();
    pack.worlds.insert("nodes".into(), WORLD.into());
    setup(&pack, "nodes", SERVICE).unwrap()
}

#[test]
fn what_worked_before_and_no_longer_does_is_told_with_its_packet() {
    let unbroken = |unbroken: Unbroken| goal(2, GoalKind::Unbroken(unbroken));
    let graded = |text: &str, goal: Goal| {
        let mut grade = grade(&with_service(), &[goal], "service.yaml", text);
        let result = grade.goals.remove(0);
        (result.met, result.evidence.unwrap())
    };
    let (met, evidence) = graded(SERVICE, unbroken(Unbroken::default()));
    assert!(met, "{}", evidence.say);
    assert!(evidence.say.starts_with("All ") && evidence.packets.is_none(), "{}", evidence.say);
    // Another label: nobody is selected.
    let other = SERVICE.replace("app: web", "app: api");
    let (met, evidence) = graded(&other, unbroken(Unbroken::default()));
    assert!(!met);
    assert!(evidence.say.contains("the packet was answered before; now it is refused."));
    assert_eq!(evidence.packets.unwrap().way().reason.code, ReasonCode::NoEndpoints);
    // The Service is what the exercise is about.
    let except = Unbroken { except: vec!["service/web".into()], probes: Vec::new() };
    assert!(graded(&other, unbroken(except)).0);
    // A door that was shut must stay shut.
    let shut = |port: u16| Unbroken {
        except: Vec::new(),
        probes: vec![("external".into(), format!("node1:{port}"))],
    };
    let moved = SERVICE.replace("30080", "30081");
    assert!(!graded(&moved, unbroken(shut(30081))).0);
    assert!(graded(&moved, unbroken(shut(30082))).0);
}

#[test]
fn a_refused_manifest_tells_what_it_would_have_earned_once_mended() {
    let goals = [
        probe("pod:client", "service/web:80", answered_by(&["web-a"])),
        goal(3, GoalKind::Object("service/api".into())),
    ];
    let mended = |text: &str| {
        let mended = mend(&cluster(), &goals, text, &[SERVICE])?;
        Some((mended.points, mended.max, mended.fields))
    };
    let field = |name: &str| Some((2, 5, vec![name.to_owned()]));
    // A sure fix: the quotes go.
    assert_eq!(mended(&SERVICE.replace("port: 80,", "port: \"80\",")), field("spec.ports[0].port"));
    // No sure fix: which port was meant is not known, but the rest is worth something.
    assert_eq!(mended(&SERVICE.replace("30080", "80")), field("spec.ports[0].nodePort"));
    // Broken so that nothing can be told.
    assert_eq!(mended("kind: [\n"), None);
    assert_eq!(mended(""), None);
}

//! Every piece of advice is given for its wrong example and not for its right one.

use portolan::advise::{advise, rules};
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::source::{LineIndex, Severity};

const WORLD: &str = "objects:
  - {apiVersion: v1, kind: Node, metadata: {name: node1}, spec: {podCIDR: 10.244.1.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.11}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: web-a, labels: {app: web, tier: front}}, spec: {nodeName: node1, containers: [{name: web, image: x, ports: [{name: http, containerPort: 8080}]}]}}
  - {apiVersion: v1, kind: Pod, metadata: {name: api-a, labels: {app: api}}, spec: {nodeName: node1, containers: [{name: api, image: x, ports: [{containerPort: 9000}]}]}}
";

fn advice(text: &str) -> Vec<String> {
    let (mut cluster, _) = Cluster::from_world(WORLD).unwrap();
    let applied = apply(&mut cluster, "web.yaml", text, &ApplyOptions::default());
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    let index = LineIndex::new(text);
    let findings = advise(&cluster, text);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Advice));
    findings
        .iter()
        .map(|finding| {
            let at = index.position(text, finding.span.start);
            format!("{}:{} {}", at.line, at.column, finding.code)
        })
        .collect()
}

#[test]
fn each_wrong_example_gets_its_advice_and_each_right_one_none() {
    let mut given = Vec::new();
    for rule in rules() {
        given.extend(advice(rule.wrong));
        assert_eq!(advice(rule.right), Vec::<String>::new(), "{}", rule.code);
    }
    assert_eq!(
        given,
        [
            "7:10 selector-matches-nothing",
            "10:19 target-port-nobody-offers",
            "6:9 load-balancer-open-to-all",
            "10:13 headless-port-not-translated",
            "7:17 external-name-is-an-address",
            "9:5 external-name-ignores-field",
            "5:1 service-without-selector",
            "7:19 load-balancer-ip-deprecated",
            "6:61 annotation-deprecated",
            "9:13 number-in-disguise",
            "6:29 boolean-word",
        ]
    );
}

#[test]
fn labels_that_stand_on_different_pods_select_nothing() {
    let text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: api\n    tier: front\n  ports:\n    - port: 80\n      targetPort: 8080\n";
    assert_eq!(advice(text), ["7:5 selector-matches-nothing"]);
}

#[test]
fn a_near_miss_can_be_mended_by_its_fix() {
    let rule = rules().next().unwrap();
    let (mut cluster, _) = Cluster::from_world(WORLD).unwrap();
    apply(&mut cluster, "web.yaml", rule.wrong, &ApplyOptions::default());
    let fix = advise(&cluster, rule.wrong).remove(0).fix.unwrap();
    let mut mended = rule.wrong.to_owned();
    mended.replace_range(fix.edits[0].span.start..fix.edits[0].span.end, &fix.edits[0].text);
    assert_eq!(mended, rule.right);
}

#[test]
fn a_world_without_pods_says_nothing_about_a_selector() {
    let rule = rules().next().unwrap();
    let mut cluster = Cluster::default();
    apply(&mut cluster, "web.yaml", rule.wrong, &ApplyOptions::default());
    assert_eq!(advise(&cluster, rule.wrong), []);
}

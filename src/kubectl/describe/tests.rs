use crate::cluster::Cluster;
use crate::kubectl::{Console, Files};

const WORLD: &str = include_str!("world.json");

/// What `kubectl describe` says, command by command.
fn said(commands: &[&str]) -> String {
    let (cluster, _) = Cluster::from_world(WORLD).unwrap();
    let mut console = Console::new(cluster, Files::default());
    let mut all = String::new();
    for command in commands {
        let outcome = console.line(&format!("kubectl describe {command}"));
        all += &format!(
            "$ kubectl describe {command}\n{}{}[{}]\n",
            outcome.stdout(),
            outcome.stderr(),
            outcome.exit
        );
    }
    all
}

#[test]
fn pods_and_nodes() {
    insta::assert_snapshot!(said(&["pod full -n shop", "node node1"]));
}

#[test]
fn workloads() {
    insta::assert_snapshot!(said(&[
        "deploy web -n shop",
        "rs -l app=rec -n shop --show-events",
        "rc/rc sts/sts ds/ds -n shop",
        "job/job cj/cron -n shop",
        "hpa hpa -n shop",
        "pdb pdb -n shop",
    ]));
}

#[test]
fn the_network() {
    insta::assert_snapshot!(said(&[
        "svc -n shop",
        "svc web -n shop",
        "endpointslices es -n shop",
        "endpointslices es2 -n shop",
        "ep hand -n shop",
        "ing -n shop",
        "ingressclass",
        "netpol -n shop",
    ]));
}

#[test]
fn what_is_kept() {
    insta::assert_snapshot!(said(&[
        "cm cm -n shop",
        "secret s -n shop",
        "pvc claim -n shop",
        "pv",
        "sc",
        "sa acc -n shop",
        "ns shop",
        "quota -n shop",
        "limits lr -n shop",
        "role role -n shop",
        "clusterrole cr",
        "rolebinding rb -n shop",
        "pc",
        "lease lease -n shop",
        "podtemplates pt -n shop",
    ]));
}

#[test]
fn what_there_is_not() {
    insta::assert_snapshot!(said(&[
        "",
        "svc nope -n shop",
        "svc we -n shop",
        "svc nope en -n shop",
        "svc en -A",
        "svc -n nowhere",
        "pods -A -l app=nope",
        "foo",
    ]));
}

#[test]
fn pods_in_a_row_are_described_as_each_alone() {
    let template = |name: &str, namespace: &str, spec: &str| {
        format!(
            "- {{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, labels: {{app: a}}}}, spec: {spec}}}\n"
        )
    };
    let plain = "{containers: [{name: c, image: nginx}]}";
    let other =
        "{containers: [{name: c, image: busybox, command: [sleep, 1d]}], nodeSelector: {a: b}}";
    let own = "{containers: [{name: c, image: nginx, env: [{name: ME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}";
    let mut world = "objects:\n- {kind: Node, metadata: {name: node1}}\n".to_owned();
    let specs = [plain, plain, other, plain, own, own, other, other];
    for (n, spec) in specs.into_iter().enumerate() {
        world += &template(&format!("p{n}"), if n % 3 == 0 { "default" } else { "shop" }, spec);
    }
    let (cluster, _) = Cluster::from_world(&world).unwrap();
    let mut console = Console::new(cluster, Files::default());
    for namespace in ["default", "shop"] {
        let names = console.line(&format!("kubectl get pods -o name -n {namespace}")).stdout();
        let each = |name| {
            console
                .clone()
                .line(&format!("kubectl describe {name} -n {namespace} --show-events=false"))
        };
        let alone: Vec<String> = names.lines().map(|name| each(name).stdout()).collect();
        assert!(alone.len() > 2);
        let row = console.line(&format!("kubectl describe pods -n {namespace}")).stdout();
        assert_eq!(row, alone.join("\n\n"));
    }
}

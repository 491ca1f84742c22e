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
        "clusterrole",
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

//! What kubectl says of itself, of the kubeconfig and of the API, as whole outputs.

use crate::cluster::Cluster;
use crate::kubectl::{Console, Files};

const WORLD: &str = r#"{"kubernetes": "v1.36.2", "context": "exam", "objects": [
{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1"}, "status": {"addresses": [{"type": "InternalIP", "address": "172.18.0.11"}]}},
{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": {"kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}}, "spec": {"ports": [{"name": "dns", "port": 53, "protocol": "UDP"}]}},
{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "reader", "namespace": "shop"}, "rules": [{"apiGroups": ["", "discovery.k8s.io"], "resources": ["services", "endpointslices"], "verbs": ["get", "list"]}]},
{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "reads", "namespace": "shop"}, "roleRef": {"kind": "Role", "name": "reader"}, "subjects": [{"kind": "ServiceAccount", "name": "bot", "namespace": "shop"}, {"kind": "User", "name": "dana"}]}
]}"#;

fn said(commands: &[&str]) -> String {
    let (cluster, _) = Cluster::from_world(WORLD).unwrap();
    let mut console = Console::new(cluster, Files::default());
    let mut all = String::new();
    for command in commands {
        let outcome = console.line(&format!("kubectl {command}"));
        let (out, err) = (outcome.stdout(), outcome.stderr());
        all += &format!("$ kubectl {command}\n{out}{err}[{}]\n", outcome.exit);
    }
    all
}

#[test]
fn the_kubeconfig_is_shown_and_changed() {
    insta::assert_snapshot!(said(&[
        "config view",
        "config get-contexts",
        "config set-context --current --namespace=shop",
        "config set-context dev --cluster=exam --user=u --namespace=default",
        "config get-contexts",
        "config get-contexts dev nope -o name",
        "config current-context",
        "config use-context dev",
        "config use nope",
        "config rename-context dev test",
        "config view --minify -o json",
        "config view -o jsonpath={.contexts[*].name}",
        "config set contexts.exam.namespace kube-system",
        "config unset contexts.exam.namespace",
        "config set clusters.a.b.c.server https://a.b.c",
        "config set users.u.nope x",
        "config get-clusters",
        "config get-users",
        "config delete-context nope",
        "config delete-context test",
        "config set-context",
        "config set-context --current a",
        "config foo",
        "config use-context",
    ]));
}

#[test]
fn the_api_is_listed() {
    insta::assert_snapshot!(said(&[
        "api-resources --api-group= -o wide",
        "api-resources --namespaced=false --verbs=list,create --sort-by=kind -o name",
        "api-resources --categories=all --no-headers",
        "api-resources --api-group=discovery.k8s.io -o yaml",
        "api-resources --sort-by=age",
        "api-resources -o csv",
        "api-resources svc",
        "api-versions",
        "version",
        "version --client -o json",
        "version -o yaml",
        "version -o csv",
        "version --short",
        "cluster-info",
        "cluster-info dump",
    ]));
}

#[test]
fn fields_are_explained() {
    insta::assert_snapshot!(said(&[
        "explain svc.spec.ports",
        "explain svc.spec.type",
        "explain deployments.apps.spec.strategy.rollingUpdate.maxSurge",
        "explain endpointslice --recursive",
        "explain svc.spec.selector",
        "explain crd.spec.versions.schema.openAPIV3Schema.items.pattern",
        "explain svc.spec.sessionAffinityConfig -o plaintext-openapiv2",
        "explain endpointslice.ports -o plaintext-openapiv2 --recursive",
        "explain hpa.spec.metrics --api-version=autoscaling/v1",
        "explain svc.spec.nope",
        "explain svc.spec.nope -o plaintext-openapiv2",
        "explain deployment.apps",
        "explain foo",
        "explain",
        "explain svc po",
        "explain svc -o html",
        "explain svc --api-version=v2",
        "explain svc..spec",
    ]));
}

#[test]
fn rights_are_told() {
    insta::assert_snapshot!(said(&[
        "auth can-i create services",
        "auth can-i delete nodes",
        "auth can-i frob foo",
        "auth can-i get /healthz",
        "auth can-i get svc -n shop --as=dana",
        "auth can-i delete svc -n shop --as=dana",
        "auth can-i list endpointslices.discovery.k8s.io -n shop --as=system:serviceaccount:shop:bot",
        "auth can-i get svc --as=dana",
        "auth can-i get svc --as=dana --as-group=system:masters -q",
        "auth can-i --list",
        "auth can-i --list -n shop --as=dana",
        "auth can-i --list get",
        "auth can-i get",
        "auth whoami",
        "auth whoami -o yaml",
    ]));
}

#[test]
fn the_overview_goes_with_unknown_topics() {
    let overview = said(&["help"]);
    let (head, groups) = overview.split_at(overview.find("Basic Commands").unwrap());
    assert!(head.starts_with("$ kubectl help\nkubectl controls the Kubernetes cluster manager.\n"));
    let same = format!("$ kubectl help foo\nUnknown help topic [`foo`]\n\n\n{groups}");
    assert_eq!(said(&["help foo"]), same);
    assert!(groups.contains("\n  describe        Show details of a specific resource"));
}

#[test]
fn kubectl_helps() {
    insta::assert_snapshot!(said(&[
        "auth",
        "auth foo",
        "config -h",
        "help describe",
        "options",
        "descirbe svc",
        "zzz",
    ]));
}

/// Three nodes, a workload with four Pods, one Pod by itself.
fn with_nodes(commands: &[&str]) -> String {
    let nodes = ["node1", "node2", "node3"].map(|name| {
        format!("- {{kind: Node, metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}}}}}}}\n")
    });
    let (cluster, _) = Cluster::from_world(&format!("objects:\n{}", nodes.concat())).unwrap();
    let mut console = Console::new(cluster, Files::default());
    let mut all = String::new();
    for command in commands {
        let outcome = console.line(&format!("kubectl {command}"));
        let (out, err) = (outcome.stdout(), outcome.stderr());
        all += &format!("$ kubectl {command}\n{err}{out}[{}]\n", outcome.exit);
    }
    all
}

#[test]
fn nodes_are_cordoned_and_drained() {
    insta::assert_snapshot!(with_nodes(&[
        "create deploy web --image=nginx --replicas=4",
        "run bare --image=nginx",
        "cordon",
        "cordon nope",
        "cordon node3",
        "cordon node/node3",
        "get nodes",
        "cordon node1 node2",
        "uncordon node1 node2",
        "uncordon node1",
        "cordon -l x=y",
        "cordon node1 -l x=y",
        "cordon node1 --dry-run=client",
        "cordon node1 --dry-run=server",
        "drain",
        "drain nope",
        "drain node2 --dry-run=client",
        "drain node2",
        "get pods -o custom-columns=NAME:.metadata.labels.app,NODE:.spec.nodeName",
        "drain node2",
        "drain node1",
        "drain node1 --force",
        "get pods -o custom-columns=NAME:.metadata.labels.app,STATUS:.status.phase,NODE:.spec.nodeName",
        "uncordon node3",
        "get pods -o custom-columns=NAME:.metadata.labels.app,STATUS:.status.phase,NODE:.spec.nodeName",
    ]));
}

#[test]
fn nodes_are_tainted() {
    insta::assert_snapshot!(with_nodes(&[
        "taint",
        "taint node node1",
        "taint nodes node1 a",
        "taint nodes node1 a=b",
        "taint nodes node1 a=b:Foo",
        "taint nodes node1 a=b:NoSchedule",
        "taint nodes node1 a=b:NoSchedule",
        "taint nodes node1 a=c:NoSchedule --overwrite",
        "taint nodes node1 x:NoExecute y=1:PreferNoSchedule",
        "get node node1 -o jsonpath={.spec.taints}",
        "taint nodes node1 q-",
        "taint nodes node1 x:NoSchedule-",
        "taint nodes node1 a:NoSchedule- z:NoSchedule",
        "taint nodes node1 x- y- z-",
        "get node node1 -o jsonpath={.spec.taints}",
        "taint pods bare a=b:NoSchedule",
        "taint node nope a=b:NoSchedule",
        "taint nodes --all m=1:NoSchedule",
        "taint nodes --all m-",
        "taint nodes -l kubernetes.io/hostname=node1 m=1:NoSchedule",
        "taint node/node1 m-",
        "taint nodes node1 a=b:NoSchedule a=b:NoSchedule",
        "taint nodes node1 a=b:NoSchedule a-",
        "taint nodes node1 a=b=c:NoSchedule",
        "taint nodes node1 =b:NoSchedule",
        "taint nodes node1 A_/b=b:NoSchedule",
        "taint nodes node1 a=b?:NoSchedule",
        "taint nodes node1 k=v:NoSchedule --dry-run=client",
        "taint nodes node1 k=v:NoSchedule --dry-run=server",
        "taint nodes node1 k=v:NoSchedule -o name",
        "taint nodes node1 k-",
    ]));
}

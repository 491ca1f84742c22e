//! What a change may not change.

use super::{DUAL_STACK, NAMES, Rule, SERVICE, VIRTUAL_IPS, web};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "finalizer-added-while-deleting",
        title: "A finalizer comes too late",
        explanation: "The object is being deleted and takes no new finalizers. Wait until it is gone, or leave its finalizers as they are.",
        why: "Otherwise a deletion could be held up for ever.",
        upstream: "`ValidateObjectMetaAccessorUpdate`, apimachinery/pkg/api/validation",
        before: Some(web!(
            "  finalizers: [example.com/a]",
            "  deletionTimestamp: \"2026-01-01T00:00:00Z\"",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        )),
        wrong: web!(
            "  finalizers: [example.com/a, example.com/b]",
            "  deletionTimestamp: \"2026-01-01T00:00:00Z\"",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  finalizers: [example.com/a]",
            "  deletionTimestamp: \"2026-01-01T00:00:00Z\"",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    },
    Rule {
        code: "resource-version-missing",
        title: "The change does not say what it is based on",
        explanation: "A replaced object carries the resourceVersion that was read. Take it from the live object, or use kubectl apply.",
        why: "Two people's changes would overwrite each other unseen.",
        upstream: "`ValidateObjectMetaAccessorUpdate`, apimachinery/pkg/api/validation",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!(
            "  resourceVersion: \"\"",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/",
    },
    Rule {
        code: "metadata-immutable",
        title: "A field of metadata that never changes was changed",
        explanation: "Name, namespace, uid and times belong to the object for life. Put the old value back, or make a new object.",
        why: "They are what makes it this object and no other.",
        upstream: "`ValidateObjectMetaAccessorUpdate`, apimachinery/pkg/api/validation",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!(
            "  uid: 0b9c7a52-6a4e-4f8e-9d55-7f2d0a1c1e11",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: NAMES,
    },
    Rule {
        code: "cluster-ip-changed",
        title: "A Service keeps its clusterIP and family",
        explanation: "The address stays for the Service's life. Leave it as it is, or delete the Service and make it anew.",
        why: "Clients remember addresses, in DNS caches and in open connections.",
        upstream: "`validateUpgradeDowngradeClusterIPs`, pkg/apis/core/validation",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  clusterIP: None",
            "  clusterIPs: [None]"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: SERVICE,
    },
    Rule {
        code: "release-needs-single-stack",
        title: "Giving back the second address needs SingleStack",
        explanation: "The second family goes only when ipFamilyPolicy says SingleStack. Set it, or keep both.",
        why: "Nobody loses an address by accident.",
        upstream: "`initIPFamilyFields`, pkg/registry/core/service/storage",
        before: Some(web!("spec:", "  clusterIP: None", "  ports:", "  - port: 80")),
        wrong: web!(
            "spec:",
            "  clusterIP: None",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]",
            "  ipFamilyPolicy: RequireDualStack"
        ),
        right: web!(
            "spec:",
            "  clusterIP: None",
            "  ports:",
            "  - port: 80",
            "  ipFamilies: [IPv4]",
            "  ipFamilyPolicy: SingleStack"
        ),
        page: DUAL_STACK,
    },
    Rule {
        code: "load-balancer-class-changed",
        title: "loadBalancerClass can't be changed",
        explanation: "The class is chosen when the Service becomes a LoadBalancer. Put the old value back, or change the type first.",
        why: "Another load balancer would not know what the first one has set up.",
        upstream: "`validateLoadBalancerClassField`, pkg/apis/core/validation",
        before: Some(web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerClass: example.com/a"
        )),
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerClass: example.com/b"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  loadBalancerClass: example.com/a"
        ),
        page: SERVICE,
    },
    Rule {
        code: "health-check-port-changed",
        title: "healthCheckNodePort can't be changed",
        explanation: "The load balancer asks on this port and would not learn of another. Leave it as it was.",
        why: "It is given out once, when the Service becomes a local LoadBalancer.",
        upstream: "`validateServiceExternalTrafficFieldsUpdate`, pkg/apis/core/validation",
        before: Some(web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  externalTrafficPolicy: Local",
            "  healthCheckNodePort: 32000"
        )),
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  externalTrafficPolicy: Local",
            "  healthCheckNodePort: 32001"
        ),
        right: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: LoadBalancer",
            "  externalTrafficPolicy: Local",
            "  healthCheckNodePort: 32000"
        ),
        page: VIRTUAL_IPS,
    },
    Rule {
        code: "patch-unfit",
        title: "The change does not fit the object's form",
        explanation: "A field that is not known, or a value of the wrong kind, is in the change that kubectl sends. Look for a typing error, quotes too many or too few, or a list where a map belongs.",
        why: "On a change the server checks the form after merging, and its message shows the whole change.",
        upstream: "`applyPatchToObject`, apiserver/pkg/endpoints/handlers",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!("spec:", "  selector: {app: web}", "  ports: {port: 80}"),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/",
    },
    Rule {
        code: "object-changed-meanwhile",
        title: "The object is not the one that is meant",
        explanation: "The manifest names a resourceVersion, and the live object has another by now. Take metadata.resourceVersion out.",
        why: "Who names a version wants to change that one only, so that two people do not undo each other's work.",
        upstream: "`Store.Update`, apiserver/pkg/registry/generic/registry",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!(
            "  resourceVersion: \"123456789\"",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/reference/using-api/api-concepts/",
    },
    Rule {
        code: "patch-refused",
        title: "The server can't apply the change",
        explanation: "The change can't be merged into the live object as it is written. Look for fields that begin with a dollar sign and for a resourceVersion that is no number.",
        why: "Names such as $patch are orders to the server when it merges.",
        upstream: "`StrategicMergeMapPatch`, apimachinery/pkg/util/strategicpatch",
        before: Some(web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80")),
        wrong: web!(
            "  resourceVersion: latest",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/",
    },
    Rule {
        code: "namespace-terminating",
        title: "The namespace is being deleted",
        explanation: "Nothing new can be made in a namespace that is going away. Take another, or wait until it is gone and create it anew.",
        why: "Otherwise the namespace would never become empty.",
        upstream: "NamespaceLifecycle, apiserver/pkg/admission",
        before: None,
        wrong: web!(
            "  namespace: leaving",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    },
    Rule {
        code: "server-failed",
        title: "The server could not do it",
        explanation: "No address or port is left in the cluster's range, or the object could not be stored. Delete Services that nobody needs, or give the world a larger range.",
        why: "Addresses and node ports come from ranges that are set when a cluster is made.",
        upstream: "`allocIPs` and `initNodePorts`, pkg/registry/core/service/storage",
        before: None,
        wrong: web!(
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80",
            "  type: NodePort"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: VIRTUAL_IPS,
    },
];

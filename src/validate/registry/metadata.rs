//! Metadata.

use super::{LABELS, NAMES, Rule, web};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "generate-name-invalid",
        title: "The prefix for a made-up name can't begin a name",
        explanation: "A name made from this prefix would not be allowed. Use lower-case letters, digits and dashes, beginning with a letter or digit.",
        why: "The server appends five characters to generateName, and the whole must be a DNS label.",
        upstream: "`ValidateObjectMeta`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  generateName: Web_",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  generateName: web-",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: NAMES,
    },
    Rule {
        code: "name-missing",
        title: "The object has no name",
        explanation: "Every object is found by its name. Give it one under metadata.name.",
        why: "Names are the key under which objects are stored, and a Service's name is its DNS name too.",
        upstream: "`ValidateObjectMeta`, apimachinery/pkg/api/validation",
        before: None,
        wrong: concat!(
            "apiVersion: v1\n",
            "kind: Service\n",
            "metadata: {}\n",
            "spec:\n",
            "  selector: {app: web}\n",
            "  ports:\n",
            "  - port: 80\n"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: NAMES,
    },
    Rule {
        code: "name-invalid",
        title: "The name is no DNS label",
        explanation: "A Service's name becomes part of its DNS name: lower-case letters, digits and dashes, at most 63, with a letter or digit at both ends. Rename it.",
        why: "`NAME.NAMESPACE.svc.cluster.local` has to be a name that every resolver takes.",
        upstream: "`ValidateServiceName`, pkg/apis/core/validation",
        before: None,
        wrong: concat!(
            "apiVersion: v1\n",
            "kind: Service\n",
            "metadata:\n",
            "  name: My_Web\n",
            "spec:\n",
            "  selector: {app: web}\n",
            "  ports:\n",
            "  - port: 80\n"
        ),
        right: concat!(
            "apiVersion: v1\n",
            "kind: Service\n",
            "metadata:\n",
            "  name: my-web\n",
            "spec:\n",
            "  selector: {app: web}\n",
            "  ports:\n",
            "  - port: 80\n"
        ),
        page: NAMES,
    },
    Rule {
        code: "namespace-invalid",
        title: "The namespace's name is no DNS label",
        explanation: "A namespace is named with lower-case letters, digits and dashes. Write the name of one that exists.",
        why: "The namespace is part of every DNS name in it.",
        upstream: "`ValidateObjectMeta`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  namespace: Team_A",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  namespace: default",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    },
    Rule {
        code: "generation-negative",
        title: "metadata.generation is negative",
        explanation: "The server counts generations itself. Take the field out.",
        why: "A generation tells controllers whether they have seen the newest spec.",
        upstream: "`ValidateObjectMeta`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  generation: -1",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: NAMES,
    },
    Rule {
        code: "label-key-invalid",
        title: "A label's key has a wrong form",
        explanation: "A key is a name of letters, digits, dashes, dots and underscores, and may have a domain and one slash before it. Correct the key.",
        why: "Selectors are written as text (`app=web,tier!=db`), so keys can't hold other characters.",
        upstream: "`ValidateLabels`, apimachinery/pkg/apis/meta/v1/validation",
        before: None,
        wrong: web!(
            "  labels: {my app: web}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  labels: {my-app: web}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: LABELS,
    },
    Rule {
        code: "label-value-invalid",
        title: "A label's value has a wrong form",
        explanation: "A label's value has at most 63 letters, digits, dashes, dots and underscores, with a letter or digit at both ends. Put longer or freer text into an annotation.",
        why: "Selectors are written as text, so values can't hold other characters.",
        upstream: "`ValidateLabels`, apimachinery/pkg/apis/meta/v1/validation",
        before: None,
        wrong: web!(
            "  labels: {app: my web}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  labels: {app: my-web}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: LABELS,
    },
    Rule {
        code: "annotation-key-invalid",
        title: "An annotation's key has a wrong form",
        explanation: "A key is a name of letters, digits, dashes, dots and underscores, and may have a domain and one slash before it. Correct the key; the value may be any text.",
        why: "Keys carry the domain of the tool that reads them.",
        upstream: "`ValidateAnnotations`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  annotations: {\"my note\": x}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  annotations: {my-note: x}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
    },
    Rule {
        code: "annotations-too-large",
        title: "The annotations are too large together",
        explanation: "All annotations of an object together may have 256 KiB. Move large data into a ConfigMap or a file.",
        why: "Objects are read and sent often; etcd limits their size. `kubectl apply` itself stores a copy of the manifest in an annotation.",
        upstream: "`ValidateAnnotationsSize`, apimachinery/pkg/api/validation",
        before: None,
        wrong: concat!(
            "apiVersion: v1\n",
            "kind: Service\n",
            "metadata:\n",
            "  name: web\n",
            "  annotations: {note: <262144 letters>}\n",
            "spec:\n",
            "  selector: {app: web}\n",
            "  ports:\n",
            "  - port: 80\n"
        ),
        right: web!(
            "  annotations: {note: short}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
    },
    Rule {
        code: "owner-reference-incomplete",
        title: "An owner is not named fully",
        explanation: "An owner reference needs apiVersion, kind, name and uid of its owner. Copy them from the owner, or take the reference out.",
        why: "The garbage collector finds owners by uid and deletes what they own.",
        upstream: "`validateOwnerReference`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  ownerReferences:",
            "  - {apiVersion: apps/v1, kind: Deployment, name: web}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  ownerReferences:",
            "  - {apiVersion: apps/v1, kind: Deployment, name: web, uid: 1b2c}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/",
    },
    Rule {
        code: "owner-reference-banned",
        title: "An Event can't own anything",
        explanation: "Events expire, and what they own would go with them. Take the reference out.",
        why: "A list of kinds that may not be owners exists, and Event is on it.",
        upstream: "`validateOwnerReference`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  ownerReferences:",
            "  - {apiVersion: v1, kind: Event, name: e, uid: 1b2c}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/",
    },
    Rule {
        code: "owner-reference-two-controllers",
        title: "Two owners say that they manage the object",
        explanation: "Only one owner may have controller: true. Leave it on the one that manages this object.",
        why: "Two controllers would undo each other's work.",
        upstream: "`ValidateOwnerReferences`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  ownerReferences:",
            "  - {apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true}",
            "  - {apiVersion: apps/v1, kind: ReplicaSet, name: b, uid: b, controller: true}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  ownerReferences:",
            "  - {apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: a, controller: true}",
            "  - {apiVersion: apps/v1, kind: ReplicaSet, name: b, uid: b}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/",
    },
    Rule {
        code: "finalizer-invalid",
        title: "A finalizer's name has a wrong form",
        explanation: "A finalizer is named like a label's key, as in example.com/cleanup. Correct it.",
        why: "A finalizer's name tells who will take it away again.",
        upstream: "`ValidateFinalizerName`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  finalizers: [example.com/my cleanup]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  finalizers: [example.com/my-cleanup]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    },
    Rule {
        code: "finalizers-conflict",
        title: "Two finalizers contradict each other",
        explanation: "orphan keeps what this object owns and foregroundDeletion deletes it first. Keep one of them.",
        why: "They are the two answers to the same question, and deletion would never end.",
        upstream: "`ValidateFinalizers`, apimachinery/pkg/api/validation",
        before: None,
        wrong: web!(
            "  finalizers: [orphan, foregroundDeletion]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  finalizers: [foregroundDeletion]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    },
    Rule {
        code: "managed-fields-invalid",
        title: "metadata.managedFields has a wrong form",
        explanation: "The server keeps this list itself. Take it out of the manifest.",
        why: "managedFields says who set which field; it is copied into manifests by `kubectl get -o yaml --show-managed-fields`.",
        upstream: "`ValidateManagedFields`, apimachinery/pkg/apis/meta/v1/validation",
        before: None,
        wrong: web!(
            "  managedFields:",
            "  - manager: a-name-that-is-longer-than-the-hundred-and-twenty-eight-letters-that-the-server-allows-for-one-because-somebody-put-a-whole-sentence-here",
            "    operation: Update",
            "    apiVersion: v1",
            "    fieldsType: FieldsV1",
            "    fieldsV1: {\"f:spec\": {}}",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!("spec:", "  selector: {app: web}", "  ports:", "  - port: 80"),
        page: "https://kubernetes.io/docs/reference/using-api/server-side-apply/",
    },
    Rule {
        code: "finalizer-unqualified",
        title: "A finalizer has no domain",
        explanation: "Only Kubernetes' own finalizers go without a domain. Write it as in example.com/cleanup.",
        why: "Two tools could mean different things by the same short name.",
        upstream: "`validateKubeFinalizerName`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "  finalizers: [cleanup]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  finalizers: [example.com/cleanup]",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",
    },
    Rule {
        code: "topology-annotations-differ",
        title: "Two topology annotations disagree",
        explanation: "topology-aware-hints is the old name of topology-mode, and both must say the same. Keep topology-mode.",
        why: "A Service can't follow both.",
        upstream: "`ValidateService`, pkg/apis/core/validation",
        before: None,
        wrong: web!(
            "  annotations:",
            "    service.kubernetes.io/topology-aware-hints: disabled",
            "    service.kubernetes.io/topology-mode: Auto",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        right: web!(
            "  annotations:",
            "    service.kubernetes.io/topology-mode: Auto",
            "spec:",
            "  selector: {app: web}",
            "  ports:",
            "  - port: 80"
        ),
        page: "https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/",
    },
];

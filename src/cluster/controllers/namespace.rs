//! The namespace controller (pkg/controller/namespace, v1.36): a namespace that is deleted waits
//! a moment, then all that is in it goes, and then itself. Where there were Pods it looks again
//! when half of their time to end is over.

use crate::cluster::{Cluster, Key, Name};
use serde_json::{Value, json};

/// `namespaceDeletionGracePeriod`, in seconds.
const GRACE: i64 = 5;
/// Until it looks again: half of a Pod's thirty seconds, and one.
const PODS_TAKE: i64 = 16;

impl Cluster {
    /// Begins to delete a namespace: it takes nothing new from now on.
    pub(in crate::cluster) fn begin_to_end(&mut self, mut namespace: Value) {
        namespace["metadata"]["deletionTimestamp"] = self.settings.now.to_string().into();
        namespace["spec"]["finalizers"] = json!(["kubernetes"]);
        namespace["status"]["phase"] = "Terminating".into();
        // It was read before.
        let _ = self.write(namespace);
    }

    /// Goes on with the namespaces that are being deleted, by the world's clock.
    pub(super) fn end_namespaces(&mut self) {
        let ending: Vec<(Name, Value)> = self
            .namespaces
            .values()
            .filter(|namespace| namespace.terminating)
            .map(|one| (Name::new("", &one.name), (*one.value).clone()))
            .collect();
        let second = |text: &str| text.parse().ok().map(jiff::Timestamp::as_second);
        for (name, namespace) in ending {
            let since = namespace["metadata"]["deletionTimestamp"].as_str().and_then(second);
            let (Some(since), Some(now)) = (since, second(&self.settings.now)) else { continue };
            if now < since + GRACE || super::super::remove::has_finalizers(&namespace["metadata"]) {
                continue;
            }
            let has_pods = !self.pods.names_within(&name.name).is_empty();
            let is_emptied = !namespace["status"]["conditions"].is_null();
            if has_pods {
                let n_pods = self.pods.names_within(&name.name).len();
                self.empty_namespace(&name);
                self.say_what_remains(namespace, n_pods);
            } else if !is_emptied || now >= since + GRACE + PODS_TAKE {
                self.delete_object(&Key { kind: "Namespace".into(), name });
            }
        }
    }

    fn say_what_remains(&mut self, mut namespace: Value, n_pods: usize) {
        let now = self.settings.now.to_string();
        let remains =
            format!("Some resources are remaining: pods. has {n_pods} resource instances");
        let conditions: Vec<Value> = [
            (
                "NamespaceDeletionDiscoveryFailure",
                "False",
                "ResourcesDiscovered",
                "All resources successfully discovered",
            ),
            (
                "NamespaceDeletionGroupVersionParsingFailure",
                "False",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed",
            ),
            (
                "NamespaceDeletionContentFailure",
                "False",
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization",
            ),
            ("NamespaceContentRemaining", "True", "SomeResourcesRemain", &*remains),
            (
                "NamespaceFinalizersRemaining",
                "False",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
            ),
        ]
        .into_iter()
        .map(|(kind, status, reason, message)| {
            json!({
                "lastTransitionTime": now, "message": message, "reason": reason,
                "status": status, "type": kind,
            })
        })
        .collect();
        namespace["status"]["conditions"] = conditions.into();
        let _ = self.write(namespace);
    }
}

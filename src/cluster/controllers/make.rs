//! Pods that a controller makes of a template (`GetPodFromTemplate`,
//! pkg/controller/controller_utils.go, v1.36).

use super::names::{made_up_uid, random_part};
use super::{controller_of, owner_reference};
use crate::cluster::admit_pod::admit_pod;
use crate::cluster::layer::Left;
use crate::cluster::{Cluster, Key, asked};
use crate::manifest::go::Quoted;
use serde_json::{Value, json};

impl Cluster {
    /// `PREFIX-` and five letters: the next name of this owner's that no Pod has.
    pub(super) fn next_name(&mut self, owner: &Key, prefix: &str) -> String {
        let namespace = &*owner.name.namespace;
        loop {
            let mut n_made = 0;
            self.n_made.change(&owner.name, |n| {
                *n += 1;
                n_made = *n;
                Left::Something
            });
            let name = format!("{prefix}{}", random_part(&format!("{namespace}/{prefix}{n_made}")));
            if self.pod(namespace, &name).is_none() {
                return name;
            }
        }
    }

    /// A Pod of `template` that `owner` controls; nothing is put yet.
    pub(super) fn pod_of(
        &self,
        owner: &Value,
        template: &Value,
        (name, prefix): (&str, &str),
    ) -> Value {
        let namespace = owner["metadata"]["namespace"].as_str().unwrap_or("default");
        let mut metadata = json!({
            "creationTimestamp": self.settings.now,
            "generateName": prefix,
            "generation": 1,
            "labels": template["metadata"]["labels"],
            "name": name,
            "namespace": namespace,
            "ownerReferences": [owner_reference(owner)],
            "uid": made_up_uid(&format!("Pod/{namespace}/{name}/{}", self.revision)),
        });
        if !template["metadata"]["annotations"].is_null() {
            metadata["annotations"] = template["metadata"]["annotations"].clone();
        }
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"],
        })
    }

    /// Puts a Pod that `owner` made, and says so; false where it is refused.
    pub(super) fn create_pod(
        &mut self,
        owner: &Value,
        mut pod: Value,
        message: String,
        from: &'static str,
    ) -> bool {
        // What a world gives short is not asked for what it names.
        if self.is_asked_for(owner)
            && let Err(why) = asked::ask(self, &mut pod)
        {
            let name = &pod["metadata"]["generateName"];
            let name = name.as_str().or(pod["metadata"]["name"].as_str()).unwrap_or_default();
            let message = format!("Error creating: pods {:?} is forbidden: {why}", Quoted(name));
            self.event(owner, "Warning", "FailedCreate", message, from);
            return false;
        }
        admit_pod(&mut pod);
        let said = self.events.clone();
        self.event(owner, "Normal", "SuccessfulCreate", message, from);
        let Err(error) = self.write(pod) else { return true };
        self.events = said;
        let message = format!("Error creating: {error}");
        self.event(owner, "Warning", "FailedCreate", message, from);
        false
    }

    /// Whether somebody asked the server for `owner`, or for what controls it.
    fn is_asked_for(&self, owner: &Value) -> bool {
        let namespace = owner["metadata"]["namespace"].as_str().unwrap_or("default");
        let above = controller_of(owner, namespace).and_then(|key| self.other(&key));
        let is_asked = |object: &Value| object["metadata"]["managedFields"].is_array();
        is_asked(owner) || above.is_some_and(|above| is_asked(&above))
    }
}

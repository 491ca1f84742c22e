//! The slices of a Service as its Pods come, change and go, and kube-proxy's view of them.

use super::layer::Left;
use super::object::{EndpointSlice, Pod, SliceEndpoint};
use super::settle::left;
use super::watch::ChangeKind;
use super::{Cluster, Endpoints, Key, Name, endpoints};
use crate::source::halves;
use std::sync::Arc;

/// So many changed endpoints of a Service are asked for their times.
const MOST_ASKED: usize = 100;

impl Cluster {
    /// Makes the controller's slices of Service `name` anew, and kube-proxy's view of all
    /// its slices.
    pub(super) fn derive(&mut self, name: &Name) {
        if let Some(deferred) = &mut self.deferred {
            deferred.insert(name.clone());
            return;
        }
        let new = self.derived(name);
        self.write_derived(name, new);
        self.view(name);
    }

    /// As [`Self::derive`] of each: what does not change the cluster is done in two halves.
    pub(super) fn derive_all(&mut self, names: &[Name]) {
        if !halves::are_many(names.len()) {
            names.iter().for_each(|name| self.derive(name));
            return;
        }
        // What one Service's slices are does not depend on another's.
        let derived = halves::map(names.iter().collect(), |name| self.derived(name));
        for (name, new) in names.iter().zip(derived) {
            self.write_derived(name, new);
        }
        let views = halves::map(names.iter().collect(), |name| self.viewed(name));
        for (name, view) in names.iter().zip(views) {
            self.put_view(name, view);
        }
    }

    /// The controller's slices of a Service, made anew.
    fn derived(&self, name: &Name) -> Vec<EndpointSlice> {
        self.services.get(name).map(|service| endpoints::derive(self, service)).unwrap_or_default()
    }

    /// Puts the controller's slices of a Service in the place of those that it has.
    fn write_derived(&mut self, name: &Name, mut new: Vec<EndpointSlice>) {
        let service = self.services.get(name);
        let is_left = service.is_some_and(|service| !service.has_endpoints())
            && self.has_left_endpoints(name);
        let is_derived = |slice: &EndpointSlice| slice.managed && (slice.mirrored || !is_left);
        let old: Vec<Name> = self
            .slices_of
            .get(name)
            .into_iter()
            .flatten()
            .filter(|slice| self.slices.get(slice).is_some_and(|slice| is_derived(slice)))
            .cloned()
            .collect();
        let is_first = old.is_empty();
        // Those that stay as they are keep their version.
        let (mut before, mut changed) = (Vec::new(), Vec::new());
        for slice in old {
            let same =
                |new: &EndpointSlice| self.slices.get(&slice).is_some_and(|o| o.is_same(new));
            if let Some(at) = new.iter().position(same) {
                new.remove(at);
            } else {
                before.push(slice);
            }
        }
        let trigger = self.trigger(name, is_first, &before, &new);
        for slice in before {
            let generation = self.slices.get(&slice).map_or(0, |old| old.generation);
            for new in new.iter_mut().filter(|new| new.name == slice) {
                new.generation = generation + 1;
            }
            if new.iter().any(|new| new.name == slice) {
                changed.push(slice);
                continue;
            }
            let key = Key { kind: "EndpointSlice".into(), name: slice };
            let held = self.held(&key);
            self.remove_slice(&key.name);
            self.revision += 1;
            self.note(self.revision, ChangeKind::Deleted, key, held);
        }
        for slice in &changed {
            self.make_way(name, slice);
        }
        for mut slice in new {
            let kind = match changed.contains(&slice.name) {
                true => ChangeKind::Modified,
                false => ChangeKind::Added,
            };
            slice.trigger.clone_from(&trigger);
            self.write_slice(slice, kind);
        }
    }

    /// As [`Self::derive`], where nothing else of the Service changed than its metadata.
    pub(super) fn derive_labels(&mut self, name: &Name) {
        let names = self.slices_of.get(name).map_or(&[][..], Vec::as_slice);
        let only = match (names, &self.deferred) {
            // One that somebody wrote instead of the controller is to be made anew.
            ([only], None) => self
                .slices
                .get(only)
                .filter(|slice| slice.managed && !slice.mirrored && slice.value.is_none()),
            _ => None,
        };
        let service = self.services.get(name).filter(|service| service.has_endpoints());
        let Some((old, service)) = only.zip(service) else { return self.derive(name) };
        let mut slice = EndpointSlice::clone(old);
        slice.owner = Some(service.value.clone());
        if !old.is_same(&slice) {
            slice.generation += 1;
            slice.trigger = None;
            self.write_slice(slice, ChangeKind::Modified);
        }
    }

    /// As [`Self::derive`], where nothing else happened than that a Pod went.
    pub(super) fn derive_without(&mut self, name: &Name, pod: &Pod) {
        let names = self.slices_of.get(name).map_or(&[][..], Vec::as_slice);
        let only = match (names, &self.deferred) {
            ([only], None) => {
                self.slices.get(only).filter(|slice| slice.managed && !slice.mirrored)
            }
            _ => None,
        };
        let service = self.services.get(name);
        let is_simple = service.is_some_and(|s| s.has_endpoints() && s.ip_families.len() == 1);
        let Some(old) = only.filter(|_| is_simple) else { return self.derive(name) };
        let is_its = |endpoint: &SliceEndpoint| endpoint.pod.as_ref() == Some(&pod.name);
        if old.endpoints.iter().any(is_its) {
            let mut slice = EndpointSlice::clone(old);
            slice.endpoints.retain(|endpoint| !is_its(endpoint));
            if slice.endpoints.is_empty() {
                slice.ports.clear();
            }
            slice.generation += 1;
            slice.trigger = None;
            slice.owner = service.map(|service| service.value.clone());
            self.write_slice(slice, ChangeKind::Modified);
            self.view(name);
        }
    }

    /// Puts in a slice of the controller's, under the next version.
    fn write_slice(&mut self, mut slice: EndpointSlice, kind: ChangeKind) {
        self.revision += 1;
        slice.version = self.revision;
        let key = Key { kind: "EndpointSlice".into(), name: slice.name.clone() };
        // One that somebody made may bear the name, and belong to another Service.
        let named = self.slices.get(&key.name).and_then(|held| held.service_name());
        if let Some(other) = named.filter(|other| Some(other) != slice.service_name().as_ref()) {
            self.remove_slice(&key.name);
            self.view(&other);
        }
        self.insert_slice(slice);
        let held = self.held(&key);
        self.note(self.revision, kind, key, held);
    }

    /// When the change was made that slices are written for: a new Service's creation, later
    /// the first of the times at which Pods of changed endpoints became ready or unready
    /// (`ComputeEndpointLastChangeTriggerTime`, endpointslice/util, v1.36).
    fn trigger(
        &self,
        service: &Name,
        is_first: bool,
        before: &[Name],
        new: &[EndpointSlice],
    ) -> Option<Arc<str>> {
        if self.is_reading || new.is_empty() || new.iter().any(|slice| slice.mirrored) {
            return None;
        }
        if is_first {
            let service = self.services.get(service)?;
            return service.value["metadata"]["creationTimestamp"].as_str().map(Arc::from);
        }
        let was: Vec<&SliceEndpoint> = before
            .iter()
            .filter_map(|slice| self.slices.get(slice))
            .flat_map(|slice| &slice.endpoints)
            .collect();
        let is_changed = |new: &&SliceEndpoint| {
            was.iter().find(|was| was.pod == new.pod).is_none_or(|was| was != new)
        };
        let changed = new.iter().flat_map(|slice| &slice.endpoints).filter(is_changed);
        let since = |endpoint: &SliceEndpoint| {
            let pod = self.pods.get(endpoint.pod.as_ref()?)?;
            let conditions = pod.part("status")["conditions"].as_array()?;
            let ready = conditions.iter().find(|condition| condition["type"] == "Ready")?;
            ready["lastTransitionTime"].as_str().map(Arc::from)
        };
        changed.take(MOST_ASKED).filter_map(since).min()
    }

    /// Takes out a slice that one of its name follows; where it is the Service's only one, that
    /// takes its place.
    fn make_way(&mut self, service: &Name, slice: &Name) {
        let is_only = self.slices_of.get(service).is_some_and(|names| names.len() == 1);
        let is_derived = |slice: &Arc<EndpointSlice>| slice.managed && !slice.mirrored;
        if !is_only || !self.slices.get(slice).is_some_and(is_derived) {
            self.remove_slice(slice);
        }
    }

    /// Puts a slice in; gives the Service that it belongs to, whose view is stale then.
    pub(super) fn insert_slice(&mut self, slice: EndpointSlice) -> Option<Name> {
        let service = slice.service_name();
        if let Some(service) = &service
            && !self.slices_of.get(service).is_some_and(|names| names.contains(&slice.name))
        {
            self.slices_of.change(service, |names| {
                names.push(slice.name.clone());
                Left::Something
            });
        }
        // The controller's own are found by their Pods.
        if !slice.managed || slice.mirrored {
            for endpoint in &slice.endpoints {
                self.made_at.change(&endpoint.ip, |held| {
                    if !held.all().contains(&slice.name) {
                        held.add(slice.name.clone());
                    }
                    Left::Something
                });
            }
        }
        self.slices.insert(slice.name.clone(), Arc::new(slice));
        service
    }

    /// Takes a slice out; gives the Service that it belonged to, whose view is stale then.
    pub(super) fn remove_slice(&mut self, name: &Name) -> Option<Name> {
        let slice = self.slices.get(name)?.clone();
        let service = slice.service_name();
        if !slice.managed || slice.mirrored {
            for endpoint in &slice.endpoints {
                self.made_at.change(&endpoint.ip, |held| held.retain(|other| other != name));
            }
        }
        self.slices.remove(name);
        if let Some(service) = &service {
            self.slices_of.change(service, |names| {
                names.retain(|other| other != name);
                left(names)
            });
        }
        service
    }

    pub(super) fn view(&mut self, service: &Name) {
        let view = self.viewed(service);
        self.put_view(service, view);
    }

    fn viewed(&self, service: &Name) -> Endpoints {
        endpoints::view(self, self.slices_of(service).map(|slice| &**slice))
    }

    fn put_view(&mut self, service: &Name, view: Endpoints) {
        if view.ports.is_empty() {
            self.endpoints.remove(service);
        } else {
            self.endpoints.insert(service.clone(), Arc::new(view));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// More than are done one by one.
    const MANY: usize = 250;

    const WORLD: &str = "objects:
- {kind: Node, metadata: {name: node1}}
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {app: a}, ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: named}, spec: {selector: {app: a}, ports: [{port: 80, targetPort: web}]}}
- {apiVersion: v1, kind: Service, metadata: {name: both}, spec: {selector: {x: z}, publishNotReadyAddresses: true, ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: none}, spec: {ports: [{port: 80}]}}
";

    #[test]
    fn slices_of_many_are_as_those_of_each() {
        let node = r#"{"kind": "Node", "metadata": {"name": "node1"}}"#.to_owned();
        let objects = (0..4 * MANY).flat_map(|n| {
            let meta = format!("metadata: {{name: s{n}}}");
            let selector = ["{app: a}", "{app: b}", "null"][n % 3];
            let spec = format!("{{selector: {selector}, ports: [{{port: 80, targetPort: web}}]}}");
            let service = format!("{{apiVersion: v1, kind: Service, {meta}, spec: {spec}}}");
            let copied = format!(
                "{{apiVersion: v1, kind: Endpoints, {meta}, \
                 subsets: [{{addresses: [{{ip: 10.1.1.{}}}], ports: [{{port: 2}}]}}]}}",
                n % 9
            );
            [service, copied]
        });
        let objects: Vec<String> = std::iter::once(node).chain(objects).collect();
        let world = format!("objects:\n- {}\n", objects.join("\n- "));
        let (mut together, findings) = Cluster::from_world(&world).unwrap();
        assert_eq!(findings, []);
        // Some that somebody made are in the way of the controller's.
        for n in (0..4 * MANY).step_by(5) {
            let service = Name::new("default", &format!("s{n}"));
            let name = together.slices_of(&service).next().unwrap().name.name.to_string();
            let by_hand = json!({
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {
                    "name": name,
                    "labels": {"kubernetes.io/service-name": format!("s{}", (n + 3) % 7)},
                },
                "endpoints": [{"addresses": ["10.1.1.1"]}], "ports": [{"port": 1}],
            });
            together.put(by_hand).unwrap();
        }
        let mut alone = together.clone();
        for (n, app) in ["a", "b", "c", "a"].iter().enumerate() {
            let pod = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("p{n}"), "labels": {"app": app}},
                "spec": {"containers": [{
                    "name": "c", "image": "nginx", "ports": [{"name": "web", "containerPort": n + 1}],
                }]},
            });
            for cluster in [&mut together, &mut alone] {
                cluster.defer();
                cluster.put_object(pod.clone()).unwrap();
                let names = std::mem::take(&mut cluster.deferred).unwrap_or_default();
                // A Service that is gone too.
                let gone = Name::new("default", "gone");
                cluster.deferred = Some(names.into_iter().chain([gone]).collect());
            }
            together.derive_deferred();
            let names = alone.deferred.take().unwrap_or_default();
            assert!(*app == "c" || names.len() > MANY);
            names.iter().for_each(|name| alone.derive(name));
            let seen = |cluster: &Cluster| {
                let views = cluster.services().map(|s| cluster.endpoints(&s.name).cloned());
                (cluster.revision, cluster.list("EndpointSlice", None), views.collect::<Vec<_>>())
            };
            assert!(seen(&together) == seen(&alone));
        }
    }

    proptest! {
        #[test]
        fn slices_follow_their_services_as_if_made_anew(
            steps in prop::collection::vec((0..4_usize, 0..64u8), 1..16),
        ) {
            let (mut quick, _) = Cluster::from_world(WORLD).unwrap();
            let pods = (0..2).map(|n| json!({
                "apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{n}"), "labels": {"app": "a"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            }));
            quick.put_all(pods);
            let mut thorough = quick.clone();
            for (n, bits) in steps {
                let is = |bit: u8| bits & bit != 0;
                let name = ["a", "named", "both", "none"][n];
                let mut object = quick.get("Service", "default", name).unwrap();
                object["metadata"]["labels"] = if is(1) { json!({"x": "y"}) } else { Value::Null };
                object["metadata"]["annotations"] = json!({"n": bits.to_string()});
                if is(2) && is(4) {
                    object["spec"]["ports"][0]["port"] = (80 + i64::from(is(8))).into();
                }
                if is(16) && is(32) {
                    object["spec"]["selector"] = if is(8) { json!({"app": "a"}) } else { Value::Null };
                }
                let own = Name::new("default", name);
                let slice = quick.slices_of(&own).next().map(|slice| slice.json(None).into_owned());
                if let Some(mut slice) = slice.filter(|_| !is(2) && !is(16) && is(32)) {
                    // Somebody writes what is the controller's.
                    slice["endpoints"] = Value::Null;
                    quick.put(slice.clone()).unwrap();
                    thorough.put(slice).unwrap();
                }
                quick.put(object.clone()).unwrap();
                // Of many at once, all is made anew.
                thorough.put_all([object]);
                prop_assert_eq!(quick.revision(), thorough.revision());
                for kind in ["Service", "EndpointSlice", "Endpoints"] {
                    prop_assert_eq!(quick.list(kind, None), thorough.list(kind, None));
                }
                for service in ["a", "named", "both", "none"] {
                    let name = Name::new("default", service);
                    prop_assert_eq!(quick.endpoints(&name), thorough.endpoints(&name));
                }
            }
        }

        #[test]
        fn slices_are_as_if_made_anew(
            steps in prop::collection::vec((0..6u8, 0..16u8), 1..24),
        ) {
            let (mut cluster, _) = Cluster::from_world(WORLD).unwrap();
            for (n, bits) in steps {
                let name = format!("p{n}");
                let is = |bit: u8| bits & bit != 0;
                if bits < 5 {
                    cluster.delete("Pod", "default", &name);
                } else {
                    let port = if is(2) { "web" } else { "other" };
                    let labels = if is(4) { json!({"app": "a", "x": "z"}) } else { json!({"app": "a"}) };
                    let mut pod = json!({
                        "apiVersion": "v1", "kind": "Pod",
                        "metadata": {"name": name, "labels": labels},
                        "spec": {"containers": [{
                            "name": "c", "image": if is(1) { "nginx" } else { "broken:1" },
                            "ports": [{"name": port, "containerPort": 8080}],
                        }]},
                    });
                    if is(8) {
                        pod["metadata"]["annotations"] = json!({"n": bits.to_string()});
                    }
                    cluster.put(pod).unwrap();
                }
                for service in ["a", "named", "both", "none"] {
                    let service = cluster.service("default", service).unwrap();
                    let held: Vec<_> = cluster.slices_of(&service.name).collect();
                    let made = endpoints::derive(&cluster, service);
                    prop_assert_eq!(held.len(), made.len());
                    for made in &made {
                        prop_assert!(held.iter().any(|held| held.is_same(made)));
                    }
                    let view = endpoints::view(&cluster, made.iter());
                    let held = cluster.endpoints(&service.name).map(|held| (**held).clone());
                    prop_assert_eq!(held.unwrap_or_default(), view);
                }
            }
        }
    }
}

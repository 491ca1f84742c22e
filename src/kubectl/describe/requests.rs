//! What a Pod asks for altogether (`PodRequests`, `PodLimits`,
//! k8s.io/component-helpers/resource, v1.36).

use super::value::{entries, items, text};
use crate::manifest::Quantity;
use serde_json::Value;
use std::collections::BTreeMap;

/// Quantities by the name of their resource.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// Adds one list to another.
pub(super) fn add(to: &mut Amounts, other: &Amounts) {
    for (name, quantity) in other {
        match to.get_mut(name) {
            Some(sum) => *sum += *quantity,
            None => {
                to.insert(name.clone(), *quantity);
            }
        }
    }
}

fn read(list: &Value) -> Amounts {
    entries(list).into_iter().map(|(k, v)| (k.to_owned(), Quantity::of(v))).collect()
}

/// The Pod's `requests` or `limits`. Containers run together with sidecars; the other init
/// containers run one by one before them.
pub(super) fn of_pod(pod: &Value, of: &'static str) -> Amounts {
    let spec = &pod["spec"];
    let mut together = Amounts::new();
    for container in items(&spec["containers"]) {
        add(&mut together, &read(&container["resources"][of]));
    }
    let (mut sidecars, mut before) = (Amounts::new(), Amounts::new());
    for container in items(&spec["initContainers"]) {
        let mut own = read(&container["resources"][of]);
        if text(&container["restartPolicy"]) == "Always" {
            add(&mut together, &own);
            add(&mut sidecars, &own);
            own.clone_from(&sidecars);
        } else {
            add(&mut own, &sidecars);
        }
        take_most(&mut before, &own);
    }
    take_most(&mut together, &before);
    for (name, quantity) in read(&spec["resources"][of]) {
        if matches!(name.as_str(), "cpu" | "memory") || name.starts_with("hugepages-") {
            together.insert(name, quantity);
        }
    }
    // Limits have the overhead added only where there is a limit.
    for (name, quantity) in read(&spec["overhead"]) {
        if of == "requests" || together.contains_key(&name) {
            *together.entry(name).or_default() += quantity;
        }
    }
    together
}

fn take_most(of: &mut Amounts, other: &Amounts) {
    for (name, quantity) in other {
        let most = of.entry(name.clone()).or_default();
        *most = most.max(*quantity);
    }
}

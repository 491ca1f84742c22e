//! How far a Deployment goes at once (pkg/controller/deployment/rolling.go and
//! util/deployment_util.go, v1.36).

use super::{MAX_PODS, count};
use serde_json::Value;

/// What a Deployment asks for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) replicas: i64,
    pub(super) recreate: bool,
    pub(super) paused: bool,
    /// How many Pods may be there beyond `replicas`.
    pub(super) surge: i64,
    /// How many may be missing.
    pub(super) unavailable: i64,
    pub(super) history: usize,
}

impl Wanted {
    pub(super) fn of(deployment: &Value) -> Self {
        let spec = &deployment["spec"];
        let replicas =
            if spec["replicas"].is_null() { 1 } else { count(deployment, "spec", "replicas") };
        let recreate = spec["strategy"]["type"] == "Recreate";
        let rolling = &spec["strategy"]["rollingUpdate"];
        let (mut surge, mut unavailable) = (0, replicas);
        if !recreate {
            surge = share(&rolling["maxSurge"], replicas, true);
            unavailable = share(&rolling["maxUnavailable"], replicas, false).min(replicas);
            if surge == 0 && unavailable == 0 {
                // ResolveFenceposts: a rollout must be able to move.
                unavailable = 1;
            }
        }
        let history = spec["revisionHistoryLimit"].as_u64().unwrap_or(10);
        Self {
            replicas,
            recreate,
            paused: spec["paused"] == true,
            surge,
            unavailable,
            history: usize::try_from(history).unwrap_or(usize::MAX),
        }
    }
}

/// A number, or a percentage of `of`: 25% where it is absent.
fn share(value: &Value, of: i64, round_up: bool) -> i64 {
    if let Some(number) = value.as_i64() {
        return number.clamp(0, MAX_PODS);
    }
    let percent = value.as_str().and_then(|text| text.strip_suffix('%')?.parse::<i64>().ok());
    let parts = of.saturating_mul(percent.unwrap_or(25).clamp(0, 1_000_000));
    if round_up { (parts + 99) / 100 } else { parts / 100 }
}

/// A ReplicaSet as the Deployment's controller counts it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    pub(super) wanted: i64,
    pub(super) available: i64,
}

/// How many Pods the new ReplicaSet should have now (`NewRSNewReplicas`).
pub(super) fn new_replicas(wanted: &Wanted, new: i64, total: i64) -> i64 {
    if wanted.recreate || new >= wanted.replicas {
        return wanted.replicas;
    }
    let room = (wanted.replicas + wanted.surge - total).max(0);
    new + room.min(wanted.replicas - new)
}

/// How many Pods each old ReplicaSet, oldest first, should have now
/// (`reconcileOldReplicaSets`): unavailable ones go first, then as many as can be spared.
pub(super) fn old_replicas(wanted: &Wanted, old: &[Counts], new: Counts) -> Vec<i64> {
    let mut left: Vec<Counts> = old.to_vec();
    let total = new.wanted + old.iter().map(|set| set.wanted).sum::<i64>();
    let least = wanted.replicas - wanted.unavailable;
    let mut may_go = total - least - (new.wanted - new.available);
    for set in &mut left {
        let unhealthy = (set.wanted - set.available).max(0).min(may_go.max(0));
        set.wanted -= unhealthy;
        may_go -= unhealthy;
    }
    let available = new.available + old.iter().map(|set| set.available).sum::<i64>();
    let mut spare = (available - least).max(0).min(may_go.max(0));
    for set in &mut left {
        let gone = set.wanted.min(spare);
        set.wanted -= gone;
        spare -= gone;
    }
    left.iter().map(|set| set.wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percentages_are_rounded_so_that_a_rollout_moves() {
        let of = |replicas: i64, surge: Value, unavailable: Value| {
            let wanted = Wanted::of(&json!({"spec": {"replicas": replicas, "strategy": {
                "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}}));
            (wanted.surge, wanted.unavailable)
        };
        assert_eq!(of(3, Value::Null, Value::Null), (1, 0));
        assert_eq!(of(10, json!("30%"), json!("30%")), (3, 3));
        assert_eq!(of(4, json!(0), json!(0)), (0, 1));
        assert_eq!(of(1, json!("0%"), json!("25%")), (0, 1));
    }

    #[test]
    fn a_rollout_of_three_keeps_three_available() {
        let wanted = Wanted::of(&json!({"spec": {"replicas": 3}}));
        let (mut old, mut new) =
            (Counts { wanted: 3, available: 3 }, Counts { wanted: 0, available: 0 });
        let mut seen = Vec::new();
        for _ in 0..4 {
            new.wanted = new_replicas(&wanted, new.wanted, new.wanted + old.wanted);
            seen.push((old.wanted, new.wanted));
            new.available = new.wanted;
            old.wanted = old_replicas(&wanted, &[old], new)[0];
            old.available = old.wanted;
        }
        assert_eq!(seen, [(3, 1), (2, 2), (1, 3), (0, 3)]);
    }

    #[test]
    fn new_pods_that_never_become_ready_hold_the_rollout() {
        let wanted = Wanted::of(&json!({"spec": {"replicas": 3}}));
        let (old, new) = (Counts { wanted: 3, available: 3 }, Counts { wanted: 1, available: 0 });
        assert_eq!(old_replicas(&wanted, &[old], new), [3]);
        assert_eq!(new_replicas(&wanted, 1, 4), 1);
    }
}

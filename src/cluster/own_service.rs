//! The API server's own Service, `kubernetes`. It leads to the server itself, and the server
//! makes it again where somebody deletes it (`kubernetesservice.Controller`, pkg/controlplane/
//! controller/kubernetesservice, v1.36).

use super::Cluster;
use super::controllers::made_up_uid;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// So often the server looks whether it is there, in seconds.
const INTERVAL: i64 = 10;

impl Cluster {
    /// The clock has moved: the server may have looked.
    pub(super) fn look_after_own_service(&mut self, before: i64, now: i64) {
        let looked = before.div_euclid(INTERVAL) != now.div_euclid(INTERVAL);
        if looked && self.stepwise && self.service("default", "kubernetes").is_none() {
            self.put_own_service(true);
        }
    }

    /// Puts the Service in where it is not there, with its Endpoints and slice; `is_new` says
    /// that it is made now, and was not there from the start.
    pub(super) fn put_own_service(&mut self, is_new: bool) {
        if self.service("default", "kubernetes").is_some() {
            return;
        }
        // The API server takes the first address of the range for itself.
        // The network's own address is no host in IPv4, and one in IPv6.
        let first = |net: &IpNet| net.hosts().nth(usize::from(net.addr().is_ipv6()));
        let Some(ip) = self.settings().service_cidrs.first().and_then(first) else {
            return;
        };
        let family = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
        let (server, port) = self.api_server();
        let server = server.to_string();
        let metadata = |cluster: &Self, of: &str, labels: Value| {
            let mut metadata =
                json!({"name": "kubernetes", "namespace": "default", "labels": labels});
            if is_new {
                let version = cluster.revision + 1;
                metadata["creationTimestamp"] = (*cluster.settings.now).into();
                metadata["resourceVersion"] = version.to_string().into();
                metadata["uid"] = made_up_uid(&format!("{of}/kubernetes/{version}")).into();
            }
            metadata
        };
        let labels = json!({"component": "apiserver", "provider": "kubernetes"});
        self.put_known(json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata(self, "Service", labels),
            "spec": {
                "clusterIP": ip.to_string(), "clusterIPs": [ip.to_string()],
                "internalTrafficPolicy": "Cluster",
                "ipFamilies": [family], "ipFamilyPolicy": "SingleStack",
                "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": port}],
                "sessionAffinity": "None", "type": "ClusterIP",
            },
            "status": {"loadBalancer": {}},
        }));
        let labels = json!({"endpointslice.kubernetes.io/skip-mirror": "true"});
        self.put_known(json!({
            "apiVersion": "v1",
            "kind": "Endpoints",
            "metadata": metadata(self, "Endpoints", labels),
            "subsets": [{"addresses": [{"ip": server}],
                         "ports": [{"name": "https", "port": port, "protocol": "TCP"}]}],
        }));
        if self.slices.find("default", "kubernetes").is_some() {
            return;
        }
        let labels = json!({"kubernetes.io/service-name": "kubernetes"});
        let mut metadata = metadata(self, "EndpointSlice", labels);
        metadata["generation"] = 1.into();
        self.put_known(json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": metadata,
            "addressType": family,
            "endpoints": [{"addresses": [server], "conditions": {"ready": true}}],
            "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
        }));
    }

    /// Where the API server listens: as its slice says, or else at the first address beside
    /// the outside client's.
    fn api_server(&self) -> (IpAddr, u16) {
        let slice = self.slices.find("default", "kubernetes");
        let found =
            slice.and_then(|slice| Some((slice.endpoints.first()?.ip, slice.ports.first()?.port?)));
        found.unwrap_or_else(|| match self.settings().external.ip {
            IpAddr::V4(ip) => (Ipv4Addr::from((u32::from(ip) & 0xffff_ff00) | 1).into(), 6443),
            IpAddr::V6(ip) => (Ipv6Addr::from((u128::from(ip) & !0xffff_ffff) | 1).into(), 6443),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Cluster;
    use serde_json::Value;

    #[test]
    fn the_server_makes_its_own_service_again_when_ten_seconds_are_full() {
        let mut cluster = Cluster::default();
        cluster.set_stepwise(true);
        let look = |cluster: &Cluster| {
            ["Service", "Endpoints", "EndpointSlice"].map(|kind| {
                let mut object = cluster.get(kind, "default", "kubernetes")?;
                let metadata = object["metadata"].as_object_mut()?;
                let made = metadata.remove("creationTimestamp");
                for field in ["uid", "resourceVersion"] {
                    metadata.remove(field);
                }
                Some((made, object))
            })
        };
        let before = look(&cluster);
        cluster.advance(3);
        cluster.delete("Service", "default", "kubernetes");
        cluster.settle();
        cluster.advance(6);
        assert_eq!(look(&cluster), [None, None, before[2].clone()]);
        cluster.advance(2);
        let after = look(&cluster).map(Option::unwrap);
        let made = after.each_ref().map(|(made, _)| made.as_ref().and_then(Value::as_str));
        let [began, later] = ["2026-11-20T00:00:00Z", "2026-11-20T00:00:11Z"].map(Some);
        assert_eq!(made, [later, later, began]);
        assert_eq!(after.map(|(_, object)| object), before.map(|found| found.unwrap().1));
    }
}

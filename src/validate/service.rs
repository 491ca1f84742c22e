//! A Service as the rules see it: zero values as in Go, so that what is empty and
//! what is missing are told apart only where the API does (`v1.ServiceSpec`, v1.36.2).

use super::meta::{self, Meta};
use super::read::{Fields, WrongType, wrong};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// Metadata.
    pub meta: Meta,
    /// What is wanted.
    pub spec: Spec,
    /// `status` as JSON; the server's own business.
    pub status: Value,
}

/// `spec` of a Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spec {
    /// `type`; empty before defaulting.
    pub kind: String,
    /// Ports in order.
    pub ports: Vec<Port>,
    /// Labels of the Pods meant; none and empty mean the same to the server.
    pub selector: BTreeMap<String, String>,
    /// First clusterIP.
    pub cluster_ip: String,
    /// All clusterIPs, primary first.
    pub cluster_ips: Vec<String>,
    /// IP families, primary first.
    pub ip_families: Vec<String>,
    /// Single or dual stack.
    pub ip_family_policy: Option<String>,
    /// Addresses from outside that nodes accept packets for.
    pub external_ips: Vec<String>,
    /// CNAME of an ExternalName Service.
    pub external_name: String,
    /// Cluster or Local, for traffic from outside.
    pub external_traffic_policy: String,
    /// Cluster or Local, for traffic from Pods.
    pub internal_traffic_policy: Option<String>,
    /// Topology preference.
    pub traffic_distribution: Option<String>,
    /// ClientIP or None.
    pub session_affinity: String,
    /// Settings of ClientIP affinity.
    pub session_affinity_config: Option<AffinityConfig>,
    /// The address wanted from the load balancer (deprecated).
    pub load_balancer_ip: String,
    /// Clients that the load balancer lets in.
    pub load_balancer_source_ranges: Vec<String>,
    /// Which load balancer implementation.
    pub load_balancer_class: Option<String>,
    /// Whether a LoadBalancer gets node ports.
    pub allocate_load_balancer_node_ports: Option<bool>,
    /// Port on which each node tells whether it has endpoints; 0 for none.
    pub health_check_node_port: i64,
    /// Whether Pods that are not ready are published.
    pub publish_not_ready_addresses: bool,
}

/// `sessionAffinityConfig`: outer none is a missing `clientIP`, inner a missing timeout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AffinityConfig {
    /// `clientIP.timeoutSeconds`.
    pub client_ip: Option<Option<i64>>,
}

/// One port of a Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Port {
    /// Name; may be empty while there is one port.
    pub name: String,
    /// TCP, UDP or SCTP.
    pub protocol: String,
    /// Protocol above that.
    pub app_protocol: Option<String>,
    /// The Service's port.
    pub port: i64,
    /// The Pods' port.
    pub target_port: TargetPort,
    /// The nodes' port; 0 for none.
    pub node_port: i64,
}

/// A number or the name of a container's port (`intstr.IntOrString`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPort {
    /// A number.
    Number(i64),
    /// A name.
    Name(String),
}

impl Default for TargetPort {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Service {
    /// Reads a Service from JSON.
    ///
    /// # Errors
    /// When a field holds another JSON type than it should.
    pub fn of(object: &Value) -> Result<Self, WrongType> {
        Self::with(object, Meta::of)
    }

    /// As [`Self::of`], of what a change is compared with.
    ///
    /// # Errors
    /// When a field holds another JSON type than it should.
    pub fn of_old(object: &Value) -> Result<Self, WrongType> {
        Self::with(object, Meta::of_old)
    }

    fn with(
        object: &Value,
        read: fn(&Value) -> Result<Meta, WrongType>,
    ) -> Result<Self, WrongType> {
        let fields = Fields::of(Some(object), "object")?;
        let meta = read(object)?;
        let spec = fields.fields("spec")?;
        let status = fields.get("status").cloned().unwrap_or(Value::Null);
        Ok(Self { meta, spec: Spec::of(spec)?, status })
    }

    /// As the server holds and writes it: zero values left out, `status` always there.
    #[must_use]
    pub fn into_json(self) -> Value {
        let mut status = self.status;
        if !status.is_object() {
            status = json!({});
        }
        if status.get("loadBalancer").is_none_or(Value::is_null) {
            status["loadBalancer"] = json!({});
        }
        let fields = [
            ("apiVersion", "v1".into()),
            ("kind", "Service".into()),
            ("metadata", self.meta.into_json()),
            ("spec", self.spec.into_json()),
            ("status", status),
        ];
        fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
    }

    /// `isHeadlessService` (pkg/apis/core/validation): its one clusterIP is None.
    #[must_use]
    pub fn is_headless(&self) -> bool {
        self.spec.cluster_ips == ["None"]
    }

    /// `ExternallyAccessible` (pkg/api/service).
    #[must_use]
    pub fn is_externally_accessible(&self) -> bool {
        match self.spec.kind.as_str() {
            "LoadBalancer" | "NodePort" => true,
            "ClusterIP" => !self.spec.external_ips.is_empty(),
            _ => false,
        }
    }

    /// `NeedsHealthCheck` (pkg/api/service).
    #[must_use]
    pub fn needs_health_check(&self) -> bool {
        self.spec.kind == "LoadBalancer" && self.spec.external_traffic_policy == "Local"
    }

    /// True for the types that live at a clusterIP.
    #[must_use]
    pub fn needs_cluster_ip(&self) -> bool {
        self.spec.kind != "ExternalName"
    }

    /// True where node ports are given out (`shouldAllocateNodePorts`, v1.36.2): not to a
    /// LoadBalancer that does without.
    #[must_use]
    pub fn gets_node_ports(&self) -> bool {
        self.needs_node_port()
            && (self.spec.kind == "NodePort"
                || self.spec.allocate_load_balancer_node_ports != Some(false))
    }

    /// True for the types that live at node ports.
    #[must_use]
    pub fn needs_node_port(&self) -> bool {
        matches!(self.spec.kind.as_str(), "NodePort" | "LoadBalancer")
    }
}

impl Spec {
    fn of(fields: Fields<'_>) -> Result<Self, WrongType> {
        let config = fields.get("sessionAffinityConfig").map(|_| -> Result<_, WrongType> {
            let config = fields.fields("sessionAffinityConfig")?;
            let client_ip = match config.get("clientIP") {
                None => None,
                Some(_) => Some(config.fields("clientIP")?.optional_int("timeoutSeconds")?),
            };
            Ok(AffinityConfig { client_ip })
        });
        Ok(Self {
            kind: fields.text("type")?,
            ports: fields.items("ports")?.iter().map(Port::of).collect::<Result<_, _>>()?,
            selector: fields.text_map("selector")?.unwrap_or_default(),
            cluster_ip: fields.text("clusterIP")?,
            cluster_ips: fields.texts("clusterIPs")?,
            ip_families: fields.texts("ipFamilies")?,
            ip_family_policy: fields.optional_text("ipFamilyPolicy")?,
            external_ips: fields.texts("externalIPs")?,
            external_name: fields.text("externalName")?,
            external_traffic_policy: fields.text("externalTrafficPolicy")?,
            internal_traffic_policy: fields.optional_text("internalTrafficPolicy")?,
            traffic_distribution: fields.optional_text("trafficDistribution")?,
            session_affinity: fields.text("sessionAffinity")?,
            session_affinity_config: config.transpose()?,
            load_balancer_ip: fields.text("loadBalancerIP")?,
            load_balancer_source_ranges: fields.texts("loadBalancerSourceRanges")?,
            load_balancer_class: fields.optional_text("loadBalancerClass")?,
            allocate_load_balancer_node_ports: fields
                .optional_bool("allocateLoadBalancerNodePorts")?,
            health_check_node_port: fields.int("healthCheckNodePort")?,
            publish_not_ready_addresses: fields
                .optional_bool("publishNotReadyAddresses")?
                .unwrap_or(false),
        })
    }

    fn into_json(self) -> Value {
        let mut map = Map::new();
        put_text(&mut map, "type", self.kind);
        if !self.ports.is_empty() {
            map.insert("ports".into(), self.ports.into_iter().map(Port::into_json).collect());
        }
        if !self.selector.is_empty() {
            map.insert("selector".into(), meta::texts(self.selector));
        }
        put_text(&mut map, "clusterIP", self.cluster_ip);
        put_texts(&mut map, "clusterIPs", self.cluster_ips);
        put_texts(&mut map, "ipFamilies", self.ip_families);
        put_some(&mut map, "ipFamilyPolicy", self.ip_family_policy);
        put_texts(&mut map, "externalIPs", self.external_ips);
        put_text(&mut map, "externalName", self.external_name);
        put_text(&mut map, "externalTrafficPolicy", self.external_traffic_policy);
        put_some(&mut map, "internalTrafficPolicy", self.internal_traffic_policy);
        put_some(&mut map, "trafficDistribution", self.traffic_distribution);
        put_text(&mut map, "sessionAffinity", self.session_affinity);
        if let Some(config) = self.session_affinity_config {
            let value = match config.client_ip {
                None => json!({}),
                Some(None) => json!({"clientIP": {}}),
                Some(Some(seconds)) => json!({"clientIP": {"timeoutSeconds": seconds}}),
            };
            map.insert("sessionAffinityConfig".into(), value);
        }
        put_text(&mut map, "loadBalancerIP", self.load_balancer_ip);
        put_texts(&mut map, "loadBalancerSourceRanges", self.load_balancer_source_ranges);
        put_some(&mut map, "loadBalancerClass", self.load_balancer_class);
        put_some(&mut map, "allocateLoadBalancerNodePorts", self.allocate_load_balancer_node_ports);
        if self.health_check_node_port != 0 {
            map.insert("healthCheckNodePort".into(), self.health_check_node_port.into());
        }
        if self.publish_not_ready_addresses {
            map.insert("publishNotReadyAddresses".into(), true.into());
        }
        Value::Object(map)
    }
}

impl Port {
    fn of(value: &Value) -> Result<Self, WrongType> {
        let fields = Fields::of(Some(value), "ports")?;
        let target_port = match fields.get("targetPort") {
            None => TargetPort::default(),
            Some(Value::String(name)) => TargetPort::Name(name.clone()),
            Some(Value::Number(number)) if number.is_i64() => {
                TargetPort::Number(number.as_i64().unwrap_or_default())
            }
            Some(other) => return Err(wrong("targetPort", "a whole number or a string", other)),
        };
        Ok(Self {
            name: fields.text("name")?,
            protocol: fields.text("protocol")?,
            app_protocol: fields.optional_text("appProtocol")?,
            port: fields.int("port")?,
            target_port,
            node_port: fields.int("nodePort")?,
        })
    }

    fn into_json(self) -> Value {
        let mut map = Map::new();
        put_text(&mut map, "name", self.name);
        put_text(&mut map, "protocol", self.protocol);
        put_some(&mut map, "appProtocol", self.app_protocol);
        // `port` and `targetPort` have no omitempty that could apply.
        map.insert("port".into(), self.port.into());
        let target = match self.target_port {
            TargetPort::Number(number) => Value::from(number),
            TargetPort::Name(name) => Value::from(name),
        };
        map.insert("targetPort".into(), target);
        if self.node_port != 0 {
            map.insert("nodePort".into(), self.node_port.into());
        }
        Value::Object(map)
    }
}

fn put_text(map: &mut Map<String, Value>, key: &str, text: String) {
    if !text.is_empty() {
        map.insert(key.to_owned(), text.into());
    }
}

fn put_texts(map: &mut Map<String, Value>, key: &str, texts: Vec<String>) {
    if !texts.is_empty() {
        map.insert(key.to_owned(), texts.into());
    }
}

fn put_some(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

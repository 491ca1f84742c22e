//! EndpointSlices.

use super::{At, ObjectError, Protocol};
use crate::cluster::controllers::made_up_uid;
use crate::cluster::{Fields, Name, Pod, Service};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

/// One port of a slice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SlicePort {
    /// The Service port's name; empty where it has none.
    pub name: Arc<str>,
    /// The Pods' port; none means every port, which kube-proxy leaves out.
    pub port: Option<u16>,
    /// Protocol.
    pub protocol: Protocol,
    /// What is spoken on it, where the Service says so.
    pub app_protocol: Option<Arc<str>>,
}

impl SlicePort {
    pub(in crate::cluster) fn read(port: &At<'_, '_>) -> Result<Self, ObjectError> {
        Ok(Self {
            name: port.field("name").str()?.unwrap_or_default().into(),
            port: port.field("port").port()?,
            protocol: Protocol::read(&port.field("protocol"))?,
            app_protocol: port.field("appProtocol").str()?.map(Arc::from),
        })
    }

    /// The ports that `pod` has for `service`: one without the port's name has none for it.
    pub(in crate::cluster) fn of(service: &Service, pod: &Pod) -> Vec<Self> {
        let ports = service.ports.iter().filter_map(|port| {
            Some(Self {
                name: port.name.clone(),
                port: Some(pod.find_port(&port.target_port, port.protocol)?),
                protocol: port.protocol,
                app_protocol: port.app_protocol.clone(),
            })
        });
        ports.collect()
    }

    fn to_value(&self) -> Value {
        let mut port = json!({"name": &*self.name, "port": self.port, "protocol": self.protocol});
        if let Some(spoken) = &self.app_protocol {
            port["appProtocol"] = (**spoken).into();
        }
        port
    }
}

/// One endpoint of a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliceEndpoint {
    /// Its address: kube-proxy and CoreDNS take the first only where there are several.
    pub ip: IpAddr,
    /// The node that it runs on, where the slice says so: without it no endpoint is local.
    pub node: Option<Arc<str>>,
    /// Its zone.
    pub zone: Option<Arc<str>>,
    /// The Pod behind it, where the slice says so.
    pub pod: Option<Name>,
    /// Its own DNS name.
    pub hostname: Option<Arc<str>>,
    /// Takes traffic.
    pub ready: bool,
    /// Would take traffic, were it not for its end.
    pub serving: bool,
    /// Its Pod is being deleted.
    pub terminating: bool,
    /// Nodes that it is meant for.
    pub for_nodes: Vec<Arc<str>>,
    /// Zones that it is meant for.
    pub for_zones: Vec<Arc<str>>,
}

/// An EndpointSlice: hand-made, or derived from a Service's selector.
#[derive(Debug, Clone)]
pub struct EndpointSlice {
    /// Namespace and name.
    pub name: Name,
    /// The Service it belongs to, by label `kubernetes.io/service-name`.
    pub service: Option<Arc<str>>,
    /// Made by the EndpointSlice controller.
    pub managed: bool,
    /// It mirrors Endpoints that were made by hand.
    pub(in crate::cluster) mirrored: bool,
    /// The Service is headless, so the controller says so in a label.
    pub(in crate::cluster) headless: bool,
    /// `addressType`: IPv4 or IPv6; FQDN slices have no endpoints for us.
    pub address_type: Arc<str>,
    /// Its ports.
    pub ports: Vec<SlicePort>,
    /// Its endpoints, in the slice's order.
    pub endpoints: Vec<SliceEndpoint>,
    /// The resource version of a derived slice.
    pub(in crate::cluster) version: u64,
    /// How often a derived slice was written.
    pub(in crate::cluster) generation: u64,
    /// When the change was made that a derived slice was written for, where that is known.
    pub(in crate::cluster) trigger: Option<Arc<str>>,
    /// The Service that a derived slice was made of.
    pub(in crate::cluster) owner: Option<Arc<Value>>,
    /// What was put; none for a derived slice, whose JSON is made when asked for.
    pub(in crate::cluster) value: Option<Arc<Value>>,
}

/// The label by which a slice says whose work it is.
pub(in crate::cluster) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// The value of [`MANAGED_BY`] in the controller's own slices.
pub(in crate::cluster) const CONTROLLER: &str = "endpointslice-controller.k8s.io";
/// When the change was made that a slice or Endpoints was written for.
pub(in crate::cluster) const TRIGGER: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const MIRRORING: &str = "endpointslicemirroring-controller.k8s.io";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const HEADLESS: &str = "service.kubernetes.io/headless";

impl EndpointSlice {
    pub(in crate::cluster) fn read(value: Value) -> Result<Self, ObjectError> {
        let root = At::root(&value);
        let metadata = root.field("metadata");
        let name = metadata.name()?;
        let labels = metadata.field("labels");
        let address_type: Arc<str> = root.field("addressType").str()?.unwrap_or("IPv4").into();
        let mut ports = Vec::new();
        for port in root.field("ports").items()? {
            ports.push(SlicePort::read(&port)?);
        }
        let mut endpoints = Vec::new();
        for endpoint in root.field("endpoints").items()? {
            if &*address_type != "FQDN" {
                endpoints.extend(read_endpoint(&endpoint, &name)?);
            }
        }
        Ok(Self {
            service: labels.field(SERVICE_NAME).str()?.map(Arc::from),
            managed: labels.field(MANAGED_BY).str()? == Some(CONTROLLER),
            mirrored: false,
            headless: !labels.field(HEADLESS).is_absent(),
            name,
            address_type,
            ports,
            endpoints,
            version: 0,
            generation: 0,
            trigger: None,
            owner: None,
            value: Some(Arc::new(value)),
        })
    }

    /// The Service it belongs to, with its namespace.
    #[must_use]
    pub fn service_name(&self) -> Option<Name> {
        let name = self.service.clone()?;
        Some(Name { namespace: self.name.namespace.clone(), name })
    }

    /// The controller made it of a Service: no more is known of it than its fields here say.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.value.is_none()
    }

    /// Whether two derived slices hold the same.
    pub(in crate::cluster) fn is_same(&self, other: &Self) -> bool {
        fn labels(slice: &EndpointSlice) -> Option<&Value> {
            slice.owner.as_ref().map(|owner| &owner["metadata"]["labels"])
        }
        self.name == other.name
            && self.headless == other.headless
            && self.address_type == other.address_type
            && self.ports == other.ports
            && self.endpoints == other.endpoints
            && labels(self) == labels(other)
    }

    /// The slice as the API server shows it; of a derived one these fields, or all.
    pub(in crate::cluster) fn json(&self, fields: Option<&Fields>) -> Cow<'_, Value> {
        match &self.value {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(self.made(fields)),
        }
    }

    /// What the controller writes of a derived slice.
    fn made(&self, fields: Option<&Fields>) -> Value {
        let endpoints = |fields: Option<&Fields>| {
            let endpoints = self.endpoints.iter();
            null_if_empty(endpoints.map(|one| endpoint(one, self.mirrored, fields)).collect())
        };
        let ports = || null_if_empty(self.ports.iter().map(SlicePort::to_value).collect());
        Fields::make(
            fields,
            &[
                ("apiVersion", &|_| "discovery.k8s.io/v1".into()),
                ("kind", &|_| "EndpointSlice".into()),
                ("metadata", &|fields| self.metadata(fields)),
                ("addressType", &|_| (*self.address_type).into()),
                ("endpoints", &endpoints),
                ("ports", &|_| ports()),
            ],
        )
    }

    fn metadata(&self, fields: Option<&Fields>) -> Value {
        let service = self.service.as_deref().unwrap_or_default();
        let owner = self.owner.as_deref().unwrap_or(&Value::Null);
        let labels = || {
            let mut labels = owner["metadata"]["labels"].as_object().cloned().unwrap_or_default();
            let manager = if self.mirrored { MIRRORING } else { CONTROLLER };
            labels.insert(MANAGED_BY.to_owned(), manager.into());
            labels.insert(SERVICE_NAME.to_owned(), service.into());
            if self.headless {
                labels.insert(HEADLESS.to_owned(), "".into());
            }
            labels.sort_keys();
            labels.into()
        };
        let owners = || {
            json!([{
                "apiVersion": "v1", "kind": owner["kind"], "name": service,
                "controller": true, "blockOwnerDeletion": true,
                "uid": owner["metadata"]["uid"],
            }])
        };
        let mut metadata = Fields::make(
            fields,
            &[
                ("name", &|_| (*self.name.name).into()),
                ("namespace", &|_| (*self.name.namespace).into()),
                ("generateName", &|_| format!("{service}-").into()),
                ("labels", &|_| labels()),
                ("ownerReferences", &|_| owners()),
                ("creationTimestamp", &|_| owner["metadata"]["creationTimestamp"].clone()),
                ("generation", &|_| self.generation.into()),
                ("resourceVersion", &|_| self.version.to_string().into()),
                ("uid", &|_| made_up_uid(&format!("EndpointSlice/{}", self.name)).into()),
            ],
        );
        if let Some(trigger) = &self.trigger
            && Fields::look_at(fields, &["annotations"])
        {
            metadata["annotations"] = json!({TRIGGER: **trigger});
        }
        metadata
    }
}

/// Go writes a nil list as null.
fn null_if_empty(items: Vec<Value>) -> Value {
    if items.is_empty() { Value::Null } else { Value::Array(items) }
}

fn read_endpoint(at: &At<'_, '_>, slice: &Name) -> Result<Option<SliceEndpoint>, ObjectError> {
    let addresses = at.field("addresses");
    let mut ip = None;
    for address in addresses.items()? {
        let address = address.ip()?;
        ip = ip.or(address);
    }
    // The API server demands an address; an endpoint without one leads nowhere.
    let Some(ip) = ip else { return Ok(None) };
    let target = at.field("targetRef");
    let pod = match (target.field("kind").str()?, target.field("name").str()?) {
        (Some("Pod"), Some(name)) => {
            let namespace = target.field("namespace").str()?.unwrap_or(&slice.namespace);
            Some(Name::new(namespace, name))
        }
        _ => None,
    };
    let conditions = at.field("conditions");
    // newEndpointSliceData, pkg/proxy/endpointslicecache.go, v1.36: ready and serving are
    // true where they are nil, terminating is false.
    let ready = conditions.field("ready").bool()?.unwrap_or(true);
    let hints = at.field("hints");
    let names = |list: At<'_, '_>| -> Result<Vec<Arc<str>>, ObjectError> {
        let mut names = Vec::new();
        for hint in list.items()? {
            names.extend(hint.field("name").str()?.map(Arc::from));
        }
        Ok(names)
    };
    Ok(Some(SliceEndpoint {
        ip,
        node: at.field("nodeName").str()?.map(Arc::from),
        zone: at.field("zone").str()?.map(Arc::from),
        pod,
        hostname: at.field("hostname").str()?.filter(|h| !h.is_empty()).map(Arc::from),
        ready,
        serving: conditions.field("serving").bool()?.unwrap_or(true),
        terminating: conditions.field("terminating").bool()?.unwrap_or(false),
        for_nodes: names(hints.field("forNodes"))?,
        for_zones: names(hints.field("forZones"))?,
    }))
}

fn endpoint(endpoint: &SliceEndpoint, mirrored: bool, fields: Option<&Fields>) -> Value {
    let conditions = || match mirrored {
        true => json!({"ready": endpoint.ready}),
        false => json!({
            "ready": endpoint.ready,
            "serving": endpoint.serving,
            "terminating": endpoint.terminating,
        }),
    };
    let mut value = Fields::make(
        fields,
        &[("addresses", &|_| json!([endpoint.ip.to_string()])), ("conditions", &|_| conditions())],
    );
    let looks_at = |field: &str| Fields::look_at(fields, &[field]);
    let hint =
        |names: &[Arc<str>]| -> Value { names.iter().map(|n| json!({"name": **n})).collect() };
    if !endpoint.for_nodes.is_empty() && looks_at("hints") {
        value["hints"]["forNodes"] = hint(&endpoint.for_nodes);
    }
    if !endpoint.for_zones.is_empty() && looks_at("hints") {
        value["hints"]["forZones"] = hint(&endpoint.for_zones);
    }
    let texts =
        [("hostname", &endpoint.hostname), ("nodeName", &endpoint.node), ("zone", &endpoint.zone)];
    for (field, text) in texts {
        if let Some(text) = text.as_ref().filter(|_| looks_at(field)) {
            value[field] = (**text).into();
        }
    }
    if let Some(pod) = endpoint.pod.as_ref().filter(|_| looks_at("targetRef")) {
        value["targetRef"] =
            json!({"kind": "Pod", "name": &*pod.name, "namespace": &*pod.namespace});
    }
    value
}

//! The kinds that the API server serves, as far as Portolan reads them strictly: from
//! k8s-openapi, with their schemas made when first asked for.

use super::docs::Descriptions;
use super::schema::Schema;
use k8s_openapi::api;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1 as aggregator;
use k8s_openapi::schemars::{JsonSchema, SchemaGenerator};
use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope, Resource};
use serde_json::{Map, Value};
use std::sync::OnceLock;

/// A kind that the server knows.
#[derive(Debug)]
pub struct Kind {
    /// The API group; empty for the core.
    pub group: &'static str,
    /// `v1`.
    pub version: &'static str,
    /// `Service`.
    pub kind: &'static str,
    /// `services`.
    pub plural: &'static str,
    /// True when its objects live in namespaces.
    pub namespaced: bool,
    generate: fn() -> Schema,
    schema: OnceLock<Schema>,
    describe: fn() -> Descriptions,
    descriptions: OnceLock<Descriptions>,
    write: fn() -> Document,
    document: OnceLock<Document>,
}

/// The JSON Schemas of a kind and of all that it is made of.
#[derive(Debug)]
pub struct Document {
    /// The kind's own definition: `io.k8s.api.core.v1.Service`.
    pub root: String,
    /// Schemas by definition.
    pub definitions: Map<String, Value>,
}

impl Kind {
    /// What a manifest of this kind may hold.
    pub fn schema(&self) -> &Schema {
        self.schema.get_or_init(self.generate)
    }

    /// What the API says about its fields.
    pub(super) fn descriptions(&self) -> &Descriptions {
        self.descriptions.get_or_init(self.describe)
    }

    /// Its JSON Schemas.
    pub fn document(&self) -> &Document {
        self.document.get_or_init(self.write)
    }

    /// `v1`, `apps/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        group_version(self.group, self.version)
    }
}

/// `apps/v1`; the version alone for the core group (`GroupVersion.String`).
#[must_use]
pub fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

trait Scope {
    const NAMESPACED: bool;
}

impl Scope for NamespaceResourceScope {
    const NAMESPACED: bool = true;
}

impl Scope for ClusterResourceScope {
    const NAMESPACED: bool = false;
}

const fn kind<T>() -> Kind
where
    T: Resource + JsonSchema,
    T::Scope: Scope,
{
    Kind {
        group: T::GROUP,
        version: T::VERSION,
        kind: T::KIND,
        plural: T::URL_PATH_SEGMENT,
        namespaced: T::Scope::NAMESPACED,
        generate: generate::<T>,
        schema: OnceLock::new(),
        describe: describe::<T>,
        descriptions: OnceLock::new(),
        write: write::<T>,
        document: OnceLock::new(),
    }
}

fn generate<T: JsonSchema>() -> Schema {
    let mut generator = SchemaGenerator::default();
    let root = T::json_schema(&mut generator);
    Schema::new(&T::schema_name(), root.as_value(), generator.definitions())
}

/// What the metadata of a list may hold.
pub fn list_meta() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(generate::<k8s_openapi::apimachinery::pkg::apis::meta::v1::ListMeta>)
}

fn describe<T: JsonSchema>() -> Descriptions {
    let mut generator = SchemaGenerator::default();
    let root = T::json_schema(&mut generator);
    Descriptions::new(&T::schema_name(), root.as_value(), generator.definitions())
}

fn write<T: JsonSchema>() -> Document {
    let mut generator = SchemaGenerator::default();
    let schema = T::json_schema(&mut generator);
    let root = T::schema_name().into_owned();
    let mut definitions = generator.take_definitions(true);
    definitions.insert(root.clone(), schema.to_value());
    Document { root, definitions }
}

static KINDS: [Kind; 60] = [
    kind::<api::core::v1::Service>(),
    kind::<api::core::v1::Pod>(),
    kind::<api::core::v1::Namespace>(),
    kind::<api::core::v1::Node>(),
    kind::<api::core::v1::ConfigMap>(),
    kind::<api::core::v1::Secret>(),
    kind::<api::core::v1::ServiceAccount>(),
    kind::<api::core::v1::Endpoints>(),
    kind::<api::core::v1::Event>(),
    kind::<api::core::v1::LimitRange>(),
    kind::<api::core::v1::PersistentVolume>(),
    kind::<api::core::v1::PersistentVolumeClaim>(),
    kind::<api::core::v1::PodTemplate>(),
    kind::<api::core::v1::ReplicationController>(),
    kind::<api::core::v1::ResourceQuota>(),
    kind::<api::apps::v1::ControllerRevision>(),
    kind::<api::apps::v1::DaemonSet>(),
    kind::<api::apps::v1::Deployment>(),
    kind::<api::apps::v1::ReplicaSet>(),
    kind::<api::apps::v1::StatefulSet>(),
    kind::<api::autoscaling::v1::HorizontalPodAutoscaler>(),
    kind::<api::autoscaling::v2::HorizontalPodAutoscaler>(),
    kind::<api::batch::v1::CronJob>(),
    kind::<api::batch::v1::Job>(),
    kind::<api::coordination::v1::Lease>(),
    kind::<api::discovery::v1::EndpointSlice>(),
    kind::<api::networking::v1::Ingress>(),
    kind::<api::networking::v1::IngressClass>(),
    kind::<api::networking::v1::IPAddress>(),
    kind::<api::networking::v1::NetworkPolicy>(),
    kind::<api::networking::v1::ServiceCIDR>(),
    kind::<api::node::v1::RuntimeClass>(),
    kind::<api::policy::v1::PodDisruptionBudget>(),
    kind::<api::rbac::v1::ClusterRole>(),
    kind::<api::rbac::v1::ClusterRoleBinding>(),
    kind::<api::rbac::v1::Role>(),
    kind::<api::rbac::v1::RoleBinding>(),
    kind::<api::scheduling::v1::PriorityClass>(),
    kind::<api::storage::v1::CSIDriver>(),
    kind::<api::storage::v1::StorageClass>(),
    kind::<api::admissionregistration::v1::MutatingAdmissionPolicy>(),
    kind::<api::admissionregistration::v1::MutatingAdmissionPolicyBinding>(),
    kind::<api::admissionregistration::v1::MutatingWebhookConfiguration>(),
    kind::<api::admissionregistration::v1::ValidatingAdmissionPolicy>(),
    kind::<api::admissionregistration::v1::ValidatingAdmissionPolicyBinding>(),
    kind::<api::admissionregistration::v1::ValidatingWebhookConfiguration>(),
    kind::<apiextensions::CustomResourceDefinition>(),
    kind::<aggregator::APIService>(),
    kind::<api::certificates::v1::CertificateSigningRequest>(),
    kind::<api::events::v1::Event>(),
    kind::<api::flowcontrol::v1::FlowSchema>(),
    kind::<api::flowcontrol::v1::PriorityLevelConfiguration>(),
    kind::<api::resource::v1::DeviceClass>(),
    kind::<api::resource::v1::ResourceClaim>(),
    kind::<api::resource::v1::ResourceClaimTemplate>(),
    kind::<api::resource::v1::ResourceSlice>(),
    kind::<api::storage::v1::CSINode>(),
    kind::<api::storage::v1::CSIStorageCapacity>(),
    kind::<api::storage::v1::VolumeAttachment>(),
    kind::<api::storage::v1::VolumeAttributesClass>(),
];

/// Every kind that is known.
#[must_use]
pub fn kinds() -> &'static [Kind] {
    &KINDS
}

/// The kind of this group, version and name, letter for letter.
#[must_use]
pub fn find(group: &str, version: &str, kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.kind == kind && k.version == version && k.group == group)
}

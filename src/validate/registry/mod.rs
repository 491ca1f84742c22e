//! Every code with what it means: one declaration feeds findings, `portolan explain` and
//! docs/rules.md, and its examples are run by the tests.

mod addresses;
mod changes;
mod markdown;
mod metadata;
mod ports;
mod reading;
mod types;
mod warnings;

pub use markdown::markdown;

/// What `portolan explain` says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The code, in kebab-case, named after the defect.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// At most two sentences: what it means and what to do.
    pub explanation: &'static str,
    /// Why the rule exists.
    pub why: &'static str,
    /// The upstream function, of Kubernetes v1.36.2.
    pub upstream: &'static str,
    /// For rules about changes: the manifest that was applied before.
    pub before: Option<&'static str>,
    /// A manifest with this defect and no other. `<262144 letters>` in it stands for as
    /// many, and `<300 brackets>` for lists nested so deep.
    pub wrong: &'static str,
    /// The same, put right.
    pub right: &'static str,
    /// The page of kubernetes.io.
    pub page: &'static str,
}

/// A manifest of a Service called web: the lines after its metadata.
macro_rules! web {
    ($($line:literal),* $(,)?) => {
        concat!("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n", $($line, "\n"),*)
    };
}
pub(crate) use web;

const SERVICE: &str = "https://kubernetes.io/docs/concepts/services-networking/service/";
const DUAL_STACK: &str = "https://kubernetes.io/docs/concepts/services-networking/dual-stack/";
const ALLOCATION: &str =
    "https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/";
const VIRTUAL_IPS: &str = "https://kubernetes.io/docs/reference/networking/virtual-ips/";
const NAMES: &str = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const LABELS: &str = "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/";

/// All families, in the order of docs/rules.md.
const FAMILIES: &[(&str, &[Rule])] = &[
    ("Reading the file", reading::RULES),
    ("Metadata", metadata::RULES),
    ("Type and what goes with it", types::RULES),
    ("Ports", ports::RULES),
    ("Addresses and IP families", addresses::RULES),
    ("Changes", changes::RULES),
    ("Warnings", warnings::RULES),
];

/// The rules by family: its title, its rules in the server's order.
#[must_use]
pub fn families() -> &'static [(&'static str, &'static [Rule])] {
    FAMILIES
}

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|(_, rules)| rules.iter())
}

/// The rule with this code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

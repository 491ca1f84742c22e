//! Which objects of a kind a command means: `-l` and `--field-selector`.

mod fields;
mod labels;

pub(super) use fields::FieldSelector;
pub(super) use labels::LabelSelector;

use super::command::Call;
use super::failure::Failure;
use super::resources::Resource;
use crate::cluster::{Cluster, Shown, Which};
use crate::manifest::go::Quoted;
use crate::validate::{ApiError, Reason};
use serde_json::Value;

/// The selectors of a call, as they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selectors<'c> {
    labels: &'c str,
    fields: &'c str,
}

/// The selectors of a call for one resource.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    labels: LabelSelector,
    fields: FieldSelector,
}

impl<'c> Selectors<'c> {
    /// Those of `-l` and `--field-selector`.
    pub(super) fn of(call: &'c Call) -> Self {
        let text = |name: &str| call.flags.text(name).unwrap_or_default();
        Self { labels: text("selector").trim(), fields: text("field-selector").trim() }
    }

    /// True where none is given.
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// Reads them for a resource.
    ///
    /// # Errors
    /// What the server says of a selector that it can't read, or of a field that it does not
    /// know of this resource.
    pub(super) fn read(&self, resource: &Resource) -> Result<Selection, Failure> {
        let read = || {
            let labels = LabelSelector::read(self.labels)?;
            let fields = FieldSelector::read(self.fields, resource)?;
            Ok(Selection { labels, fields })
        };
        read().map_err(|why: String| {
            let (group, version) = (resource.group(), resource.version());
            let says = format!(
                "Unable to find {:?} that match label selector {:?}, field selector {:?}: {why}",
                Quoted(&format!("{group}/{version}, Resource={}", resource.plural)),
                Quoted(self.labels),
                Quoted(self.fields),
            );
            Failure::Server(ApiError::new(Reason::BadRequest, says))
        })
    }
}

impl Selection {
    /// Whether it selects an object.
    pub(super) fn selects(&self, object: &Value) -> bool {
        self.labels.matches(&object["metadata"]["labels"]) && self.fields.matches(object)
    }

    /// Shows the objects of a kind that it selects to `see`, of those that `which` means: these
    /// fields of them, or all. By their labels the cluster chooses before it makes anything of
    /// them.
    pub(super) fn each(
        &self,
        cluster: &Cluster,
        kind: &str,
        which: Which<'_>,
        see: &mut dyn FnMut(Shown<'_>),
    ) {
        let labels = |labels: &Value| self.labels.matches(labels);
        let fields = which.fields.map(|fields| self.fields.and(fields));
        // Where none are asked for, none are looked at.
        let labels = (!self.labels.is_empty()).then_some(&labels as &dyn Fn(&Value) -> bool);
        let which = Which { labels, fields: fields.as_ref(), ..which };
        cluster.each(kind, which, &mut |object| {
            // Without need nothing looks at the object: it is not even made then.
            if self.fields.is_empty() || self.fields.matches(&object) {
                see(object);
            }
        });
    }
}

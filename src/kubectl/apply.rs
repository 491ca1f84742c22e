//! `kubectl apply -f FILE`: from the text to what the cluster then holds, and every word
//! that is said on the way (k8s.io/kubectl/pkg/cmd/apply, v1.36).

use super::apply_find;
use super::apply_plan::{Creation, NoPatch, Patching, Plan};
use super::apply_read::{self, Info, Place, Read, set};
use super::failure::Failure;
use super::select::LabelSelector;
use super::write::{AT_ONCE, CHANGE_CAUSE, DryRun, Validation, server, set_annotation};
use crate::cluster::{self, Cluster, MergeError, PatchType};
use crate::manifest::go::{self, Quoted};
use crate::manifest::{self, Reading};
use crate::source::{Finding, Severity, halves};
use crate::validate::{self, ApiError, Issue, Mark, Reason};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// Where kubectl notes what was applied last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// How kubectl is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplyOptions {
    /// `--dry-run=server`: nothing is stored.
    pub dry_run: bool,
    /// `-n`: objects of other namespaces are refused. `None` is the namespace `default`,
    /// and objects may name another.
    pub namespace: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applied {
    /// kubectl's exit code: 0, or 1 where anything was refused.
    pub exit: u8,
    /// What kubectl prints: `service/web created`.
    pub stdout: String,
    /// What kubectl says: errors and warnings.
    pub stderr: String,
    /// The file's objects that the cluster knows, in the file's order: accepted ones as the
    /// server holds them now (under dry run: would hold them), refused ones as they were
    /// before, where they were. Without what only storing gives (uid, resourceVersion,
    /// creationTimestamp) and without kubectl's own annotation.
    pub objects: Vec<Value>,
    /// Each error and warning with its place in the text, in the order in which they are
    /// said; and advice where an object's kind is checked less than a Service is.
    pub findings: Vec<Finding>,
}

impl Applied {
    /// True when kubectl and the server accepted everything.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.exit == 0
    }
}

/// Applies `text`, which kubectl was given as `file_name`, to `cluster`.
pub fn apply(
    cluster: &mut Cluster,
    file_name: &str,
    text: &str,
    options: &ApplyOptions,
) -> Applied {
    apply_reading(cluster, (file_name, text), &manifest::read(text), options)
}

/// As [`apply`], of a text whose `reading` is known: one that others want too is read once.
pub fn apply_reading(
    cluster: &mut Cluster,
    (file_name, text): (&str, &str),
    reading: &Reading,
    options: &ApplyOptions,
) -> Applied {
    let (mut applied, told) =
        one_file(cluster, (file_name, text), reading.clone(), &options.into(), &mut |_| {});
    told.finish(&mut applied);
    applied
}

/// All that kubectl may be told.
#[derive(Debug, Clone)]
pub(super) struct How {
    /// Where objects go that name no namespace.
    pub(super) namespace: String,
    /// Whether other namespaces are refused.
    pub(super) enforce: bool,
    /// `--dry-run`.
    pub(super) dry_run: DryRun,
    /// `--validate`.
    pub(super) validation: Validation,
    /// Labels that objects must have.
    pub(super) selector: LabelSelector,
    /// The command, where objects are to note it (`--record`).
    pub(super) change_cause: Option<String>,
    /// Only what is printed of objects is wanted, and not they.
    pub(super) lines_only: bool,
    /// Findings are wanted, which tell places of the text.
    pub(super) findings: bool,
}

impl From<&ApplyOptions> for How {
    fn from(options: &ApplyOptions) -> Self {
        Self {
            namespace: options.namespace.clone().unwrap_or_else(|| "default".to_owned()),
            enforce: options.namespace.is_some(),
            dry_run: if options.dry_run { DryRun::Server } else { DryRun::None },
            validation: Validation::Strict,
            selector: LabelSelector::default(),
            change_cause: None,
            lines_only: false,
            findings: true,
        }
    }
}

/// What kubectl has to tell at the end.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Of reading.
    pub(super) read: Option<Failure>,
    /// Of each object that was refused.
    pub(super) refused: Vec<Failure>,
    /// How many objects there were to apply.
    pub(super) n_objects: usize,
    /// Each object that was accepted, and what was done to it.
    pub(super) done: Vec<(Value, &'static str)>,
}

impl Told {
    /// Puts errors behind the warnings of `applied`, all that kubectl was asked to do, and
    /// tells where that was nothing.
    pub(super) fn finish(self, applied: &mut Applied) {
        let mut errors: Vec<Failure> = self.read.into_iter().chain(self.refused).collect();
        if self.n_objects == 0 && errors.is_empty() {
            let (failure, finding) = nothing();
            applied.findings.push(finding);
            errors.push(failure);
        }
        if !errors.is_empty() {
            applied.exit = 1;
            let all = if errors.len() == 1 { errors.pop() } else { None };
            applied.stderr.push_str(&all.unwrap_or(Failure::Many(errors)).stderr());
        }
    }
}

/// Applies one file; its errors are not told yet. `give` may take away what was said so far.
pub(super) fn one_file(
    cluster: &mut Cluster,
    (file_name, text): (&str, &str),
    reading: Reading,
    how: &How,
    give: &mut dyn FnMut(&mut Applied),
) -> (Applied, Told) {
    let place = Place {
        file: file_name,
        namespace: &how.namespace,
        enforce: how.enforce,
        validate: how.validation != Validation::Ignore,
        text,
        documents: how.findings,
    };
    let Read { mut infos, error, findings } = apply_read::read(reading, place);
    infos.retain(|info| how.selector.matches(&info.object["metadata"]["labels"]));
    let mut run = Run {
        cluster,
        warned: HashSet::new(),
        place,
        how,
        done: Vec::new(),
        applied: Applied { findings, ..Applied::default() },
    };
    let mut told = Told { read: error, n_objects: infos.len(), ..Told::default() };
    let mut infos = infos.into_iter();
    while infos.len() > 0 {
        let some: Vec<Info> = infos.by_ref().take(AT_ONCE).collect();
        let (cluster, is_many) = (&*run.cluster, halves::are_many(some.len()));
        let planned = halves::map(some, |mut info| {
            if let Some(cause) = &how.change_cause {
                set_annotation(&mut info.object, CHANGE_CAUSE, cause);
            }
            let plan = if is_many { Plan::ahead(cluster, how, &mut info) } else { Plan::Later };
            (info, plan)
        });
        for (mut info, plan) in planned {
            if let Err(failure) = run.one(&mut info, plan) {
                told.refused.push(failure);
                run.applied.exit = 1;
                run.applied.objects.extend(run.current(&info).map(shown));
            }
            if !cluster::checks_all_rules(info.kind) {
                run.applied.findings.push(apply_find::checked_less(&info.document, info.kind));
            }
        }
        give(&mut run.applied);
    }
    if told.read.is_some() {
        run.applied.exit = 1;
    }
    told.done = run.done;
    (run.applied, told)
}

/// No object at all.
fn nothing() -> (Failure, Finding) {
    let message = "no objects passed to apply";
    let finding = Finding {
        severity: Severity::Error,
        code: "no-objects",
        path: String::new(),
        message: message.to_owned(),
        explanation: "The file holds no object. Write one, beginning with apiVersion and kind."
            .to_owned(),
        span: crate::source::Span::at(0),
        fix: None,
    };
    (Failure::Client(message.to_owned()), finding)
}

/// An object as it is shown: without what only storing gives.
fn shown(mut object: Value) -> Value {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
            metadata.shift_remove(field);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.shift_remove(LAST_APPLIED);
            if annotations.is_empty() {
                metadata.shift_remove("annotations");
            }
        }
    }
    object
}

struct Run<'a> {
    cluster: &'a mut Cluster,
    /// The server's warnings that were told already.
    warned: HashSet<String>,
    place: Place<'a>,
    how: &'a How,
    done: Vec<(Value, &'static str)>,
    applied: Applied,
}

impl Run<'_> {
    fn current(&self, info: &Info) -> Option<Value> {
        if !info.has_version {
            return None;
        }
        self.cluster.get(info.kind.kind, &info.namespace, &info.name)
    }

    fn warn(&mut self, info: &Info, warnings: &[Issue]) {
        for warning in warnings {
            let line = format!("Warning: {}\n", warning.message);
            // kubectl says the same thing once.
            if self.warned.insert(line.clone()) {
                self.applied.stderr.push_str(&line);
            }
            let finding = apply_find::placed(&info.document, warning, self.place.text);
            self.applied.findings.push(finding);
        }
    }

    /// `applyOneObject`, as it was planned, or as things are now.
    fn one(&mut self, info: &mut Info, mut plan: Plan) -> Result<(), Failure> {
        self.check_name(info)?;
        self.deprecated_kind(info);
        if !plan.holds(self.cluster, info) {
            plan.give_back(info);
            plan = Plan::now(self.cluster, info);
        }
        match plan {
            Plan::Create(creation) => self.create(info, *creation),
            Plan::Patch(patching) => self.patch(info, *patching),
            Plan::Later => Ok(()),
        }
    }

    /// The server warns of a kind that goes away at every request for one
    /// (`APILifecycleDeprecated`, k8s.io/api).
    fn deprecated_kind(&mut self, info: &Info) {
        if (info.kind.group, info.kind.kind) != ("", "Endpoints") || !info.has_version {
            return;
        }
        let code = "kind-deprecated";
        let issue = Issue {
            severity: Severity::Warning,
            code,
            path: "kind".to_owned(),
            place: "kind".to_owned(),
            message: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
                .to_owned(),
            explanation: validate::rule(code).map_or("", |rule| rule.explanation).to_owned(),
            mark: Mark::Value,
            remedy: None,
        };
        self.warn(info, &[issue]);
    }

    /// What has to be right before kubectl can ask for the object at all (`Request.Name`,
    /// k8s.io/client-go/rest).
    fn check_name(&mut self, info: &Info) -> Result<(), Failure> {
        let generate = info.object["metadata"]["generateName"].as_str().unwrap_or("");
        if info.name.is_empty() && !generate.is_empty() {
            let message = format!("from {generate}: cannot use generate name with apply");
            let finding = apply_find::bad_name(&info.document, "metadata.generateName", &message);
            self.applied.findings.push(finding);
            return Err(Failure::Client(message));
        }
        let (field, problem) = if info.kind.namespaced && !segment(&info.namespace).is_empty() {
            let problems = segment(&info.namespace).join(" ");
            (
                "metadata.namespace",
                format!("invalid namespace {:?}: [{problems}]", Quoted(&info.namespace)),
            )
        } else if info.name.is_empty() {
            ("metadata.name", "resource name may not be empty".to_owned())
        } else if !segment(&info.name).is_empty() {
            let problems = segment(&info.name).join(" ");
            (
                "metadata.name",
                format!("invalid resource name {:?}: [{problems}]", Quoted(&info.name)),
            )
        } else {
            return Ok(());
        };
        self.applied.findings.push(apply_find::bad_name(&info.document, field, &problem));
        let file = Quoted(self.place.file);
        Err(Failure::Client(format!(
            "error when retrieving current configuration of:\n{}\nfrom server for: {file:?}: {problem}",
            describe(info)
        )))
    }

    /// How the server is asked.
    fn server_side(&self) -> cluster::How {
        let dry_run = self.how.dry_run != DryRun::None;
        cluster::How { dry_run, heads: self.how.lines_only }
    }

    fn done(&mut self, info: &Info, what: &'static str, object: Value) {
        let group = if info.kind.group.is_empty() {
            String::new()
        } else {
            format!(".{}", info.kind.group)
        };
        let dry = self.how.dry_run.suffix();
        self.applied.stdout.push_str(&format!(
            "{}{group}/{} {what}{dry}\n",
            info.kind.kind.to_lowercase(),
            info.name
        ));
        if !self.how.lines_only {
            self.done.push((object.clone(), what));
            self.applied.objects.push(shown(object));
        }
    }

    fn refused(&mut self, info: &Info, error: Box<ApiError>, doing: &str) -> Failure {
        if error.issues.is_empty() {
            let finding = apply_find::answer(&info.document, &error);
            self.applied.findings.push(finding);
        }
        for issue in &error.issues {
            let mut issue = issue.clone();
            if issue.code == "patch-unfit" && issue.place.is_empty() {
                issue.place = apply_find::unfit_place(&info.document, info.kind);
                issue.mark = Mark::Value;
            }
            let finding = apply_find::placed(&info.document, &issue, self.place.text);
            self.applied.findings.push(finding);
        }
        Failure::server(error, doing, self.place.file)
    }

    fn create(&mut self, info: &mut Info, creation: Creation) -> Result<(), Failure> {
        let Creation { mut object, decoded, foreseen, .. } = creation;
        if !info.has_version {
            let error =
                ApiError::new(Reason::NotFound, "the server could not find the requested resource");
            return Err(self.refused(info, error, "creating"));
        }
        if self.how.dry_run == DryRun::Client {
            self.done(info, "created", object);
            return Ok(());
        }
        if let Err(error) = fits_request(&object, 1) {
            return Err(self.refused(info, error, "creating"));
        }
        let mut decoded = decoded;
        if let Err((_, Some(error))) = &decoded
            && error.strict
            && self.how.validation != Validation::Strict
        {
            let unknown: Vec<String> = error.problems.iter().map(|p| p.message.clone()).collect();
            self.unknown(&unknown);
            server::drop_unknown_fields(info.kind, &mut object);
            decoded = Ok(());
        }
        if let Err((message, decode)) = decoded {
            match &decode {
                Some(error) => self.applied.findings.extend(apply_find::decode(
                    &info.document,
                    info.kind,
                    error,
                    self.place.text,
                )),
                None => {
                    let gvk = (
                        info.kind.group.to_owned(),
                        info.kind.version.to_owned(),
                        info.written_kind.clone(),
                    );
                    let finding = apply_find::unknown_kind(&info.document, &gvk, &message);
                    self.applied.findings.push(finding);
                }
            }
            let error = ApiError::new(Reason::BadRequest, message);
            return Err(Failure::server(error, "creating", self.place.file));
        }
        let how = self.server_side();
        let asks = (info.kind, cluster::CLIENT_SIDE);
        let done = foreseen.and_then(|plan| plan.carry_out(self.cluster, asks, None, how));
        match done.unwrap_or_else(|| cluster::create(self.cluster, info.kind, object, how)) {
            Ok(accepted) => {
                self.warn(info, &accepted.warnings);
                self.done(info, "created", accepted.object);
                Ok(())
            }
            Err(error) => Err(self.refused(info, error, "creating")),
        }
    }

    /// Unknown fields that were dropped.
    fn unknown(&mut self, fields: &[String]) {
        if self.how.validation != Validation::Warn {
            return;
        }
        for field in fields {
            let line = format!("Warning: {field}\n");
            if self.warned.insert(line.clone()) {
                self.applied.stderr.push_str(&line);
            }
        }
    }

    fn patch(&mut self, info: &mut Info, patching: Patching) -> Result<(), Failure> {
        let Patching { current, modified, patch, foreseen, .. } = patching;
        let original = current["metadata"]["annotations"][LAST_APPLIED].as_str();
        if current["metadata"]["annotations"].get(LAST_APPLIED).is_none() {
            self.applied.stderr.push_str(&format!(
                "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n",
                info.kind.plural, info.name
            ));
        }
        let patch = match patch {
            Ok(patch) => patch,
            Err(NoPatch::OtherKind(why)) => {
                self.applied.findings.push(apply_find::no_patch(&info.document, &why));
                return Err(self.not_patched(info, original, &modified, &current, &why));
            }
            Err(NoPatch::Merge(why)) => {
                return Err(self.no_patch(info, original, &modified, &current, &why));
            }
        };
        if patch.as_object().is_some_and(Map::is_empty) {
            self.done(info, "unchanged", Arc::unwrap_or_clone(current));
            return Ok(());
        }
        let place = (info.namespace.as_str(), info.name.as_str());
        let strategic = (PatchType::Strategic, &patch);
        if self.how.dry_run == DryRun::Client {
            let merged = cluster::patched_by_server(info.kind.kind, &current, strategic)
                .map_err(|error| self.refused(info, error, "patching"))?;
            self.done(info, "configured", merged);
            return Ok(());
        }
        let how = self.server_side();
        let mut unknown = Vec::new();
        let dropped = (self.how.validation != Validation::Strict).then_some(&mut unknown);
        let asks = (info.kind, cluster::CLIENT_SIDE);
        let mut dropped = dropped;
        let patched = fits_request(&patch, 0).and_then(|()| {
            let list = dropped.as_deref_mut();
            let done = foreseen.and_then(|plan| plan.carry_out(self.cluster, asks, list, how));
            done.unwrap_or_else(|| {
                cluster::patch_leniently(self.cluster, info.kind, place, strategic, dropped, how)
            })
        });
        self.unknown(&unknown);
        match patched {
            Ok(accepted) => {
                self.warn(info, &accepted.warnings);
                self.done(info, "configured", accepted.object);
                Ok(())
            }
            Err(mut error) => {
                let file = Quoted(self.place.file);
                error.message = format!("error when patching {file:?}: {}", error.message);
                let doing = format!(
                    "applying patch:\n{}\nto:\n{}\nfor:",
                    go::json(&sorted(patch)),
                    describe(info)
                );
                Err(self.refused(info, error, &doing))
            }
        }
    }

    /// No patch could be made of what was, what is and what shall be (`patchSimple`,
    /// kubectl/pkg/cmd/apply/patcher.go).
    fn no_patch(
        &mut self,
        info: &Info,
        original: Option<&str>,
        modified: &Value,
        current: &Value,
        why: &MergeError,
    ) -> Failure {
        for spec in ["openapi v3", "openapi"] {
            let line = format!("warning: error calculating patch from {spec} spec: {why}\n");
            self.applied.stderr.push_str(&line);
        }
        self.applied.findings.push(apply_find::no_patch(&info.document, &why.to_string()));
        self.not_patched(info, original, modified, current, &why.to_string())
    }

    /// What kubectl says when it can't make a patch, with all that it was made from.
    fn not_patched(
        &self,
        info: &Info,
        original: Option<&str>,
        modified: &Value,
        current: &Value,
        why: &str,
    ) -> Failure {
        let file = Quoted(self.place.file);
        Failure::Client(format!(
            "error when applying patch:\n\nto:\n{}\nfor: {file:?}: error when patching {file:?}: creating patch with:\noriginal:\n{}\nmodified:\n{}\n\ncurrent:\n{}\n\nfor: {why}",
            describe(info),
            original.unwrap_or(""),
            go::json(modified),
            go::json(&sorted(current.clone())),
        ))
    }
}

/// The most that the server reads of one request (`MaxRequestBodyBytes`,
/// apiserver/pkg/server/config.go).
const MOST_SENT: usize = 3 << 20;

/// What the server says to a request that is too long, before it looks into it
/// (`limitedReadBody`, apiserver/pkg/endpoints/handlers/rest.go). `n_more` bytes are sent
/// behind the JSON.
fn fits_request(object: &Value, n_more: usize) -> Result<(), Box<ApiError>> {
    // The note of what was applied is the whole object once more, with its quotes escaped.
    let note = object["metadata"]["annotations"][LAST_APPLIED].as_str().map_or(0, str::len);
    if note * 4 < MOST_SENT || go::json(object).len() + n_more <= MOST_SENT {
        return Ok(());
    }
    let says = format!("Request entity too large: limit is {MOST_SENT}");
    Err(ApiError::new(Reason::RequestEntityTooLarge, says))
}

/// Keys in the alphabet's order, as Go writes its maps.
fn sorted(mut value: Value) -> Value {
    value.sort_all_objects();
    value
}

/// `IsValidPathSegmentName`, apimachinery/pkg/api/validation/path.
pub(super) fn segment(name: &str) -> Vec<String> {
    if matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|c| name.contains(**c))
        .map(|c| format!("may not contain '{c}'"))
        .collect()
}

/// `Info.String`.
fn describe(info: &Info) -> String {
    let (group, version) = (info.kind.group, info.kind.version);
    format!(
        "Resource: \"{group}/{version}, Resource={}\", GroupVersionKind: \"{group}/{version}, Kind={}\"\nName: {:?}, Namespace: {:?}",
        info.kind.plural,
        info.written_kind,
        Quoted(&info.name),
        Quoted(&info.namespace)
    )
}

/// The object with kubectl's note of itself in it (`CreateApplyAnnotation`,
/// k8s.io/kubectl/pkg/util/apply.go).
pub(super) fn annotated(mut object: Value) -> Value {
    let mut annotations = Map::new();
    if let Some(given) = object["metadata"]["annotations"].as_object() {
        for (key, value) in given {
            // `NestedNullCoercingStringMap`: null is the empty text.
            annotations.insert(key.clone(), Value::from(value.as_str().unwrap_or("")));
        }
    }
    annotations.shift_remove(LAST_APPLIED);
    set(&mut object, "annotations", Value::Object(annotations.clone()));
    let text = go::json(&object) + "\n";
    annotations.insert(LAST_APPLIED.to_owned(), Value::String(text));
    annotations.sort_keys();
    set(&mut object, "annotations", Value::Object(annotations));
    object
}

/// `pruneNullsFromMap`: fields that are null are not sent.
pub(super) fn prune_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(prune_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(prune_nulls),
        _ => {}
    }
}

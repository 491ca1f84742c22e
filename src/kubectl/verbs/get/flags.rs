//! What `kubectl get` takes.

use crate::kubectl::command::{Flag, Takes};

const OUTPUT: &str = "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide). See custom columns [https://kubernetes.io/docs/reference/kubectl/#custom-columns], golang template [http://golang.org/pkg/text/template/#pkg-overview] and jsonpath template [https://kubernetes.io/docs/reference/kubectl/jsonpath/].";
const FIELD: &str = "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type.";
const LABEL: &str = "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.";
const COLUMNS: &str = "Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...";
const SORT: &str = "If non-empty, sort list types using this field specification.  The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}'). The field in the API resource specified by this JSONPath expression must be an integer or a string.";
const IGNORE: &str = "If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found.";
const ALL: &str = "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.";
const MISSING: &str = "If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.";
const TEMPLATE: &str = "Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].";
const RECURSIVE: &str = "Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.";
const NO_HEADERS: &str = "When using the default or custom-column output format, don't print headers (default print headers).";
const MANAGED: &str =
    "If true, keep the managedFields when printing objects in JSON or YAML format.";

/// In the order of their names, as help has them.
pub(super) static FLAGS: &[Flag] = &[
    Flag::new("all-namespaces", Takes::Bool, "false", ALL).short('A'),
    Flag::new("allow-missing-template-keys", Takes::Bool, "true", MISSING),
    Flag::new(
        "chunk-size",
        Takes::Int,
        "500",
        "Return large lists in chunks rather than all at once. Pass 0 to disable.",
    ),
    Flag::new("field-selector", Takes::Text, "", FIELD),
    Flag::new(
        "filename",
        Takes::List,
        "[]",
        "Filename, directory, or URL to files identifying the resource to get from a server.",
    )
    .short('f'),
    Flag::new("ignore-not-found", Takes::Bool, "false", IGNORE),
    Flag::new(
        "kustomize",
        Takes::Text,
        "",
        "Process the kustomization directory. This flag can't be used together with -f or -R.",
    )
    .short('k')
    .missing(),
    Flag::new("label-columns", Takes::List, "[]", COLUMNS).short('L'),
    Flag::new("no-headers", Takes::Bool, "false", NO_HEADERS),
    Flag::new("output", Takes::Text, "", OUTPUT).short('o'),
    Flag::new(
        "output-watch-events",
        Takes::Bool,
        "false",
        "Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.",
    ),
    Flag::new(
        "raw",
        Takes::Text,
        "",
        "Raw URI to request from the server.  Uses the transport specified by the kubeconfig file.",
    ),
    Flag::new("recursive", Takes::Bool, "false", RECURSIVE).short('R'),
    Flag::new("selector", Takes::Text, "", LABEL).short('l'),
    Flag::new(
        "server-print",
        Takes::Bool,
        "true",
        "If true, have the server return the appropriate table output. Supports extension APIs and CRDs.",
    ),
    Flag::new(
        "show-kind",
        Takes::Bool,
        "false",
        "If present, list the resource type for the requested object(s).",
    ),
    Flag::new(
        "show-labels",
        Takes::Bool,
        "false",
        "When printing, show all labels as the last column (default hide labels column)",
    ),
    Flag::new("show-managed-fields", Takes::Bool, "false", MANAGED),
    Flag::new("sort-by", Takes::Text, "", SORT),
    Flag::new(
        "subresource",
        Takes::Text,
        "",
        "If specified, gets the subresource of the requested object.",
    ),
    Flag::new("template", Takes::Text, "", TEMPLATE),
    Flag::new(
        "watch",
        Takes::Bool,
        "false",
        "After listing/getting the requested object, watch for changes.",
    )
    .short('w'),
    Flag::new(
        "watch-only",
        Takes::Bool,
        "false",
        "Watch for changes to the requested object(s), without listing/getting first.",
    ),
];

//! The flags that say how to print (`genericclioptions.PrintFlags`, k8s.io/cli-runtime).

use crate::kubectl::command::{Flag, Takes};

const TEMPLATE: &str = "Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].";
const MISSING: &str = "If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.";
const MANAGED: &str =
    "If true, keep the managedFields when printing objects in JSON or YAML format.";
const OUTPUT: &str = "Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).";

/// Of every verb that prints what it made or changed.
pub(in crate::kubectl) static FLAGS: &[Flag] = &[
    Flag::new("allow-missing-template-keys", Takes::Bool, "true", MISSING),
    Flag::new("output", Takes::Text, "", OUTPUT).short('o'),
    Flag::new("show-managed-fields", Takes::Bool, "false", MANAGED),
    Flag::new("template", Takes::Text, "", TEMPLATE),
];

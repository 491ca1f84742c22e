//! `kubectl config` (k8s.io/kubectl/pkg/cmd/config, v1.36).

mod contexts;
mod entries;
mod property;
mod view;

use crate::kubectl::command::{Call, Command, Flag, Runs, Takes, help_of};
use crate::kubectl::console::Io;
use crate::kubectl::failure::Failure;
use crate::kubectl::print;

/// Where the kubeconfig is said to lie.
const FILE: &str = "/root/.kube/config";

static NO_HEADERS: Flag =
    Flag::new("no-headers", Takes::Bool, "false", "Leave the table's head out.");

static CONTEXTS: &[Flag] = &[
    NO_HEADERS,
    Flag::new("output", Takes::Text, "", "Output format. One of: (name).").short('o'),
];

static CONTEXT: &[Flag] = &[
    Flag::new("cluster", Takes::Text, "", "cluster for the context entry in kubeconfig"),
    Flag::new("current", Takes::Bool, "false", "Modify the current context"),
    Flag::new("namespace", Takes::Text, "", "namespace for the context entry in kubeconfig")
        .short('n'),
    Flag::new("user", Takes::Text, "", "user for the context entry in kubeconfig"),
];

static CLUSTER: &[Flag] = &[
    Flag::new("certificate-authority", Takes::Text, "", "A file with the authority's certificate.")
        .missing(),
    Flag::new("embed-certs", Takes::Bool, "false", "Keep the certificate itself.").missing(),
    Flag::new(
        "insecure-skip-tls-verify",
        Takes::Bool,
        "false",
        "insecure-skip-tls-verify for the cluster entry in kubeconfig",
    ),
    Flag::new("proxy-url", Takes::Text, "", "proxy-url for the cluster entry in kubeconfig"),
    Flag::new("server", Takes::Text, "", "server for the cluster entry in kubeconfig"),
    Flag::new(
        "tls-server-name",
        Takes::Text,
        "",
        "tls-server-name for the cluster entry in kubeconfig",
    ),
];

static USER: &[Flag] = &[
    Flag::new("auth-provider", Takes::Text, "", "A provider of credentials.").missing(),
    Flag::new("auth-provider-arg", Takes::List, "[]", "What the provider is told.").missing(),
    Flag::new("client-certificate", Takes::Text, "", "A client certificate's file.").missing(),
    Flag::new("client-key", Takes::Text, "", "A client key's file.").missing(),
    Flag::new("embed-certs", Takes::Bool, "false", "Keep the certificate itself.").missing(),
    Flag::new("exec-api-version", Takes::Text, "", "The API of a credentials program.").missing(),
    Flag::new("exec-arg", Takes::List, "[]", "Words for a credentials program.").missing(),
    Flag::new("exec-command", Takes::Text, "", "A credentials program.").missing(),
    Flag::new("exec-env", Takes::Array, "[]", "Variables for a credentials program.").missing(),
    Flag::new(
        "exec-interactive-mode",
        Takes::Text,
        "",
        "Whether a credentials program asks anything.",
    )
    .missing(),
    Flag::new(
        "exec-provide-cluster-info",
        Takes::Bool,
        "false",
        "Tell a credentials program of the cluster.",
    )
    .missing(),
    Flag::new("password", Takes::Text, "", "password for the user entry in kubeconfig"),
    Flag::new("token", Takes::Text, "", "token for the user entry in kubeconfig"),
    Flag::new("username", Takes::Text, "", "username for the user entry in kubeconfig"),
];

static SET: &[Flag] = &[Flag::new(
    "set-raw-bytes",
    Takes::Optional("true"),
    "false",
    "Take the value of a field of bytes as it is.",
)];

static VIEW: &[Flag] = &[
    Flag::new("flatten", Takes::Bool, "false", "Show everything in one file, secrets included."),
    Flag::new("merge", Takes::Optional("true"), "true", "Merge all kubeconfig files."),
    Flag::new("minify", Takes::Bool, "false", "Show only what the current context uses."),
    Flag::new("raw", Takes::Bool, "false", "Show secrets, too."),
];

pub(super) static COMMANDS: &[Command] = &[
    Command::new("config", "SUBCOMMAND [options]", "Modify kubeconfig files", &[], Runs::Group),
    Command::new(
        "config current-context",
        "[options]",
        "Display the current-context",
        &[],
        Runs::Verb(contexts::current),
    ),
    Command::new(
        "config delete-cluster",
        "NAME [options]",
        "Delete the specified cluster from the kubeconfig",
        &[],
        Runs::Verb(entries::delete_cluster),
    ),
    Command::new(
        "config delete-context",
        "NAME [options]",
        "Delete the specified context from the kubeconfig",
        &[],
        Runs::Verb(contexts::delete),
    ),
    Command::new(
        "config delete-user",
        "NAME [options]",
        "Delete the specified user from the kubeconfig",
        &[],
        Runs::Verb(entries::delete_user),
    ),
    Command::new(
        "config get-clusters",
        "[options]",
        "Display clusters defined in the kubeconfig",
        &[],
        Runs::Verb(entries::clusters),
    ),
    Command::new(
        "config get-contexts",
        "[(-o|--output=)name)] [options]",
        "Describe one or many contexts",
        &[CONTEXTS],
        Runs::Verb(contexts::get),
    ),
    Command::new(
        "config get-users",
        "[options]",
        "Display users defined in the kubeconfig",
        &[],
        Runs::Verb(entries::users),
    ),
    Command::new(
        "config rename-context",
        "CONTEXT_NAME NEW_NAME [options]",
        "Rename a context from the kubeconfig file",
        &[],
        Runs::Verb(contexts::rename),
    ),
    Command::new(
        "config set",
        "PROPERTY_NAME PROPERTY_VALUE [options]",
        "Set an individual value in a kubeconfig file",
        &[SET],
        Runs::Verb(property::set),
    ),
    Command::new(
        "config set-cluster",
        "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com] [options]",
        "Set a cluster entry in kubeconfig",
        &[CLUSTER],
        Runs::Verb(entries::set_cluster),
    ),
    Command::new(
        "config set-context",
        "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]",
        "Set a context entry in kubeconfig",
        &[CONTEXT],
        Runs::Verb(contexts::set),
    ),
    Command::new(
        "config set-credentials",
        "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value] [options]",
        "Set a user entry in kubeconfig",
        &[USER],
        Runs::Verb(entries::set_user),
    ),
    Command::new(
        "config unset",
        "PROPERTY_NAME [options]",
        "Unset an individual value in a kubeconfig file",
        &[],
        Runs::Verb(property::unset),
    ),
    Command {
        path: "config use-context",
        aliases: &["use"],
        usage: "CONTEXT_NAME [options]",
        about: "Set the current-context in a kubeconfig file",
        flags: &[],
        runs: Runs::Verb(contexts::use_context),
    },
    Command::new(
        "config view",
        "[flags] [options]",
        "Display merged kubeconfig settings or a specified kubeconfig file",
        &[VIEW, print::FLAGS],
        Runs::Verb(view::view),
    ),
];

/// A command was called with words that it does not take: its help, and the error
/// (`helpErrorf`).
fn unexpected(call: &Call, io: &mut Io) -> Failure {
    io.out(help_of(call.command));
    Failure::Client(format!("Unexpected args: [{}]", call.args.join(" ")))
}

//! What kubectl says of a command beside its line, where it says it unasked: called without a
//! subcommand, or with too few words. In its own words, v1.36.

/// What a command tells of itself: all that stands above its commands and flags, and examples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// In place of the command's line.
    pub(super) long: &'static str,
    /// Each a comment and a command line.
    pub(super) examples: &'static [(&'static str, &'static str)],
}

const fn text(long: &'static str, examples: &'static [(&'static str, &'static str)]) -> Text {
    Text { long, examples }
}

/// By the command's words.
static TEXTS: &[(&str, Text)] = &[
    (
        "rollout",
        text(
            "Manage the rollout of one or many resources.\n        \n Valid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets\n",
            &[
                ("Rollback to the previous deployment", "kubectl rollout undo deployment/abc"),
                ("Check the rollout status of a daemonset", "kubectl rollout status daemonset/foo"),
                ("Restart a deployment", "kubectl rollout restart deployment/abc"),
                (
                    "Restart deployments with the 'app=nginx' label",
                    "kubectl rollout restart deployment --selector=app=nginx",
                ),
            ],
        ),
    ),
    (
        "set",
        text(
            "Configure application resources.\n\n These commands help you make changes to existing application resources.\n",
            &[],
        ),
    ),
    ("auth", text("Inspect authorization.\n", &[])),
    (
        "create secret",
        text(
            "Create a secret with specified type.\n\n A docker-registry type secret is for accessing a container registry.\n\n A generic type secret indicate an Opaque secret type.\n\n A tls type secret holds TLS certificate and its associated key.\n",
            &[],
        ),
    ),
    (
        "config",
        text(
            "Modify kubeconfig files using subcommands like \"kubectl config set current-context my-context\".\n\n The loading order follows these rules:\n\n  1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.\n  2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.\n  3.  Otherwise, ${HOME}/.kube/config is used and no merging takes place.\n",
            &[],
        ),
    ),
    (
        "config use-context",
        text(
            "Set the current-context in a kubeconfig file.\n",
            &[("Use the context for the minikube cluster", "kubectl config use-context minikube")],
        ),
    ),
    (
        "config delete-context",
        text(
            "Delete the specified context from the kubeconfig.\n",
            &[(
                "Delete the context for the minikube cluster",
                "kubectl config delete-context minikube",
            )],
        ),
    ),
    (
        "config rename-context",
        text(
            "Renames a context from the kubeconfig file.\n\n CONTEXT_NAME is the context name that you want to change.\n\n NEW_NAME is the new name you want to set.\n\n Note: If the context being renamed is the 'current-context', this field will also be updated.\n",
            &[(
                "Rename the context 'old-name' to 'new-name' in your kubeconfig file",
                "kubectl config rename-context old-name new-name",
            )],
        ),
    ),
    (
        "config set",
        text(
            "Set an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.\n\n PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.\n\n Specifying an attribute name that already exists will merge new fields on top of existing values.\n",
            &[
                (
                    "Set the server field on the my-cluster cluster to https://1.2.3.4",
                    "kubectl config set clusters.my-cluster.server https://1.2.3.4",
                ),
                (
                    "Set the certificate-authority-data field on the my-cluster cluster",
                    "kubectl config set clusters.my-cluster.certificate-authority-data $(echo \"cert_data_here\" | base64 -i -)",
                ),
                (
                    "Set the cluster field in the my-context context to my-cluster",
                    "kubectl config set contexts.my-context.cluster my-cluster",
                ),
                (
                    "Set the client-key-data field in the cluster-admin user using --set-raw-bytes option",
                    "kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true",
                ),
            ],
        ),
    ),
    (
        "config unset",
        text(
            "Unset an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.  Map keys may not contain dots.\n",
            &[
                ("Unset the current-context", "kubectl config unset current-context"),
                ("Unset namespace in foo context", "kubectl config unset contexts.foo.namespace"),
            ],
        ),
    ),
];

/// What the command of these words tells of itself, where that is known.
pub(super) fn of(path: &str) -> Option<&'static Text> {
    TEXTS.iter().find(|(known, _)| *known == path).map(|(_, text)| text)
}

//! Words that are resources, and words that are pairs: `svc web a=b c-`
//! (`GetResourcesAndPairs`, k8s.io/kubectl/pkg/cmd/util/helpers.go, v1.36).

/// Resources, then pairs.
///
/// # Errors
/// Where a resource stands behind a pair; `what` names what the pairs are.
pub(in crate::kubectl) fn split_pairs(
    args: &[String],
    what: &str,
) -> Result<(Vec<String>, Vec<String>), String> {
    let mut resources = Vec::new();
    let mut pairs = Vec::new();
    for arg in args {
        let is_pair =
            (arg.contains('=') && !arg.starts_with('=')) || (arg.ends_with('-') && arg != "-");
        if is_pair {
            pairs.push(arg.clone());
        } else if pairs.is_empty() {
            resources.push(arg.clone());
        } else {
            return Err(format!("all resources must be specified before {what} changes: {arg}"));
        }
    }
    Ok((resources, pairs))
}

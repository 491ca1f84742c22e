//! Goals against what the cluster is and does.

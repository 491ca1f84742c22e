//! What can't be traced.

/// Why there is no trace: what was asked for makes no sense in this cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// There is no such client Pod.
    #[error("there is no Pod {0} to send from")]
    NoSuchPod(String),
    /// There is no such client node.
    #[error("there is no node {0} to send from")]
    NoSuchNode(String),
    /// The client has no address, so it can't send.
    #[error("{0} has no address to send from")]
    NoAddress(String),
    /// The target is `node*`.
    #[error("node* means one packet for each node; trace them one by one")]
    SeveralTargets,
    /// Nothing became of the packet: a defect of ours, told instead of a panic.
    #[error("no way was found, which is a defect of Portolan")]
    NoWay,
}

//! A packet and its reply, hop by hop, as kube-proxy and conntrack move them. Pure.

mod model;

pub use model::{
    Action, Choice, Client, Direction, FieldRef, Hop, Outcome, Place, Protocol, Reason, ReasonCode,
    SeenSource, Socket, Trace, Way,
};

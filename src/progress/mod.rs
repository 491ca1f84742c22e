//! The journal's model: events to state.

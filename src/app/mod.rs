//! Model, messages, update: what the tutor is.

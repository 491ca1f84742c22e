//! The learner's YAML: events to a tree with spans, to JSON as kubectl makes it.

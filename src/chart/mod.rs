//! World and trace to a scene; what is shown at a tick.

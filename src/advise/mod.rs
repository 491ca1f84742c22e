//! Findings beyond the server that need the world.

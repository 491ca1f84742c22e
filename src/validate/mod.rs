//! The API server's rules in its order, with its texts.

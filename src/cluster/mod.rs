//! Objects, store, apply, allocators, controllers.

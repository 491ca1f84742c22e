//! Terminal, event loop, clock, files: the only place where effects happen.

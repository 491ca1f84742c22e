//! A pack's proof: claims run, starters fail, solutions pass.

//! Tells Cargo that the built-in pack is part of the program: a new lesson's file would
//! else not be seen until something in `src` changes.

fn main() {
    for path in ["pack.toml", "glossary.toml", "guide.toml", "lessons", "quizzes", "worlds"] {
        println!("cargo::rerun-if-changed={path}");
    }
}

//! Question kinds, marking, spaced repetition.

//! Every code with what it means. See [`rule`].

/// What `portolan explain` says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The code, in kebab-case, named after the defect.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// At most two sentences: what it means and what to do.
    pub explanation: &'static str,
}

/// The rule with this code.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// All rules.
pub const RULES: &[Rule] = &[];

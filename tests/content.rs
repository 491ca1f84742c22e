//! Packs: what is read, and what a wrong one is told.

use portolan::content::{self, StepKind};

#[test]
fn the_built_in_pack_has_no_problem() {
    assert_eq!(content::builtin_problems(), []);
    let pack = content::builtin();
    let lesson = pack.lesson("nodeport").expect("the pack has a lesson nodeport");
    assert!(lesson.steps.iter().any(|step| matches!(step.kind, StepKind::Exercise(_))));
}

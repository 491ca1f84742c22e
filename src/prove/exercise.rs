//! Claims of an exercise: its starter fails, its solutions earn all points.

use super::{Claims, not_solved_yet};
use crate::cluster::Cluster;
use crate::content::Goal;
use crate::grade::{Grade, grade};

pub(super) fn claims(
    claims: &mut Claims<'_>,
    base: &Cluster,
    goals: &[Goal],
    starter: &str,
    solutions: &[&str],
) {
    claims.on("goals/0").claim(not_solved_yet(base, goals));
    claims.on("starter").claim(starter_fails(base, goals, starter));
    for (idx, solution) in solutions.iter().enumerate() {
        let (name, part) = match idx {
            0 => ("The solution".to_owned(), "solution".to_owned()),
            n => {
                let part = format!("other_solutions/{}", n - 1);
                (format!("Entry {n} of `other_solutions`"), part)
            }
        };
        claims.on(part).claim(solution_passes(base, goals, solution, &name));
    }
}

fn starter_fails(
    base: &Cluster,
    goals: &[Goal],
    starter: &str,
) -> Result<(), (String, &'static str)> {
    if starter.trim().is_empty() || !grade(base, goals, "starter.yaml", starter).passed {
        return Ok(());
    }
    Err((
        "The starter reaches all goals already.".to_owned(),
        "Leave something to do in it, or add a goal.",
    ))
}

fn solution_passes(
    base: &Cluster,
    goals: &[Goal],
    solution: &str,
    name: &str,
) -> Result<(), (String, &'static str)> {
    let graded = grade(base, goals, "solution.yaml", solution);
    if graded.passed {
        return Ok(());
    }
    Err((format!("{name} {}", what_failed(&graded)), "Mend the solution or the goal."))
}

/// The first thing that went wrong, as the end of a sentence.
fn what_failed(grade: &Grade) -> String {
    if !grade.applied.is_accepted() {
        return format!("is refused: {}", grade.applied.stderr.trim());
    }
    let Some(goal) = grade.goals.iter().find(|goal| !goal.met) else { return String::new() };
    let say = goal.evidence.as_ref().map_or("", |evidence| evidence.say.as_str());
    format!("does not reach the goal \"{}\". {say}", goal.say)
}

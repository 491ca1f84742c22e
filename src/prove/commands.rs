//! Claims of an exercise that is solved by command: its commands reach all goals, and none of
//! them is idle. A command left out, or a flag of one, loses a point or is accepted by name.

use super::Claims;
use crate::cluster::Cluster;
use crate::content::{AcceptMutant, Goal};
use crate::grade::{Grade, Script, Work, as_it_is};

/// Mutants that are run at most.
const MOST_MUTANTS: usize = 200;

/// A change of the commands.
struct Mutant {
    change: String,
    commands: String,
}

fn graded(base: &Cluster, goals: &[Goal], commands: &str) -> (Script, Grade) {
    let script = Script::of(base.clone(), commands);
    let console = &script.console;
    let work = Work { before: base, cluster: &console.cluster, files: &console.files };
    let grade = as_it_is(&work, goals);
    (script, grade)
}

/// Runs the commands and their mutants. `label` is the key that holds them.
pub(super) fn claims(
    claims: &mut Claims<'_>,
    base: &Cluster,
    goals: &[Goal],
    commands: &str,
    label: &str,
    accepted: Option<&[AcceptMutant]>,
) {
    let (script, grade) = graded(base, goals, commands);
    claims.on(label);
    if !grade.passed {
        let goal = grade.goals.iter().find(|goal| !goal.met);
        let say = goal.and_then(|goal| goal.evidence.as_ref()).map_or("", |e| e.say.as_str());
        let goal = goal.map_or("", |goal| goal.say.as_str());
        let failed = script.ran.iter().find(|ran| ran.exit != 0);
        let why = failed.map_or_else(String::new, |ran| {
            format!(" `{}` says: {}", ran.command, ran.said.trim_end())
        });
        let message = format!("`{label}` does not reach the goal \"{goal}\". {say}{why}");
        claims.claim(Err((message, "Mend the commands or the goal.")));
        return;
    }
    claims.claim(Ok(()));
    let Some(accepted) = accepted else { return };
    let mut used = vec![false; accepted.len()];
    for mutant in mutants(&script).into_iter().take(MOST_MUTANTS) {
        if !graded(base, goals, &mutant.commands).1.passed {
            claims.claim(Ok(()));
            continue;
        }
        match accepted.iter().position(|accept| accept.change.trim() == mutant.change) {
            Some(idx) => {
                if let Some(used) = used.get_mut(idx) {
                    *used = true;
                }
            }
            None => claims.on("goals/0").claim(Err((
                format!("A mutant of `{label}` earns all points: {}.", mutant.change),
                "Add a goal that notices it, or name it in `accept_mutants` with the reason.",
            ))),
        }
    }
    for (idx, (mutant, used)) in accepted.iter().zip(used).enumerate() {
        // Changes of a manifest are the manifest's.
        if mutant.change.starts_with('`') && !used {
            claims.on(format!("accept_mutants/{idx}")).claim(Err((
                format!("`accept_mutants` accepts what no goal lets pass: {}.", mutant.change),
                "Take it out, or write the change as the check names it.",
            )));
        }
    }
}

/// Each command that changes something left out, and each flag of one.
fn mutants(script: &Script) -> Vec<Mutant> {
    let commands: Vec<&str> = script.ran.iter().map(|ran| ran.command.as_str()).collect();
    let with = |idx: usize, other: Option<String>| -> String {
        let mut all: Vec<String> = commands.iter().map(|c| (*c).to_owned()).collect();
        match other {
            Some(other) => {
                if let Some(command) = all.get_mut(idx) {
                    *command = other;
                }
            }
            None => drop(all.remove(idx)),
        }
        all.join("\n")
    };
    let mut found = Vec::new();
    for (idx, ran) in script.ran.iter().enumerate() {
        // What only looks is no part of the answer.
        if !ran.changed {
            continue;
        }
        let first = ran.command.lines().next().unwrap_or_default();
        found.push(Mutant { change: format!("`{first}` left out"), commands: with(idx, None) });
        for (start, flag) in flags(first) {
            let mut line = ran.command.clone();
            line.replace_range(start..start + flag.len(), "");
            let change = format!("`{}` without `{}`", verb(first), flag.trim());
            found.push(Mutant { change, commands: with(idx, Some(line)) });
        }
    }
    found
}

/// The flags of a command, each with the blank before it; what stands within quotes is none.
fn flags(line: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    let mut start: Option<usize> = None;
    let mut before = ' ';
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c == ' ' => {
                if let Some(start) = start.take()
                    && let Some(flag) = line.get(start - 1..at)
                {
                    found.push((start - 1, flag));
                }
            }
            None if c == '-' && before == ' ' && at > 0 => start = Some(at),
            None => {}
        }
        before = c;
    }
    // A lone dash is a file, and after two of them a Pod's command stands.
    let end = found.iter().position(|(_, flag)| *flag == " --").unwrap_or(found.len());
    found.truncate(end);
    found.retain(|(_, flag)| *flag != " -");
    found
}

/// `kubectl expose deployment/web`: the words before the first flag.
fn verb(line: &str) -> &str {
    line.find(" -").and_then(|at| line.get(..at)).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_found_outside_of_quotes_and_before_a_pods_command() {
        let line = "k run tmp --image=busybox -it -f - -l 'a -b' --rm -- wget -qO- x";
        let found: Vec<&str> = flags(line).into_iter().map(|(_, flag)| flag).collect();
        assert_eq!(found, [" --image=busybox", " -it", " -f", " -l", " --rm"]);
        assert_eq!(verb(line), "k run tmp");
    }
}

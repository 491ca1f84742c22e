//! A verdict on a file, for people and for programs.

use super::check_json::diagnostic;
use crate::cluster::Cluster;
use crate::content::Exercise;
use crate::grade::{self, GoalResult, Grade, Mended, Packets};
use crate::source::{LineIndex, clean, clean_line};
use serde_json::{Value, json};

/// A file's verdict.
pub(super) struct Verdict<'t> {
    file: &'t str,
    text: &'t str,
    /// Points, goals, and what kubectl said.
    pub(super) grade: Grade,
    /// Where it was refused: what it would have earned.
    mended: Option<Mended>,
}

impl<'t> Verdict<'t> {
    /// Grades `text`, called `file`.
    pub(super) fn of(exercise: &Exercise, base: &Cluster, file: &'t str, text: &'t str) -> Self {
        if file.ends_with(".sh") {
            let grade = grade::grade_commands(base, &exercise.goals, text);
            return Self { file, text, grade, mended: None };
        }
        let grade = grade::grade(base, &exercise.goals, file, text);
        let mended = if grade.applied.is_accepted() {
            None
        } else {
            let solutions: Vec<&str> = exercise.solutions().collect();
            grade::mend(base, &exercise.goals, text, &solutions)
        };
        Self { file, text, grade, mended }
    }

    /// As lines for people, safe to print.
    pub(super) fn lines(&self) -> Vec<String> {
        let grade = &self.grade;
        let verdict = if grade.passed { "passed" } else { "not passed" };
        let file = clean_line(self.file);
        let mut lines =
            vec![format!("{file}: {verdict}, {} of {} points", grade.points, grade.max)];
        if !grade.applied.is_accepted() {
            lines.push("  kubectl refuses it:".to_owned());
            let said = clean(&grade.applied.stderr);
            lines.extend(said.lines().map(|line| format!("    {line}")));
            if let Some(mended) = &self.mended {
                lines.push(format!("  {}", clean_line(&sentence(mended))));
            }
            return lines;
        }
        for goal in &grade.goals {
            let mark = if goal.met { "yes" } else { "no " };
            let say = clean_line(&goal.say);
            lines.push(format!("  {mark}  {}/{}  {say}", goal.earned, goal.points));
            if let Some(evidence) = &goal.evidence
                && !goal.met
            {
                lines.push(format!("            {}", clean_line(&evidence.say)));
            }
        }
        lines
    }

    /// As one object; `exercise` is `PACK/LESSON/STEP`.
    pub(super) fn json(&self, exercise: &str) -> Value {
        let grade = &self.grade;
        let index = LineIndex::new(self.text);
        let findings = &grade.applied.findings;
        let diagnostics: Vec<Value> =
            findings.iter().map(|finding| diagnostic(finding, self.text, &index)).collect();
        let mended = self.mended.as_ref().map(
            |mended| json!({ "points": mended.points, "max": mended.max, "fields": mended.fields }),
        );
        json!({
            "file": self.file,
            "exercise": exercise,
            "points": grade.points,
            "max": grade.max,
            "passed": grade.passed,
            "goals": grade.goals.iter().map(goal_json).collect::<Vec<_>>(),
            "exit": grade.applied.exit,
            "stdout": grade.applied.stdout,
            "stderr": grade.applied.stderr,
            "score": hundredths(f64::from(grade.points) / f64::from(grade.max.max(1))),
            "mended": mended,
            "diagnostics": diagnostics,
            "error": null,
        })
    }
}

/// The object of a file that could not be read.
pub(super) fn unread(file: &str, exercise: &str, max: u32, error: &str) -> Value {
    json!({
        "file": file,
        "exercise": exercise,
        "points": 0,
        "max": max,
        "passed": false,
        "goals": [],
        "exit": null,
        "stdout": "",
        "stderr": "",
        "score": 0.0,
        "mended": null,
        "diagnostics": [],
        "error": error,
    })
}

/// `Mended at spec.ports[0].nodePort, it would earn 3 of 5 points.`
pub(super) fn sentence(mended: &Mended) -> String {
    let fields = mended.fields.join(", ");
    format!("Mended at {fields}, it would earn {} of {} points.", mended.points, mended.max)
}

fn hundredths(share: f64) -> f64 {
    (share * 100.0).floor() / 100.0
}

fn goal_json(goal: &GoalResult) -> Value {
    let evidence = goal.evidence.as_ref();
    json!({
        "id": goal.id,
        "say": goal.say,
        "points": goal.points,
        "earned": goal.earned,
        "met": goal.met,
        "share": hundredths(goal.share),
        "wanted": evidence.map(|e| &e.wanted),
        "found": evidence.map(|e| &e.found),
        "why": evidence.map(|e| &e.say),
        "packet": evidence.and_then(|e| e.packets.as_ref()).map(packet_json),
    })
}

/// The packet that shows it best, as `portolan trace` would be asked for it, and what became
/// of it.
fn packet_json(packets: &Packets) -> Value {
    let (trace, way) = (packets.trace(), packets.way());
    json!({
        "from": trace.client.to_string(),
        "to": trace.target,
        "outcome": way.outcome,
        "pod": way.pod,
        "source": way.source,
        "podPort": way.pod_port,
        "reason": way.reason,
    })
}

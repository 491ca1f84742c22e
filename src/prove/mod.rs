//! A pack's proof: its claims run, starters fail, solutions pass. Pure.
//!
//! What is claimed of an exercise: its starter fails, its solutions earn all points
//! (`exercise`), and what is not a solution does not (`mutants`).

mod commands;
mod exercise;
mod flow;
mod mutants;
mod world;

pub use mutants::{Mutant, Survey, mutants, survey};

use crate::cluster::Cluster;
use crate::content::{Exercise, Goal, Pack, Question, QuestionKind, Step, StepKind};
use crate::grade::{SetupError, Work, check_goals, has_commands, setup, transcript};
use crate::kubectl::{self, ApplyOptions, Files};
use crate::source::Position;

/// What was proved of a pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Claims that were run.
    pub n_claims: usize,
    /// Those that do not hold, in the pack's order.
    pub failures: Vec<Failure>,
}

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it is about.
    pub at: Subject,
    /// Which part of it, by keys and indexes with `/` between: `flow/probes/1/expect`.
    pub part: String,
    /// Its place, where that is known: a world's.
    pub place: Option<Position>,
    /// What is wrong, in one or two sentences.
    pub message: String,
    /// What to do, in one sentence.
    pub remedy: String,
}

/// A part of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A world, by name.
    World(String),
    /// A lesson's step.
    Step {
        /// The lesson's id.
        lesson: String,
        /// The step's id.
        step: String,
    },
    /// A quiz's question.
    Question {
        /// The quiz's id.
        quiz: String,
        /// The question's id.
        question: String,
    },
    /// An advice of the guide, by id.
    Advice(String),
}

/// Collects claims about one part.
struct Claims<'p> {
    proof: &'p mut Proof,
    at: Subject,
    /// The key of the part that claims are about.
    root: &'static str,
    /// Which part of it the next claim is about.
    part: String,
    place: Option<Position>,
}

impl<'p> Claims<'p> {
    const fn new(proof: &'p mut Proof, at: Subject, root: &'static str) -> Self {
        Self { proof, at, root, part: String::new(), place: None }
    }

    /// The next claims are about this part.
    fn on(&mut self, part: impl Into<String>) -> &mut Self {
        self.part = part.into();
        self
    }

    /// One claim: `Ok` where it holds, else message and remedy.
    fn claim(&mut self, result: Result<(), (String, &str)>) {
        self.proof.n_claims += 1;
        if let Err((mut message, remedy)) = result {
            // kubectl's words end as they like.
            if !message.ends_with(['.', ')', '!', '?']) {
                message.push('.');
            }
            let (at, remedy) = (self.at.clone(), remedy.to_owned());
            let part = format!("{}/{}", self.root, self.part);
            self.proof.failures.push(Failure { at, part, place: self.place, message, remedy });
        }
    }

    /// The cluster before anything is written; a failure where the pack gives none.
    fn base(&mut self, pack: &Pack, world: &str, existing: &str) -> Option<Cluster> {
        match setup(pack, world, existing) {
            Ok(cluster) => {
                self.proof.n_claims += 1;
                Some(cluster)
            }
            // Told once, with the world or as a reference that leads nowhere.
            Err(SetupError::World { .. } | SetupError::NoWorld(_)) => None,
            Err(SetupError::Existing(words)) => {
                let message = format!("`existing` is refused: {words}");
                let remedy = "Give manifests that the API server accepts.";
                self.on("existing").claim(Err((message, remedy)));
                None
            }
        }
    }
}

/// Runs all claims of `pack`: worlds can be read, the
/// guide's examples are accepted, flows show what they expect, starters fail,
/// solutions earn all points and their mutants don't.
#[must_use]
pub fn prove(pack: &Pack) -> Proof {
    let mut proof = Proof::default();
    for (name, text) in &pack.worlds {
        world::claims(&mut proof, name, text);
    }
    for advice in pack.guide.iter().flat_map(|guide| &guide.advice) {
        let at = Subject::Advice(advice.id.clone());
        Claims::new(&mut proof, at, "manifest").claim(is_accepted(&advice.manifest));
    }
    for lesson in &pack.lessons {
        for step in &lesson.steps {
            let at = Subject::Step { lesson: lesson.id.clone(), step: step.id.clone() };
            step_claims(&mut proof, at, pack, step);
        }
    }
    for quiz in pack.quizzes.values() {
        for question in &quiz.questions {
            let at = Subject::Question { quiz: quiz.id.clone(), question: question.id.clone() };
            question_claims(&mut proof, at, pack, question);
        }
    }
    proof
}

fn step_claims(proof: &mut Proof, at: Subject, pack: &Pack, step: &Step) {
    match &step.kind {
        StepKind::Flow(flow) => {
            let mut claims = Claims::new(proof, at, "flow");
            if let Some(base) = claims.base(pack, &step.world, "") {
                flow::claims(&mut claims, &base, flow);
            }
        }
        StepKind::Exercise(exercise) => {
            let mut claims = Claims::new(proof, at, "exercise");
            if let Some(base) = claims.base(pack, &step.world, &exercise.existing) {
                exercise_claims(&mut claims, &base, exercise);
            }
        }
        StepKind::Text { body } if has_commands(body) => {
            let mut claims = Claims::new(proof, at, "text");
            let Some(base) = claims.base(pack, &step.world, "") else { return };
            for claim in transcript(&base, body).claims {
                let remedy = "Mend the command, or mark it with `$!` if it is to fail.";
                claims.on("body").claim(claim.map_err(|message| (message, remedy)));
            }
        }
        StepKind::Text { .. } | StepKind::Quiz { .. } => {}
    }
}

fn exercise_claims(claims: &mut Claims<'_>, base: &Cluster, exercise: &Exercise) {
    let solutions: Vec<&str> = exercise.solutions().collect();
    let (starter, goals) = (&exercise.starter, &exercise.goals);
    let n_failures = claims.proof.failures.len();
    exercise::claims(claims, base, goals, starter, &solutions);
    // Changes of what is no solution prove nothing.
    let accepted = &exercise.accept_mutants;
    let proven = claims.proof.failures.len() == n_failures;
    if let Some(first) = solutions.first().filter(|_| proven) {
        mutants::claims(claims, base, goals, first, accepted);
    }
    let typed = &exercise.solution_commands;
    if !typed.trim().is_empty() {
        let label = "solution_commands";
        commands::claims(claims, base, goals, typed, label, Some(accepted.as_slice()));
    }
}

fn question_claims(proof: &mut Proof, at: Subject, pack: &Pack, question: &Question) {
    match &question.kind {
        QuestionKind::Manifest(task) => {
            let mut claims = Claims::new(proof, at, "manifest");
            if let Some(base) = claims.base(pack, &task.world, &task.existing) {
                let solution = [task.solution.as_str()];
                exercise::claims(&mut claims, &base, &task.goals, &task.starter, &solution);
            }
        }
        QuestionKind::Command(task) => {
            let mut claims = Claims::new(proof, at, "command");
            if let Some(base) = claims.base(pack, &task.world, &task.existing) {
                claims.on("goals/0").claim(not_solved_yet(&base, &task.goals));
                let (goals, typed) = (&task.goals, &task.solution);
                commands::claims(&mut claims, &base, goals, typed, "solution", None);
            }
        }
        _ => {}
    }
}

/// An example that a learner copies is one that a new cluster takes.
fn is_accepted(manifest: &str) -> Result<(), (String, &'static str)> {
    if manifest.trim().is_empty() {
        return Ok(());
    }
    let options = ApplyOptions::default();
    let applied = kubectl::apply(&mut Cluster::default(), "manifest.yaml", manifest, &options);
    if applied.is_accepted() && applied.stderr.is_empty() {
        return Ok(());
    }
    let message = format!("`manifest` is refused or warned of: {}", applied.stderr.trim());
    Err((message, "Give a manifest that the API server accepts."))
}

/// Before anything is written, some goal is not reached.
fn not_solved_yet(base: &Cluster, goals: &[Goal]) -> Result<(), (String, &'static str)> {
    let work = Work { before: base, cluster: base, files: &Files::default() };
    if check_goals(&work, goals).iter().any(|goal| !goal.met) {
        return Ok(());
    }
    Err((
        "All goals are reached before anything is written.".to_owned(),
        "Add a goal that the world does not reach yet.",
    ))
}

//! A pack as it was read: what lessons, steps, exercises and questions hold.

use super::reference::{Guide, Term};
use crate::dns::RecordType;
use crate::trace::Outcome;
use serde_json::Value;
use std::collections::BTreeMap;

/// A pack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pack {
    /// Stable id.
    pub id: String,
    /// Its version, as written.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// The Kubernetes version it speaks of (`1.36`).
    pub kubernetes: String,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// As written.
    pub authors: Vec<String>,
    /// SPDX expression.
    pub licence: String,
    /// Ids of packs it builds on.
    pub needs: Vec<String>,
    /// Lessons in the pack's order.
    pub lessons: Vec<Lesson>,
    /// Quizzes by id.
    pub quizzes: BTreeMap<String, Quiz>,
    /// World files' texts by name (without the ending).
    pub worlds: BTreeMap<String, String>,
    /// The glossary's terms, by their words.
    pub terms: Vec<Term>,
    /// The guide, where it has one.
    pub guide: Option<Guide>,
}

impl Pack {
    /// The lesson of that id.
    #[must_use]
    pub fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lessons.iter().find(|lesson| lesson.id == id)
    }
}

/// A lesson.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// Stable id, the file's name without the ending.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// `domain/topic`.
    pub competency: String,
    /// Lessons to do before.
    pub needs: Vec<String>,
    /// Time it takes, in minutes.
    pub minutes: u32,
    /// Name of the world its steps run on.
    pub world: String,
    /// Steps in order.
    pub steps: Vec<Step>,
}

/// A step: exactly one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Stable within the lesson.
    pub id: String,
    /// Shown above it; made from the id where the pack gives none.
    pub title: String,
    /// Name of the world it runs on: its own, or else its lesson's.
    pub world: String,
    /// What it is.
    pub kind: StepKind,
}

/// The kinds of step.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// Markdown to read.
    Text {
        /// Markdown.
        body: String,
    },
    /// Packets to watch.
    Flow(Flow),
    /// YAML to write.
    Exercise(Box<Exercise>),
    /// Questions, by the quiz's id.
    Quiz {
        /// Quiz id.
        quiz: String,
    },
}

/// Packets sent through a manifest.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flow {
    /// Applied to the world before the probes.
    pub manifest: String,
    /// In order; never empty.
    pub probes: Vec<Probe>,
}

/// A packet sent and what must become of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Probe {
    /// CLIENT as FORMATS.md has it.
    pub from: String,
    /// TARGET as FORMATS.md has it.
    pub to: String,
    /// One sentence under the chart.
    pub say: String,
    /// Sets over all ways; those not given are not looked at.
    pub expect: Expect,
}

/// Exact sets over all ways of a packet. `None` asks nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expect {
    /// Outcomes.
    pub outcomes: Option<Vec<Outcome>>,
    /// Pods that answer, by name.
    pub pods: Option<Vec<String>>,
    /// Whose address the Pods see.
    pub sources: Option<Vec<String>>,
    /// Ports on which Pods answer.
    pub pod_ports: Option<Vec<u16>>,
    /// Reason codes, as `trace --output json` writes them.
    pub reasons: Option<Vec<String>>,
}

/// YAML to write, and what it must do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exercise {
    /// 1 to 5.
    pub difficulty: u8,
    /// Markdown.
    pub prompt: String,
    /// Manifests already applied to the world.
    pub existing: String,
    /// What the editor holds at first.
    pub starter: String,
    /// Earns all points; empty where commands do.
    pub solution: String,
    /// Commands for the console, one a line, that earn all points; empty where only the
    /// manifest does.
    pub solution_commands: String,
    /// Earn all points too.
    pub other_solutions: Vec<String>,
    /// In the order they are given.
    pub hints: Vec<Hint>,
    /// Markdown shown after passing.
    pub debrief: String,
    /// Mutants that may live.
    pub accept_mutants: Vec<AcceptMutant>,
    /// What is wanted.
    pub goals: Vec<Goal>,
}

impl Exercise {
    /// Manifests that earn all points, the first before the others.
    pub fn solutions(&self) -> impl Iterator<Item = &str> {
        let first = Some(self.solution.as_str()).filter(|text| !text.trim().is_empty());
        first.into_iter().chain(self.other_solutions.iter().map(String::as_str))
    }

    /// Points to be had.
    #[must_use]
    pub fn max_points(&self) -> u32 {
        self.goals.iter().map(|goal| goal.points).sum()
    }
}

/// A hint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hint {
    /// Markdown.
    pub text: String,
    /// Share of the points it costs, 0 to 1.
    pub cost: f64,
}

/// A change of the solution after which it may still pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AcceptMutant {
    /// The change as the checker names it.
    pub change: String,
    /// Why that is right.
    pub because: String,
}

/// What an exercise wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Stable within the exercise; `goal-N`, counted from 1, where the pack gives none.
    pub id: String,
    /// For people.
    pub say: String,
    /// At least 1.
    pub points: u32,
    /// Reached in part, it earns a part of its points.
    pub partial: bool,
    /// How it is found out.
    pub kind: GoalKind,
}

/// The kinds of goal. They look at what the cluster is and does, never at how it came about.
#[derive(Debug, Clone, PartialEq)]
pub enum GoalKind {
    /// A packet and what must become of it.
    Probe(Probe),
    /// `KIND/[NS/]NAME` exists.
    Object(String),
    /// `KIND/[NS/]NAME` does not exist.
    Gone(String),
    /// A field of the object as the server holds it.
    Field(FieldGoal),
    /// A name and its answer.
    Name(NameGoal),
    /// What worked before still works.
    Unbroken(Unbroken),
    /// A file that the learner made.
    File(FileGoal),
}

/// A file and what it must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileGoal {
    /// Its name in the console's folder.
    pub name: String,
    /// What is asked of it. Blanks at line ends, doubled ones within a line and empty lines
    /// at either end say nothing.
    pub test: FileTest,
}

/// What is asked of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileTest {
    /// It is there, and holds anything.
    Exists,
    /// It holds this.
    Equals(String),
    /// It holds one of these.
    OneOf(Vec<String>),
    /// A glob matches all of it.
    Matches(String),
    /// Each of these stands somewhere in it.
    Contains(Vec<String>),
    /// These lines, in any order.
    Lines(Vec<String>),
}

/// A name that is looked up, and what it must lead to.
#[derive(Debug, Clone, PartialEq)]
pub struct NameGoal {
    /// The name as a program would write it: `web`, `web.shop`.
    pub ask: String,
    /// CLIENT as FORMATS.md has it: whose search list is walked.
    pub from: String,
    /// The type of records asked for.
    pub record_type: RecordType,
    /// The records' data as an exact set; `service/[NS/]NAME` stands for its clusterIP,
    /// `pod/[NS/]NAME` for its address. Empty: there is no record.
    pub expect: Vec<String>,
}

/// What must go as it went before the learner came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unbroken {
    /// `service/[NS/]NAME`: Services that may change.
    pub except: Vec<String>,
    /// CLIENT and TARGET of packets that must go as before, whatever became of them. Empty:
    /// every packet to a Service that was answered on all its ways must still be.
    pub probes: Vec<(String, String)>,
}

/// A field and what it must be.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldGoal {
    /// `KIND/[NS/]NAME`.
    pub of: String,
    /// `spec.ports[0].port`.
    pub path: String,
    /// What is asked of it.
    pub test: FieldTest,
}

/// What is asked of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldTest {
    /// Is this value.
    Equals(Value),
    /// Is one of these.
    OneOf(Vec<Value>),
    /// Is not there.
    Absent,
    /// Is there, whatever it is.
    Exists,
    /// A string that this glob matches: `*` any run, `?` one character.
    Matches(String),
    /// A list or map of so many entries.
    Count(usize),
}

/// A quiz.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quiz {
    /// Stable id.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// In the file's order.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Stable within the quiz.
    pub id: String,
    /// `domain/topic`.
    pub competency: String,
    /// 1 to 5.
    pub difficulty: u8,
    /// Markdown.
    pub ask: String,
    /// `lesson/step` to read again; empty for none.
    pub see: String,
    /// How it is answered.
    pub kind: QuestionKind,
}

/// The kinds of question.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionKind {
    /// One option is right.
    Single {
        /// Options.
        options: Vec<AnswerOption>,
    },
    /// Some options are right: all of them and no other.
    Multiple {
        /// Options.
        options: Vec<AnswerOption>,
    },
    /// Words or a number, typed.
    Short {
        /// Accepted forms; compared without regard to case and outer or doubled blanks.
        accept: Vec<String>,
        /// A glob that is accepted too; empty for none.
        pattern: String,
        /// Why.
        because: String,
    },
    /// Items to put in order.
    Order {
        /// In the right order.
        items: Vec<Item>,
    },
    /// Left and right sides to join.
    Match {
        /// Pairs that belong together.
        pairs: Vec<Pair>,
    },
    /// A manifest and the line at fault.
    Fix {
        /// The manifest.
        manifest: String,
        /// Line at fault, from 1.
        line: usize,
        /// Why.
        because: String,
    },
    /// Commands to type in a world.
    Command(Task),
    /// YAML to write for a world.
    Manifest(Task),
}

/// An option.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AnswerOption {
    /// Shown.
    pub text: String,
    /// Belongs to the answer.
    pub right: bool,
    /// Why, or why not.
    pub because: String,
}

/// An item of an order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// Shown.
    pub text: String,
    /// Why it stands there.
    pub because: String,
}

/// A pair of a match.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pair {
    /// Left side.
    pub left: String,
    /// Right side.
    pub right: String,
    /// Why they belong together.
    pub because: String,
}

/// A question answered by doing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Task {
    /// World's name.
    pub world: String,
    /// Manifests already applied.
    pub existing: String,
    /// What the editor holds at first (manifest questions).
    pub starter: String,
    /// An answer that passes: YAML, or commands, one a line.
    pub solution: String,
    /// What is wanted.
    pub goals: Vec<Goal>,
    /// Why.
    pub because: String,
}

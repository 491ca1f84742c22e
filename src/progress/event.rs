//! Events: one JSON object a line.

use crate::review::Answer;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the entries that this program writes.
pub const VERSION: u32 = 1;

/// One line of the journal: `{"v":1,"at":"2026-11-20T08:00:00Z","event":"read","step":"…"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The version of its form.
    pub v: u32,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl Entry {
    /// An entry as this program writes it.
    #[must_use]
    pub const fn new(at: Timestamp, event: Event) -> Self {
        Self { v: VERSION, at, event }
    }

    /// The journal's line, its line break included. Never holds another line break.
    #[must_use]
    pub fn to_line(&self) -> String {
        // An entry has text keys and plain values only: it can always be written.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The learner is at a step now.
    At {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// The probe or question looked at, from 0.
        #[serde(default)]
        part: usize,
    },
    /// A text step was read to its end.
    Read {
        /// `PACK/LESSON/STEP`.
        step: String,
    },
    /// A probe of a flow step was watched to its end.
    Watched {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// Which probe, from 0.
        probe: usize,
        /// How many the flow has.
        of: usize,
    },
    /// The text of an exercise, as it now is.
    Draft {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// All of it.
        text: String,
    },
    /// Something was given to the console of an exercise.
    Console {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// What.
        typed: Typed,
    },
    /// The console of an exercise began anew.
    ConsoleReset {
        /// `PACK/LESSON/STEP`.
        step: String,
    },
    /// A hint was taken.
    Hint {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// How many are taken now, from 1.
        taken: usize,
    },
    /// An exercise was handed in and graded.
    Graded {
        /// `PACK/LESSON/STEP`.
        step: String,
        /// Points after the hints' costs.
        points: f64,
        /// Points to be had.
        max: u32,
        /// All goals are reached.
        passed: bool,
        /// What was handed in; empty in journals of older programs.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// A round of a quiz was begun.
    QuizStarted {
        /// `PACK/QUIZ`.
        quiz: String,
        /// Decides the order in which options are shown.
        seed: u64,
    },
    /// A question was answered.
    Answered {
        /// `PACK/QUIZ/QUESTION`.
        question: String,
        /// The answer; none for questions answered by doing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
        /// What was typed for a question answered by doing.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// Right as a whole.
        right: bool,
    },
}

/// What is given to a console: given again in order, it leads to the same cluster and files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Typed {
    /// A line.
    Line(String),
    /// The text that an editor saved; none where it saved none.
    Text(Option<String>),
    /// So many seconds, while a command ran.
    Seconds(u32),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D.
    End,
    /// A file came from the exercise's editor; none where its text is empty now.
    File {
        /// Its name.
        name: String,
        /// What it holds.
        text: Option<String>,
    },
}

impl Typed {
    /// The bytes of what it holds.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        match self {
            Self::Line(line) => line.len(),
            Self::Text(text) | Self::File { text, .. } => text.as_ref().map_or(0, String::len),
            Self::Seconds(_) | Self::Interrupt | Self::End => 0,
        }
    }
}

/// What a line of the journal is.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// An entry of ours.
    Entry(Box<Entry>),
    /// A whole entry of a kind or version that this program doesn't know: a newer one wrote it.
    Unknown,
    /// No entry at all.
    Broken,
}

/// Reads one line without its line break.
#[must_use]
pub fn read_line(line: &[u8]) -> Line {
    if let Ok(entry) = serde_json::from_slice::<Entry>(line)
        && entry.v <= VERSION
    {
        return Line::Entry(Box::new(entry));
    }
    let newer = serde_json::from_slice::<Value>(line).is_ok_and(|value| {
        let known_event = |name: &str| KNOWN.contains(&name);
        value.get("v").and_then(Value::as_u64).is_some_and(|v| {
            v > u64::from(VERSION)
                || value.get("event").and_then(Value::as_str).is_some_and(|e| !known_event(e))
        })
    });
    if newer { Line::Unknown } else { Line::Broken }
}

const KNOWN: &[&str] = &[
    "at",
    "read",
    "watched",
    "draft",
    "console",
    "console-reset",
    "hint",
    "graded",
    "quiz-started",
    "answered",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        "2026-11-20T08:00:00Z".parse().unwrap()
    }

    fn one_of_each() -> Vec<Event> {
        let step = || "services/nodeport/idea".to_owned();
        vec![
            Event::At { step: step(), part: 2 },
            Event::Read { step: step() },
            Event::Watched { step: step(), probe: 0, of: 3 },
            Event::Draft { step: step(), text: "kind: Service\n".into() },
            Event::Console { step: step(), typed: Typed::Line("k get svc".into()) },
            Event::ConsoleReset { step: step() },
            Event::Hint { step: step(), taken: 1 },
            Event::Graded {
                step: step(),
                points: 2.5,
                max: 4,
                passed: false,
                text: "kind: Service\n".into(),
            },
            Event::QuizStarted { quiz: "services/nodeport".into(), seed: 7 },
            Event::Answered {
                question: "services/nodeport/range".into(),
                answer: Some(Answer::Multiple(vec![0, 2])),
                text: String::new(),
                right: true,
            },
        ]
    }

    #[test]
    fn an_entry_is_one_line_and_comes_back_as_it_was() {
        let expected = [
            r#""at","step":"services/nodeport/idea","part":2}"#,
            r#""read","step":"services/nodeport/idea"}"#,
            r#""watched","step":"services/nodeport/idea","probe":0,"of":3}"#,
            r#""draft","step":"services/nodeport/idea","text":"kind: Service\n"}"#,
            r#""console","step":"services/nodeport/idea","typed":{"line":"k get svc"}}"#,
            r#""console-reset","step":"services/nodeport/idea"}"#,
            r#""hint","step":"services/nodeport/idea","taken":1}"#,
            r#""graded","step":"services/nodeport/idea","points":2.5,"max":4,"passed":false,"text":"kind: Service\n"}"#,
            r#""quiz-started","quiz":"services/nodeport","seed":7}"#,
            r#""answered","question":"services/nodeport/range","answer":{"multiple":[0,2]},"right":true}"#,
        ];
        for (event, end) in one_of_each().into_iter().zip(expected) {
            let entry = Entry::new(at(), event);
            let line = format!(r#"{{"v":1,"at":"2026-11-20T08:00:00Z","event":{end}"#);
            assert_eq!(entry.to_line(), format!("{line}\n"));
            assert_eq!(read_line(line.as_bytes()), Line::Entry(Box::new(entry)));
        }
    }

    #[test]
    fn every_event_is_known_by_its_name() {
        let names: Vec<String> = one_of_each()
            .into_iter()
            .map(|event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, KNOWN);
    }

    #[test]
    fn a_line_of_a_newer_program_is_no_broken_line() {
        let unknown = [
            r#"{"v":1,"at":"2026-11-20T08:00:00Z","event":"sang","song":"shanty"}"#,
            r#"{"v":2,"at":"2026-11-20T08:00:00Z","event":"read","step":{"pack":"a"}}"#,
            r#"{"v":2,"when":1,"what":[1,2]}"#,
        ];
        for line in unknown {
            assert_eq!(read_line(line.as_bytes()), Line::Unknown, "{line}");
        }
        let broken = [
            "",
            "{",
            "null",
            "[1]",
            r#"{"v":1,"at":"2026-11-20T08:00:00Z","event":"read"}"#,
            r#"{"v":1,"at":"yesterday","event":"read","step":"a/b/c"}"#,
            r#"{"at":"2026-11-20T08:00:00Z","event":"read","step":"a/b/c"}"#,
        ];
        for line in broken {
            assert_eq!(read_line(line.as_bytes()), Line::Broken, "{line}");
        }
        assert_eq!(read_line(&"[".repeat(100_000).into_bytes()), Line::Broken);
        assert_eq!(read_line(&[0xff, 0xfe, 0x00]), Line::Broken);
    }

    #[test]
    fn what_a_newer_program_added_to_an_entry_does_not_hide_it() {
        let line = r#"{"v":1,"at":"2026-11-20T08:00:00Z","event":"read","step":"a/b/c","by":"x"}"#;
        let expected = Entry::new(at(), Event::Read { step: "a/b/c".into() });
        assert_eq!(read_line(line.as_bytes()), Line::Entry(Box::new(expected)));
    }
}

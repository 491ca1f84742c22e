//! Marking: which parts of an answer are right, and why.

use crate::content::{AnswerOption, Question, QuestionKind, matches_pattern};
use serde::{Deserialize, Serialize};

/// An answer. Indices are those of the pack's lists, whatever order was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The option chosen.
    Single(usize),
    /// The options chosen, in any order.
    Multiple(Vec<usize>),
    /// What was typed.
    Short(String),
    /// The items in the learner's order.
    Order(Vec<usize>),
    /// For each left side, in the pack's order, the pair whose right side was joined to it.
    Match(Vec<usize>),
    /// The line said to be at fault, from 1.
    Fix(usize),
}

/// What became of one part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Given, and right.
    Right,
    /// Given, and wrong.
    Wrong,
    /// Not given, and it belongs to the answer.
    Missed,
    /// Not given, and rightly so.
    LeftOut,
}

/// One part: an option, an item, a pair; the whole answer of short and fix questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The right text of this part: the option, the item that belongs here, `left → right`,
    /// an accepted form, the line at fault.
    pub text: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The pack's reason.
    pub because: String,
}

/// A marked answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Right as a whole: every part that was wanted, and no other.
    pub right: bool,
    /// The parts: options in the pack's order, items and pairs in the right order.
    pub parts: Vec<Part>,
}

/// Marks an answer. None where the answer is of another kind than the question, and for
/// questions that are answered by doing. An index past the pack's list is a wrong answer:
/// a journal may be older than the pack.
#[must_use]
pub fn mark(question: &Question, answer: &Answer) -> Option<Mark> {
    let parts = match (&question.kind, answer) {
        (QuestionKind::Single { options }, Answer::Single(chosen)) => {
            options_marked(options, std::slice::from_ref(chosen))
        }
        (QuestionKind::Multiple { options }, Answer::Multiple(chosen)) => {
            options_marked(options, chosen)
        }
        (QuestionKind::Short { accept, pattern, because }, Answer::Short(typed)) => {
            let typed = plain(typed);
            let right = accept.iter().any(|form| plain(form) == typed)
                || (!pattern.is_empty() && matches_pattern(&plain(pattern), &typed));
            let text = accept.first().unwrap_or(pattern).clone();
            vec![part(text, right, because)]
        }
        (QuestionKind::Order { items }, Answer::Order(order)) => items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let right = order.len() == items.len() && order[place] == place;
                part(item.text.clone(), right, &item.because)
            })
            .collect(),
        (QuestionKind::Match { pairs }, Answer::Match(joined)) => pairs
            .iter()
            .enumerate()
            .map(|(idx, pair)| {
                // Two pairs may share a right side: the texts decide.
                let right = joined
                    .get(idx)
                    .and_then(|to| pairs.get(*to))
                    .is_some_and(|other| other.right == pair.right);
                part(format!("{} → {}", pair.left, pair.right), right, &pair.because)
            })
            .collect(),
        (QuestionKind::Fix { manifest, line, because }, Answer::Fix(chosen)) => {
            let text = manifest.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            vec![part(format!("{line}: {}", text.trim()), chosen == line, because)]
        }
        _ => return None,
    };
    let right = parts.iter().all(|part| matches!(part.verdict, Verdict::Right | Verdict::LeftOut));
    Some(Mark { right: right && parts.iter().any(|p| p.verdict == Verdict::Right), parts })
}

fn options_marked(options: &[AnswerOption], chosen: &[usize]) -> Vec<Part> {
    options
        .iter()
        .enumerate()
        .map(|(idx, option)| Part {
            text: option.text.clone(),
            verdict: match (chosen.contains(&idx), option.right) {
                (true, true) => Verdict::Right,
                (true, false) => Verdict::Wrong,
                (false, true) => Verdict::Missed,
                (false, false) => Verdict::LeftOut,
            },
            because: option.because.clone(),
        })
        .collect()
}

fn part(text: String, right: bool, because: &str) -> Part {
    let verdict = if right { Verdict::Right } else { Verdict::Wrong };
    Part { text, verdict, because: because.to_owned() }
}

/// Small letters, single blanks, none outside.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Item, Pair};

    fn question(kind: QuestionKind) -> Question {
        Question {
            id: "q".into(),
            competency: String::new(),
            difficulty: 1,
            ask: "?".into(),
            see: String::new(),
            kind,
        }
    }

    fn options(right: &[bool]) -> Vec<AnswerOption> {
        let option =
            |right: &bool| AnswerOption { text: "o".into(), right: *right, because: "b".into() };
        right.iter().map(option).collect()
    }

    fn verdicts(question: &Question, answer: &Answer) -> (bool, Vec<Verdict>) {
        let mark = mark(question, answer).unwrap();
        (mark.right, mark.parts.iter().map(|part| part.verdict).collect())
    }

    use Verdict::{LeftOut, Missed, Right, Wrong};

    #[test]
    fn a_single_choice_is_right_or_shows_what_was_missed() {
        let q = question(QuestionKind::Single { options: options(&[false, true, false]) });
        assert_eq!(verdicts(&q, &Answer::Single(1)), (true, vec![LeftOut, Right, LeftOut]));
        assert_eq!(verdicts(&q, &Answer::Single(0)), (false, vec![Wrong, Missed, LeftOut]));
        assert_eq!(verdicts(&q, &Answer::Single(9)), (false, vec![LeftOut, Missed, LeftOut]));
    }

    #[test]
    fn a_multiple_choice_wants_all_right_options_and_no_other() {
        let q = question(QuestionKind::Multiple { options: options(&[true, true, false]) });
        assert_eq!(
            verdicts(&q, &Answer::Multiple(vec![1, 0])),
            (true, vec![Right, Right, LeftOut])
        );
        assert_eq!(verdicts(&q, &Answer::Multiple(vec![0])), (false, vec![Right, Missed, LeftOut]));
        assert_eq!(
            verdicts(&q, &Answer::Multiple(vec![0, 1, 2])),
            (false, vec![Right, Right, Wrong])
        );
        assert_eq!(verdicts(&q, &Answer::Multiple(vec![])), (false, vec![Missed, Missed, LeftOut]));
    }

    #[test]
    fn a_short_answer_is_compared_without_case_and_extra_blanks() {
        let q = question(QuestionKind::Short {
            accept: vec!["kubectl get svc".into()],
            pattern: "kubectl get serv*".into(),
            because: "b".into(),
        });
        for right in ["kubectl get svc", "  Kubectl  get\tSVC ", "kubectl get services"] {
            assert!(mark(&q, &Answer::Short(right.into())).unwrap().right, "{right}");
        }
        for wrong in ["", "kubectl get", "get svc"] {
            assert!(!mark(&q, &Answer::Short(wrong.into())).unwrap().right, "{wrong}");
        }
    }

    #[test]
    fn an_order_is_marked_place_by_place() {
        let items = ["a", "b", "c"].map(|t| Item { text: t.into(), because: "b".into() }).to_vec();
        let q = question(QuestionKind::Order { items });
        assert_eq!(verdicts(&q, &Answer::Order(vec![0, 1, 2])), (true, vec![Right; 3]));
        assert_eq!(verdicts(&q, &Answer::Order(vec![0, 2, 1])), (false, vec![Right, Wrong, Wrong]));
        assert_eq!(verdicts(&q, &Answer::Order(vec![0])), (false, vec![Wrong; 3]));
    }

    #[test]
    fn pairs_with_the_same_right_side_may_change_places() {
        let pair = |left: &str, right: &str| Pair {
            left: left.into(),
            right: right.into(),
            because: "b".into(),
        };
        let pairs = vec![pair("a", "x"), pair("b", "x"), pair("c", "y")];
        let q = question(QuestionKind::Match { pairs });
        assert_eq!(verdicts(&q, &Answer::Match(vec![1, 0, 2])), (true, vec![Right; 3]));
        assert_eq!(verdicts(&q, &Answer::Match(vec![0, 2])), (false, vec![Right, Wrong, Wrong]));
    }

    #[test]
    fn the_line_at_fault_is_shown_with_its_reason() {
        let q = question(QuestionKind::Fix {
            manifest: "kind: Service\nspec:\n  type: nodeport\n".into(),
            line: 3,
            because: "Types are written NodePort.".into(),
        });
        let expected = |verdict| Part {
            text: "3: type: nodeport".into(),
            verdict,
            because: "Types are written NodePort.".into(),
        };
        assert_eq!(mark(&q, &Answer::Fix(3)).unwrap().parts, [expected(Right)]);
        assert_eq!(mark(&q, &Answer::Fix(1)).unwrap().parts, [expected(Wrong)]);
    }

    #[test]
    fn an_answer_of_another_kind_is_not_marked() {
        let q = question(QuestionKind::Single { options: options(&[true, false]) });
        assert_eq!(mark(&q, &Answer::Fix(1)), None);
    }
}

//! What a pack lays ready beside its lessons: a glossary, and a guide that leads from a few
//! answers to an advice.

use super::read::{get, may, must, some, string};
use super::schema::Place;
use super::walk::{Found, span};
use std::collections::{BTreeMap, HashMap};
use toml::de::{DeTable, DeValue};

/// A word and what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    /// Stable; links name it.
    pub id: String,
    /// As lessons write it.
    pub term: String,
    /// Other words for it.
    pub also: Vec<String>,
    /// Markdown.
    pub text: String,
    /// `LESSON/STEP` that shows it; empty where there is none.
    pub see: String,
    /// It is not underlined in texts.
    pub is_plain: bool,
}

/// Questions that lead to an advice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guide {
    /// What it decides.
    pub title: String,
    /// All are asked, in order.
    pub questions: Vec<GuideQuestion>,
    /// The first that holds is given.
    pub advice: Vec<Advice>,
}

/// Something to decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuideQuestion {
    /// What `when` calls it.
    pub id: String,
    /// The question.
    pub ask: String,
    /// The answers.
    pub options: Vec<GuideOption>,
}

/// An answer to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuideOption {
    /// What `when` calls it.
    pub id: String,
    /// What is shown.
    pub text: String,
    /// What follows from it; Markdown, or empty.
    pub because: String,
}

/// What to do where the answers are so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// Names it.
    pub id: String,
    /// A question's id, and its options of which one must be chosen.
    pub when: Vec<(String, Vec<String>)>,
    /// What to take.
    pub advise: String,
    /// Why; Markdown.
    pub text: String,
    /// An example; YAML, or empty.
    pub manifest: String,
    /// `LESSON/STEP`, or empty.
    pub see: String,
}

impl Guide {
    /// The advice where option `chosen[i]` of question `i` is chosen; none before all are.
    #[must_use]
    pub fn advice(&self, chosen: &[usize]) -> Option<&Advice> {
        let mut answers: HashMap<&str, &str> = HashMap::new();
        for (question, idx) in self.questions.iter().zip(chosen) {
            answers.insert(&question.id, &question.options.get(*idx)?.id);
        }
        if answers.len() < self.questions.len() {
            return None;
        }
        self.advice.iter().find(|advice| {
            advice.when.iter().all(|(question, options)| {
                answers
                    .get(question.as_str())
                    .is_some_and(|chosen| options.iter().any(|option| option == chosen))
            })
        })
    }

    /// All ways to answer, each a list of options' indexes.
    pub fn ways(&self) -> impl Iterator<Item = Vec<usize>> {
        let sizes: Vec<usize> = self.questions.iter().map(|q| q.options.len()).collect();
        let n_ways = sizes.iter().product::<usize>();
        (0..n_ways).map(move |way| {
            let mut rest = way;
            let mut chosen: Vec<usize> = Vec::with_capacity(sizes.len());
            for size in sizes.iter().rev() {
                chosen.push(rest % size);
                rest /= size;
            }
            chosen.reverse();
            chosen
        })
    }
}

fn entries<T>(table: &DeTable<'_>, key: &str, read: impl Fn(&DeTable<'_>) -> Option<T>) -> Vec<T> {
    some(table, key, |value| read(value.as_table()?))
}

/// The terms of glossary.toml, by their words.
pub(super) fn terms(table: &DeTable<'_>) -> Vec<Term> {
    let mut terms = entries(table, "terms", |term| {
        Some(Term {
            id: must(term, "id")?,
            term: must(term, "term")?,
            also: some(term, "also", string),
            text: must(term, "text")?,
            see: may(term, "see"),
            is_plain: get(term, "mark").and_then(DeValue::as_bool) == Some(false),
        })
    });
    crate::source::sort::sort_by_key(&mut terms, |term| term.term.to_lowercase());
    terms
}

/// guide.toml; none without questions or advice.
pub(super) fn guide(table: &DeTable<'_>) -> Option<Guide> {
    let questions = entries(table, "questions", |question| {
        Some(GuideQuestion {
            id: must(question, "id")?,
            ask: must(question, "ask")?,
            options: entries(question, "options", |option| {
                Some(GuideOption {
                    id: must(option, "id")?,
                    text: must(option, "text")?,
                    because: may(option, "because"),
                })
            }),
        })
    });
    let advice = entries(table, "advice", |advice| {
        Some(Advice {
            id: must(advice, "id")?,
            when: some(advice, "when", string).iter().filter_map(|text| answer(text)).collect(),
            advise: must(advice, "advise")?,
            text: must(advice, "text")?,
            manifest: may(advice, "manifest"),
            see: may(advice, "see"),
        })
    });
    let title = must(table, "title")?;
    let whole = !questions.is_empty() && !advice.is_empty();
    whole.then_some(Guide { title, questions, advice })
}

fn answer(text: &str) -> Option<(String, Vec<String>)> {
    let (question, options) = text.split_once('=')?;
    Some((question.to_owned(), options.split('|').map(str::to_owned).collect()))
}

/// Two terms of one word could not be told apart.
pub(super) fn terms_differ(table: &DeTable<'_>, _: Place, found: &mut Found<'_>) {
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let terms = get(table, "terms").and_then(DeValue::as_array).into_iter().flat_map(|t| t.iter());
    for term in terms.filter_map(|term| term.get_ref().as_table()) {
        let Some(value) = term.get("term") else { continue };
        let word = value.get_ref().as_str().unwrap_or("").trim().to_lowercase();
        if seen.insert(word, ()).is_some() {
            found.add(
                span(value.span()),
                "Another term has the same word.",
                "Put both meanings into one term.",
            );
        }
    }
}

/// The most ways to answer that a check walks.
const MAX_WAYS: usize = 10_000;

/// `when` names questions and options that are there, and no way to answer is left alone.
pub(super) fn every_answer_meets_advice(table: &DeTable<'_>, place: Place, found: &mut Found<'_>) {
    let Some(guide) = guide(table) else { return };
    let list = get(table, "advice").and_then(DeValue::as_array).into_iter().flat_map(|a| a.iter());
    let whens = list.filter_map(|advice| advice.get_ref().as_table()?.get("when"));
    let answers = whens.filter_map(|when| when.get_ref().as_array()).flat_map(|list| list.iter());
    let mut sound = true;
    for value in answers {
        let Some((question, options)) = value.get_ref().as_str().and_then(answer) else { continue };
        let asked = guide.questions.iter().find(|q| q.id == question);
        let complaint = match asked {
            None => Some(format!("The guide has no question `{question}`.")),
            Some(asked) => options
                .iter()
                .find(|option| !asked.options.iter().any(|o| o.id == **option))
                .map(|option| format!("The question `{question}` has no option `{option}`.")),
        };
        if let Some(complaint) = complaint {
            sound = false;
            found.add(span(value.span()), complaint, "Write the id of one that is there.");
        }
    }
    let n_ways: usize = guide.questions.iter().map(|q| q.options.len()).product();
    if !sound || n_ways > MAX_WAYS {
        return;
    }
    if let Some(way) = guide.ways().find(|way| guide.advice(way).is_none()) {
        let said: Vec<String> = guide
            .questions
            .iter()
            .zip(&way)
            .filter_map(|(question, idx)| {
                Some(format!("{}={}", question.id, question.options.get(*idx)?.id))
            })
            .collect();
        found.add(
            place,
            format!("No advice holds where the answers are {}.", said.join(", ")),
            "Add one, or end the list with an advice without `when`.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Files, load};

    fn problems(file: &str, text: &str) -> Vec<String> {
        let pack = "format = 1\nid = \"p\"\nversion = \"1\"\ntitle = \"P\"\nlessons = [\"a\"]\n";
        let lesson = "format = 1\nid = \"a\"\ntitle = \"A\"\ncompetency = \"a/b\"\nminutes = 1\n[[steps]]\nid = \"s\"\n[steps.text]\nbody = \"x\"\n";
        let files: Files = [("pack.toml", pack), ("lessons/a.toml", lesson), (file, text)]
            .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
            .into();
        let (_, problems) = load(&files);
        problems.iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.message)).collect()
    }

    const QUESTION: &str = "format = 1\ntitle = \"T\"\n[[questions]]\nid = \"who\"\nask = \"Who?\"\noptions = [{ id = \"in\", text = \"In\" }, { id = \"out\", text = \"Out\" }]\n[[advice]]\nid = \"a\"\nadvise = \"A\"\ntext = \"T\"\n";

    #[test]
    fn a_guide_answers_every_way() {
        let when = |when: &str| problems("guide.toml", &format!("{QUESTION}when = [\"{when}\"]\n"));
        assert_eq!(problems("guide.toml", QUESTION), [""; 0]);
        assert_eq!(when("who=in|out"), [""; 0]);
        assert_eq!(
            when("who=in"),
            ["guide.toml:1: No advice holds where the answers are who=out."]
        );
        assert_eq!(when("who=on"), ["guide.toml:11: The question `who` has no option `on`."]);
        assert_eq!(when("how=in"), ["guide.toml:11: The guide has no question `how`."]);
    }

    #[test]
    fn a_glossary_has_each_word_once_and_its_steps_are_there() {
        let term = |id: &str, word: &str, see: &str| {
            format!("[[terms]]\nid = \"{id}\"\nterm = \"{word}\"\ntext = \"T\"\nsee = \"{see}\"\n")
        };
        let text =
            format!("format = 1\n{}{}", term("a", "Port", "a/s"), term("b", "port", "a/nowhere"));
        assert_eq!(
            problems("glossary.toml", &text),
            [
                "glossary.toml:9: Another term has the same word.",
                "glossary.toml:11: The lesson `a` has no step `nowhere`.",
            ]
        );
    }
}

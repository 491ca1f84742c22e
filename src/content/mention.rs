//! Words of a glossary in a text.

use super::reference::Term;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A glossary's word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Which of the terms.
    pub term: usize,
    /// Where it stands, in bytes of the Markdown.
    pub range: Range<usize>,
}

/// The first use of each of `terms` in `markdown`, and each link to one, in the text's order.
///
/// Looked at are words between blanks and marks, also over a line's end, and code within a
/// line that is just the word; not headings, blocks of code and links other than `term:ID`.
/// A word with a capital in it counts as it is written (`Service`, `nodePort`), one without
/// also with a capital at its start, and both with an `s` or `es` behind. Other words for a
/// term count, too, but for single ones in small letters (`machine`), which often mean
/// something else. A term that is plain is only found by a link. Of two terms for a word the
/// earlier one counts.
#[must_use]
pub fn mentions(markdown: &str, terms: &[&Term]) -> Vec<Mention> {
    let mut finder = Finder { words: BTreeMap::new(), found: Vec::new(), seen: BTreeSet::new() };
    for (idx, term) in terms.iter().enumerate().filter(|(_, term)| !term.is_plain) {
        let also = term.also.iter().filter(|word| {
            word.contains(char::is_whitespace) || word.chars().any(char::is_uppercase)
        });
        for word in std::iter::once(&term.term).chain(also) {
            let word = word.trim();
            if let Some(first) = word.chars().next() {
                let words = finder.words.entry(first.to_ascii_lowercase()).or_default();
                words.push((word.to_owned(), idx));
            }
        }
    }
    let mut run = Run::default();
    // Headings, code and links are passed over.
    let mut depth = 0usize;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                if let Some(id) = dest_url.strip_prefix("term:")
                    && let Some(idx) = terms.iter().position(|term| term.id == id)
                {
                    finder.search(&mut run);
                    finder.seen.insert(idx);
                    finder.found.push(Mention { term: idx, range });
                }
                depth += 1;
            }
            Event::Start(Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Link | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Image) => {
                depth = depth.saturating_sub(1)
            }
            Event::Text(text) if depth == 0 && text.len() == range.len() => {
                run.push(&text, range);
            }
            Event::SoftBreak | Event::HardBreak => run.push(" ", range),
            Event::Code(code) if depth == 0 => {
                finder.search(&mut run);
                if let Some(term) = finder.whole(&code) {
                    finder.add(term, range);
                }
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {}
            _ => finder.search(&mut run),
        }
    }
    finder.search(&mut run);
    finder.found
}

/// Text that stands together, and where its parts stand in the Markdown.
#[derive(Default)]
struct Run {
    text: String,
    /// Start in `text`, and place in the Markdown.
    parts: Vec<(usize, Range<usize>)>,
}

impl Run {
    fn push(&mut self, text: &str, range: Range<usize>) {
        self.parts.push((self.text.len(), range));
        self.text.push_str(text);
    }

    /// The part in which byte `at` of the text stands, and how far in.
    fn part(&self, at: usize) -> Option<(&Range<usize>, usize)> {
        let idx = self.parts.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
        let (start, range) = self.parts.get(idx)?;
        Some((range, at - start))
    }

    /// The Markdown's place of a range of the text that is not empty.
    fn place(&self, range: Range<usize>) -> Option<Range<usize>> {
        let (first, from) = self.part(range.start)?;
        let (last, to) = self.part(range.end.checked_sub(1)?)?;
        Some(first.start + from..(last.start + to + 1).min(last.end))
    }
}

struct Finder {
    /// By their first letter: words, and whose they are.
    words: BTreeMap<char, Vec<(String, usize)>>,
    found: Vec<Mention>,
    seen: BTreeSet<usize>,
}

impl Finder {
    fn add(&mut self, term: usize, range: Range<usize>) {
        if self.seen.insert(term) {
            self.found.push(Mention { term, range });
        }
    }

    /// Looks through what stands together, and empties it.
    fn search(&mut self, run: &mut Run) {
        let run = std::mem::take(run);
        let mut before = None;
        let mut next = 0;
        for (at, c) in run.text.char_indices() {
            let begins = !before.is_some_and(is_of_word) && at >= next;
            before = Some(c);
            if !begins {
                continue;
            }
            let Some((len, term)) = self.longest(&run.text[at..]) else { continue };
            next = at + len;
            if let Some(place) = run.place(at..next) {
                self.add(term, place);
            }
        }
    }

    /// The longest word that `text` begins with, its length there, and whose it is.
    fn longest(&self, text: &str) -> Option<(usize, usize)> {
        let first = text.chars().next()?.to_ascii_lowercase();
        let words = self.words.get(&first)?.iter();
        let mut best: Option<(usize, usize)> = None;
        for (len, term) in words.filter_map(|(word, term)| Some((begins_with(text, word)?, *term)))
        {
            if best.is_none_or(|(longest, _)| len > longest) {
                best = Some((len, term));
            }
        }
        best
    }

    /// Whose word all of `code` is.
    fn whole(&self, code: &str) -> Option<usize> {
        self.longest(code).filter(|(len, _)| *len == code.len()).map(|(_, term)| term)
    }
}

/// A character with which no word ends: `node` is not a word of `node-local` or `node.name`
/// where more follows.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '@')
}

/// How much of `text` is `word`, where it begins with it and the word ends there.
fn begins_with(text: &str, word: &str) -> Option<usize> {
    let mut rest = text;
    let as_written = word.chars().any(char::is_uppercase);
    for (idx, wanted) in word.chars().enumerate() {
        let is = rest.chars().next()?;
        let same = is == wanted
            || (idx == 0 && !as_written && is.to_lowercase().eq(wanted.to_lowercase()))
            || (wanted.is_whitespace() && is.is_whitespace());
        if !same {
            return None;
        }
        rest = &rest[is.len_utf8()..];
    }
    let ends = |rest: &str| {
        let mut chars = rest.chars();
        match chars.next() {
            // The end of a sentence, or a word that goes on?
            Some('.' | ':' | '-' | '/') => !chars.next().is_some_and(is_of_word),
            Some(c) => !is_of_word(c),
            None => true,
        }
    };
    let plural = ["", "s", "es"].into_iter();
    let mut ended = plural.filter_map(|more| rest.strip_prefix(more)).filter(|rest| ends(rest));
    ended.next().map(|rest| text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(id: &str, term: &str, also: &[&str]) -> Term {
        Term {
            id: id.into(),
            term: term.into(),
            also: also.iter().map(|word| (*word).to_owned()).collect(),
            ..Term::default()
        }
    }

    /// What is marked, and as which term.
    fn marked(markdown: &str) -> Vec<String> {
        let terms = [
            term("service", "Service", &["svc"]),
            term("node", "node", &["machine", "worker node"]),
            term("endpoints", "Endpoints", &[]),
            term("endpoint", "endpoint", &[]),
            term("node-port", "nodePort", &["node port"]),
            term("masquerade", "masquerade", &["SNAT"]),
            Term { is_plain: true, ..term("way", "way", &[]) },
        ];
        let terms: Vec<&Term> = terms.iter().collect();
        let found = mentions(markdown, &terms);
        found
            .iter()
            .map(|m| format!("{}={}", terms[m.term].id, &markdown[m.range.clone()]))
            .collect()
    }

    #[test]
    fn each_word_is_marked_where_it_is_used_first() {
        assert_eq!(
            marked("Nodes send to Services, and a Service to a node."),
            ["node=Nodes", "service=Services"]
        );
        // As they are written, the longest first; single small words for it are not meant.
        assert_eq!(
            marked("The service of a machine has a node\nport and endpoints; svc."),
            ["node-port=node\nport", "endpoint=endpoints"]
        );
        assert_eq!(
            marked("Endpoints, a worker **node**."),
            ["endpoints=Endpoints", "node=worker **node"]
        );
        assert_eq!(marked("The way of a [way](term:way)."), ["way=[way](term:way)"]);
        assert_eq!(marked("It does SNAT. To masquerade is that."), ["masquerade=SNAT"]);
    }

    #[test]
    fn headings_code_and_parts_of_words_are_left_alone() {
        assert_eq!(
            marked("# A node\n\n```\nnode\n```\n\nnode-local node.name 3node nodes1"),
            [""; 0]
        );
        assert_eq!(
            marked("`nodePort` and `node x`, (node)."),
            ["node-port=`nodePort`", "node=node"]
        );
        assert_eq!(marked("[a node](clusterip) and [it](term:node)"), ["node=[it](term:node)"]);
        assert_eq!(
            marked("- one node:\n- two\n\n> a Service\n> here"),
            ["node=node", "service=Service"]
        );
        assert_eq!(marked("A \\*node\\* &amp; Service"), ["node=node", "service=Service"]);
    }

    #[test]
    fn nothing_panics_on_any_text() {
        for text in
            ["", "ß", "ſervice", "İ", "node\u{301}", "Service\u{200d}", "|node|\n|-|\n|Ünode|"]
        {
            let _ = marked(text);
        }
    }
}

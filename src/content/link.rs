//! Links in a text, and what a stretch of Markdown shows.

use pulldown_cmark::{Event, Options, Parser, Tag};
use std::ops::Range;

/// A link in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as it is written: `LESSON`, `LESSON/STEP` or an address.
    pub to: String,
    /// Where it stands, in bytes of the Markdown.
    pub range: Range<usize>,
}

/// The links of `markdown` in the text's order, without those to words of a glossary, which
/// are [mentions](super::mentions).
#[must_use]
pub fn links(markdown: &str) -> Vec<Link> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(markdown, options)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("term:") => {
                Some(Link { to: dest_url.into_string(), range })
            }
            _ => None,
        })
        .collect()
}

/// What a stretch of Markdown shows, without its blanks: it may be broken anywhere.
#[must_use]
pub fn shown(markdown: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    for event in Parser::new_ext(markdown, options) {
        if let Event::Text(text) | Event::Code(text) = event {
            out.extend(text.chars().filter(|c| !c.is_whitespace()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_with_their_places_and_words_of_the_glossary_left_out() {
        let text =
            "See [the *first* one](a/b), [a word](term:x),\n| [c](c) |\n|---|\n\n[w](https://k.io)";
        let found: Vec<(String, &str)> =
            links(text).into_iter().map(|l| (l.to, &text[l.range])).collect();
        assert_eq!(
            found,
            [
                ("a/b".to_owned(), "[the *first* one](a/b)"),
                ("c".to_owned(), "[c](c)"),
                ("https://k.io".to_owned(), "[w](https://k.io)"),
            ]
        );
    }

    #[test]
    fn marks_of_markdown_and_blanks_are_not_shown() {
        assert_eq!(shown("[the **first** `one`\nof](a/b)"), "thefirstoneof");
        assert_eq!(shown("`nodePort`"), "nodePort");
        assert_eq!(shown("node\nport"), "nodeport");
    }
}

//! Lines typed before, and the search among them.

/// Lines that are kept.
const MAX_LINES: usize = 1_000;

/// Lines typed before, and which of them is shown.
#[derive(Debug, Clone, Default)]
pub struct History {
    lines: Vec<String>,
    /// Which is shown; none where a new one is typed.
    at: Option<usize>,
    /// The new one, while another is shown.
    draft: String,
    /// Ctrl-R.
    search: Option<Search>,
}

/// A search backwards.
#[derive(Debug, Clone, Default)]
struct Search {
    /// What was typed before it.
    before: String,
    pattern: String,
    at: Option<usize>,
    failed: bool,
}

impl History {
    /// Takes a line in, unless it is empty or as the one before.
    pub fn add(&mut self, line: &str) {
        self.at = None;
        self.draft.clear();
        if line.trim().is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        if self.lines.len() >= MAX_LINES {
            self.lines.remove(0);
        }
        self.lines.push(line.to_owned());
    }

    /// Puts another line in the place of the last one.
    pub fn put_last(&mut self, line: &str) {
        if let Some(last) = self.lines.last_mut() {
            line.clone_into(last);
        }
    }

    /// All that is kept, a line each.
    #[must_use]
    pub fn typed(&self) -> String {
        self.lines.join("\n")
    }

    /// The line before the one shown; `typed` is what stands in the line now.
    pub fn back(&mut self, typed: &str) -> Option<String> {
        let at = match self.at {
            None => {
                typed.clone_into(&mut self.draft);
                self.lines.len().checked_sub(1)?
            }
            Some(at) => at.checked_sub(1)?,
        };
        self.at = Some(at);
        self.lines.get(at).cloned()
    }

    /// The line after the one shown; after the last, what was being typed.
    pub fn on(&mut self) -> Option<String> {
        let at = self.at? + 1;
        self.at = (at < self.lines.len()).then_some(at);
        Some(self.at.and_then(|at| self.lines.get(at)).unwrap_or(&self.draft).clone())
    }

    /// The last word of a line typed before, counted from the last; with its quotes.
    #[must_use]
    pub fn last_word(&self, back: usize) -> Option<String> {
        let line = self.lines.iter().rev().nth(back)?.trim_end();
        let mut start = 0;
        let mut quote = None;
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, c) if c.is_whitespace() => start = at + c.len_utf8(),
                _ => {}
            }
        }
        line.get(start..).map(str::to_owned)
    }

    /// What is looked for, and whether nothing was found.
    #[must_use]
    pub fn search(&self) -> Option<(&str, bool)> {
        self.search.as_ref().map(|search| (search.pattern.as_str(), search.failed))
    }

    /// Begins to search, or finds the next match; `typed` stands in the line now. The line found.
    pub fn search_back(&mut self, typed: &str) -> Option<String> {
        match &mut self.search {
            None => {
                self.search = Some(Search { before: typed.to_owned(), ..Search::default() });
                None
            }
            Some(search) => {
                let from = search.at.unwrap_or(self.lines.len());
                self.find(from)
            }
        }
    }

    /// Another letter of what is looked for, or one less. The line found.
    pub fn search_for(&mut self, c: Option<char>) -> Option<String> {
        let search = self.search.as_mut()?;
        let from = match c {
            Some(c) => {
                search.pattern.push(c);
                // The line found may still do.
                search.at.map_or(self.lines.len(), |at| at + 1)
            }
            None => {
                search.pattern.pop();
                self.lines.len()
            }
        };
        self.find(from)
    }

    /// The search is dropped: what was typed before it.
    pub fn drop_search(&mut self) -> Option<String> {
        self.search.take().map(|search| search.before)
    }

    /// The search ends.
    pub fn end_search(&mut self) {
        self.at = self.search.take().and_then(|search| search.at);
    }

    /// The latest line before `from` that holds the pattern.
    fn find(&mut self, from: usize) -> Option<String> {
        let search = self.search.as_mut()?;
        if search.pattern.is_empty() {
            (search.at, search.failed) = (None, false);
            return None;
        }
        let before = self.lines.get(..from.min(self.lines.len())).unwrap_or_default();
        let found = before.iter().rposition(|line| line.contains(&search.pattern));
        search.failed = found.is_none();
        if let Some(at) = found {
            search.at = Some(at);
        }
        found.and_then(|at| self.lines.get(at).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> History {
        let mut history = History::default();
        lines.iter().for_each(|line| history.add(line));
        history
    }

    #[test]
    fn up_and_down_lead_through_the_lines_and_back_to_the_new_one() {
        let mut history = of(&["a", "b", "b", " ", "c"]);
        let back: Vec<_> = (0..4).map(|_| history.back("new")).collect();
        assert_eq!(back, [Some("c".into()), Some("b".into()), Some("a".into()), None]);
        let on: Vec<_> = (0..4).map(|_| history.on()).collect();
        assert_eq!(on, [Some("b".into()), Some("c".into()), Some("new".into()), None]);
        assert_eq!(of(&[]).back("x"), None);
    }

    #[test]
    fn the_search_goes_backwards_and_tells_when_nothing_is_found() {
        let mut history = of(&["k get svc", "ls", "k get pods"]);
        assert_eq!(history.search_back("typed"), None);
        assert_eq!(history.search_for(Some('g')), Some("k get pods".into()));
        assert_eq!(history.search_for(Some('e')), Some("k get pods".into()));
        assert_eq!(history.search_back("typed"), Some("k get svc".into()));
        assert_eq!(history.search_back("typed"), None);
        assert_eq!(history.search(), Some(("ge", true)));
        history.end_search();
        assert_eq!(history.on(), Some("ls".into()));
        history.search_back("typed");
        history.search_for(Some('x'));
        assert_eq!(history.search(), Some(("x", true)));
        assert_eq!(history.search_for(None), None);
        assert_eq!(history.search(), Some(("", false)));
        assert_eq!(history.drop_search(), Some("typed".into()));
        assert_eq!(history.search(), None);
    }
}

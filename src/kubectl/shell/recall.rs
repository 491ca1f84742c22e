//! `!!`, `!$`, `!k`, `^old^new`: lines typed before, put into the one that is typed, as readline's
//! history library does (bash 5.2).

/// What a line became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// The line as it is meant.
    pub line: String,
    /// It is only shown (`:p`).
    pub only_shown: bool,
}

/// Puts what `line` names of `history` (the oldest first) in its place; none where it names
/// nothing.
///
/// # Errors
/// What is not found, in bash's words without its name.
pub(in crate::kubectl) fn recalled(
    line: &str,
    history: &[String],
) -> Result<Option<Recalled>, String> {
    if !line.contains('!') && !line.starts_with('^') {
        return Ok(None);
    }
    if let Some(rest) = line.strip_prefix('^') {
        return quick(rest, history).map(Some);
    }
    let chars: Vec<char> = line.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, history };
    let mut out = String::new();
    let (mut found, mut only_shown) = (false, false);
    let (mut single, mut double) = (false, false);
    while let Some(c) = reader.peek() {
        reader.at += 1;
        match c {
            '\\' if !single => {
                out.push(c);
                out.extend(reader.next());
            }
            '\'' if !double => {
                single = !single;
                out.push(c);
            }
            '"' if !single => {
                double = !double;
                out.push(c);
            }
            '!' if !single && reader.names_an_event(&out, double) => {
                let event = reader.event()?;
                only_shown |= event.only_shown;
                out.push_str(&event.text);
                found = true;
            }
            c => out.push(c),
        }
        if out.len() > 1 << 20 {
            return Err("the line is too long".to_owned());
        }
    }
    Ok(found.then_some(Recalled { line: out, only_shown }))
}

/// `^OLD^NEW^`: the line before, with something else in it.
fn quick(rest: &str, history: &[String]) -> Result<Recalled, String> {
    let mut parts = rest.splitn(3, '^');
    let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let after = parts.next().unwrap_or("");
    let failed = || format!(":s^{rest}: substitution failed");
    let last = history.last().filter(|last| !old.is_empty() && last.contains(old));
    let line = last.ok_or_else(failed)?.replacen(old, new, 1) + after;
    Ok(Recalled { line, only_shown: false })
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    history: &'a [String],
}

struct Event {
    text: String,
    only_shown: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    /// Whether the `!` before this place means something.
    fn names_an_event(&self, before: &str, quoted: bool) -> bool {
        let after = self.peek();
        let ends = after.is_none_or(|c| c.is_whitespace() || matches!(c, '=' | '('));
        // `[!…]`, `${!…}`, `$!`
        let is_other = before.ends_with(['[', '$']) || before.ends_with("${");
        !(ends || is_other || quoted && after == Some('"'))
    }

    /// What stands behind `!`.
    fn event(&mut self) -> Result<Event, String> {
        let from = self.at;
        let line = self.named();
        let typed = |to: usize| -> String {
            self.chars.get(from.saturating_sub(1)..to).unwrap_or_default().iter().collect()
        };
        let line = line.ok_or_else(|| format!("{}: event not found", typed(self.at)))?;
        let words = words(&line);
        let chosen = self.chosen(&words);
        let mut text = match chosen {
            None => line,
            Some(Some(text)) => text,
            Some(None) => {
                let typed: String =
                    self.chars.get(from..self.at).unwrap_or_default().iter().collect();
                return Err(format!("{typed}: bad word specifier"));
            }
        };
        let mut only_shown = false;
        while self.peek() == Some(':') {
            self.at += 1;
            match self.next() {
                Some('p') => only_shown = true,
                Some('h') => {
                    text.truncate(text.rfind('/').unwrap_or(text.len()));
                }
                Some('t') => text = text.rsplit('/').next().unwrap_or_default().to_owned(),
                Some('r') => text.truncate(text.rfind('.').unwrap_or(text.len())),
                Some('e') => text = text.get(text.rfind('.').unwrap_or(0)..).unwrap_or("").into(),
                Some('q') => text = format!("'{}'", text.replace('\'', "'\\''")),
                Some('g') if self.eat('s') => text = self.substituted(&text, true)?,
                Some('s') => text = self.substituted(&text, false)?,
                other => {
                    let letter = other.map(String::from).unwrap_or_default();
                    return Err(format!("{letter}: unrecognized history modifier"));
                }
            }
        }
        Ok(Event { text, only_shown })
    }

    /// The line that is named.
    fn named(&mut self) -> Option<String> {
        let n = self.history.len();
        let of = |at: Option<usize>| at.and_then(|at| self.history.get(at)).cloned();
        match self.peek()? {
            '!' => {
                self.at += 1;
                of(n.checked_sub(1))
            }
            // The words of the line before.
            '$' | '^' | '*' | ':' => of(n.checked_sub(1)),
            '#' => {
                let before = self.chars.get(..self.at.saturating_sub(1)).unwrap_or_default();
                self.at += 1;
                Some(before.iter().collect())
            }
            c if c.is_ascii_digit() || c == '-' => {
                let back = self.eat('-');
                let mut digits = String::new();
                while let Some(c) = self.peek().filter(char::is_ascii_digit) {
                    digits.push(c);
                    self.at += 1;
                }
                let number: usize = digits.parse().ok()?;
                let at = if back { n.checked_sub(number) } else { number.checked_sub(1) };
                of(at.filter(|_| number > 0))
            }
            '?' => {
                self.at += 1;
                let wanted = self.until(|c| c == '?' || c == '\n');
                self.eat('?');
                self.history.iter().rev().find(|line| line.contains(&wanted)).cloned()
            }
            _ => {
                let ends = |c: char| c.is_whitespace() || ":^$*%-\"';&|()<>".contains(c);
                let wanted = self.until(ends);
                self.history.iter().rev().find(|line| line.starts_with(&wanted)).cloned()
            }
        }
    }

    fn until(&mut self, ends: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(|c| !ends(*c)) {
            text.push(c);
            self.at += 1;
        }
        text
    }

    /// The words that are chosen of the line; none where all of it is meant, and none of them
    /// where there is no such word.
    fn chosen(&mut self, words: &[String]) -> Option<Option<String>> {
        let last = words.len().saturating_sub(1);
        let after = self.chars.get(self.at + 1).copied();
        match self.peek()? {
            ':' if after.is_some_and(|c| c.is_ascii_digit() || "^$*-".contains(c)) => self.at += 1,
            '^' | '$' | '*' | '-' => {}
            _ => return None,
        }
        let (from, mut to) = match self.peek()? {
            '*' => {
                self.at += 1;
                // All but the first; of one word nothing.
                return Some(Some(words.get(1..).unwrap_or_default().join(" ")));
            }
            '-' => (0, None),
            _ => {
                let one = self.place(last)?;
                (one, Some(one))
            }
        };
        if self.eat('*') {
            to = Some(last);
            if from > last {
                return Some(Some(String::new()));
            }
        } else if self.eat('-') {
            // Without an end all but the last.
            to = Some(self.place(last).unwrap_or(last.saturating_sub(1)));
        }
        let to = to.unwrap_or(from);
        Some(words.get(from..=to).filter(|words| !words.is_empty()).map(|words| words.join(" ")))
    }

    /// The number of a word.
    fn place(&mut self, last: usize) -> Option<usize> {
        match self.peek()? {
            '^' => {
                self.at += 1;
                Some(1)
            }
            '$' => {
                self.at += 1;
                Some(last)
            }
            c if c.is_ascii_digit() => {
                let digits = self.until(|c| !c.is_ascii_digit());
                digits.parse().ok().filter(|n| *n < 100_000)
            }
            _ => None,
        }
    }

    /// `:s/OLD/NEW/`; the letter is read.
    fn substituted(&mut self, text: &str, all: bool) -> Result<String, String> {
        let from = self.at;
        let Some(end) = self.next() else { return Err(":s: substitution failed".to_owned()) };
        let old = self.until(|c| c == end);
        self.eat(end);
        let new = self.until(|c| c == end).replace('&', &old);
        self.eat(end);
        if old.is_empty() || !text.contains(&old) {
            let typed: String = self.chars.get(from..self.at).unwrap_or_default().iter().collect();
            return Err(format!(":s{typed}: substitution failed"));
        }
        Ok(if all { text.replace(&old, &new) } else { text.replacen(&old, &new, 1) })
    }
}

/// The words of a line, with their quotes; operators are words of their own.
fn words(line: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                word.push(c);
                word.extend(chars.next());
            }
            '\'' | '"' => {
                word.push(c);
                for inner in chars.by_ref() {
                    word.push(inner);
                    if inner == c {
                        break;
                    }
                }
            }
            c if c.is_whitespace() => out.extend(Some(std::mem::take(&mut word))),
            '|' | '&' | ';' | '<' | '>' | '(' | ')' => {
                let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
                if !(matches!(c, '<' | '>') && is_number) {
                    out.push(std::mem::take(&mut word));
                }
                word.push(c);
                while chars.peek().is_some_and(|next| "|&<>;".contains(*next) && c != '(') {
                    word.extend(chars.next());
                }
                out.push(std::mem::take(&mut word));
            }
            c => word.push(c),
        }
    }
    out.push(word);
    out.retain(|word| !word.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_typed_before_are_put_in() {
        let history = ["k get po", "k expose deploy web --port=80", "cat a/b.yaml 'x y'|wc"];
        let history = history.map(str::to_owned);
        let of = |line: &str| match recalled(line, &history) {
            Ok(None) => "as it is".to_owned(),
            Ok(Some(Recalled { line, only_shown: true })) => format!("shows {line}"),
            Ok(Some(Recalled { line, .. })) => line,
            Err(why) => format!("! {why}"),
        };
        for (line, becomes) in [
            ("!!", "cat a/b.yaml 'x y'|wc"),
            ("!1 -w", "k get po -w"),
            ("!-2", "k expose deploy web --port=80"),
            ("sudo !k", "sudo k expose deploy web --port=80"),
            ("!?get?", "k get po"),
            ("vim !$", "vim wc"),
            ("vim !^", "vim a/b.yaml"),
            ("echo !*", "echo a/b.yaml 'x y' | wc"),
            ("echo !!:2", "echo 'x y'"),
            ("echo !k:1-2 !k:3*", "echo expose deploy web --port=80"),
            ("echo !k:2-", "echo deploy web"),
            ("!k:s/web/db/", "k expose deploy db --port=80"),
            ("!k:gs/e/E/:p", "shows k ExposE dEploy wEb --port=80"),
            ("echo !!:1:h !!:1:t !!:1:r", "echo a b.yaml a/b"),
            ("echo !k- a!k$b", "echo k expose deploy web a--port=80b"),
            ("^b.yaml^c^", "cat a/c 'x y'|wc"),
            ("echo \"!!\"", "echo \"cat a/b.yaml 'x y'|wc\""),
            ("echo '!!' \\!! [!a] ${!x} $! \"a!\" b! !=", "as it is"),
            ("! false", "as it is"),
            ("!nope", "! !nope: event not found"),
            ("!9", "! !9: event not found"),
            ("!k:9", "! k:9: bad word specifier"),
            ("^no^x", "! :s^no^x: substitution failed"),
            ("!!:s/no/x/", "! :s/no/x/: substitution failed"),
        ] {
            assert_eq!(of(line), becomes, "{line}");
        }
    }
}

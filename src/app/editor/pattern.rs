//! Patterns as vim writes them ("magic"), matched within a line. The time is bounded by the
//! pattern's length times the line's: no pattern makes it hang.

use std::rc::Rc;

/// The most steps that a pattern may have, counts written out.
const MAX_STEPS: usize = 4000;

/// A set of characters.
#[derive(Debug, Clone, PartialEq)]
struct Set {
    ranges: Vec<(char, char)>,
    not: bool,
}

impl Set {
    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(a, b)| *a <= c && c <= *b) != self.not
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Char(char),
    Any,
    Set(Rc<Set>),
    LineStart,
    LineEnd,
    WordStart,
    WordEnd,
    /// Both ways, the first one preferred.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Found,
}

/// A pattern, ready to be looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    steps: Vec<Step>,
    ignore_case: bool,
}

/// A match: where the whole and each `\(…\)` begins and ends, in bytes of the line.
pub(super) type Groups = [Option<usize>; 20];

/// What a pattern is made of, before it becomes steps.
#[derive(Debug, Clone)]
enum Node {
    Step(Step),
    Group(Option<usize>, Box<Node>),
    Seq(Vec<Node>),
    Either(Vec<Node>),
    /// At least, at most (none: any number), as few as possible.
    Times(Box<Node>, usize, Option<usize>, bool),
}

struct Reader<'p> {
    chars: Vec<char>,
    at: usize,
    n_groups: usize,
    ignore_case: bool,
    pattern: &'p str,
}

impl Pattern {
    /// Reads a pattern of vim's.
    ///
    /// # Errors
    /// vim's words for what is wrong with it.
    pub(super) fn vim(pattern: &str, ignore_case: bool) -> Result<Self, String> {
        let mut reader =
            Reader { chars: pattern.chars().collect(), at: 0, n_groups: 0, ignore_case, pattern };
        let node = reader.either(0)?;
        if reader.at < reader.chars.len() {
            return Err("E55: Unmatched \\)".to_owned());
        }
        let mut steps = vec![Step::Save(0)];
        emit(&node, &mut steps)?;
        steps.extend([Step::Save(1), Step::Found]);
        Ok(Self { steps, ignore_case: reader.ignore_case })
    }

    /// The text itself, letter for letter.
    pub(super) fn literal(text: &str, ignore_case: bool) -> Self {
        let mut steps = vec![Step::Save(0)];
        steps.extend(text.chars().map(Step::Char));
        steps.extend([Step::Save(1), Step::Found]);
        Self { steps, ignore_case }
    }

    /// The first match in `line` that begins at `from` or later.
    pub(super) fn find(&self, line: &str, from: usize) -> Option<Groups> {
        let mut now: Vec<(usize, Groups)> = Vec::new();
        let mut found: Option<Groups> = None;
        let mut seen = vec![usize::MAX; self.steps.len()];
        let mut before = line.get(..from)?.chars().next_back();
        let mut rest = line[from..].char_indices().map(|(i, c)| (from + i, c)).peekable();
        let mut round = 0;
        let mut threads: Vec<(usize, Groups)> = Vec::new();
        loop {
            let (at, c) = rest.peek().map_or((line.len(), None), |(at, c)| (*at, Some(*c)));
            let around = Around { before, after: c, at, is_start: at == 0 };
            now.clear();
            for (pc, groups) in threads.drain(..) {
                self.follow(pc, groups, &around, &mut seen, round, &mut now);
            }
            if found.is_none() {
                self.follow(0, [None; 20], &around, &mut seen, round, &mut now);
            }
            round += 1;
            for (pc, groups) in now.drain(..) {
                match &self.steps[pc] {
                    Step::Found => {
                        found = Some(groups);
                        // What is preferred less is no longer of interest.
                        break;
                    }
                    step if c.is_some_and(|c| self.takes(step, c)) => {
                        threads.push((pc + 1, groups))
                    }
                    _ => {}
                }
            }
            if c.is_none() || (threads.is_empty() && found.is_some()) {
                return found;
            }
            before = c;
            rest.next();
        }
    }

    fn takes(&self, step: &Step, c: char) -> bool {
        let fold = |c: char| c.to_lowercase().next().unwrap_or(c);
        match step {
            Step::Any => true,
            Step::Char(wanted) if self.ignore_case => fold(*wanted) == fold(c),
            Step::Char(wanted) => *wanted == c,
            Step::Set(set) if self.ignore_case => {
                set.has(c) || set.has(fold(c)) || c.to_uppercase().any(|c| set.has(c))
            }
            Step::Set(set) => set.has(c),
            _ => false,
        }
    }

    /// Follows all steps that take no character.
    fn follow(
        &self,
        pc: usize,
        groups: Groups,
        around: &Around,
        seen: &mut [usize],
        round: usize,
        out: &mut Vec<(usize, Groups)>,
    ) {
        let mut todo = vec![(pc, groups)];
        while let Some((pc, mut groups)) = todo.pop() {
            if seen[pc] == round {
                continue;
            }
            seen[pc] = round;
            match &self.steps[pc] {
                Step::Jump(to) => todo.push((*to, groups)),
                Step::Split(first, second) => {
                    todo.push((*second, groups));
                    todo.push((*first, groups));
                }
                Step::Save(slot) => {
                    if let Some(place) = groups.get_mut(*slot) {
                        *place = Some(around.at);
                    }
                    todo.push((pc + 1, groups));
                }
                Step::LineStart if !around.is_start => {}
                Step::LineEnd if around.after.is_some() => {}
                Step::WordStart if !around.begins_word() => {}
                Step::WordEnd if !around.ends_word() => {}
                Step::LineStart | Step::LineEnd | Step::WordStart | Step::WordEnd => {
                    todo.push((pc + 1, groups));
                }
                _ => out.push((pc, groups)),
            }
        }
    }
}

struct Around {
    before: Option<char>,
    after: Option<char>,
    at: usize,
    is_start: bool,
}

impl Around {
    fn begins_word(&self) -> bool {
        self.after.is_some_and(super::is_word) && !self.before.is_some_and(super::is_word)
    }

    fn ends_word(&self) -> bool {
        self.before.is_some_and(super::is_word) && !self.after.is_some_and(super::is_word)
    }
}

impl Reader<'_> {
    fn next_is(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    fn eat(&mut self, text: &str) -> bool {
        let is = self.next_is(text);
        if is {
            self.at += text.chars().count();
        }
        is
    }

    fn either(&mut self, depth: usize) -> Result<Node, String> {
        if depth > 30 {
            return Err("E51: Too many \\(".to_owned());
        }
        let mut branches = vec![self.branch(depth)?];
        while self.eat("\\|") {
            branches.push(self.branch(depth)?);
        }
        Ok(if branches.len() == 1 { branches.remove(0) } else { Node::Either(branches) })
    }

    fn branch(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = Vec::new();
        while self.at < self.chars.len() && !self.next_is("\\|") && !self.next_is("\\)") {
            if self.eat("\\c") {
                self.ignore_case = true;
                continue;
            }
            if self.eat("\\C") {
                self.ignore_case = false;
                continue;
            }
            let atom = self.atom(depth, nodes.is_empty())?;
            nodes.push(self.times(atom)?);
        }
        Ok(Node::Seq(nodes))
    }

    fn atom(&mut self, depth: usize, first: bool) -> Result<Node, String> {
        let c = self.chars[self.at];
        self.at += 1;
        let step = match c {
            '.' => Step::Any,
            '^' if first => Step::LineStart,
            '$' if self.at >= self.chars.len() || self.next_is("\\|") || self.next_is("\\)") => {
                Step::LineEnd
            }
            '[' => match self.set() {
                Some(set) => Step::Set(Rc::new(set)),
                None => Step::Char('['),
            },
            '\\' => return self.escaped(depth),
            c => Step::Char(c),
        };
        Ok(Node::Step(step))
    }

    fn escaped(&mut self, depth: usize) -> Result<Node, String> {
        let Some(c) = self.chars.get(self.at).copied() else {
            return Ok(Node::Step(Step::Char('\\')));
        };
        self.at += 1;
        let set = |ranges: &[(char, char)], not: bool| {
            Ok(Node::Step(Step::Set(Rc::new(Set { ranges: ranges.to_vec(), not }))))
        };
        match c {
            '(' | '%' => {
                let slot = if c == '(' {
                    self.n_groups += 1;
                    Some(self.n_groups).filter(|n| *n < 10)
                } else if self.eat("(") {
                    None
                } else {
                    return Err("E71: Invalid character after \\%".to_owned());
                };
                let inner = self.either(depth + 1)?;
                if !self.eat("\\)") {
                    return Err("E54: Unmatched \\(".to_owned());
                }
                Ok(Node::Group(slot, Box::new(inner)))
            }
            '<' => Ok(Node::Step(Step::WordStart)),
            '>' => Ok(Node::Step(Step::WordEnd)),
            's' => set(&[(' ', ' '), ('\t', '\t')], false),
            'S' => set(&[(' ', ' '), ('\t', '\t')], true),
            'd' => set(&[('0', '9')], false),
            'D' => set(&[('0', '9')], true),
            'x' => set(&[('0', '9'), ('a', 'f'), ('A', 'F')], false),
            'a' => set(&[('a', 'z'), ('A', 'Z')], false),
            'l' => set(&[('a', 'z')], false),
            'u' => set(&[('A', 'Z')], false),
            'w' => set(&[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], false),
            'W' => set(&[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')], true),
            't' => Ok(Node::Step(Step::Char('\t'))),
            'v' | 'V' | 'm' | 'M' | 'z' | '@' | 'n' | '_' => {
                Err(format!("\\{c} is not known here: {}", self.pattern))
            }
            c => Ok(Node::Step(Step::Char(c))),
        }
    }

    fn times(&mut self, atom: Node) -> Result<Node, String> {
        let (least, most, few) = if self.eat("*") {
            (0, None, false)
        } else if self.eat("\\+") {
            (1, None, false)
        } else if self.eat("\\=") || self.eat("\\?") {
            (0, Some(1), false)
        } else if self.eat("\\{") {
            let few = self.eat("-");
            let number = |reader: &mut Self| {
                let mut n = None;
                while let Some(digit) = reader.chars.get(reader.at).and_then(|c| c.to_digit(10)) {
                    n = Some((n.unwrap_or(0usize) * 10 + digit as usize).min(MAX_STEPS));
                    reader.at += 1;
                }
                n
            };
            let least = number(self);
            let most = if self.eat(",") { number(self) } else { least };
            let _ = self.eat("\\");
            if !self.eat("}") {
                return Err("E554: Syntax error in \\{...}".to_owned());
            }
            (least.unwrap_or(0), most, few)
        } else {
            return Ok(atom);
        };
        Ok(Node::Times(Box::new(atom), least, most, few))
    }

    /// `[…]`; none where it is never closed: then the bracket is meant.
    fn set(&mut self) -> Option<Set> {
        let begin = self.at;
        let not = self.eat("^");
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut first = true;
        loop {
            let Some(mut c) = self.chars.get(self.at).copied() else {
                self.at = begin;
                return None;
            };
            self.at += 1;
            if c == ']' && !first {
                return Some(Set { ranges, not });
            }
            first = false;
            if c == '\\' {
                match self.chars.get(self.at).copied() {
                    Some('t') => (c, self.at) = ('\t', self.at + 1),
                    Some(e @ ('\\' | ']' | '^' | '-')) => (c, self.at) = (e, self.at + 1),
                    _ => {}
                }
            }
            let end = match (self.chars.get(self.at), self.chars.get(self.at + 1)) {
                (Some('-'), Some(end)) if *end != ']' => Some(*end),
                _ => None,
            };
            if let Some(end) = end {
                self.at += 2;
                ranges.push((c, end));
            } else {
                ranges.push((c, c));
            }
        }
    }
}

fn emit(node: &Node, steps: &mut Vec<Step>) -> Result<(), String> {
    if steps.len() > MAX_STEPS {
        return Err("E339: Pattern too long".to_owned());
    }
    match node {
        Node::Step(step) => steps.push(step.clone()),
        Node::Seq(nodes) => {
            for node in nodes {
                emit(node, steps)?;
            }
        }
        Node::Group(None, inner) => emit(inner, steps)?,
        Node::Group(Some(n), inner) => {
            steps.push(Step::Save(2 * n));
            emit(inner, steps)?;
            steps.push(Step::Save(2 * n + 1));
        }
        Node::Either(branches) => {
            let mut ends = Vec::new();
            for (i, branch) in branches.iter().enumerate() {
                let split = steps.len();
                let last = i + 1 == branches.len();
                if !last {
                    steps.push(Step::Split(split + 1, 0));
                }
                emit(branch, steps)?;
                if !last {
                    ends.push(steps.len());
                    steps.push(Step::Jump(0));
                    steps[split] = Step::Split(split + 1, steps.len());
                }
            }
            for end in ends {
                steps[end] = Step::Jump(steps.len());
            }
        }
        Node::Times(inner, least, most, few) => {
            let split =
                |a: usize, b: usize| if *few { Step::Split(b, a) } else { Step::Split(a, b) };
            for _ in 0..*least {
                emit(inner, steps)?;
            }
            match most {
                None => {
                    let at = steps.len();
                    steps.push(Step::Jump(0));
                    emit(inner, steps)?;
                    steps.push(Step::Jump(at));
                    steps[at] = split(at + 1, steps.len());
                }
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..(*most).max(*least) {
                        splits.push(steps.len());
                        steps.push(Step::Jump(0));
                        emit(inner, steps)?;
                    }
                    for at in splits {
                        steps[at] = split(at + 1, steps.len());
                    }
                }
            }
        }
    }
    if steps.len() > MAX_STEPS {
        return Err("E339: Pattern too long".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'l>(pattern: &str, line: &'l str) -> Option<&'l str> {
        let groups = Pattern::vim(pattern, false).unwrap().find(line, 0)?;
        Some(&line[groups[0]?..groups[1]?])
    }

    #[test]
    fn patterns_match_as_in_vim() {
        for (pattern, line, wanted) in [
            ("port", "  port: 80", Some("port")),
            ("p.*t", "targetPort: port", Some("port")),
            ("^ *", "  port", Some("  ")),
            ("t$", "target t", Some("t")),
            ("a^b$c", "xa^b$c", Some("a^b$c")),
            ("[0-9]\\+", "port: 8080", Some("8080")),
            ("[^a-z: ]", "port: 8080", Some("8")),
            ("\\<port\\>", "targetport port", Some("port")),
            ("\\(tcp\\|udp\\)80", "tcp8 udp80", Some("udp80")),
            ("80\\=$", "port: 8", Some("8")),
            ("0\\{2}", "1000", Some("00")),
            ("0\\{-1,}", "1000", Some("0")),
            ("0\\{,2}$", "1000", Some("00")),
            ("a.b", "a\nb", Some("a\nb")),
            ("1.2", "10.2 1x2", Some("1x2")),
            ("1\\.2", "1x2 1.2", Some("1.2")),
            ("*x", "2*x", Some("*x")),
            ("a[", "a[", Some("a[")),
            ("\\cPORT", "port", Some("port")),
            ("PORT", "port", None),
            ("x*", "abc", Some("")),
            ("é\\+", "aéé", Some("éé")),
            ("\\s\\d", "a: 1", Some(" 1")),
            ("\\(a*\\)*b", "aaaab", Some("aaaab")),
        ] {
            assert_eq!(found(pattern, line), wanted, "{pattern} in {line}");
        }
        let groups =
            Pattern::vim("\\(\\w*\\): \\(\\w*\\)", false).unwrap().find("x: yz", 0).unwrap();
        assert_eq!(groups[2..6], [Some(0), Some(1), Some(3), Some(5)]);
        assert_eq!(Pattern::vim("\\(a", false), Err("E54: Unmatched \\(".to_owned()));
        assert_eq!(Pattern::vim("a\\)", false), Err("E55: Unmatched \\)".to_owned()));
        assert!(Pattern::vim("\\(\\(a\\{999}\\)\\{999}\\)\\{999}", false).is_err());
    }

    #[test]
    fn no_pattern_takes_long() {
        let line = "a".repeat(20_000);
        assert!(Pattern::vim("\\(a*\\)*\\(a*\\)*b", false).unwrap().find(&line, 0).is_none());
    }
}

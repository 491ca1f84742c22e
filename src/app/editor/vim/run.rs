//! Commands carried out.

use super::motion::Move;
use super::operator::{Op, case};
use super::table::{Do, What};
use super::{Command, Mode, Target};
use crate::app::editor::lines::indent_after;
use crate::app::editor::{Ask, Editor, PromptKind};

/// Vim refused it.
pub(super) struct Refused;

impl Editor {
    /// Carries a command out, as one change where it changes the text.
    pub(super) fn run(&mut self, command: Command) {
        // These turn changes themselves, or run other commands.
        let own = !matches!(
            command.what,
            What::Do(Do::Undo | Do::Redo | Do::Repeat | Do::Play | Do::Command)
        );
        let version = self.buffer.version();
        if own {
            self.buffer.begin(self.cursor);
        }
        if let Some(vim) = self.vim_mut() {
            vim.running = Some(command.clone());
        }
        let done = self.execute(&command).is_ok();
        let inserts = self.vim_inserts();
        if let Some(vim) = self.vim_mut() {
            vim.running = None;
            let changed = self.buffer.version() != version;
            let repeats =
                !matches!(command.what, What::Move(_) | What::Operate(Op::Yank | Op::YankLines));
            if own
                && done
                && changed
                && repeats
                && !inserts
                && !self.vim_is_visual()
                && let Some(vim) = self.vim_mut()
            {
                vim.last = Some((command.clone(), Vec::new()));
            }
        }
        let waits = self.prompt.is_some();
        if own && !inserts {
            self.buffer.end();
        }
        // After Ctrl-O: on with typing.
        if let Some(vim) = self.vim_mut()
            && vim.once
            && !waits
            && vim.pending.is_empty()
            && !matches!(vim.mode, Mode::Visual | Mode::VisualLine)
        {
            vim.once = false;
            if vim.mode == Mode::Normal {
                vim.mode = Mode::Insert;
                vim.insertion = super::Insertion::default();
                vim.insertion.command = Some(Command::insert());
                self.buffer.begin(self.cursor);
            }
        }
    }

    fn execute(&mut self, command: &Command) -> Result<(), Refused> {
        match command.what {
            What::Move(to @ (Move::Search | Move::SearchBack)) => {
                self.wait_for_pattern(command, to);
                Ok(())
            }
            What::Move(to) => {
                let moved =
                    self.follow(to, command.count, command.argument, None).ok_or(Refused)?;
                self.cursor = moved.to;
                if let Some(vim) = self.vim_mut() {
                    vim.want = moved.want;
                }
                Ok(())
            }
            What::Object(object, around) => {
                let n = command.count.unwrap_or(1).max(1);
                self.select_object(object, around, n)
            }
            What::Operate(op) => self.execute_operator(op, command),
            What::Do(what) => {
                let done = self.execute_do(what, command);
                if let Some(vim) = self.vim_mut() {
                    vim.want = None;
                }
                done
            }
        }
    }

    fn wait_for_pattern(&mut self, command: &Command, to: Move) {
        let backward = to == Move::SearchBack;
        if let Some(vim) = self.vim_mut() {
            vim.waiting = Some(command.clone());
        }
        self.open_prompt(if backward { PromptKind::Backward } else { PromptKind::Forward });
    }

    fn execute_operator(&mut self, op: Op, command: &Command) -> Result<(), Refused> {
        let n = command.count.unwrap_or(1).max(1);
        let (stretch, times) = match command.target {
            // What is selected.
            None => {
                let stretch = self.selected().ok_or(Refused)?;
                let extent = self.extent();
                self.leave_visual();
                self.cursor = stretch.start;
                if let Some(vim) = self.vim_mut()
                    && let Some(running) = &mut vim.running
                {
                    running.target = extent;
                }
                self.operate(op, stretch, command.register, n);
                // `.` works on as much text again.
                if !matches!(op, Op::Yank | Op::YankLines)
                    && !self.vim_inserts()
                    && let Some(vim) = self.vim_mut()
                {
                    let again = Command { target: extent, ..command.clone() };
                    vim.last = Some((again, Vec::new()));
                    return Err(Refused);
                }
                return Ok(());
            }
            Some(Target::Lines) => {
                let (line, last) = (self.line(), self.n_lines() - 1);
                if n > 1 && line == last {
                    return Err(Refused);
                }
                let to = (line + n - 1).min(last);
                let lines = self.lines_of(self.buffer.line_start(line), self.buffer.line_start(to));
                (lines, 1)
            }
            Some(Target::Move(to @ (Move::Search | Move::SearchBack), _)) => {
                self.wait_for_pattern(command, to);
                return Err(Refused);
            }
            Some(Target::Move(to, argument)) => {
                let moved = self.follow(to, command.count, argument, Some(op)).ok_or(Refused)?;
                (self.reached(moved), 1)
            }
            Some(Target::Object(object, around)) => {
                let stretch = self.object(object, around, n).ok_or(Refused)?;
                (stretch, 1)
            }
            Some(Target::Extent { lines, last, whole }) => {
                (self.over_extent(lines, last, whole), n)
            }
        };
        let stretch = if op == Op::Delete { self.grown(stretch) } else { stretch };
        if let Some(vim) = self.vim_mut() {
            vim.want = None;
        }
        self.operate(op, stretch, command.register, times);
        Ok(())
    }

    fn execute_do(&mut self, what: Do, command: &Command) -> Result<(), Refused> {
        let n = command.count.unwrap_or(1).max(1);
        let line = self.line();
        let end = self.buffer.line_end(line);
        let visual = self.vim_is_visual();
        match what {
            Do::Insert => self.enter_insert(Mode::Insert),
            Do::Append => self.insert_at(self.buffer.after(self.cursor).min(end)),
            Do::InsertAtStart => self.insert_at(self.buffer.first_word(line)),
            Do::AppendAtEnd => self.insert_at(end),
            Do::OpenBelow | Do::OpenAbove => self.open_line(command.what, true),
            Do::ReplaceMode => self.enter_insert(Mode::Replace),
            Do::Replace if visual => {
                return self.change_selected(|c| match command.argument {
                    Some(with) if c != '\n' => with,
                    _ => c,
                });
            }
            Do::Replace => return self.replace_chars(command.argument, n, end),
            Do::DeleteChar | Do::DeleteCharBefore | Do::ChangeChar => {
                return self.cut_chars(what, n, command.register);
            }
            Do::DeleteToEnd | Do::ChangeToEnd => {
                return self.cut_to_end(what == Do::ChangeToEnd, n, command.register);
            }
            Do::ChangeLine | Do::YankLine => {
                let op = if what == Do::ChangeLine { Op::Change } else { Op::Yank };
                let target = Some(Target::Lines);
                let command = Command { what: What::Operate(op), target, ..command.clone() };
                return self.execute_operator(op, &command);
            }
            Do::PutAfter | Do::PutBefore if visual => {
                return self.put_over(command.register, n, what == Do::PutBefore);
            }
            Do::PutAfter => self.put(command.register, n, true, false),
            Do::PutBefore => self.put(command.register, n, false, false),
            Do::PutAfterGo => self.put(command.register, n, true, true),
            Do::PutBeforeGo => self.put(command.register, n, false, true),
            Do::Undo | Do::Redo => return self.turn(what == Do::Undo, n),
            Do::Repeat => return self.repeat(command.count),
            Do::SwapCase if visual => return self.change_selected(|c| case(Op::Swap, c)),
            Do::LowerCase => return self.change_selected(|c| case(Op::Lower, c)),
            Do::UpperCase => return self.change_selected(|c| case(Op::Upper, c)),
            Do::SwapCase => self.swap_case(n, end),
            Do::Join | Do::JoinAsIs => return self.join_lines(n, what == Do::Join),
            Do::Visual | Do::VisualLine => self.toggle_visual(what == Do::VisualLine),
            Do::VisualAgain => return self.select_again(),
            Do::OtherEnd => self.go_to_other_end(),
            Do::Add | Do::Subtract => {
                let n = i64::try_from(n).unwrap_or(1);
                if !self.add(if what == Do::Add { n } else { -n }) {
                    return Err(Refused);
                }
            }
            Do::Record => return self.record(command.argument),
            Do::Play => return self.play(command.argument, n),
            Do::Command => self.open_command_line(command.count),
            Do::WriteQuit => self.command("x"),
            Do::QuitAnyway => self.command("q!"),
            Do::Explain => self.asks.push(Ask::Explain),
            Do::RepeatSubstitute => self.command("s"),
            Do::Redraw => self.search.quiet = true,
            Do::Leave => self.leave(),
        }
        Ok(())
    }

    /// Escape in normal mode and while something is selected.
    fn leave(&mut self) {
        if self.vim_is_visual() {
            self.leave_visual();
        } else if let Some(vim) = self.vim_mut()
            && vim.once
        {
            vim.once = false;
        } else {
            self.say("Type  :q  and press <Enter> to leave the editor");
        }
    }

    /// `:`, with the lines that are meant.
    fn open_command_line(&mut self, count: Option<usize>) {
        let lines = match count {
            _ if self.vim_is_visual() => "'<,'>".to_owned(),
            Some(1) => ".".to_owned(),
            Some(n) => format!(".,.+{}", n - 1),
            None => String::new(),
        };
        self.leave_visual();
        self.open_prompt(PromptKind::Command);
        self.prompt_text(&lines);
    }

    /// Opens a line below or above and goes into insert mode there.
    pub(super) fn open_line(&mut self, what: What, enter: bool) {
        let line = self.line();
        let auto = !self.looks.paste && self.looks.auto_indent;
        let text = self.buffer.line(line);
        let below = what == What::Do(Do::OpenBelow) || !enter;
        let indent = match (auto, below) {
            (false, _) => 0,
            (true, true) => indent_after(text),
            (true, false) => text.len() - text.trim_start_matches(' ').len(),
        };
        let blanks = " ".repeat(indent);
        if below {
            let end = self.buffer.line_end(line);
            if self.change(end, end, &format!("\n{blanks}")) {
                self.cursor = end + 1 + indent;
            }
        } else {
            let start = self.buffer.line_start(line);
            if self.change(start, start, &format!("{blanks}\n")) {
                self.cursor = start + indent;
            }
        }
        if enter {
            self.enter_insert(Mode::Insert);
        }
        if let Some(vim) = self.vim_mut() {
            vim.auto_indent = indent > 0;
        }
    }

    /// Takes changes back, or makes them again; the cursor goes where vim puts it.
    fn turn(&mut self, back: bool, n: usize) -> Result<(), Refused> {
        let mut more = 0;
        let mut turned_any = false;
        for _ in 0..n {
            let turned = if back { self.buffer.undo() } else { self.buffer.redo() };
            let Some(turned) = turned else { break };
            turned_any = true;
            more += turned.more_lines;
            let (first, last) =
                (self.buffer.line_of(turned.start), self.buffer.line_of(turned.end));
            let line = self.buffer.line_of(turned.cursor);
            self.cursor = if line + 1 >= first && line <= last + 1 && (line >= first || back) {
                turned.cursor
            } else {
                self.buffer.first_word(first.min(self.n_lines() - 1))
            };
        }
        if !turned_any {
            self.say(if back { "Already at oldest change" } else { "Already at newest change" });
            return Err(Refused);
        }
        match more {
            1 => self.say("1 more line"),
            -1 => self.say("1 line less"),
            n if n > 0 => self.say(format!("{n} more lines")),
            n if n < 0 => self.say(format!("{} fewer lines", -n)),
            _ => self.say("1 change"),
        }
        Ok(())
    }

    /// `.`
    fn repeat(&mut self, count: Option<usize>) -> Result<(), Refused> {
        let last = self.vim.as_ref().and_then(|vim| vim.last.clone());
        let Some((mut command, items)) = last else { return Err(Refused) };
        if count.is_some() {
            command.count = count;
        }
        self.run(command);
        if self.vim_inserts() {
            if let Some(vim) = self.vim_mut() {
                vim.insertion.items.clone_from(&items);
            }
            self.play_items(&items);
            let auto = self.vim.as_ref().is_some_and(|vim| vim.auto_indent);
            if let Some(vim) = self.vim_mut() {
                vim.auto_indent = auto;
            }
            self.leave_insert();
        }
        if let Some(vim) = self.vim_mut()
            && let Some((_, kept)) = &mut vim.last
            && kept.is_empty()
        {
            *kept = items;
        }
        Ok(())
    }

    /// Begins to record keys.
    fn record(&mut self, name: Option<char>) -> Result<(), Refused> {
        let name = name.filter(char::is_ascii_alphanumeric).ok_or(Refused)?;
        if let Some(vim) = self.vim_mut()
            && !vim.playing
        {
            vim.recording = Some((name.to_ascii_lowercase(), Vec::new()));
        }
        Ok(())
    }

    /// Plays recorded keys.
    fn play(&mut self, name: Option<char>, n: usize) -> Result<(), Refused> {
        let Some(vim) = self.vim_mut() else { return Err(Refused) };
        let name = match name {
            Some('@') => vim.played.ok_or(Refused)?,
            Some(c) => c.to_ascii_lowercase(),
            None => return Err(Refused),
        };
        // A recording that plays itself would never end.
        if vim.playing {
            return Err(Refused);
        }
        let keys = vim.recordings.get(&name).cloned().ok_or(Refused)?;
        vim.played = Some(name);
        vim.playing = true;
        for _ in 0..n.min(1000) {
            for key in &keys {
                self.key(*key);
            }
        }
        if let Some(vim) = self.vim_mut() {
            vim.playing = false;
        }
        Ok(())
    }
}

//! What the learner set, and settings.toml, the file that keeps it.

use super::keys::Action;
use super::player::SPEEDS;
use super::{Effect, Model, Screen, home};
use crate::source::LineIndex;
use crate::source::sort;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// Declares a choice: its values, the word of each in the file, and what it means.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$first:meta])? $value:ident = $word:literal, $help:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $name {
            $(#[doc = $help] $(#[$first])? $value,)+
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Their words, in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Its word in the file and on the command line.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }

            /// What it means: one sentence.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$value => $help,)+ }
            }

            /// The value of that word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

choice! {
    /// For which background colours are chosen.
    ThemeChoice {
        #[default] Auto = "auto", "As the terminal says, dark where it says nothing.";
        Dark = "dark", "Light text on dark.";
        Light = "light", "Dark text on light.";
    }
}

choice! {
    /// How many colours are used.
    Colours {
        #[default] Auto = "auto", "As many as the terminal says it has.";
        True = "true", "Millions.";
        Indexed = "256", "256.";
        Sixteen = "16", "The terminal's own sixteen.";
        None = "none", "None: bold, dim, underlined and reversed only.";
    }
}

choice! {
    /// Which characters lines and marks are drawn with.
    GlyphChoice {
        #[default] Auto = "auto", "Unicode where the locale is UTF-8, else ASCII.";
        Unicode = "unicode", "Lines, arrows and marks of Unicode.";
        Ascii = "ascii", "Plain ASCII only.";
    }
}

choice! {
    /// Does a packet move?
    Motion {
        #[default] Full = "full", "Packets move.";
        Reduced = "reduced", "Packets step from place to place, without movement between.";
    }
}

choice! {
    /// The keys of the editor.
    EditorMode {
        #[default] Plain = "plain", "Letters are typed, arrows move, Ctrl-keys do the rest.";
        Vim = "vim", "Normal, insert and visual mode.";
    }
}

/// How fast a chart is played when it is opened: an index into the player's speeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed(usize);

impl Speed {
    /// How many there are.
    pub const N: usize = SPEEDS.len();

    /// Index of it among the player's speeds, slowest first.
    #[must_use]
    pub const fn idx(self) -> usize {
        self.0
    }

    /// As a multiple of the normal one.
    #[must_use]
    pub fn times(self) -> f64 {
        f64::from(SPEEDS[self.0.min(Self::N - 1)]) / 4.0
    }

    /// The speed of that multiple, where there is one.
    #[must_use]
    pub fn of_times(times: f64) -> Option<Self> {
        (0..Self::N).map(Self).find(|speed| (speed.times() - times).abs() < 1e-9)
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self(super::player::NORMAL)
    }
}

/// What the learner set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settings {
    /// For which background colours are chosen.
    pub theme: ThemeChoice,
    /// How many colours are used.
    pub colours: Colours,
    /// Which characters lines and marks are drawn with.
    pub glyphs: GlyphChoice,
    /// Does a packet move?
    pub motion: Motion,
    /// How fast a chart is played when it is opened.
    pub speed: Speed,
    /// The keys of the editor.
    pub editor_mode: EditorMode,
}

/// A setting, for what is done with each in turn: the screen, the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// [`Settings::theme`].
    Theme,
    /// [`Settings::colours`].
    Colours,
    /// [`Settings::glyphs`].
    Glyphs,
    /// [`Settings::motion`].
    Motion,
    /// [`Settings::speed`].
    Speed,
    /// [`Settings::editor_mode`].
    EditorMode,
}

impl Setting {
    /// All of them, in the order of the screen and of the file.
    pub const ALL: [Self; 6] =
        [Self::Theme, Self::Colours, Self::Glyphs, Self::Motion, Self::Speed, Self::EditorMode];

    /// Its key in the file.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Colours => "colours",
            Self::Glyphs => "glyphs",
            Self::Motion => "motion",
            Self::Speed => "speed",
            Self::EditorMode => "editor_mode",
        }
    }

    /// Its name on the screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Theme => "Background",
            Self::Colours => "Colours",
            Self::Glyphs => "Characters",
            Self::Motion => "Movement",
            Self::Speed => "Speed",
            Self::EditorMode => "Editor keys",
        }
    }

    /// The words of its values, in the order in which they are offered.
    #[must_use]
    pub fn words(self) -> Vec<String> {
        let said = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        match self {
            Self::Theme => said(ThemeChoice::WORDS),
            Self::Colours => said(Colours::WORDS),
            Self::Glyphs => said(GlyphChoice::WORDS),
            Self::Motion => said(Motion::WORDS),
            Self::EditorMode => said(EditorMode::WORDS),
            Self::Speed => (0..Speed::N).map(|idx| Speed(idx).times().to_string()).collect(),
        }
    }
}

impl Settings {
    /// The word of a setting's value.
    #[must_use]
    pub fn word(&self, setting: Setting) -> String {
        match setting {
            Setting::Theme => self.theme.word().to_owned(),
            Setting::Colours => self.colours.word().to_owned(),
            Setting::Glyphs => self.glyphs.word().to_owned(),
            Setting::Motion => self.motion.word().to_owned(),
            Setting::Speed => self.speed.times().to_string(),
            Setting::EditorMode => self.editor_mode.word().to_owned(),
        }
    }

    /// What a setting's value means: one sentence.
    #[must_use]
    pub fn help(&self, setting: Setting) -> String {
        let help = match setting {
            Setting::Theme => self.theme.help(),
            Setting::Colours => self.colours.help(),
            Setting::Glyphs => self.glyphs.help(),
            Setting::Motion => self.motion.help(),
            Setting::EditorMode => self.editor_mode.help(),
            Setting::Speed if self.speed == Speed::default() => "The normal speed of a chart.",
            Setting::Speed => {
                return format!("Charts play at {} times the normal speed.", self.speed.times());
            }
        };
        help.to_owned()
    }

    /// Sets a setting by its value's word. False, and nothing changed, where it has no such.
    pub fn set(&mut self, setting: Setting, word: &str) -> bool {
        fn put<T>(place: &mut T, value: Option<T>) -> bool {
            let known = value.is_some();
            if let Some(value) = value {
                *place = value;
            }
            known
        }
        match setting {
            Setting::Theme => put(&mut self.theme, ThemeChoice::of_word(word)),
            Setting::Colours => put(&mut self.colours, Colours::of_word(word)),
            Setting::Glyphs => put(&mut self.glyphs, GlyphChoice::of_word(word)),
            Setting::Motion => put(&mut self.motion, Motion::of_word(word)),
            Setting::Speed => put(&mut self.speed, word.parse().ok().and_then(Speed::of_times)),
            Setting::EditorMode => put(&mut self.editor_mode, EditorMode::of_word(word)),
        }
    }

    /// Takes the next value of a setting, or the one before (`by` negative). Round and round.
    pub fn turn(&mut self, setting: Setting, by: isize) {
        let words = setting.words();
        let at = words.iter().position(|word| *word == self.word(setting)).unwrap_or(0);
        let n = isize::try_from(words.len()).unwrap_or(1).max(1);
        let to = (isize::try_from(at).unwrap_or(0) + by).rem_euclid(n);
        if let Some(word) = usize::try_from(to).ok().and_then(|to| words.get(to)) {
            self.set(setting, word);
        }
    }

    /// Reads settings.toml. What it doesn't say is as it is without one. What is wrong with
    /// it is told, one sentence each with its line, and the rest holds.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<String>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let lines = LineIndex::new(text);
        let line = |offset: usize| lines.position(text, offset).line;
        let mut settings = Self::default();
        // By line, the first of each: a line that can't be read need not be told twice.
        let mut problems: BTreeMap<usize, String> = BTreeMap::new();
        for error in &errors {
            let at = error.span().map_or(1, |span| line(span.start));
            problems.entry(at).or_insert_with(|| error.message().to_owned());
        }
        for (key, value) in table.get_ref() {
            let at = line(key.span().start);
            let Some(setting) = Setting::ALL.into_iter().find(|s| s.key() == key.get_ref()) else {
                problems.entry(at).or_insert(format!("there is no setting {}", key.get_ref()));
                continue;
            };
            let said = match value.get_ref() {
                DeValue::String(word) => word.to_string(),
                DeValue::Integer(n) => n.as_str().to_owned(),
                DeValue::Float(n) => n.as_str().to_owned(),
                _ => String::new(),
            };
            if !settings.set(setting, &said) {
                let words = setting.words().join(", ");
                problems.entry(at).or_insert(format!("{} is one of {words}", setting.key()));
            }
        }
        let told = |(line, problem)| format!("line {line}: {problem}");
        (settings, problems.into_iter().map(told).collect())
    }

    /// The text of settings.toml where there is none yet.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text =
            String::from("# Portolan's settings. The tutor's settings screen writes them.\n");
        for setting in Setting::ALL {
            let words = setting.words().join(", ");
            text += &format!("\n# {words}\n{}", self.line(setting));
        }
        text
    }

    /// Settings.toml with these settings in place of its own. All else in it stays: comments,
    /// order, keys that are not known here. None where it is no TOML.
    #[must_use]
    pub fn written_into(&self, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            return Some(self.to_text());
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return None;
        }
        let table = table.get_ref();
        let (before, _) = Self::read(text);
        let mut edits = Vec::new();
        let mut missing = String::new();
        for setting in Setting::ALL {
            if self.word(setting) == before.word(setting) {
                continue;
            }
            match table.iter().find(|(key, _)| key.get_ref() == setting.key()) {
                Some((_, value)) => edits.push((value.span(), self.literal(setting))),
                None => missing += &self.line(setting),
            }
        }
        let mut out = text.to_owned();
        // From the end, so that the places before stay where they are.
        sort::sort_by_key(&mut edits, |(span, _)| std::cmp::Reverse(span.start));
        for (span, literal) in edits {
            if out.get(span.clone()).is_some() {
                out.replace_range(span, &literal);
            }
        }
        // What follows a table's head belongs to that table.
        if table.values().any(|value| matches!(value.get_ref(), DeValue::Table(_))) {
            out.insert_str(0, &missing);
        } else if !missing.is_empty() {
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out += &missing;
        }
        Some(out)
    }

    fn literal(&self, setting: Setting) -> String {
        let quote = if setting == Setting::Speed { "" } else { "\"" };
        format!("{quote}{}{quote}", self.word(setting))
    }

    fn line(&self, setting: Setting) -> String {
        format!("{} = {}\n", setting.key(), self.literal(setting))
    }
}

/// Something stronger than a setting: a flag, the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Which setting has no say.
    pub setting: Setting,
    /// What holds instead.
    pub word: &'static str,
    /// Who says so: `NO_COLOR`, `--theme`.
    pub by: &'static str,
}

/// The settings screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SettingsScreen {
    /// The row chosen: an index into [`Setting::ALL`].
    pub chosen: usize,
}

pub(super) fn act(model: &mut Model, action: Action, effects: &mut Vec<Effect>) {
    let Screen::Settings(screen) = &mut model.screen else { return };
    let last = Setting::ALL.len() - 1;
    match action {
        Action::Up => screen.chosen = screen.chosen.saturating_sub(1),
        Action::Down => screen.chosen = (screen.chosen + 1).min(last),
        Action::NextValue | Action::PreviousValue => {
            let setting = Setting::ALL[screen.chosen.min(last)];
            model.settings.turn(setting, if action == Action::NextValue { 1 } else { -1 });
            effects.push(Effect::KeepSettings(model.settings));
        }
        Action::Back => home::show(model),
        _ => {}
    }
}

/// A click on a row chooses it; on the chosen one it takes its next value.
pub(super) fn click(model: &mut Model, row: usize, effects: &mut Vec<Effect>) {
    let Screen::Settings(screen) = &mut model.screen else { return };
    if screen.chosen == row {
        act(model, Action::NextValue, effects);
    } else if row < Setting::ALL.len() {
        screen.chosen = row;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_every_setting_is_written_and_read_again() {
        for setting in Setting::ALL {
            for word in setting.words() {
                let mut settings = Settings::default();
                assert!(settings.set(setting, &word), "{setting:?} {word}");
                assert_eq!(settings.word(setting), word);
                assert_eq!(Settings::read(&settings.to_text()), (settings, Vec::new()));
            }
        }
    }

    #[test]
    fn turning_a_setting_goes_through_all_its_values_and_round() {
        for setting in Setting::ALL {
            let mut settings = Settings::default();
            let mut seen = Vec::new();
            for _ in setting.words() {
                settings.turn(setting, 1);
                seen.push(settings.word(setting));
            }
            assert_eq!(settings, Settings::default());
            seen.sort();
            let mut words = setting.words();
            words.sort();
            assert_eq!(seen, words);
            settings.turn(setting, -1);
            settings.turn(setting, 1);
            assert_eq!(settings, Settings::default());
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_holds() {
        let text = "theme = \"light\"\ncolour = 1\ncolours = [16]\nspeed = 3\n\nglyphs = \"ascii\"\nmotion = \n";
        let (settings, problems) = Settings::read(text);
        let wanted = Settings {
            theme: ThemeChoice::Light,
            glyphs: GlyphChoice::Ascii,
            ..Settings::default()
        };
        assert_eq!(settings, wanted);
        assert_eq!(
            problems,
            [
                "line 2: there is no setting colour",
                "line 3: colours is one of auto, true, 256, 16, none",
                "line 4: speed is one of 0.25, 0.5, 0.75, 1, 1.5, 2, 4",
                "line 7: string values must be quoted, expected literal string",
            ]
        );
    }

    #[test]
    fn numbers_and_words_may_both_be_written_where_a_value_looks_like_a_number() {
        let (settings, problems) = Settings::read("colours = 256\nspeed = \"0.5\"\n");
        assert_eq!(problems, [""; 0]);
        assert_eq!(settings.colours, Colours::Indexed);
        assert!((settings.speed.times() - 0.5).abs() < 1e-9);
    }
    #[test]
    fn writing_changes_what_was_set_and_nothing_else_of_the_file() {
        let mut settings = Settings::default();
        settings.set(Setting::Theme, "light");
        settings.set(Setting::Speed, "2");
        let text = "# mine\nspeed = 0.5 # slow\nlater = 1\n";
        assert_eq!(
            settings.written_into(text).as_deref(),
            Some("# mine\nspeed = 2 # slow\nlater = 1\ntheme = \"light\"\n")
        );
        let text = "theme = 'dark'\n[later]\nspeed = 4";
        let written = "speed = 2\ntheme = \"light\"\n[later]\nspeed = 4";
        assert_eq!(settings.written_into(text).as_deref(), Some(written));
        assert_eq!(settings.written_into(written).as_deref(), Some(written));
        assert_eq!(settings.written_into("theme = \n"), None);
        assert_eq!(settings.written_into(" \n"), Some(settings.to_text()));
    }
}

//! From settings, flags and what the environment says of the terminal to the theme.

use super::theme::{Depth, Theme, Tone};
use crate::app::settings::{
    Colours, GlyphChoice, Motion, Override, Setting, Settings, ThemeChoice,
};

/// What the command line says in place of settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--theme`.
    pub theme: Option<ThemeChoice>,
    /// `--colours`.
    pub colours: Option<Colours>,
    /// `--glyphs`.
    pub glyphs: Option<GlyphChoice>,
    /// `--motion`.
    pub motion: Option<Motion>,
}

/// What the environment says of the terminal. Nothing is asked of the terminal itself,
/// which would hold up the first frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Environment {
    /// The variable that forbids colours.
    no_colour: Option<&'static str>,
    /// The colours that the terminal seems to have.
    depth: Depth,
    /// The background, where `COLORFGBG` (`15;0`: the background last) tells it.
    tone: Option<Tone>,
    /// Is the locale UTF-8? None where none is set.
    utf8: Option<bool>,
    /// It is no terminal that would show a question in place of answering it.
    knows_questions: bool,
}

impl Environment {
    /// Reads `NO_COLOR`, `TERM`, `COLORTERM`, `COLORFGBG` and the locale (`LC_ALL`,
    /// `LC_CTYPE`, `LANG`). `var` looks up a variable; an empty one is as good as none.
    #[must_use]
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let no_colour = if set("NO_COLOR").is_some() {
            Some("NO_COLOR")
        } else if term == "dumb" {
            Some("TERM=dumb")
        } else {
            None
        };
        let depth = if set("COLORTERM").is_some_and(|v| v == "truecolor" || v == "24bit") {
            Depth::True
        } else if term.contains("256color") || term.contains("direct") {
            Depth::Indexed
        } else {
            Depth::Sixteen
        };
        let background = set("COLORFGBG").and_then(|v| v.rsplit(';').next()?.parse::<u8>().ok());
        let tone = background.map(|colour| match colour {
            7 | 9..=15 => Tone::Light,
            _ => Tone::Dark,
        });
        // POSIX: the first of these that is set decides.
        let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
        let utf8 = locale.map(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let knows_questions = !matches!(term.as_str(), "" | "dumb" | "linux");
        Self { no_colour, depth, tone, utf8, knows_questions }
    }

    /// For a file that others will look at, on terminals and pages that nobody knows yet:
    /// 256 colours on dark, with Unicode.
    #[must_use]
    pub fn of_a_file() -> Self {
        Self {
            no_colour: None,
            depth: Depth::Indexed,
            tone: Some(Tone::Dark),
            utf8: Some(true),
            knows_questions: false,
        }
    }

    /// May the terminal be asked for its background? Not where it may show the question:
    /// the console of Linux, a dumb terminal. On Windows the answer's parts come apart.
    #[must_use]
    pub fn may_ask(&self) -> bool {
        self.knows_questions && !cfg!(windows)
    }

    /// What is stronger than the settings: a flag, else the environment where it forbids
    /// something.
    #[must_use]
    pub fn overrides(&self, flags: &Flags) -> Vec<Override> {
        let by_flag = |setting, word: Option<&'static str>, by| {
            word.map(|word| Override { setting, word, by })
        };
        // Elsewhere the locale says nothing of the terminal.
        let not_utf8 = self.utf8 == Some(false) && !cfg!(any(windows, target_os = "macos"));
        let colours = self.no_colour.map(|by| {
            let word = Colours::None.word();
            Override { setting: Setting::Colours, word, by }
        });
        let glyphs = not_utf8.then(|| {
            let word = GlyphChoice::Ascii.word();
            Override { setting: Setting::Glyphs, word, by: "the locale, which is not UTF-8" }
        });
        let all = [
            by_flag(Setting::Theme, flags.theme.map(ThemeChoice::word), "--theme"),
            by_flag(Setting::Colours, flags.colours.map(Colours::word), "--colours").or(colours),
            by_flag(Setting::Glyphs, flags.glyphs.map(GlyphChoice::word), "--glyphs").or(glyphs),
            by_flag(Setting::Motion, flags.motion.map(Motion::word), "--motion"),
        ];
        all.into_iter().flatten().collect()
    }

    /// The theme of the settings that hold. `asked` is the background that the terminal
    /// itself told, where it did.
    #[must_use]
    pub fn theme(&self, settings: &Settings, asked: Option<Tone>) -> Theme {
        let depth = match settings.colours {
            Colours::Auto => self.depth,
            Colours::True => Depth::True,
            Colours::Indexed => Depth::Indexed,
            Colours::Sixteen => Depth::Sixteen,
            Colours::None => Depth::None,
        };
        let tone = match settings.theme {
            ThemeChoice::Auto => asked.or(self.tone).unwrap_or(Tone::Dark),
            ThemeChoice::Dark => Tone::Dark,
            ThemeChoice::Light => Tone::Light,
        };
        let ascii = match settings.glyphs {
            // POSIX: where no locale is set it is C, which is ASCII.
            GlyphChoice::Auto => {
                !self.utf8.unwrap_or(false) && !cfg!(any(windows, target_os = "macos"))
            }
            GlyphChoice::Unicode => false,
            GlyphChoice::Ascii => true,
        };
        Theme::new(depth, tone, ascii)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// The theme in force, and who says what in place of the settings.
    fn chosen(
        pairs: &[(&str, &str)],
        settings: &[(Setting, &str)],
        flags: Flags,
        asked: Option<Tone>,
    ) -> (Depth, Tone, bool, Vec<&'static str>) {
        let environment = of(pairs);
        let mut in_force = Settings::default();
        for (setting, word) in settings {
            assert!(in_force.set(*setting, word));
        }
        let overrides = environment.overrides(&flags);
        for Override { setting, word, .. } in &overrides {
            assert!(in_force.set(*setting, word));
        }
        let theme = environment.theme(&in_force, asked);
        let ascii = theme.glyphs.arrow.is_ascii();
        (theme.depth, theme.tone, ascii, overrides.iter().map(|o| o.by).collect())
    }

    const UTF8: (&str, &str) = ("LANG", "en_US.UTF-8");

    #[test]
    fn without_settings_the_environment_decides_colours_background_and_glyphs() {
        let none = Flags::default();
        let said = |pairs: &[(&str, &str)]| chosen(pairs, &[], none, None);
        assert_eq!(
            said(&[("TERM", "xterm-256color"), UTF8]),
            (Depth::Indexed, Tone::Dark, false, vec![])
        );
        assert_eq!(
            said(&[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("COLORFGBG", "0;15"), UTF8]),
            (Depth::True, Tone::Light, false, vec![])
        );
        assert_eq!(
            said(&[("TERM", "xterm"), ("NO_COLOR", ""), UTF8]),
            (Depth::Sixteen, Tone::Dark, false, vec![])
        );
        assert_eq!(
            said(&[("TERM", "xterm-256color"), ("NO_COLOR", "1"), UTF8]),
            (Depth::None, Tone::Dark, false, vec!["NO_COLOR"])
        );
        assert_eq!(
            said(&[("TERM", "dumb"), UTF8]),
            (Depth::None, Tone::Dark, false, vec!["TERM=dumb"])
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_locale_that_is_not_utf8_means_ascii_whatever_is_set() {
        let unicode = &[(Setting::Glyphs, "unicode")][..];
        let none = Flags::default();
        let ascii = |pairs: &[(&str, &str)], settings| chosen(pairs, settings, none, None).2;
        assert!(ascii(&[("LC_ALL", "C"), UTF8], &[]));
        assert!(ascii(&[("LC_ALL", "C"), UTF8], unicode));
        // No locale at all forbids nothing.
        assert!(ascii(&[], &[]));
        assert!(!ascii(&[], unicode));
    }

    #[test]
    fn a_flag_is_stronger_than_the_environment_and_that_than_a_setting() {
        let settings =
            &[(Setting::Theme, "light"), (Setting::Colours, "16"), (Setting::Glyphs, "ascii")];
        let none = Flags::default();
        assert_eq!(
            chosen(&[UTF8, ("COLORTERM", "truecolor")], settings, none, Some(Tone::Dark)),
            (Depth::Sixteen, Tone::Light, true, vec![])
        );
        let pairs = &[("NO_COLOR", "1"), UTF8];
        assert_eq!(
            chosen(pairs, settings, none, None),
            (Depth::None, Tone::Light, true, vec!["NO_COLOR"])
        );
        let flags = Flags {
            theme: Some(ThemeChoice::Auto),
            colours: Some(Colours::True),
            glyphs: Some(GlyphChoice::Unicode),
            motion: Some(Motion::Reduced),
        };
        assert_eq!(
            chosen(pairs, settings, flags, Some(Tone::Light)),
            (Depth::True, Tone::Light, false, vec!["--theme", "--colours", "--glyphs", "--motion"])
        );
    }

    #[test]
    fn what_the_terminal_tells_of_its_background_is_stronger_than_colorfgbg() {
        let pairs = &[("COLORFGBG", "0;15"), UTF8];
        let tone = |asked| chosen(pairs, &[], Flags::default(), asked).1;
        assert_eq!((tone(None), tone(Some(Tone::Dark))), (Tone::Light, Tone::Dark));
    }
}

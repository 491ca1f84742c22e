//! How things look, said on the command line in place of the settings.

use crate::app::settings::{Colours, GlyphChoice, Motion, ThemeChoice};
use crate::ui::environment::Flags;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Flags that are stronger than the settings and the environment.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Looks {
    /// The background that colours are chosen for
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(ThemeChoice::WORDS)
        .map(|word| ThemeChoice::of_word(&word).unwrap_or_default()))]
    theme: Option<ThemeChoice>,
    /// How many colours
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(Colours::WORDS)
        .map(|word| Colours::of_word(&word).unwrap_or_default()))]
    colours: Option<Colours>,
    /// Characters of Unicode, or plain ASCII
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(GlyphChoice::WORDS)
        .map(|word| GlyphChoice::of_word(&word).unwrap_or_default()))]
    glyphs: Option<GlyphChoice>,
    /// Packets that move, or that step from place to place
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(Motion::WORDS)
        .map(|word| Motion::of_word(&word).unwrap_or_default()))]
    motion: Option<Motion>,
}

impl Looks {
    pub(super) fn flags(&self) -> Flags {
        let Self { theme, colours, glyphs, motion } = *self;
        Flags { theme, colours, glyphs, motion }
    }
}

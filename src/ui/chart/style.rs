//! Styles and glyphs of the chart: the theme fills them.

use crate::ui::theme::{Depth, Theme, Tone};
use ratatui::style::{Color, Modifier, Style};

/// What stands for what. Every glyph is one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartGlyphs {
    /// Only ASCII may be drawn.
    pub ascii: bool,
    /// The packet at rest.
    pub packet: char,
    /// The packet moving right, down, left, up.
    pub heads: [char; 4],
    /// Delivered; also a ready Pod.
    pub ok: char,
    /// Refused.
    pub refused: char,
    /// Lost; also a Pod that is not ready.
    pub lost: char,
    /// No such name.
    pub unresolved: char,
    /// Stands before what is chosen.
    pub chosen: char,
    /// Stands before what could be chosen.
    pub candidate: char,
    /// Between an address and what it becomes.
    pub becomes: char,
    /// Where a text was cut.
    pub cut: char,
}

impl ChartGlyphs {
    /// Unicode.
    pub const UNICODE: Self = Self {
        ascii: false,
        packet: '●',
        heads: ['▶', '▼', '◀', '▲'],
        ok: '✓',
        refused: '✗',
        lost: '◌',
        unresolved: '?',
        chosen: '◆',
        candidate: '◇',
        becomes: '→',
        cut: '…',
    };

    /// ASCII only.
    pub const ASCII: Self = Self {
        ascii: true,
        packet: '@',
        heads: ['>', 'v', '<', '^'],
        ok: '+',
        refused: 'x',
        lost: 'o',
        unresolved: '?',
        chosen: '*',
        candidate: '.',
        becomes: '>',
        cut: '~',
    };
}

/// The chart's styles and glyphs. Meaning never hangs on colour alone: each of
/// these has its own glyph, line or word too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartStyle {
    /// Boxes and links.
    pub border: Style,
    /// The box where the packet is.
    pub border_here: Style,
    /// Names of zones and nodes.
    pub title: Style,
    /// Plain text.
    pub text: Style,
    /// What matters less.
    pub dim: Style,
    /// The packet's way.
    pub way: Style,
    /// The reply's way.
    pub reply: Style,
    /// The packet.
    pub packet: Style,
    /// The trail behind the packet, nearest first.
    pub trail: [Style; 4],
    /// An address that was just rewritten.
    pub rewritten: Style,
    /// The endpoint chosen, and those it is chosen from.
    pub choice: Style,
    /// Delivered, ready.
    pub ok: Style,
    /// Refused.
    pub refused: Style,
    /// Lost, not ready.
    pub lost: Style,
    /// No such name.
    pub unresolved: Style,
    /// A name of an object's field.
    pub field: Style,
    /// Everything, when the chart is greyed.
    pub stale: Style,
    /// The glyphs.
    pub glyphs: ChartGlyphs,
}

impl Default for ChartStyle {
    fn default() -> Self {
        Self::dark()
    }
}

impl ChartStyle {
    /// True colour on a dark background.
    #[must_use]
    pub fn dark() -> Self {
        let fg = |r, g, b| Style::new().fg(Color::Rgb(r, g, b));
        Self {
            border: fg(104, 116, 134),
            border_here: fg(190, 204, 224),
            title: fg(150, 166, 190),
            text: fg(208, 216, 228),
            dim: fg(138, 150, 170),
            way: fg(64, 156, 232),
            reply: fg(172, 132, 240),
            packet: fg(255, 214, 92).add_modifier(Modifier::BOLD),
            trail: [fg(240, 208, 112), fg(196, 194, 140), fg(142, 180, 176), fg(98, 166, 208)],
            rewritten: fg(255, 214, 92).add_modifier(Modifier::BOLD),
            choice: fg(255, 170, 92).add_modifier(Modifier::BOLD),
            ok: fg(96, 210, 140).add_modifier(Modifier::BOLD),
            refused: fg(255, 112, 104).add_modifier(Modifier::BOLD),
            lost: fg(214, 138, 196).add_modifier(Modifier::BOLD),
            unresolved: fg(244, 178, 84).add_modifier(Modifier::BOLD),
            field: fg(124, 208, 216),
            stale: fg(132, 138, 150),
            glyphs: ChartGlyphs::UNICODE,
        }
    }

    /// True colour on a light background.
    #[must_use]
    pub fn light() -> Self {
        let fg = |r, g, b| Style::new().fg(Color::Rgb(r, g, b));
        Self {
            border: fg(138, 146, 158),
            border_here: fg(70, 82, 100),
            title: fg(84, 98, 122),
            text: fg(34, 40, 50),
            dim: fg(96, 106, 122),
            way: fg(0, 102, 190),
            reply: fg(116, 62, 190),
            packet: fg(176, 80, 0).add_modifier(Modifier::BOLD),
            trail: [fg(166, 98, 34), fg(126, 102, 76), fg(84, 102, 118), fg(44, 104, 156)],
            rewritten: fg(176, 80, 0).add_modifier(Modifier::BOLD),
            choice: fg(168, 76, 0).add_modifier(Modifier::BOLD),
            ok: fg(0, 112, 56).add_modifier(Modifier::BOLD),
            refused: fg(194, 32, 32).add_modifier(Modifier::BOLD),
            lost: fg(146, 42, 122).add_modifier(Modifier::BOLD),
            unresolved: fg(152, 84, 0).add_modifier(Modifier::BOLD),
            field: fg(0, 112, 124),
            stale: fg(108, 114, 124),
            glyphs: ChartGlyphs::UNICODE,
        }
    }

    /// The terminal's own 16 colours.
    #[must_use]
    fn ansi16(tone: Tone) -> Self {
        // The terminal's own colour, said: else what lies below, a border's, would stay.
        let plain = Style::new().fg(Color::Reset);
        // Yellow on white can't be read.
        let bright = match tone {
            Tone::Dark => Color::Yellow,
            Tone::Light => Color::Magenta,
        };
        let bold = |color| Style::new().fg(color).add_modifier(Modifier::BOLD);
        let fg = |color| Style::new().fg(color);
        Self {
            border: fg(Color::DarkGray),
            border_here: plain.add_modifier(Modifier::BOLD),
            title: plain.add_modifier(Modifier::BOLD),
            text: plain,
            dim: fg(Color::DarkGray),
            way: fg(Color::Blue),
            reply: fg(Color::Magenta),
            packet: bold(bright),
            trail: [fg(bright), fg(Color::Cyan), fg(Color::Cyan), fg(Color::Blue)],
            rewritten: bold(bright),
            choice: bold(bright),
            ok: bold(Color::Green),
            refused: bold(Color::Red),
            lost: bold(Color::Magenta),
            unresolved: bold(bright),
            field: fg(Color::Cyan),
            stale: fg(Color::DarkGray),
            glyphs: ChartGlyphs::UNICODE,
        }
    }

    /// No colour at all (NO_COLOR): weight, glyphs and words only.
    #[must_use]
    pub fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        Self {
            border: dim,
            border_here: bold,
            title: bold,
            text: plain,
            dim,
            way: plain,
            reply: plain,
            packet: bold.add_modifier(Modifier::REVERSED),
            trail: [bold, bold, plain, plain],
            rewritten: bold.add_modifier(Modifier::UNDERLINED),
            choice: bold.add_modifier(Modifier::REVERSED),
            ok: bold,
            refused: bold,
            lost: bold,
            unresolved: bold,
            field: plain.add_modifier(Modifier::UNDERLINED),
            stale: dim,
            glyphs: ChartGlyphs::UNICODE,
        }
    }

    /// The chart's styles within a theme: its colours for what both name, its depth
    /// and its glyphs.
    #[must_use]
    pub fn of(theme: &Theme) -> Self {
        let full = match theme.tone {
            Tone::Dark => Self::dark(),
            Tone::Light => Self::light(),
        };
        let plain = |style: Style| Style { add_modifier: Modifier::empty(), ..style };
        let style = match theme.depth {
            Depth::None => Self::mono(),
            Depth::Sixteen => Self::ansi16(theme.tone),
            Depth::Indexed => full.map(indexed),
            Depth::True => full,
        };
        let style = if theme.depth == Depth::None {
            style
        } else {
            Self {
                border: theme.faint,
                text: theme.text,
                way: plain(theme.request),
                reply: plain(theme.reply),
                ok: theme.good.add_modifier(Modifier::BOLD),
                refused: theme.bad.add_modifier(Modifier::BOLD),
                ..style
            }
        };
        if theme.glyphs.arrow.is_ascii() { style.with_ascii() } else { style }
    }

    fn map(self, change: impl Fn(Style) -> Style) -> Self {
        Self {
            border: change(self.border),
            border_here: change(self.border_here),
            title: change(self.title),
            text: change(self.text),
            dim: change(self.dim),
            way: change(self.way),
            reply: change(self.reply),
            packet: change(self.packet),
            trail: self.trail.map(&change),
            rewritten: change(self.rewritten),
            choice: change(self.choice),
            ok: change(self.ok),
            refused: change(self.refused),
            lost: change(self.lost),
            unresolved: change(self.unresolved),
            field: change(self.field),
            stale: change(self.stale),
            glyphs: self.glyphs,
        }
    }

    /// The same styles with ASCII glyphs and lines.
    #[must_use]
    pub fn with_ascii(mut self) -> Self {
        self.glyphs = ChartGlyphs::ASCII;
        self
    }
}

/// The nearest of the 216 colours of the 256-colour cube.
fn indexed(style: Style) -> Style {
    let Some(Color::Rgb(r, g, b)) = style.fg else { return style };
    // The cube's steps: 0, 95, 135, 175, 215, 255.
    let step = |v: u8| match v {
        0..48 => 0,
        48..115 => 1,
        _ => (v - 35) / 40,
    };
    style.fg(Color::Indexed(16 + 36 * step(r) + 6 * step(g) + step(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::tests::contrast;

    #[test]
    fn words_and_lines_of_a_chart_can_be_seen_on_dark_and_on_light() {
        for (style, paper) in [
            (ChartStyle::dark(), Color::Rgb(0x12, 0x16, 0x1c)),
            (ChartStyle::light(), Color::Rgb(0xff, 0xff, 0xff)),
        ] {
            for (style, least) in [(style, 4.5), (style.map(indexed), 4.0)] {
                let ChartStyle { border_here, title, text, dim, way, reply, packet, .. } = style;
                let ChartStyle { rewritten, choice, ok, refused, lost, unresolved, .. } = style;
                let words = [
                    border_here,
                    title,
                    text,
                    dim,
                    way,
                    reply,
                    packet,
                    rewritten,
                    choice,
                    ok,
                    refused,
                    lost,
                    unresolved,
                    style.field,
                    style.stale,
                ];
                for word in words {
                    let is = contrast(word.fg.unwrap(), paper);
                    assert!(is >= least, "{word:?} on {paper}: {is:.2}");
                }
                // Lines are no words: WCAG wants 3 of them.
                for line in style.trail.into_iter().chain([style.border]) {
                    let is = contrast(line.fg.unwrap(), paper);
                    assert!(is >= 3.0, "{line:?} on {paper}: {is:.2}");
                }
            }
        }
    }
}

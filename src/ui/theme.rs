//! The one theme: styles by meaning, glyphs by what the terminal can show.
//!
//! Nothing is told by colour alone: whatever a style says, a glyph or a word
//! says too, so [`Depth::None`] loses nothing.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None (`NO_COLOR`): bold, dim, underline and reverse only.
    None,
    /// The terminal's own 16.
    Sixteen,
    /// The 256 indexed ones.
    Indexed,
    /// 24 bits.
    True,
}

/// Is the terminal's background dark or light?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
}

/// What stands for what. Each is one column wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// Done, met, right, delivered.
    pub yes: &'static str,
    /// Failed, wrong, refused.
    pub no: &'static str,
    /// A warning.
    pub warn: &'static str,
    /// Open: not done yet.
    pub open: &'static str,
    /// Begun.
    pub half: &'static str,
    /// Done, as a dot in a trail.
    pub dot: &'static str,
    /// Points at the chosen row.
    pub pointer: &'static str,
    /// A list's bullet.
    pub bullet: &'static str,
    /// Leads from one to another, as in `10.96.0.10:80 → 10.244.1.10:8080`.
    pub arrow: &'static str,
    /// Parts of a path: `NodePort › 3/9`.
    pub crumb: &'static str,
    /// A packet on its way.
    pub packet: &'static str,
    /// A link's piece, lengthwise.
    pub wire_h: &'static str,
    /// A link's piece, upright.
    pub wire_v: &'static str,
    /// The four corners of a link: `┏┓┗┛`.
    pub wire_corners: [&'static str; 4],
    /// Heads of a link: right, left, up, down.
    pub heads: [&'static str; 4],
    /// A full and an empty piece of a bar.
    pub bar: [&'static str; 2],
    /// Full and empty pieces of a scroll bar.
    pub scroll: [&'static str; 2],
    /// A rule, lengthwise and upright.
    pub rule: [&'static str; 2],
    /// Playing, paused.
    pub play: [&'static str; 2],
    /// Something was left out.
    pub ellipsis: &'static str,
    /// Between two things of one line: `12 min · 4 of 9 steps`.
    pub middot: &'static str,
    /// A star for what was earned.
    pub star: &'static str,
    /// Arrow keys in hints: left, right, up, down.
    pub arrow_keys: [&'static str; 4],
    /// A box's border.
    pub border: border::Set<'static>,
    /// The border of a box inside a box.
    pub inner_border: border::Set<'static>,
}

const UNICODE: Glyphs = Glyphs {
    yes: "✓",
    no: "✗",
    warn: "!",
    open: "○",
    half: "◐",
    dot: "●",
    pointer: "▸",
    bullet: "•",
    arrow: "→",
    crumb: "›",
    packet: "●",
    wire_h: "━",
    wire_v: "┃",
    wire_corners: ["┏", "┓", "┗", "┛"],
    heads: ["▶", "◀", "▲", "▼"],
    bar: ["━", "─"],
    scroll: ["┃", "│"],
    rule: ["─", "│"],
    play: ["▶", "⏸"],
    ellipsis: "…",
    middot: "·",
    star: "★",
    arrow_keys: ["←", "→", "↑", "↓"],
    border: border::ROUNDED,
    inner_border: border::PLAIN,
};

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

const ASCII: Glyphs = Glyphs {
    yes: "+",
    no: "x",
    warn: "!",
    open: "o",
    half: "~",
    dot: "*",
    pointer: ">",
    bullet: "-",
    arrow: ">",
    crumb: ">",
    packet: "@",
    wire_h: "=",
    wire_v: "|",
    wire_corners: ["+", "+", "+", "+"],
    heads: [">", "<", "^", "v"],
    bar: ["#", "."],
    scroll: ["#", "|"],
    rule: ["-", "|"],
    play: [">", "="],
    ellipsis: "~",
    middot: "-",
    star: "*",
    arrow_keys: ["<", ">", "^", "v"],
    border: ASCII_BORDER,
    inner_border: ASCII_BORDER,
};

/// Styles by meaning. The terminal's own background is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// How many colours it uses.
    pub depth: Depth,
    /// For which background it was made.
    pub tone: Tone,
    /// The glyphs.
    pub glyphs: Glyphs,
    /// Plain text.
    pub text: Style,
    /// Text that may be overlooked: labels, notes.
    pub dim: Style,
    /// Lines, borders, marks of what is not done. Too faint for words.
    pub faint: Style,
    /// Headings.
    pub title: Style,
    /// Where the focus is; keys in hints.
    pub accent: Style,
    /// A second hue: the Service, names of objects.
    pub second: Style,
    /// Met, delivered, right.
    pub good: Style,
    /// Refused, wrong, an error.
    pub bad: Style,
    /// Pending, a warning.
    pub warn: Style,
    /// Advice.
    pub info: Style,
    /// The chosen row.
    pub chosen: Style,
    /// Selected text.
    pub selection: Style,
    /// The line the cursor is in.
    pub cursor_line: Style,
    /// Code within text.
    pub code: Style,
    /// A YAML key.
    pub key: Style,
    /// A YAML string.
    pub string: Style,
    /// A YAML number or true, false, null.
    pub number: Style,
    /// A YAML comment.
    pub comment: Style,
    /// Dashes, colons and other marks of YAML.
    pub mark: Style,
    /// A packet on its way there.
    pub request: Style,
    /// The answer on its way back.
    pub reply: Style,
}

/// One hue in the three depths that have colours.
struct Hue {
    rgb: u32,
    indexed: u8,
    sixteen: Color,
}

const fn hue(rgb: u32, indexed: u8, sixteen: Color) -> Hue {
    Hue { rgb, indexed, sixteen }
}

impl Hue {
    fn at(&self, depth: Depth) -> Option<Color> {
        match depth {
            Depth::None => None,
            Depth::Sixteen => Some(self.sixteen),
            Depth::Indexed => Some(Color::Indexed(self.indexed)),
            Depth::True => Some(Color::from_u32(self.rgb)),
        }
    }
}

struct Palette {
    dim: Hue,
    faint: Hue,
    accent: Hue,
    second: Hue,
    good: Hue,
    bad: Hue,
    warn: Hue,
    info: Hue,
    string: Hue,
    number: Hue,
    chosen_bg: Hue,
    line_bg: Hue,
    select_bg: Hue,
    code: Hue,
    /// Text on the backgrounds above.
    on_bg: Hue,
}

const DARK: Palette = Palette {
    dim: hue(0x9a_a5b1, 248, Color::Gray),
    faint: hue(0x6f_7b89, 243, Color::DarkGray),
    accent: hue(0x5f_b3d9, 74, Color::LightCyan),
    second: hue(0xc3_a6ff, 183, Color::LightMagenta),
    good: hue(0x8f_ce8a, 114, Color::LightGreen),
    bad: hue(0xf2_8779, 210, Color::LightRed),
    warn: hue(0xe6_c07b, 180, Color::LightYellow),
    info: hue(0x82_aaff, 111, Color::LightBlue),
    string: hue(0xb5_cea8, 151, Color::Green),
    number: hue(0xf0_a97a, 216, Color::Yellow),
    chosen_bg: hue(0x24_3444, 237, Color::Reset),
    line_bg: hue(0x1e_2630, 235, Color::Reset),
    select_bg: hue(0x34_5270, 24, Color::Blue),
    code: hue(0xd7_ba7d, 180, Color::Yellow),
    on_bg: hue(0xf2_f5f8, 255, Color::Reset),
};

const LIGHT: Palette = Palette {
    dim: hue(0x57_606a, 240, Color::DarkGray),
    faint: hue(0x84_8c96, 244, Color::DarkGray),
    accent: hue(0x06_6a9c, 25, Color::Blue),
    second: hue(0x7a_3fb0, 91, Color::Magenta),
    good: hue(0x1f_7a34, 22, Color::Green),
    bad: hue(0xb3_261e, 124, Color::Red),
    // Yellow on white can't be read.
    warn: hue(0x8a_5a00, 94, Color::Red),
    info: hue(0x2f_5fc4, 26, Color::Blue),
    string: hue(0x3d_6e2f, 58, Color::Green),
    number: hue(0xa0_4a00, 124, Color::Red),
    chosen_bg: hue(0xdc_ebf5, 254, Color::Reset),
    line_bg: hue(0xf0_f3f6, 255, Color::Reset),
    select_bg: hue(0xb6_d7f0, 153, Color::Cyan),
    code: hue(0x7a_5200, 94, Color::Red),
    on_bg: hue(0x16_1b21, 234, Color::Reset),
};

impl Theme {
    /// The theme for a number of colours, a background and a glyph set (`ascii`: ASCII only).
    #[must_use]
    pub fn new(depth: Depth, tone: Tone, ascii: bool) -> Self {
        let palette = match tone {
            Tone::Dark => &DARK,
            Tone::Light => &LIGHT,
        };
        let plain = Style::new();
        let fg = |hue: &Hue| hue.at(depth).map_or(plain, |colour| plain.fg(colour));
        let bold = |style: Style| style.add_modifier(Modifier::BOLD);
        let colourless = depth == Depth::None;
        // With a background of its own comes its text: whatever the terminal's is, it can be read.
        let on = |colour| match palette.on_bg.at(depth) {
            Some(text) if depth != Depth::Sixteen => plain.bg(colour).fg(text),
            _ => plain.bg(colour),
        };
        // Without a background of its own the chosen row is told by reverse or bold.
        let back = |hue: &Hue| match hue.at(depth) {
            None => plain.add_modifier(Modifier::REVERSED),
            Some(Color::Reset) => plain.add_modifier(Modifier::BOLD),
            Some(colour) => on(colour),
        };
        let dim = if colourless { plain.add_modifier(Modifier::DIM) } else { fg(&palette.dim) };
        let faint = if colourless { plain.add_modifier(Modifier::DIM) } else { fg(&palette.faint) };
        let loud = |hue: &Hue| if colourless { bold(plain) } else { fg(hue) };
        Self {
            depth,
            tone,
            glyphs: if ascii { ASCII } else { UNICODE },
            text: plain,
            dim,
            faint,
            title: bold(plain),
            accent: bold(fg(&palette.accent)),
            second: fg(&palette.second),
            good: loud(&palette.good),
            bad: loud(&palette.bad),
            warn: loud(&palette.warn),
            info: fg(&palette.info),
            chosen: back(&palette.chosen_bg),
            selection: match palette.select_bg.at(depth) {
                None => plain.add_modifier(Modifier::REVERSED),
                Some(colour) => on(colour),
            },
            cursor_line: match palette.line_bg.at(depth) {
                None | Some(Color::Reset) => plain,
                Some(colour) => plain.bg(colour),
            },
            code: if colourless { bold(plain) } else { fg(&palette.code) },
            key: fg(&palette.accent),
            string: fg(&palette.string),
            number: fg(&palette.number),
            comment: dim.add_modifier(Modifier::ITALIC),
            mark: dim,
            request: bold(fg(&palette.accent)),
            reply: bold(fg(&palette.second)),
        }
    }
}

impl Default for Theme {
    /// 256 colours on dark, with Unicode glyphs.
    fn default() -> Self {
        Self::new(Depth::Indexed, Tone::Dark, false)
    }
}

#[cfg(test)]
pub(in crate::ui) mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn without_colour_no_style_has_one() {
        let theme = Theme::new(Depth::None, Tone::Dark, true);
        let Theme { text, dim, faint, title, accent, second, good, bad, warn, info, .. } = theme;
        let Theme { chosen, selection, cursor_line, code, key, string, number, .. } = theme;
        let all = [
            text,
            dim,
            faint,
            title,
            accent,
            second,
            good,
            bad,
            warn,
            info,
            chosen,
            selection,
            cursor_line,
            code,
            key,
            string,
            number,
            theme.comment,
            theme.mark,
            theme.request,
            theme.reply,
        ];
        assert!(all.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        assert_ne!(theme.chosen, theme.text);
    }

    /// WCAG's contrast of two colours, 1 to 21.
    pub(in crate::ui) fn contrast(a: Color, b: Color) -> f64 {
        let light = |colour: Color| {
            let [r, g, b] = rgb(colour).map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn rgb(colour: Color) -> [u8; 3] {
        match colour {
            Color::Rgb(r, g, b) => [r, g, b],
            Color::Indexed(grey @ 232..) => [8 + 10 * (grey - 232); 3],
            Color::Indexed(i) => {
                let step = |n: u8| [0, 95, 135, 175, 215, 255][usize::from(n)];
                let i = i - 16;
                [step(i / 36), step(i / 6 % 6), step(i % 6)]
            }
            other => panic!("{other:?} is as the terminal has it"),
        }
    }

    #[test]
    fn words_can_be_read_on_dark_and_on_light() {
        for depth in [Depth::Indexed, Depth::True] {
            for (tone, papers) in [
                (Tone::Dark, [Color::Rgb(0, 0, 0), Color::Rgb(0x28, 0x2c, 0x34)]),
                (Tone::Light, [Color::Rgb(255, 255, 255), Color::Rgb(0xfd, 0xf6, 0xe3)]),
            ] {
                let theme = Theme::new(depth, tone, false);
                let Theme { dim, accent, second, good, bad, warn, info, .. } = theme;
                let Theme { code, key, string, number, comment, mark, request, reply, .. } = theme;
                let words = [
                    dim, accent, second, good, bad, warn, info, code, key, string, number, comment,
                    mark, request, reply,
                ];
                let own = [theme.chosen, theme.selection, theme.cursor_line];
                for style in words {
                    for paper in papers {
                        let is = contrast(style.fg.unwrap(), paper);
                        assert!(is >= 4.5, "{depth:?} {tone:?} {style:?} on {paper}: {is:.1}");
                    }
                    for paper in [theme.chosen, theme.cursor_line] {
                        let is = contrast(style.fg.unwrap(), paper.bg.unwrap());
                        assert!(is >= 4.0, "{depth:?} {tone:?} {style:?} on {paper:?}: {is:.1}");
                    }
                }
                for style in own {
                    if let Some(text) = style.fg {
                        let is = contrast(text, style.bg.unwrap());
                        assert!(is >= 4.5, "{depth:?} {tone:?} {style:?}: {is:.1}");
                    }
                }
                // Lines are no words: WCAG wants 3 of them.
                let is = contrast(theme.faint.fg.unwrap(), papers[0]);
                assert!(is >= 3.0, "{depth:?} {tone:?} faint: {is:.1}");
            }
        }
    }

    #[test]
    fn every_glyph_is_one_column_wide_and_the_ascii_ones_are_ascii() {
        for (glyphs, ascii) in [(UNICODE, false), (ASCII, true)] {
            let one = [
                glyphs.yes,
                glyphs.no,
                glyphs.warn,
                glyphs.open,
                glyphs.half,
                glyphs.dot,
                glyphs.pointer,
                glyphs.bullet,
                glyphs.arrow,
                glyphs.crumb,
                glyphs.packet,
                glyphs.wire_h,
                glyphs.wire_v,
                glyphs.ellipsis,
                glyphs.middot,
                glyphs.star,
            ];
            let many = [
                &glyphs.wire_corners[..],
                &glyphs.heads,
                &glyphs.bar,
                &glyphs.scroll,
                &glyphs.rule,
                &glyphs.play,
                &glyphs.arrow_keys,
            ];
            for glyph in one.iter().chain(many.into_iter().flatten()) {
                assert_eq!(glyph.width(), 1, "{glyph:?}");
                assert!(!ascii || glyph.is_ascii(), "{glyph:?}");
            }
        }
    }
}

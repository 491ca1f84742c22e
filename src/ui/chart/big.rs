//! Letters made of cells, to be read from the back of a room.

/// Rows of a glyph's dots.
const DOTS: usize = 5;

/// How dots become cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dots {
    /// Two dots a cell, one above the other: three rows.
    Halves,
    /// A dot is two cells wide and one high: five rows.
    Blocks,
    /// `#` for a dot: five rows.
    Ascii,
    /// `##` for a dot: five rows.
    WideAscii,
}

impl Dots {
    /// Rows of a line of letters.
    pub(super) fn n_rows(self) -> u16 {
        match self {
            Self::Halves => 3,
            Self::Blocks | Self::Ascii | Self::WideAscii => 5,
        }
    }

    fn per_dot(self) -> usize {
        match self {
            Self::Halves | Self::Ascii => 1,
            Self::Blocks | Self::WideAscii => 2,
        }
    }
}

/// A glyph's dots, row by row; none for a sign that has none.
fn glyph(c: char) -> Option<[&'static str; DOTS]> {
    Some(match c.to_ascii_uppercase() {
        '0' => ["###", "# #", "# #", "# #", "###"],
        '1' => [" # ", "## ", " # ", " # ", "###"],
        '2' => ["###", "  #", "###", "#  ", "###"],
        '3' => ["###", "  #", " ##", "  #", "###"],
        '4' => ["# #", "# #", "###", "  #", "  #"],
        '5' => ["###", "#  ", "###", "  #", "###"],
        '6' => ["###", "#  ", "###", "# #", "###"],
        '7' => ["###", "  #", "  #", " # ", " # "],
        '8' => ["###", "# #", "###", "# #", "###"],
        '9' => ["###", "# #", "###", "  #", "###"],
        'A' => [" # ", "# #", "###", "# #", "# #"],
        'B' => ["## ", "# #", "## ", "# #", "## "],
        'C' => [" ##", "#  ", "#  ", "#  ", " ##"],
        'D' => ["## ", "# #", "# #", "# #", "## "],
        'E' => ["###", "#  ", "## ", "#  ", "###"],
        'F' => ["###", "#  ", "## ", "#  ", "#  "],
        'G' => [" ##", "#  ", "# #", "# #", " ##"],
        'H' => ["# #", "# #", "###", "# #", "# #"],
        'I' => ["#", "#", "#", "#", "#"],
        'J' => ["  #", "  #", "  #", "# #", " # "],
        'K' => ["# #", "# #", "## ", "# #", "# #"],
        'L' => ["#  ", "#  ", "#  ", "#  ", "###"],
        'M' => ["#   #", "## ##", "# # #", "#   #", "#   #"],
        'N' => ["#  #", "## #", "# ##", "#  #", "#  #"],
        'O' => [" # ", "# #", "# #", "# #", " # "],
        'P' => ["## ", "# #", "## ", "#  ", "#  "],
        'Q' => [" # ", "# #", "# #", "## ", " ##"],
        'R' => ["## ", "# #", "## ", "# #", "# #"],
        'S' => [" ##", "#  ", " # ", "  #", "## "],
        'T' => ["###", " # ", " # ", " # ", " # "],
        'U' => ["# #", "# #", "# #", "# #", "###"],
        'V' => ["# #", "# #", "# #", "# #", " # "],
        'W' => ["#   #", "#   #", "# # #", "## ##", "#   #"],
        'X' => ["# #", "# #", " # ", "# #", "# #"],
        'Y' => ["# #", "# #", " # ", " # ", " # "],
        'Z' => ["###", "  #", " # ", "#  ", "###"],
        ':' => [" ", "#", " ", "#", " "],
        '.' => [" ", " ", " ", " ", "#"],
        ',' => ["  ", "  ", "  ", " #", "# "],
        '-' => ["  ", "  ", "##", "  ", "  "],
        '/' => ["  #", "  #", " # ", "#  ", "#  "],
        '[' => ["##", "# ", "# ", "# ", "##"],
        ']' => ["##", " #", " #", " #", "##"],
        ' ' => ["  ", "  ", "  ", "  ", "  "],
        _ => return None,
    })
}

/// `text` in large, row by row; none where a sign has no large form, or where it is wider
/// than `columns`.
pub(super) fn big(text: &str, columns: u16, dots: Dots) -> Option<Vec<String>> {
    let mut rows = vec![String::new(); DOTS];
    for c in text.chars() {
        let glyph = glyph(c)?;
        for (row, line) in rows.iter_mut().zip(glyph) {
            if !row.is_empty() {
                row.push(' ');
            }
            row.push_str(line);
        }
    }
    let per_dot = dots.per_dot();
    let width = rows.first().map_or(0, String::len) * per_dot;
    if width > usize::from(columns) || width == 0 {
        return None;
    }
    let wide = |row: &String, dot: char| -> String {
        row.chars()
            .flat_map(|c| std::iter::repeat_n(if c == '#' { dot } else { ' ' }, per_dot))
            .collect()
    };
    Some(match dots {
        Dots::Blocks => rows.iter().map(|row| wide(row, '█')).collect(),
        Dots::Ascii | Dots::WideAscii => rows.iter().map(|row| wide(row, '#')).collect(),
        Dots::Halves => rows
            .chunks(2)
            .map(|pair| {
                let lower = pair.get(1).map_or("", String::as_str);
                let lower = lower.chars().chain(std::iter::repeat(' '));
                let dots = pair[0].chars().zip(lower);
                dots.map(|(upper, lower)| match (upper == '#', lower == '#') {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                })
                .collect()
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_letters_are_as_high_and_as_wide_as_they_say() {
        let all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:.,-/[] ";
        for dots in [Dots::Halves, Dots::Blocks, Dots::Ascii, Dots::WideAscii] {
            let rows = big(all, 400, dots).expect("each has a large form");
            assert_eq!(rows.len(), usize::from(dots.n_rows()));
            let width = rows[0].chars().count();
            assert!(rows.iter().all(|row| row.chars().count() == width), "{rows:#?}");
            assert_eq!(big(all, width as u16 - 1, dots), None);
        }
        assert_eq!(big("日", 99, Dots::Halves), None);
    }

    #[test]
    fn an_address_is_legible() {
        let rows = big("10:80", 40, Dots::Ascii).expect("it fits");
        assert_eq!(
            rows,
            [
                " #  ###   ### ###",
                "##  # # # # # # #",
                " #  # #   ### # #",
                " #  # # # # # # #",
                "### ###   ### ###",
            ]
        );
    }
}

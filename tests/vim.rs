//! vim mode against vim: each row of `vim/table.tsv` is a text, keys, and what vim 9.0 made of
//! them (`vim -u NONE -N` with `set ts=2 sw=2 sts=2 et ai bs=indent,eol,start nf=`): the lines,
//! the cursor as line and byte, the mode. Keys are written as in vim's own maps.

use portolan::app::editor::vim::Mode;
use portolan::app::editor::{Editor, EditorMode};
use portolan::app::key::{Code, Key};

/// `dw<Esc>` as keys.
fn keys(written: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        let named = rest.split_once('>').filter(|_| c == '<');
        let Some((name, after)) = named else {
            keys.push(Key::char(c));
            continue;
        };
        keys.push(match name {
            "Esc" => Key::plain(Code::Esc),
            "CR" => Key::plain(Code::Enter),
            "BS" => Key::plain(Code::Backspace),
            "Del" => Key::plain(Code::Delete),
            "Tab" => Key::plain(Code::Tab),
            "Space" => Key::char(' '),
            "Left" => Key::plain(Code::Left),
            "Down" => Key::plain(Code::Down),
            "Home" => Key::plain(Code::Home),
            "LT" => Key::char('<'),
            name => match name.strip_prefix("C-").and_then(|name| name.chars().next()) {
                Some(letter) => Key::ctrl(letter),
                None => panic!("no key {name}"),
            },
        });
        rest = after;
    }
    keys
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// What vim's `mode(1)` says.
fn mode(editor: &Editor) -> &'static str {
    match editor.vim_mode() {
        _ if editor.prompt().is_some() => "c",
        Some(Mode::Insert) => "i",
        Some(Mode::Replace) => "R",
        Some(Mode::Visual) => "v",
        Some(Mode::VisualLine) => "V",
        Some(Mode::Normal) if editor.vim_pending().contains('d') => "no",
        Some(Mode::Normal) => "n",
        None => "plain",
    }
}

fn run(text: &str, written: &str) -> Editor {
    let mut editor = Editor::new(text);
    editor.set_mode(EditorMode::Vim);
    for key in keys(written) {
        editor.key(key);
    }
    editor
}

#[test]
fn keys_make_of_a_text_what_vim_makes_of_it() {
    let mut wrong = Vec::new();
    let mut n_rows = 0;
    for row in include_str!("vim/table.tsv").lines() {
        let columns: Vec<&str> = row.split('\t').collect();
        let [text, written, after, cursor, in_mode] = columns[..] else { panic!("{row}") };
        n_rows += 1;
        let editor = run(&unescaped(text), written);
        let shown = editor.text().strip_suffix('\n').unwrap_or(editor.text());
        let line = editor.line();
        let column = editor.cursor() - editor.buffer().line_start(line) + 1;
        let got = (shown.to_owned(), format!("{}:{column}", line + 1), mode(&editor));
        let wanted = (unescaped(after), cursor.to_owned(), in_mode);
        if (&got.0, &got.1, got.2) != (&wanted.0, &wanted.1, wanted.2) {
            wrong.push(format!("{written:?}\n  wanted {wanted:?}\n  got    {got:?}"));
        }
    }
    assert!(n_rows > 500);
    assert!(wrong.is_empty(), "{} of {n_rows}\n{}", wrong.len(), wrong.join("\n"));
}

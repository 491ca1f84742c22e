//! `ls`.

use super::{exit, options};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::job::Done;
use crate::source::sort;

/// `ls [-l] [-a] [-1] [-d] [-R] [PATH...]`
pub(super) fn ls(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [
        ("all", 'a'),
        ("almost-all", 'A'),
        ("directory", 'd'),
        ("reverse", 'r'),
        ("recursive", 'R'),
        ("color", 'K'),
        ("human-readable", 'h'),
    ];
    let given = match options::read("ls", "1aAdhlrRtSKFGsoigpnXUcuxCm", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(2);
        }
    };
    let paths = if given.rest.is_empty() { vec![".".to_owned()] } else { given.rest.clone() };
    let mut ok = true;
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for path in &paths {
        if console.files.is_folder(path) && !given.has('d') {
            folders.push(path.clone());
        } else if console.files.is_folder(path) || console.files.read(path).is_some() {
            files.push(path.clone());
        } else {
            io.err(format_args!("ls: cannot access '{path}': No such file or directory\n"));
            ok = false;
        }
    }
    files.sort();
    folders.sort();
    let lister = Lister {
        long: given.has('l') || given.has('n') || given.has('o') || given.has('g'),
        all: given.has('a') || given.has('A'),
        dots: given.has('a'),
        one: given.has('1'),
        reverse: given.has('r'),
        deep: given.has('R'),
        slash: given.has('F') || given.has('p'),
        by_size: given.has('S'),
    };
    let headers = paths.len() > 1 || lister.deep;
    if !files.is_empty() {
        let entries = files.iter().map(|path| (path.clone(), path.clone())).collect();
        lister.entries(console, entries, false, io);
    }
    let mut first = files.is_empty();
    for path in folders {
        lister.folder(console, &path, headers, &mut first, io);
    }
    if ok { exit(true) } else { Done::Exit(2) }
}

struct Lister {
    long: bool,
    all: bool,
    dots: bool,
    one: bool,
    reverse: bool,
    deep: bool,
    slash: bool,
    by_size: bool,
}

impl Lister {
    fn folder(&self, console: &Console, path: &str, header: bool, first: &mut bool, io: &mut Io) {
        if header {
            let gap = if *first { "" } else { "\n" };
            io.out(format_args!("{gap}{path}:\n"));
        }
        *first = false;
        let inside = console.files.list(path).unwrap_or_default();
        let base = path.trim_end_matches('/');
        let mut entries: Vec<(String, String)> = Vec::new();
        if self.dots {
            entries.push((".".to_owned(), path.to_owned()));
            entries.push(("..".to_owned(), path.to_owned()));
        }
        let shown = inside.iter().filter(|(name, _)| self.all || !name.starts_with('.'));
        entries.extend(shown.map(|(name, _)| (name.clone(), format!("{base}/{name}"))));
        self.entries(console, entries, true, io);
        if self.deep {
            for (name, is_folder) in &inside {
                if *is_folder && (self.all || !name.starts_with('.')) {
                    self.folder(console, &format!("{base}/{name}"), true, first, io);
                }
            }
        }
    }

    /// Entries: what is shown, and the path.
    fn entries(
        &self,
        console: &Console,
        mut entries: Vec<(String, String)>,
        total: bool,
        io: &mut Io,
    ) {
        let size = |path: &str| console.files.read(path).map_or(4096, <[u8]>::len);
        if self.by_size {
            sort::sort_by_key(&mut entries, |(_, path)| std::cmp::Reverse(size(path)));
        }
        if self.reverse {
            entries.reverse();
        }
        let names: Vec<String> = entries
            .iter()
            .map(|(name, path)| match self.slash && console.files.is_folder(path) {
                true => format!("{name}/"),
                false => name.clone(),
            })
            .collect();
        let mut out = String::new();
        if self.long {
            if total {
                let blocks: usize =
                    entries.iter().map(|(_, path)| size(path).div_ceil(4096) * 4).sum();
                out.push_str(&format!("total {blocks}\n"));
            }
            let width =
                entries.iter().map(|(_, path)| size(path).to_string().len()).max().unwrap_or(1);
            let time = clock(console);
            for ((_, path), name) in entries.iter().zip(&names) {
                let (mode, links) = match console.files.is_folder(path) {
                    true => ("drwxr-xr-x", 2),
                    false if console.files.is_executable(path) => ("-rwxr-xr-x", 1),
                    false => ("-rw-r--r--", 1),
                };
                out.push_str(&format!(
                    "{mode} {links} root root {:>width$} {time} {name}\n",
                    size(path)
                ));
            }
        } else if let Some(columns) = io.columns.filter(|_| !self.one) {
            out = columned(&names, usize::from(columns));
        } else {
            names.iter().for_each(|name| out.push_str(&format!("{name}\n")));
        }
        io.out(out);
    }
}

fn clock(console: &Console) -> String {
    let time = console.cluster.settings().now.parse::<jiff::Timestamp>().ok();
    let time = time.map(|time| time.to_zoned(jiff::tz::TimeZone::UTC));
    let text = time.and_then(|time| jiff::fmt::strtime::format("%b %e %H:%M", &time).ok());
    text.unwrap_or_default()
}

/// Names in as many columns as there is room for, from top to bottom.
fn columned(names: &[String], columns: usize) -> String {
    let width = |name: &String| unicode_width::UnicodeWidthStr::width(name.as_str());
    for rows in 1..=names.len() {
        let widths: Vec<usize> = names
            .chunks(rows)
            .map(|column| column.iter().map(width).max().unwrap_or(0) + 2)
            .collect();
        if rows < names.len() && widths.iter().sum::<usize>() > columns + 2 {
            continue;
        }
        let mut out = String::new();
        for row in 0..rows {
            let mut line = String::new();
            for (at, column) in names.chunks(rows).enumerate() {
                let Some(name) = column.get(row) else { continue };
                line.push_str(name);
                let pad = widths.get(at).copied().unwrap_or(0).saturating_sub(width(name));
                line.push_str(&" ".repeat(pad));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        return out;
    }
    String::new()
}

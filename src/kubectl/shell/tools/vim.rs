//! `vim`, `vi`, `nano`: the workshop's editor. Whoever has vi's keys set has them in all but nano.

use crate::kubectl::console::{Console, EditKeys, Io, Wants};
use crate::kubectl::job::{Done, Job};

/// `vim FILE`
pub(super) fn vim(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    edit(console, args, EditKeys::AsSet, io)
}

/// `nano FILE`
pub(super) fn nano(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    edit(console, args, EditKeys::Plain, io)
}

fn edit(console: &mut Console, args: &[String], keys: EditKeys, io: &mut Io) -> Done {
    let Some(path) = args.iter().find(|arg| !arg.starts_with(['-', '+'])) else {
        io.err("vim: which file? vim FILE\n");
        return Done::Exit(1);
    };
    if console.files.is_folder(path) {
        io.err(format_args!("vim: \"{path}\" is a directory\n"));
        return Done::Exit(1);
    }
    if !console.shell.is_terminal || io.columns.is_none() {
        io.err("vim: there is no terminal to edit in; sed -i changes a file from a line\n");
        return Done::Exit(1);
    }
    let text = console.files.read(path).unwrap_or_default();
    let text = match std::str::from_utf8(text) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            io.err(format_args!("vim: \"{path}\" is no text\n"));
            return Done::Exit(1);
        }
    };
    Done::Goes(Box::new(Editing { path: path.clone(), text, keys }))
}

#[derive(Debug, Clone)]
struct Editing {
    path: String,
    text: String,
    keys: EditKeys,
}

impl Job for Editing {
    fn wants(&self) -> Wants {
        Wants::Edit { name: self.path.clone(), text: self.text.clone(), keys: self.keys }
    }

    fn edited(&mut self, text: Option<String>, console: &mut Console, io: &mut Io) -> Option<u8> {
        let Some(text) = text else { return Some(0) };
        match console.files.write_in_place(&self.path, text.as_bytes()) {
            Ok(()) => Some(0),
            Err(why) => {
                io.err(format_args!("vim: \"{}\": {why}\n", self.path));
                Some(1)
            }
        }
    }

    fn copy(&self) -> Box<dyn Job> {
        Box::new(self.clone())
    }
}

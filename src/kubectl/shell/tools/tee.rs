//! `tee`.

use super::{exit, options, save};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;

/// `tee [-a] FILE...`
pub(super) fn tee(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let given = match options::read("tee", "aip", &[("append", 'a')], args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    if io.asks() {
        return Done::OK;
    }
    let input = io.take_input();
    let mut ok = true;
    for path in &given.rest {
        let before = console.files.read(path).filter(|_| given.has('a')).unwrap_or_default();
        let bytes = [before, &input].concat();
        ok &= save(console, "tee", path, &bytes, io);
    }
    io.say(Stream::Out, &input);
    exit(ok)
}

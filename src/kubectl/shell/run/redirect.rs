//! Where a command's streams go.

use crate::kubectl::console::{Console, FileError, Io, Stream, whole};
use crate::kubectl::shell::expand::{self, Stop, stop};
use crate::kubectl::shell::syntax::{How, Redirect};

/// Where a stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Out,
    Err,
    Nowhere,
    File(usize),
}

/// Redirections, ready.
#[derive(Debug)]
pub(super) struct Opened {
    out: To,
    err: To,
    /// What stdin holds, where it is redirected.
    pub(super) input: Option<Vec<Vec<u8>>>,
    /// Paths, and what they held before (`>>`).
    files: Vec<(String, Vec<u8>)>,
}

impl Opened {
    /// Whether both outputs go where they went before.
    pub(super) fn is_plain(&self) -> bool {
        self.out == To::Out && self.err == To::Err
    }

    /// Whether stdout does.
    pub(super) fn keeps_out(&self) -> bool {
        self.out == To::Out
    }
}

/// What a command says to the pipe behind it; the rest goes to `io`.
pub(super) fn into_pipe(stage: Io, both: bool, io: &mut Io) -> Vec<Vec<u8>> {
    let mut piped = Vec::new();
    io.cut_as(&stage);
    for (stream, bytes) in stage.into_said() {
        match stream {
            Stream::Err if !both => io.give_bytes(Stream::Err, bytes),
            _ => piped.push(bytes),
        }
    }
    piped
}

/// All that was said, on to `io`.
pub(super) fn pass_on(stage: Io, io: &mut Io) {
    io.cut_as(&stage);
    for (stream, bytes) in stage.into_said() {
        io.give_bytes(stream, bytes);
    }
}

/// Opens files and reads inputs, from left to right.
///
/// # Errors
/// In bash's words, said already.
pub(super) fn open(
    console: &mut Console,
    redirects: &[Redirect],
    io: &mut Io,
) -> Result<Opened, Stop> {
    let mut opened = Opened { out: To::Out, err: To::Err, input: None, files: Vec::new() };
    let mut from = None;
    for redirect in redirects {
        if redirect.how == How::Here {
            let text = match redirect.here.get() {
                Some(word) => expand::one(console, word, io)?,
                None => String::new(),
            };
            opened.input = Some(vec![text.into_bytes()]);
            continue;
        }
        if redirect.how == How::HereString {
            let text = expand::one(console, &redirect.target, io)?;
            opened.input = Some(vec![format!("{text}\n").into_bytes()]);
            continue;
        }
        let mut words = expand::words(console, std::slice::from_ref(&redirect.target), io)?;
        let path = match (words.pop(), words.is_empty()) {
            (Some(path), true) => path,
            _ => {
                return Err(stop(
                    console,
                    io,
                    format_args!("{}: ambiguous redirect", redirect.typed),
                ));
            }
        };
        let is_copy = redirect.how == How::Copy;
        let to = match (&*path, redirect.how) {
            // As it is: to be typed.
            ("/dev/stdin", How::Read) if io.keyboard && io.input.is_none() => continue,
            (_, How::Read) => {
                opened.input = Some(vec![read(console, &path, io)?]);
                from = console.files.resolve(&path);
                continue;
            }
            ("1", How::Copy) => opened.out,
            ("2", How::Copy) => opened.err,
            ("-", How::Copy) if redirect.fd == 0 => {
                opened.input = Some(Vec::new());
                continue;
            }
            ("-", How::Copy) => To::Nowhere,
            ("0", How::Copy) if redirect.fd == 0 => continue,
            (fd, How::Copy) if redirect.fd != 1 || fd.bytes().all(|b| b.is_ascii_digit()) => {
                let why = if fd.bytes().all(|b| b.is_ascii_digit()) {
                    format!("{fd}: Bad file descriptor")
                } else {
                    format!("{}: ambiguous redirect", redirect.typed)
                };
                return Err(stop(console, io, why));
            }
            ("/dev/null", _) => To::Nowhere,
            ("/dev/stdout", _) => opened.out,
            ("/dev/stderr", _) => opened.err,
            ("/dev/tty", _) => To::Out,
            _ => {
                let before = match redirect.how {
                    How::Append => console.files.read(&path).unwrap_or_default().to_vec(),
                    _ => Vec::new(),
                };
                if !console.shell.spend(before.len() as u64) {
                    return Err(Stop(137));
                }
                write(console, &path, &before, io)?;
                // What is read from the same file is gone with it.
                if redirect.how != How::Append
                    && from.is_some()
                    && from == console.files.resolve(&path)
                {
                    opened.input = Some(Vec::new());
                }
                opened.files.push((path.clone(), before));
                To::File(opened.files.len() - 1)
            }
        };
        match redirect.fd {
            1 if is_copy && matches!(to, To::File(_)) && path.parse::<u8>().is_err() => {
                (opened.out, opened.err) = (to, to);
            }
            1 => opened.out = to,
            2 => opened.err = to,
            9 => (opened.out, opened.err) = (to, to),
            fd => return Err(stop(console, io, format_args!("{fd}: Bad file descriptor"))),
        }
    }
    Ok(opened)
}

fn read(console: &mut Console, path: &str, io: &mut Io) -> Result<Vec<u8>, Stop> {
    match path {
        "/dev/null" => return Ok(Vec::new()),
        "/dev/stdin" => return Ok(io.take_input()),
        _ => {}
    }
    if let Some(bytes) = console.files.read(path) {
        return Ok(bytes.to_vec());
    }
    if console.files.is_folder(path) {
        return Err(stop(console, io, format_args!("{path}: Is a directory")));
    }
    if console.shell.is_ash() {
        return Err(stop(console, io, format_args!("can't open {path}: no such file")));
    }
    Err(stop(console, io, format_args!("{path}: No such file or directory")))
}

fn write(console: &mut Console, path: &str, bytes: &[u8], io: &mut Io) -> Result<(), Stop> {
    let written = match path.is_empty() {
        true => Err(FileError::NoFolder),
        false => console.files.write_in_place(path, bytes),
    };
    written.map_err(|why| match why {
        FileError::NoFolder if console.shell.is_ash() => {
            stop(console, io, format_args!("can't create {path}: nonexistent directory"))
        }
        why if console.shell.is_ash() => {
            stop(console, io, format_args!("can't create {path}: {why}"))
        }
        why => stop(console, io, format_args!("{path}: {why}")),
    })
}

/// Puts what `inner` said where it goes.
pub(super) fn deliver(console: &mut Console, opened: Opened, inner: Io, io: &mut Io) {
    let mut files: Vec<_> =
        opened.files.into_iter().map(|(path, before)| (path, vec![before])).collect();
    io.cut_as(&inner);
    for (stream, bytes) in inner.into_said() {
        let to = match stream {
            Stream::Out => opened.out,
            Stream::Err => opened.err,
        };
        match to {
            To::Out => io.give_bytes(Stream::Out, bytes),
            To::Err => io.give_bytes(Stream::Err, bytes),
            To::Nowhere => {}
            To::File(at) => {
                if let Some((_, held)) = files.get_mut(at) {
                    held.push(bytes);
                }
            }
        }
    }
    let used = |at: usize| [opened.out, opened.err].contains(&To::File(at));
    for (at, (path, mut held)) in files.into_iter().enumerate() {
        held.retain(|piece| !piece.is_empty());
        let held = whole(held);
        if used(at) && !held.is_empty() && write(console, &path, &held, io).is_err() {
            console.shell.status = 1;
        }
    }
}

/// Runs `does` with its streams redirected. Whether what it reads must first be typed: then
/// nothing of what it said goes anywhere.
pub(super) fn around(
    console: &mut Console,
    redirects: &[Redirect],
    io: &mut Io,
    does: impl FnOnce(&mut Console, &mut Io),
) -> bool {
    let mut opened = match open(console, redirects, io) {
        Ok(opened) => opened,
        Err(stop) => {
            console.shell.status = stop.0;
            return false;
        }
    };
    let own = opened.input.is_some();
    let input = opened.input.take().or_else(|| io.input.take());
    let mut inner = Io::new(input, io.columns.filter(|_| opened.keeps_out()));
    inner.keyboard = io.keyboard && !own;
    does(console, &mut inner);
    if inner.has_asked() {
        return true;
    }
    if !own {
        io.input = inner.input.take();
    }
    deliver(console, opened, inner, io);
    false
}

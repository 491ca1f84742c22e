//! `base64`.

use super::{inputs, options};
use crate::kubectl::console::{Console, Io, Stream};
use crate::kubectl::job::Done;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `base64 [-d] [-w N] [FILE]`
pub(super) fn base64(console: &mut Console, args: &[String], io: &mut Io) -> Done {
    let long = [("decode", 'd'), ("wrap", 'w'), ("ignore-garbage", 'i')];
    let given = match options::read("base64", "dDw:i", &long, args) {
        Ok(given) => given,
        Err(why) => {
            io.err(why);
            return Done::Exit(1);
        }
    };
    let (inputs, ok) = inputs(console, "base64", &given.rest, io);
    let Some(input) = inputs.first().filter(|_| ok) else { return Done::Exit(1) };
    if given.has('d') || given.has('D') {
        let (bytes, good) = decode(&input.whole());
        io.say(Stream::Out, &bytes);
        if !good {
            io.err("base64: invalid input\n");
        }
        return super::exit(good);
    }
    let width = given.value('w').map_or(Ok(76), str::parse::<usize>);
    let Ok(width) = width else {
        io.err(format_args!("base64: invalid wrap size: '{}'\n", given.value('w').unwrap_or("")));
        return Done::Exit(1);
    };
    let text = encode(&input.whole());
    let mut out = String::with_capacity(text.len() + text.len() / 70);
    match width {
        0 => out.push_str(&text),
        width => {
            for (n, c) in text.chars().enumerate() {
                if n > 0 && n % width == 0 {
                    out.push('\n');
                }
                out.push(c);
            }
            if !text.is_empty() {
                out.push('\n');
            }
        }
    }
    io.out(out);
    Done::OK
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for chunk in bytes.chunks(3) {
        let byte = |n: usize| u32::from(chunk.get(n).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for n in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * n) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if n <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn decode(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut n, mut pads) = (0u32, 0, 0);
    for byte in bytes.iter().filter(|b| **b != b'\n') {
        if *byte == b'=' {
            pads += 1;
            continue;
        }
        let Some(value) = LETTERS.iter().position(|letter| letter == byte).filter(|_| pads == 0)
        else {
            return (out, false);
        };
        bits = bits << 6 | value as u32;
        n += 1;
        if n == 4 {
            out.extend(bits.to_be_bytes().into_iter().skip(1));
            (bits, n) = (0, 0);
        }
    }
    let good = match n {
        0 => pads == 0,
        2 => {
            out.push((bits >> 4) as u8);
            pads == 2
        }
        3 => {
            out.extend([(bits >> 10) as u8, (bits >> 2) as u8]);
            pads == 1
        }
        _ => false,
    };
    (out, good)
}

//! Any bytes as a journal: read line by line into a state, nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::progress::{read_line, Line, State};

fuzz_target!(|bytes: &[u8]| {
    let mut state = State::default();
    for line in bytes.split(|b| *b == b'\n') {
        if let Line::Entry(entry) = read_line(line) {
            state.apply(&entry);
        }
    }
});

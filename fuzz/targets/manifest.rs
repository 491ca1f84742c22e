//! Any text as a manifest: read into documents, never a panic.
#![no_main]

use libfuzzer_sys::{fuzz_target, Corpus};

fuzz_target!(|text: &str| -> Corpus {
    let reading = portolan::manifest::read(text);
    for document in &reading.documents {
        // Spans must lie in the text, on character boundaries.
        if let Some(span) = document.span("spec.ports[0].port", portolan::manifest::Part::Value) {
            assert!(text.get(span.start..span.end).is_some());
        }
    }
    let _ = portolan::manifest::to_json(text);
    Corpus::Keep
});

//! Any text's documents decoded strictly, each as the kind it says it is and as a Service:
//! every problem has a path and words, nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::manifest::{self, Part, decode, kinds};

fuzz_target!(|text: &str| {
    for document in &manifest::read(text).documents {
        let said = |field: &str| document.json.get(field).and_then(|v| v.as_str()).unwrap_or("");
        let (group, version) = said("apiVersion").split_once('/').unwrap_or(("", said("apiVersion")));
        let own = kinds::find(group, version, said("kind"));
        for kind in own.into_iter().chain(kinds::find("", "v1", "Service")) {
            if let Err(error) = decode::strict(kind, &document.json) {
                assert!(!error.message().is_empty());
                for problem in &error.problems {
                    for part in [Part::Key, Part::Value] {
                        let span = document.span(&problem.path, part);
                        let span = span.unwrap_or_else(|| document.missing(&problem.path));
                        assert!(text.get(span.start..span.end).is_some());
                    }
                }
            }
            let _ = decode::metadata(kind, &document.json);
        }
    }
});

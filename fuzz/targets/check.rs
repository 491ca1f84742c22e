//! Any text through the whole of `kubectl apply`, dry run or not, and once more over what it
//! stored: a refusal has a finding, every place and every edit lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portolan::cluster::Cluster;
use portolan::kubectl::{ApplyOptions, apply};
use portolan::source::Severity;

fuzz_target!(|text: &str| {
    let empty = Cluster::default();
    for dry_run in [true, false] {
        let mut cluster = empty.clone();
        let options = ApplyOptions { dry_run, ..ApplyOptions::default() };
        for _ in 0..2 {
            let applied = apply(&mut cluster, "f.yaml", text, &options);
            let is_refused = applied.findings.iter().any(|f| f.severity == Severity::Error);
            assert_eq!(is_refused, !applied.is_accepted(), "{}", applied.stderr);
            for finding in &applied.findings {
                assert!(text.get(finding.span.start..finding.span.end).is_some());
                let mut from = 0;
                for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
                    assert!(edit.span.start >= from, "edits rise and are apart");
                    assert!(text.get(edit.span.start..edit.span.end).is_some());
                    from = edit.span.end;
                }
            }
            if dry_run {
                break;
            }
        }
    }
});

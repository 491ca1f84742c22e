use super::*;

const HEAD: &str =
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n  - port: 80";

fn bench(text: &str) -> Bench {
    let mut bench = Bench::new(Cluster::default(), text);
    bench.settle(&[]);
    bench.editor.place(text.len(), false);
    bench
}

fn typed(bench: &mut Bench, text: &str) {
    for c in text.chars() {
        if c == '\n' {
            bench.editor.new_line();
        } else {
            bench.typed(c).unwrap();
        }
        bench.settle(&[]);
    }
}

fn codes(bench: &Bench) -> Vec<&str> {
    bench.findings().iter().map(|finding| finding.code).collect()
}

#[test]
fn a_line_being_typed_is_found_fault_with_when_it_is_left() {
    let mut bench = bench(HEAD);
    assert_eq!(codes(&bench), [""; 0]);
    typed(&mut bench, "\nprotocol: Tcp");
    assert_eq!(codes(&bench), [""; 0], "the line is not finished");
    assert!(!bench.stale && bench.wants_ticks());
    typed(&mut bench, "\n");
    assert_eq!(bench.findings().len(), 1, "{:?}", bench.findings());
    assert!(bench.stale && !bench.wants_ticks());
}

#[test]
fn a_pause_or_another_place_finishes_a_line_too() {
    let mut one = bench(HEAD);
    typed(&mut one, "\nprotocol: Tcp");
    one.tick(PAUSE - 1);
    one.settle(&[]);
    assert_eq!(codes(&one), [""; 0]);
    one.tick(1);
    one.settle(&[]);
    assert_eq!(one.findings().len(), 1);
    let mut other = bench(HEAD);
    typed(&mut other, "\nprotocol: Tcp");
    other.editor.place(0, false);
    other.settle(&[]);
    assert_eq!(other.findings().len(), 1);
}

#[test]
fn what_was_found_stays_at_its_place_while_a_line_is_typed_and_goes_when_mended() {
    let text = format!("{HEAD}\n    protocol: Tcp");
    let mut bench = bench(&text);
    let before = codes(&bench).len();
    assert_eq!(before, 1);
    // Above it, a line that is no YAML yet: nothing vanishes, the place moves along.
    bench.editor.place(0, false);
    typed(&mut bench, "nonsense");
    assert_eq!(codes(&bench).len(), 1);
    assert_eq!(bench.findings()[0].span.of(bench.editor.text()), "Tcp");
    for _ in 0..8 {
        bench.editor.delete_back();
        bench.settle(&[]);
    }
    // Mended: it goes at once.
    bench.editor.place(text.len(), false);
    bench.editor.delete_back();
    bench.editor.delete_back();
    typed(&mut bench, "CP");
    assert_eq!(codes(&bench), [""; 0]);
    // Taken back: that is no typing, and is told at once.
    while bench.editor.text() != text {
        assert!(bench.editor.undo());
    }
    bench.settle(&[]);
    assert_eq!(codes(&bench).len(), 1);
}

#[test]
fn a_large_text_is_graded_in_a_pause_or_when_it_is_asked_for() {
    let text = format!("{}\n---\n", HEAD).repeat(60) + HEAD;
    assert!(text.len() > LARGE);
    let mut bench = bench(&text);
    let graded = bench.graded;
    // A line that is left: its fault is told after a short pause.
    typed(&mut bench, "\nprotocol: Tcp\n");
    assert!(!bench.stale && bench.wants_ticks());
    bench.tick(SHORT_PAUSE - 1);
    bench.settle(&[]);
    assert!(!bench.stale && bench.wants_ticks());
    bench.tick(1);
    bench.settle(&[]);
    assert!(bench.stale && !bench.wants_ticks() && bench.graded > graded);
    let told = bench.findings().len();
    // Taken back: at the next pause, or at once where the grade is asked for.
    assert!(bench.editor.undo() && bench.editor.undo());
    bench.settle(&[]);
    assert!(bench.stale && bench.findings().len() == told);
    bench.settle_now(&[]);
    let grade = bench.grade.as_ref().unwrap();
    assert_eq!(bench.stale, !grade.applied.is_accepted());
    assert_eq!(bench.findings().len(), grade.applied.findings.len());
    assert_eq!(bench.shown, bench.editor.text());
    // Out of the text, nothing is waited for.
    bench.editor.delete_back();
    bench.typing = false;
    bench.settle(&[]);
    assert!(bench.shown == bench.editor.text() && !bench.wants_ticks());
}

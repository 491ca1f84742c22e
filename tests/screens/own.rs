//! The chart of an exercise is of the learner's own text, as it stands.

use super::{Key, Msg, Tutor, play_out};
use portolan::app::bench::Bench;
use portolan::app::key::Code;
use portolan::content::{self, StepKind};
use portolan::grade;
use portolan::trace::Trace;
use portolan::ui::{Depth, Theme, Tone};
use std::borrow::Cow;

/// The packets of a bench, as traced.
fn traces(bench: &Bench) -> Vec<Trace> {
    bench.watch.packets().iter().map(|packet| (*packet.trace).clone()).collect()
}

#[test]
fn in_every_exercise_the_chart_is_of_the_text_as_it_stands() {
    let pack = content::builtin();
    let mut n = 0;
    for lesson in &pack.lessons {
        for step in &lesson.steps {
            let StepKind::Exercise(exercise) = &step.kind else { continue };
            let what = format!("{}/{}", lesson.id, step.id);
            let base = grade::setup(pack, &lesson.world, &exercise.existing).expect(&what);
            let mut bench = Bench::new(base.clone(), &exercise.starter);
            let texts = [&exercise.solution, &exercise.starter]
                .into_iter()
                .chain(&exercise.other_solutions);
            // An empty text is no manifest: the chart is then of the cluster as it was found.
            for text in texts.filter(|text| !text.trim().is_empty()) {
                let before = traces(&bench);
                bench.set(text);
                bench.settle(&exercise.goals);
                let grade = grade::grade(&base, &exercise.goals, "service.yaml", text);
                if !grade.applied.is_accepted() {
                    assert!(bench.stale && traces(&bench) == before, "{what}");
                    continue;
                }
                let evidence = grade.goals.iter().filter_map(|goal| goal.evidence.as_ref());
                let sent: Vec<Trace> = evidence
                    .filter_map(|evidence| evidence.packets.as_ref())
                    .flat_map(|packets| packets.traces.clone())
                    .collect();
                assert!(!bench.stale && traces(&bench) == sent, "{what}");
                n += usize::from(!sent.is_empty());
                // Broken: the packets stay those of the last good text.
                for broken in ["kind: [", "apiVersion: v1\nkind: Service\nspec: {type: No}\n"] {
                    bench.set(broken);
                    bench.settle(&exercise.goals);
                    assert_eq!(
                        (bench.stale, traces(&bench) == sent),
                        (true, true),
                        "{what}: {broken:?}"
                    );
                }
                bench.set(text);
                bench.settle(&exercise.goals);
                assert!(!bench.stale, "{what}");
            }
        }
    }
    assert!(n > 10, "{n} texts send packets");
}

#[test]
fn a_broken_manifest_greys_the_last_good_chart_and_says_so() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = super::at_step(columns, rows, "Open the door");
        tutor.theme = Theme::new(Depth::True, Tone::Dark, false);
        tutor.keys(&[Key::ctrl('a')]);
        tutor.tell(Msg::Paste(super::service("web", "30080")));
        tutor.keys(&[Key::ctrl('g')]);
        play_out(&mut tutor);
        let good = tutor.screen();
        assert!(good.contains("✓ delivered") && !good.contains("last good chart"), "{good}");
        tutor.keys(&[Key::ctrl('g'), Key::ctrl('a')]);
        tutor.tell(Msg::Paste(super::service("web", "3008")));
        tutor.keys(&[Key::ctrl('g')]);
        play_out(&mut tutor);
        let broken = tutor.screen();
        assert!(
            broken.contains("✓ delivered") && broken.contains("the last good chart"),
            "{broken}"
        );
        // One grey for the whole chart: no cell of its boxes has another colour.
        let buffer = tutor.terminal.backend().buffer();
        let greys: std::collections::BTreeSet<String> = buffer
            .content
            .iter()
            .filter(|cell| "╪═║▶◀".contains(cell.symbol()))
            .map(|cell| format!("{:?}", cell.fg))
            .collect();
        assert_eq!(greys.len(), 1, "{greys:?}");
        // In large it says so too.
        tutor.typed("p");
        assert!(tutor.screen().contains("the last good chart"), "{}", tutor.screen());
        tutor.press(Code::Esc);
        assert_eq!(tutor.screen(), broken);
    }
}

#[test]
fn nothing_is_drawn_and_no_frame_wanted_while_nothing_moves() {
    let mut tutor = Tutor::with(vec![Cow::Borrowed(content::builtin())], 120, 40);
    assert!(!tutor.model.wants_ticks());
    let mut flow = super::at_flow("nodeport", 120, 40);
    assert!(!flow.model.wants_ticks(), "a flow opens paused");
    for keys in ["d", "c"] {
        flow.typed(keys);
        assert!(flow.model.wants_ticks(), "{keys} plays");
        flow.typed(" ");
        assert!(!flow.model.wants_ticks(), "{keys} paused");
        flow.typed(" ");
        play_out(&mut flow);
        assert!(!flow.model.wants_ticks(), "{keys} ended");
        let shown = flow.screen();
        flow.tell(Msg::Tick(30));
        assert_eq!(flow.screen(), shown);
        flow.press(Code::Esc);
    }
    // What plays behind a page or as text wants no frames either.
    flow.typed(" ");
    assert!(flow.model.wants_ticks());
    flow.typed("?");
    assert!(!flow.model.wants_ticks());
    flow.press(Code::Esc).typed("t");
    assert!(!flow.model.wants_ticks());
    tutor.typed("q");
}

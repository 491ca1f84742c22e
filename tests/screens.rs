//! Whole screens, drawn by the function that the program draws with.

#[path = "screens/charts.rs"]
mod charts;
#[path = "screens/console.rs"]
mod console;
#[path = "screens/look_up.rs"]
mod look_up;
#[path = "screens/own.rs"]
mod own;
#[path = "screens/words.rs"]
mod words;

use jiff::Timestamp;
use portolan::app::key::{Code, Key};
use portolan::app::{Effect, Hit, Model, Msg, Saving, update};
use portolan::content::{self, Pack};
use portolan::progress::State;
use portolan::ui::{self, HitMap, Theme, ViewState};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The tutor without a terminal: keys in, screens out.
struct Tutor {
    model: Model,
    theme: Theme,
    view: ViewState,
    hits: HitMap,
    terminal: Terminal<TestBackend>,
    effects: Vec<Effect>,
}

impl Tutor {
    fn with(packs: Vec<Cow<'static, Pack>>, columns: u16, rows: u16) -> Self {
        let mut model = Model::new(packs, State::default(), Saving::On, None);
        model.now = "2026-11-20T08:00:00Z".parse::<Timestamp>().unwrap();
        Self {
            model,
            theme: Theme::default(),
            view: ViewState::default(),
            hits: HitMap::default(),
            terminal: Terminal::new(TestBackend::new(columns, rows)).unwrap(),
            effects: Vec::new(),
        }
    }

    fn of_test_pack(columns: u16, rows: u16) -> Self {
        Self::with(vec![Cow::Owned(test_pack())], columns, rows)
    }

    fn tell(&mut self, msg: Msg) {
        for msg in [msg, Msg::Settle] {
            for effect in update(&mut self.model, msg) {
                if let Effect::Scroll(pane, by) = &effect {
                    self.view.scroll(*pane, *by);
                }
                self.effects.push(effect);
            }
        }
        self.draw();
    }

    fn draw(&mut self) {
        let Self { model, theme, view, hits, .. } = self;
        self.terminal.draw(|frame| *hits = ui::draw(model, theme, view, frame)).unwrap();
        // As the program does: only drawing knows how much room the console has.
        if let Some((columns, rows)) = hits.console {
            let _ = update(model, Msg::ConsoleSize(columns, rows));
            self.terminal.draw(|frame| *hits = ui::draw(model, theme, view, frame)).unwrap();
        }
    }

    fn keys(&mut self, keys: &[Key]) -> &mut Self {
        for key in keys {
            self.tell(Msg::Key(*key));
        }
        self
    }

    fn press(&mut self, code: Code) -> &mut Self {
        self.keys(&[Key::plain(code)])
    }

    fn typed(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.tell(Msg::Key(Key::char(c)));
        }
        self
    }

    fn screen(&mut self) -> String {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let mut out = String::new();
        for row in buffer.content.chunks(width.max(1)) {
            let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

fn test_pack() -> Pack {
    let files: BTreeMap<String, Vec<u8>> = [
        ("pack.toml", include_str!("screens/pack.toml")),
        ("lessons/doors.toml", include_str!("screens/doors.toml")),
        ("lessons/second.toml", include_str!("screens/second.toml")),
        ("quizzes/doors.toml", include_str!("screens/quiz.toml")),
        ("worlds/two-nodes.yaml", include_str!("screens/two-nodes.yaml")),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect();
    let (pack, problems) = content::load(&files);
    assert!(problems.is_empty(), "{problems:#?}");
    pack.unwrap()
}

#[test]
fn home_shows_the_lessons_and_what_comes_next() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = Tutor::of_test_pack(columns, rows);
        insta::assert_snapshot!(format!("home-{columns}x{rows}"), tutor.screen());
    }
}

#[test]
fn a_text_step_is_laid_out_and_reading_on_marks_it_done() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = Tutor::of_test_pack(columns, rows);
        tutor.press(Code::Enter);
        insta::assert_snapshot!(format!("text-{columns}x{rows}"), tutor.screen());
        tutor.press(Code::Enter);
        tutor.press(Code::Esc);
        insta::assert_snapshot!(format!("home-after-{columns}x{rows}"), tutor.screen());
    }
}

#[test]
fn the_titles_of_steps_stand_whole_where_there_is_room() {
    let steps = |columns: u16| {
        let mut tutor = Tutor::with(vec![Cow::Borrowed(content::builtin())], columns, 45);
        tutor.press(Code::Enter);
        let (_, lesson, _) = tutor.model.step().unwrap();
        let titles: Vec<String> = lesson.steps.iter().map(|step| step.title.clone()).collect();
        let screen = tutor.screen();
        titles.iter().filter(|title| !screen.contains(&**title)).count()
    };
    assert_eq!(steps(160), 0);
    assert!(steps(120) > 0, "120 columns are no longer too few: test with fewer");
}

#[test]
fn help_shows_the_keys_that_hold_here_first() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.press(Code::Enter).typed("?");
    insta::assert_snapshot!("help-80x24", tutor.screen());
    tutor.press(Code::Esc);
    assert!(tutor.screen().contains("What a Service is"));
}

#[test]
fn every_action_of_the_table_shows_up_in_help() {
    let mut tutor = Tutor::of_test_pack(120, 60);
    tutor.typed("?");
    let mut seen = String::new();
    for _ in 0..20 {
        seen += &tutor.screen();
        tutor.press(Code::PageDown);
    }
    for binding in portolan::app::keys::TABLE {
        assert!(seen.contains(binding.help), "{binding:?}");
    }
}

#[test]
fn a_small_terminal_gets_a_line_and_goes_on_when_it_grows() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.press(Code::Enter);
    let before = tutor.screen();
    for (columns, rows) in [(79, 24), (80, 23), (20, 5), (1, 1), (0, 0)] {
        tutor.terminal.backend_mut().resize(columns, rows);
        let shown = tutor.screen().replace('\n', " ");
        assert!(columns < 20 || shown.contains("Portolan needs"), "{columns}x{rows}: {shown}");
    }
    tutor.terminal.backend_mut().resize(80, 24);
    assert_eq!(tutor.screen(), before);
}

#[test]
fn a_question_is_marked_at_once_with_the_reasons() {
    let mut tutor = at_step(80, 24, "Check yourself");
    insta::assert_snapshot!("quiz-single-80x24", tutor.screen());
    tutor.press(Code::Enter);
    insta::assert_snapshot!("quiz-single-marked-80x24", tutor.screen());
    let mut shown = Vec::new();
    for n in 2..=6 {
        tutor.press(Code::Enter);
        assert!(tutor.screen().contains(&format!("question {n} of 6")), "{}", tutor.screen());
        shown.push(tutor.screen());
        match n {
            2 => tutor.typed("1"),
            3 => tutor.typed("30080"),
            5 => tutor.typed("12"),
            _ => &mut tutor,
        };
        tutor.press(Code::Enter);
        shown.push(tutor.screen());
    }
    insta::assert_snapshot!("quiz-kinds-80x24", shown.join("═══\n"));
    tutor.press(Code::Enter);
    insta::assert_snapshot!("quiz-result-80x24", tutor.screen());
    tutor.press(Code::Esc).typed("p");
    insta::assert_snapshot!("progress-80x24", tutor.screen());
}

#[test]
fn a_click_does_what_the_key_does() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.draw();
    let rows: Vec<String> = tutor.screen().lines().map(str::to_owned).collect();
    let row = rows.iter().position(|line| line.contains("A second lesson")).unwrap();
    let (hit, column) = tutor.hits.at(10, u16::try_from(row).unwrap()).unwrap();
    tutor.tell(Msg::Click { hit, column, drag: false });
    tutor.tell(Msg::Click { hit, column, drag: false });
    assert!(tutor.screen().contains("A second lesson › "), "{}", tutor.screen());
}

/// A pack whose first text has a word of its glossary and three links.
fn linking_pack() -> Pack {
    let lesson = |id: &str, title: &str, body: &str| {
        format!(
            "format = 1\nid = \"{id}\"\ntitle = \"{title}\"\n[[steps]]\nid = \"one\"\n\
             title = \"First page\"\n[steps.text]\nbody = \"\"\"{body}\"\"\"\n[[steps]]\n\
             id = \"two\"\ntitle = \"Second page\"\n[steps.text]\nbody = \"More of it.\"\n"
        )
    };
    let pack = "format = 1\nid = \"p\"\nversion = \"1\"\ntitle = \"P\"\nlessons = [\"a\", \"b\"]\n";
    let terms = "format = 1\n[[terms]]\nid = \"door\"\nterm = \"door\"\ntext = \"A way in.\"\n\
                 see = \"a/two\"\n";
    let body = "Every door of [the\nother lesson](b) and its [page two](b/two) is told of\n\
                at great length, and not only here, but on a page of [the other\nproject]\
                (https://kubernetes.io/docs).";
    let files: BTreeMap<String, Vec<u8>> = [
        ("pack.toml", pack.to_owned()),
        ("glossary.toml", terms.to_owned()),
        ("lessons/a.toml", lesson("a", "The first", body)),
        ("lessons/b.toml", lesson("b", "The other", "Read.")),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.into_bytes()))
    .collect();
    let (pack, problems) = content::load(&files);
    assert!(problems.is_empty(), "{problems:#?}");
    pack.unwrap()
}

#[test]
fn links_and_words_are_followed_by_key_and_by_mouse_and_esc_comes_back() {
    let mut tutor = Tutor::with(vec![Cow::Owned(linking_pack())], 80, 24);
    tutor.press(Code::Enter);
    let here = tutor.screen();
    let mut pages = Vec::new();
    for _ in 0..4 {
        tutor.press(Code::Tab);
        pages.push(tutor.screen());
    }
    insta::assert_snapshot!("links-80x24", pages.join("═══\n"));
    tutor.press(Code::Esc);
    let expect = |tutor: &mut Tutor, title: &str| {
        let screen = tutor.screen();
        assert!(screen.lines().next().unwrap().contains(title), "{title}\n{screen}");
    };
    // By key: after the word comes the first link.
    tutor.press(Code::Tab).press(Code::Tab).typed("o");
    expect(&mut tutor, "The other › First page");
    tutor.press(Code::Esc);
    assert_eq!(tutor.screen(), here);
    // Who goes on from where a word led to leaves for the lessons.
    tutor.press(Code::Tab).typed("o");
    expect(&mut tutor, "The first › Second page");
    tutor.typed("b");
    assert_eq!(tutor.screen(), here);
    // By mouse.
    let click = |tutor: &mut Tutor, word: &str| {
        let (row, line) = here.lines().enumerate().find(|(_, line)| line.contains(word)).unwrap();
        let column = line[..line.find(word).unwrap()].chars().count();
        let (column, row) = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
        let (hit, column) = tutor.hits.at(column, row).unwrap();
        tutor.tell(Msg::Click { hit, column, drag: false });
    };
    for (word, title) in [("other lesson", "First page"), ("page two", "Second page")] {
        click(&mut tutor, word);
        expect(&mut tutor, title);
        tutor.press(Code::Esc);
        assert_eq!(tutor.screen(), here);
    }
    for (word, page) in [("door", "A way in."), ("project", "https://kubernetes.io/docs")] {
        click(&mut tutor, word);
        assert!(tutor.screen().contains(page), "{}", tutor.screen());
        tutor.press(Code::Esc);
    }
    tutor.press(Code::Esc);
    assert!(!tutor.screen().contains("The first ›"), "{}", tutor.screen());
}

/// At the step of that title, by stepping on from the first lesson's start.
fn at_step(columns: u16, rows: u16, title: &str) -> Tutor {
    let mut tutor = Tutor::of_test_pack(columns, rows);
    tutor.press(Code::Enter);
    for _ in 0..9 {
        if tutor.screen().lines().next().unwrap().contains(title) {
            return tutor;
        }
        // An exercise has the letters: out of its editor first.
        if tutor.screen().contains("leave editor") {
            tutor.press(Code::Esc);
        }
        tutor.typed("n");
    }
    panic!("no step {title}");
}

#[test]
fn a_flow_plays_to_its_end_and_counts_as_watched() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = at_step(columns, rows, "Watch the door");
        insta::assert_snapshot!(format!("flow-{columns}x{rows}"), tutor.screen());
        tutor.typed(" ");
        let mut n_ticks = 0;
        while tutor.model.wants_ticks() {
            tutor.tell(Msg::Tick(1));
            n_ticks += 1;
            assert!(n_ticks < 5000);
        }
        insta::assert_snapshot!(format!("flow-end-{columns}x{rows}"), tutor.screen());
        tutor.press(Code::Down).typed("t");
        insta::assert_snapshot!(format!("flow-text-{columns}x{rows}"), tutor.screen());
        let watched = tutor.effects.iter().filter(|effect| {
            matches!(effect, Effect::Record(entry)
                if matches!(entry.event, portolan::progress::Event::Watched { .. }))
        });
        assert_eq!(watched.count(), 2);
    }
}

#[test]
fn an_exercise_shows_what_is_wrong_and_where_the_packet_stops() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = at_step(columns, rows, "Open the door");
        insta::assert_snapshot!(format!("exercise-start-{columns}x{rows}"), tutor.screen());
        // A wrong selector: accepted, and the packet stops at the node.
        tutor.keys(&[Key::ctrl('a')]);
        tutor.tell(Msg::Paste(service("wbe", "30080")));
        insta::assert_snapshot!(format!("exercise-selector-{columns}x{rows}"), tutor.screen());
        // A port out of range: refused, the chart is that of the text before.
        tutor.keys(&[Key::ctrl('a')]);
        tutor.tell(Msg::Paste(service("web", "3008")));
        insta::assert_snapshot!(format!("exercise-refused-{columns}x{rows}"), tutor.screen());
        tutor.keys(&[Key::ctrl('g')]);
        insta::assert_snapshot!(format!("exercise-stale-{columns}x{rows}"), tutor.screen());
        tutor.keys(&[Key::ctrl('g'), Key::ctrl('a')]);
        tutor.tell(Msg::Paste(service("web", "30080")));
        insta::assert_snapshot!(format!("exercise-met-{columns}x{rows}"), tutor.screen());
        tutor.keys(&[Key::ctrl('s')]);
        insta::assert_snapshot!(format!("exercise-done-{columns}x{rows}"), tutor.screen());
        tutor.press(Code::Enter);
        assert!(tutor.screen().contains("question 1 of"));
    }
}

fn service(label: &str, node_port: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: NodePort\n  \
         selector:\n    app: {label}\n  ports:\n    - port: 80\n      targetPort: 8080\n      \
         nodePort: {node_port}\n"
    )
}

#[test]
fn a_hint_says_its_cost_before_it_is_taken_and_lowers_the_points() {
    let mut tutor = at_step(80, 24, "Open the door");
    tutor.keys(&[Key::ctrl('t')]);
    assert!(tutor.screen().contains("Look at the selector."), "{}", tutor.screen());
    tutor.press(Code::Esc).keys(&[Key::ctrl('t')]);
    insta::assert_snapshot!("hint-asked-80x24", tutor.screen());
    tutor.typed("n");
    assert!(!tutor.screen().contains("Hint 2"), "{}", tutor.screen());
    tutor.keys(&[Key::ctrl('t')]).typed("y");
    insta::assert_snapshot!("hint-taken-80x24", tutor.screen());
    tutor.press(Code::Esc).keys(&[Key::ctrl('a')]);
    tutor.tell(Msg::Paste(service("web", "30080")));
    tutor.keys(&[Key::ctrl('s')]);
    assert!(tutor.screen().contains("2 of 4 points (4 before the hints)"), "{}", tutor.screen());
}

#[test]
fn after_three_failures_the_packets_of_the_solution_are_offered() {
    let mut tutor = at_step(80, 24, "Open the door");
    tutor.keys(&[Key::ctrl('s'), Key::ctrl('s')]);
    assert!(!tutor.screen().contains("Would it help"), "{}", tutor.screen());
    tutor.keys(&[Key::ctrl('s')]);
    insta::assert_snapshot!("solution-offered-80x24", tutor.screen());
    tutor.typed("y");
    for _ in 0..40 {
        tutor.tell(Msg::Tick(30));
    }
    insta::assert_snapshot!("solution-chart-80x24", tutor.screen());
    // Back at the text, which is as it was.
    tutor.press(Code::Esc);
    assert!(tutor.screen().contains("service.yaml"), "{}", tutor.screen());
}

#[test]
fn what_was_handed_in_can_be_brought_back() {
    let mut tutor = at_step(80, 24, "Open the door");
    for label in ["wbe", "wob"] {
        tutor.keys(&[Key::ctrl('a')]);
        tutor.tell(Msg::Paste(service(label, "30080")));
        tutor.keys(&[Key::ctrl('s')]);
    }
    tutor.keys(&[Key::plain(Code::F(10)), Key::plain(Code::Down)]);
    insta::assert_snapshot!("attempts-80x24", tutor.screen());
    tutor.press(Code::Enter);
    assert!(tutor.screen().contains("app: wbe"), "{}", tutor.screen());
    tutor.keys(&[Key::ctrl('u')]);
    assert!(tutor.screen().contains("app: wob"), "{}", tutor.screen());
}

#[test]
fn after_a_pass_the_solution_stands_beside_ones_own() {
    let mut tutor = at_step(80, 40, "Open the door");
    tutor.keys(&[Key::ctrl('a')]);
    let named = service("web", "30080").replace("port: 80\n", "port: 80\n      name: http\n");
    tutor.tell(Msg::Paste(named));
    tutor.keys(&[Key::ctrl('s')]);
    insta::assert_snapshot!("exercise-beside-80x40", tutor.screen());
}

#[test]
fn a_click_on_a_goal_shows_its_packet() {
    let mut tutor = at_step(80, 24, "Open the door");
    let chart = |screen: &str| screen.contains("kube-proxy") || screen.contains("paused");
    assert!(!chart(&tutor.screen()), "{}", tutor.screen());
    tutor.tell(Msg::Click { hit: Hit::Probe(0), column: 0, drag: false });
    assert!(chart(&tutor.screen()), "{}", tutor.screen());
}

#[test]
fn the_text_is_recorded_on_leaving_and_comes_back() {
    let mut tutor = at_step(80, 24, "Open the door");
    tutor.typed("# mine");
    tutor.press(Code::Enter);
    tutor.press(Code::Esc).press(Code::Esc);
    let drafts: Vec<&str> = tutor
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Record(entry) => match &entry.event {
                portolan::progress::Event::Draft { text, .. } => Some(text.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    assert!(drafts[0].starts_with("# mine\napiVersion: v1\n"), "{}", drafts[0]);
    tutor.press(Code::Enter);
    assert!(tutor.screen().contains("# mine"), "{}", tutor.screen());
}

#[test]
fn no_size_and_no_key_make_a_screen_panic() {
    let keys = [
        Key::plain(Code::Enter),
        Key::char('n'),
        Key::char('?'),
        Key::plain(Code::Esc),
        Key::ctrl('g'),
        Key::ctrl('s'),
        Key::ctrl('t'),
        Key::char('y'),
        Key::plain(Code::Tab),
        Key::plain(Code::Down),
        Key::char(' '),
        Key::char('t'),
        Key::plain(Code::Left),
        Key::plain(Code::Backspace),
        Key::ctrl('k'),
        Key::ctrl('u'),
        Key::char('é'),
        Key::plain(Code::PageDown),
        Key::plain(Code::End),
        Key::char('r'),
        Key::char('b'),
        Key::char('s'),
    ];
    let mut tutor = Tutor::of_test_pack(80, 24);
    let mut seed = 7u64;
    for i in 0..3000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = usize::try_from(seed >> 33).unwrap();
        tutor.keys(&[keys[pick % keys.len()]]);
        if i % 7 == 0 {
            let columns = u16::try_from(80 + pick % 140).unwrap();
            let rows = u16::try_from(24 + pick % 50).unwrap();
            tutor.terminal.backend_mut().resize(columns, rows);
            tutor.draw();
        }
        if tutor.model.wants_ticks() {
            tutor.tell(Msg::Tick(3));
        }
    }
}

/// The chart of each type, as a learner sees it: the first flow of its lesson, played to
/// the end of the first packet.
#[test]
fn each_service_type_has_its_chart() {
    let pack = content::builtin();
    for id in ["clusterip", "headless", "nodeport", "loadbalancer", "externalname"] {
        let lesson_idx = pack.lessons.iter().position(|lesson| lesson.id == id).unwrap();
        let steps = &pack.lessons[lesson_idx].steps;
        let flow = steps.iter().position(|s| matches!(s.kind, content::StepKind::Flow(_))).unwrap();
        for (columns, rows) in [(80, 24), (120, 40)] {
            let mut tutor = Tutor::with(vec![Cow::Borrowed(pack)], columns, rows);
            for _ in 0..lesson_idx {
                tutor.press(Code::Down);
            }
            tutor.press(Code::Enter);
            for _ in 0..flow {
                if tutor.screen().contains("leave editor") {
                    tutor.press(Code::Esc);
                }
                tutor.typed("n");
            }
            tutor.typed(" ");
            for _ in 0..5000 {
                if !tutor.model.wants_ticks() {
                    break;
                }
                tutor.tell(Msg::Tick(4));
            }
            assert!(tutor.screen().contains("ended"), "{}", tutor.screen());
            insta::assert_snapshot!(format!("type-{id}-{columns}x{rows}"), tutor.screen());
        }
    }
}

/// What the effects asked to be kept, last first.
fn kept_settings(tutor: &Tutor) -> Option<portolan::app::settings::Settings> {
    tutor.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepSettings(settings) => Some(*settings),
        _ => None,
    })
}

#[test]
fn settings_are_shown_changed_by_keys_and_mouse_and_kept() {
    use portolan::app::settings::{Override, Setting};
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut tutor = Tutor::of_test_pack(columns, rows);
        tutor.model.settings_path = "/home/ada/.config/portolan/settings.toml".into();
        tutor.typed("s").press(Code::Down).press(Code::Left);
        insta::assert_snapshot!(format!("settings-{columns}x{rows}"), tutor.screen());
        assert_eq!(tutor.model.settings.word(Setting::Colours), "none");
        assert_eq!(kept_settings(&tutor), Some(tutor.model.settings));
        // A click on the chosen row is its next value; on another it is the choice.
        let row = tutor.screen().lines().position(|line| line.contains("Colours")).unwrap();
        let hit = tutor.hits.at(30, u16::try_from(row).unwrap()).unwrap().0;
        tutor.tell(Msg::Click { hit, column: 0, drag: false });
        assert_eq!(tutor.model.settings.word(Setting::Colours), "auto");
        tutor.press(Code::End);
        let by = "NO_COLOR";
        tutor.model.overrides = vec![Override { setting: Setting::Colours, word: "none", by }];
        assert!(tutor.screen().contains("Now it is none: so says NO_COLOR."));
        tutor.press(Code::Esc);
        assert!(tutor.screen().contains("open"));
    }
}

#[test]
fn a_chart_is_played_as_the_settings_say() {
    let mut tutor = Tutor::of_test_pack(80, 24);
    tutor.typed("sjjj").press(Code::Right);
    tutor.press(Code::Down).press(Code::Right).press(Code::Esc);
    assert!(!tutor.model.wants_ticks());
    tutor.press(Code::Enter);
    for _ in 0..20 {
        if tutor.screen().contains("paused") {
            break;
        }
        tutor.typed("n");
    }
    assert!(tutor.screen().contains("paused 1.5×"), "{}", tutor.screen());
    // Without movement the screen changes once a hop and not at each frame.
    tutor.typed(" ");
    let (mut n_frames, mut shown) = (0, std::collections::BTreeSet::new());
    while tutor.model.wants_ticks() {
        tutor.tell(Msg::Tick(1));
        shown.insert(tutor.screen());
        n_frames += 1;
    }
    assert!(shown.len() * 8 < n_frames, "{} of {n_frames}", shown.len());
}

/// A lesson's first flow of the built-in pack.
fn at_flow(id: &str, columns: u16, rows: u16) -> Tutor {
    let pack = content::builtin();
    let lesson_idx = pack.lessons.iter().position(|lesson| lesson.id == id).unwrap();
    let steps = &pack.lessons[lesson_idx].steps;
    let flow = steps.iter().position(|s| matches!(s.kind, content::StepKind::Flow(_))).unwrap();
    let mut tutor = Tutor::with(vec![Cow::Borrowed(pack)], columns, rows);
    tutor.press(Code::Home);
    for _ in 0..lesson_idx {
        tutor.press(Code::Down);
    }
    tutor.press(Code::Enter);
    for _ in 0..flow {
        if tutor.screen().contains("leave editor") {
            tutor.press(Code::Esc);
        }
        tutor.typed("n");
    }
    tutor
}

fn play_out(tutor: &mut Tutor) {
    for _ in 0..5000 {
        if !tutor.model.wants_ticks() {
            return;
        }
        tutor.tell(Msg::Tick(8));
    }
    panic!("it never ends");
}

#[test]
fn the_same_packet_is_compared_where_one_field_is_otherwise() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = at_flow("nodeport", columns, rows);
        tutor.press(Code::Down).typed("c");
        let mut shown = Vec::new();
        for n in 1..=7 {
            assert!(tutor.screen().contains(&format!("{n} of 7")), "{}", tutor.screen());
            tutor.tell(Msg::Tick(100));
            shown.push(tutor.screen());
            play_out(&mut tutor);
            shown.push(tutor.screen());
            tutor.typed("c");
        }
        insta::assert_snapshot!(format!("compare-{columns}x{rows}"), shown.join("═══\n"));
        tutor.press(Code::Esc);
        assert!(tutor.screen().contains("Watch: every node answers"), "{}", tutor.screen());
    }
}

#[test]
fn the_ladder_is_climbed_from_home_with_the_arrows() {
    let pack = content::builtin();
    let lesson_idx = pack.lessons.iter().position(|lesson| lesson.id == "nodeport").unwrap();
    let mut tutor = Tutor::with(vec![Cow::Borrowed(pack)], 80, 24);
    for _ in 0..lesson_idx {
        tutor.press(Code::Down);
    }
    tutor.typed("c");
    let mut shown = vec![tutor.screen()];
    for code in [Code::Right, Code::Down, Code::Up, Code::Up, Code::Left] {
        tutor.press(code);
        play_out(&mut tutor);
        shown.push(tutor.screen());
    }
    insta::assert_snapshot!("ladder-80x24", shown.join("═══\n"));
    tutor.press(Code::Esc);
    assert!(matches!(tutor.model.screen, portolan::app::Screen::Home));
}

#[test]
fn for_a_class_the_chart_is_alone_and_in_large() {
    for (columns, rows) in [(80, 24), (120, 40), (200, 60)] {
        let mut tutor = at_flow("nodeport", columns, rows);
        tutor.press(Code::Down).press(Code::Right).typed("p");
        let mut shown = Vec::new();
        for ticks in [12, 60, 60, 5000] {
            if !tutor.model.wants_ticks() {
                tutor.typed(" ");
            }
            tutor.tell(Msg::Tick(ticks));
            let screen = tutor.screen();
            assert!(!screen.contains("runs no web Pod, and still"), "notes are hidden: {screen}");
            shown.push(screen);
        }
        insta::assert_snapshot!(format!("class-{columns}x{rows}"), shown.join("═══\n"));
        tutor.press(Code::Esc);
        assert!(tutor.screen().contains("runs no web Pod, and still"), "{}", tutor.screen());
    }
}

#[test]
fn a_dozen_connections_take_the_charts_place_until_escape() {
    let mut tutor = at_flow("nodeport", 80, 24);
    let before = tutor.screen();
    tutor.typed("d");
    tutor.tell(Msg::Tick(90));
    insta::assert_snapshot!("dozen-80x24", tutor.screen());
    play_out(&mut tutor);
    assert!(tutor.screen().contains("12 of 12 have come"), "{}", tutor.screen());
    tutor.press(Code::Esc);
    assert_eq!(tutor.screen(), before);
}

#[test]
fn a_flow_opens_again_at_the_first_packet_not_yet_watched() {
    let mut tutor = at_flow("nodeport", 80, 24);
    assert!(tutor.screen().contains("external → node1:30080"), "{}", tutor.screen());
    tutor.typed(" ");
    play_out(&mut tutor);
    tutor.typed("n").typed("b");
    assert!(tutor.screen().contains("external → node3:30080"), "{}", tutor.screen());
    // The reply is followed, or not.
    let n_hops = |tutor: &mut Tutor| {
        tutor.typed(" ");
        play_out(tutor);
        let screen = tutor.screen();
        assert!(screen.contains("ended"), "{screen}");
        screen.contains("reply, hop")
    };
    assert!(n_hops(&mut tutor));
    tutor.typed("f");
    assert!(!n_hops(&mut tutor));
}

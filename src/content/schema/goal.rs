//! Probes, what is expected of them, and goals: shared by lessons and quizzes.

use super::{Field, Form, Kind, LINE, Table, Text};
use crate::content::forms;

pub(super) const CLIENT: Kind = Kind::Form(Form {
    name: "a client",
    example: "pod:web-a",
    pattern: "^(external|node:[^:/]+|pod:[^:/]+(/[^:/]+)?)$",
    test: forms::client,
});

pub(super) const TARGET: Kind = Kind::Form(Form {
    name: "a target",
    example: "service/web:80",
    pattern: "^((service|lb)/[^:/]+(/[^:/]+)?|node\\*|\\[[0-9A-Fa-f:.]+\\]|[0-9A-Fa-f:.]+|\
              [A-Za-z0-9._-]+):\\+?[0-9]+(/(TCP|UDP|SCTP))?$",
    test: forms::target,
});

const OBJECT: Kind = Kind::Form(Form {
    name: "an object",
    example: "service/web",
    pattern: "^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?$",
    test: forms::object,
});

const PATH: Kind = Kind::Form(Form {
    name: "a field's path",
    example: "spec.ports[0].port",
    pattern: "^([^.\\[\\s]+|\\[[^\\]]+\\])(\\.[^.\\[\\s]+|\\[[^\\]]+\\])*$",
    test: forms::path,
});

const HOST: Kind = Kind::Form(Form {
    name: "a name",
    example: "web.shop",
    pattern: "^[A-Za-z0-9._-]+$",
    test: forms::host,
});

const RECORD_TYPE: Kind = Kind::Form(Form {
    name: "a type of records",
    example: "SRV",
    pattern: "^([Aa]|[A-Za-z][A-Za-z0-9]+)$",
    test: forms::record_type,
});

const NAME: Kind = Kind::Text(Text { max: 253, lines: false, empty: false, columns: 0 });

/// Outcomes as `trace --output json` writes them.
pub(super) const OUTCOMES: &[&str] = &["ok", "refused", "timeout", "unresolved"];

/// Reasons as `trace --output json` writes them.
pub(super) const REASONS: &[&str] = &[
    "delivered",
    "no-such-name",
    "no-endpoints",
    "endpoints-not-ready",
    "named-port-missing",
    "nothing-listens",
    "no-such-port",
    "local-policy-no-local-endpoint",
    "source-range",
    "no-route",
    "pending-balancer",
    "network-policy",
    "reply-lost",
    "no-such-object",
];

const PORT: Kind = Kind::Whole { min: 1, max: 65_535 };

pub(super) static EXPECT: Table = Table {
    name: "an expectation",
    doc: "Exact sets over all ways that the packet can go. A set that is not given is not \
          looked at.",
    fields: &[
        Field::may(
            "outcomes",
            Kind::List { of: &Kind::Word(OUTCOMES), min: 1, max: 4 },
            "What becomes of the connection.",
        ),
        Field::may(
            "pods",
            Kind::List { of: &NAME, min: 0, max: 1_000 },
            "Pods that answer, by name; NAMESPACE/NAME outside default.",
        ),
        Field::may(
            "sources",
            Kind::List { of: &NAME, min: 0, max: 1_000 },
            "Whose address the Pods see: a Pod's name as in pods, a node's name, or external.",
        ),
        Field::may(
            "pod_ports",
            Kind::List { of: &PORT, min: 0, max: 1_000 },
            "Ports on which the Pods answer.",
        ),
        Field::may(
            "reasons",
            Kind::List { of: &Kind::Word(REASONS), min: 1, max: 14 },
            "Why the ways end as they do.",
        ),
    ],
    exactly_one: &[],
    check: Some(forms::expects_something),
};

/// A probe of a flow: it has something to say.
pub(super) static FLOW_PROBE: Table = Table {
    name: "a probe",
    doc: "A packet that is sent, and what must become of it.",
    fields: &[
        Field::must("from", CLIENT, "Who sends: pod:[NS/]NAME, node:NAME or external."),
        Field::must("to", TARGET, "Where to: service/[NS/]NAME:PORT, NODE:PORT, IP:PORT …"),
        Field::must("say", LINE, "One sentence under the chart."),
        Field::must("expect", Kind::Table(&EXPECT), "What must become of it."),
    ],
    exactly_one: &[],
    check: None,
};

static GOAL_PROBE: Table = Table {
    name: "a goal's probe",
    doc: "A packet that is sent, and what must become of it.",
    fields: &[
        Field::must("from", CLIENT, "Who sends: pod:[NS/]NAME, node:NAME or external."),
        Field::must("to", TARGET, "Where to: service/[NS/]NAME:PORT, NODE:PORT, IP:PORT …"),
        Field::must("expect", Kind::Table(&EXPECT), "What must become of it."),
    ],
    exactly_one: &[],
    check: None,
};

static FIELD_GOAL: Table = Table {
    name: "a goal's field",
    doc: "A field of an object as the API server holds it, and what it must be.",
    fields: &[
        Field::must("of", OBJECT, "The object: KIND/[NS/]NAME."),
        Field::must("path", PATH, "The field: spec.ports[0].port."),
        Field::may("equals", Kind::Value, "It is this value."),
        Field::may(
            "one_of",
            Kind::List { of: &Kind::Value, min: 1, max: 100 },
            "It is one of these values.",
        ),
        Field::may("absent", Kind::Flag, "true: it is not there."),
        Field::may("exists", Kind::Flag, "true: it is there, whatever it is."),
        Field::may(
            "matches",
            NAME,
            "A text that this pattern matches: * any run, ? one character.",
        ),
        Field::may(
            "count",
            Kind::Whole { min: 0, max: 100_000 },
            "A list or a map of so many entries.",
        ),
    ],
    exactly_one: &["equals", "one_of", "absent", "exists", "matches", "count"],
    check: Some(forms::flags_are_true),
};

static NAME_GOAL: Table = Table {
    name: "a goal's name",
    doc: "A name that is looked up, and what it must lead to.",
    fields: &[
        Field::must("ask", HOST, "The name, as a program would write it: web.shop."),
        Field::must("from", CLIENT, "Who asks: pod:[NS/]NAME, node:NAME or external."),
        Field::may("type", RECORD_TYPE, "The type of records; A unless given."),
        Field::must(
            "expect",
            Kind::List { of: &NAME, min: 0, max: 100 },
            "The records' data, as an exact set; service/[NS/]NAME for its clusterIP, \
             pod/[NS/]NAME for its address. Empty: no record.",
        ),
    ],
    exactly_one: &[],
    check: None,
};

static PACKET: Table = Table {
    name: "a packet",
    doc: "A packet that must go as it went before.",
    fields: &[
        Field::must("from", CLIENT, "Who sends: pod:[NS/]NAME, node:NAME or external."),
        Field::must("to", TARGET, "Where to: service/[NS/]NAME:PORT, NODE:PORT, IP:PORT …"),
    ],
    exactly_one: &[],
    check: None,
};

static UNBROKEN: Table = Table {
    name: "what is unbroken",
    doc: "What must go as it went before: all that was answered at Services, or the packets \
          listed.",
    fields: &[
        Field::may(
            "except",
            Kind::List { of: &OBJECT, min: 1, max: 100 },
            "Services that may change: service/[NS/]NAME.",
        ),
        Field::may(
            "probes",
            Kind::List { of: &Kind::Table(&PACKET), min: 1, max: 100 },
            "Packets that must go as before, answered or not.",
        ),
    ],
    exactly_one: &[],
    check: Some(forms::exceptions_or_probes),
};

const FILE: Kind = Kind::Form(Form {
    name: "a file's name",
    example: "answer.txt",
    pattern: "^[A-Za-z0-9._/-]+$",
    test: forms::file,
});

const PART: Kind = Kind::Text(Text { max: 65_536, lines: true, empty: false, columns: 0 });

static FILE_GOAL: Table = Table {
    name: "a goal's file",
    doc: "A file in the console's folder, and what it must hold. Empty lines at either end, \
          blanks at the ends of lines and doubled ones say nothing.",
    fields: &[
        Field::must("name", FILE, "The file: answer.txt."),
        Field::may("exists", Kind::Flag, "true: it is there and not empty."),
        Field::may("equals", PART, "It holds this."),
        Field::may("one_of", Kind::List { of: &PART, min: 1, max: 100 }, "It holds one of these."),
        Field::may("matches", PART, "This pattern matches all of it: * any run, ? one character."),
        Field::may(
            "contains",
            Kind::List { of: &PART, min: 1, max: 100 },
            "Each of these stands somewhere in it.",
        ),
        Field::may(
            "lines",
            Kind::List { of: &LINE, min: 1, max: 1_000 },
            "It holds these lines and no others, in any order.",
        ),
    ],
    exactly_one: &["exists", "equals", "one_of", "matches", "contains", "lines"],
    check: Some(forms::flags_are_true),
};

pub(super) static GOAL: Table = Table {
    name: "a goal",
    doc: "What an exercise wants, and the points it gives.",
    fields: &[
        Field::may("id", Kind::Id, "Stable, for programs; goal-N unless given."),
        Field::must("say", LINE, "What is wanted, for people."),
        Field::may("points", Kind::Whole { min: 1, max: 1_000 }, "Points; 1 unless given."),
        Field::may("partial", Kind::Flag, "true: reached in part, it earns a part of its points."),
        Field::may("probe", Kind::Table(&GOAL_PROBE), "A packet and what must become of it."),
        Field::may("object", OBJECT, "An object that must exist: KIND/[NS/]NAME."),
        Field::may("gone", OBJECT, "An object that must not exist: KIND/[NS/]NAME."),
        Field::may("field", Kind::Table(&FIELD_GOAL), "A field and what it must be."),
        Field::may("name", Kind::Table(&NAME_GOAL), "A name and what it must lead to."),
        Field::may("unbroken", Kind::Table(&UNBROKEN), "What worked before still works."),
        Field::may("file", Kind::Table(&FILE_GOAL), "A file and what it must hold."),
    ],
    exactly_one: &["probe", "object", "gone", "field", "name", "unbroken", "file"],
    check: Some(forms::partial_has_parts),
};

pub(super) const GOALS: Kind = Kind::List { of: &Kind::Table(&GOAL), min: 1, max: 100 };

//! `portolan pack schema`: what editors complete and check a pack's files by.

use super::{Exit, Streams};
use crate::content::schema::{GLOSSARY, GUIDE, LESSON, PACK, QUIZ, json_schema, world_schema};
use anyhow::Context;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Print the JSON Schema of a pack's files, for editors
///
/// Save it, and name it in the first line of a file: `#:schema ../lesson.schema.json` in TOML,
/// `# yaml-language-server: $schema=../world.schema.json` in a world. An editor with a TOML or
/// YAML language server then completes keys, explains them and marks wrong ones. `pack check`
/// finds more: links between files, and claims that don't hold.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  portolan pack schema lesson -o lesson.schema.json")]
pub(super) struct Schema {
    /// Whose schema; all six in one object unless given
    #[arg(value_enum, value_name = "KIND")]
    of: Option<Of>,
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Of {
    /// pack.toml
    Pack,
    /// lessons/*.toml
    Lesson,
    /// quizzes/*.toml
    Quiz,
    /// worlds/*.yaml
    World,
    /// glossary.toml
    Glossary,
    /// guide.toml
    Guide,
}

impl Of {
    fn schema(self) -> Value {
        match self {
            Self::Pack => json_schema(&PACK),
            Self::Lesson => json_schema(&LESSON),
            Self::Quiz => json_schema(&QUIZ),
            Self::World => world_schema(),
            Self::Glossary => json_schema(&GLOSSARY),
            Self::Guide => json_schema(&GUIDE),
        }
    }
}

impl Schema {
    pub(super) fn run(self, streams: &mut Streams<'_>) -> anyhow::Result<Exit> {
        let schema = match self.of {
            Some(of) => of.schema(),
            None => json!({
                "pack": Of::Pack.schema(),
                "lesson": Of::Lesson.schema(),
                "quiz": Of::Quiz.schema(),
                "world": Of::World.schema(),
                "glossary": Of::Glossary.schema(),
                "guide": Of::Guide.schema(),
            }),
        };
        let text = format!("{schema:#}\n");
        match self.output {
            Some(path) => std::fs::write(&path, text)
                .with_context(|| format!("cannot write {}", path.display()))?,
            None => streams.out.write_all(text.as_bytes())?,
        }
        Ok(Exit::Yes)
    }
}

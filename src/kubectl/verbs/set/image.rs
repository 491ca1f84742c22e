//! `kubectl set image`.

use super::change::{self, Change, Words, containers, pod_spec};
use crate::kubectl::command::{Call, Command, Flag, Runs};
use crate::kubectl::console::{Console, Io};
use crate::kubectl::failure::Failure;
use crate::kubectl::job::Done;
use crate::kubectl::write::split_pairs;
use crate::manifest::go::Quoted;

const COMMON: [&[Flag]; 8] = change::FLAGS;

pub(super) static COMMANDS: &[Command] = &[Command {
    path: "set image",
    aliases: &[],
    usage: "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]",
    about: "Update the image of a pod template",
    flags: &COMMON,
    runs: Runs::Verb(image),
}];

fn image(console: &mut Console, call: &Call, io: &mut Io) -> Result<Done, Failure> {
    let mut change = Change::new(console, call, io)?;
    let (args, pairs) = split_pairs(&call.args, "image").map_err(Failure::Client)?;
    let found = change.find(console, call, io, &args)?;
    let mut images: Vec<(&str, &str)> = pairs.iter().filter_map(|p| p.split_once('=')).collect();
    if images.is_empty() {
        return Err(Failure::Client("at least one image update is required".to_owned()));
    }
    if images.len() > 1 && images.iter().any(|(name, _)| *name == "*") {
        return Err(Failure::Client("all containers are already specified by *, but saw more than one container_name=container_image pairs".to_owned()));
    }
    images.sort_unstable();
    let words = Words {
        done: "image updated",
        failed: "failed to patch image update to pod template: ",
        tells_unchanged: false,
    };
    change.each(console, io, (found, words), |_, item, object| {
        let spec = match pod_spec(item, object) {
            Ok(spec) => spec,
            Err(error) => return vec![error],
        };
        let mut wrong = Vec::new();
        for (name, image) in &images {
            let mut is_found = false;
            for container in containers(spec) {
                if *name == "*" || container["name"] == *name {
                    container["image"] = (*image).into();
                    is_found = true;
                }
            }
            if !is_found {
                let name = Quoted(name);
                let says = format!("error: unable to find container named {name:?}");
                wrong.push(Failure::Client(says));
            }
        }
        wrong
    })
}

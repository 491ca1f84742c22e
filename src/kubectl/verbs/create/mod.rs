//! `kubectl create`: from files, and of one kind from flags.

mod access;
mod batch;
mod budget;
mod config_map;
mod data;
mod deployment;
mod from_file;
mod ingress;
mod make;
mod plain;
mod secret;
mod service;
mod token;

pub(super) use access::subjects;
pub(super) use data::env_name;
pub(super) use make::required;
pub(super) use plain::is_quantity;
pub(in crate::kubectl) use token::account_token;

use crate::kubectl::command::Command;

/// The parent command first: those below are found through it.
pub(super) static COMMANDS: &[&[Command]] = &[
    from_file::COMMANDS,
    access::COMMANDS,
    batch::COMMANDS,
    budget::COMMANDS,
    config_map::COMMANDS,
    deployment::COMMANDS,
    ingress::COMMANDS,
    plain::COMMANDS,
    secret::COMMANDS,
    service::COMMANDS,
    token::COMMANDS,
];

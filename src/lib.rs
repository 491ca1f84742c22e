//! Portolan charts the routes that packets take through Kubernetes Services.
//!
//! The map of this crate. A module uses what stands above it, never what
//! stands below (`tests/house.rs` checks every path):
//!
//! Pure: no terminal, no files, no clock, no randomness but a seed.
pub mod source;

pub mod manifest;

pub mod validate;

pub mod cluster;

pub mod dns;

pub mod trace;

pub mod chart;

pub mod advise;

pub mod kubectl;

pub mod content;

pub mod grade;

pub mod review;

pub mod prove;

pub mod progress;

pub mod app;

// Shell: draws, and the only places where effects happen.
pub mod ui;

pub mod runtime;

pub mod cli;

//! `--dry-run` (`GetDryRunStrategy`, k8s.io/kubectl/pkg/cmd/util/helpers.go, v1.36).

use crate::kubectl::command::Call;
use crate::kubectl::console::Io;
use crate::kubectl::failure::Failure;

/// How far a command goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::kubectl) enum DryRun {
    /// All the way.
    #[default]
    None,
    /// The server is not asked to change anything.
    Client,
    /// The server says what would come of it.
    Server,
}

impl DryRun {
    /// As the command was called.
    ///
    /// # Errors
    /// What kubectl says of another value.
    pub(in crate::kubectl) fn of(call: &Call, io: &mut Io) -> Result<Self, Failure> {
        // As klog heads its lines.
        let old = |io: &mut Io, instead: &str| {
            let time = call.time.parse::<jiff::Timestamp>().unwrap_or_default();
            let time = time.strftime("%m%d %H:%M:%S.000000");
            io.err(format_args!("W{time}       1 helpers.go:719] {instead}\n"));
        };
        Ok(match call.flags.text("dry-run") {
            None | Some("none") => Self::None,
            Some("client") => Self::Client,
            Some("server") => Self::Server,
            Some("unchanged") => {
                old(io, "--dry-run is deprecated and can be replaced with --dry-run=client.");
                Self::Client
            }
            Some("true" | "1" | "t" | "T" | "TRUE" | "True") => {
                let value = call.flags.text("dry-run").unwrap_or("");
                old(
                    io,
                    &format!(
                        "--dry-run={value} is deprecated (boolean value) and can be replaced with --dry-run=client."
                    ),
                );
                Self::Client
            }
            Some(value @ ("false" | "0" | "f" | "F" | "FALSE" | "False")) => {
                old(
                    io,
                    &format!(
                        "--dry-run={value} is deprecated (boolean value) and can be replaced with --dry-run=none."
                    ),
                );
                Self::None
            }
            Some(other) => {
                return Err(Failure::Client(format!(
                    "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
                )));
            }
        })
    }

    /// What stands behind a line that says what was done.
    pub(in crate::kubectl) const fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

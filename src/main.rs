//! The `portolan` program: arguments, then one call.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}

//! The program: the command line, or the window where there are no arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    lazaret::cli::run()
}

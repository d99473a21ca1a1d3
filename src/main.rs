//! The program: parse arguments, run, map the outcome to an exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// pingora makes many small allocations for every request.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    portcullis::cli::main(std::env::args_os())
}

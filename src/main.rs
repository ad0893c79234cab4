//! The `relata` program: runs the library's command line and ends with its exit code.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    relata::cli::main()
}

//! The `relata` program: hands over to the library's command line and ends with its exit code.

/// Activations of the encoder are freed and taken again for every batch; the system's allocator returns such large
/// pieces to the kernel each time, and the page faults cost a fifth of the encoder's speed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    relata::cli::main()
}

//! The command line.

use falab::core::kernel::aligned::Aligned;

#[global_allocator]
static MEMORY: Aligned = Aligned;

fn main() -> std::process::ExitCode {
    falab::cli::main()
}

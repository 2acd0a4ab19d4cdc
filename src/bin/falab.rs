//! The command line.

fn main() -> std::process::ExitCode {
    falab::cli::main()
}

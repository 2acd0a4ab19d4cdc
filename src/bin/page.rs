//! The web page, and each of its workers.

use falab::core::kernel::aligned::Aligned;

#[global_allocator]
static MEMORY: Aligned = Aligned;

fn main() {
    #[cfg(target_arch = "wasm32")]
    falab::web::start();
}

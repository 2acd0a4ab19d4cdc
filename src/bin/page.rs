//! The web page, and each of its workers.

fn main() {
    #[cfg(target_arch = "wasm32")]
    falab::web::start();
}

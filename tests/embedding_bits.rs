//! A t-SNE ends in the same bits natively and as wasm: each compares with the digest below.
//!
//! A failure means either that something came in whose bits depend on the target, or that the arithmetic was changed:
//! then copy the digest that the failing test prints, and see the wasm test pass too.

use falab::data::mnist::sha256_hex;
use falab::inside::tsne::{Embedding, Settings};
use ndarray::Array2;

/// Made-up features around seven centres.
fn features() -> Array2<f32> {
    Array2::from_shape_fn((300, 23), |(i, j)| {
        let centre = ((i % 7) * 31 + j * 17) % 11;
        let noise = (i * 7919 + j * 104_729) % 1_000;
        centre as f32 + noise as f32 / 400.0
    })
}

fn digest(seed: u64, pieces_of: usize) -> String {
    let settings = Settings {
        perplexity: 20.0,
        exaggerated: 60,
        iterations: 150,
        seed,
        ..Settings::default()
    };
    let mut embedding = Embedding::new(features().view(), settings).expect("possible");
    for _ in 0..pieces_of {
        embedding.advance();
    }
    embedding.finish();
    let bytes = embedding.points().iter().flatten();
    let bytes: Vec<u8> = bytes.flat_map(|x| x.to_bits().to_le_bytes()).collect();
    sha256_hex(&bytes)
}

const EXPECTED: &str = "2f1e79664c59578549e012367093389970308e0966ec05293ca1fe4c7ebc5122";

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn an_embedding_ends_in_the_same_bits() {
    let found = digest(1, 0);
    assert!(found == EXPECTED, "found: {found}");
    assert_eq!(digest(1, 17), found);
    assert_ne!(digest(2, 0), found);
}

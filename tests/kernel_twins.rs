//! The fast products equal their naive twins bit for bit, at any shape and layout.

use falab::core::kernel::{
    Batch, NonZeros, Rows, Start, map_by_exp, naive, outer, product, sparse_product,
};
use falab::core::scalar::{ByExp, Logistic, Softplus, Tanh};
use ndarray::{Array2, ArrayView2, s};
use proptest::prelude::*;

/// A matrix of numbers of very different sizes; a quarter of them zero.
fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Array2<f32>> {
    let number = prop_oneof![Just(0.0f32), -1.0f32..1.0, -1e-6f32..1e-6, -1e6f32..1e6,];
    proptest::collection::vec(number, rows * columns)
        .prop_map(move |data| Array2::from_shape_vec((rows, columns), data).unwrap())
}

/// Operands and C of a product [m, k] · [k, n].
fn operands() -> impl Strategy<Value = (Array2<f32>, Array2<f32>, Array2<f32>)> {
    (1usize..30, 0usize..40, 1usize..150)
        .prop_flat_map(|(m, k, n)| (matrix(m, k), matrix(k, n), matrix(m, n)))
}

/// Operands with enough rows and columns of C for B's columns to be gathered, most of the time.
fn wide_operands() -> impl Strategy<Value = (Array2<f32>, Array2<f32>, Array2<f32>)> {
    (1usize..20, 1usize..6, 200usize..430)
        .prop_flat_map(|(m, k, n)| (matrix(m, k), matrix(k, n), matrix(m, n)))
}

/// Operands with so many rows of B that they are worked through in several turns, most of the time.
fn tall_operands() -> impl Strategy<Value = (Array2<f32>, Array2<f32>, Array2<f32>)> {
    (8usize..14, 60usize..300, 40usize..260)
        .prop_flat_map(|(m, k, n)| (matrix(m, k), matrix(k, n), matrix(m, n)))
}

/// Xᵀ [inputs, batch] and δ [batch, n_out] of a gradient, of which several pieces are made most of the time.
fn samples() -> impl Strategy<Value = (Array2<f32>, Array2<f32>)> {
    (1usize..80, 0usize..12, 1usize..70)
        .prop_flat_map(|(inputs, batch, n_out)| (matrix(inputs, batch), matrix(batch, n_out)))
}

/// Ways for [`view`] to look at a matrix.
const VIEWS: usize = 4;

/// `rows` by `columns` of a larger matrix: with strides that are negative, that leave elements out, that are longer than
/// a row, and the same by columns.
fn view(whole: &Array2<f32>, way: usize, rows: usize, columns: usize) -> ArrayView2<'_, f32> {
    match way {
        0 => whole.slice(s![..rows;-1, ..columns;-1]),
        1 => whole.slice(s![..2 * rows;2, ..3 * columns;3]),
        2 => whole.slice(s![3..3 + rows, 3..3 + columns]),
        _ => whole.slice(s![3..3 + columns, 3..3 + rows]).reversed_axes(),
    }
}

fn bits(matrix: &Array2<f32>) -> Vec<u32> {
    matrix.iter().map(|value| value.to_bits()).collect()
}

fn start() -> impl Strategy<Value = Start> {
    prop_oneof![Just(Start::Zero), Just(Start::Present)]
}

fn sparse(matrix: ArrayView2<f32>) -> NonZeros {
    let mut sparse = NonZeros::new(matrix.ncols());
    for row in matrix.rows() {
        sparse.push_row(row.iter().copied());
    }
    sparse
}

/// The sparse product of A · B is the naive one.
fn leaves_out_zeros(
    a: &Array2<f32>,
    b: &Array2<f32>,
    c: &Array2<f32>,
    start: Start,
) -> Result<(), TestCaseError> {
    let sparse = sparse(a.view());
    // A sum that starts from C could start from -0; sums of the program start from +0 and never reach it.
    let c = c.mapv(|value| value + 0.0);
    let (mut fast, mut slow) = (c.clone(), c);
    sparse_product(&sparse, b.view(), fast.view_mut(), start);
    naive::product(a.view(), b.view(), slow.view_mut(), start);
    prop_assert_eq!(bits(&fast), bits(&slow));
    Ok(())
}

/// One within or near the range of the functions, or one of their special ones.
fn any_number() -> impl Strategy<Value = f32> {
    let special = [
        0.0,
        -0.0,
        0.625,
        9.1,
        -87.5,
        300.0,
        f32::INFINITY,
        -f32::INFINITY,
    ];
    prop_oneof![8 => -20.0f32..20.0, 1 => proptest::sample::select(special.to_vec())]
}

fn mapped<F: ByExp>(values: &[f32]) -> Vec<u32> {
    let mut mapped = values.to_vec();
    map_by_exp::<F>(&mut mapped);
    mapped.iter().map(|value| value.to_bits()).collect()
}

fn each<F: ByExp>(values: &[f32]) -> Vec<u32> {
    values.iter().map(|&x| F::at(x).to_bits()).collect()
}

proptest! {
    #[test]
    fn the_product_is_its_naive_twin((a, b, c) in operands(), start in start()) {
        let (mut fast, mut across, mut slow) = (c.clone(), c.clone(), c);
        product(a.view(), b.view(), fast.view_mut(), start);
        // B stored by columns, as W of δ Wᵀ.
        let by_columns = b.t().as_standard_layout().into_owned();
        product(a.view(), by_columns.t(), across.view_mut(), start);
        naive::product(a.view(), b.view(), slow.view_mut(), start);
        prop_assert_eq!(bits(&fast), bits(&slow));
        prop_assert_eq!(bits(&across), bits(&slow));
    }

    #[test]
    fn layout_changes_no_bit((a, b, c) in operands()) {
        let mut plain = c.clone();
        product(a.view(), b.view(), plain.view_mut(), Start::Zero);
        // The same operands, stored the other way round.
        let (a_stored, b_stored) = (a.t().as_standard_layout().into_owned(), b.t().as_standard_layout().into_owned());
        let mut stored = c.clone();
        product(a_stored.t(), b_stored.t(), stored.view_mut(), Start::Zero);
        prop_assert_eq!(bits(&plain), bits(&stored));
        // And as (Bᵀ Aᵀ)ᵀ.
        let mut swapped = c.t().as_standard_layout().into_owned();
        product(b.t(), a.t(), swapped.view_mut(), Start::Zero);
        prop_assert_eq!(bits(&plain), bits(&swapped.t().as_standard_layout().into_owned()));
    }

    #[test]
    fn a_gradient_is_its_naive_twin_by_samples_and_by_inputs((xt, delta) in samples(), scale in 1e-3f32..1.0) {
        let x = xt.t().as_standard_layout().into_owned();
        let mut slow = Array2::zeros((x.ncols(), delta.ncols()));
        naive::outer(x.view(), delta.view(), scale, slow.view_mut());
        let by_input = sparse(x.t());
        for batch in [Batch::Dense(x.view()), Batch::ByInput(&by_input)] {
            // Every row comes once, in ascending order.
            let mut rows = Vec::new();
            outer(batch, delta.view(), scale, |range, values| {
                assert_eq!(range.start * delta.ncols(), rows.len());
                match values {
                    Rows::Values(values) => rows.extend_from_slice(values),
                    Rows::Zero => rows.resize(range.end * delta.ncols(), 0.0),
                }
            });
            let fast = Array2::from_shape_vec(slow.dim(), rows).unwrap();
            // A zero that was left out may have been a negative one: it is +0 here and there after the sum from +0.
            prop_assert_eq!(bits(&fast), bits(&slow));
        }
    }

    #[test]
    fn any_view_is_as_its_copy(
        ways in (0..VIEWS, 0..VIEWS),
        (m, k, n) in (1usize..12, 0usize..14, 1usize..70),
        (a, b, c) in (matrix(40, 50), matrix(80, 220), matrix(12, 70)),
        start in start(),
    ) {
        let (a, b) = (view(&a, ways.0, m, k), view(&b, ways.1, k, n));
        let c = c.slice(s![..m, ..n]).to_owned();
        let (mut fast, mut slow) = (c.clone(), c);
        product(a, b, fast.view_mut(), start);
        naive::product(a.to_owned().view(), b.to_owned().view(), slow.view_mut(), start);
        prop_assert_eq!(bits(&fast), bits(&slow));
    }

    #[test]
    fn a_product_split_along_k_is_the_whole((a, b, c) in operands(), cut in 0.0f64..1.0) {
        let cut = (a.ncols() as f64 * cut) as usize;
        let (mut whole, mut parts) = (c.clone(), c);
        product(a.view(), b.view(), whole.view_mut(), Start::Zero);
        product(a.slice(s![.., ..cut]), b.slice(s![..cut, ..]), parts.view_mut(), Start::Zero);
        product(a.slice(s![.., cut..]), b.slice(s![cut.., ..]), parts.view_mut(), Start::Present);
        prop_assert_eq!(bits(&whole), bits(&parts));
    }

    #[test]
    fn leaving_out_zeros_changes_no_bit((a, b, c) in operands(), start in start()) {
        leaves_out_zeros(&a, &b, &c, start)?;
    }

    #[test]
    fn nor_does_gathering_the_columns_of_a_wide_matrix((a, b, c) in wide_operands(), start in start()) {
        leaves_out_zeros(&a, &b, &c, start)?;
    }

    #[test]
    fn nor_do_the_turns_in_which_a_tall_matrix_is_used((a, b, c) in tall_operands(), start in start()) {
        leaves_out_zeros(&a, &b, &c, start)?;
    }

    #[test]
    fn functions_of_many_values_are_those_of_each(values in proptest::collection::vec(any_number(), 0..200)) {
        prop_assert_eq!(mapped::<Tanh>(&values), each::<Tanh>(&values));
        prop_assert_eq!(mapped::<Logistic>(&values), each::<Logistic>(&values));
        prop_assert_eq!(mapped::<Softplus>(&values), each::<Softplus>(&values));
    }

    #[test]
    fn the_transpose_of_a_sparse_matrix_holds_its_entries((a, _, _) in operands()) {
        let mut transposed = NonZeros::default();
        sparse(a.view()).transpose_into(&mut transposed);
        prop_assert_eq!(transposed, sparse(a.t()));
    }
}

/// Products read B by an entry's column without a look, so what adds entries sees to it.
#[test]
fn entries_out_of_place_are_refused() {
    let refused = |add: fn(&mut NonZeros)| {
        let told = std::panic::catch_unwind(|| add(&mut NonZeros::new(5))).unwrap_err();
        told.downcast_ref::<String>().cloned().unwrap_or_else(|| {
            let told = told.downcast_ref::<&str>();
            (*told.unwrap()).to_owned()
        })
    };
    assert_eq!(
        refused(|matrix| matrix.push_entries([(3, 1.0), (3, 1.0)].into_iter())),
        "column 3 after 3"
    );
    assert_eq!(
        refused(|matrix| matrix.push_entries([(5, 1.0)].into_iter())),
        "column 5 of 5"
    );
    assert_eq!(
        refused(|matrix| matrix.push_bytes(&[4, 2], &[1, 1], &[1.0; 256])),
        "columns of a row do not ascend"
    );
    assert_eq!(
        refused(|matrix| matrix.push_bytes(&[2, 5], &[1, 1], &[1.0; 256])),
        "column 5 of 5"
    );
}

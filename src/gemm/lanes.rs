//! Sums and extremes of a row, with one partial result for each lane of a register.

/// The number of partial results. The widest register (512 bits) has this many f32 numbers, so each step is one vector
/// instruction.
pub(crate) const LANES: usize = 16;

#[inline(always)]
pub(crate) fn sum(row: &[f32]) -> f32 {
    fold(row, 0.0, |total, x| total + x, |a, b| a + b)
}

#[inline(always)]
pub(crate) fn sum_of_squares(row: &[f32]) -> f32 {
    fold(row, 0.0, |total, x| total + x * x, |a, b| a + b)
}

#[inline(always)]
pub(crate) fn greatest(row: &[f32]) -> f32 {
    let greater = |a, b| if b > a { b } else { a };
    fold(row, f32::NEG_INFINITY, greater, greater)
}

#[inline(always)]
pub(crate) fn least(row: &[f32]) -> f32 {
    let lesser = |a, b| if b < a { b } else { a };
    fold(row, f32::INFINITY, lesser, lesser)
}

/// Folds the numbers of `row` into [`LANES`] partial results with `step`, and the partial results into one with
/// `combine`.
#[inline(always)]
fn fold(row: &[f32], start: f32, step: impl Fn(f32, f32) -> f32, combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut partial = [start; LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (partial, x) in partial.iter_mut().zip(chunk) {
            *partial = step(*partial, *x);
        }
    }
    rest.iter().fold(combine_lanes(partial, combine), |total, x| step(total, *x))
}

/// Combines the lanes by halves, in four vector instructions instead of sixteen that wait for each other.
#[inline(always)]
pub(crate) fn combine_lanes(mut partial: [f32; LANES], combine: impl Fn(f32, f32) -> f32) -> f32 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            partial[lane] = combine(partial[lane], partial[lane + half]);
        }
        half /= 2;
    }
    partial[0]
}

//! Interleaves several lists in proportion to their weights.

/// Returns, for each of `top_k` places, the list that fills it. A place goes to the list with the greatest quotient:
/// its weight divided by 1, 3, 5, … for its first, second, third place. Of equal quotients, the first list gets the
/// place. A list gets at most as many places as its entry in `lengths`, and no place if its weight is 0.
///
/// This is the method of Sainte-Laguë (1910), which several countries use to allocate seats in parliaments. At every
/// place, the shares are as near to the weights as whole numbers allow. Small lists appear earlier than with D'Hondt's
/// method.
pub fn interleave(weights: &[usize], lengths: &[usize], top_k: usize) -> Vec<usize> {
    let mut taken = vec![0; weights.len()];
    let mut turns = Vec::new();
    while turns.len() < top_k {
        let quotient = |list: usize| weights[list] as f64 / (2 * taken[list] + 1) as f64;
        let open = (0..weights.len()).filter(|&list| taken[list] < lengths[list] && weights[list] > 0);
        // `max_by` returns the last of equals. In reversed order, that is the first list.
        let Some(next) = open.rev().max_by(|&a, &b| quotient(a).total_cmp(&quotient(b))) else { break };
        taken[next] += 1;
        turns.push(next);
    }
    turns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_equal_weight_alternate_and_a_small_list_has_its_share() {
        assert_eq!(interleave(&[5, 5], &[9, 9], 5), [0, 1, 0, 1, 0]);
        assert_eq!(interleave(&[8, 2], &[99, 99], 10).iter().filter(|&&list| list == 1).count(), 2);
        assert_eq!(interleave(&[3, 1], &[9, 9], 4), [0, 0, 1, 0]);
    }

    #[test]
    fn the_places_of_a_list_that_ends_go_to_the_others() {
        assert_eq!(interleave(&[1, 1], &[1, 9], 4), [0, 1, 1, 1]);
        assert_eq!(interleave(&[1, 0], &[1, 9], 4), [0]);
        assert_eq!(interleave(&[], &[], 4), [0usize; 0]);
    }

    proptest! {
        #[test]
        fn shares_are_near_to_the_weights(a in 1usize..30, b in 1usize..30, top_k in 0usize..60) {
            let first = interleave(&[a, b], &[60, 60], top_k).iter().filter(|&&list| list == 0).count();
            let exact = top_k as f64 * a as f64 / (a + b) as f64;
            prop_assert!((first as f64 - exact).abs() <= 0.5 + 1e-9, "{first} {exact}");
        }
    }
}

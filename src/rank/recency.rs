//! Prefers newer papers: a score halves with each half-life of age.

/// The change of a score by age, at most 0: score · (½^(age / half-life) − 1). `age` and `half_life` are in years; a
/// negative age counts as 0. A score below 0 does not change, because it would rise.
pub fn lost_to_age(score: f32, age: f32, half_life: f32) -> f32 {
    score.max(0.0) * ((-age.max(0.0) / half_life).exp2() - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_half_life_halves_the_score() {
        assert_eq!(lost_to_age(0.8, 0.0, 2.0), 0.0);
        assert_eq!(lost_to_age(0.8, 2.0, 2.0), -0.4);
        assert_eq!(lost_to_age(0.8, 4.0, 2.0), -0.6);
        assert_eq!(lost_to_age(0.8, -3.0, 2.0), 0.0);
        assert_eq!(lost_to_age(-0.5, 4.0, 2.0), 0.0);
    }
}

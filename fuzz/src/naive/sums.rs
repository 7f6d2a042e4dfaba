//! The sum of doubles, rounded once.
//!
//! J. R. Shewchuk, "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997: a sum is
//! kept as numbers that do not overlap, which `math.fsum` of Python does too.

/// The double nearest to the sum, ties to even, or `None` if a partial sum is beyond the largest double.
#[must_use]
pub fn rounded(values: &[f64]) -> Option<f64> {
    let special: f64 = values.iter().filter(|value| !value.is_finite()).sum();
    if special != 0.0 {
        return Some(special);
    }
    let mut parts: Vec<f64> = Vec::new();
    for &value in values {
        let mut sum = value;
        let mut kept = Vec::new();
        for &part in &parts {
            let (large, small) = if sum.abs() < part.abs() { (part, sum) } else { (sum, part) };
            let high = large + small;
            let low = small - (high - large);
            if low != 0.0 {
                kept.push(low);
            }
            sum = high;
        }
        if !sum.is_finite() {
            return None;
        }
        kept.push(sum);
        parts = kept;
    }
    // Parts from the largest down: the first that does not vanish decides, and the sign of the next one breaks a tie.
    let mut sum = parts.pop().unwrap_or(0.0);
    while let Some(part) = parts.pop() {
        let high = sum + part;
        let low = part - (high - sum);
        sum = high;
        if low != 0.0 {
            let next = parts.last().copied().unwrap_or(0.0);
            if low.signum() == next.signum() && next != 0.0 {
                let doubled = 2.0 * low;
                let moved = sum + doubled;
                if moved - sum == doubled {
                    sum = moved;
                }
            }
            break;
        }
    }
    // The sum of no numbers is 0, not -0.
    Some(sum + 0.0)
}

//! Names that differ by a slip of the pen.

use shared::text::{distance, fold};

/// Whether two names are so alike that one may be the other misspelt.
pub fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let length = a.chars().count().min(b.chars().count());
    // A letter in a short name makes another name of it.
    let slips = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    distance(&a, &b) <= slips
}

/// Whether one name is the other with words added: "Vàng Pheo", "Vàng Pheo Mới".
pub fn is_part(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && format!(" {long} ").contains(&format!(" {short} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_name_is_not() {
        for (a, b, near) in [
            ("Vàng Pheo", "Vang Phèo", true),
            ("Vàng Pheo", "Vàng Peo", true),
            ("Huổi Sen", "Huổi Xen", true),
            ("Đèo Thị Ín", "Đèo Thị Ính", true),
            ("Tây An", "Tây Sơn", false),
            ("Pá", "Pa A", false),
            ("Nà Củng", "Nà Cóc", false),
            ("", "", true),
        ] {
            assert_eq!(is_near(a, b), near, "{a} {b}");
        }
        assert!(is_part("Vàng Pheo", "vàng pheo mới") && !is_part("Vàng", "Vàngg Pheo"));
    }
}

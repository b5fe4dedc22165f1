//! The fields of a form or an address, as they came: in their order, and each as often as it was sent.

use std::str::FromStr;

use axum::http::Uri;
use shared::problem::ProblemKind;

pub type Pairs = Vec<(String, String)>;

/// The first field of a name, without what surrounds it.
pub fn field<'a>(pairs: &'a Pairs, wanted: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.trim())
}

/// The same, where nothing can be done without it.
pub fn read<T: FromStr>(pairs: &Pairs, wanted: &str) -> Result<T, ProblemKind> {
    let read = field(pairs, wanted).and_then(|value| value.parse().ok());
    read.ok_or(ProblemKind::Malformed)
}

/// What an address asks for. One that cannot be read asks for nothing.
pub fn in_address(uri: &Uri) -> Pairs {
    serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_far_as_it_can_be() {
        let of = |address: &'static str| in_address(&Uri::from_static(address));
        let pairs = of("/campaign?unit=7&year=+2025+&unit=8");
        assert_eq!(field(&pairs, "unit"), Some("7"));
        assert_eq!(read::<u16>(&pairs, "year"), Ok(2025));
        assert_eq!(read::<u16>(&pairs, "title"), Err(ProblemKind::Malformed));
        for nothing in ["/campaign", "/campaign?", "/campaign?%ff=%ff"] {
            assert_eq!(field(&of(nothing), "unit"), None, "{nothing}");
        }
    }
}

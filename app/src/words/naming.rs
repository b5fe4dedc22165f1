//! What something is called together with what it is. Many names begin with that word themselves ("Xã Phong Thổ", "Họ Lò"): it is not
//! said twice.

use shared::kind::SubjectKind;
#[cfg(not(target_arch = "wasm32"))]
use shared::org_unit::UnitKind;

use super::one;
use crate::locale::{self, Locale};

/// The words with which a name of a kind says itself what it bears.
fn words_of(kind: SubjectKind) -> &'static [&'static str] {
    match kind {
        SubjectKind::Household => &["hộ", "gia đình"],
        SubjectKind::Clan => &["họ", "dòng họ", "chi họ", "tộc", "dòng tộc"],
        SubjectKind::Village => &[
            "bản",
            "thôn",
            "tổ",
            "khu",
            "xóm",
            "ấp",
            "buôn",
            "làng",
            "phố",
            "tiểu khu",
            "đội",
            "cộng đồng",
        ],
        SubjectKind::Unit => &[
            "đơn vị",
            "cơ quan",
            "trường",
            "hợp tác xã",
            "htx",
            "công ty",
            "doanh nghiệp",
            "xí nghiệp",
            "trung tâm",
            "trạm",
            "ủy ban",
            "uỷ ban",
            "ubnd",
            "hội",
            "đoàn",
            "phòng",
            "ban",
            "đồn",
            "công an",
            "đảng ủy",
            "đảng uỷ",
            "chi bộ",
            "mặt trận",
            "tổ",
            "nhóm",
            "chi cục",
            "hạt",
            "bệnh viện",
            "bưu điện",
            "ngân hàng",
            "quỹ",
        ],
        SubjectKind::Citizen => &["công dân"],
        SubjectKind::Commune => &["xã", "phường", "thị trấn", "đặc khu"],
        SubjectKind::District => &["huyện", "quận", "thị xã", "thành phố"],
        SubjectKind::Province => &["tỉnh", "thành phố"],
    }
}

/// Whether a name begins with a word, whole, and goes on after it.
fn begins(name: &str, word: &str) -> bool {
    let mut letters = name.trim_start().chars();
    let is_there = word.chars().all(|letter| {
        letters
            .next()
            .is_some_and(|it| it.to_lowercase().eq([letter]))
    });
    let rest = letters.as_str();
    is_there && rest.starts_with(char::is_whitespace) && !rest.trim().is_empty()
}

/// Whether a name says itself what it is the name of.
fn says_kind(kind: SubjectKind, name: &str) -> bool {
    words_of(kind).iter().any(|word| begins(name, word))
}

/// What it is and what it is called, as a sentence says it: `hộ Lò Văn Pâng`, `xã Phong Thổ`, `họ Lò`, `Trường Tiểu học Mường So`.
pub fn named(kind: SubjectKind, name: &str) -> String {
    if !says_kind(kind, name) {
        return format!("{} {name}", one(kind));
    }
    // The word is a common one, except in what an institution is called.
    match locale::current() {
        Locale::Vi if kind != SubjectKind::Unit => small(name),
        _ => name.to_owned(),
    }
}

/// With its first letter small, unless all are large.
pub fn small(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !letters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// As a certificate calls whom it is for. `lies_in` is what a village is part of: a ward and a township have residential groups.
#[cfg(not(target_arch = "wasm32"))]
pub fn on_paper(kind: SubjectKind, name: &str, lies_in: Option<UnitKind>) -> String {
    if says_kind(kind, name) {
        return name.to_owned();
    }
    let word = match (kind, lies_in) {
        (SubjectKind::Household, _) if begins(name, "ông") || begins(name, "bà") => "Gia đình",
        (SubjectKind::Household, _) => "Gia đình ông/bà",
        (SubjectKind::Clan, _) => "Dòng họ",
        (SubjectKind::Village, Some(UnitKind::Ward | UnitKind::Township)) => "Tổ dân phố",
        (SubjectKind::Village, _) => "Bản",
        _ => return name.to_owned(),
    };
    format!("{word} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_says_itself_is_not_said_twice() {
        use SubjectKind::*;
        for (kind, name, said) in [
            (Household, "Lò Văn Pâng", "hộ Lò Văn Pâng"),
            (Household, "Hồ Thị Ón", "hộ Hồ Thị Ón"),
            (Household, "Hộ Lò Văn Pâng", "hộ Lò Văn Pâng"),
            (Household, "Gia đình bà Mẩy", "gia đình bà Mẩy"),
            (Citizen, "Bàn Thị Ón", "công dân Bàn Thị Ón"),
            (Commune, "Xã Phong Thổ", "xã Phong Thổ"),
            (Commune, "Phường Tân Phong", "phường Tân Phong"),
            (Commune, "Thị trấn Tam Đường", "thị trấn Tam Đường"),
            (Commune, "XÃ PHONG THỔ", "XÃ PHONG THỔ"),
            (Commune, "Mường So", "xã Mường So"),
            (Village, "Bản Vàng Pheo", "bản Vàng Pheo"),
            (Village, "Thôn Hòa Bình", "thôn Hòa Bình"),
            (Village, "Tổ dân phố số 2", "tổ dân phố số 2"),
            (Village, "Vàng Pheo", "cộng đồng bản Vàng Pheo"),
            (Village, "Bản", "cộng đồng bản Bản"),
            (Clan, "Họ Lò", "họ Lò"),
            (Clan, "Dòng họ Tẩn", "dòng họ Tẩn"),
            (Clan, "Hoàng", "dòng họ Hoàng"),
            (Unit, "Trường Tiểu học Mường So", "Trường Tiểu học Mường So"),
            (Unit, "Hợp tác xã Chè Tam Đường", "Hợp tác xã Chè Tam Đường"),
            (Unit, "HTX Thành Công", "HTX Thành Công"),
            (Unit, "UBND xã Mường So", "UBND xã Mường So"),
            (Unit, "Banana Xanh", "đơn vị Banana Xanh"),
            (District, "Huyện Phong Thổ", "huyện Phong Thổ"),
            (Province, "Tỉnh Lai Châu", "tỉnh Lai Châu"),
        ] {
            assert_eq!(named(kind, name), said);
        }
    }

    #[test]
    fn a_certificate_says_what_somebody_is() {
        use SubjectKind::*;
        let ward = Some(UnitKind::Ward);
        for (kind, name, lies_in, said) in [
            (
                Household,
                "Lò Văn Pâng",
                None,
                "Gia đình ông/bà Lò Văn Pâng",
            ),
            (
                Household,
                "Bà Phàn Thị Mẩy",
                None,
                "Gia đình Bà Phàn Thị Mẩy",
            ),
            (Household, "Gia đình ông Pâng", None, "Gia đình ông Pâng"),
            (
                Village,
                "Vàng Pheo",
                Some(UnitKind::Commune),
                "Bản Vàng Pheo",
            ),
            (Village, "Bản Vàng Pheo", None, "Bản Vàng Pheo"),
            (Village, "Số 2", ward, "Tổ dân phố Số 2"),
            (Village, "Tổ 2", ward, "Tổ 2"),
            (Clan, "Lò", None, "Dòng họ Lò"),
            (Clan, "Họ Lò", None, "Họ Lò"),
            (Citizen, "Lò Thị Ón", None, "Lò Thị Ón"),
            (Commune, "Xã Phong Thổ", None, "Xã Phong Thổ"),
        ] {
            assert_eq!(on_paper(kind, name, lies_in), said);
        }
    }
}

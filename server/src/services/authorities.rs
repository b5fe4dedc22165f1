//! Who decides above a unit, as papers name them.

use chrono::NaiveDate;
use papers::Letterhead;
use shared::authority::Authority;
use shared::ids::UnitId;
use shared::org_unit::{OrgTree, OrgUnit, UnitKind};

use super::letterheads::{in_a_sentence, proper};

/// An authority above a unit.
pub struct Above {
    /// Whose authority it is: "Ủy ban nhân dân tỉnh Lai Châu".
    upper: String,
    /// The office that issues its papers.
    issuer: String,
    /// Who decides, in a sentence.
    pub head: String,
    signer_title: &'static str,
    /// The place before the date.
    place: String,
}

impl Above {
    /// `None`: nobody above; the unit itself decides.
    pub fn of(tree: &OrgTree, unit: UnitId, authority: Authority, day: NaiveDate) -> Option<Self> {
        let ancestors = tree.ancestors(unit, day);
        let found = |kind: UnitKind| ancestors.iter().find(|it| it.kind == kind);
        let named = |kind: UnitKind, otherwise: &str| {
            let named = found(kind).map(|unit| in_a_sentence(unit.name(day)));
            named.unwrap_or_else(|| otherwise.to_owned())
        };
        let place = |unit: Option<&&OrgUnit>| {
            unit.map_or_else(String::new, |it| proper(it.name(day)).to_owned())
        };
        let province = named(UnitKind::Province, "tỉnh");
        let district = named(UnitKind::District, "huyện");
        let committee = |of: &str| format!("Ủy ban nhân dân {of}");
        let chairman = |upper: String, of: &str, place: String| Self {
            upper,
            issuer: committee(of),
            head: format!("Chủ tịch {}", committee(of)),
            signer_title: "Chủ tịch",
            place,
        };
        Some(match authority {
            Authority::Home => return None,
            Authority::DistrictOffice => {
                let issuer = format!("Phòng Giáo dục và Đào tạo {district}");
                Self {
                    upper: committee(&district),
                    head: format!("Trưởng {}", issuer.replacen('P', "p", 1)),
                    issuer,
                    signer_title: "Trưởng phòng",
                    place: place(found(UnitKind::District)),
                }
            }
            Authority::District => chairman(
                committee(&province),
                &district,
                place(found(UnitKind::District)),
            ),
            Authority::Department => {
                let issuer = format!("Sở Giáo dục và Đào tạo {province}");
                Self {
                    upper: committee(&province),
                    head: format!("Giám đốc {issuer}"),
                    issuer,
                    signer_title: "Giám đốc",
                    place: place(found(UnitKind::Province)),
                }
            }
            Authority::Province => {
                chairman(String::new(), &province, place(found(UnitKind::Province)))
            }
            Authority::Ministry => Self {
                upper: String::new(),
                issuer: "Bộ Giáo dục và Đào tạo".to_owned(),
                head: "Bộ trưởng Bộ Giáo dục và Đào tạo".to_owned(),
                signer_title: "Bộ trưởng",
                place: "Hà Nội".to_owned(),
            },
        })
    }

    /// The head of its papers. Whoever signs stands on the paper.
    pub fn letterhead(self) -> Letterhead {
        Letterhead {
            upper: self.upper,
            issuer: self.issuer,
            place: self.place,
            authority: self.head,
            signer_mark: String::new(),
            signer_title: self.signer_title.to_owned(),
            signer_name: String::new(),
            recipients: Vec::new(),
            is_authority: true,
        }
    }
}

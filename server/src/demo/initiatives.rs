//! Initiatives that some communes of the demo have noted.

use chrono::{DateTime, TimeDelta, Utc};
use shared::api::initiatives::{Initiative, Recognition};
use shared::calendar::{self, Year};
use shared::ids::{InitiativeId, SubjectId, UnitId, UserId};
use uuid::Uuid;

use super::Maker;

/// Its name, what it consists of, where it is used, and whether the commune recognised it.
const NOTED: [(&str, &str, &str, bool); 2] = [
    (
        "Lớp xóa mù chữ buổi tối, ai biết chữ dạy người chưa biết",
        "Mỗi nhà có người biết chữ nhận kèm một người chưa biết, tối thứ ba và thứ năm học chung ở nhà văn hóa bản.\nBài đọc lấy từ nhãn \
         phân bón, giấy khám bệnh, tin nhắn của con: học xong dùng được ngay.",
        "Sau một mùa đông 25 người đọc được; hai bản bên cạnh đã làm theo.",
        true,
    ),
    (
        "Tủ sách gùi theo phiên chợ",
        "Sách xếp vào gùi, phiên chợ nào cũng mang ra cho mượn, phiên sau trả.",
        "",
        false,
    ),
];

/// What was noted, and who did.
#[derive(Clone, Debug)]
pub struct DemoInitiative {
    pub id: InitiativeId,
    pub unit: UnitId,
    pub initiative: Initiative,
    pub author: SubjectId,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

impl Maker {
    /// Of some who were recognised, not the first, whose title is taken back.
    pub(super) fn note_of(
        &mut self,
        unit: UnitId,
        people: &[SubjectId],
        year: Year,
        by: UserId,
        signed: DateTime<Utc>,
    ) {
        let at = (signed + TimeDelta::days(20)).min(self.now);
        let people = people.iter().skip(1).step_by(2);
        for (author, (name, what, used, is_recognised)) in people.zip(NOTED) {
            let recognised = is_recognised.then(|| Recognition {
                by: "Ủy ban nhân dân xã".to_owned(),
                number: "87/QĐ-UBND".to_owned(),
                on: Some(calendar::day(signed)),
            });
            let id = Uuid::new_v5(&unit.as_uuid(), name.as_bytes());
            self.initiatives.push(DemoInitiative {
                id: InitiativeId::from_uuid(id),
                unit,
                initiative: Initiative {
                    name: name.to_owned(),
                    year,
                    others: String::new(),
                    what: what.to_owned(),
                    used: used.to_owned(),
                    recognised,
                },
                author: *author,
                by,
                at,
            });
        }
    }
}

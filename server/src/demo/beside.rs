//! What the demo's people did beside their forms: the villages' review meetings, and what citizens gave.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use shared::calendar::{self, Year};
use shared::change::{Change, ChangeBody};
use shared::criteria::Title;
use shared::field;
use shared::ids::{AssessmentId, ChangeId, DocumentId, SubjectId};
use shared::meeting::{self, Meeting};

use super::{Deed, Maker, Village};

/// What was given otherwise than by days of work and money.
const OTHERWISE: [&str; 5] = [
    "dạy chữ cho người lớn trong bản vào buổi tối",
    "tặng tủ sách cho nhà văn hóa bản",
    "hướng dẫn bà con dùng điện thoại để học",
    "hiến 200 m² đất làm lớp học",
    "dạy nghề thêu cho chị em trong bản",
];

impl Maker {
    /// The village met yesterday about what it has sent. The officer's own village is still to meet.
    pub(super) fn meeting(&mut self, village: &Village, home: bool) {
        let sent = std::mem::take(&mut self.sent);
        let at = self.now - TimeDelta::hours(20);
        if home || !self.aside.chance(70) {
            return;
        }
        let present = u32::try_from(self.aside.between(18, 44)).unwrap_or(18);
        let discussed = sent.into_iter().filter(|(_, sent)| *sent < at);
        let mut changes = Vec::new();
        for (form, _) in discussed {
            // Most are agreed to by everybody, hardly anybody by few.
            let against = match self.aside.below(40) {
                0 => present / 2 + 1,
                1..=5 => u32::try_from(self.aside.between(1, 4)).unwrap_or(1),
                _ => 0,
            };
            let said = Meeting {
                on: calendar::day(at),
                present,
                in_favour: present - against,
                against,
                minutes: None,
            };
            changes.push(self.writes(form, meeting::FIELD, said.value(), at));
        }
        if !changes.is_empty() {
            self.deeds.push(Deed {
                actor: village.officer.clone(),
                changes,
            });
        }
    }

    /// What a citizen gave in a year: two of five gave something.
    pub(super) fn gave(
        &mut self,
        subject: SubjectId,
        title: Title,
        year: Year,
        at: DateTime<Utc>,
    ) -> Vec<Change> {
        let form = AssessmentId::of(subject, title.as_str(), year).into();
        if !self.aside.chance(40) {
            return Vec::new();
        }
        let (name, value) = match self.aside.below(3) {
            0 => (field::GAVE_LABOUR, json!(self.aside.between(2, 12))),
            1 => (
                field::GAVE_MONEY,
                json!(self.aside.between(1, 20) * 100_000),
            ),
            _ => (field::GAVE_OTHERWISE, json!(*self.aside.pick(&OTHERWISE))),
        };
        vec![self.writes(form, name, value, at)]
    }

    fn writes(&mut self, form: DocumentId, name: &str, value: Value, at: DateTime<Utc>) -> Change {
        Change {
            id: ChangeId::from_uuid(self.aside.id(at)),
            doc: form,
            seen: None,
            made_at: at,
            body: ChangeBody::SetField {
                field: name.into(),
                value,
            },
        }
    }
}

//! Stories of some of the demo who hold their title, told on the public page.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use shared::calendar::{self, Year};
use shared::criteria::Title;
use shared::decision::form;
use shared::ids::{DocumentId, SubjectId, UserId};

use super::Maker;

const STORIES: [&str; 3] = [
    "Ba mùa đông liền, tối nào cũng thắp đèn dạy chữ ở nhà văn hóa bản. Lớp đầu có sáu người, năm nay hai mươi lăm người đọc được \
     thư của con gửi về.\nHọc chữ muộn, năm bốn mươi tuổi, nên hiểu vì sao người lớn ngại ngồi vào bàn: biết một chữ thì dạy một \
     chữ.",
    "Học trồng chè theo tổ, tự xem bài trên điện thoại rồi làm thử trên nương nhà mình trước. Nay mười hai nhà trong bản làm theo, \
     mỗi vụ giữ một ngày để ai muốn hỏi thì đến.",
    "Hiến mảnh đất đầu bản làm lớp học, rồi cùng bà con góp hai mươi ngày công dựng mái. Trường xa hơn mười cây số; từ ngày có lớp, \
     không cháu nào phải bỏ buổi.",
];

/// What is told of somebody, and who wrote it.
#[derive(Clone, Debug)]
pub struct DemoStory {
    pub form: DocumentId,
    pub story: &'static str,
    pub consent_on: NaiveDate,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

impl Maker {
    /// Of some who were recognised, not the first, whose title is taken back.
    pub(super) fn tell_of(
        &mut self,
        people: &[SubjectId],
        year: Year,
        by: UserId,
        signed: DateTime<Utc>,
    ) {
        let people = people.iter().skip(3).step_by(2);
        for (person, story) in people.zip(STORIES) {
            let at = (signed + TimeDelta::days(12)).min(self.now);
            self.stories.push(DemoStory {
                form: form(*person, Title::LearningCitizen, year),
                story,
                consent_on: calendar::day(at),
                by,
                at,
            });
        }
    }
}

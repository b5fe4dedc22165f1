//! Those who support learning in the demo's commune without being judged: a company, an association, somebody abroad.

use chrono::TimeDelta;
use shared::access::Actor;
use shared::change::{Change, ChangeBody};
use shared::contribution::Contribution;
use shared::ids::{ChangeId, DocumentId, UnitId};
use shared::supporter::{Supporter, SupporterSort, Supporting};

use super::{Deed, Dice, Maker};

struct Gift {
    /// How many years before the one that is judged.
    ago: usize,
    money: Option<u64>,
    labour: Option<u64>,
    otherwise: Option<&'static str>,
}

impl Gift {
    const fn of_money(ago: usize, dong: u64, otherwise: Option<&'static str>) -> Self {
        Self {
            ago,
            money: Some(dong),
            labour: None,
            otherwise,
        }
    }
}

const SUPPORTERS: [(&str, SupporterSort, Option<&str>, &[Gift]); 4] = [
    (
        "Công ty TNHH Chè Phong Thổ",
        SupporterSort::Enterprise,
        Some("Xã Phong Thổ, tỉnh Lai Châu"),
        &[
            Gift::of_money(1, 15_000_000, None),
            Gift::of_money(0, 20_000_000, Some("tặng 40 suất học bổng")),
        ],
    ),
    (
        "Hội Cựu giáo chức huyện Phong Thổ cũ",
        SupporterSort::Association,
        None,
        &[
            Gift {
                ago: 1,
                money: None,
                labour: Some(24),
                otherwise: Some("dạy xóa mù chữ buổi tối ở hai bản"),
            },
            Gift {
                ago: 0,
                money: None,
                labour: Some(36),
                otherwise: Some("dạy xóa mù chữ buổi tối ở ba bản"),
            },
        ],
    ),
    (
        "Bà Lê Thị Minh Hà",
        SupporterSort::Overseas,
        Some("Cộng hòa Liên bang Đức"),
        &[Gift::of_money(
            1,
            5_000_000,
            Some("tặng tủ sách cho trường tiểu học"),
        )],
    ),
    (
        "Nhóm thiện nguyện Áo ấm vùng cao",
        SupporterSort::Organisation,
        Some("Hà Nội"),
        &[Gift::of_money(
            0,
            12_500_000,
            Some("tặng 50 bộ sách giáo khoa"),
        )],
    ),
];

impl Maker {
    /// What the officer of a commune has written into its book.
    pub(super) fn supporters(&mut self, officer: &Actor, commune: UnitId) {
        // Dice of their own: with or without them the district is the same.
        let mut dice = Dice(0x0b4a_40c2);
        let year = self.year();
        let mut at = self.now - TimeDelta::hours(9);
        for (name, sort, from, gifts) in SUPPORTERS {
            at += TimeDelta::minutes(20);
            let doc = DocumentId::from_uuid(dice.id(at));
            let who = Supporter {
                name: name.to_owned(),
                sort,
                from: from.map(str::to_owned),
                note: None,
            };
            let mut write = |gift: &Gift| {
                let year = (0..gift.ago).fold(year, |year, _| year.before());
                let writing = Supporting::Write {
                    shard: commune,
                    who: who.clone(),
                    year,
                    gave: Contribution {
                        labour: gift.labour,
                        money: gift.money,
                        otherwise: gift.otherwise.map(str::to_owned),
                    },
                };
                Change {
                    id: ChangeId::from_uuid(dice.id(at)),
                    doc,
                    seen: None,
                    made_at: at,
                    body: ChangeBody::Support(writing),
                }
            };
            let changes = gifts.iter().map(&mut write).collect();
            self.deeds.push(Deed {
                actor: officer.clone(),
                changes,
            });
        }
    }
}

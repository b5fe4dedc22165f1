//! The kinds of subject that lists bring, a row a kind: what a list of each must have, and what it is called where
//! something is said of it.
//!
//! Which fields a kind has, and what each may hold, stands in [`shared::field`]; by which words a column is headed, in
//! [`super::columns`].

use shared::field;
use shared::kind::SubjectKind;

/// What the import expects of lists of a kind, and its words for it.
#[derive(Debug)]
pub struct Listing {
    pub kind: SubjectKind,
    /// As it is counted: "hộ".
    pub noun: &'static str,
    /// What is told of where it lies: those of "các bản này", or of "xã".
    pub around: &'static str,
    /// Its name in a sentence.
    pub name: &'static str,
    /// How a head of the name's column may read.
    pub name_heads: &'static str,
    /// What two of them have in common whom nothing else tells apart.
    pub namesakes: &'static str,
    /// What of two such says that they are two, or a mistake.
    pub differs: &'static str,
    /// Who is asked when something cannot be believed.
    pub ask: &'static str,
    /// The columns of which a table has one at least beside the name's.
    pub beside: &'static [&'static str],
    /// Who is younger or older than that is doubted.
    pub ages: (u64, u64),
    /// Whether it may lie in its commune and in no village.
    pub lies_in_communes: bool,
}

const LISTINGS: [Listing; 4] = [
    Listing {
        kind: SubjectKind::Household,
        noun: "hộ",
        around: "các bản này",
        name: "họ tên",
        name_heads: "họ tên chủ hộ",
        namesakes: "họ tên và năm sinh",
        differs: "số người khác",
        ask: "hãy hỏi lại gia đình",
        beside: &[field::NUMBER, field::BIRTH_YEAR, field::MEMBERS],
        ages: (15, 105),
        lies_in_communes: false,
    },
    Listing {
        kind: SubjectKind::Citizen,
        noun: "công dân",
        around: "các bản này",
        name: "họ tên",
        name_heads: "họ và tên",
        namesakes: "họ tên và năm sinh",
        differs: "các cột khác ghi khác",
        ask: "hãy hỏi lại",
        beside: &[
            field::NUMBER,
            field::BIRTH_YEAR,
            field::CITIZEN_GROUP,
            field::PLACE,
        ],
        ages: (0, 105),
        lies_in_communes: false,
    },
    Listing {
        kind: SubjectKind::Clan,
        noun: "dòng họ",
        around: "các bản này",
        name: "tên dòng họ",
        name_heads: "tên dòng họ",
        namesakes: "tên",
        differs: "các cột khác ghi khác",
        ask: "hãy hỏi lại",
        beside: &[field::NUMBER, field::FAMILIES, field::PLACE],
        ages: (0, 105),
        lies_in_communes: true,
    },
    Listing {
        kind: SubjectKind::Unit,
        noun: "đơn vị",
        around: "xã",
        name: "tên đơn vị",
        name_heads: "tên đơn vị",
        namesakes: "tên",
        differs: "các cột khác ghi khác",
        ask: "hãy hỏi lại",
        beside: &[field::NUMBER, field::UNIT_TYPE, field::PLACE],
        ages: (0, 105),
        lies_in_communes: true,
    },
];

/// Whom a list is of that does not say: the first lists were all of families.
pub fn unsaid() -> SubjectKind {
    SubjectKind::Household
}

impl Listing {
    /// Of a kind. A place comes in no list ([`SubjectKind::is_a_unit`]), so none asks for one.
    pub fn of(kind: SubjectKind) -> &'static Self {
        const ALL: &[Listing] = &LISTINGS;
        ALL.iter().find(|it| it.kind == kind).unwrap_or(&ALL[0])
    }

    /// Whether it bears a person's name.
    pub fn is_person(&self) -> bool {
        self.kind.is_called_after_a_person()
    }
}

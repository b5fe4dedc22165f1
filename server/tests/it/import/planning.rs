//! What becomes of each row, without a database: which family is which, what is asked, in which order it is told.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use server::import::commune::{self, Commune, Named, Village};
use server::import::list::Tables;
use server::import::matching::Standing;
use server::import::plan::{
    Answer, At, Correction, Ending, Fate, Known, Options, Plan, Topic, plan,
};
use server::import::report::sections;
use server::import::{FileError, IMPORTER, Sheet};
use shared::SortedMap;
use shared::change::{Change, ChangeBody};
use shared::document::{About, Document, Writer};
use shared::ids::{ChangeId, DocumentId, UnitId};
use shared::kind::SubjectKind;
use shared::org_unit::{Dated, OrgTree, OrgUnit, UnitKind};
use uuid::Uuid;

use super::row;
use crate::support::changes::YEAR;

pub(super) fn unit(number: u128) -> UnitId {
    UnitId::from_uuid(Uuid::from_u128(number))
}

fn change_id(number: u128) -> ChangeId {
    ChangeId::from_uuid(Uuid::from_u128(0xc000 + number))
}

pub(super) fn doc(number: u128) -> DocumentId {
    DocumentId::from_uuid(Uuid::from_u128(0xd000 + number))
}

pub(super) const VILLAGE: u128 = 7;

/// A family that an earlier list brought.
fn standing(number: u128, fields: Value) -> Standing {
    standing_of(SubjectKind::Household, number, fields)
}

/// A subject that an earlier list brought.
pub(super) fn standing_of(kind: SubjectKind, number: u128, fields: Value) -> Standing {
    let fields: SortedMap<_, _> = serde_json::from_value(fields).expect("fields");
    let made = Writer {
        change: change_id(number),
        by: IMPORTER,
        at: DateTime::<Utc>::UNIX_EPOCH,
    };
    let document = Document {
        id: doc(number),
        about: About::Subject(kind),
        shard: unit(1),
        place: unit(VILLAGE),
        made,
        fields,
        written: SortedMap::new(),
        conflicts: SortedMap::new(),
        doubts: SortedMap::new(),
        seq: 1,
    };
    let registered = Change {
        id: made.change,
        doc: document.id,
        seen: None,
        made_at: made.at,
        body: ChangeBody::Register(shared::change::Registration {
            kind,
            shard: document.shard,
            place: document.place,
            fields: document.fields.clone(),
            doubts: SortedMap::new(),
        }),
    };
    Standing::of(document, vec![registered])
}

pub(super) fn known(families: Vec<Standing>) -> Known {
    let village = |id, name: &str| Village {
        id: unit(id),
        name: name.into(),
        was_in: None,
    };
    Known {
        commune: Commune {
            now: Named {
                id: unit(1),
                name: "Xã Khổng Lào".into(),
            },
            before: None,
        },
        villages: vec![village(VILLAGE, "Vàng Pheo"), village(8, "Tây An")],
        standing: families,
        linked: Vec::new(),
        forms: BTreeMap::new(),
        year: YEAR,
        criteria: None,
    }
}

const HEAD: &str = "STT|Họ và tên chủ hộ|Năm sinh|Bản|Nhóm hộ|Số khẩu";

fn planned_with(lines: &[&str], known: &Known, options: &Options) -> Plan {
    let mut rows = vec![row(HEAD)];
    rows.extend(lines.iter().map(|line| row(line)));
    let sheets = [Sheet::of("Hộ", rows)];
    plan(
        &Tables::find(&sheets, SubjectKind::Household).expect("a list"),
        known,
        options,
    )
    .expect("a plan")
}

fn planned(lines: &[&str], families: Vec<Standing>) -> Plan {
    planned_with(lines, &known(families), &Options::default())
}

/// What becomes of each row, in a word.
pub(super) fn fates(plan: &Plan) -> Vec<&'static str> {
    let fates = plan.rows.iter().map(|row| match &row.fate {
        Fate::New => "new",
        Fate::Updated(_) => "updated",
        Fate::Unchanged => "unchanged",
        Fate::Asked => "asked",
        Fate::LeftOut => "left out",
        Fate::Refused(_) => "refused",
        Fate::Skipped => "skipped",
    });
    fates.collect()
}

fn pang() -> Standing {
    standing(
        1,
        json!({"number": 1, "name": "Lò Văn Pâng", "birth_year": 1974, "members": 5}),
    )
}

fn topic(row: u32) -> Topic {
    Topic::Row(At {
        sheet: "Hộ".into(),
        row,
    })
}

pub(super) fn answered(answers: impl IntoIterator<Item = (Topic, Answer)>) -> Options {
    Options {
        answers: answers.into_iter().collect(),
        ..Options::default()
    }
}

#[test]
fn another_year_of_birth_is_asked_and_neither_merged_nor_doubled() {
    let plan = planned(&["1|Lò Văn Pâng|1947|Vàng Pheo||5"], vec![pang()]);
    assert_eq!(fates(&plan), ["asked"]);
    let [question] = plan.questions.as_slice() else {
        panic!("{:?}", plan.questions);
    };
    for says in [
        "Lò Văn Pâng, sinh 1947",
        "Lò Văn Pâng, sinh 1974",
        "Một hộ hay hai hộ?",
    ] {
        assert!(question.words.contains(says), "{}", question.words);
    }
    let answers: Vec<&Answer> = question
        .choices
        .iter()
        .map(|choice| &choice.answer)
        .collect();
    assert_eq!(
        answers,
        [&Answer::Same(doc(1)), &Answer::Different, &Answer::Leave]
    );
    assert_eq!(plan.changes(DateTime::UNIX_EPOCH, Uuid::now_v7), []);
    assert_eq!(plan.ending(), Ending::Waiting);
    // It is not told as missing from the list either.
    assert_eq!(plan.remarks, Vec::<String>::new());
}

#[test]
fn what_was_answered_is_done() {
    let lines = ["1|Lò Văn Pâng|1947|Vàng Pheo||5"];
    let with = |answer| {
        planned_with(
            &lines,
            &known(vec![pang()]),
            &answered([(topic(2), answer)]),
        )
    };
    let same = with(Answer::Same(doc(1)));
    let correction = Correction::Field {
        field: "birth_year".into(),
        from: Some(json!(1974)),
        to: json!(1947),
    };
    assert_eq!(same.rows[0].fate, Fate::Updated(vec![correction]));
    let changes = same.changes(DateTime::UNIX_EPOCH, Uuid::now_v7);
    assert_eq!(
        (changes.len(), changes[0].doc, changes[0].seen),
        (1, doc(1), Some(change_id(1)))
    );
    let different = with(Answer::Different);
    assert_eq!(fates(&different), ["new"]);
    assert!(
        different.remarks[0].starts_with("1 hộ"),
        "{:?}",
        different.remarks
    );
    let left = with(Answer::Leave);
    assert_eq!(
        (fates(&left), left.ending()),
        (vec!["left out"], Ending::Nothing)
    );
    // A family that is not among the choices is no answer.
    let other = with(Answer::Same(doc(9)));
    assert_eq!(fates(&other), ["asked"]);
}

#[test]
fn namesakes_are_told_apart_by_year_hamlet_number_and_members() {
    let name = "Sùng A Páo";
    let here = || {
        vec![
            standing(
                1,
                json!({"number": 1, "name": name, "birth_year": 1985, "hamlet": "Nhóm 1", "members": 5}),
            ),
            standing(
                2,
                json!({"number": 2, "name": name, "birth_year": 1985, "hamlet": "Nhóm 2", "members": 5}),
            ),
            standing(
                3,
                json!({"number": 3, "name": name, "birth_year": 1990, "members": 4}),
            ),
        ]
    };
    let same = [
        "1|Sùng A Páo|1985|Vàng Pheo|Nhóm 1|5",
        "2|Sùng A Páo|1985|Vàng Pheo|Nhóm 2|5",
        "3|Sùng A Páo|1990|Vàng Pheo||4",
    ];
    assert_eq!(fates(&planned(&same, here())), ["unchanged"; 3]);
    // Another order, other numbers, one family grown: still the same three.
    let moved = [
        "9|Sùng A Páo|1990|Vàng Pheo||4",
        "8|Sùng A Páo|1985|Vàng Pheo|Nhóm 2|6",
        "7|Sùng A Páo|1985|Vàng Pheo|Nhóm 1|5",
    ];
    let plan = planned(&moved, here());
    assert_eq!(fates(&plan), ["updated"; 3]);
    let changed: Vec<DocumentId> = plan
        .changes(DateTime::UNIX_EPOCH, Uuid::now_v7)
        .iter()
        .map(|it| it.doc)
        .collect();
    assert_eq!(changed, [doc(3), doc(2), doc(2), doc(1)]);
    // A fourth of a year of his own is a new family where all three are in the list.
    let fourth = [same[0], same[1], same[2], "4|Sùng A Páo|1999|Vàng Pheo||3"];
    assert_eq!(
        fates(&planned(&fourth, here())),
        ["unchanged", "unchanged", "unchanged", "new"]
    );
    // And a question where one of them is missing.
    let third = [same[0], same[1], "4|Sùng A Páo|1999|Vàng Pheo||3"];
    assert_eq!(
        fates(&planned(&third, here())),
        ["unchanged", "unchanged", "asked"]
    );
}

#[test]
fn two_that_may_be_one_and_one_that_may_be_two_are_asked() {
    // An officer added him without a year; the list has two of the name.
    let bare = || vec![standing(1, json!({"name": "Sùng A Páo"}))];
    let two = [
        "1|Sùng A Páo|1985|Vàng Pheo||5",
        "2|Sùng A Páo|1990|Vàng Pheo||4",
    ];
    assert_eq!(fates(&planned(&two, bare())), ["asked", "asked"]);
    // Said of one, the other is a new family.
    let options = answered([(topic(2), Answer::Same(doc(1)))]);
    assert_eq!(
        fates(&planned_with(&two, &known(bare()), &options)),
        ["updated", "new"]
    );
    // Said of both, somebody is mistaken.
    let options = answered([
        (topic(2), Answer::Same(doc(1))),
        (topic(3), Answer::Same(doc(1))),
    ]);
    assert_eq!(
        fates(&planned_with(&two, &known(bare()), &options)),
        ["updated", "asked"]
    );
    // One row, two that stand.
    let twins = vec![
        standing(
            1,
            json!({"name": "Sùng A Páo", "birth_year": 1985, "members": 5}),
        ),
        standing(
            2,
            json!({"name": "Sùng A Páo", "birth_year": 1985, "members": 7}),
        ),
    ];
    let plan = planned(&["1|Sùng A Páo|1985|Vàng Pheo||6"], twins);
    assert_eq!(fates(&plan), ["asked"]);
    assert_eq!(plan.questions[0].choices.len(), 4);
}

#[test]
fn a_bare_name_is_enough_where_it_is_the_only_one_and_nothing_speaks_against_it() {
    let bare = |fields| vec![standing(1, fields)];
    let line = ["1|Sùng A Páo|1985|Vàng Pheo|Nhóm 1|5"];
    assert_eq!(
        fates(&planned(&line, bare(json!({"name": "Sùng A Páo"})))),
        ["updated"]
    );
    assert_eq!(
        fates(&planned(
            &line,
            bare(json!({"name": "Sùng A Páo", "hamlet": "Nhóm 2"}))
        )),
        ["asked"]
    );
    // In another village he is another man.
    let mut elsewhere = standing(1, json!({"name": "Sùng A Páo"}));
    elsewhere.document.place = unit(8);
    assert_eq!(fates(&planned(&line, vec![elsewhere])), ["new"]);
    // The only one left is not the only one.
    let both = vec![
        standing(1, json!({"name": "Sùng A Páo"})),
        standing(2, json!({"name": "Sùng A Páo", "birth_year": 1990})),
    ];
    let lines = [line[0], "2|Sùng A Páo|1990|Vàng Pheo||4"];
    assert_eq!(fates(&planned(&lines, both)), ["asked", "updated"]);
}

#[test]
fn a_name_corrected_by_a_letter_is_the_same_family_and_another_name_is_asked() {
    let here = || {
        vec![standing(
            1,
            json!({"number": 2, "name": "Đèo Thị Ín", "birth_year": 1980, "members": 4}),
        )]
    };
    let near = planned(&["2|Đèo Thị Ính|1980|Vàng Pheo||4"], here());
    assert_eq!(fates(&near), ["updated"]);
    let other = planned(&["2|Mào Văn Ón|1980|Vàng Pheo||4"], here());
    assert_eq!(fates(&other), ["asked"]);
    let renumbered = planned(&["2|Mào Văn Ón|1981|Vàng Pheo||4"], here());
    assert_eq!(fates(&renumbered), ["new"]);
}

#[test]
fn a_year_that_an_officer_mended_is_not_asked_again() {
    let mut mended = pang();
    mended
        .document
        .fields
        .insert("birth_year".into(), json!(1975));
    // The list says what it said before, or what the officer says.
    assert_eq!(
        fates(&planned(
            &["1|Lò Văn Pâng|1974|Vàng Pheo||5"],
            vec![mended.clone()]
        )),
        ["unchanged"]
    );
    assert_eq!(
        fates(&planned(
            &["1|Lò Văn Pâng|1975|Vàng Pheo||5"],
            vec![mended.clone()]
        )),
        ["unchanged"]
    );
    assert_eq!(
        fates(&planned(&["1|Lò Văn Pâng|1976|Vàng Pheo||5"], vec![mended])),
        ["asked"]
    );
}

#[test]
fn a_new_village_is_asked_with_those_it_may_be() {
    let lines = [
        "1|Lò Văn Pâng|1974|Vàng Phèo||5",
        "2|Đèo Thị Ín|1980|bản Huổi Sen||4",
        "3|Mào Văn Ón|1981|Tây An||4",
    ];
    let lines = lines.map(|line| line.replace("Vàng Phèo", "Vàng Peo"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let plan = planned(&lines, vec![]);
    assert_eq!(fates(&plan), ["asked", "asked", "new"]);
    let asked: Vec<&Topic> = plan.questions.iter().map(|it| &it.topic).collect();
    assert_eq!(
        asked,
        [
            &Topic::Village("Vàng Peo".into()),
            &Topic::Village("Huổi Sen".into())
        ]
    );
    let answers: Vec<&Answer> = plan.questions[0]
        .choices
        .iter()
        .map(|it| &it.answer)
        .collect();
    assert_eq!(
        answers,
        [
            &Answer::NewVillage,
            &Answer::Village(unit(VILLAGE)),
            &Answer::Leave
        ]
    );
    assert!(
        plan.questions[1].words.contains("“Huổi Sen” (1 hộ)"),
        "{}",
        plan.questions[1].words
    );
    assert_eq!(plan.questions[1].choices.len(), 2);
    // Answered: one is misspelt, the other new. The misspelt one's families are found among those of the village.
    let options = answered([
        (
            Topic::Village("Vàng Peo".into()),
            Answer::Village(unit(VILLAGE)),
        ),
        (Topic::Village("Huổi Sen".into()), Answer::NewVillage),
    ]);
    let plan = planned_with(&lines, &known(vec![pang()]), &options);
    assert_eq!(fates(&plan), ["unchanged", "new", "new"]);
    assert_eq!(plan.new_villages, ["Huổi Sen"]);
    let options = answered([(Topic::Village("Huổi Sen".into()), Answer::Leave)]);
    assert_eq!(
        fates(&planned_with(&lines, &known(vec![]), &options)),
        ["asked", "left out", "new"]
    );
}

#[test]
fn a_village_that_is_a_person_says_so() {
    let plan = planned(&["1|Tây An|1974|Lò Văn Pâng||5"], vec![]);
    assert!(
        plan.questions[0].words.contains("giống tên người"),
        "{}",
        plan.questions[0].words
    );
}

#[test]
fn wrong_columns_refuse_the_list_unless_somebody_looked() {
    let lines: Vec<String> = (1..=9)
        .map(|at| format!("{at}|Vàng Pheo|19{at}0|Lò Văn Pâng {at}||5"))
        .collect();
    let mut rows = vec![row(HEAD)];
    rows.extend(lines.iter().map(|line| row(line)));
    let sheets = [Sheet::of("Hộ", rows)];
    let tables = Tables::find(&sheets, SubjectKind::Household).expect("a list");
    let refused = plan(&tables, &known(vec![]), &Options::default());
    let Err(error @ FileError::WrongColumns { .. }) = refused else {
        panic!("{refused:?}");
    };
    assert!(error.to_string().contains("chưa nhận dòng nào"), "{error}");
    let despite = Options {
        despite_columns: true,
        ..Options::default()
    };
    assert!(plan(&tables, &known(vec![]), &despite).is_ok());
}

#[test]
fn refusals_and_questions_and_doubts_come_before_repairs() {
    let lines = [
        "1| LÒ VĂN PÂNG |1947|Vàng Pheo||5",
        "2|ĐÈO THỊ ÍN|1980|Tây An||400",
        "3||1981|Tây An||4",
        "4|Mào Văn Ón|1981|Tây An||4",
        "|Tổng cộng||||9",
    ];
    let plan = planned(&lines, vec![pang()]);
    let heads: Vec<String> = sections(&plan).into_iter().map(|it| it.head()).collect();
    assert_eq!(
        heads,
        [
            "KHÔNG NHẬN: 1 dòng",
            "CHỜ TRẢ LỜI, chưa ghi: 1 dòng",
            "NGHI NGỜ, hãy hỏi lại gia đình: 1 hộ",
            "ĐÃ SỬA CÁCH GHI: 2 hộ",
            "KHÔNG PHẢI HỘ: 1 dòng",
        ]
    );
    let told = plan.to_string();
    let at = |text: &str| {
        told.find(text)
            .unwrap_or_else(|| panic!("{text} in {told}"))
    };
    assert!(at("KHÔNG NHẬN") < at("NGHI NGỜ") && at("NGHI NGỜ") < at("ĐÃ SỬA CÁCH GHI"));
    assert!(at("ĐÃ SỬA CÁCH GHI") < at("CÂU HỎI 1, dòng 2") && at("CÂU HỎI 1") < at("Tổng:"));
}

#[test]
fn a_list_without_families_took_nothing() {
    let empty = planned(&[], vec![]);
    assert_eq!(empty.ending(), Ending::Nothing);
    assert!(
        empty.summary().contains("không có dòng hộ nào"),
        "{}",
        empty.summary()
    );
    let refused = planned(&["3||1981|Tây An||4"], vec![]);
    assert_eq!(refused.ending(), Ending::Nothing);
    assert!(
        refused.summary().contains("Chưa nhận được hộ nào"),
        "{}",
        refused.summary()
    );
    let again = planned(&["1|Lò Văn Pâng|1974|Vàng Pheo||5"], vec![pang()]);
    assert_eq!(again.ending(), Ending::NothingNew);
    assert_eq!(
        planned(&["4|Mào Văn Ón|1981|Tây An||4"], vec![]).ending(),
        Ending::Taken
    );
}

#[test]
fn a_plan_keeps_its_mark_through_json_and_loses_it_when_something_differs() {
    let lines = [
        "1|Lò Văn Pâng|1947|Vàng Pheo||5",
        "4|Mào Văn Ón|1981|Tây An||4",
    ];
    let plan = planned(&lines, vec![pang()]);
    let text = serde_json::to_string(&plan).expect("JSON");
    let read: Plan = serde_json::from_str(&text).expect("a plan");
    assert_eq!((read.mark(), &read), (plan.mark(), &plan));
    assert_ne!(planned(&lines, vec![]).mark(), plan.mark());
}

#[test]
fn villages_of_two_old_communes_with_one_name_are_told_apart() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let (today, reorganised) = (day("2026-11-25"), day("2025-07-01"));
    let commune = |id, name: &str| OrgUnit {
        valid_to: Some(reorganised),
        successors: vec![unit(1)],
        ..OrgUnit::new(unit(id), UnitKind::Commune, name)
    };
    let village = |id, old| OrgUnit {
        parents: vec![
            Dated::until(unit(old), reorganised),
            Dated::from(unit(1), reorganised),
        ],
        ..OrgUnit::new(unit(id), UnitKind::Village, "Nà Củng")
    };
    let tree = OrgTree::new(vec![
        OrgUnit {
            valid_from: Some(reorganised),
            ..OrgUnit::new(unit(1), UnitKind::Commune, "Xã Khổng Lào")
        },
        commune(2, "Xã Mường So"),
        commune(3, "Xã Bản Lang"),
        village(4, 2),
        village(5, 3),
    ]);
    let named = |id, name: &str| Named {
        id: unit(id),
        name: name.into(),
    };
    let of = |before| Commune {
        now: named(1, "Xã Khổng Lào"),
        before,
    };
    let found = |before| {
        let villages = commune::villages(&tree, &of(before), today, reorganised);
        villages.iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(found(Some(named(2, "Xã Mường So"))), [unit(4)]);
    assert_eq!(found(Some(named(3, "Xã Bản Lang"))), [unit(5)]);
    // Without a heading, somebody is asked.
    let both = commune::villages(&tree, &of(None), today, reorganised);
    assert_eq!(commune::names(&both).len(), 0);
    let words: Vec<String> = both.iter().map(|it| it.words(&both)).collect();
    assert_eq!(
        words,
        ["Nà Củng (Xã Mường So cũ)", "Nà Củng (Xã Bản Lang cũ)"]
    );
    let choices = commune::near_villages("Nà Củng", &both);
    assert_eq!(choices.len(), 2);
}

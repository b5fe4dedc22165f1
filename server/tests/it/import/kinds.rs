//! Lists of citizens, clans and units: what is read, who is who, and what is asked.

use chrono::DateTime;
use serde_json::{Value, json};
use server::import::plan::{Answer, At, Ending, Fate, Known, Options, Plan, Topic, plan};
use server::import::{FileError, Sheet, list::Tables, report};
use shared::api::imports::About;
use shared::change::{ChangeBody, Registration};
use shared::criteria::{Criteria, Title};
use shared::document::Document;
use shared::kind::SubjectKind as Kind;
use uuid::Uuid;

use super::planning::{VILLAGE, answered, doc, fates, known, standing_of, unit};
use super::row;

const CITIZENS: &str =
    "STT|Họ và tên|Năm sinh|Dân tộc|Bản/Thôn|Nhóm|Họ và tên chủ hộ|Nơi làm việc/học tập";
const CLANS: &str = "STT|Tên dòng họ|Bản|Số hộ|Trưởng dòng họ";
const UNITS: &str = "STT|Tên đơn vị|Loại đơn vị|Cấp quản lý|Bản|Số cán bộ, giáo viên|Số học sinh";

fn tried(
    kind: Kind,
    head: &str,
    lines: &[&str],
    known: &Known,
    options: &Options,
) -> Result<Plan, FileError> {
    let mut rows = vec![row(head)];
    rows.extend(lines.iter().map(|line| row(line)));
    let sheets = [Sheet::of("S", rows)];
    plan(&Tables::find(&sheets, kind)?, known, options)
}

fn planned(kind: Kind, head: &str, lines: &[&str], known: &Known) -> Plan {
    tried(kind, head, lines, known, &Options::default()).expect("a plan")
}

fn topic(row: u32) -> Topic {
    Topic::Row(At {
        sheet: "S".into(),
        row,
    })
}

/// What a plan registers.
fn registered(plan: &Plan) -> Vec<Registration> {
    let changes = plan.changes(DateTime::UNIX_EPOCH, Uuid::now_v7);
    let bodies = changes.into_iter().map(|change| change.body);
    let registered = bodies.filter_map(|body| match body {
        ChangeBody::Register(registration) => Some(registration),
        _ => None,
    });
    registered.collect()
}

fn fields(registration: &Registration) -> Value {
    serde_json::to_value(&registration.fields).expect("JSON")
}

fn doubted(plan: &Plan, row: usize) -> Vec<&str> {
    let doubts = plan.rows[row].doubts.iter();
    doubts.map(|doubt| doubt.field.as_str()).collect()
}

/// A subject that others may belong to.
fn other(kind: Kind, number: u128, name: &str, place: u128) -> Document {
    let mut document = standing_of(kind, number, json!({ "name": name })).document;
    document.place = unit(place);
    document
}

fn an(number: u128, birth_year: u64) -> server::import::matching::Standing {
    let fields = json!({"name": "Lò Văn An", "birth_year": birth_year});
    standing_of(Kind::Citizen, number, fields)
}

#[test]
fn citizens_are_read_by_their_own_columns() {
    let plan = planned(
        Kind::Citizen,
        CITIZENS,
        &["1|LÒ VĂN AN|2010|Thái|bản Vàng Pheo|Học sinh||"],
        &known(vec![]),
    );
    let registered = registered(&plan);
    let [one] = registered.as_slice() else {
        panic!("{registered:?}");
    };
    assert_eq!((one.kind, one.place), (Kind::Citizen, unit(VILLAGE)));
    assert_eq!(
        fields(one),
        json!({
            "name": "Lò Văn An", "birth_year": 2010, "ethnicity": "Thái", "citizen_group": "nguoi_hoc",
            "number": 1, "since": 2026,
        })
    );
    // A child is no doubt here, as it is at the head of a family.
    assert_eq!(doubted(&plan, 0), Vec::<&str>::new());
}

#[test]
fn clans_are_read_by_their_own_columns_and_not_called_after_who_leads_them() {
    let lines = [
        "1|Họ Lò|Vàng Pheo|24|Lò Văn Pâng",
        "2|Họ Lò|Tây An|12|Lò Văn Ón",
        "3|Họ Đèo||200|Đèo Văn Sơ",
    ];
    let plan = planned(Kind::Clan, CLANS, &lines, &known(vec![]));
    assert_eq!(fates(&plan), ["new"; 3]);
    let registered = registered(&plan);
    assert_eq!(
        fields(&registered[0]),
        json!({"name": "Họ Lò", "families": 24, "number": 1, "since": 2026})
    );
    // Of no village: it lies in the commune.
    assert_eq!(registered[2].place, unit(1));
}

#[test]
fn units_are_read_by_their_own_columns_and_may_lie_in_the_commune() {
    let lines = [
        "1|UBND XÃ KHỔNG LÀO|Cơ quan|xã||25|",
        "2|Trường THCS Vàng Pheo|Trường THCS||Vàng Pheo|31|420",
        "3|HTX Nông nghiệp|Liên hiệp HTX||Tây An|12|",
        "4|Tổng công ty Chè|Doanh nghiệp|tỉnh||80|",
        "5|Nhà máy Chè|Nhà máy|||15|",
        "|Cộng||||163|",
    ];
    let plan = planned(Kind::Unit, UNITS, &lines, &known(vec![]));
    let expected = ["new", "new", "new", "new", "new", "skipped"];
    assert_eq!(fates(&plan), expected);
    let registered = registered(&plan);
    assert_eq!(
        fields(&registered[0]),
        json!({
            "name": "UBND XÃ KHỔNG LÀO", "unit_type": "agency", "managed_by": "commune", "unit_members": 25,
            "number": 1, "since": 2026,
        })
    );
    assert_eq!(
        fields(&registered[1]),
        json!({
            "name": "Trường THCS Vàng Pheo", "unit_type": "school", "unit_members": 31, "learners": 420,
            "number": 2, "since": 2026,
        })
    );
    let types: Vec<Option<&str>> = registered
        .iter()
        .map(|it| it.fields.get(&"unit_type".into())?.as_str())
        .collect();
    assert_eq!(
        types[2..],
        [Some("cooperative_union"), Some("enterprise"), None]
    );
    let places = registered.iter().map(|it| it.place);
    let expected = [unit(1), unit(VILLAGE), unit(8), unit(1), unit(1)];
    assert_eq!(places.collect::<Vec<_>>(), expected);
    // What no word says is asked for, and not guessed.
    assert_eq!(doubted(&plan, 4), ["unit_type"]);
}

#[test]
fn a_citizen_of_another_year_of_birth_is_asked_and_never_merged() {
    let here = || known(vec![an(1, 1974)]);
    let of_year = |year: u32| format!("7|Lò Văn An|{year}||Vàng Pheo|||");
    let plan = planned(Kind::Citizen, CITIZENS, &[&of_year(1947)], &here());
    assert_eq!(
        (fates(&plan), plan.ending()),
        (vec!["asked"], Ending::Waiting)
    );
    assert!(
        plan.questions[0]
            .words
            .contains("Một công dân hay hai công dân?")
    );
    assert!(registered(&plan).is_empty());
    let options = answered([(topic(2), Answer::Different)]);
    let lines = [of_year(1947)];
    let plan = tried(Kind::Citizen, CITIZENS, &[&lines[0]], &here(), &options).expect("a plan");
    assert_eq!(fates(&plan), ["new"]);
    // In another village it is another person; of the same year the same.
    let elsewhere = planned(
        Kind::Citizen,
        CITIZENS,
        &["7|Lò Văn An|1974||Tây An|||"],
        &here(),
    );
    assert_eq!(fates(&elsewhere), ["new"]);
    let head = "Họ và tên|Năm sinh|Bản";
    let same = planned(Kind::Citizen, head, &["Lò Văn An|1974|Vàng Pheo"], &here());
    assert_eq!(
        (fates(&same), same.ending()),
        (vec!["unchanged"], Ending::NothingNew)
    );
}

#[test]
fn the_number_of_one_list_of_citizens_says_nothing_of_another() {
    let mut first = an(1, 1990);
    first.document.fields.insert("number".into(), json!(1));
    let lines = ["1|Đèo Thị Ín|1990||Vàng Pheo|||"];
    let plan = planned(Kind::Citizen, CITIZENS, &lines, &known(vec![first]));
    assert_eq!(fates(&plan), ["new"]);
}

#[test]
fn who_stands_twice_in_the_sheet_is_refused_and_who_may_is_doubted() {
    let lines = [
        "1|Lò Văn An|2010||Vàng Pheo|Học sinh||",
        "2|Lò Văn An|2010||Vàng Pheo|Học sinh||",
        "3|Lò Văn An|2010||Vàng Pheo|Người lao động||",
    ];
    let plan = planned(Kind::Citizen, CITIZENS, &lines, &known(vec![]));
    assert_eq!(fates(&plan), ["new", "refused", "new"]);
    let Fate::Refused(why) = &plan.rows[1].fate else {
        panic!("{:?}", plan.rows[1]);
    };
    assert!(why.contains("Nếu là hai công dân khác nhau"), "{why}");
    assert_eq!(doubted(&plan, 2), ["name"]);
    let lines = ["1|Chi hội Chè|||Tây An||", "2|Chi hội chè|||Tây An||"];
    let plan = planned(Kind::Unit, UNITS, &lines, &known(vec![]));
    assert_eq!(fates(&plan), ["new", "refused"]);
}

#[test]
fn swapped_columns_are_refused_with_what_was_seen() {
    let people = ["Lò Văn Pâng", "Đèo Thị Ín", "Mào Văn Ón", "Vàng Văn Hặc"];
    let of = |line: &dyn Fn(usize, &str) -> String| -> Vec<String> {
        let people = people.iter().enumerate();
        people.map(|(at, name)| line(at, name)).collect()
    };
    let citizens = of(&|at, name| format!("{at}|Vàng Pheo|1990||{name}|||"));
    let groups = of(&|at, name| format!("{at}|{name}|1990||Vàng Pheo|Kinh||"));
    let units = of(&|at, name| format!("{at}|{name}|||Tây An||"));
    let types = of(&|at, _| format!("{at}|Chi hội {at}|Tây An|||5|"));
    let clans = of(&|at, name| format!("{at}|Họ {at}|{name}|20|"));
    for (kind, head, lines, says) in [
        (
            Kind::Citizen,
            CITIZENS,
            citizens,
            ["là tên bản", "giống tên người"],
        ),
        (Kind::Citizen, CITIZENS, groups, ["cột F “Nhóm”", "“Kinh”"]),
        (
            Kind::Unit,
            UNITS,
            units,
            ["cột B “Tên đơn vị”", "giống tên người"],
        ),
        (
            Kind::Unit,
            UNITS,
            types,
            ["cột C “Loại đơn vị”", "không phải loại đơn vị"],
        ),
        (Kind::Clan, CLANS, clans, ["cột C “Bản”", "giống tên người"]),
    ] {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let refused = tried(kind, head, &lines, &known(vec![]), &Options::default());
        let Err(error @ FileError::WrongColumns { .. }) = refused else {
            panic!("{head}: {refused:?}");
        };
        let told = error.to_string();
        for says in says {
            assert!(told.contains(says), "{says} in {told}");
        }
    }
}

#[test]
fn a_list_of_another_kind_is_none_of_this_one() {
    let families = "STT|Họ và tên chủ hộ|Năm sinh|Bản|Số khẩu";
    for (kind, head, says) in [
        (Kind::Citizen, families, "không phải danh sách công dân"),
        (Kind::Clan, families, "tên dòng họ"),
        (Kind::Unit, CITIZENS, "tên đơn vị"),
        (Kind::Clan, UNITS, "không phải danh sách dòng họ"),
        (Kind::Household, UNITS, "không phải danh sách hộ"),
    ] {
        let refused = tried(kind, head, &[], &known(vec![]), &Options::default());
        let Err(error @ FileError::NotAList { .. }) = refused else {
            panic!("{head}: {refused:?}");
        };
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_citizen_is_linked_where_one_is_meant_and_told_where_not() {
    let mut known = known(vec![]);
    known.linked = vec![
        other(Kind::Household, 1, "Lò Văn Pâng", VILLAGE),
        other(Kind::Household, 2, "Đèo Thị Ín", 8),
        other(Kind::Household, 3, "Sùng A Páo", VILLAGE),
        other(Kind::Household, 4, "Sùng A Páo", VILLAGE),
        other(Kind::Unit, 5, "Trường THCS Tây An", 8),
        other(Kind::Unit, 6, "Lò Văn Pâng", VILLAGE),
    ];
    let lines = [
        "1|Lò Văn An|2010||Vàng Pheo||LÒ VĂN PÂNG|trường THCS Tây An",
        "2|Lò Thị Mai|2011||Vàng Pheo||Đèo Thị Ín|",
        "3|Sùng A Chơ|2012||Vàng Pheo||Sùng A Páo|Công ty Chè",
    ];
    let plan = planned(Kind::Citizen, CITIZENS, &lines, &known);
    assert_eq!(fates(&plan), ["new"; 3]);
    let registered = registered(&plan);
    let link = |at: usize, name: &str| registered[at].fields.get(&name.into()).cloned();
    assert_eq!(link(0, "family"), Some(json!(doc(1).to_string())));
    assert_eq!(link(0, "unit"), Some(json!(doc(5).to_string())));
    // Another village's family, two of one name, and nobody: taken without.
    assert_eq!(
        (link(1, "family"), link(2, "family"), link(2, "unit")),
        (None, None, None)
    );
    let told = report::section(&plan, About::Partly);
    let told: Vec<&str> = told.lines.iter().map(|(_, said)| said.as_str()).collect();
    assert_eq!(
        told,
        [
            "Hộ gia đình “Đèo Thị Ín”: chưa có hộ nào tên như vậy, nên chưa ghi.",
            "Hộ gia đình “Sùng A Páo”: có 2 hộ cùng tên, nên chưa ghi. · \
             Đơn vị làm hoặc học “Công ty Chè”: chưa có đơn vị nào tên như vậy, nên chưa ghi.",
        ]
    );
}

#[test]
fn a_citizen_of_another_family_is_asked() {
    let mut first = an(1, 2010);
    let family = json!(doc(7).to_string());
    first
        .document
        .fields
        .insert("family".into(), family.clone());
    first.written.clear();
    let mut known = known(vec![first]);
    known.linked = vec![
        other(Kind::Household, 7, "Lò Văn Pâng", VILLAGE),
        other(Kind::Household, 8, "Đèo Thị Ín", VILLAGE),
    ];
    let of = |head: &str| format!("|Lò Văn An|2010||Vàng Pheo||{head}|");
    let fate = |head: &str| fates(&planned(Kind::Citizen, CITIZENS, &[&of(head)], &known))[0];
    assert_eq!(fate("Lò Văn Pâng"), "unchanged");
    assert_eq!(fate("Đèo Thị Ín"), "asked");
    // A list that names no family says nothing against it.
    assert_eq!(fate(""), "unchanged");
}

#[test]
fn a_unit_is_looked_for_in_all_of_its_commune() {
    let school = || standing_of(Kind::Unit, 1, json!({"name": "Trường Tiểu học Tây An"}));
    let line = ["1|Trường tiểu học Tây An||||20|"];
    // It lies in a village, the list says none: somebody is asked, and it is not made twice.
    let plan = planned(Kind::Unit, UNITS, &line, &known(vec![school()]));
    assert_eq!(fates(&plan), ["asked"]);
    let options = answered([(topic(2), Answer::Same(doc(1)))]);
    let plan = tried(Kind::Unit, UNITS, &line, &known(vec![school()]), &options).expect("a plan");
    assert_eq!(fates(&plan), ["updated"]);
    let told = &plan.rows[0].remarks;
    assert!(told[0].contains("không chuyển theo tệp"), "{told:?}");
    let line = ["1|Trường tiểu học Tây An|||Vàng Pheo|20|"];
    let plan = planned(Kind::Unit, UNITS, &line, &known(vec![school()]));
    assert_eq!(fates(&plan), ["updated"]);
    assert!(plan.rows[0].remarks.is_empty());
}

#[test]
fn a_village_that_is_none_may_be_the_commune_itself() {
    let lines = ["1|Chợ trung tâm|Doanh nghiệp||Trung tâm xã|20|"];
    let plan = planned(Kind::Unit, UNITS, &lines, &known(vec![]));
    assert_eq!(fates(&plan), ["asked"]);
    let village = Topic::Village("Trung tâm xã".into());
    let options = answered([(village, Answer::NoVillage)]);
    let plan = tried(Kind::Unit, UNITS, &lines, &known(vec![]), &options).expect("a plan");
    assert_eq!(registered(&plan)[0].place, unit(1));
    // A citizen lives somewhere.
    let lines = ["1|Lò Văn An|1990||Trung tâm xã|||"];
    let plan = tried(Kind::Citizen, CITIZENS, &lines, &known(vec![]), &options).expect("a plan");
    assert_eq!(fates(&plan), ["asked"]);
    let lines = ["1|Lò Văn An|1990|||||"];
    let plan = planned(Kind::Citizen, CITIZENS, &lines, &known(vec![]));
    assert_eq!(
        (fates(&plan), plan.ending()),
        (vec!["refused"], Ending::Nothing)
    );
}

#[test]
fn who_is_taken_registers_for_the_title_where_somebody_says_so() {
    for (kind, head, line, title) in [
        (
            Kind::Household,
            "STT|Chủ hộ|Bản",
            "1|Lò Văn Pâng|Vàng Pheo",
            Title::LearningFamily,
        ),
        (
            Kind::Citizen,
            CITIZENS,
            "1|Lò Văn An|2010||Vàng Pheo|||",
            Title::LearningCitizen,
        ),
        (
            Kind::Clan,
            CLANS,
            "1|Họ Lò|Vàng Pheo|24|",
            Title::LearningClan,
        ),
        (
            Kind::Unit,
            UNITS,
            "1|Trạm Y tế|cơ quan|xã|||",
            Title::LearningUnit,
        ),
    ] {
        let mut known = known(vec![]);
        known.criteria = Some(Criteria::builtin());
        let options = Options {
            registers: true,
            ..Options::default()
        };
        let silent = planned(kind, head, &[line], &known);
        assert_eq!(silent.registered, 0);
        let plan = tried(kind, head, &[line], &known, &options).expect("a plan");
        assert_eq!(plan.registered, 1, "{head}");
        let changes = plan.changes(DateTime::UNIX_EPOCH, Uuid::now_v7);
        let [_, start] = changes.as_slice() else {
            panic!("{changes:?}");
        };
        let ChangeBody::Start(start) = &start.body else {
            panic!("{start:?}");
        };
        assert_eq!(start.title, title);
    }
}
